"""Each statement is found on the line on which the files have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import write_scenario
from fleetcraft.scenario.where import Places


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scenario(
        tmp_path_factory.mktemp("where") / "tiny",
        places=[{}, {"id": "ayora", "name": "Ayora", "capacity_air": 3}],
        policies={"domain_minimum": {"air": 4}},
        cases={"poor": {"budget.obligation.2026": 1e6, "places.ayora.capacity_air": 2}},
    )


def line_of(folder: Path, name: str, text: str) -> str:
    (number,) = [n for n, line in enumerate((folder / name).read_text().splitlines(), 1) if text in line]
    return f"{name}:{number}"


@pytest.mark.parametrize(
    ("path", "file", "text"),
    [
        ("budget.obligation.2026", "scenario.yaml", "2026: 50000000.0"),
        ("policies.domain_minimum.air", "scenario.yaml", "air: 4"),
        ("places.ayora.capacity_air", "places.csv", "ayora,"),
        ("platforms.drone.unit_price_likely", "platforms.csv", "drone,"),
        ("budget.support.2030", "scenario.yaml", "budget:"),
        ("operations.people_limit", "scenario.yaml", "operations:"),
    ],
)
def test_where_a_value_or_what_is_around_it_stands(folder: Path, path: str, file: str, text: str) -> None:
    assert Places(folder).where(path) == line_of(folder, file, text)


def test_a_case_is_where_its_values_stand(folder: Path) -> None:
    places = Places(folder, "poor")
    assert places.where("budget.obligation.2026") == line_of(folder, "scenario.yaml", "budget.obligation.2026:")
    assert places.where("places.ayora.capacity_air") == line_of(folder, "scenario.yaml", "places.ayora.capacity_air:")
