"""An airfield or port from which craft operate."""

from __future__ import annotations

from pydantic import Field

from fleetcraft.scenario.base import Value, quantity, remark
from fleetcraft.scenario.platform import Domain


class Place(Value):
    """One row of places.csv."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="short name used everywhere else")
    name: str = Field(min_length=1, description="its name for readers")
    kind: str = remark("airfield or port", ...)
    lat: float = quantity("degree", "latitude, north positive", ge=-90, le=90)
    lon: float = quantity("degree", "longitude, east positive", ge=-180, le=180)
    country: str = remark("ISO 3166 code", ..., pattern=r"^[A-Z]{2}$")
    operator: str = remark("who runs it")
    icao_or_locode: str = remark("its code")
    runway_ft: float | None = quantity("ft", "longest runway", None, ge=0, descriptive=True)
    serves: tuple[Domain, ...] = Field(min_length=1, description="domains it serves, separated by ;")
    role: str = remark("what it is used for today")
    position_kind: str = remark("kind of the position's source")
    source_url: str = remark("source of the position")
    note: str = remark("free text")
    capacity_air: int | None = quantity("craft", "most aircraft based here (empty: unlimited)", None, ge=0)
    capacity_surface: int | None = quantity("craft", "most surface craft based here (empty: unlimited)", None, ge=0)
    capacity_underwater: int | None = quantity(
        "craft", "most underwater craft based here (empty: unlimited)", None, ge=0
    )
    repair_crews_air: int | None = quantity("crews", "crews that repair aircraft (empty: unlimited)", None, ge=1)
    repair_crews_surface: int | None = quantity(
        "crews", "crews that repair surface craft (empty: unlimited)", None, ge=1
    )
    repair_crews_underwater: int | None = quantity(
        "crews", "crews that repair underwater craft (empty: unlimited)", None, ge=1
    )

    def capacity(self, domain: Domain) -> int | None:
        """Most craft of a domain that can be based here; None: unlimited."""
        value: int | None = getattr(self, f"capacity_{domain}")
        return value

    def repair_crews(self, domain: Domain) -> int | None:
        """Repair crews of a domain; None: unlimited."""
        value: int | None = getattr(self, f"repair_crews_{domain}")
        return value
