"""The times of what has not come, number by number: quantiles of laws found by quadrature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import integrate, stats

from builders import make_scenario
from fleetcraft.futures.delays import lead_time_months, slip_months
from fleetcraft.futures.pert import pert_cdf

U = np.concatenate([[1e-9], np.linspace(0.0005, 0.9995, 999), [1 - 1e-9]])
SCENARIO = make_scenario(
    platforms=[
        {},
        {"id": "quick", "lead_time_months_low": 5, "lead_time_months_likely": 6, "lead_time_months_high": 8},
        {"id": "other", "supplier": "Other"},
    ],
    acquisition={"slip_months": {"low": 0, "likely": 2, "high": 12}},
)
SLOW, QUICK, SLIP = (6.0, 9.0, 15.0), (5.0, 6.0, 8.0), (0.0, 2.0, 12.0)


@dataclass(frozen=True)
class Same:
    """A source that gives every name the same numbers."""

    numbers: np.ndarray

    def uniform(self, names: Sequence[str]) -> np.ndarray:
        return np.repeat(self.numbers[:, None], len(names), axis=1)

    def normal(self, names: Sequence[Sequence[str]], root: np.ndarray) -> np.ndarray:
        raise NotImplementedError


def waited(months: float) -> np.ndarray:
    return np.full((len(U), 3), months)


@pytest.mark.parametrize("months", [0.0, 6.0, 11.0, 16.0, 19.5, 19.9])
def test_slips_are_the_quantiles_of_a_maker_kept_waiting_for(months: float) -> None:
    """Density f(s) P(slow lead > waited - s) P(quick lead > waited - s); after 19.5 months s is over 11.5."""
    drawn = slip_months(SCENARIO, Same(U), waited(months))
    least = max(months - 8, 0.0)
    grid = np.linspace(least, 12, 200_001)
    density = stats.beta(1 + 4 / 6, 1 + 40 / 12, scale=12).pdf(grid)
    density *= (1 - pert_cdf(months - grid, *SLOW)) * (1 - pert_cdf(months - grid, *QUICK))
    law = integrate.cumulative_trapezoid(density, grid, initial=0)
    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert (drawn[:, 0] >= least).all()
    np.testing.assert_allclose(np.interp(drawn[:, 0], grid, law / law[-1]), U, atol=1e-4)


def test_who_has_not_waited_knows_nothing() -> None:
    np.testing.assert_allclose(pert_cdf(slip_months(SCENARIO, Same(U), waited(0.0))[:, 0], *SLIP), U, atol=1e-4)
    np.testing.assert_allclose(pert_cdf(lead_time_months(SCENARIO, Same(U), waited(0.0))[:, 0], *SLOW), U, rtol=1e-9)


def test_lead_times_are_the_quantiles_of_what_is_left_of_their_law() -> None:
    drawn = lead_time_months(SCENARIO, Same(U), waited(7.0))
    for platform, law in ((0, SLOW), (1, QUICK)):
        before = pert_cdf(np.array(7.0), *law)
        np.testing.assert_allclose((pert_cdf(drawn[:, platform], *law) - before) / (1 - before), U, atol=1e-9)


def test_each_maker_is_waited_for_alone_and_each_future_by_itself() -> None:
    months = np.where(np.arange(len(U)) % 2 == 0, 11.0, 6.0)[:, None] * np.ones(3)
    drawn = slip_months(SCENARIO, Same(U), months)
    for parity, waiting in ((0, 11.0), (1, 6.0)):
        alike = slip_months(SCENARIO, Same(U), waited(waiting))
        np.testing.assert_array_equal(drawn[parity::2], alike[parity::2])
    assert (drawn[::2, 2] < drawn[::2, 0]).all()


def test_certain_times_stay_certain() -> None:
    scenario = make_scenario(
        platforms=[{"lead_time_months_low": 9, "lead_time_months_high": 9}],
        acquisition={"slip_months": {"low": 2, "likely": 2, "high": 2}},
    )
    months = np.full((len(U), 1), 10.5)
    assert (slip_months(scenario, Same(U), months) == 2).all()
    assert (lead_time_months(scenario, Same(U), months - 2) == 9).all()
