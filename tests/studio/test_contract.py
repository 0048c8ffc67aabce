"""The types that the page is checked against are those of the API's document."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from fleetcraft.studio.app import create_app

UI = Path(__file__).parents[2] / "studio-ui"
KEPT = UI / "tests" / "openapi.d.ts"


def test_the_page_is_compiled_against_the_document_as_it_is(tmp_path: Path) -> None:
    """Where it is not, this prints the types to keep; ``contract.ts`` holds the page to them."""
    document, types = tmp_path / "openapi.json", tmp_path / "openapi.d.ts"
    document.write_text(json.dumps(create_app(tmp_path).openapi()))
    options = ["--default-non-nullable=false", "--output", str(types)]
    subprocess.run(["npx", "openapi-typescript", str(document), *options], cwd=UI, check=True, capture_output=True)
    assert types.read_text() == KEPT.read_text(), f"cp {types} {KEPT}"
