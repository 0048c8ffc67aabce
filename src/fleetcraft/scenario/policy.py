"""Rules the plan must keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from fleetcraft.scenario.base import Frozen, Value, quantity
from fleetcraft.scenario.platform import Domain, Platform


class ShareCap(Value):
    """An upper limit on a share."""

    max: float = quantity("fraction", "largest share of the acquisition obligations", ge=0, le=1)


class ShareFloor(Value):
    """A lower limit on a share."""

    min: float = quantity("fraction", "smallest share of the acquisition obligations", ge=0, le=1)


Names = Annotated[tuple[str, ...], Field(min_length=1)]


class Choice(Value):
    """What may be bought: either what it is restricted to, or what it is not."""

    only: Names | None = Field(default=None, description="what alone may be bought")
    without: Names | None = Field(default=None, description="what may not be bought")

    def allows(self, name: str) -> bool:
        """Whether a name may be bought."""
        return (self.only is None or name in self.only) and (self.without is None or name not in self.without)


class Pin(Value):
    """An order that is settled: exactly so many craft of a type are ordered in a period."""

    platform: str = Field(description="id of a platform")
    period: str = Field(description="fiscal quarter such as 2026Q1; signed on its first day")
    quantity: int = quantity("craft", "craft ordered then, no more and no fewer, in every future", ge=0, le=100_000)

    @property
    def id(self) -> str:
        """How a dotted path names it."""
        return f"{self.platform}.{self.period}"


class Policies(Value):
    """Hard constraints beside the budgets."""

    supplier_country_share: ShareCap | None = Field(default=None, description="cap on any one supplier country's share")
    domestic_share: ShareFloor | None = Field(
        default=None,
        description="floor on the share spent in the buyer's country, workshare of licensed types included",
    )
    domain_minimum: Annotated[Mapping[Domain, Annotated[int, Field(ge=0)]], Frozen] = Field(
        default_factory=dict, description="fewest craft of each domain"
    )
    supplier_countries: Choice | None = Field(default=None, description="supplier countries to buy from (null: all)")
    domains: Choice | None = Field(default=None, description="domains to buy craft of (null: all)")
    platforms: Choice | None = Field(default=None, description="platforms to buy, by id (null: all)")
    pinned: tuple[Pin, ...] = Field(default=(), description="orders that are settled beforehand")

    def pinned_in(self, platform: str, period: str) -> int | None:
        """How many craft of a type are to be ordered in a period; None where that is to be decided."""
        return next((pin.quantity for pin in self.pinned if (pin.platform, pin.period) == (platform, period)), None)

    def is_pinned(self, platform: str) -> bool:
        """Whether some of a type must be ordered."""
        return any(pin.quantity for pin in self.pinned if pin.platform == platform)

    def allows(self, platform: Platform) -> bool:
        """Whether a type may be bought: its country, its domain and itself."""
        asked = (
            (self.supplier_countries, platform.supplier_country),
            (self.domains, platform.domain),
            (self.platforms, platform.id),
        )
        return all(choice is None or choice.allows(name) for choice, name in asked)
