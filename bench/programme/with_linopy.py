"""The benchmark's extensive form as an operations researcher states it in linopy."""

from __future__ import annotations

import highspy
import linopy
import numpy as np
import pandas as pd
import xarray as xr

from bench.programme.instance import HALF_YEARS, NOW, TOUCHES, Instance


def linopy_model(i: Instance) -> linopy.Model:
    """One array expression for each law, over all futures at once."""
    m = linopy.Model()
    futures, platforms = i.lead.shape
    future, platform = (_index(name, n) for name, n in (("future", futures), ("platform", platforms)))
    now, later = _index("order", NOW), _index("order", range(NOW, HALF_YEARS))
    time, pair = _index("time", range(1, HALF_YEARS)), _index("pair", len(i.platform))
    area, sort = _index("area", i.weight.shape[0]), _index("sort", i.weight.shape[1])
    line = _index("line", len(TOUCHES))
    most = xr.DataArray(i.most.astype(float), [platform])
    price = xr.DataArray(i.price, [platform])

    types = m.add_variables(binary=True, coords=[platform], name="type")
    ordered = m.add_variables(0, most.expand_dims(order=now), integer=True, name="ordered")
    later_most = most.expand_dims(future=future, order=later)
    later_orders = m.add_variables(0, later_most, integer=True, name="later")
    placed = m.add_variables(0, coords=[future, pair, time], name="placed")
    exposure = m.add_variables(0, coords=[future, area, sort, time], name="exposure")
    reached = m.add_variables(0, 1, coords=[future, area, sort, time], name="reached")

    m.add_constraints(ordered.sum("order") - NOW * most * types <= 0, name="types_now")
    m.add_constraints(later_orders.sum("order") - (HALF_YEARS - NOW) * most * types <= 0, name="types_later")
    once = xr.DataArray(i.integration, [platform])
    m.add_constraints((price * ordered).sum() + (once * types).sum() <= i.budget[0], name="budget_now")
    paid = later_orders * (price * xr.DataArray(i.change, [future, platform]))
    year = xr.DataArray(np.array(later) // 2, [later], name="year")
    budget = xr.DataArray(i.budget[1:], [_index("year", range(1, HALF_YEARS // 2))])
    m.add_constraints(paid.sum("platform").groupby(year).sum() <= budget, name="budget_later")

    lead = xr.DataArray(i.lead, [future, platform])
    there_now = (xr.DataArray(now, [now]) + lead <= xr.DataArray(time, [time])).astype(float)
    there_later = (xr.DataArray(later, [later]) + lead <= xr.DataArray(time, [time])).astype(float)
    of_platform = xr.DataArray(i.platform, [pair], name="platform")
    craft = placed.groupby(of_platform).sum()
    arrived = (ordered * there_now).sum("order") + (later_orders * there_later).sum("order")
    m.add_constraints(craft - arrived <= 0, name="craft_are_there")

    at_base = xr.DataArray(i.base, [pair], name="base")
    capacity = xr.DataArray(i.capacity, [_index("base", len(i.capacity))])
    m.add_constraints(placed.groupby(at_base).sum() <= capacity, name="base_capacity")

    seen = xr.DataArray(i.sees[i.platform] * i.duty[:, None], [pair, sort])
    of_area = xr.DataArray(i.area, [pair], name="area")
    m.add_constraints((placed * seen).groupby(of_area).sum() - exposure == 0, name="exposures_add")

    slope = xr.DataArray(np.exp(-TOUCHES), [line])
    intercept = xr.DataArray(1 - (1 + TOUCHES) * np.exp(-TOUCHES), [line])
    m.add_constraints(reached - slope * exposure <= intercept, name="values_lie_on_tangents")
    weight = xr.DataArray(i.weight / futures, [area, sort])
    m.add_objective((weight * reached).sum(), sense="max")
    return m


def handed_to_highs(i: Instance) -> highspy.Highs:
    """Built and passed to the solver, not solved."""
    return linopy.io.to_highspy(linopy_model(i), set_names=False)


def _index(name: str, values: int | range) -> pd.Index:
    return pd.Index(range(values) if isinstance(values, int) else values, name=name)
