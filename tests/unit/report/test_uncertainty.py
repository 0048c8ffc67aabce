from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fleetcraft.report.run import Run
from fleetcraft.report.uncertainty import information, sampling, uncertainty


def between(low: float, high: float) -> dict[str, float]:
    return {"value": (low + high) / 2, "low": low, "high": high}


KNOWN: dict[str, Any] = {
    "evpi": between(0.058, 0.06),
    "vss": between(0.064, 0.066),
    "here_and_now": between(0.905, 0.907),
    "wait_and_see": between(0.965, 0.965),
    "on_likely_values": between(0.841, 0.841),
}
SAMPLED = {
    "samples": 8,
    "upper": {"mean": 0.9, "low": 0.89, "high": 0.91},
    "lower": {"mean": 0.88, "low": 0.875, "high": 0.885},
    "gap": {"mean": 0.02, "low": 0.005, "high": 0.035},
}


def page(run: Run, **entries: Any) -> str | None:
    section = uncertainty(replace(run, result={**run.result, **entries}), {})
    return None if section is None else str(section.body)


def test_what_knowing_and_not_asking_are_worth_is_said_in_points():
    said = information(KNOWN)
    assert "would be worth 5.9 points of attainment (proven: 5.8 to 6.0)" in said
    assert "Planning on likely values alone would cost 6.5 points" in said


def test_a_likely_value_plan_that_cannot_be_kept_is_called_so():
    assert "breaks a budget or another hard limit" in information({**KNOWN, "vss": None, "on_likely_values": None})


def test_the_section_holds_a_row_for_each_plan_that_there_is(japan):
    body = page(japan, value_of_information=KNOWN)
    assert body is not None
    assert body.count('<th scope="row"') == 3
    assert ">84.1<" in body
    without = page(japan, value_of_information={**KNOWN, "vss": None, "on_likely_values": None})
    assert without is not None
    assert without.count('<th scope="row"') == 2


def test_samples_tell_how_much_better_the_best_plan_could_be():
    assert "attains at most 3.5 points more" in sampling(SAMPLED)
    assert "8 other samples" in sampling(SAMPLED)
    assert "embargoes count as hidden" in sampling(SAMPLED)
    close = {**SAMPLED, "gap": {"mean": 0.002, "low": -0.01, "high": 0.014}}
    assert "cannot tell it from the best plan of this programme" in sampling(close)
    assert "that attains at most 1.4 points more" in sampling(close)


@pytest.mark.parametrize("entries", [{"value_of_information": KNOWN}, {"sample_average": SAMPLED}])
def test_each_half_stands_alone(japan, entries):
    assert page(japan, **entries) is not None


def test_a_run_without_either_has_no_such_section(japan):
    assert page(japan) is None


def test_risk_that_is_weighed_is_told(japan):
    body = page(japan, value_of_information=KNOWN)
    weighing = japan.scenario.model_copy(
        update={"uncertainty": japan.scenario.uncertainty.model_copy(update={"risk": object()})}
    )
    risky = page(replace(japan, scenario=weighing), value_of_information=KNOWN)
    assert body is not None
    assert risky is not None
    assert "worst futures" in risky
    assert ("worst futures" in body) == (japan.scenario.uncertainty.risk is not None)
