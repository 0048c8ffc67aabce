"""plan.json: reading a plan that a person or a program wrote, with every fault at its line, and writing one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.base import Value, quantity
from fleetcraft.scenario.files import text_of
from fleetcraft.scenario.json_file import read_json
from fleetcraft.scenario.node import Node
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.tables import Row, label_in_row
from fleetcraft.scenario.wording import expectation, expected_key, fault_at, fragment_at, one_of, schema_of, validated

FORMAT = 1

Entry = TypeVar("Entry", bound=Value)


class OrderText(Value):
    """One entry of ``orders``."""

    platform: str = Field(description="id of a platform")
    period: str = Field(description="fiscal quarter such as 2026Q1; signed on its first day")
    quantity: int = quantity("craft", "craft ordered", ge=0)


class AllocationText(Value):
    """One entry of ``allocation``."""

    platform: str = Field(description="id of a platform")
    base: str = Field(description="id of a place")
    area: str = Field(description="id of an area")
    craft: int = quantity("craft", "craft based there for the area", ge=0)
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
    faults.extend(_key_faults(root))
    orders = _entries(root, "orders", OrderText, faults)
    allocation = _entries(root, "allocation", AllocationText, faults)
    faults.extend(_allocation_faults(allocation, scenario))
    order_faults = list(_order_faults(orders, scenario))
    faults.extend(order_faults)
    if not order_faults and all(row.value for row in orders):
        faults.extend(_too_many_allocated(orders, allocation))
    if faults:
        raise ScenarioError(faults)
    return _plan(root, orders, allocation)


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


def _key_faults(root: Node) -> Iterator[Fault]:
    """Faults of the file's own keys, those of the entries left aside."""
    if not isinstance(root.value, dict):
        yield fault_at(root, "plan", "an object with fleetcraft and orders")
        return
    schema = schema_of(PlanText)
    for key, node in root.mapping.items():
        if key not in PlanText.model_fields:
            yield fault_at(node, "plan", expected_key(str(key), PlanText.model_fields), found=f"the unknown key {key}")
    for key in schema["required"]:
        if key not in root.mapping:
            yield fault_at(root, key, expectation(fragment_at((key,), schema)), found="nothing")
    version, made_for, later = root.get("fleetcraft"), root.get("scenario"), root.get("later")
    if version is not None and (version.value != FORMAT or not isinstance(version.value, int)):
        yield fault_at(version, "fleetcraft", f"{FORMAT}, the format of this version")
    if made_for is not None and not isinstance(made_for.value, str | None):
        yield fault_at(made_for, "scenario", "the hash of a scenario, or null")
    if later is not None and later.value != []:
        yield fault_at(later, "later", "[]: this version places all orders before it knows the news")


def _entries(root: Node, key: str, model: type[Entry], faults: list[Fault]) -> Sequence[Row[Entry]]:
    listed = root.get(key)
    if listed is None or (listed.value is None and key == "allocation"):
        return ()
    if not isinstance(listed.value, list):
        faults.append(fault_at(listed, key, "a list"))
    rows = []
    for number, node in enumerate(listed.items, start=1):
        label = f"{key} entry {number}"
        value, found = validated(model, node, partial(label_in_row, label))
        faults.extend(found)
        rows.append(Row(label, node, value))
    return rows


def _order_faults(rows: Sequence[Row[OrderText]], scenario: Scenario) -> Iterator[Fault]:
    periods = [period.id for period in scenario.calendar.periods]
    for row in rows:
        if row.value is None:
            continue
        yield from _unknown(row, "platform", scenario.platform_index)
        if row.value.period not in periods:
            yield row.fault("period", f"a period in which orders are placed: {one_of(periods, row.value.period)}")
    yield from _repeated(rows, ("platform", "period"))


def _allocation_faults(rows: Sequence[Row[AllocationText]], scenario: Scenario) -> Iterator[Fault]:
    for row in rows:
        if row.value is None:
            continue
        yield from _unknown(row, "platform", scenario.platform_index)
        yield from _unknown(row, "base", scenario.place_index)
        yield from _unknown(row, "area", scenario.area_index)
        yield from _unserved(row, row.value, scenario)
    yield from _repeated(rows, ("platform", "base", "area"))


def _unknown(row: Row[Entry], column: str, known: Collection[str]) -> Iterator[Fault]:
    name = getattr(row.value, column)
    if name not in known:
        noun = {"base": "place"}.get(column, column)
        yield row.fault(column, f"the id of a {noun}: {one_of(known, name)}")


def _unserved(row: Row[AllocationText], entry: AllocationText, scenario: Scenario) -> Iterator[Fault]:
    """The base must serve the platform's domain."""
    if entry.platform not in scenario.platform_index or entry.base not in scenario.place_index:
        return
    domain = scenario.platforms[scenario.platform_index[entry.platform]].domain
    serving = [place.id for place in scenario.places if domain in place.serves]
    if entry.base not in serving:
        yield row.fault("base", f"a place that serves {domain}: {one_of(serving)}")


def _repeated(rows: Sequence[Row[Entry]], key: Sequence[str]) -> Iterator[Fault]:
    first: dict[tuple[str, ...], Row[Entry]] = {}
    for row in rows:
        if row.value is None:
            continue
        names = tuple(getattr(row.value, column) for column in key)
        if names in first:
            expected = f"it once (line {first[names].node.line})"
            yield fault_at(row.node, row.key, expected, found=f"{' '.join(names)} a second time")
        first.setdefault(names, row)


def _too_many_allocated(orders: Sequence[Row[OrderText]], rows: Sequence[Row[AllocationText]]) -> Iterator[Fault]:
    ordered: dict[str, int] = {}
    for order in orders:
        if order.value is not None:
            ordered[order.value.platform] = ordered.get(order.value.platform, 0) + order.value.quantity
    placed: dict[str, int] = {}
    for row in rows:
        if row.value is None:
            continue
        platform, craft = row.value.platform, row.value.craft
        placed[platform] = placed.get(platform, 0) + craft
        if placed[platform] > ordered.get(platform, 0) >= placed[platform] - craft:
            expected = f"at most {ordered.get(platform, 0)} {platform} in all, as many as are ordered"
            yield row.fault("craft", expected, found=f"{craft}, {placed[platform]} with the entries before it")


def _plan(root: Node, orders: Sequence[Row[OrderText]], allocation: Sequence[Row[AllocationText]]) -> Plan:
    bought = (o.value for o in orders if o.value is not None and o.value.quantity > 0)
    placed = (a.value for a in allocation if a.value is not None and a.value.craft > 0)
    stated, made_for = root.get("allocation"), root.get("scenario")
    return Plan(
        orders=tuple(sorted(Order(o.platform, o.period, o.quantity) for o in bought)),
        allocation=tuple(sorted(Allocation(a.platform, a.base, a.area, a.craft, a.stations) for a in placed))
        if stated is not None and stated.value is not None
        else None,
        scenario=str(made_for.value) if made_for is not None and made_for.value is not None else None,
    )
