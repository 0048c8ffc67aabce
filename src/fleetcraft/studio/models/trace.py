"""The shapes of a traced year. Times in hours from ``epoch``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from fleetcraft.scenario.platform import Domain
from fleetcraft.studio.models.base import Shape
from fleetcraft.studio.models.map import Position

Window = Annotated[tuple[float, ...], Field(min_length=2, max_length=2)]
"""Its start and its end."""


class TraceRoute(Shape):
    """A way from base to station, and the shares of it at which its points lie."""

    points: list[Position]
    shares: list[float]


class TraceRow(Shape):
    """A row of the plan: ``route`` names its way, ``transit_h`` is the time of a whole one."""

    platform: str
    domain: Domain
    base: str
    area: str
    transit_h: float
    route: str


class Tally(Shape):
    """Contacts that the measures count: found at some time, left unfound, identified."""

    found: int
    missed: int
    identified: int


class TraceHead(Shape):
    """What all chunks share: codes are positions in these lists; chunk k covers chunks[k] to the next, or to end_h.

    ``window_h`` is the year that is measured.
    """

    run: str
    epoch: str
    end_h: float
    window_h: Window
    states: list[str]
    routes: dict[str, TraceRoute]
    rows: list[TraceRow]
    craft: list[str]
    targets: list[str]
    areas: list[str]
    chunks: list[float]
    tally: Tally


class Legs(Shape):
    """Times of a craft in one state, on the way of a row from one share of it (0 base, 1 station) to another."""

    craft: list[int]
    start_h: list[float]
    end_h: list[float]
    state: list[int]
    row: list[int]
    first: list[float]
    last: list[float]


class Contacts(Shape):
    """Contacts that the measures count; ``contact`` numbers them over all chunks.

    The simulation knows the area a contact is in, not where in it: the position is drawn for display, uniformly over
    the area's water, and is the same each time.
    """

    contact: list[int]
    area: list[int]
    target: list[int]
    lon: list[float]
    lat: list[float]
    came_in_h: list[float]
    found_h: list[float | None]
    identified_h: list[float | None]
    gone_h: list[float]
    fate: list[str]


class Spells(Shape):
    """Spells of weather by area: WMO sea state and wind."""

    area: list[int]
    sea_state: list[int]
    wind_kn: list[float]
    start_h: list[float]
    end_h: list[float]


class TraceChunk(Shape):
    """What happens in some days; spells that reach into them are told whole."""

    from_h: float
    to_h: float
    legs: Legs
    contacts: Contacts
    weather: Spells
