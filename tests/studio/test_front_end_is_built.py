"""The committed page is what its sources give, on any path; its own checks pass."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UI = ROOT / "studio-ui"
STATIC = ROOT / "src" / "fleetcraft" / "studio" / "static"


def npm(script: str, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["npm", "run", "--silent", script, "--", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_building_it_elsewhere_gives_the_committed_bytes(tmp_path: Path) -> None:
    """`make ui` mends it where it does not."""
    copy = tmp_path / "elsewhere" / "studio-ui"
    shutil.copytree(UI, copy, ignore=shutil.ignore_patterns("node_modules", "tests"))
    (copy / "node_modules").symlink_to(UI / "node_modules")
    tokens = Path("src", "fleetcraft", "report", "tokens.json")
    (copy.parent / tokens).parent.mkdir(parents=True)
    shutil.copy(ROOT / tokens, copy.parent / tokens)
    npm("build", copy)
    built, committed = contents(copy.parent / "src" / "fleetcraft" / "studio" / "static"), contents(STATIC)
    assert sorted(built) == sorted(committed)
    assert built == committed


def test_its_types_hold() -> None:
    assert "0 errors and 0 warnings" in npm("check", UI)


def test_its_own_tests_pass() -> None:
    npm("test", UI)


@pytest.mark.parametrize("mark", [b"https://", b"http://"])
def test_it_names_no_address_of_others(mark: bytes) -> None:
    """But names of XML languages, which nobody asks for, and pages that error messages point to."""
    known = (b"http://www.w3.org/", b"https://svelte.dev/e/")
    for name, content in contents(STATIC).items():
        for found in content.split(mark)[1:]:
            assert (mark + found).startswith(known), f"{name}: {mark + found[:60]!r}"


def test_the_lock_file_names_no_registry() -> None:
    lock = (UI / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "://registry" not in lock
