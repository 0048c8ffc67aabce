from __future__ import annotations

import copy

import pytest

from fleetcraft.report import narrative, tables
from fleetcraft.report.tokens import NBSP


def said(text: str) -> str:
    return text.replace(NBSP, " ")


def test_the_question_names_money_deadline_and_demands(japan, galapagos):
    assert said(narrative.question(japan.scenario)) == (
        "With ¥200.0 bn of acquisition money in fiscal 2026, which unmanned craft should be bought, from whom and "
        "when, so that by 31 March 2028 they meet 31 requirements in 11 sea areas?"
    )
    assert "$84.0 M of acquisition money in fiscal 2026 to 2028" in said(narrative.question(galapagos.scenario))


def test_the_answer_holds_what_a_minister_asks(japan):
    answer = said(" ".join(narrative.answer(japan.result)))
    for part in (
        "The plan orders ",
        " craft of ",
        "Türkiye and the United States for ¥198.8 bn, 99.4% of the ¥200.0 bn that may be obligated",
        "200 independent years",
        "77.9% of what is asked (95% interval 77.4 to 78.5%)",
        "formula says 78.6%",
        "of 31 requirements",
        "In 58% of futures a type that is bought stands down as a whole in the measured year, for 3 months at a time",
        "at once in none of the years",
        "0.49% from its proven bound",
    ):
        assert part in answer


def test_money_left_and_the_whole_plan_s_distance_are_explained(japan):
    cost = {**japan.result["cost"], "acquisition": 150e9}
    assert "is not obligated" in said(narrative.answer({**japan.result, "cost": cost})[0])
    assert "is not obligated" not in said(" ".join(narrative.answer(japan.result)))
    overrun = {"probability": 0.56, "mean": 3e9, "p90": 21.3e9}
    told = said(narrative.answer({**japan.result, "cost": {**cost, "overrun": overrun}})[0])
    assert "dearer than obligated in 56% of futures, by ¥21.3 bn or more in one of ten" in told
    assert "1.5% above that bound" in said(narrative.solve({**japan.result, "rounding_gap": -0.015}))


def test_groundings_are_told_only_where_they_may_happen(japan):
    assert narrative.grounded({**japan.result, "grounding": None}) == ""
    assert narrative.grounded({k: v for k, v in japan.result.items() if k != "grounding"}) == ""
    half = {**japan.result["grounding"], "months": 4.5}
    assert "for 4.5 months at a time" in narrative.grounded({**japan.result, "grounding": half})


def test_replacement_is_told_where_it_costs(japan):
    cost = {**japan.result["cost"], "replacement": 2.19e9}
    assert said(narrative.replacement({"cost": cost})) == (
        "Of all support, ¥2.19 bn replaces craft that are expected to be lost."
    )
    assert narrative.replacement({"cost": {**japan.result["cost"], "replacement": 0.0}}) == ""


def test_what_each_measure_asks(japan):
    asked = {row["measure"]: said(narrative.asks(row)) for row in tables.requirements(japan.result).to_dict("records")}
    assert asked == {
        "detection": "Detection: submerged within 24 h",
        "identification": "Identification: small craft within 4 h",
        "presence": "Presence: 3 underwater craft at once",
        "layered": "Layered: air, surface and underwater craft at once",
    }


def test_why_the_simulation_ended():
    def ended(**stopping):
        return narrative.stopping({"replications": 57, "stopping": {"most": 400, **stopping}})

    assert ended(half_width=None, reached=0.01) == ""
    assert ended(half_width=0.02, reached=0.0199) == (
        "The simulation ended after 57 of at most 400 years, as no requirement's interval is wider to either side than "
        "the 0.02 asked for."
    )
    assert ended(half_width=0.02, reached=0.0341) == (
        "All 400 years allowed were simulated: some requirement's interval still reaches 0.034 to either side, where "
        "0.02 was asked for."
    )
    assert "some requirement has no interval, where 0.02 was" in ended(half_width=0.02, reached=None)


def test_warnings_are_counted():
    shown = said(narrative.warned({"warnings": [f"doubt {n}" for n in range(5)]}))
    assert "warning: doubt 2" in shown
    assert "doubt 3" not in shown
    assert "2 more warnings in the report" in shown


def test_a_time_limit_is_never_called_optimal_and_is_marked_not_reproducible(japan):
    result = {**japan.result, "status": "feasible", "stopped_by": "time", "reproducible": False}
    sentence = narrative.solve(result)
    assert "feasible, not proven optimal" in sentence
    assert "the time limit was reached" in sentence
    assert "not reproducible" in sentence


def test_the_requirements_met_are_counted(japan):
    result = copy.deepcopy(dict(japan.result))
    result["requirements"] = [
        {**r, "simulated": value, "probability_met": chance}
        for r, value, chance in zip(
            result["requirements"][:4],
            (1.0, 0.8, 0.79, None),
            (0.95, 0.5, 0.05, None),
            strict=True,
        )
    ]
    assert narrative.met(result).startswith(
        "In the mean year 2 of 4 requirements reach the threshold; 1 is met in at least nine years of ten, "
        "1 in fewer than one of ten."
    )


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ({"probability": None, "mean": None, "p90": None}, "not computed in this run"),
        (None, "not computed in this run"),
        (
            {"probability": 0.38, "mean": 2.4e9, "p90": None},
            "probability 38%, mean ¥2.40 bn, 90th percentile not computed",
        ),
    ],
)
def test_an_overrun_not_computed_says_so(japan, found, text):
    assert text in said(narrative.overrun({"cost": {**japan.result["cost"], "overrun": found}}))


def test_types_that_earn_nothing_are_named_and_the_unlikely_ones_sorted(japan):
    nothing = narrative.earns_nothing(japan.result)
    chances = {r["name"]: r["probability_usable_in_time"] for r in japan.result["first_day"]}
    assert nothing == sorted(name for name, chance in chances.items() if chance < 0.005)
    assert "MQ-9B SeaGuardian" in nothing
    unlikely = narrative.unlikely(japan.result)
    assert [p for _, p in unlikely] == sorted(p for p in chances.values() if 0.005 <= p < 0.5)


def test_late_orders_say_how_many_are_expected_and_types_not_ordered_are_left_out(japan):
    order = japan.result["orders"][0]
    assert len(japan.result["late"]) == 2
    expected = f"{0.41 * order['quantity']:.1f} of {order['quantity']} craft (41%)"
    assert narrative.late(japan.result) == [f"{order['name']}: {expected}"]


def test_the_furthest_requirements_come_worst_first(galapagos):
    rows = [
        {**galapagos.result["requirements"][0], "simulated": 0.35},
        {**galapagos.result["requirements"][2], "simulated": 480.0},
        {**galapagos.result["requirements"][1], "simulated": 0.49},
    ]
    sentence = said(narrative.furthest({"requirements": rows}, count=2))
    assert sentence == (
        "Furthest from their threshold: Galapagos Marine Reserve, revisit: hours between looks at a still point "
        "(fishing boat) (480 h against 48 h); Galapagos Marine Reserve, detection: fishing boat within 12 h "
        "(35% against 70%)."
    )
    assert narrative.furthest({"requirements": [{**rows[0], "simulated": 0.9}]}) == ""


def test_the_likely_value_plan_is_set_beside_this_one(japan):
    text = narrative.likely_value(japan.result)
    assert "claims 90.2%" in text
    assert "earns 62.1%" in text
    assert "28.1 points less than it claims" in text
    assert narrative.likely_value({**japan.result, "likely_value_plan": None}) == ""


def test_lists_read_as_a_sentence():
    assert [narrative.listed(x) for x in (["a"], ["a", "b"], ["a", "b", "c"], [])] == [
        "a",
        "a and b",
        "a, b and c",
        "–",
    ]


def test_orders_that_adapt_are_told_in_the_answer(japan):
    assert said(narrative.later(japan.result)) == (
        "Once the news is known each future orders what suits it: in the mean 6.5 craft more, of 2 types, for ¥40.0 M "
        "of the money obligated."
    )
    assert narrative.later(japan.result) in narrative.answer(japan.result)[0]
    assert narrative.later({**japan.result, "later": []}) == ""
    only = {**japan.result, "orders": []}
    assert narrative.answer(only)[0].startswith("Nothing is ordered in all futures alike. Once the news is known")
