"""The tournament of ready craft against a plain search for the fullest account."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetcraft.simulate.ready import fullest_account, join_ready, leave_ready
from fleetcraft.simulate.world import make_world
from unit.simulate.missions import mission, row

CAP_H = 540.0  # at a quarter of the year's hours, 90 days' worth


def world_of(craft: int, before: int):
    """A row of so many craft after another of ``before``; a quarter of an hour accrues each hour, so sums are exact."""
    thrifty = row(craft, platform="z", utilisation_h_per_year=2190.0)
    return make_world(mission([row(before, platform="a"), thrifty]))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_fullest_account_is_found_and_the_lowest_id_in_a_tie(data):
    craft, before = data.draw(st.integers(1, 9)), data.draw(st.integers(0, 3))
    world = world_of(craft, before)
    crafts, line = world.crafts.copy(), world.rows.copy()[1]
    ready = np.full(world.ready_nodes, -np.inf)
    now_h = 0.0
    accounts: dict[int, tuple[float, float]] = {}

    def hours(c: int) -> float:
        account_h, read_h = accounts[c]
        return min(account_h + (now_h - read_h) / 4, CAP_H)

    for _ in range(data.draw(st.integers(1, 30))):
        now_h += data.draw(st.sampled_from([0.0, 1.0, 40.0, 2000.0]))
        absent = [c for c in range(before, before + craft) if c not in accounts]
        if absent and (not accounts or data.draw(st.booleans())):
            c = data.draw(st.sampled_from(absent))
            accounts[c] = (data.draw(st.sampled_from([100.0, 100.25, 300.0, 539.0, CAP_H])), now_h)
            crafts[c]["account_h"], crafts[c]["account_read_h"] = accounts[c]
            join_ready(ready, crafts, c, line)
        assert line["ready"] == len(accounts)
        if accounts:
            found = fullest_account(ready, line, now_h)
            assert found == min(accounts, key=lambda c: (-hours(c), c))
            if data.draw(st.booleans()):
                leave_ready(ready, found, line)
                del accounts[found]


def test_rows_do_not_mix():
    """What happens in one row's tournament leaves the other's alone."""
    world = world_of(3, 3)
    crafts, rows = world.crafts.copy(), world.rows.copy()
    ready = np.full(world.ready_nodes, -np.inf)
    crafts["account_h"] = [5.0, 9.0, 7.0, 2.0, 4.0, 6.0]
    for c in range(6):
        join_ready(ready, crafts, c, rows[c // 3])
    assert [fullest_account(ready, rows[r], 0.0) for r in (0, 1)] == [1, 5]
    leave_ready(ready, 1, rows[0])
    assert [fullest_account(ready, rows[r], 0.0) for r in (0, 1)] == [2, 5]
    leave_ready(ready, 5, rows[1])
    assert [fullest_account(ready, rows[r], 0.0) for r in (0, 1)] == [2, 4]
