"""Sequential stopping: replications end when the interval is narrow enough, and it still holds the truth."""

import numpy as np
import pytest
from scipy.stats import binomtest

from fleetcraft.simulate.measures import half_widths, requirement_results
from fleetcraft.simulate.simulate_plan import FEWEST, RULE_OF_THREE, batches, simulate_mission
from unit.simulate.missions import YEAR_H, detection, mission, revisit, row

MEAN_H_TO_FAILURE, MEAN_REPAIR_H = 100.0, 40.0
AVAILABILITY = MEAN_H_TO_FAILURE / (MEAN_H_TO_FAILURE + MEAN_REPAIR_H)
HALF_WIDTH = 0.04
MOST = 400
REPETITIONS = 400


def machine():
    """One craft that only ever fails and is repaired: on station a known share of the time."""
    one = row(mean_h_to_failure=MEAN_H_TO_FAILURE, mean_repair_h=MEAN_REPAIR_H)
    return mission([one], window_end_h=2000.0 + 300.0)


def stopped(seed: int, half_width: float = HALF_WIDTH, most: int = MOST, threads: int = 1, stated=None):
    stated = stated or machine()
    usable_h = np.zeros((most, 1))
    return simulate_mission(stated, usable_h, seed=seed, block="judge", threads=threads, half_width=half_width)


def coverage(stated, truth: float, half_width: float) -> tuple[int, float]:
    """How many of the repeated runs hold the truth, and their mean length."""
    holds, lengths = 0, []
    for seed in range(REPETITIONS):
        outcome = stopped(seed, half_width, stated=stated)
        found = requirement_results(stated.requirements, outcome)[0].simulated
        holds += found.low <= truth <= found.high
        lengths.append(len(outcome))
    return holds, float(np.mean(lengths))


def test_about_95_in_100_intervals_hold_the_truth():
    """Of 400 repetitions; refused where chance would give so few or so many once in a thousand times."""
    holds, length = coverage(machine(), AVAILABILITY, HALF_WIDTH)
    assert RULE_OF_THREE / HALF_WIDTH < length < MOST  # it is the width that stops them, not the limits
    assert binomtest(holds, REPETITIONS, 0.95).pvalue > 1e-3


def test_so_do_those_of_a_skewed_measure():
    """A few targets a year, nearly all of them found: most years say 1, the interval still holds the truth."""
    rate, within_h = 0.35, 8.0
    flaky = row(mean_h_to_failure=1000.0, mean_repair_h=60.0, rate_per_h={("detection", "boat"): (rate,) * 3})
    stated = mission([flaky], detection(within_h), window_end_h=2000.0 + 500.0)
    whole = simulate_mission(stated, np.zeros((40_000, 1)), seed=10**6, block="judge", threads=2)
    holds, _ = coverage(stated, float(whole.expected.mean()), HALF_WIDTH)
    assert 0.90 < holds / REPETITIONS < 0.98


def test_nothing_ends_before_a_rare_event_could_have_been_seen():
    """Thirty equal years prove little: a year of another kind in fifty may not have come yet."""
    always = mission([row()], window_end_h=2000.0 + 10.0)
    assert len(stopped(1, half_width=0.05, stated=always)) >= RULE_OF_THREE / 0.05


def test_years_without_a_value_are_no_years():
    """Where targets are so rare that most years have none, those with some are counted."""
    rare = mission([row(rate_per_h={("detection", "boat"): (9.0,) * 3})], detection(9.0), window_end_h=2000.0 + 0.5)
    outcome = stopped(1, half_width=0.09, stated=rare)
    known = int((~np.isnan(outcome.expected)).sum())
    assert known >= RULE_OF_THREE / 0.09
    assert len(outcome) > 2 * known


def test_a_revisit_is_told_to_its_wider_side():
    stated = mission([row(2, stations=1, rate_per_h={("revisit", "boat"): (0.01,) * 3}, mean_h_to_failure=50.0,
                          mean_repair_h=400.0)], revisit())  # fmt: skip
    outcome = simulate_mission(stated, np.zeros((40, 2)), seed=1, block="judge", threads=1)
    found = requirement_results(stated.requirements, outcome)[0].simulated
    wider = found.high - found.mean
    assert wider > found.mean - found.low > 0
    assert found.high < YEAR_H
    assert half_widths(stated.requirements, outcome)[0] == pytest.approx(wider / 48.0)


def test_never_before_thirty_and_never_after_the_limit():
    assert len(stopped(1, half_width=10.0)) == FEWEST
    assert len(stopped(1, half_width=1e-9, most=50)) == 50
    assert len(stopped(1, half_width=10.0, most=12)) == 12


def test_it_stops_at_the_first_count_at_which_it_may():
    """The years are those of a run without stopping, and one batch fewer was too few."""
    outcome = stopped(3)
    whole = simulate_mission(machine(), np.zeros((MOST, 1)), seed=3, block="judge", threads=1)
    assert outcome.value.tobytes() == whole.value[: len(outcome)].tobytes()
    counts = [few.stop for few in batches(MOST, sequential=True)]
    before = counts[counts.index(len(outcome)) - 1]
    requirements = machine().requirements
    assert half_widths(requirements, outcome)[0] <= HALF_WIDTH
    shorter = simulate_mission(machine(), np.zeros((before, 1)), seed=3, block="judge", threads=1)
    assert half_widths(requirements, shorter)[0] > HALF_WIDTH


def test_where_it_stops_depends_on_no_threads():
    assert stopped(5, threads=4).value.tobytes() == stopped(5).value.tobytes()


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("replications", [1, 29, 30, 31, 256, 257, 1000])
def test_batches_are_every_replication_once(replications, sequential):
    played = [i for few in batches(replications, sequential=sequential) for i in few]
    assert played == list(range(replications))
