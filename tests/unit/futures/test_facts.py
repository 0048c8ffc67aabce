"""What actuals do to futures: laws given what is known, against closed forms and draws that are thrown away."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import kstest

from fleetcraft.futures import (
    Futures,
    draw_futures,
    likely_future,
    pert_quantile,
    plant_tree,
    revealed,
    sample_futures,
    unfold,
)
from fleetcraft.futures.pert import pert_cdf
from fleetcraft.scenario.actuals import Actuals, Announced, Delivered, Placed
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH
from unit.futures.scenarios import EMBARGO, scenario_of
from unit.futures.test_news import assert_same

MANY = 4000
DRONE, TWIN, GLIDER, WING = range(4)
LEAD, SLIP, INTEGRATION = (6, 9, 15), (0, 2, 12), (1, 3, 6)


def seen(**facts: Any) -> Scenario:
    return as_of(scenario_of(grounded=True), Actuals(**{"today": date(2026, 10, 1), **facts}))


def order(platform: str, day: date = date(2026, 1, 1)) -> Placed:
    return Placed(platform=platform, ordered=day, quantity=2)


@cache
def free() -> Futures:
    return draw_futures(scenario_of(grounded=True), 1, "judge", range(MANY))


def drawn(scenario: Scenario, count: int = MANY) -> Futures:
    return draw_futures(scenario, 1, "judge", range(count))


def same_law(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether two samples may come of one law, at odds of one in a thousand."""
    return bool(kstest(one, other).pvalue > 1e-3)


def test_with_no_facts_at_the_start_every_future_is_the_same() -> None:
    plain = scenario_of(grounded=True)
    start = as_of(plain, Actuals(today=plain.calendar.start))
    assert_same(draw_futures(start, 1, "judge", range(50)), draw_futures(plain, 1, "judge", range(50)))
    assert_same(sample_futures(start, 1, 20), sample_futures(plain, 1, 20))
    assert_same(likely_future(start), likely_future(plain))
    one, other = (plant_tree(each, 1, 12, nodes=3) for each in (start, plain))
    assert_same(one.futures, other.futures)


def test_who_waits_in_vain_waits_as_those_who_drew_no_sooner() -> None:
    """9 months after the order the law is that of the futures in which nothing had come by then."""
    waited = (date(2026, 10, 1) - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH
    found = drawn(seen(orders=(order("glider"),)))
    kept = (free().lead_time_months + free().slip_months)[:, GLIDER] > waited
    total = found.lead_time_months + found.slip_months
    assert total[:, GLIDER].min() >= waited - 1e-9
    assert same_law(total[:, GLIDER], (free().lead_time_months + free().slip_months)[kept, GLIDER])
    assert same_law(found.slip_months[:, GLIDER], free().slip_months[kept, GLIDER])
    np.testing.assert_array_equal(found.lead_time_months[:, DRONE], free().lead_time_months[:, DRONE])
    np.testing.assert_array_equal(found.unit_price, free().unit_price)


def test_waiting_counts_from_the_day_of_the_order() -> None:
    late = drawn(seen(orders=(order("glider", date(2026, 9, 1)),)))
    np.testing.assert_allclose(late.lead_time_months[:, GLIDER], free().lead_time_months[:, GLIDER], rtol=1e-9)


def test_with_a_slip_announced_lead_times_follow_their_closed_form() -> None:
    """P(lead <= x | lead > w - s) = (F(x) - F(w - s)) / (1 - F(w - s))."""
    said = Announced(supplier="Southern", slip_months=1.5)
    found = drawn(seen(orders=(order("glider"),), announced=(said,)))
    assert set(found.slip_months[:, GLIDER]) == {1.5}
    waited = (date(2026, 10, 1) - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH - 1.5
    past = pert_cdf(np.array(waited), *LEAD)

    def law(x: NDArray[np.float64]) -> NDArray[np.float64]:
        conditional: NDArray[np.float64] = (pert_cdf(x, *LEAD) - past) / (1 - past)
        return np.clip(conditional, 0, 1)

    assert kstest(found.lead_time_months[:, GLIDER], law).pvalue > 1e-3


def test_what_has_come_tells_how_long_it_took() -> None:
    came = Delivered(platform="glider", date=date(2026, 9, 1), quantity=1)
    found = drawn(seen(orders=(order("glider"),), deliveries=(came,)))
    took = (date(2026, 9, 1) - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH
    np.testing.assert_allclose((found.lead_time_months + found.slip_months)[:, GLIDER], took)
    near = np.abs((free().lead_time_months + free().slip_months)[:, GLIDER] - took) < 0.2
    assert same_law(found.slip_months[:, GLIDER], free().slip_months[near, GLIDER])


def test_a_type_tells_of_the_other_types_of_its_supplier() -> None:
    """Drone and twin share a slip: a drone that came early rules out a long one for both."""
    came = Delivered(platform="drone", date=date(2026, 7, 15), quantity=1)
    found = drawn(seen(orders=(order("drone"),), deliveries=(came,)), 400)
    took = (date(2026, 7, 15) - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH
    np.testing.assert_array_equal(found.slip_months[:, DRONE], found.slip_months[:, TWIN])
    assert found.slip_months.max(axis=0)[TWIN] <= took - LEAD[0] + 12 / 512
    np.testing.assert_array_equal(found.lead_time_months[:, TWIN], free().lead_time_months[:400, TWIN])


def test_an_announcement_holds_for_what_is_still_to_come_alone() -> None:
    """The lead time is what the first craft took, less the slip that it had; the new slip comes on top."""
    came = Delivered(platform="glider", date=date(2026, 9, 1), quantity=1)
    said = Announced(supplier="Southern", slip_months=8.0)
    facts = {"orders": (order("glider"),), "deliveries": (came,)}
    before, after = drawn(seen(**facts), 300), drawn(seen(**facts, announced=(said,)), 300)
    np.testing.assert_array_equal(before.lead_time_months[:, GLIDER], after.lead_time_months[:, GLIDER])
    assert set(after.slip_months[:, GLIDER]) == {8.0}


def test_a_delivery_announced_tells_as_one_that_came() -> None:
    said = Announced(platform="glider", next_delivery=date(2027, 3, 1))
    found = drawn(seen(orders=(order("glider"),), announced=(said,)), 50)
    months = (date(2027, 3, 1) - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH
    np.testing.assert_allclose((found.lead_time_months + found.slip_months)[:, GLIDER], months)


def test_integration_that_has_gone_on_goes_on_as_for_those_it_lasted_as_long() -> None:
    came = Delivered(platform="glider", date=date(2026, 7, 1), quantity=1)
    found = drawn(seen(orders=(order("glider"),), deliveries=(came,)))
    lasted = (date(2026, 10, 1) - date(2026, 7, 1)).days * 24 / HOURS_PER_MONTH
    kept = free().integration_months[:, GLIDER] > lasted
    assert same_law(found.integration_months[:, GLIDER], free().integration_months[kept, GLIDER])
    done = drawn(seen(orders=(order("glider"),), deliveries=(came,), integrated={"glider": date(2026, 9, 1)}), 9)
    np.testing.assert_allclose(done.integration_months[:, GLIDER], 62 * 24 / HOURS_PER_MONTH)


def test_embargoes_are_facts_or_come_after_today() -> None:
    """Nobody stopped by today, but who is stated to have; the chance of the others shrinks as time passes."""
    scenario = seen(embargoes={"AU": date(2026, 5, 1)})
    found = drawn(scenario)
    assert set(found.embargo_h[:, GLIDER]) == {120 * 24.0}
    assert found.embargo_h[:, WING].min() > scenario.today_h
    passed = scenario.today_h / scenario.calendar.window_start_h
    chance = EMBARGO * (1 - passed) / (1 - EMBARGO * passed)
    happens = np.isfinite(found.embargo_h[:, WING]).mean()
    assert abs(happens - chance) < 4 * np.sqrt(chance * (1 - chance) / MANY)
    tree = plant_tree(scenario, 1, 12, nodes=3)
    assert set(tree.futures.embargo_h[:, GLIDER]) == {120 * 24.0}


def test_groundings_begin_after_today() -> None:
    scenario = seen()
    assert drawn(scenario, 50).grounding_h.min() > scenario.today_h


def test_rates_walk_on_from_today() -> None:
    scenario = seen(exchange={"EUR": 1.3})
    found, month = drawn(scenario), 8
    assert (found.rate_factor[:, : month + 1] == 1).all()
    ratio = found.rate_factor[:, month + 1 :] / found.rate_factor[:, month:-1]
    expected = free().rate_factor[:, month + 1 :] / free().rate_factor[:, month:-1]
    np.testing.assert_allclose(ratio, expected, rtol=1e-9)
    assert abs(np.log(sample_futures(scenario, 1, 200).rate_factor[:, -1]).mean()) < 0.1


def test_what_is_known_today_is_known_at_the_news() -> None:
    came = Delivered(platform="drone", date=date(2026, 9, 1), quantity=1)
    said = Announced(platform="wing", next_delivery=date(2027, 9, 1))
    late = Announced(supplier="Southern", slip_months=9.0)
    scenario = seen(orders=(order("drone"), order("wing"), order("glider")), deliveries=(came,), announced=(said, late))
    futures = drawn(scenario, 30)
    leaves = unfold(scenario, futures, 1, "judge", range(30), 3).futures
    for p in (DRONE, WING):
        total = leaves.lead_time_months + leaves.slip_months
        np.testing.assert_allclose(total[:, p], np.repeat((futures.lead_time_months + futures.slip_months)[:, p], 3))
    assert set(leaves.slip_months[:, GLIDER]) == {9.0}


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2027, 12, 1)])
def test_facts_that_no_law_explains_are_facts_still(day: date) -> None:
    """A craft after two months, and one after nearly two years."""
    came = Delivered(platform="glider", date=day, quantity=1)
    found = drawn(seen(today=date(2027, 12, 2), orders=(order("glider"),), deliveries=(came,)), 20)
    took = (day - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH
    np.testing.assert_allclose((found.lead_time_months + found.slip_months)[:, GLIDER], took)
    assert ((found.slip_months >= SLIP[0]) & (found.slip_months <= SLIP[2])).all()


def test_the_likely_future_keeps_to_the_facts() -> None:
    came = Delivered(platform="drone", date=date(2026, 8, 1), quantity=1)
    said = Announced(supplier="Southern", slip_months=9.0)
    orders = (order("drone"), order("glider"), order("wing"))
    found = likely_future(seen(today=date(2027, 10, 1), orders=orders, deliveries=(came,), announced=(said,)))
    total = (found.lead_time_months + found.slip_months)[0]
    months = [(day - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH for day in (came.date, date(2027, 10, 1))]
    np.testing.assert_allclose(total[[DRONE, GLIDER, WING]], [months[0], months[1], months[1]])
    assert found.integration_months[0, DRONE] == pytest.approx(months[1] - months[0])
    assert pert_quantile(np.array(0.5), *INTEGRATION) < found.integration_months[0, DRONE]


# A slip announced beside what is known of the first craft

LATE = Announced(supplier="Southern", slip_months=9.0)


def mean_total(scenario: Scenario) -> float:
    found = drawn(scenario)
    return float((found.lead_time_months + found.slip_months)[:, GLIDER].mean())


def likely_total(scenario: Scenario) -> float:
    found = likely_future(scenario)
    return float((found.lead_time_months + found.slip_months)[0, GLIDER])


def test_a_slip_announced_after_the_first_delivery_is_added_to_the_lead_time_that_it_took() -> None:
    """The first came after 8.9 months with the slip of then in it; the next slips by 9 months in place of that."""
    came = Delivered(platform="glider", date=date(2026, 9, 28), quantity=1)
    plain = seen(orders=(order("glider"),), deliveries=(came,))
    said = seen(orders=(order("glider"),), deliveries=(came,), announced=(LATE,))
    took = (came.date - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH
    assert likely_total(plain) == pytest.approx(took)
    assert likely_total(said) == pytest.approx(took - SLIP[1] + 9.0)
    assert mean_total(said) == pytest.approx(took - drawn(plain).slip_months[:, GLIDER].mean() + 9.0)


def test_a_slip_announced_beside_a_promise_is_in_the_promise() -> None:
    promise = Announced(platform="glider", next_delivery=date(2027, 6, 1))
    took = (date(2027, 6, 1) - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH
    for announced in ((promise,), (promise, LATE)):
        world = seen(orders=(order("glider"),), announced=announced)
        assert likely_total(world) == pytest.approx(took)
        assert mean_total(world) == pytest.approx(took)


# What the news reveals


def test_the_news_tells_what_can_have_come_since_the_order() -> None:
    """Ordered in 2027, nothing can have come by the news; a type never ordered counts from the next order day."""
    base = scenario_of(grounded=True, news=date(2027, 1, 1))
    world = as_of(base, Actuals(today=date(2027, 3, 15), orders=(order("glider", date(2027, 1, 5)),)))
    assert world.calendar.news == date(2027, 7, 1)
    futures = drawn(world, 500)
    known = revealed(world, futures)
    assert not known.arrived.any()
    leaves = unfold(world, futures.take(range(20)), 1, "judge", range(20), 3).futures
    for p in (GLIDER, WING):
        assert len(np.unique(leaves.lead_time_months[:, p])) == 60
    waited = (date(2027, 7, 1) - date(2027, 1, 5)).days * 24 / HOURS_PER_MONTH
    assert (leaves.lead_time_months + leaves.slip_months)[:, GLIDER].min() >= waited - 1e-9
    np.testing.assert_allclose(known.watched_months[:, WING].max(), 91 * 24 / HOURS_PER_MONTH)


def test_of_what_has_come_the_sum_alone_is_known_at_the_news() -> None:
    """How much of it was slip stays hidden, and has the law that it has today."""
    came = Delivered(platform="glider", date=date(2026, 9, 28), quantity=1)
    world = seen(orders=(order("glider"),), deliveries=(came,))
    futures = drawn(world, 400)
    leaves = unfold(world, futures, 1, "judge", range(400), 2).futures
    took = (came.date - date(2026, 1, 1)).days * 24 / HOURS_PER_MONTH
    np.testing.assert_allclose((leaves.lead_time_months + leaves.slip_months)[:, GLIDER], took)
    slips = leaves.slip_months[:, GLIDER].reshape(400, 2)
    assert (slips[:, 0] != slips[:, 1]).all()
    assert same_law(slips[:, 0], drawn(world).slip_months[:, GLIDER])
