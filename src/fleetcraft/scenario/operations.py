"""How craft are operated: reserves, hours, maintenance, people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from fleetcraft.scenario.base import Frozen, Value, quantity


class CraftClass(Value):
    """What craft of one class have in common."""

    utilisation_h_per_year: float = quantity(
        "h/year", "operating hours a craft may use in a year", 8760.0, gt=0, le=8760
    )
    maintenance_interval_h: float | None = quantity(
        "h", "operating hours between scheduled maintenance (null: none)", None, gt=0
    )
    maintenance_duration_h: float = quantity("h", "length of one scheduled maintenance", 0.0, ge=0)
    upkeep_people: float = quantity("people", "people who keep one craft, beside the posts", 0.0, ge=0)


class Operations(Value):
    """Operating rules common to the fleet."""

    endurance_reserve: float = quantity("fraction", "share of endurance kept in hand", 0.0, ge=0, lt=1)
    people_per_post: float = quantity("people", "people needed to fill one post round the clock", 1.0, ge=0)
    person_year_cost: float = quantity("scenario currency", "cost of one person-year", 0.0, ge=0)
    people_limit: float | None = quantity("people", "most people the fleet may need (null: unlimited)", None, ge=0)
    classes: Annotated[Mapping[str, CraftClass], Frozen] = Field(description="craft classes by name")


class Weather(Value):
    """What the environment table does not say about weather."""

    rough_spell_h: float = quantity("h", "mean spell above the rough class of model.md 3", gt=0)
