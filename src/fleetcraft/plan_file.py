"""plan.json: reading a plan that a person or a program wrote, with every fault at its line, and writing one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import Field

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.scenario.base import Value, quantity
from fleetcraft.scenario.calendar import Period
from fleetcraft.scenario.files import text_of
from fleetcraft.scenario.json_file import read_json
from fleetcraft.scenario.node import Node
from fleetcraft.scenario.node import Path as KeyPath
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.tables import Row, Rows, having, label_in_row, rows_at
from fleetcraft.scenario.validation import Validated, validated
from fleetcraft.scenario.wording import clipped, fault_at, one_of

FORMAT = 1
MOST_CRAFT = 100_000  # of one order; a mistyped number must not ask for a simulation of millions
LEFT_TO_THE_RULE = "so that the greedy rule places the craft"
LOWER = f"lower it, order more, or remove `allocation` (and `later`, if it has entries), {LEFT_TO_THE_RULE}"


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


class LaterText(Value):
    """One entry of ``later``: what one future adds."""

    future: int = quantity("", "future of block judge, counted from 0, to which this is added", ge=0)
    seed: int = Field(description="seed of the run whose futures are meant; one for all entries")
    orders: tuple[OrderText, ...] = Field(description="what is ordered there besides, on the day of the news or after")
    allocation: tuple[AllocationText, ...] = Field(default=(), description="where its craft serve")


class PlanText(Value):
    """The file's keys."""

    fleetcraft: int = Field(ge=FORMAT, le=FORMAT, description="number of this format")
    scenario: str | None = Field(default=None, description="hash of the scenario it was made for")
    orders: tuple[OrderText, ...] = Field(description="what is bought")
    allocation: tuple[AllocationText, ...] | None = Field(
        default=None, description="where the craft serve (null: the greedy rule places them)"
    )
    gateways: tuple[tuple[str, str], ...] = Field(
        default=(), description="pairs of interfaces that a gateway bought joins"
    )
    later: tuple[LaterText, ...] = Field(default=(), description="what single futures add once the news is known")
    later_futures: int | None = Field(
        default=None, ge=1, description="for how many futures `later` was decided, those that add nothing included"
    )


def read_plan_file(path: str | Path, scenario: Scenario) -> Plan:
    """The plan of a plan.json, checked against a scenario; entries of 0 craft are left out.

    Without ``allocation`` the plan's is None; an entry without ``stations`` has None.

    Raises ScenarioError with every fault: form, unknown keys and ids, periods in which nothing can be ordered, or from
    which the news is still to come where a future orders, bases that do not serve a platform's domain, gateways between
    no two interfaces, entries given twice, more craft allocated than ordered (of all entries of ``later`` one fault).
    """
    name = str(path)
    return plan_from_text(text_of(Path(path), name), name, scenario)


def plan_from_text(text: str, name: str, scenario: Scenario) -> Plan:
    """The plan of a plan.json's text, which faults call ``name``. Raises ScenarioError as ``read_plan_file``."""
    reading = read_json(text, name)
    faults = list(reading.faults)
    if not reading.whole:
        raise ScenarioError(faults)
    root = reading.root
    result = validated(PlanText, root, _label)
    faults.extend(result.faults)
    common = _Part.of(root, result, result.value.orders, result.value.allocation or ())
    when = _When("in which orders are placed", scenario.calendar.periods)
    faults.extend(common.faults(scenario, when))
    faults.extend(_too_many_allocated(common.excess(scenario, when, Counter())))
    faults.extend(_later_faults(root, result, scenario, common))
    faults.extend(_gateway_faults(root, result, scenario))
    if faults:
        raise ScenarioError(faults)
    return _plan(result.value)


def _label(path: KeyPath) -> str:
    if len(path) < 2:
        return str(path[0]) if path else "plan"
    if path[0] == "later" and len(path) > 3:
        return label_in_row(_entry(str(path[2]), int(path[3]), _of_later(int(path[1]))), path[4:])
    entry = _entry(str(path[0]), int(path[1]))
    return entry if path[0] == "gateways" else label_in_row(entry, path[2:])


def _entry(name: str, number: int, where: str = "") -> str:
    return f"{name} entry {number + 1}{where}"


def _of_later(number: int) -> str:
    return f" of {_entry('later', number)}"


@dataclass(frozen=True)
class _When:
    """The periods in which something may be ordered, and the words for them."""

    words: str
    periods: Sequence[Period]


@dataclass(frozen=True)
class _Excess:
    """A row that places more craft than the ``left`` ones of the ``ordered``; below 0 where rows before it did."""

    row: Row[AllocationText]
    left: int
    ordered: int


@dataclass(frozen=True)
class _Part:
    """Orders and allocation that stand side by side: those of all futures, or what one of them adds."""

    orders: Rows[OrderText]
    allocation: Rows[AllocationText]
    every_order_is_sound: bool

    @classmethod
    def of(
        cls,
        root: Node,
        result: Validated[Any],
        orders: Sequence[OrderText],
        allocation: Sequence[AllocationText],
        where: str = "",
    ) -> _Part:
        bought = rows_at(root, "orders", result, orders, partial(_entry, "orders", where=where))
        placed = rows_at(root, "allocation", result, allocation, partial(_entry, "allocation", where=where))
        return cls(bought, placed, len(bought) == len(orders) and not any(row.faulty for row in bought))

    def faults(self, scenario: Scenario, when: _When) -> Iterator[Fault]:
        """All but rows that place more craft than there are."""
        yield from self._order_faults(scenario, when)
        yield from _allocation_faults(self.allocation, scenario)
        yield from _repeated(self.allocation, ("platform", "base", "area"))

    def _order_faults(self, scenario: Scenario, when: _When) -> Iterator[Fault]:
        yield from _order_faults(self.orders, scenario, when)
        yield from _repeated(self.orders, ("platform", "period"))

    def excess(self, scenario: Scenario, when: _When, elsewhere: Mapping[str, int]) -> Iterator[_Excess]:
        """The rows that place more craft than are left; none where an order has a fault.

        ``elsewhere``: craft by platform that are ordered elsewhere and not placed there.
        """
        if not self.every_order_is_sound or any(self._order_faults(scenario, when)):
            return
        ordered = self.left(elsewhere, placed=())
        left = Counter(ordered)
        for row, entry in having(self.allocation, "platform", "craft"):
            before = left[entry.platform]
            left[entry.platform] -= entry.craft
            if entry.craft > max(before, 0):
                yield _Excess(row, before, ordered[entry.platform])

    def left(self, elsewhere: Mapping[str, int], placed: Rows[AllocationText]) -> Counter[str]:
        """Craft by platform that are ordered, here and elsewhere, and not ``placed``."""
        left = Counter(elsewhere)
        for order in self.orders:
            left[order.value.platform] += order.value.quantity
        for _, row in having(placed, "platform", "craft"):
            left[row.platform] -= row.craft
        return left


def _later_faults(root: Node, result: Validated[PlanText], scenario: Scenario, common: _Part) -> Iterator[Fault]:
    calendar = scenario.calendar
    told = [period for period in calendar.periods if period.start >= calendar.news]
    when = _When(f"that starts on or after the news of {calendar.news}", told)
    entries = rows_at(root, "later", result, result.value.later, partial(_entry, "later"))
    yield from _repeated(entries, ("future",))
    yield from _other_seeds(entries)
    greedy = result.value.allocation is None
    left = Counter[str]() if greedy else common.left({}, placed=common.allocation)
    excess: list[_Excess] = []
    for number, entry in enumerate(result.value.later):
        node = root.get("later", number)
        if node is not None and ("later", number) not in result.faulty:
            inside = _inside(result, entry, ("later", number))
            part = _Part.of(node, inside, entry.orders, entry.allocation, _of_later(number))
            part = replace(part, every_order_is_sound=part.every_order_is_sound and common.every_order_is_sound)
            yield from part.faults(scenario, when)
            excess.extend(islice(part.excess(scenario, when, left), 1))
    if excess:
        yield _misfits(root.nearest(("later",)), excess, len(result.value.later))


def _misfits(node: Node, excess: Sequence[_Excess], entries: int) -> Fault:
    """The one fault of all entries of ``later`` that place too many craft; ``excess`` holds a row of each."""
    row = excess[0].row
    found = (
        f"{len(excess)} of {entries} entries that no longer fit the orders and the allocation: they place more craft "
        f"than are left for them (the first, in line {row.node.line}, is {row.key}: {row.value.craft} craft of "
        f"{row.value.platform}, where {max(excess[0].left, 0)} are left)"
    )
    expected = (
        "none; remove `later`, which belongs to the plan as it was before it was changed, and where rows of "
        f"`allocation` hold more craft than are ordered lower them or remove `allocation`, {LEFT_TO_THE_RULE}"
    )
    return fault_at(node, "later", expected, found=found)


def _inside(result: Validated[Any], value: LaterText, path: KeyPath) -> Validated[LaterText]:
    """What was found in one part of a text, told from there."""
    deep = len(path)
    return Validated(value, (), frozenset(each[deep:] for each in result.faulty if each[:deep] == path))


def _other_seeds(entries: Rows[LaterText]) -> Iterator[Fault]:
    first: Row[LaterText] | None = None
    for row, entry in having(entries, "seed"):
        first = row if first is None else first
        if entry.seed != first.value.seed:
            yield row.fault("seed", f"{first.value.seed}, as in {first.key} (line {first.node.line})")


def _gateway_faults(root: Node, result: Validated[PlanText], scenario: Scenario) -> Iterator[Fault]:
    known = sorted({interface for platform in scenario.platforms for interface in platform.interfaces})
    for number, pair in enumerate(result.value.gateways):
        path = ("gateways", number)
        node = root.get(*path)
        if node is None or any(each[:2] == path for each in result.faulty):
            continue
        for end, name in enumerate(pair):
            if name not in known:
                expected = f"an interface of a platform: {one_of(known, name)}"
                yield fault_at(root.nearest((*path, end)), _label(path), expected)
        if pair[0] == pair[1]:
            yield fault_at(node, _label(path), "two different interfaces", found=f"{clipped(pair[0])} twice")


def plan_to_json(plan: Plan) -> str:
    """The text of a plan.json that ``read_plan_file`` reads back as the same plan."""
    content: dict[str, Any] = {
        "fleetcraft": FORMAT,
        "scenario": plan.scenario,
        "orders": _order_entries(plan.orders),
        **({} if plan.allocation is None else {"allocation": _allocation_entries(plan.allocation)}),
        **({"gateways": plan.gateways} if plan.gateways else {}),
        "later": [
            {
                "future": each.future,
                "seed": plan.later_seed,
                "orders": _order_entries(each.orders),
                "allocation": _allocation_entries(each.allocation),
            }
            for each in plan.later
        ],
        **({} if plan.later_futures is None else {"later_futures": plan.later_futures}),
    }
    return json.dumps(content, indent=2) + "\n"


def _order_entries(orders: Sequence[Order]) -> list[dict[str, Any]]:
    return [{"platform": o.platform, "period": o.period, "quantity": o.quantity} for o in orders]


def _allocation_entries(rows: Sequence[Allocation]) -> list[dict[str, Any]]:
    return [_allocation_entry(row) for row in rows]


def _allocation_entry(row: Allocation) -> dict[str, Any]:
    entry = {"platform": row.platform, "base": row.base, "area": row.area, "craft": row.craft}
    return entry if row.stations is None else {**entry, "stations": row.stations}


def _order_faults(rows: Rows[OrderText], scenario: Scenario, when: _When) -> Iterator[Fault]:
    periods = [period.id for period in when.periods]
    yield from _unknown(rows, "platform", "a platform", scenario.platform_index)
    for row, order in having(rows, "period"):
        if order.period not in periods:
            yield row.fault("period", f"a period {when.words}: {one_of(periods, order.period)}")


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
        names = tuple(str(getattr(entry, column)) for column in key)
        if names in first:
            expected = f"it once (line {first[names].node.line})"
            yield fault_at(row.node, row.key, expected, found=f"{' '.join(names)} a second time")
        first.setdefault(names, row)


def _too_many_allocated(excess: Iterator[_Excess]) -> Iterator[Fault]:
    """The entry with which a platform's allocated craft become more than those there are to place."""
    for each in excess:
        if each.left >= 0:
            yield each.row.fault("craft", f"at most {each.left}, what is left of {each.ordered} ordered: {LOWER}")


def _plan(text: PlanText) -> Plan:
    later = [Later(e.future, _orders(e.orders), _allocation(e.allocation)) for e in text.later]
    return Plan(
        orders=_orders(text.orders),
        allocation=None if text.allocation is None else _allocation(text.allocation),
        scenario=text.scenario,
        later=tuple(sorted(later, key=lambda each: each.future)),
        later_seed=text.later[0].seed if text.later else None,
        later_futures=text.later_futures if text.later else None,
        gateways=text.gateways,
    )


def _orders(texts: Sequence[OrderText]) -> tuple[Order, ...]:
    return tuple(sorted(Order(o.platform, o.period, o.quantity) for o in texts if o.quantity > 0))


def _allocation(texts: Sequence[AllocationText]) -> tuple[Allocation, ...]:
    placed = [Allocation(a.platform, a.base, a.area, a.craft, a.stations) for a in texts if a.craft > 0]
    return tuple(sorted(placed, key=lambda row: (row.platform, row.base, row.area)))
