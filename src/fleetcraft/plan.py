"""What is bought, based and tasked, and when; knows no solver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, order=True, slots=True)
class Order:
    """``quantity`` craft of a platform, signed on the first day of ``period``."""

    platform: str
    period: str
    quantity: int


@dataclass(frozen=True, order=True, slots=True)
class Allocation:
    """``craft`` of a platform at a base serve an area and keep ``stations`` of it occupied.

    ``stations`` None: ceil(craft x duty), which whoever reads the plan against a scenario works out.
    """

    platform: str
    base: str
    area: str
    craft: int
    stations: int | None


@dataclass(frozen=True, order=True, slots=True)
class Later:
    """What one future adds to a plan once the news is known: orders, and where their craft serve."""

    future: int
    orders: tuple[Order, ...]
    allocation: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Orders and allocation, both in a fixed order of ids; ``allocation`` None: still to be placed by the greedy rule.

    ``later`` is what single futures of block 'judge' of the seed ``later_seed`` add; it was decided for the first
    ``later_futures`` of them (None: not told). ``gateways`` are the pairs of interfaces that a gateway bought joins.
    ``scenario`` is the hash of the scenario it was made for, or None for a plan
    written by hand.
    """

    orders: tuple[Order, ...] = ()
    allocation: tuple[Allocation, ...] | None = None
    scenario: str | None = field(default=None, compare=False)
    later: tuple[Later, ...] = ()
    later_seed: int | None = None
    later_futures: int | None = None
    gateways: tuple[tuple[str, str], ...] = ()

    def ordered(self, platform: str) -> int:
        """Craft of a platform ordered in all futures alike."""
        return sum(o.quantity for o in self.orders if o.platform == platform)

    @property
    def common(self) -> Plan:
        """The plan as it is in a future that adds nothing to it."""
        return replace(self, later=(), later_seed=None, later_futures=None)

    @property
    def futures_told(self) -> int | None:
        """In how many futures, from 0 on, it is known what is added: at least up to the last; None where nothing is."""
        return max(self.later_futures or 0, self.later[-1].future + 1) if self.later else None

    def in_future(self, future: int) -> Plan:
        """The plan as it is in a future of block 'judge' of ``later_seed``: what is added there merged into the rest.

        Raises ValueError where craft are added to a plan whose own are still to be placed.
        """
        added = next((each for each in self.later if each.future == future), None)
        return self.common if added is None else self._with(added)

    def in_futures(self, seed: int, block: str, futures: Iterable[int]) -> dict[Plan, list[int]]:
        """The different plans that some futures of a block play, each with the futures that play it, in their order."""
        common = self.common
        merged = {each.future: self._with(each) for each in self.later_in(seed, block)}
        played: dict[Plan, list[int]] = {}
        for future in futures:
            played.setdefault(merged.get(future, common), []).append(future)
        return played

    def later_in(self, seed: int, block: str) -> tuple[Later, ...]:
        """What futures of a block add: nothing but in block 'judge' of ``later_seed``."""
        return self.later if block == "judge" and seed == self.later_seed else ()

    def _with(self, added: Later) -> Plan:
        if self.allocation is None:
            raise ValueError("craft cannot be added to a plan without allocation; place its own first")
        return replace(
            self.common,
            orders=_add_orders(self.orders + added.orders),
            allocation=_add_rows(self.allocation + added.allocation),
        )


def _add_orders(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Orders of the same platform and period are one."""
    quantity: dict[tuple[str, str], int] = {}
    for order in orders:
        key = order.platform, order.period
        quantity[key] = quantity.get(key, 0) + order.quantity
    return tuple(sorted(Order(platform, period, n) for (platform, period), n in quantity.items()))


def _add_rows(rows: Iterable[Allocation]) -> tuple[Allocation, ...]:
    """Rows of the same platform, base and area are one.

    Stations that all of them state add up: each was asked for beside the others. Where one leaves them open the craft
    together follow the law, for ceil(craft x duty) of a sum is not the sum of such numbers.
    """
    found: dict[tuple[str, str, str], Allocation] = {}
    for row in rows:
        key = row.platform, row.base, row.area
        found[key] = _one_row(found[key], row) if key in found else row
    return tuple(row for _, row in sorted(found.items()))


def _one_row(one: Allocation, other: Allocation) -> Allocation:
    stations = None if one.stations is None or other.stations is None else one.stations + other.stations
    return replace(one, craft=one.craft + other.craft, stations=stations)
