"""An explanation in words: the answer first, numbers with their units, a reason for each type."""

from __future__ import annotations

import html
import re
from io import StringIO
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from builders import EVERYTHING, make_scenario
from fleetcraft.report.explain import draw_explain, explain_answer, explain_files, explain_page, explain_summary
from fleetcraft.report.explain_figures import compact, tornado
from fleetcraft.report.explain_words import changes_in_words, limit_in_words, range_in_words, why
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study.explain.ranges import ranges_of

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
    assert "Keeping the plan would then cost most with Boat: price at its low (5.0 points)." in told
    assert "The plan could not be kept within its limits with acquisition money of fiscal 2026 at its low." in told


def test_a_difference_that_may_be_chance_says_so() -> None:
    more = {**FOUND["next_money"], "simulated": {"mean": 0.001, "low": -0.002, "high": 0.004}}
    told = explain_answer({**FOUND, "next_money": more}, SCENARIO)[1]
    assert "which may be chance" in told


def test_more_money_that_makes_a_plan_worse_buys_nothing() -> None:
    more = {**FOUND["next_money"], "simulated": {"mean": -0.002, "low": -0.003, "high": -0.001}}
    told = explain_answer({**FOUND, "next_money": more}, SCENARIO)[1]
    assert "buys nothing: the plan found with it attains 0.2 points less (0.1 to 0.3)" in told


def test_more_money_that_changes_nothing_says_so() -> None:
    nothing = {"changes": [], "simulated": {"mean": 0.0, "low": 0.0, "high": 0.0}}
    told = explain_answer({**FOUND, "next_money": {**FOUND["next_money"], **nothing}}, SCENARIO)[1]
    assert "buys nothing: the same orders are the best found with it." in told


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


def test_what_is_hired_costs_a_year() -> None:
    drone = {**SCENARIO.platforms[SCENARIO.platform_index["drone"]].model_dump(), "acquisition": "service"}
    hired = SCENARIO.model_copy(
        update={"platforms": tuple(p.model_copy(update=drone) if p.id == "drone" else p for p in SCENARIO.platforms)}
    )
    assert why(TOO_DEAR, hired).replace("\u00a0", " ") == (
        "Drone: too dear at $3.00 M a year; at $1.50 M a year (50% less) 4 would be bought, at $1.53 M a year none."
    )
    assert range_in_words({"path": "platforms.drone.unit_price_likely", "platform": "drone"}, hired) == (
        "Drone: yearly fee"
    )


def cells_of(entries: list[dict[str, Any]]) -> list[list[str]]:
    """The cells of the table of flips, row by row."""
    found = {**FOUND, "flips": {**FOUND["flips"], "entries": entries, "pairs": []}}
    page = explain_page(found, SCENARIO, {})
    body = page[page.index("Values solved") :].split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in body.split("<tr>")[1:]]


def test_each_end_says_what_keeping_the_plan_costs_there() -> None:
    row = flip("budget.obligation.2026", None, 0.6, 0.05)
    unsolved = {"kept": 0.0, "can_be_kept": True}
    ends = [
        ({"low": end(0.6, None), "high": end(0.3, 0.05)}, ["cannot be kept", "5.0"]),
        ({"low": end(0.3, 0.02), "high": {**unsolved, "can_be_kept": False}}, ["2.0", "cannot be kept"]),
        ({"low": None, "high": end(0.3, 0.0)}, ["–", "0.0"]),
        ({"low": end(0.3, 0.0), "high": unsolved}, ["0.0", "–"]),
    ]
    cells = cells_of([{**row, "ends": each} for each, _ in ends])
    assert [each[-2:] for each in cells] == [told for _, told in ends]


def flips_told(entries: list[dict[str, Any]], **more: Any) -> str:
    return explain_answer({**FOUND, "flips": {**FOUND["flips"], "entries": entries}, **more}, SCENARIO)[4]


def test_a_plan_that_cannot_be_kept_is_not_said_to_be_kept() -> None:
    cheap = flip("budget.obligation.2026", None, 0.6, 0.001)
    assert "the plan can be kept" in flips_told([cheap])
    broken = flips_told([{**cheap, "ends": {"low": end(0.6, None), "high": end(0.2, 0.001)}}])
    assert "the plan can be kept" not in broken
    assert broken.endswith("within its limits with acquisition money of fiscal 2026 at its low.")


def test_of_many_values_that_break_the_plan_the_strongest_are_named() -> None:
    told = flips_told([flip(f"budget.support.{year}", None, 0.6, None) for year in range(2026, 2032)])
    assert "At 6 ends of the ranges the plan could not be kept within its limits" in told
    assert "support money of fiscal 2029 at its low." in told
    assert "2030" not in told


def test_the_page_says_from_which_plan_it_measures() -> None:
    below = "differs by 30% from the run's own: a flip of 10% is below that difference."
    spends = "it spends 30% of the money elsewhere than the run's own plan."
    assert below in flips_told(FOUND["flips"]["entries"])
    page = html.unescape(explain_page(FOUND, SCENARIO, {}))
    assert page.count(below) == 2  # in the answer, in the section of flips
    assert page.count(spends) == 2  # in the answer, in the section of limits
    assert "solved again, the plan itself moves 30%" in page
    near = {**FOUND, "plan": {**FOUND["plan"], "solved_again": {"moved": 0.09}}}
    page = html.unescape(explain_page(near, SCENARIO, {}))
    assert "it spends 9% of the money elsewhere than the run's own plan." in page
    assert "below that difference" not in page
    assert "the plan itself moves" not in page


NAMED = {
    "acquisition.buyers_share": "the buyer's share of makers' output",
    "acquisition.slip_months.likely": "likely slip of suppliers",
    "budget.obligation.2026": "acquisition money of fiscal 2026",
    "budget.support.2028": "support money of fiscal 2028",
    "exchange.start.USD": "the rate of the dollar (USD)",
    "exchange.start.SEK": "the rate of SEK",
    "operations.classes.large_air.utilisation_h_per_year": "hours a year a large aircraft may fly",
    "operations.classes.glider.utilisation_h_per_year": "hours a year a glider may run",
    "operations.people_limit": "people",
    "places.*.capacity_surface": "surface craft a base can hold",
    "places.baltra.capacity_air": "aircraft Baltra can hold",
    "targets.small_craft.speed_kn": "speed of small craft",
    "acquisition.nobody.named_it": "acquisition: nobody, named it",
}


@pytest.mark.parametrize("path", NAMED)
def test_a_value_is_called_as_people_call_it(path: str) -> None:
    assert range_in_words({"path": path, "platform": None}, SCENARIO) == NAMED[path]


@pytest.mark.parametrize("example", ["japan-2026", "galapagos"])
def test_every_range_of_an_example_has_a_name(example: str) -> None:
    scenario = read_scenario(example)
    ranges = [each.path for each in ranges_of(scenario) if each.platform is None]
    told = [range_in_words({"path": path, "platform": None}, scenario) for path in ranges]
    assert len(set(told)) == len(told) > 30
    assert not [name for name in told if ":" in name or "_" in name]


def test_no_label_of_the_chart_runs_over_its_axis_or_the_dashed_lines() -> None:
    rows = [(0.4, "1.095 M USD/year"), (0.6, "20 craft"), (0.02, "312.8 bn JPY")]
    frame = pd.DataFrame(
        [{"name": text, "end": end, "label": text, "moved": moved} for moved, text in rows for end in ("low", "high")]
    )
    spec = tornado(frame, 0.1).to_dict()
    layers = spec["layer"]
    low, high = layers[0]["encoding"]["x"]["scale"]["domain"]
    px = next(layer["width"] for layer in (spec, *layers) if "width" in layer) / (high - low)
    at = layers[1]["encoding"]["x"]["field"].removesuffix(":Q")
    assert -low == high
    for row in next(rows for rows in spec["datasets"].values() if at in rows[0]):
        assert abs(row[at]) >= 10.0
        assert (high - abs(row[at])) * px > 6 * len(row["label"])  # the letters of the chart are 6 px wide


def test_small_words() -> None:
    assert changes_in_words([]) == ""
    assert changes_in_words([CHANGE]) == "3 Boat more"
    assert [compact(v) for v in (2e9, 1.5e6, 12345.0, 0.25)] == ["2 bn", "1.5 M", "12,345", "0.25"]
    assert [compact(8e10, "JPY"), compact(0.25, "fraction"), compact(12, "month")] == ["80 bn JPY", "25%", "12 months"]
