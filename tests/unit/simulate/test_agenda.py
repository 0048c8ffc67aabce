import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetcraft.simulate.agenda import schedule, settle_all
from fleetcraft.simulate.records import Node, record_dtype

MOMENTS = st.sampled_from([0.0, 1.0, 2.0, 2.5, 1e6, np.inf])


def agenda_of(entities: int) -> np.ndarray:
    leaves = 1 << max(entities - 1, 0).bit_length()
    agenda = np.zeros(2 * leaves, dtype=record_dtype(Node))
    agenda["due_h"] = np.inf
    agenda["entity"][leaves:] = np.arange(leaves)
    return agenda


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 20).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), MOMENTS)))))
def test_the_next_event_is_the_earliest_and_in_a_tie_the_lowest_entity(case):
    entities, changes = case
    agenda = agenda_of(entities)
    settle_all(agenda)
    due = [np.inf] * entities
    for entity, moment in changes:
        due[entity] = moment
        schedule(agenda, entity, moment)
        assert agenda[1]["due_h"] == min(due)
        if min(due) < np.inf:
            assert agenda[1]["entity"] == due.index(min(due))


@pytest.mark.parametrize("due", [[3.0, 1.0, 1.0, 2.0, 9.0], [5.0], [np.inf, 7.0]])
def test_settling_all_leaves_finds_the_first(due):
    agenda = agenda_of(len(due))
    agenda["due_h"][len(agenda) // 2 :][: len(due)] = due
    settle_all(agenda)
    assert agenda[1]["entity"] == int(np.argmin(due))
