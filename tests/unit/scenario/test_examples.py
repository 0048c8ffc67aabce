"""Finding and copying the shipped examples."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from fleetcraft.errors import RunError, ScenarioError
from fleetcraft.scenario.copying import scenario_files
from fleetcraft.scenario.examples import FRONTIER, copy_example, example_folder, example_names
from fleetcraft.scenario.folder_copy import put_copy
from fleetcraft.scenario.read import read_scenario


def test_the_examples_are_found_by_name() -> None:
    assert example_names() == ("galapagos", "japan-2026")
    assert (example_folder("galapagos") / "scenario.yaml").is_file()


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError) as raised:
        example_folder("galapagoes")
    assert raised.value.faults[0].expected == "galapagos (the nearest of galapagos, japan-2026)"


@pytest.mark.parametrize("make", [False, True])
def test_a_copy_is_the_same_scenario(make: bool, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    if make:
        target.mkdir()
    assert copy_example("galapagos", target) == target
    assert read_scenario(target).hash == read_scenario("galapagos").hash


def test_a_copy_has_no_frontier(tmp_path: Path) -> None:
    """What is copied is edited: the frontier would soon answer another scenario."""
    target = copy_example("galapagos", tmp_path / "mine")
    assert (example_folder("galapagos") / FRONTIER).is_file()
    assert {path.name for path in target.iterdir()} == {p.name for p in example_folder("galapagos").iterdir()} - {
        FRONTIER
    }
    assert FRONTIER not in scenario_files("galapagos")


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="not an empty folder"):
        copy_example("galapagos", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="not an empty folder"):
        copy_example("galapagos", target)
    with pytest.raises(RunError, match="cannot be written"):
        copy_example("galapagos", target / "inner")


@pytest.mark.parametrize("make", [False, True])
def test_half_a_copy_is_none(make: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source").mkdir()
    for name in "abc":
        (tmp_path / "source" / name).write_text(name, encoding="utf-8")
    target, copied = tmp_path / "target", shutil.copy2

    def full_at_b(source: str, place: str, **options: Any) -> object:
        if Path(source).name == "b":
            raise OSError(28, "No space left on device")
        return copied(source, place, **options)

    monkeypatch.setattr(shutil.copytree, "__defaults__", (False, None, full_at_b, False, False))
    if make:
        target.mkdir()
    with pytest.raises(RunError, match=r"target cannot be written: .*No space left on device") as raised:
        put_copy(tmp_path / "source", target, ".*")
    assert len(str(raised.value).splitlines()) == 1
    assert "(" not in str(raised.value)
    assert {path.name for path in tmp_path.iterdir()} == {"source", *(["target"] if make else [])}
    assert list(target.iterdir() if make else ()) == []
