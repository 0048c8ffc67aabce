"""Facts and decisions in sentences, from the data that a re-plan's result holds."""

from __future__ import annotations

from typing import Any

import pytest

from fleetcraft.report.replan_words import sentences
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
