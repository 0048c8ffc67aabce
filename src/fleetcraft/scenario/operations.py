"""How craft are operated: reserves, hours, maintenance, people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

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
    weather_window_h: float = quantity(
        "h", "a craft is launched only where launch weather will last so long (the forecast is perfect)", 0.0, ge=0
    )
    replacement_months: float | None = quantity(
        "month", "after a loss until a new craft of the same row is usable (null: it is not replaced)", None, ge=0
    )


class HandOver(Value):
    """Hours until a contact that one craft found can be taken by another that shares none of its interfaces."""

    desk_h: float = quantity("h", "passed on by people at a desk", 0.0, ge=0)
    gateway_h: float = quantity("h", "passed on through a gateway between one interface of each", 0.0, ge=0)
    gateways: tuple[tuple[str, str], ...] = Field(
        default=(), description="pairs of interface names that a gateway joins already"
    )
    gateway_cost: float | None = quantity(
        "scenario currency",
        "price of a gateway that joins one more pair of interfaces (null: none is for sale)",
        None,
        ge=0,
    )


class Operations(Value):
    """Operating rules common to the fleet."""

    endurance_reserve: float = quantity("fraction", "share of endurance kept in hand", 0.0, ge=0, lt=1)
    people_per_post: float = quantity("people", "people needed to fill one post round the clock", 1.0, ge=0)
    person_year_cost: float = quantity("scenario currency", "cost of one person-year", 0.0, ge=0)
    people_limit: float | None = quantity("people", "most people the fleet may need (null: unlimited)", None, ge=0)
    training_per_year: float | None = quantity(
        "people/year", "most people who can be trained in a year (null: unlimited)", None, ge=0
    )
    hand_over: HandOver = Field(
        default=HandOver(), description="how long a contact takes from one craft to another of other interfaces"
    )
    reassignment: Literal["fixed", "greedy"] = Field(
        default="fixed",
        description="what follows the loss of a craft: fixed, nothing; greedy, a craft at the same base moves from the "
        "row of least worth, if that is worth less",
    )
    classes: Annotated[Mapping[str, CraftClass], Frozen] = Field(description="craft classes by name")


class Weather(Value):
    """What the environment table does not say about weather."""

    rough_spell_h: float = quantity("h", "mean spell above the rough class of model.md 3", gt=0)
