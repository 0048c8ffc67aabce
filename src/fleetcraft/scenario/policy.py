"""Rules the plan must keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from fleetcraft.scenario.base import Frozen, Value, quantity
from fleetcraft.scenario.platform import Domain


class ShareCap(Value):
    """An upper limit on a share."""

    max: float = quantity("fraction", "largest share of the acquisition obligations", ge=0, le=1)


class ShareFloor(Value):
    """A lower limit on a share."""

    min: float = quantity("fraction", "smallest share of the acquisition obligations", ge=0, le=1)


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
