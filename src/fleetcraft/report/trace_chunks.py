"""A stored trace cut into chunks of days, so that a page plays a year without loading all of it.

The simulation knows in which area a contact is, not where: its place on the map is drawn for the eye alone, uniformly
over the area's water, by numbers keyed by the run's seed and the contact, so that it is the same each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from fleetcraft import rng
from fleetcraft.errors import RunError
from fleetcraft.geo.area import lon_lat_of, sea_of
from fleetcraft.report.run import read_run
from fleetcraft.scenario.area import Area
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.trace import UNFOUND

Json = dict[str, Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHUNK_H = 14 * 24.0
HOUR_DECIMALS, DEGREE_DECIMALS = 3, 3
TABLES = ("contacts", "weather")


@dataclass(frozen=True, eq=False)
class StoredTrace:
    """A trace as it is asked for: what all chunks share, and tables whose columns are arrays of equal length."""

    head: Json
    legs: Mapping[str, NDArray[Any]]
    contacts: Mapping[str, NDArray[Any]]
    weather: Mapping[str, NDArray[Any]]

    def chunk(self, k: int) -> Json:
        """What happens in chunk ``k``; spells that reach into it are in it, whole. Raises IndexError beyond the last.

        A contact's ``contact`` is its number among all that are told; ``found_h`` and ``identified_h`` are None where
        it never was.
        """
        starts = self.head["chunks"]
        from_h, to_h = starts[k], [*starts[1:], self.head["end_h"]][k]
        contacts = _within(self.contacts, from_h, to_h, "came_in_h", "gone_h")
        return {
            "from_h": from_h,
            "to_h": to_h,
            "legs": _told(_within(self.legs, from_h, to_h, "start_h", "end_h")),
            "contacts": _told(contacts),
            "weather": _told(_within(self.weather, from_h, to_h, "start_h", "end_h")),
        }


def _within(
    table: Mapping[str, NDArray[Any]], from_h: float, to_h: float, begins: str, ends: str
) -> dict[str, NDArray[Any]]:
    """The rows whose spell reaches into some hours."""
    inside = (table[begins] < to_h) & (table[ends] > from_h)
    return {name: column[inside] for name, column in table.items()}


def _told(table: Mapping[str, NDArray[Any]]) -> dict[str, list[Any]]:
    return {name: _or_none(column) for name, column in table.items()}


def _or_none(column: NDArray[Any]) -> list[Any]:
    """The values as plain data, None where there is no number."""
    if column.dtype.kind == "f" and np.isnan(column).any():
        return [None if value != value else value for value in column.tolist()]
    values: list[Any] = column.tolist()
    return values


def read_trace(folder: Path) -> StoredTrace:
    """The trace in a run's folder. Raises RunError where it has none, ScenarioError where its scenario is damaged."""
    if not has_trace(folder):
        raise RunError(f"{folder.name}: no replication of it was followed event by event")
    run = read_run(folder)
    playback: Json = json.loads((folder / "trace" / "playback.json").read_text(encoding="utf-8"))
    told, weather = (pd.read_parquet(folder / "trace" / f"{name}.parquet") for name in TABLES)
    counted = told[told["counts"]]
    return StoredTrace(
        head=_head(folder.name, playback, run.scenario, counted),
        legs=_legs(playback["craft"]),
        contacts=_contacts(counted, run.scenario, run.manifest["seed"], playback["end_h"]),
        weather=_weather(weather, run.scenario),
    )


def has_trace(folder: Path) -> bool:
    """Whether a run has a trace."""
    return (folder / "trace" / "playback.json").is_file()


def _head(name: str, playback: Json, scenario: Scenario, counted: pd.DataFrame) -> Json:
    shared = ("epoch", "end_h", "window_h", "states", "routes")
    return {
        "run": name,
        **{key: playback[key] for key in shared},
        "rows": [{**row, "domain": row["route"].rsplit("/", 1)[1]} for row in playback["rows"]],
        "craft": [craft["id"] for craft in playback["craft"]],
        "targets": list(scenario.targets),
        "areas": [area.id for area in scenario.areas],
        "chunks": np.arange(0.0, playback["end_h"], CHUNK_H).tolist(),
        "tally": {
            "found": int(counted["found_h"].notna().sum()),
            "missed": int((counted["fate"] == UNFOUND).sum()),
            "identified": int(counted["identified_h"].notna().sum()),
        },
    }


def _legs(craft: Sequence[Json]) -> dict[str, NDArray[Any]]:
    owner = np.repeat(np.arange(len(craft)), [len(each["legs"]) for each in craft])
    legs = np.array([leg for each in craft for leg in each["legs"]], dtype=np.float64).reshape(-1, 6)
    start_h, end_h, state, row, first, last = legs.T
    return {
        "craft": owner,
        "start_h": start_h,
        "end_h": end_h,
        "state": state.astype(np.int64),
        "row": row.astype(np.int64),
        "first": first,
        "last": last,
    }


def _contacts(counted: pd.DataFrame, scenario: Scenario, seed: int, end_h: float) -> dict[str, NDArray[Any]]:
    """The contacts that a measure counts, in the order in which they came."""
    stay_h = counted["class"].map({name: target.hours_present for name, target in scenario.targets.items()})
    came_in_h = counted["came_in_h"].to_numpy(dtype=np.float64)
    lon, lat = _positions(counted, scenario, seed)
    columns: dict[str, NDArray[Any]] = {
        "contact": np.arange(len(counted)),
        "area": _codes(counted["area"], [area.id for area in scenario.areas]),
        "target": _codes(counted["class"], scenario.targets),
        "lon": lon.round(DEGREE_DECIMALS),
        "lat": lat.round(DEGREE_DECIMALS),
        "came_in_h": came_in_h.round(HOUR_DECIMALS),
        "found_h": counted["found_h"].to_numpy(dtype=np.float64).round(HOUR_DECIMALS),
        "identified_h": counted["identified_h"].to_numpy(dtype=np.float64).round(HOUR_DECIMALS),
        "gone_h": np.minimum(came_in_h + stay_h.to_numpy(dtype=np.float64), end_h).round(HOUR_DECIMALS),
        "fate": counted["fate"].to_numpy(dtype=object),
    }
    return columns


def _positions(counted: pd.DataFrame, scenario: Scenario, seed: int) -> tuple[Floats, Floats]:
    """Longitude and latitude (degrees) that are shown of contacts."""
    lon, lat = np.empty(len(counted)), np.empty(len(counted))
    areas = {area.id: area for area in scenario.areas}
    for (area, target), mine in counted.reset_index(drop=True).groupby(["area", "class"]):
        drawn = rng.uniform(
            seed, "display", mine["contact"].tolist(), [f"{area}/{target}/{part}" for part in ("piece", "one", "other")]
        )
        lon[mine.index], lat[mine.index] = positions_in(areas[str(area)], drawn).T
    return lon, lat


def positions_in(area: Area, drawn: Floats) -> Floats:
    """Positions (n, 2) of lon and lat in degrees in an area's water, uniform over it where ``drawn`` (n, 3) is of (0,
    1)."""
    sea = sea_of(area.polygons)
    pieces = shapely.get_parts(shapely.constrained_delaunay_triangles(sea.flat))
    share = np.cumsum(shapely.area(pieces))
    chosen = np.searchsorted(share, drawn[:, 0] * share[-1], side="right").clip(max=len(pieces) - 1)
    a, b, c = shapely.get_coordinates(pieces).reshape(-1, 4, 2)[chosen, :3].transpose(1, 0, 2)
    one, other = drawn[:, 1:2], drawn[:, 2:3]
    beyond = one + other > 1  # the far half of the parallelogram, folded back
    one, other = np.where(beyond, 1 - one, one), np.where(beyond, 1 - other, other)
    flat = shapely.multipoints(a + one * (b - a) + other * (c - a))
    found: Floats = shapely.get_coordinates(lon_lat_of(flat, sea.projection))
    return found


def _weather(spells: pd.DataFrame, scenario: Scenario) -> dict[str, NDArray[Any]]:
    return {
        "area": _codes(spells["area"], [area.id for area in scenario.areas]),
        "sea_state": spells["sea_state"].to_numpy(dtype=np.int64),
        "wind_kn": spells["wind_kn"].to_numpy(dtype=np.float64).round(1),
        "start_h": spells["start_h"].to_numpy(dtype=np.float64).round(HOUR_DECIMALS),
        "end_h": spells["end_h"].to_numpy(dtype=np.float64).round(HOUR_DECIMALS),
    }


def _codes(names: pd.Series, known: Iterable[str]) -> Ints:
    """Position of each name among those known."""
    code = {name: number for number, name in enumerate(known)}
    return np.array([code[name] for name in names], dtype=np.int64)
