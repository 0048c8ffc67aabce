"""Batches of simulated years: every output that can be had of a part of the years."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fleetcraft.simulate.measures import platform_results, probability_all_met, requirement_results
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.study.questionnaire.batches import BATCHES, batches_of, noise_can_be_told
from unit.study.outcomes import outcome, requirements

YEARS = 40


def played(years: int = YEARS) -> Outcome:
    draw = np.random.default_rng(1)
    found = outcome(draw.random((years, 3)) * [1.0, 1.0, 40.0], ids=[r.id for r in requirements()])
    of_rows = {name: draw.random((years, 2)) + 1.0 for name in vars(found) if name.startswith("row_")}
    rows = (("drone", "port", "bay"), ("ship", "port", "bay"))
    return replace(found, rows=rows, **of_rows)


def test_batches_of_equal_size_have_the_mean_of_all_years() -> None:
    found, year = batches_of(requirements(), played()), played()
    assert {len(batches) for batches in found.values()} == {BATCHES}
    of_first = {r.id: r for r in requirement_results(requirements(), year)}
    whole = {
        "probability_all_met": probability_all_met(requirements(), year),
        "requirements.found.simulated": of_first["found"].simulated.mean,
        "requirements.found.probability_met": of_first["found"].probability_met,
        "requirements.there.probability_met": of_first["there"].probability_met,
        "losses.ship": platform_results(year)[1].losses,
        "hours.drone": platform_results(year)[0].operating_h,
    }
    for name, expected in whole.items():
        assert np.mean([0.0 if batch is None else batch for batch in found[name]]) == pytest.approx(expected), name
    assert len(set(found["requirements.found.probability_met"])) > 2


def test_a_requirement_goes_by_its_position_too() -> None:
    found = batches_of(requirements(), played())
    assert found["requirements.1.probability_met"] == found["requirements.there.probability_met"]
    assert found["requirements.2.simulated"] == found["requirements.looks.simulated"]


def test_a_batch_is_that_of_its_years_and_few_years_are_a_batch_each() -> None:
    found = batches_of(requirements(), played())
    third = batches_of(requirements(), played().years(8, 12))
    for name, batches in found.items():
        known = [value for value in third[name] if value is not None]
        if name.endswith(("probability_met", "all_met")) or name.startswith(("losses", "hours")):
            assert batches[2] == pytest.approx(np.mean(known)), name
    assert {len(batches) for batches in third.values()} == {4}


def test_noise_can_be_told_of_all_that_has_batches_and_of_what_is_not_simulated() -> None:
    for name in batches_of(requirements(), played()):
        assert noise_can_be_told("simulate", name)
        assert noise_can_be_told("plan", name)
        assert not noise_can_be_told("frontier", f"points.0.{name}")
    for verb in ("simulate", "plan", "frontier", "compare"):
        assert noise_can_be_told(verb, "cost.acquisition")
        assert noise_can_be_told(verb, "later.drone.quantity.low")
        for name in ("attainment.low", "requirements.there.high", "points.0.risk.cvar", "identifying_hours.drone"):
            assert not noise_can_be_told(verb, name)
