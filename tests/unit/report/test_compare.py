"""The comparison in words and tables."""

from __future__ import annotations

from typing import Any

import pytest

from builders import make_scenario
from fleetcraft.report.compare import (
    compare_answer,
    compare_page,
    draw_compare,
    losses,
    named,
    ranked,
    requirements_frame,
    restrictions_frame,
)
from unit.report.test_frontier import point

BOAT = {"area": "bay", "target": "small_craft"}


def row(number: int, name: str, simulated: float, **more: Any) -> dict[str, Any]:
    verb, code = name.split()
    only, without = ([code], []) if verb == "only" else ([], [code])
    apart = simulated - 0.6
    return {
        **point(number, 100e9, simulated),
        "name": name,
        "of": "supplier_country",
        "only": only,
        "without": without,
        "difference": {
            "attainment": apart, "low": apart - 0.005, "high": apart + 0.005, "cost": -2e9, "acquisition": -1e9,
        },
        "more_money": {
            "amount": 30e9, "budget": 130e9, "not_enough": 128e9, "difference": None, "searched_to": 400e9,
        },
        "more_money_unknown": None,
        **more,
    }  # fmt: skip


@pytest.fixture
def result() -> dict[str, Any]:
    nothing = {"status": "infeasible", "conflict": ["policies.domain_minimum.air: 9 craft"]}
    none = dict.fromkeys(("attainment", "cost", "difference", "more_money", "more_money_unknown"))
    names = {"of": "supplier_country", "only": ["AU"], "without": []}
    unknown = {"amount": None, "budget": None, "not_enough": 400e9, "difference": None, "searched_to": 400e9}
    return {
        "currency": "JPY",
        "budget": {"acquisition": 100e9, "counts": "obligation", "support": "as stated"},
        "open": point(0, 100e9, 0.6),
        "restrictions": [
            {"name": "only AU", **names, **nothing, **none},
            row(1, "only JP", 0.2, more_money=unknown),
            row(2, "only US", 0.55),
            row(3, "without TR", 0.599),
        ],
        "lifted": ["policies.supplier_country_share"],
        "replications": 200,
    }


def test_restrictions_are_named_after_the_country() -> None:
    assert named(row(0, "only US", 0.5)) == "only the United States"
    assert named(row(0, "without TR", 0.5)) == "without Türkiye"
    assert named({**row(0, "only US", 0.5), "name": "allies"}) == "allies"
    assert named({**row(0, "only air", 0.5), "of": "domain"}) == "only air"


def test_the_answer_tells_the_best_the_worst_and_what_cannot_be_done(result: dict[str, Any]) -> None:
    assert [r["name"] for r in ranked(result)] == ["without TR", "only US", "only JP"]
    told = " ".join(compare_answer(result))
    assert "Open competition attains 60.0%" in told
    assert "Without Türkiye: 59.9%, −0.1 points (−0.6 to 0.4), which ¥30.0\u00a0bn more" in told
    assert "Only Japan: 20.0%, −40.0 points" in told
    assert "which no acquisition budget up to ¥400.0\u00a0bn makes up" in told
    assert "No difference from open competition can be told for without Türkiye." in told
    assert "No plan meets the hard constraints with only Australia." in told


def test_the_page_shows_conflicts_and_what_was_set_aside(result: dict[str, Any]) -> None:
    charts = draw_compare(result)
    assert set(charts) == {"compare", "money_by_country", "money_by_domain"}
    page = compare_page(result, make_scenario(), charts)
    assert "policies.domain_minimum.air: 9 craft" in page
    assert "policies.supplier_country_share" in page
    assert "none does" in page
    assert page.count("<svg") == 3
    assert "Obligated for craft, with later orders in the mean, by domain" in charts["money_by_domain"]


def test_the_page_says_where_and_why_the_money_is_unknown(result: dict[str, Any]) -> None:
    for each in result["restrictions"][2:]:
        each |= {"more_money": None, "more_money_unknown": "a limit left no plan"}
    told = (
        "What more money would make up for without Türkiye and only the United States is not told: a limit left no plan"
    )
    assert f"{told}." in compare_page(result, make_scenario(), {})


def test_tables_have_open_competition_and_every_restriction(result: dict[str, Any]) -> None:
    frame = restrictions_frame(result)
    assert frame["name"].tolist() == ["open", "only AU", "only JP", "only US", "without TR"]
    assert frame["simulated"].isna().tolist() == [False, True, False, False, False]
    assert frame["more_money"].tolist()[3] == 30e9
    assert requirements_frame(result)["simulated"].tolist() == [0.6, 0.2, 0.55, 0.599]


def test_losses_are_the_requirements_that_fall_most() -> None:
    scenario = make_scenario(
        requirements=[
            {**BOAT, "id": "near", "measure": "detection", "within_h": 4, "at_least": 0.5},
            {**BOAT, "id": "soon", "measure": "detection", "within_h": 8, "at_least": 0.5},
            {**BOAT, "id": "look", "measure": "revisit", "at_most": 24},
        ]
    )
    before = {"requirements": [{"id": i, "simulated": v} for i, v in (("near", 0.5), ("soon", 0.9), ("look", 20.0))]}
    after = {"requirements": [{"id": i, "simulated": v} for i, v in (("near", 0.495), ("soon", 0.6), ("look", 5.0))]}
    assert losses(before, after, scenario) == "detection: small craft within 8\u00a0h in Bay (−30.0)"
    assert losses(before, before, scenario) == "nothing that falls by more than a point"
