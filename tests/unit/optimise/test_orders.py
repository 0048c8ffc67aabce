"""Whole orders: what may be ordered at all, and what is told where the time is over."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.optimise import solver
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.plan_fleet import FleetSolution, plan_fleet
from fleetcraft.optimise.solver import Limits
from unit.fleet.theatres import futures_of, theatre_of

LEAST_COST = {"mode": "cost", "attainment": 0.04, "probability": 0.5}


def two_types(**changes: Any) -> Theatre:
    """A drone, and a kite of half its range and price."""
    kite = {"id": "kite", "range_nm_from_base": 250, "unit_price_likely": 1.5e6, "unit_price_low": 1e6}
    scenario = make_scenario(platforms=[{}, kite], budget={"obligation": {2026: 14e6}}, **changes)
    return theatre_of(scenario, distance_nm=300, area_nm2=40_000.0, perimeter_nm=800.0)


def solved(theatre: Theatre, seconds: float | None = None) -> FleetSolution:
    futures = futures_of(theatre.scenario, lead_months=[[6, 6], [9, 30], [18, 6]], count=3)
    return plan_fleet(theatre, futures, no_corrections(theatre), Limits(gap=1e-4, seconds=seconds))


# What no base can send anywhere


def test_a_least_number_is_met_by_craft_that_have_a_base() -> None:
    found = solved(two_types(policies={"domain_minimum": {"air": 4}}))
    assert found.plan.ordered("drone") == 4
    assert found.plan.ordered("kite") == 0


def test_a_least_number_that_only_craft_without_a_base_could_meet_has_no_plan() -> None:
    """There is money for nine kites and for four drones."""
    with pytest.raises(InfeasibleError):
        solved(two_types(policies={"domain_minimum": {"air": 5}}))


# When the time is over


def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that a second passes on with every look at it."""
    ticks = count()
    monkeypatch.setattr(solver, "time", SimpleNamespace(monotonic=lambda: float(next(ticks))))


@pytest.mark.parametrize("objective", [{}, LEAST_COST], ids=["attainment", "cost"])
def test_what_was_found_in_time_is_told_and_never_called_optimal(
    monkeypatch: pytest.MonkeyPatch, objective: dict[str, Any]
) -> None:
    """However long it may take, a search ends with nothing, or with a plan, its bound and what stopped it."""
    theatre = two_types(objective=objective)
    best = solved(theatre)
    assert best.stopped_by == "gap"
    ended = set()
    for seconds in range(1, 200, 3):
        ticking(monkeypatch)
        try:
            found = solved(theatre, float(seconds))
        except LimitError:
            ended.add("nothing")
            continue
        ended.add(found.stopped_by)
        sign = -1 if objective else 1
        assert sign * found.bound >= sign * best.objective - 1e-4 * abs(best.objective)
        assert sign * found.objective <= sign * best.bound + 1e-4 * abs(best.bound)
        assert (found.status, found.stopped_by) in {("optimal", "gap"), ("feasible", "time")}
    assert ended - {"nothing"} == {"time", "gap"}
