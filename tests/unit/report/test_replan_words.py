"""Facts and decisions in sentences, from the data that a re-plan's result holds."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from fleetcraft.report.replan_words import in_short, in_words, sentences
from fleetcraft.report.terminal import replan_told
from fleetcraft.report.tokens import NBSP

FALLS = {"difference": -0.02, "low": -0.03, "high": -0.01, "attainment": 0.75}
NOTHING = {"difference": 0.0, "low": 0.0, "high": 0.0, "attainment": 0.75}
UNSURE = {"difference": 0.002, "low": -0.003, "high": 0.007, "attainment": 0.75}
NO_MONEY = {"acquisition": 0.0, "paid": 0.0, "life_cycle": 0.0}


def result(fact: str, news: Any, *, broken: tuple[str, ...] = (), decision: Any = NOTHING, **aim: Any) -> Any:
    return {
        "cost": {"currency": "USD"},
        "aim": {"mode": "attainment", "tolerance": 0.005} | aim,
        "futures": {"solve": 20, "judge": 200},
        "replan": {
            "why": [
                {"fact": fact, "happened": news, **FALLS, **NO_MONEY, "paid": 4.7e6},
                {"fact": "decision", "happened": {}, **NO_MONEY, **decision},
            ],
            "breaches": {"carried_on": list(broken), "decided": []},
        },
    }


def said(fact: str, news: Any) -> str:
    return sentences(result(fact, news))[0].replace(NBSP, " ")


def decided(**of: Any) -> str:
    return sentences(result("all", {}, **of))[-1].replace(NBSP, " ")


EFFECT = ": attainment falls by 2.0 percentage points (95% interval −3.0 to −1.0), to 75.0%; $4.70 M more to pay."
SLIP = {"supplier": "Dronemaker", "slip_months": 6.0}
PROMISE = {"name": "Drone", "next_delivery": "2027-03-01"}
RATE = {"currency": "EUR", "rate": 1.6, "before": 1.2, "budget": 1.0}


@pytest.mark.parametrize(
    ("fact", "news", "words"),
    [
        (
            "deliveries",
            {"by": "2026-11-01", "ordered": 33, "came": 3},
            "By 1 November 2026 of 33 craft ordered 3 have come, and no embargo or grounding has happened but those "
            "stated",
        ),
        ("announced", {"said": [SLIP], "withdrawn": []}, "Dronemaker delivers 6 months late"),
        (
            "announced",
            {"said": [], "withdrawn": [SLIP, PROMISE]},
            "It is no longer said that Dronemaker delivers 6 months late and it is no longer said that the next Drone "
            "comes on 1 March 2027",
        ),
        ("lost", {"craft": [{"name": "Drone", "quantity": 2}]}, "Lost since: 2 Drone"),
        ("exchange", {"rates": [RATE]}, "One EUR costs 1.6 USD, not 1.2 as before (budget rate: 1)"),
        (
            "embargoes",
            {"stopped": ["US"], "lifted": ["TR"]},
            "No deliveries any more from US and deliveries again from TR",
        ),
        ("embargoes", {"stopped": [], "lifted": ["TR"]}, "Deliveries again from TR"),
        (
            "money",
            {"contracts": 21e6, "craft": 14, "years": [2026]},
            "14 craft are signed for $21.0 M and money is gone in fiscal 2026 as is stated",
        ),
        ("all", {}, "All of this together"),
    ],
)
def test_each_fact_says_what_is_new_and_what_it_does(fact: str, news: Any, words: str) -> None:
    assert said(fact, news) == words + EFFECT


def test_a_difference_whose_interval_holds_none_is_not_told_as_a_rise() -> None:
    assert decided(decision=UNSURE) == (
        "What is decided now, against going on as before: a change of attainment cannot be told from none "
        "(+0.2 percentage points, 95% interval −0.3 to +0.7)."
    )
    assert "attainment stays as it was" in decided()


CHEAPER = {**FALLS, "difference": -0.004, "life_cycle": -4e6, "acquisition": -4e6}


def test_a_decision_that_attains_less_says_why() -> None:
    assert decided(decision=CHEAPER).endswith(
        "$4.00 M less to obligate. Up to 0.5 percentage points of attainment are given up for a cheaper plan, as the "
        "scenario has it."
    )
    assert decided(decision=CHEAPER, broken=("support 2028: too much",)).endswith(
        "Going on as before would not keep what is asked: support 2028: too much."
    )
    assert decided(decision=CHEAPER, mode="cost").endswith("the cheapest plan that attains enough, not the most.")
    assert decided(decision={**CHEAPER, "difference": -0.01}).endswith(
        "Plans are compared by a formula, in 20 futures; in those simulated the two come out so."
    )


def test_a_decision_that_attains_more_needs_no_reason() -> None:
    assert decided(decision={**FALLS, "difference": 0.02, "low": 0.01, "high": 0.03}, broken=("x",)).endswith("75.0%.")


SHORT = {
    "today": "2026-11-01",
    "compared_with": "the plan carried out",
    "attainment": {"before": {"mean": 0.875}, "with_all_facts": {"mean": 0.836}, "decided": {"mean": 0.88}},
}


def test_what_a_re_plan_comes_to_is_one_sentence() -> None:
    assert in_short(SHORT).replace(NBSP, " ") == (
        "As of 1 November 2026, attainment in the mean simulated year: 87.5% as it was believed, 83.6% if the plan "
        "were carried on unchanged, 88.0% as decided now."
    )
    assert in_short(SHORT | {"compared_with": "nothing more ordered"}).replace(NBSP, " ") == (
        "As of 1 November 2026, attainment in the mean simulated year: 83.6% with nothing more ordered, 88.0% as "
        "decided now."
    )


def told_all() -> Any:
    """A result with all that the sentences need: one order to come, for 967,539 dollars, four craft more of it."""
    whole = result("announced", {"said": [SLIP], "withdrawn": []})
    whole["orders"] = [{"placed": False, "cost": 967539.0, "quantity": 6}]
    moved = {"name": "Drone", "period": "2027Q1", "placed": False, "difference": 4.0}
    usable = {"after": {"mean": 0.97, "low": 0.94, "high": 0.99}}
    forecast = {"deadline": "2028-12-31", "usable_share_at_deadline": usable}
    whole["replan"] |= SHORT | {"changed": [moved], "forecast": forecast, "note": "made up"}
    return whole


def test_what_it_comes_to_is_told_first_and_money_in_one_form() -> None:
    told = [sentence.replace(NBSP, " ") for sentence in in_words(told_all())]
    assert told[0] == in_short(SHORT).replace(NBSP, " ")
    assert told[1] == "made up"
    assert told[2].startswith("Dronemaker delivers 6 months late: ")
    assert told[2].endswith("; $4.70 M more to pay.")
    assert told[-2] == "From today 6 craft are ordered, for $967.5 k; against before: 4 more Drone in 2027Q1."
    assert not any("USD" in sentence for sentence in told)


@pytest.mark.parametrize("width", [60, 80])
def test_on_a_terminal_the_sentences_wrap_at_its_width(width: int) -> None:
    console = Console(width=width, file=StringIO(), force_terminal=False)
    console.print(replan_told(told_all()))
    lines = console.file.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert lines[0].startswith("As of")
    assert sum(line.startswith("- ") for line in lines) == len(in_words(told_all())) - 1
    words = " ".join(" ".join(lines).replace(NBSP, " ").split())
    assert all(" ".join(sentence.split()) in words for sentence in in_words(told_all()))
