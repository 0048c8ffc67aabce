"""The answer as plain data: each entry against its own meaning."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from builders import make_scenario
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.futures import Futures
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.study import judge, result
from fleetcraft.study.judge import Judgement
from fleetcraft.study.warnings import ceiling_warnings, hand_over_warnings, interface_warnings, range_warnings
from unit.fleet.theatres import futures_of, theatre_of, with_platforms
from unit.study.test_judge import blank

BOAT: dict[str, Any] = {"area": "bay", "target": "small_craft"}
PLAN = Plan(
    (Order("drone", "2026Q1", 2), Order("drone", "2026Q3", 1), Order("slow", "2026Q1", 4)),
    (Allocation("drone", "baltra", "bay", 3, 1), Allocation("slow", "baltra", "bay", 4, 1)),
)
MONTH = 730.5


@cache
def theatre() -> Theatre:
    rate = {"production_rate_per_year": 1000, "identifies": "small_craft"}
    scenario = make_scenario(
        platforms=[rate, {**rate, "id": "slow", "name": "Slow one", "supplier": "Another", "supplier_country": "NO"}],
        requirements=[
            {**BOAT, "measure": "detection", "within_h": 4, "at_least": 0.5},
            {"area": "bay", "measure": "presence", "domain": "air", "craft": 2, "at_least": 0.8, "weight": 2},
            {**BOAT, "measure": "revisit", "at_most": 48},
            {**BOAT, "measure": "identification", "within_h": 4, "at_least": 0.4},
            {"area": "bay", "measure": "layered", "domains": ["air", "surface", "underwater"], "at_least": 0.8},
        ],
        targets={"small_craft": {"dwell_h": 0.5}},
        uncertainty={"grounding": {"per_type_year": 0.05, "months": 4.5}},
        budget={"obligation": {2026: 50e6}, "support": {2028: 9e6}},
    )
    return theatre_of(scenario)


def judged(futures: Futures, *, planned: bool = True, plan: Plan = PLAN) -> Judgement:
    """The judgement of a simulation that saw nothing, in futures stated by hand."""
    t, seed = theatre(), plan.later_seed or 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "draw_futures", lambda *_: futures)
        bare = judge.judgement_of(t, plan, blank(t, plan, len(futures)), seed=seed)
    return replace(
        bare,
        planned=np.array([0.4, 0.7, 50.0, 0.3, 0.0]) if planned else None,
        planned_attainment=0.6 if planned else None,
    )


def half_late() -> Judgement:
    """Two futures: drones after 9 months in both, slow ones after 9 and after 30 months."""
    return judged(futures_of(theatre().scenario, lead_months=[[9, 9], [9, 30]], count=2))


def test_requirements_are_told_in_plain_words() -> None:
    sentences = [result.requirement_sentence(theatre().scenario, r) for r in theatre().scenario.requirements]
    assert sentences == [
        "a small craft in Bay found within 4 h of arriving with probability 0.5 or more",
        "2 air craft on station and able to see in Bay at least 80% of the time",
        "a still small craft in Bay looked at every 48 h or less",
        "a small craft in Bay found and identified within 4 h of arriving with probability 0.4 or more",
        "air, surface and underwater craft on station and able to see in Bay at once at least 80% of the time",
    ]


def test_requirement_entries_carry_the_demand_and_both_values() -> None:
    entries = result.requirement_entries(theatre(), half_late())
    assert [e["planned"] for e in entries] == [0.4, 0.7, 50.0, 0.3, 0.0]
    assert [e["threshold"] for e in entries] == [0.5, 0.8, 48.0, 0.4, 0.8]
    assert [e["at_most"] for e in entries] == [False, False, True, False, False]
    assert [e["unit"] for e in entries] == ["fraction", "fraction", "h", "fraction", "fraction"]
    assert [e["ceiling"] for e in entries] == [1.0, 1.0, 0.0, 1.0, 0.0]
    assert [e["weight"] for e in entries] == [1.0, 2.0, 1.0, 1.0, 1.0]
    assert [e["domains"] for e in entries] == [None] * 4 + [["air", "surface", "underwater"]]
    contract = {"id", "area", "measure", "target", "threshold", "weight", "ceiling", "planned", "simulated", "low"}
    assert all(
        contract | {"high", "probability_met", "sentence", "within_h", "domain", "craft"} <= set(e) for e in entries
    )
    bare = result.requirement_entries(theatre(), judged(futures_of(theatre().scenario), planned=False))
    assert all("planned" not in e for e in bare)


def test_orders_tell_what_of_them_comes_in_time() -> None:
    entries = {(e["platform"], e["period"]): e for e in result.order_entries(theatre(), half_late())}
    assert entries["drone", "2026Q1"]["delivered_mean"] == pytest.approx(2.0)
    assert entries["drone", "2026Q3"]["delivered_mean"] == pytest.approx(1.0)
    assert entries["slow", "2026Q1"]["delivered_mean"] == pytest.approx(2.0)
    for entry in entries.values():
        assert entry["unit_price"] * entry["quantity"] == pytest.approx(entry["cost"])
    assert entries["slow", "2026Q1"]["supplier_country"] == "NO"


def test_first_day_says_who_could_be_in_time() -> None:
    entries = {e["platform"]: e for e in result.first_day_entries(theatre(), half_late())}
    assert {p: e["probability_usable_in_time"] for p, e in entries.items()} == {"drone": 1.0, "slow": 0.5}


def test_late_names_the_types_that_may_miss_the_window_likeliest_first() -> None:
    late = {"platform": "slow", "name": "Slow one", "ordered": 4.0, "probability_usable_in_time": 0.5}
    assert result.late_entries(theatre(), half_late()) == [late]
    both = judged(futures_of(theatre().scenario, lead_months=[[30, 30], [9, 30]], count=2))
    assert [e["platform"] for e in result.late_entries(theatre(), both)] == ["slow", "drone"]


def test_deliveries_count_usable_craft_month_by_month() -> None:
    entries = result.delivery_entries(theatre(), half_late())
    slow = {e["date"]: e for e in entries if e["platform"] == "slow"}
    assert len(slow) == 36
    assert (slow["2026-09-01"]["mean"], slow["2026-11-01"]["mean"], slow["2028-08-01"]["mean"]) == (0.0, 2.0, 4.0)
    assert (slow["2026-11-01"]["low"], slow["2026-11-01"]["high"]) == (pytest.approx(0.2), pytest.approx(3.8))
    for platform in ("drone", "slow"):
        means = [e["mean"] for e in entries if e["platform"] == platform]
        assert means == sorted(means)


def test_the_ramp_up_counts_each_domain_from_the_first_delivery_to_the_windows_end() -> None:
    """All are aircraft: three drones and half of the slow in time, the other half late, in July 2028."""
    entries = result.ramp_up_entries(theatre(), half_late())
    assert {e["domain"] for e in entries} == {"air"}
    assert (entries[0]["date"], entries[-1]["date"]) == ("2026-10-01", "2028-12-01")
    by_date = {e["date"]: e for e in entries}
    assert by_date["2026-10-01"]["mean"] == 0.0
    assert by_date["2026-11-01"]["mean"] == 2 + 4 / 2
    assert (by_date["2026-11-01"]["low"], by_date["2026-11-01"]["high"]) == (pytest.approx(2.4), pytest.approx(5.6))
    assert by_date["2028-08-01"]["mean"] == 7.0
    assert {e["ordered"] for e in entries} == {7}


def test_a_fleet_that_never_comes_has_no_ramp_up() -> None:
    assert result.ramp_up_entries(theatre(), judged(futures_of(theatre().scenario, embargo_h=0.0))) == []


def test_groundings_are_told_for_the_types_bought() -> None:
    """Of four futures the drone is grounded in two, the slow in one of them and in a third; none before the window."""
    start = theatre().scenario.calendar.window_start_h
    spans = [(0, 0, start, start + 9), (1, 0, start + 5, start + 99), (1, 1, start, start + 1), (2, 1, start, 1e6)]
    futures = futures_of(theatre().scenario, grounded_h=[*spans, (3, 0, 10.0, start)], count=4)
    told = result.grounding_entry(theatre().scenario, judged(futures))
    assert told == {"probability": 0.75, "months": 4.5, "by_platform": {"drone": 0.5, "slow": 0.5}}
    calm = theatre().scenario.model_copy(update={"uncertainty": make_scenario().uncertainty})
    assert result.grounding_entry(calm, judged(futures)) is None


def test_hours_identifying_are_told_by_type() -> None:
    one = judged(futures_of(theatre().scenario, count=2))
    busy = replace(one, outcome=replace(one.outcome, row_busy_h=np.array([[100.0, 4.0], [300.0, 8.0]])))
    assert result.fleet_entries(theatre().scenario, busy)["identifying_hours"] == {"drone": 200.0, "slow": 6.0}


def test_the_books_name_every_year_and_its_budget() -> None:
    cost = result.cost_entry(theatre().scenario, half_late())
    assert cost["currency"] == "USD"
    assert cost["budget"] == {
        "2026": {"obligation": 50e6, "carried": 0.0, "support": None},
        "2027": {"obligation": 0.0, "carried": 0.0, "support": None},
        "2028": {"obligation": 0.0, "carried": 0.0, "support": 9e6},
    }
    assert set(cost["by_fiscal_year"]) == {"2026", "2027", "2028"}
    assert sum(y["obligation"] for y in cost["by_fiscal_year"].values()) == pytest.approx(cost["acquisition"])


def test_attainment_without_a_formula_tells_the_simulation_alone() -> None:
    assert result.attainment_entry(theatre().scenario, half_late())["planned"] == 0.6
    bare = judged(futures_of(theatre().scenario, count=3), planned=False)
    assert set(result.attainment_entry(theatre().scenario, bare)) == {"simulated", "low", "high"}


def test_the_years_have_the_attainment_s_mean() -> None:
    one = half_late()
    years = result.yearly_entry(theatre().scenario, one)
    assert len(years) == len(one.outcome)
    assert np.mean([year for year in years if year is not None]) == pytest.approx(
        result.attainment_entry(theatre().scenario, one)["simulated"], abs=1e-6
    )


def test_every_entry_is_json() -> None:
    """What is unknown is null, never NaN."""
    one = judged(futures_of(theatre().scenario))
    entries = {
        "requirements": result.requirement_entries(theatre(), one),
        "attainment": result.attainment_entry(theatre().scenario, one),
        "yearly": result.yearly_entry(theatre().scenario, one),
        "fleet": result.fleet_entries(theatre().scenario, one),
        "cost": result.cost_entry(theatre().scenario, one),
        "head": result.head(theatre().scenario, 1, {"loop": 1.0}),
    }
    text = json.dumps(entries, allow_nan=False)
    assert '"low": null' in text
    assert '"availability": {"drone": null' in text


# Orders that adapt


ADDED = (Order("slow", "2026Q1", 1), Order("slow", "2026Q4", 6)), (Allocation("slow", "baltra", "bay", 7, None),)
"""Of the four slow ones that all futures order in 2026Q1 a fifth comes in one, and six more after the news."""


def adapting(futures: Futures) -> Judgement:
    """Four futures, in the second of which more is ordered."""
    return judged(futures, plan=replace(PLAN, later=(Later(1, *ADDED),), later_seed=9))


def test_what_single_futures_order_is_told_by_type_and_period() -> None:
    futures = futures_of(theatre().scenario, count=4, price_factor=[[1.0, 1.0], [1.0, 2.0], [1.0, 1.0], [1.0, 1.0]])
    first, late = result.later_entries(theatre(), adapting(futures))
    assert (late["platform"], late["name"], late["supplier_country"], late["domain"]) == (
        "slow",
        "Slow one",
        "NO",
        "air",
    )
    assert (late["period"], late["probability"]) == ("2026Q4", 0.25)
    assert late["quantity"] == {"mean": 1.5, "low": 0.0, "high": pytest.approx(0.7 * 6)}
    assert (first["period"], first["quantity"]["mean"]) == ("2026Q1", 0.25)
    bare = {(o["platform"], o["period"]): o for o in result.order_entries(theatre(), judged(futures))}
    unit = bare["slow", "2026Q1"]["unit_price"]
    assert first["cost"] == pytest.approx(0.25 * unit)
    assert late["cost"] == pytest.approx(0.25 * 6 * 2 * unit)  # the price of its own future, from the news on


def test_costs_of_common_and_later_orders_add_up_to_the_expected_acquisition() -> None:
    one = adapting(futures_of(theatre().scenario, count=4, price_factor=1.5))
    told = [*result.order_entries(theatre(), one), *result.later_entries(theatre(), one)]
    cost = result.cost_entry(theatre().scenario, one)
    assert sum(o["cost"] for o in told) + cost["integration"] == pytest.approx(cost["acquisition"])


def test_common_orders_are_told_as_if_nothing_came_after_them() -> None:
    futures = futures_of(theatre().scenario, lead_months=[[9, 9], [9, 9], [9, 30], [9, 30]], count=4)
    one, bare = adapting(futures), judged(futures)
    assert result.order_entries(theatre(), one) == result.order_entries(theatre(), bare)


def test_later_orders_count_among_the_craft_that_come_late_or_in_time() -> None:
    futures = futures_of(theatre().scenario, lead_months=[[9, 9], [9, 9], [9, 30], [9, 30]], count=4)
    one, bare = adapting(futures), judged(futures)
    (slow,) = result.late_entries(theatre(), bare)
    assert (slow["ordered"], slow["probability_usable_in_time"]) == (4.0, 0.5)
    (slow,) = result.late_entries(theatre(), one)
    ordered, in_time = one.ordered[:, 1], (one.usable_h[1] <= theatre().scenario.calendar.window_start_h).sum(axis=1)
    assert ordered.sum() > 4 * 4
    assert slow["ordered"] == ordered.mean()
    assert slow["probability_usable_in_time"] == in_time.sum() / ordered.sum()
    craft = result.fleet_entries(theatre().scenario, one)["craft"]
    assert craft["ordered"] == one.ordered.sum() / 4
    assert 0 < craft["usable_in_time"] < craft["ordered"]


def test_the_fleet_as_it_grows_holds_what_single_futures_order() -> None:
    """Eleven slow ones of the second future, four of the others; no later order comes before the common one."""
    one = adapting(futures_of(theatre().scenario, lead_months=9, count=4))
    slow = {e["date"]: e["mean"] for e in result.delivery_entries(theatre(), one) if e["platform"] == "slow"}
    assert (slow["2026-11-01"], slow["2028-08-01"]) == ((4 * 4 + 1) / 4, (3 * 4 + 11) / 4)
    risen = result.ramp_up_entries(theatre(), one)
    assert {e["ordered"] for e in risen} == {3 + (3 * 4 + 11) / 4}
    assert (risen[0]["date"], risen[-1]["mean"]) == ("2026-10-01", 3 + (3 * 4 + 11) / 4)


def test_a_type_that_one_future_buys_stands_down_there_alone() -> None:
    start = theatre().scenario.calendar.window_start_h
    drones = Plan((Order("drone", "2026Q1", 1),), (Allocation("drone", "baltra", "bay", 1, 1),))
    plan = replace(drones, later=(Later(1, (Order("slow", "2026Q4", 1),), ()),), later_seed=9)
    futures = futures_of(theatre().scenario, grounded_h=[(f, 1, start, start + 9) for f in range(4)], count=4)
    told = result.grounding_entry(theatre().scenario, judged(futures, plan=plan))
    assert told == {"probability": 0.25, "months": 4.5, "by_platform": {"drone": 0.0, "slow": 0.25}}


# Warnings


def test_a_threshold_no_fleet_could_reach_is_a_warning() -> None:
    (layered,) = ceiling_warnings(theatre())
    assert layered.startswith("bay-layered-air_surface_underwater: the threshold 0.8 fraction is out of reach")
    blind = make_scenario(
        requirements=[
            {**BOAT, "measure": "detection", "within_h": 4, "at_least": 0.5},
            {"area": "bay", "measure": "presence", "domain": "surface", "craft": 1, "at_least": 0.8},
            {**BOAT, "measure": "revisit", "at_most": 48},
        ]
    )
    (boats,) = ceiling_warnings(theatre_of(blind))
    assert boats.startswith("bay-presence-1_surface: the threshold 0.8 fraction is out of reach")
    assert len(ceiling_warnings(theatre_of(blind, distance_nm=900))) == 3


def test_rows_beyond_range_and_sweeps_beyond_the_law_are_warnings() -> None:
    rows = [
        {"platform": "drone", "base": "baltra", "area": "bay", "share_in_range": 0.79},
        {"platform": "slow", "base": "baltra", "area": "bay", "share_in_range": 0.81},
    ]
    (partly,) = range_warnings(theatre(), rows)
    assert partly == "drone from baltra: only 79% of bay lies in its range"
    narrow = theatre_of(theatre().scenario, perimeter_nm=11.9 * np.pi)
    wide = range_warnings(narrow, rows[1:])
    assert len(wide) == 1
    assert wide[0].startswith("slow in bay: its sweep width against small_craft exceeds half")
    assert range_warnings(theatre_of(theatre().scenario, perimeter_nm=12.1 * np.pi), rows[1:]) == []


def test_contacts_that_wait_between_interfaces_are_a_warning() -> None:
    """The drone finds and identifies, the second finds only and shares nothing with it, the third shares its own."""
    types = [
        {"identifies": "small_craft", "control_interfaces": "link"},
        {"id": "other", "control_interfaces": "proprietary"},
        {"id": "kin", "control_interfaces": "link;more"},
    ]
    demand = [{**BOAT, "measure": "identification", "within_h": 4, "at_least": 0.4}]
    scenario = make_scenario(
        platforms=types,
        requirements=demand,
        targets={"small_craft": {"dwell_h": 0.5}},
        operations={"hand_over": {"desk_h": 1.5}},
    )
    t = theatre_of(scenario)
    rows = [{"platform": p, "base": "baltra", "area": "bay"} for p in ("drone", "other", "kin")]
    assert hand_over_warnings(t, rows) == [
        "bay: 1 of the 3 ways from a type that finds a small_craft to one that identifies it share no control "
        "interface; a contact then waits up to 1.5 h"
    ]
    assert hand_over_warnings(t, [rows[0], rows[2]]) == []
    assert hand_over_warnings(t, rows[1:]) == ["bay: no craft placed there can identify a small_craft"]
    assert hand_over_warnings(t, []) == []
    assert interface_warnings(scenario) == []
    mute = with_platforms(scenario, [p.model_copy(update={"control_interfaces": ""}) for p in scenario.platforms[:2]])
    (told,) = interface_warnings(mute)
    assert told == "no control interface is stated for drone, other: contacts to and from them go over the desk"
    nothing_lost = scenario.model_copy(update={"operations": make_scenario().operations})
    assert interface_warnings(with_platforms(nothing_lost, mute.platforms)) == []


# Rows and the scenario


def test_rows_are_told_with_their_sortie_and_route() -> None:
    measured = make_theatre(theatre().scenario)
    judgement = judge.judgement_of(measured, PLAN, blank(measured, PLAN, 1), seed=1)
    entries = result.allocation_entries(measured, judgement.plan)
    n = measured.pair_index["drone", "baltra", "bay"]
    assert [e["platform"] for e in entries] == ["drone", "slow"]
    assert entries[0]["transit_h"] == pytest.approx(measured.pairs.transit_h[n])
    assert entries[0]["share_in_range"] == 1.0
    lon, lat = entries[0]["route"][0]
    assert (lon, lat) == pytest.approx((-90.2659, -0.4538), abs=1e-3)
    assert entries[0]["route"][-1] == pytest.approx([-90.5, 2.0], abs=0.01)
    told = result.scenario_entries(measured, judgement, entries)
    assert told["dates"]["window_start"] == "2028-01-01"
    assert [p["id"] for p in told["places"]] == ["baltra"]
    assert told["areas"][0]["area_nm2"] == pytest.approx(3600, rel=0.02)
    support, layered, unserved, sources = told["warnings"]
    assert "no platform can serve" in unserved
    assert layered.startswith("bay-layered")
    assert told["not_simulated"] == ["weather that areas share: the weather of each is drawn for itself"]
    assert support.startswith("support 2028: USD ")
    assert "exceeds the budget of 9,000,000 by" in support
    assert sources == "no platform value has a source: the scenario has no platform_sources"
