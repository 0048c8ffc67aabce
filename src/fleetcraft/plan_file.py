"""plan.json: reading a plan that a person or a program wrote, with every fault at its line, and writing one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.base import Value, quantity
from fleetcraft.scenario.files import text_of
from fleetcraft.scenario.json_file import read_json
from fleetcraft.scenario.node import Path as KeyPath
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.tables import Row, Rows, having, label_in_row, rows_at
from fleetcraft.scenario.validation import validated
from fleetcraft.scenario.wording import fault_at, one_of

FORMAT = 1
MOST_CRAFT = 100_000  # of one order; a mistyped number must not ask for a simulation of millions


class OrderText(Value):
    """One entry of ``orders``."""

    platform: str = Field(description="id of a platform")
    period: str = Field(description="fiscal quarter such as 2026Q1; signed on its first day")
    quantity: int = quantity("craft", "craft ordered", ge=0, le=MOST_CRAFT)


class AllocationText(Value):
    """One entry of ``allocation``."""

    platform: str = Field(description="id of a platform")
    base: str = Field(description="id of a place")
    area: str = Field(description="id of an area")
    craft: int = quantity("craft", "craft based there for the area", ge=0, le=MOST_CRAFT)
    stations: int | None = quantity(
        "stations", "stations to keep occupied (null: as many as the craft can)", None, ge=1
    )


class PlanText(Value):
    """The file's keys."""

    fleetcraft: int = Field(ge=FORMAT, le=FORMAT, description="number of this format")
    scenario: str | None = Field(default=None, description="hash of the scenario it was made for")
    orders: tuple[OrderText, ...] = Field(description="what is bought")
    allocation: tuple[AllocationText, ...] | None = Field(
        default=None, description="where the craft serve (null: the greedy rule places them)"
    )
    later: tuple[Any, ...] = Field(
        default=(), max_length=0, description="orders after the news: none, this version has no recourse"
    )


def read_plan_file(path: str | Path, scenario: Scenario) -> Plan:
    """The plan of a plan.json, checked against a scenario; entries of 0 craft are left out.

    Without ``allocation`` the plan's is None; an entry without ``stations`` has None.

    Raises ScenarioError with every fault: form, unknown keys and ids, periods in which nothing can be ordered, bases
    that do not serve a platform's domain, entries given twice, more craft allocated than ordered.
    """
    name = str(path)
    reading = read_json(text_of(Path(path), name), name)
    faults = list(reading.faults)
    if not reading.whole:
        raise ScenarioError(faults)
    root = reading.root
    result = validated(PlanText, root, _label)
    faults.extend(result.faults)
    orders = rows_at(root, "orders", result, result.value.orders, partial(_entry, "orders"))
    allocation = rows_at(root, "allocation", result, result.value.allocation or (), partial(_entry, "allocation"))
    order_faults = [*_order_faults(orders, scenario), *_repeated(orders, ("platform", "period"))]
    faults.extend(order_faults)
    faults.extend(_allocation_faults(allocation, scenario))
    faults.extend(_repeated(allocation, ("platform", "base", "area")))
    if not order_faults and not any(row.faulty for row in orders):
        faults.extend(_too_many_allocated(orders, allocation))
    if faults:
        raise ScenarioError(faults)
    return _plan(result.value)


def _label(path: KeyPath) -> str:
    if len(path) > 1:
        return label_in_row(_entry(str(path[0]), int(path[1])), path[2:])
    return str(path[0]) if path else "plan"


def _entry(name: str, number: int) -> str:
    return f"{name} entry {number + 1}"


def plan_to_json(plan: Plan) -> str:
    """The text of a plan.json that ``read_plan_file`` reads back as the same plan."""
    content: dict[str, Any] = {
        "fleetcraft": FORMAT,
        "scenario": plan.scenario,
        "orders": [{"platform": o.platform, "period": o.period, "quantity": o.quantity} for o in plan.orders],
    }
    if plan.allocation is not None:
        content["allocation"] = [_allocation_entry(row) for row in plan.allocation]
    return json.dumps({**content, "later": []}, indent=2) + "\n"


def _allocation_entry(row: Allocation) -> dict[str, Any]:
    entry = {"platform": row.platform, "base": row.base, "area": row.area, "craft": row.craft}
    return entry if row.stations is None else {**entry, "stations": row.stations}


def _order_faults(rows: Rows[OrderText], scenario: Scenario) -> Iterator[Fault]:
    periods = [period.id for period in scenario.calendar.periods]
    yield from _unknown(rows, "platform", "a platform", scenario.platform_index)
    for row, order in having(rows, "period"):
        if order.period not in periods:
            yield row.fault("period", f"a period in which orders are placed: {one_of(periods, order.period)}")


def _allocation_faults(rows: Rows[AllocationText], scenario: Scenario) -> Iterator[Fault]:
    yield from _unknown(rows, "platform", "a platform", scenario.platform_index)
    yield from _unknown(rows, "base", "a place", scenario.place_index)
    yield from _unknown(rows, "area", "an area", scenario.area_index)
    for row, entry in having(rows, "platform", "base"):
        if entry.platform in scenario.platform_index and entry.base in scenario.place_index:
            domain = scenario.platforms[scenario.platform_index[entry.platform]].domain
            serving = [place.id for place in scenario.places if domain in place.serves]
            if entry.base not in serving:
                yield row.fault("base", f"a place that serves {domain}: {one_of(serving)}")


def _unknown(rows: Rows[Value], column: str, noun: str, known: Collection[str]) -> Iterator[Fault]:
    for row, entry in having(rows, column):
        name = getattr(entry, column)
        if name not in known:
            yield row.fault(column, f"the id of {noun}: {one_of(known, name)}")


def _repeated(rows: Rows[Value], key: Sequence[str]) -> Iterator[Fault]:
    first: dict[tuple[str, ...], Row[Value]] = {}
    for row, entry in having(rows, *key):
        names = tuple(getattr(entry, column) for column in key)
        if names in first:
            expected = f"it once (line {first[names].node.line})"
            yield fault_at(row.node, row.key, expected, found=f"{' '.join(names)} a second time")
        first.setdefault(names, row)


def _too_many_allocated(orders: Rows[OrderText], rows: Rows[AllocationText]) -> Iterator[Fault]:
    """The entry with which a platform's allocated craft become more than its ordered ones."""
    left: Counter[str] = Counter()
    for order in orders:
        left[order.value.platform] += order.value.quantity
    ordered = dict(left)
    for row, entry in having(rows, "platform", "craft"):
        before = left[entry.platform]
        left[entry.platform] -= entry.craft
        if left[entry.platform] < 0 <= before:
            expected = f"at most {before}, what is left of {ordered.get(entry.platform, 0)} ordered"
            yield row.fault("craft", expected)


def _plan(text: PlanText) -> Plan:
    orders = [Order(o.platform, o.period, o.quantity) for o in text.orders if o.quantity > 0]
    placed = [Allocation(a.platform, a.base, a.area, a.craft, a.stations) for a in text.allocation or () if a.craft > 0]
    allocation = None if text.allocation is None else tuple(sorted(placed))
    return Plan(orders=tuple(sorted(orders)), allocation=allocation, scenario=text.scenario)
