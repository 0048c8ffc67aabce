"""The frontier in words and tables."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.report.frontier import (
    draw_frontier,
    frontier_answer,
    frontier_page,
    next_frame,
    points_frame,
    what_it_buys,
)
from fleetcraft.report.point_figures import _SERIES
from fleetcraft.report.tokens import DARK, LIGHT
from unit.report.test_tokens import contrast

MEASURED = ("planned", "simulated", "low", "high")


def order(platform: str, country: str, domain: str, quantity: int, cost: float) -> dict[str, Any]:
    return {
        "platform": platform, "name": platform.title(), "supplier_country": country, "domain": domain,
        "period": "2026Q1", "quantity": quantity, "cost": cost,
    }  # fmt: skip


def point(number: int, budget: float, simulated: float, **more: Any) -> dict[str, Any]:
    """A point of the frontier with two orders that use up the budget."""
    return {
        "key": f"00-{number:02d}",
        "budget": budget,
        "scale": budget / 100e9,
        "risk_weight": 0.0,
        "status": "optimal",
        "stopped_by": "gap",
        "objective": simulated,
        "bound": simulated + 0.01,
        "gap": 0.004,
        "conflict": [],
        "cost": {"currency": "JPY", "acquisition": budget * 0.9, "life_cycle": budget * 1.5},
        "attainment": {
            "planned": simulated, "simulated": simulated, "low": simulated - 0.01, "high": simulated + 0.01,
        },
        "risk": {"p10": simulated - 0.05, "cvar": simulated - 0.08, "low": simulated - 0.1, "high": simulated - 0.06},
        "probability_all_met": 0.25,
        "orders": [order("kite", "TR", "air", 10, budget * 0.6), order("raft", "US", "surface", 4, budget * 0.3)],
        "later": [],
        "requirements": [
            {"id": "bay-detection-small_craft_4h", **dict.fromkeys(MEASURED, simulated), "probability_met": 0.5}
        ],
        "kept_from": None,
        **more,
    }  # fmt: skip


def step(a: float, b: float, gained: float) -> dict[str, Any]:
    share = 5e9 / (b - a)
    return {
        "risk_weight": 0.0,
        "from": a,
        "to": b,
        "difference": {"attainment": gained, "low": gained - 0.01, "high": gained + 0.01},
        "per": 5e9,
        "marginal": {"attainment": gained * share, "low": (gained - 0.01) * share, "high": (gained + 0.01) * share},
    }


@pytest.fixture
def result() -> dict[str, Any]:
    """Four budgets: one too small for any plan, one that is enough, one that keeps its plan."""
    nothing = {
        "key": "00-00", "budget": 10e9, "scale": 0.1, "risk_weight": 0.0, "status": "infeasible",
        "conflict": ["scenario.yaml:7: policies.domain_minimum.air: 9 craft; alone it must fall to 2 craft"],
        "kept_from": None,
    }  # fmt: skip
    return {
        "currency": "JPY",
        "budget": {"acquisition": 100e9, "counts": "obligation", "support": "as stated"},
        "points": [nothing, point(1, 50e9, 0.5), point(2, 100e9, 0.6), point(3, 200e9, 0.6, kept_from=100e9)],
        "efficient": [1, 2],
        "next": [step(50e9, 100e9, 0.1), step(100e9, 200e9, 0.0)],
        "enough": 100e9,
        "replications": 200,
    }


def test_the_answer_says_where_more_money_stops_helping(result: dict[str, Any]) -> None:
    first, enough, step_ = frontier_answer(result)
    assert "From ¥50.0\u00a0bn to ¥200.0\u00a0bn" in first
    assert "from 50.0% to 60.0%" in first
    assert "Beyond ¥100.0\u00a0bn (60.0%)" in enough
    assert "another ¥5.00\u00a0bn buys 0.0 percentage points" in step_


def test_without_such_a_budget_nothing_is_said_of_it(result: dict[str, Any]) -> None:
    assert not any("Beyond" in sentence for sentence in frontier_answer({**result, "enough": None}))


def test_each_budget_is_told_in_a_sentence(result: dict[str, Any]) -> None:
    nothing, some, _, kept = (what_it_buys(result, row) for row in result["points"])
    assert "no plan" in nothing
    assert "policies.domain_minimum.air" in nothing
    assert some == (
        "¥50.0\u00a0bn buys 14 craft of 2 types (10 air, 4 surface), 67% of the money for Türkiye, attaining 50.0% "
        "(49.0 to 51.0%)."
    )
    assert "the plan is that of ¥100.0\u00a0bn" in kept


def test_what_is_ordered_after_the_news_is_told(result: dict[str, Any]) -> None:
    row = result["points"][1]
    later = {**order("kite", "TR", "air", 0, 1e9), "quantity": {"mean": 2.5, "low": 0, "high": 6}, "probability": 0.4}
    assert "and 2.5 more after the news, in the mean future" in what_it_buys(result, {**row, "later": [later]})
    rows = [{**r, "later": [later]} if "orders" in r else r for r in result["points"]]
    page = frontier_page({**result, "points": rows}, make_scenario(), {})
    assert "2.5 (in 40% of futures)" in page


def test_tables_have_a_row_for_each_point_and_step(result: dict[str, Any]) -> None:
    points = points_frame(result)
    assert list(points["budget"]) == [10e9, 50e9, 100e9, 200e9]
    assert points["simulated"].isna().tolist() == [True, False, False, False]
    assert points["kept_from"].tolist()[3] == 100e9
    assert points["efficient"].tolist() == [False, True, True, False]
    steps = next_frame(result)
    assert steps["per_attainment"].tolist() == pytest.approx([0.01, 0.0])
    assert next_frame({**result, "next": []}).empty


def test_the_page_shows_what_cannot_be_done_and_what_another_point_beats(result: dict[str, Any]) -> None:
    charts = draw_frontier(result)
    assert set(charts) == {"frontier_0", "money_by_domain", "money_by_country"}
    page = frontier_page(result, make_scenario(), charts)
    assert "another point is better" in page
    assert "no plan" in page
    assert page.count("<svg") == 3
    assert "¥5.00\u00a0bn" in page


def test_each_risk_weight_has_its_chart(result: dict[str, Any]) -> None:
    rows = [{**row, "risk_weight": weight} for weight in (0.0, 0.5) for row in result["points"]]
    steps = [{**s, "risk_weight": weight} for weight in (0.0, 0.5) for s in result["next"]]
    weighted = {**result, "points": rows, "next": steps, "efficient": [1, 2, 5]}
    charts = draw_frontier(weighted)
    assert {"frontier_0", "frontier_1"} <= set(charts)
    for weight, name in (("0", "frontier_0"), ("0.5", "frontier_1")):
        assert f"Attainment against acquisition budget, risk weight {weight}" in texts(charts[name])
    assert "bound of the solve" in texts(charts["frontier_0"])
    assert "bound of the solve" not in texts(charts["frontier_1"])
    page = frontier_page(weighted, make_scenario(), charts)
    assert "<small>risk weight 0.5</small>" in page
    assert "Enough, risk weight 0<" in page
    said = frontier_answer(weighted)
    assert all(sentence.startswith("At risk weight 0, ") for sentence in said)
    assert len(said) == 3
    assert not any("weight" in sentence for sentence in frontier_answer(result))


def test_the_step_told_is_of_the_weight_that_is_told(result: dict[str, Any]) -> None:
    other = {**step(100e9, 200e9, 0.4), "risk_weight": 0.5}
    rows = [{**row, "risk_weight": weight} for weight in (0.0, 0.5) for row in result["points"]]
    said = frontier_answer({**result, "points": rows, "next": [other, *result["next"]]})
    assert "buys 0.0 percentage points" in said[-1]


@pytest.mark.parametrize("budgets", [(50e6, 100e6), (20e9, 54e9, 400e9), (16.8e6, 168e6, 336e6), (900e9, 1000e9)])
def test_labels_below_the_curve_stand_apart(result: dict[str, Any], budgets: tuple[float, ...]) -> None:
    charts = draw_frontier({**result, "points": [point(i, b, 0.5 + 0.1 * i) for i, b in enumerate(budgets)]})
    root = ET.fromstring(charts["frontier_0"])
    axis = next(g for g in root.iter() if g.get("class", "").endswith("axis-label") and _level(g))
    labels = [t for t in axis if t.get("opacity") != "0"]
    centres = [float(re.findall(r"[-\d.]+", t.get("transform", ""))[0]) for t in labels]
    assert len(labels) >= 3
    assert {t.get("text-anchor") for t in labels} == {"middle"}
    widths = [6.5 * len(t.text or "") for t in labels]
    assert all(b - a > (v + w) / 2 for a, b, v, w in zip(centres, centres[1:], widths, widths[1:], strict=False))


def _level(axis: ET.Element) -> bool:
    """Whether an axis' labels stand side by side."""
    return len({re.findall(r"[-\d.]+", t.get("transform", ""))[1] for t in axis}) == 1


def texts(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter() if t.tag.endswith("}text")]


def test_the_first_cell_of_a_row_is_text_as_wide_as_the_style_makes_it(result: dict[str, Any]) -> None:
    page = frontier_page(result, make_scenario(), {})
    assert '<th scope="row" class="n"' not in page
    assert "¥50.0\u00a0bn to ¥100.0\u00a0bn</th>" in page


def test_money_charts_say_that_they_count_later_orders(result: dict[str, Any]) -> None:
    charts = draw_frontier(result)
    for key in ("domain", "country"):
        assert f"Obligated for craft, with later orders in the mean, by {key}" in texts(charts[f"money_by_{key}"])
    assert "underwater" not in texts(charts["money_by_domain"])


def test_the_lines_differ_in_dashes_and_colour_and_can_be_seen() -> None:
    dashes = [tuple(dash) for _, dash in _SERIES.values()]
    colours = [colour for colour, _ in _SERIES.values()]
    assert len(set(dashes)) == len(set(colours)) == 4
    assert not {"muted", "bar"} <= set(colours), "both are grey"
    for palette in (LIGHT, DARK):
        assert all(contrast(palette[colour], palette["paper"]) >= 3 for colour in colours)
