"""The programme against closed forms and against what stochastic programming says must hold.

Birge and Louveaux, Introduction to Stochastic Programming (2011), chapter 4: for a maximum, the plan that waits and
sees is worth at least the plan decided here and now, and that at least the plan made on likely values.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet.attainment import attainment
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures, draw_futures, likely_future
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.formula import planned_values, timely_shares
from fleetcraft.optimise.plan_fleet import FleetSolution, plan_fleet
from fleetcraft.optimise.solver import Limits
from fleetcraft.optimise.tangents import LARGEST_ERROR
from fleetcraft.plan import Plan
from unit.fleet.theatres import futures_of, theatre_of

EXACT = Limits(gap=1e-6)
CERTAIN = {"lead_time_months_low": 6, "lead_time_months_likely": 6, "lead_time_months_high": 6, "loss_per_100k_h": 0}


def theatre_with(*platforms: dict[str, Any], area_nm2: float = 40_000.0, **changes: Any) -> Theatre:
    scenario = make_scenario(platforms=platforms or ({},), **changes)
    return theatre_of(scenario, area_nm2=area_nm2, perimeter_nm=800.0)


def solved(theatre: Theatre, futures: Futures) -> FleetSolution:
    return plan_fleet(theatre, futures, no_corrections(theatre), EXACT)


def earned(theatre: Theatre, plan: Plan, futures: Futures) -> float:
    values = planned_values(theatre, plan, deliver(theatre.scenario, plan, futures), no_corrections(theatre))
    return float(attainment(theatre.scenario.requirements, values).mean())


def picked(futures: Futures, rows: list[int]) -> Futures:
    """Some of the futures, in the order given."""
    varying = {f.name for f in fields(Futures)} - {"currencies", "rate_h"}
    return replace(futures, **{name: getattr(futures, name)[rows] for name in varying})


# Closed forms


@pytest.mark.parametrize("craft", [1, 3, 6])
def test_a_fleet_of_one_type_is_worth_its_exposure(craft: int) -> None:
    """n craft of duty delta: 1 - exp(-n delta e / o), at most the tangents' error higher."""
    theatre = theatre_with(
        {**CERTAIN, "unit_price_likely": 1e6, "unit_price_low": 1e6},
        area_nm2=8000.0,
        budget={"obligation": {2026: 1e6 * (craft + 0.5)}},
    )
    found = solved(theatre, futures_of(theatre.scenario))
    b = 4 * theatre.detection_rate_per_h(0, "small_craft")[0, 0]
    e = -np.log(1 - 0.8 * (1 - np.exp(-b)))
    value = -np.expm1(-craft * theatre.pairs.duty[0] * e / 0.8)
    assert found.plan.ordered("drone") == craft
    assert value / 0.5 - 1e-9 <= found.objective <= (value + LARGEST_ERROR) / 0.5 + 1e-9


def test_losses_thin_the_programmes_fleet_as_they_thin_the_formulas() -> None:
    """The revisit is linear: programme and formula are the same number, losses and duty and all."""
    look = [{"area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 60}]
    theatre = theatre_with({"loss_per_100k_h": 40}, requirements=look, budget={"obligation": {2026: 8e6}})
    futures = draw_futures(theatre.scenario, 1, "solve", range(8))
    found = solved(theatre, futures)
    assert found.plan.ordered("drone") == 2
    assert found.objective == pytest.approx(found.planned, rel=1e-9)


def test_one_craft_present_is_its_duty() -> None:
    watch = [{"area": "bay", "measure": "presence", "domain": "air", "craft": 1, "at_least": 1.0}]
    theatre = theatre_with(CERTAIN, requirements=watch, budget={"obligation": {2026: 4e6}})
    found = solved(theatre, futures_of(theatre.scenario))
    assert found.objective == found.planned == pytest.approx(theatre.pairs.duty[0])


def test_two_layers_are_worth_the_product_of_their_duties() -> None:
    """One craft of each of two domains: the share of time with both there, at most the lines' error higher."""
    watch = [{"area": "bay", "measure": "layered", "domains": ["air", "surface"], "at_least": 1.0}]
    free = {"aircraft": {"utilisation_h_per_year": 8760, "maintenance_interval_h": None, "maintenance_duration_h": 0}}
    theatre = theatre_with(
        CERTAIN,
        {**CERTAIN, "id": "boat", "domain": "surface"},
        requirements=watch,
        operations={"classes": free},
        budget={"obligation": {2026: 6.5e6}},
    )
    duty = theatre.pairs.duty[0]
    learnt = replace(no_corrections(theatre), occupancy=np.full((2, 1), duty))
    found = plan_fleet(theatre, futures_of(theatre.scenario), learnt, EXACT)
    assert {order.platform: order.quantity for order in found.plan.orders} == {"drone": 1, "boat": 1}
    assert found.planned == pytest.approx(duty**2)
    assert duty**2 - 1e-9 <= found.objective <= duty**2 + LARGEST_ERROR + 0.005


def test_identifiers_serve_what_they_have_hours_for() -> None:
    """A single identifier among many contacts: of those found in time it looks at what it has hours for.

    Programme and formula both count duty / (contacts an hour x hours a contact) x the share found in time.
    """
    look = [{"area": "bay", "measure": "identification", "target": "small_craft", "within_h": 8, "at_least": 0.5}]
    theatre = theatre_with(
        {**CERTAIN, "identifies": "small_craft"},
        area_nm2=3600.0,
        requirements=look,
        targets={"small_craft": {"dwell_h": 0.5, "background_per_target": 99}},
        budget={"obligation": {2026: 4e6}},
    )
    futures = futures_of(theatre.scenario)
    first = solved(theatre, futures)
    timely = timely_shares(theatre, first.plan, deliver(theatre.scenario, first.plan, futures), no_corrections(theatre))
    found = plan_fleet(theatre, futures, replace(no_corrections(theatre), timely=timely), EXACT)
    duty, look_h = theatre.pairs.duty[0], 0.52 * 60 / 110 + 0.5
    rate = theatre.detection_rate_per_h(0, "small_craft")[0, 0]
    in_time, ever = (duty * -np.expm1(-rate * hours) for hours in (8 - look_h, 24))
    assert timely[0] == pytest.approx(in_time / ever)
    contacts_per_h = 12 / 24 * 100
    assert found.objective == pytest.approx(duty / (contacts_per_h * look_h) * timely[0] / 0.5)
    assert found.planned == pytest.approx(found.objective)


def test_a_grounded_year_is_a_year_lost() -> None:
    """Grounded for a quarter of the window in one future of two: an eighth of the looks is missing."""
    look = [{"area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 60}]
    theatre = theatre_with(CERTAIN, requirements=look, budget={"obligation": {2026: 4e6}})
    start = theatre.scenario.calendar.window_start_h
    sure = solved(theatre, futures_of(theatre.scenario, count=2))
    grounded = futures_of(theatre.scenario, grounded_h=[(0, 0, start + 100, start + 100 + 0.25 * 8760)], count=2)
    assert solved(theatre, grounded).objective == pytest.approx(0.875 * sure.objective)


def test_attainment_is_expected_over_futures() -> None:
    """In one future of four the maker's craft come too late: what is attained is three quarters."""
    look = [{"area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 60}]
    theatre = theatre_with(CERTAIN, requirements=look, budget={"obligation": {2026: 4e6}})
    sure = solved(theatre, futures_of(theatre.scenario, count=4))
    unsure = solved(theatre, futures_of(theatre.scenario, lead_months=[[6], [6], [6], [40]], count=4))
    assert unsure.objective == pytest.approx(0.75 * sure.objective)


# Stochastic programming


def risky(*types: str) -> Theatre:
    """A strong type that is often late and a weak one that never is (or those of them named)."""
    strong = {
        "id": "strong",
        "supplier": "Far",
        "sweep_width_nm_small_craft": 9,
        "lead_time_months_low": 12,
        "lead_time_months_likely": 20,
        "lead_time_months_high": 36,
    }
    look = [
        {"area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 30},
        {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 8, "at_least": 0.5},
    ]
    chosen = [p for p in (strong, CERTAIN) if not types or p.get("id", "drone") in types]
    return theatre_with(*chosen, requirements=look, budget={"obligation": {2026: 13e6}})


def test_one_future_is_the_deterministic_programme() -> None:
    """Any number of copies of one future gives what the one gives."""
    theatre = risky()
    future = draw_futures(theatre.scenario, 3, "solve", [0])
    once, often = solved(theatre, future), solved(theatre, picked(future, [0] * 5))
    assert often.objective == pytest.approx(once.objective, abs=1e-7)
    assert often.bound == pytest.approx(once.bound, abs=1e-7)
    assert often.plan == once.plan


def test_the_order_of_futures_does_not_matter() -> None:
    theatre = risky()
    futures = draw_futures(theatre.scenario, 3, "solve", range(6))
    forth, back = solved(theatre, futures), solved(theatre, picked(futures, [5, 4, 3, 2, 1, 0]))
    assert back.bound == pytest.approx(forth.bound, abs=1e-7)
    assert back.plan == forth.plan


def test_waiting_to_see_is_worth_no_less_than_deciding_now() -> None:
    """EVPI >= 0: the mean of each future's own optimum is no less than the optimum of all together."""
    theatre = risky()
    futures = draw_futures(theatre.scenario, 3, "solve", range(8))
    together = solved(theatre, futures)
    seen = np.mean([solved(theatre, picked(futures, [f])).bound for f in range(8)])
    assert seen >= together.objective - 1e-7
    assert seen > together.objective + 0.01


def test_a_plan_on_likely_values_earns_no_more_and_claims_too_much() -> None:
    """VSS >= 0, on the futures planned for: the likely-value plan bets on the strong type, which is often late."""
    theatre = risky()
    futures = draw_futures(theatre.scenario, 3, "solve", range(20))
    hedged = solved(theatre, futures)
    likely = solved(theatre, likely_future(theatre.scenario))
    worth = earned(theatre, likely.plan, futures)
    assert worth <= hedged.bound + 1e-6
    assert worth < hedged.planned - 0.01
    assert likely.planned > worth + 0.05


@pytest.mark.parametrize("alone", ["drone", "strong"])
def test_another_type_to_choose_from_never_hurts(alone: str) -> None:
    both, one = (solved(t, draw_futures(t.scenario, 3, "solve", range(6))) for t in (risky(), risky(alone)))
    assert both.bound >= one.objective - 1e-7
    assert both.objective >= one.objective * (1 - EXACT.gap) - 1e-7
