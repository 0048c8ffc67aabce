"""What a guide tells the reader to type works as it stands, in order."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def blocks(text: str, language: str) -> list[str]:
    """The fenced examples of a page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def test_first_plan(tmp_path: Path) -> None:
    text = (DOCS / "guides" / "first-plan.md").read_text(encoding="utf-8")
    activate, *commands = blocks(text, "sh")
    (own_plan,) = blocks(text, "json")
    assert activate == "source .venv/bin/activate\n"
    (tmp_path / "my-plan.json").write_text(own_plan)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(commands)],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = {
        name: json.loads((tmp_path / name / "result.json").read_text()) for name in ("first", "first-again", "mine")
    }
    assert results["first"]["cost"]["budget"]["2026"]["obligation"] == 40e6
    assert {order["platform"] for order in results["mine"]["orders"]} == {"sd_voyager", "scaneagle"}
    assert results["first-again"]["attainment"]["simulated"] != results["first"]["attainment"]["simulated"]
    assert json.loads((tmp_path / "answer.json").read_text())["run"] == "for-a-program"
