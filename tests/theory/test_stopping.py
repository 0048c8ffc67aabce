"""Sequential stopping: replications end when the interval is narrow enough, and it still holds the truth."""

import numpy as np
import pytest

from fleetcraft.simulate.measures import half_widths, requirement_results
from fleetcraft.simulate.simulate_plan import FEWEST, batches, simulate_mission
from unit.simulate.missions import mission, row

MEAN_H_TO_FAILURE, MEAN_REPAIR_H = 100.0, 40.0
AVAILABILITY = MEAN_H_TO_FAILURE / (MEAN_H_TO_FAILURE + MEAN_REPAIR_H)
HALF_WIDTH = 0.02
MOST = 400
REPETITIONS = 400


def machine():
    """One craft that only ever fails and is repaired: on station a known share of the time."""
    one = row(mean_h_to_failure=MEAN_H_TO_FAILURE, mean_repair_h=MEAN_REPAIR_H)
    return mission([one], window_end_h=2000.0 + 1000.0)


def stopped(seed: int, half_width: float = HALF_WIDTH, most: int = MOST, threads: int = 1):
    usable_h = np.zeros((most, 1))
    return simulate_mission(machine(), usable_h, seed=seed, block="judge", threads=threads, half_width=half_width)


def test_about_95_in_100_intervals_hold_the_truth():
    """400 repetitions, four standard errors of a coverage of 0.95 to either side."""
    requirements = machine().requirements
    holds, lengths = [], []
    for seed in range(REPETITIONS):
        outcome = stopped(seed)
        found = requirement_results(requirements, outcome)[0].simulated
        holds.append(found.low <= AVAILABILITY <= found.high)
        lengths.append(len(outcome))
        assert found.high - found.low <= 2 * HALF_WIDTH
    assert FEWEST < np.mean(lengths) < MOST  # it is the width that stops them, not the limits
    assert np.mean(holds) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / REPETITIONS))


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
