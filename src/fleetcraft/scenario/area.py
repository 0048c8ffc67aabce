"""A sea area to be watched, and its weather."""

from __future__ import annotations

from pydantic import Field

from fleetcraft.scenario.base import Value, quantity, remark

Ring = tuple[tuple[float, float], ...]
"""Positions (lon, lat) in degrees, first and last the same."""


class Area(Value):
    """One feature of areas.geojson."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="short name used everywhere else")
    name: str = Field(min_length=1, description="its name for readers")
    group: str = remark("what the area belongs to")
    polygons: tuple[tuple[Ring, ...], ...] = Field(
        min_length=1, description="each an outer ring and its holes, rings of (lon, lat) in degrees"
    )
    station_lat: float | None = quantity(
        "degree", "where craft work (null: centroid, or nearest water)", None, ge=-90, le=90
    )
    station_lon: float | None = quantity(
        "degree", "where craft work (null: centroid, or nearest water)", None, ge=-180, le=180
    )
    source: str = remark("where the outline comes from")
    note: str = remark("free text")


class EnvironmentMonth(Value):
    """One row of environment.csv: the weather of one area in one month."""

    area_id: str = Field(description="id of an area")
    month: int = quantity("month", "1 January to 12 December", ge=1, le=12)
    mean_hs_m: float | None = quantity("m", "mean significant wave height", None, ge=0, descriptive=True)
    mean_hs_low_m: float | None = quantity("m", "its low", None, ge=0, descriptive=True)
    mean_hs_high_m: float | None = quantity("m", "its high", None, ge=0, descriptive=True)
    hs_weibull_k: float | None = quantity("", "Weibull shape of wave height", None, gt=0, descriptive=True)
    mean_wind_kn: float = quantity("kn", "mean wind", gt=0)
    mean_wind_low_kn: float | None = quantity("kn", "its low", None, ge=0, descriptive=True)
    mean_wind_high_kn: float | None = quantity("kn", "its high", None, ge=0, descriptive=True)
    wind_weibull_k: float = quantity("", "Weibull shape of wind", gt=0)
    p_ss0: float = quantity("fraction", "share of time in sea state 0", ge=0, le=1)
    p_ss1: float = quantity("fraction", "share of time in sea state 1", ge=0, le=1)
    p_ss2: float = quantity("fraction", "share of time in sea state 2", ge=0, le=1)
    p_ss3: float = quantity("fraction", "share of time in sea state 3", ge=0, le=1)
    p_ss4: float = quantity("fraction", "share of time in sea state 4", ge=0, le=1)
    p_ss5: float = quantity("fraction", "share of time in sea state 5", ge=0, le=1)
    p_ss6: float = quantity("fraction", "share of time in sea state 6", ge=0, le=1)
    p_ss7: float = quantity("fraction", "share of time in sea state 7", ge=0, le=1)
    p_ss8: float = quantity("fraction", "share of time in sea state 8", ge=0, le=1)
    p_ss9: float = quantity("fraction", "share of time in sea state 9", ge=0, le=1)
    p_wind_ge_20kn: float | None = quantity(
        "fraction", "share of time at 20 kn and more", None, ge=0, le=1, descriptive=True
    )
    p_wind_ge_25kn: float | None = quantity(
        "fraction", "share of time at 25 kn and more", None, ge=0, le=1, descriptive=True
    )
    p_wind_ge_28kn: float | None = quantity(
        "fraction", "share of time at 28 kn and more", None, ge=0, le=1, descriptive=True
    )
    p_wind_ge_30kn: float | None = quantity(
        "fraction", "share of time at 30 kn and more", None, ge=0, le=1, descriptive=True
    )
    kind: str = remark("kind of the values: published, derived or assumption")
    source_url: str = remark("source")
    note: str = remark("free text")

    @property
    def sea_state_probabilities(self) -> tuple[float, ...]:
        """Share of time in each WMO class 0 to 9, normalised."""
        row = [float(getattr(self, f"p_ss{c}")) for c in range(10)]
        total = sum(row)
        return tuple(p / total for p in row)
