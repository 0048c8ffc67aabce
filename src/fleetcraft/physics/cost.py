"""Prices, learning, escalation and the dates of payment (model.md 6)."""

from __future__ import annotations

import numpy as np

from fleetcraft.physics.arrays import Array, Integers, Real


def wright_unit_cost(reference_cost: Real, units_made: Real | Integers, n: Real | Integers, slope: Real) -> Array:
    """Cost of the n-th further unit: c_ref ((n0 + n)/n0)^(log2 slope) (Wright 1936).

    ``reference_cost`` c_ref (money) is that of unit n0 = ``units_made`` > 0; ``n`` counts the units made after it.
    Each doubling of units made multiplies the cost by ``slope`` in (0, 1]; 1 is flat.
    """
    made = np.asarray(units_made, float)
    learned: Array = np.power((made + n) / made, np.log2(slope))
    return reference_cost * learned


def wright_total_cost(units_made: Real | Integers, n: Array, slope: Real) -> Array:
    """Cost of the first n further units over c_ref: sum over k <= n of ((n0 + k)/n0)^(log2 slope) (Wright 1936).

    ``n`` (units, any shape, n0 = ``units_made``) need not be whole: a part of a unit costs that part of it.
    """
    most = int(np.ceil(np.max(n, initial=0.0)))
    totals = np.concatenate([[0.0], np.cumsum(wright_unit_cost(1.0, units_made, np.arange(1, most + 1), slope))])
    total: Array = np.interp(n, np.arange(most + 1), totals)
    return total


def escalated(price: Real, years: Real, rate_per_year: Real) -> Array:
    """Price ``years`` after its price year: price (1 + rate)^years."""
    return np.asarray(price, float) * np.power(1.0 + np.asarray(rate_per_year, float), years)


def discounted(amount: Real, years: Real, rate_per_year: Real) -> Array:
    """Present value of an amount paid in ``years``: amount (1 + rate)^-years; for comparison, never for a budget."""
    return np.asarray(amount, float) / np.power(1.0 + np.asarray(rate_per_year, float), years)


def payment_dates_h(order_h: Real, delivery_h: Real) -> tuple[Array, Array, Array]:
    """When an order is paid (h since the calendar's start): at the order, half way, at the delivery."""
    order, delivery = np.broadcast_arrays(np.asarray(order_h, float), np.asarray(delivery_h, float))
    return order, (order + delivery) / 2.0, delivery
