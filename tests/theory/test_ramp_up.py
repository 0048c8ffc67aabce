"""How many craft are usable when, against the exact law of the delivery queue (model.md 1)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from scipy.stats import beta

from builders import make_scenario
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.futures import draw_futures
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.simulate.simulate_plan import simulate_plan
from fleetcraft.units import HOURS_PER_MONTH
from theory.intervals import holds
from unit.fleet.theatres import theatre_of
from unit.simulate.missions import YEAR_H

LEAD = (4.0, 9.0, 20.0)
SLIP = (0.0, 2.0, 6.0)
INTEGRATION = (1.0, 3.0, 9.0)
PER_YEAR = 6.0
ORDERS = (("2026Q1", 4, 0.0), ("2026Q3", 5, (date(2026, 7, 1) - date(2026, 1, 1)).days * 24.0))
CRAFT = sum(quantity for _, quantity, _ in ORDERS)
PLAN = Plan(
    tuple(Order("drone", period, quantity) for period, quantity, _ in ORDERS),
    (Allocation("drone", "baltra", "bay", CRAFT, 1),),
)


def scenario():
    low, likely, high = LEAD
    return make_scenario(
        platforms=[
            {
                "lead_time_months_low": low,
                "lead_time_months_likely": likely,
                "lead_time_months_high": high,
                "production_rate_per_year": PER_YEAR,
                "loss_per_100k_h": 0,
            }
        ],
        acquisition={
            "slip_months": dict(zip(("low", "likely", "high"), SLIP, strict=True)),
            "integration_months": dict(zip(("low", "likely", "high"), INTEGRATION, strict=True)),
        },
        requirements=[{"area": "bay", "measure": "presence", "domain": "air", "craft": 1, "at_least": 0.5}],
    )


def pert(low: float, likely: float, high: float):
    """The PERT law of shape 4, in hours."""
    span = high - low
    law = beta(1 + 4 * (likely - low) / span, 1 + 4 * (high - likely) / span)
    return (
        lambda hours: law.cdf((hours / HOURS_PER_MONTH - low) / span),
        lambda u: (low + span * u) * HOURS_PER_MONTH,
        law,
    )


def queue_h() -> list[float]:
    """How long after lead time and slip each craft arrives: its order, or its maker's pace behind those before it."""
    gap_h = 12 / PER_YEAR * HOURS_PER_MONTH
    orders_h = [start_h for _, quantity, start_h in ORDERS for _ in range(quantity)]
    return [max(start_h + (n - k) * gap_h for k, start_h in enumerate(orders_h[: n + 1])) for n in range(CRAFT)]


def usable_by(moment_h: float) -> list[float]:
    """Probability that each craft is usable, by quadrature over lead time and slip; integration by its own law.

    All craft share lead L and slip s: craft n is usable if L + s <= t - m_n and L + s + I <= t - m_0.
    """
    nodes, weights = leggauss(400)
    u, w = (nodes + 1) / 2, weights / 2
    (_, lead_h, lead_law), (_, slip_h, slip_law), (integrated_by, _, _) = pert(*LEAD), pert(*SLIP), pert(*INTEGRATION)
    late_h = lead_h(u)[:, None] + slip_h(u)[None]
    weight = (w * lead_law.pdf(u))[:, None] * (w * slip_law.pdf(u))[None]
    waits_h = queue_h()
    integrated = integrated_by(moment_h - waits_h[0] - late_h)
    return [float((weight * integrated * (late_h <= moment_h - wait_h)).sum()) for wait_h in waits_h]


@pytest.fixture(scope="module")
def deliveries():
    stated = scenario()
    return deliver(stated, PLAN, draw_futures(stated, 1, "judge", range(8000)))


@pytest.mark.parametrize("months", [16, 18, 20, 24, 28])
def test_mean_number_usable(deliveries, months):
    """At any moment of the ramp-up the mean number of usable craft is the sum of their chances."""
    moment_h = months * HOURS_PER_MONTH
    number = deliveries.usable_by(moment_h).sum(axis=1).astype(float)
    assert holds(number, sum(usable_by(moment_h)), fault=0.05)


def test_number_usable_when_the_window_opens():
    """What flies in the simulated year is just what the law says had come: the mean, and each number's chance."""
    stated = scenario()
    theatre = theatre_of(stated)
    outcome = simulate_plan(theatre, PLAN, seed=1, block="judge", replications=4000, threads=1)
    number = np.round(outcome.row_usable_h[:, 0] / YEAR_H)
    assert outcome.row_usable_h[:, 0] == pytest.approx(number * YEAR_H)
    chance = usable_by(stated.calendar.window_start_h)
    assert 0.05 < chance[-1] < chance[0] < 1
    assert holds(number, sum(chance))
    for n, truth in enumerate(chance):
        assert holds((number > n).astype(float), truth, fault=0.3)
