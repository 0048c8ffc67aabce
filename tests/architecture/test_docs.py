"""The pages keep up with the code: links lead somewhere, verbs exist, the reference is that of the schema."""

from __future__ import annotations

import re
import runpy
import subprocess

import pytest
from typer.main import get_command

from architecture.project import ROOT, text_files
from fleetcraft.cli.main import app

PAGES = {path: text for path, text in text_files() if path.endswith(".md") and not path.startswith("src/")}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(#[^)\s]*)?\)")
SHELL = re.compile(r"```sh\n(.*?)```", re.S)


def commands(text: str) -> list[str]:
    """The lines of a page's shell examples."""
    return [line for found in SHELL.findall(text) for line in found.splitlines() if line and not line.startswith("#")]


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_reference_is_made_from_the_schema_as_it_is() -> None:
    made = runpy.run_path(str(ROOT / "tools" / "make_reference.py"))["reference"]()
    assert PAGES["docs/reference/scenario.md"] == made, "run: .venv/bin/python tools/make_reference.py"


@pytest.mark.parametrize("page", sorted(PAGES))
def test_links_lead_somewhere(page: str) -> None:
    for target, part in LINK.findall(PAGES[page]):
        if target.startswith(("http://", "https://")):
            continue
        file = (ROOT / page).parent / target if target else ROOT / page
        assert file.exists(), f"{page} links to {target}"
        if part:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.M)
            assert part[1:] in map(anchor, headings), f"{page} links to {target}{part}"


def test_pages_show_only_verbs_and_targets_that_exist() -> None:
    verbs = set(get_command(app).commands)
    database = subprocess.run(["make", "-pn", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^([a-z][a-z-]*):", database, re.M)) | {
        f"bench-{path.stem.removeprefix('bench_')}" for path in (ROOT / "bench").glob("bench_*.py")
    }
    shown = [line.split() for text in PAGES.values() for line in commands(text)]
    assert {words[1] for words in shown if words[0].endswith("fleetcraft") and words[1][0] != "-"} <= verbs
    assert {words[1] for words in shown if words[0] == "make"} <= targets
    assert any(words[0].endswith("fleetcraft") for words in shown)
