"""What is bought, based and tasked, and when; knows no solver."""

from __future__ import annotations

from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class Plan:
    """Orders and allocation, both in a fixed order of ids; ``allocation`` None: still to be placed by the greedy rule.

    ``scenario`` is the hash of the scenario it was made for, or None for a plan written by hand.
    """

    orders: tuple[Order, ...] = ()
    allocation: tuple[Allocation, ...] | None = None
    scenario: str | None = field(default=None, compare=False)

    def ordered(self, platform: str) -> int:
        """Craft of a platform ordered in all."""
        return sum(o.quantity for o in self.orders if o.platform == platform)
