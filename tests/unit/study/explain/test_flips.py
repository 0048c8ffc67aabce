"""Ranges are those that are stated; what flips a decision is found though most of it is never solved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders import ASSUMPTION, SOURCE
from fleetcraft.fleet.theatre import theatre_over
from fleetcraft.scenario.changed import changed
from fleetcraft.scenario.paths import value_at
from fleetcraft.study.explain.flips import (
    Enter,
    enter_tasks,
    flip_entries,
    pairs_of,
    read_screens,
    read_solves,
    screens_for,
)
from fleetcraft.study.explain.ground import Ground, Json, carried
from fleetcraft.study.explain.questions import answered
from fleetcraft.study.explain.ranges import Range, ranges_of
from fleetcraft.study.store.folder import write_json
from unit.study.explain.grounds import MAKER, OPTIONS, another, ground_of, priced


def source(platform: str, field: str, low: float, value: float, high: float) -> dict[str, Any]:
    return {**SOURCE, "id": platform, "field": field, "value": value, "low": low, "high": high}


DULL = {"sweep_width_nm_small_craft": 0.5, "max_wind_kn": 60}
PLATFORMS = [
    {**MAKER, **priced(0.5e6), "sweep_width_nm_small_craft": 0.5},
    another("other", **DULL, **priced(1e6)),
    another("third", **DULL, **priced(3e6)),
]
SOURCES = [
    source("drone", "endurance_h", 20, 24, 30),
    source("drone", "max_depth_m", 0, 0, 5),
    source("drone", "unit_price_low", 1e5, 5e5, 6e5),
    source("drone", "mttr_h", 8, 8, 8),
    source("other", "unit_price_likely", 0.2e6, 1e6, 2e6),
    source("other", "mttr_h", 7, 8, 9),
    source("other", "turnaround_h", 3, 4, 5),
    source("third", "unit_price_likely", 2.5e6, 3e6, 4e6),
    source("third", "mttr_h", 7, 8, 9),
]
ASSUMPTIONS = [
    ASSUMPTION,
    {**ASSUMPTION, "path": "budget.obligation.2026", "low": 6e6, "likely": 12e6, "high": 24e6},
    {**ASSUMPTION, "path": "operations.nothing", "low": 1, "likely": 2, "high": 3},
]


@pytest.fixture(scope="module")
def ground() -> Ground:
    return ground_of(
        platforms=PLATFORMS, platform_sources=SOURCES, assumptions=ASSUMPTIONS, budget={"obligation": {2026: 12e6}}
    )


def test_ranges_are_those_of_numbers_that_something_computes_with(ground: Ground) -> None:
    assert [each.path for each in ranges_of(ground.scenario)] == [
        "operations.endurance_reserve",
        "budget.obligation.2026",
        "platforms.drone.endurance_h",
        "platforms.other.unit_price_likely",
        "platforms.other.mttr_h",
        "platforms.other.turnaround_h",
        "platforms.third.unit_price_likely",
        "platforms.third.mttr_h",
    ]


def test_a_range_at_its_ends(ground: Ground) -> None:
    each = ranges_of(ground.scenario)[0]
    for end, value in (("low", 0.05), ("high", 0.2)):
        other = each.at(ground.scenario, end)  # type: ignore[arg-type]
        assert other is not None
        assert value_at(other, each.path) == (value,)
    assert Range("operations.endurance_reserve", 0.05, 0.1, 2.0, "").at(ground.scenario, "high") is None
    better = {each.path.rpartition(".")[2]: each.better for each in ranges_of(ground.scenario)}
    assert (better["endurance_h"], better["mttr_h"], better["unit_price_likely"]) == ("high", "low", "low")


def store(folder: Path, key: str, answer: Json) -> None:
    (folder / key).mkdir()
    write_json(folder / key / "answer.json", answer)


def test_one_value_that_brings_a_type_in_is_found_by_halving(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the other's three values its price alone does it; the third's do nothing even together."""
    base = ground.solved(ground.scenario)
    assert base is not None
    monkeypatch.setattr("fleetcraft.study.explain.flips.read_ground", lambda *_: ground)
    monkeypatch.setattr("fleetcraft.study.explain.flips.read_base", lambda *_: base)
    tasks = enter_tasks(ground.scenario, {"drone"}, OPTIONS)
    answers = {task.platform: task.run(ground.theatre, tmp_path, 1) for task in tasks}
    assert answers["third"] == {"together": False, "single": {}}
    assert answers["other"]["together"]
    assert list(answers["other"]["single"]) == ["platforms.other.unit_price_likely"]


def test_entries_tell_what_moves_and_what_keeping_costs(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solution = ground.solve(ground.scenario)
    base = ground.solved(ground.scenario)
    assert base is not None
    monkeypatch.setattr("fleetcraft.study.explain.flips.read_ground", lambda *_: ground)
    (screen,) = screens_for(ground.scenario, solution.plan, OPTIONS)
    assert {each.platform for each in screen.ranges} == {None, "drone"}
    store(tmp_path, screen.key, screen.run(ground.theatre, tmp_path, 1))
    screened = read_screens(ground.scenario, tmp_path, [screen])
    assert screened.stated["planned"] == pytest.approx(solution.planned)
    strongest = screened.strongest({"drone"})
    assert strongest[0].path == "budget.obligation.2026"
    assert {each.platform for each in strongest} == {None, "drone"}
    for each in strongest:
        for end in ("low", "high"):
            other = each.at(ground.scenario, end)  # type: ignore[arg-type]
            assert other is not None
            store(tmp_path, f"flip-{each.path}-{end}", answered(ground, base, other))
    price = ranges_of(ground.scenario)[3]
    cheap = price.at(ground.scenario, "low")
    assert cheap is not None
    store(tmp_path, "enter-other", {"together": True, "single": {price.path: answered(ground, base, cheap)}})
    tasks = [Enter("other", ranges_of(ground.scenario)[3:6], OPTIONS)]
    entries = {e["path"]: e for e in flip_entries(base, screened, read_solves(strongest, tasks, tmp_path))}

    budget = entries["budget.obligation.2026"]
    assert budget["flips"]
    assert not budget["ends"]["low"]["can_be_kept"]
    assert budget["ends"]["low"]["regret"] is None
    assert budget["ends"]["high"]["can_be_kept"]
    assert budget["ends"]["high"]["kept"] == 0
    assert budget["ends"]["high"]["regret"] > 0.05
    assert budget["ends"]["low"]["bound"] < 0 < budget["ends"]["high"]["bound"]
    cheaper = entries[price.path]
    assert (cheaper["settled"], cheaper["flips"], cheaper["moved"]) == ("solved", True, pytest.approx(1.0, abs=0.1))
    assert "moved" not in cheaper["ends"]["high"]
    assert entries["platforms.other.mttr_h"]["settled"] == "together"
    assert entries["platforms.third.mttr_h"]["settled"] == "first look"
    ranked = [e["moved"] for e in flip_entries(base, screened, read_solves(strongest, tasks, tmp_path))]
    known = [moved for moved in ranked if moved is not None]
    assert known == sorted(known, reverse=True)
    assert ranked[: len(known)] == known

    pairs = pairs_of(screened, list(entries.values()))
    both = next(p for p in pairs if {p.one.path, p.other.path} == {price.path, "budget.obligation.2026"})
    with_both = both.scenario(ground.scenario)
    assert with_both is not None
    assert with_both.hash != ground.scenario.hash


def test_corrections_follow_their_pairs(ground: Ground) -> None:
    """A type that cannot fly leaves its pairs; others keep their own, and a pair of a new type takes the mean."""
    learnt = replace(ground.corrections, kappa=np.linspace(0.5, 0.9, len(ground.theatre.pairs)))
    without = changed(ground.scenario, "platforms.drone.range_nm_from_base", 10.0)
    theatre = theatre_over(without, ground.theatre.geometry, ground.theatre.distances)
    fewer = carried(learnt, ground.theatre, theatre)
    assert fewer.kappa.tolist() == learnt.kappa[ground.theatre.pairs.platform != 0].tolist()
    back = carried(fewer, theatre, ground.theatre)
    assert back.kappa[0] == pytest.approx(fewer.kappa.mean())
    assert back.kappa[1:].tolist() == fewer.kappa.tolist()
