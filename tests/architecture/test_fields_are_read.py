"""What the analyst can state is read: each field of a scenario is in use, or marked as one that only describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from architecture.reads import Watch, nouns_of
from builders import EVERYTHING, replace, write_scenario
from calling import call
from fleetcraft.scenario.base import Value, remark
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.text import ScenarioText

READ_WITH_THE_FILES = {"fleetcraft", "cases"}
"""Keys of scenario.yaml that say how the rest is read, and are no part of the scenario."""


HAPPENED = """
fleetcraft: 1
today: 2026-09-15
orders:
  - {platform: drone, ordered: 2026-01-10, quantity: 2, cost: 7e6}
  - {platform: boat, ordered: 2026-02-10, quantity: 2}
deliveries:
  - {platform: drone, date: 2026-07-10, quantity: 2}
lost:
  - {platform: drone, date: 2026-09-10, quantity: 1}
integrated: {drone: 2026-09-01}
announced:
  - {supplier: Glidermaker, slip_months: 2}
  - {platform: boat, next_delivery: 2026-12-01}
gateways:
  - {join: [STANAG 4586, proprietary/Glidermaker], ordered: 2026-01-15}
spent:
  2026: {obligation: 12e6, outlay: 6e6}
exchange: {EUR: 1.2}
embargoes: {US: 2026-08-01}
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    """Who reads what while a scenario that uses every feature is planned, simulated and reported.

    Planned twice: for the best attainment, and for the least cost of one; and re-planned after everything has happened.
    """
    folder = tmp_path_factory.mktemp("fields")
    least_cost = {"mode": "cost", "attainment": 0.05, "probability": 0.5}
    write_scenario(folder / "everything", **EVERYTHING)
    policies = {**EVERYTHING["policies"], "pinned": [{"platform": "drone", "period": "2026Q1", "quantity": 1}]}
    write_scenario(folder / "cheaply", **{**EVERYTHING, "objective": replace(least_cost), "policies": policies})
    watch = Watch(nouns_of(Scenario))
    with pytest.MonkeyPatch.context() as patch:
        watch.set_up(patch)
        for name in ("everything", "cheaply"):
            out = folder / f"run-{name}"
            called = call("plan", folder / name, "--out", out, "--replications", 4, "--threads", 1)
            assert called.status == 0, called.err
        (folder / "actuals.yaml").write_text(HAPPENED)
        words = ("--actuals", folder / "actuals.yaml", "--after", folder / "run-everything")
        out = folder / "re-planned"
        called = call("replan", folder / "everything", *words, "--out", out, "--replications", 4, "--threads", 1)
        assert called.status == 0, called.err
    return watch


def test_every_field_of_a_scenario_is_read_or_marked_as_descriptive(planned: Watch) -> None:
    told_on = ["Joined.join"]  # the scenario's own `as_of` puts it among `operations.hand_over.gateways`, which is read
    assert planned.unread() == told_on


def test_no_field_that_is_computed_with_is_marked_as_descriptive(planned: Watch) -> None:
    assert planned.computed_with_though_descriptive() == []


def test_every_key_of_the_statement_is_a_field_of_the_scenario() -> None:
    assert ScenarioText.model_fields.keys() - Scenario.model_fields.keys() == READ_WITH_THE_FILES


class Craft(Value):
    """A noun with a field of each kind."""

    asked: float = 1.0
    asked_for_by_a_method: float = 2.0
    dumped: float = 3.0
    planted: float = 4.0
    note: str = remark("what it is")
    named_wrongly: str = remark("what it is called")

    @property
    def double(self) -> float:
        return 2 * self.asked_for_by_a_method


class Fleet(Value):
    """A noun that holds others in every way that nouns do."""

    by_name: Mapping[str, tuple[Craft, ...]]
    first: Craft | None = None


USE = """
def use(fleet):
    craft = fleet.first or fleet.by_name["all"][0]
    return craft.asked + craft.double + len(craft.named_wrongly), craft.model_dump(include={"dumped"})
"""


def used_by(module: str, fleet: Fleet) -> None:
    code: dict[str, Any] = {"__name__": module}
    exec(USE, code)
    code["use"](fleet)


def test_a_field_that_nobody_reads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(nouns_of(Fleet))
    fleet = Fleet(by_name={"all": (Craft(),)})
    watch.set_up(monkeypatch)
    used_by("fleetcraft.scenario.checks", fleet)
    used_by("pydantic.main", fleet)
    of_craft = ["Craft.asked", "Craft.asked_for_by_a_method", "Craft.dumped", "Craft.planted"]
    assert watch.unread() == [*of_craft, "Fleet.by_name", "Fleet.first"]
    assert watch.computed_with_though_descriptive() == []
    used_by("fleetcraft.simulate.world", fleet)
    assert watch.unread() == ["Craft.planted"]
    assert watch.computed_with_though_descriptive() == ["Craft.named_wrongly in fleetcraft.simulate.world"]
