"""Deliveries against the rules of the queue, followed craft by craft."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import make_scenario
from fleetcraft.fleet.deliveries import deliver, fill_order, queue, yearly_output
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH
from unit.fleet.theatres import futures_of

MONTH = HOURS_PER_MONTH
YEARLY_RATE, SHARE = 24.0, 0.5
GAP_H = 12 / (YEARLY_RATE * SHARE) * MONTH


@cache
def scenario() -> Scenario:
    """An original type, its licensed production, and a type of another maker."""
    return make_scenario(
        platforms=[
            {"production_rate_per_year": YEARLY_RATE},
            {
                "id": "licensed",
                "production_rate_per_year": YEARLY_RATE,
                "licensed_from": "drone",
                "original_line_units": 2,
            },
            {"id": "other", "supplier": "Another", "supplier_country": "NO", "production_rate_per_year": YEARLY_RATE},
        ],
        acquisition={"buyers_share": SHARE},
    )


def months(least: float = 0.0, most: float = 40.0) -> st.SearchStrategy[float]:
    return st.floats(least, most)


@given(
    orders=st.lists(st.sampled_from([0.0, 2184.0, 4368.0, 8760.0]), min_size=1, max_size=12).map(sorted),
    lead=months(),
    slip=months(),
    integration=months(),
    embargo=st.just(np.inf) | st.floats(0.0, 30000.0),
)
@settings(max_examples=200, deadline=None)
def test_the_queue_follows_its_recursion(
    orders: list[float], lead: float, slip: float, integration: float, embargo: float
) -> None:
    """Craft n: max(its order + lead time + slip, arrival of n - 1 + the maker's gap); nothing after an embargo."""
    futures = futures_of(
        scenario(), lead_months=lead, slip_months=slip, integration_months=integration, embargo_h=embargo
    )
    arrival, usable = queue(scenario(), 0, np.array(orders), futures)

    expected: list[float] = []
    for order in orders:
        earliest = order + (lead + slip) * MONTH
        expected.append(max(earliest, expected[-1] + GAP_H) if expected else earliest)
    ready = expected[0] + integration * MONTH
    # an arrival within rounding of the embargo may fall on either side of it
    comes = np.array(expected) <= embargo
    clear = np.abs(np.array(expected) - embargo) > 1e-6
    np.testing.assert_allclose(arrival[0, comes & clear], np.array(expected)[comes & clear], rtol=1e-12)
    assert np.isinf(arrival[0, ~comes & clear]).all()
    assert np.isinf(usable[0, ~comes & clear]).all()
    np.testing.assert_allclose(usable[0, comes & clear], np.maximum(expected, ready)[comes & clear], rtol=1e-12)


def test_every_future_has_its_own_dates() -> None:
    futures = futures_of(scenario(), lead_months=[[6.0] * 3, [9.0] * 3], slip_months=[[0.0] * 3, [1.0] * 3], count=2)
    arrival, _ = queue(scenario(), 0, np.zeros(2), futures)
    np.testing.assert_allclose(arrival / MONTH, [[6, 7], [10, 11]])


def test_a_licensed_type_takes_its_first_craft_from_the_original_line() -> None:
    futures = futures_of(scenario(), lead_months=[[6.0, 20.0, 9.0]], integration_months=[[0.0, 4.0, 0.0]])
    arrival, usable = queue(scenario(), 1, np.zeros(4), futures)
    np.testing.assert_allclose(arrival[0] / MONTH, [6, 7, 20, 21])
    np.testing.assert_allclose(usable[0] / MONTH, [10, 10, 20, 21])


def test_the_original_line_s_slip_and_embargo_come_with_its_craft() -> None:
    embargo = np.array([[6.0 * MONTH, np.inf, np.inf]])
    futures = futures_of(scenario(), lead_months=[[3.0, 20.0, 9.0]], slip_months=[[2.5, 1.0, 0.0]], embargo_h=embargo)
    arrival, _ = queue(scenario(), 1, np.zeros(4), futures)
    np.testing.assert_allclose(arrival[0] / MONTH, [5.5, np.inf, 21, 22])


def test_a_fast_line_is_never_overtaken_by_a_later_order() -> None:
    """A licensed type's own line may be quicker than the original: its third craft still waits for the second."""
    futures = futures_of(scenario(), lead_months=[[20.0, 6.0, 9.0]])
    arrival, _ = queue(scenario(), 1, np.zeros(4), futures)
    np.testing.assert_allclose(arrival[0] / MONTH, [20, 21, 22, 23])


def test_integration_runs_from_the_first_delivery_and_not_from_each() -> None:
    futures = futures_of(scenario(), lead_months=6.0, integration_months=2.5)
    _, usable = queue(scenario(), 0, np.zeros(5), futures)
    np.testing.assert_allclose(usable[0] / MONTH, [8.5, 8.5, 8.5, 9, 10])


def test_an_embargo_stops_what_has_not_arrived() -> None:
    futures = futures_of(scenario(), lead_months=6.0, embargo_h=8.5 * MONTH)
    arrival, usable = queue(scenario(), 0, np.zeros(5), futures)
    np.testing.assert_allclose(arrival[0] / MONTH, [6, 7, 8, np.inf, np.inf])
    np.testing.assert_array_equal(arrival, usable)
    before_all = futures_of(scenario(), lead_months=6.0, embargo_h=MONTH)
    assert np.isinf(queue(scenario(), 0, np.zeros(5), before_all)[1]).all()


def test_a_type_may_state_a_share_of_its_own() -> None:
    own = make_scenario(
        platforms=[
            {"production_rate_per_year": YEARLY_RATE, "buyers_share": 0.25},
            {"id": "other", "production_rate_per_year": YEARLY_RATE},
        ],
        acquisition={"buyers_share": SHARE},
    )
    assert [yearly_output(own, index) for index in (0, 1)] == [6.0, 12.0]
    futures = futures_of(own, lead_months=6.0)
    np.testing.assert_allclose(queue(own, 0, np.zeros(3), futures)[0][0] / MONTH, [6, 8, 10])
    np.testing.assert_allclose(queue(own, 1, np.zeros(3), futures)[0][0] / MONTH, [6, 7, 8])


def test_a_service_is_usable_on_arrival() -> None:
    hired = make_scenario(platforms=[{}, {"id": "hired", "acquisition": "service"}])
    futures = futures_of(hired, lead_months=6.0, integration_months=3.0)
    arrival, usable = queue(hired, 1, np.zeros(4), futures)
    np.testing.assert_array_equal(arrival, usable)
    bought = queue(hired, 0, np.zeros(4), futures)
    np.testing.assert_array_equal(bought[0], arrival)
    assert (bought[1] > arrival)[0, 0]


# Which row a craft fills

rows_of_one_type = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("uvw"), st.integers(1, 9)),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[:2],
)


@given(rows_of_one_type, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_craft_fill_rows_by_the_literal_rule(rows: list[tuple[str, str, int]], random: object) -> None:
    """Again and again the row with the smallest (filled + 1/2) / craft takes the next, ties by id."""
    indexed = [(10 + i, Allocation("drone", base, area, craft, None)) for i, (base, area, craft) in enumerate(rows)]
    random.shuffle(indexed)  # type: ignore[attr-defined]
    filled = {index: 0 for index, _ in indexed}
    expected = []
    for _ in range(sum(row.craft for _, row in indexed)):
        open_ = [(index, row) for index, row in indexed if filled[index] < row.craft]
        index, _ = min(open_, key=lambda ir: (Fraction(2 * filled[ir[0]] + 1, 2 * ir[1].craft), ir[1].base, ir[1].area))
        filled[index] += 1
        expected.append(index)
    assert fill_order(indexed) == expected


def test_thirds_and_halves_tie_exactly() -> None:
    rows = [(0, Allocation("drone", "b", "x", 3, None)), (1, Allocation("drone", "a", "x", 9, None))]
    assert fill_order(rows) == [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1]


# Whole plans

PLAN = Plan(
    orders=(Order("other", "2026Q3", 2), Order("drone", "2026Q2", 1), Order("drone", "2026Q1", 3)),
    allocation=(Allocation("drone", "baltra", "bay", 3, 1), Allocation("other", "baltra", "bay", 2, 1)),
)


def test_a_plan_is_delivered_platform_by_platform_in_queue_order() -> None:
    deliveries = deliver(scenario(), PLAN, futures_of(scenario(), lead_months=6.0, count=2))
    april, july = scenario().calendar.periods[1].start_h, scenario().calendar.periods[2].start_h
    np.testing.assert_array_equal(deliveries.platform, [0, 0, 0, 0, 2, 2])
    np.testing.assert_array_equal(deliveries.number, [0, 1, 2, 3, 0, 1])
    np.testing.assert_array_equal(deliveries.order_h, [0, 0, 0, april, july, july])
    assert deliveries.arrival_h.shape == deliveries.usable_h.shape == (2, 6)
    queued = [6 * MONTH, 7 * MONTH, 8 * MONTH, max(9 * MONTH, april + 6 * MONTH)]
    np.testing.assert_allclose(deliveries.arrival_h[1], [*queued, july + 6 * MONTH, july + 7 * MONTH])


def test_craft_without_a_row_are_told_apart() -> None:
    """The fourth drone has no row; rows of other types do not take it."""
    deliveries = deliver(scenario(), PLAN, futures_of(scenario()))
    np.testing.assert_array_equal(deliveries.row, [0, 0, 0, -1, 1, 1])
    unplaced = deliver(scenario(), Plan(PLAN.orders, None), futures_of(scenario()))
    assert (unplaced.row == -1).all()


def test_more_rows_than_craft_leaves_the_last_places_empty() -> None:
    rows = (Allocation("drone", "baltra", "bay", 4, 1), Allocation("drone", "baltra", "cove", 2, 1))
    deliveries = deliver(scenario(), Plan((Order("drone", "2026Q1", 4),), rows), futures_of(scenario()))
    # the keys are 1/8 3/8 5/8 7/8 and 1/4 3/4
    np.testing.assert_array_equal(deliveries.row, [0, 1, 0, 0])


def test_usable_by_counts_the_moment_itself() -> None:
    deliveries = deliver(scenario(), PLAN, futures_of(scenario(), lead_months=6.0))
    np.testing.assert_array_equal(deliveries.usable_by(7 * MONTH), [[True, True, False, False, False, False]])


def test_nothing_ordered_is_nothing_delivered() -> None:
    deliveries = deliver(scenario(), Plan((), ()), futures_of(scenario(), count=3))
    assert deliveries.platform.shape == (0,)
    assert deliveries.arrival_h.shape == deliveries.usable_h.shape == (3, 0)


def test_a_period_outside_the_calendar_is_refused() -> None:
    with pytest.raises(KeyError):
        deliver(scenario(), Plan((Order("drone", "2031Q1", 1),), ()), futures_of(scenario()))


def test_a_grounded_type_is_told_by_its_share_of_the_window() -> None:
    """Grounded from 100 h before the window to a tenth into it in the first future, all of it in the second."""
    start = scenario().calendar.window_start_h
    plan = Plan((Order("drone", "2026Q1", 2), Order("other", "2026Q1", 1)), ())
    futures = futures_of(
        scenario(), grounded_h=[(0, 2, start - 100, start + 876), (1, 0, start - 1, start + 9e4)], count=3
    )
    found = deliver(scenario(), plan, futures)
    np.testing.assert_allclose(found.grounded_share, [[0, 0, 0.1], [1, 1, 0], [0, 0, 0]], atol=1e-12)
    np.testing.assert_array_equal(found.platform, [0, 0, 2])
