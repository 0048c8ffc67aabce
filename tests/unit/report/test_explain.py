"""An explanation in words: the answer first, numbers with their units, a reason for each type."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from builders import EVERYTHING, make_scenario
from fleetcraft.report.explain import draw_explain, explain_answer, explain_files, explain_page, explain_summary
from fleetcraft.report.explain_figures import compact
from fleetcraft.report.explain_words import changes_in_words, limit_in_words, range_in_words, why

SCENARIO = make_scenario(**EVERYTHING)
NOT_BOUGHT = {"name": "Drone", "by": None, "price": None, "price_now": 3e6, "currency": "USD", "verified": None}


def reason(reason_: str, **more: Any) -> dict[str, Any]:
    return {"platform": "drone", "reason": reason_, "detail": {}, **NOT_BOUGHT, **more}


TOO_DEAR = reason(
    "too_dear",
    price=1.5e6,
    verified={"below": {"price": 1.5e6, "craft": 4}, "above": {"price": 1.53e6, "craft": 0}},
)
REASONS = {
    "Drone: no base takes air craft.": reason("no_base", detail={"domain": "air"}),
    "Drone: out of range; the nearest area is 120 nm from a base, it reaches 50 nm.": reason(
        "out_of_range", detail={"nearest_nm": 120.0, "range_nm": 50.0, "station_h": 3.0, "least_station_h": 1.0}
    ),
    "Drone: out of range; 120 nm out it could stay 0.4 h, less than 1 h.": reason(
        "out_of_range", detail={"nearest_nm": 120.0, "range_nm": 500.0, "station_h": 0.4, "least_station_h": 1.0}
    ),
    "Drone: too late; one ordered on the first day is usable in time with a probability of 2%.": reason(
        "late", detail={"probability_usable_in_time": 0.02}
    ),
    "Drone: serves no requirement in any area that it reaches.": reason("serves_nothing"),
    "Drone: excluded by policies.domains.": reason("excluded", by="policies.domains"),
    "Drone: Boat is no worse in anything and cheaper.": reason("dominated", by="boat"),
    "Drone: too dear at $3.00 M; at $1.50 M (50% less) 4 would be bought, at $1.53 M none.": TOO_DEAR,
    "Drone: a close call; solved again with what the run has learnt, 3 are bought.": reason(
        "close", detail={"craft": 3}
    ),
    "Drone: not even at a hundredth of its price; the support money it would take does more elsewhere.": reason(
        "not_as_a_gift", by="budget.support.*"
    ),
    "Drone: not even at a hundredth of its price; its places at bases do more for others.": reason(
        "not_as_a_gift", by="places.*.capacity_air"
    ),
    "Drone: not even at a hundredth of its price; it adds too little to what is bought.": reason("not_as_a_gift"),
}


@pytest.mark.parametrize("sentence", REASONS)
def test_each_reason_in_a_sentence(sentence: str) -> None:
    assert why(REASONS[sentence], SCENARIO).replace("\u00a0", " ") == sentence


def limit(path: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "limit": path,
        "kind": kind,
        "unit": "craft",
        "used": 9.0,
        "of": 9.0,
        "slack": 0.0,
        "step": 1.0,
        "marginal": 0.02,
        **more,
    }


LIMITS = {
    "acquisition money of fiscal 2026 ($10.0 M is worth 2.0 points)": limit(
        "budget.obligation.2026", "acquisition", step=10e6, unit="USD"
    ),
    "room for air craft at Baltra (one place is worth 2.0 points)": limit("places.baltra.capacity_air", "base"),
    "people (100 people are worth 2.0 points)": limit("operations.people_limit", "people", step=100.0, unit="people"),
    "the cap on any one country's share (5.0 points are worth 2.0 points)": limit(
        "policies.supplier_country_share.max", "share", step=0.05, unit="share"
    ),
    "the yearly output of Boat this buyer can get (a tenth more is worth 2.0 points)": limit(
        "platforms.boat.production_rate_per_year", "output"
    ),
}


@pytest.mark.parametrize("clause", LIMITS)
def test_each_limit_in_a_clause(clause: str) -> None:
    assert limit_in_words(LIMITS[clause], SCENARIO).replace("\u00a0", " ") == clause


def end(moved: float, regret: float | None) -> dict[str, Any]:
    return {
        "kept": 0.0,
        "can_be_kept": regret is not None,
        "found": True,
        "bound": 0.1,
        "planned": 0.1,
        "moved": moved,
        "regret": regret,
    }


def flip(path: str, platform: str | None, moved: float | None, regret: float | None) -> dict[str, Any]:
    ends = {"low": None, "high": {"kept": 0.0, "can_be_kept": True}}
    return {
        "path": path,
        "platform": platform,
        "low": 1e6,
        "likely": 2e6,
        "high": 4e6,
        "unit": "",
        "ends": {"low": end(moved, regret), "high": None} if moved is not None else ends,
        "settled": "first look" if moved is None else "solved",
        "moved": moved,
        "regret": regret,
        "flips": moved is not None and moved > 0.1,
        "first_look": 0.1,
    }


CHANGE = {"platform": "boat", "name": "Boat", "supplier_country": "AU", "domain": "surface", "craft": 3, "money": 9e6}
DIFFERENCE = {"mean": 0.012, "low": 0.01, "high": 0.014}
FOUND: dict[str, Any] = {
    "scenario": {"name": "Tiny", "hash": "0", "case": None},
    "currency": "USD",
    "solves": 1234,
    "plan": {"orders": [], "solved_again": {"moved": 0.3}, "money": {}},
    "binding": [*LIMITS.values(), limit("budget.support.2028", "support", marginal=0.0, unit="USD", step=2e6)],
    "why_not": list(REASONS.values()),
    "next_money": {
        "budget": "budget.obligation.2026",
        "amount": 5e6,
        "currency": "USD",
        "why": None,
        "changes": [CHANGE, {**CHANGE, "name": "Drone", "craft": -2, "money": -6e6}],
        "moved": 0.1,
        "planned": 0.013,
        "bound": 0.01,
        "simulated": DIFFERENCE,
    },
    "alternatives": [
        {"orders": [], "changes": [CHANGE], "moved": 0.4, "apart": 0.4, "objective": 0.5, "planned": 0.0}
        | {"simulated": {"mean": -0.001, "low": -0.004, "high": 0.002}}
    ],
    "flips": {
        "flip_from": 0.1,
        "ranges": 3,
        "solved": 2,
        "entries": [
            flip("budget.obligation.2026", None, 0.6, None),
            flip("platforms.boat.unit_price_likely", "boat", 0.4, 0.05),
            flip("operations.people_per_post", None, None, None),
        ],
        "pairs": [
            {
                "paths": ["budget.obligation.2026", "platforms.boat.unit_price_likely"],
                "ends": ["low", "low"],
                "found": True,
                "moved": 0.7,
                "flips": True,
                "planned": 0.1,
                "bound": 0.1,
            }
        ],
    },
}


def test_the_answer_comes_first_and_in_plain_words() -> None:
    told = " ".join(explain_answer(FOUND, SCENARIO)).replace("\u00a0", " ")
    assert told.startswith("What holds the fleet back most: acquisition money of fiscal 2026 ($10.0 M is worth 2.0")
    assert "Another $5.00 M of acquisition money buys 3 Boat more and 2 Drone fewer." in told
    assert "Attainment rises by 1.2 points (1.0 to 1.4), more than chance; planned 1.3." in told
    assert "Nearest to being bought is Drone: 50% cheaper, it would be." in told
    assert "1 other plan within 1% of the best, as planned, looks different; the furthest spends 40%" in told
    assert "Of 3 values with a stated range 2 would, at one end of it, move more than 10% of the money." in told
    assert "Keeping the plan would then cost most with Boat: price (5.0 points)." in told


def test_a_difference_that_may_be_chance_says_so() -> None:
    more = {**FOUND["next_money"], "simulated": {"mean": 0.001, "low": -0.002, "high": 0.004}}
    told = explain_answer({**FOUND, "next_money": more}, SCENARIO)[1]
    assert "which may be chance" in told


def test_more_money_that_makes_a_plan_worse_buys_nothing() -> None:
    more = {**FOUND["next_money"], "simulated": {"mean": -0.002, "low": -0.003, "high": -0.001}}
    told = explain_answer({**FOUND, "next_money": more}, SCENARIO)[1]
    assert "buys nothing: the plan found with it attains 0.2 points less (0.1 to 0.3)" in told


def test_a_plan_as_good_on_paper_that_simulates_worse_is_told() -> None:
    (other,) = FOUND["alternatives"]
    worse = {**other, "simulated": {"mean": -0.016, "low": -0.02, "high": -0.012}}
    told = explain_answer({**FOUND, "alternatives": [other, worse]}, SCENARIO)[3]
    assert told.endswith("Simulated, 1 of them attains more than a point less.")
    assert "Simulated" not in explain_answer(FOUND, SCENARIO)[3]


def test_what_a_limit_left_unknown_says_so() -> None:
    nothing = dict.fromkeys(("changes", "moved", "planned", "bound", "simulated"))
    unknown = {**FOUND, "next_money": {**FOUND["next_money"], **nothing, "why": "no plan in time"}}
    told = explain_answer(unknown, SCENARIO)[1]
    assert told == "What another $5.00\u00a0M of acquisition money buys is not known: no plan in time."
    assert explain_page(unknown, SCENARIO, {}).count("no plan in time") == 3  # in the answer, as a tile, in its section


def test_nothing_binds_and_nothing_flips() -> None:
    calm = {
        **FOUND,
        "binding": [{**row, "marginal": 0.0} for row in FOUND["binding"]],
        "why_not": [],
        "alternatives": [],
        "flips": {**FOUND["flips"], "entries": [flip("operations.people_per_post", None, None, None)], "pairs": []},
    }
    told = " ".join(explain_answer(calm, SCENARIO))
    assert "No limit of the scenario holds the fleet back" in told
    assert "Every type that could be bought is bought." in told
    assert "the choice of types is firm" in told
    assert draw_explain(calm, SCENARIO) == {}
    assert "None was found." in explain_page(calm, SCENARIO, {})


def test_the_page_has_everything_and_reaches_for_nothing() -> None:
    files = explain_files(FOUND, SCENARIO)
    assert set(files) == {"explain.html", "tornado.svg", "tornado.png"}
    page = files["explain.html"].decode()
    for title in ("What binds", "Why not the others", "buys</h2>", "look different", "What would change the decision"):
        assert title in page
    assert "<script" not in page
    assert files == explain_files(FOUND, SCENARIO)


def test_a_name_cannot_inject_markup() -> None:
    evil = {**FOUND, "why_not": [reason("serves_nothing", name="<b>Drone</b>")]}
    assert "<b>Drone" not in explain_page(evil, SCENARIO, {})


def test_the_terminal_tells_every_type() -> None:
    console = Console(width=300, record=True, file=StringIO())
    console.print(explain_summary(FOUND, SCENARIO))
    told = console.export_text()
    assert all(sentence in told.replace("\u00a0", " ") for sentence in REASONS)


def test_small_words() -> None:
    assert changes_in_words([]) == ""
    assert changes_in_words([CHANGE]) == "3 Boat more"
    assert range_in_words({"path": "places.*.capacity_air", "platform": None}, SCENARIO) == "places: capacity air"
    assert [compact(v) for v in (2e9, 1.5e6, 12345.0, 0.25)] == ["2 bn", "1.5 M", "12,345", "0.25"]
    assert [compact(8e10, "JPY"), compact(0.25, "fraction"), compact(12, "month")] == ["80 bn JPY", "25%", "12 months"]
