"""What computes a run is known by all that its answers follow from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fleetcraft.study.store import program


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of two parts of the package, which is hashed in place of the whole."""
    for part in ("geo", "scenario/examples/galapagos"):
        shutil.copytree(program.PACKAGE / part, tmp_path / part)
    monkeypatch.setattr(program, "PACKAGE", tmp_path)
    return tmp_path


def hashed() -> str:
    return program.program_hash.__wrapped__()


@pytest.mark.parametrize("name", ["geo/land_50m.wkb.gz", "geo/__init__.py", "geo/new.csv"])
def test_sources_and_data_are_of_the_program(package: Path, name: str) -> None:
    before = hashed()
    with (package / name).open("ab") as file:
        file.write(b" ")
    assert hashed() != before


@pytest.mark.parametrize("name", ["geo/__pycache__/x.pyc", "scenario/examples/galapagos/README.md"])
def test_bytecode_and_examples_are_not(package: Path, name: str) -> None:
    before = hashed()
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("x")
    assert hashed() == before


@pytest.mark.parametrize(
    ("place", "name"),
    [("platform", "python_version"), ("platform", "machine"), ("platform", "libc_ver"), ("", "program_hash")],
)
def test_work_is_of_one_program_on_one_kind_of_machine(monkeypatch: pytest.MonkeyPatch, place: str, name: str) -> None:
    monkeypatch.setattr(program, "makeup", program.makeup.__wrapped__)
    before = program.made_by_this_program("ab")
    monkeypatch.setattr(getattr(program, place) if place else program, name, lambda: "other")
    assert program.made_by_this_program("ab") != before
    assert program.made_by_this_program("ab") != program.made_by_this_program("cd")


def test_the_library_that_lays_out_designs_is_of_the_program() -> None:
    assert "SALib" in program.package_versions()
