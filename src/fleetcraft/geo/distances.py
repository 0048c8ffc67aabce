"""How far it is from every place to every area, through the air and over the sea."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np

from fleetcraft.geo.area import AreaGeometry
from fleetcraft.geo.cache import load, store
from fleetcraft.geo.land import LAND_FILE
from fleetcraft.geo.route import Position, Route, air_route, geodesic_nm, sea_routes
from fleetcraft.geo.sphere import Floats
from fleetcraft.scenario.area import Area
from fleetcraft.scenario.place import Place
from fleetcraft.scenario.platform import Domain

SEA_DOMAINS: tuple[Domain, ...] = ("surface", "underwater")

RouteTable = tuple[tuple[Route, ...], ...]


@dataclass(frozen=True, slots=True)
class Distances:
    """Distances in nm from B places to the station points of A areas, read-only (B, A) arrays.

    ``air_nm`` are geodesics; ``sea_nm`` are sea routes for the places that serve surface or underwater craft, inf for
    the others and where there is no way.
    """

    air_nm: Floats
    sea_nm: Floats


def distance_matrices(places: Sequence[Place], areas: Sequence[Area], geometry: AreaGeometry) -> Distances:
    """All distances between places and areas, in their order; ``geometry`` is that of the areas.

    Sea routes take seconds to find; they are kept on disk (see ``cache.py``) under a digest of all positions, the land
    data and the code that finds them.
    """
    lon, lat = np.array([(place.lon, place.lat) for place in places], dtype=np.float64).reshape(-1, 2).T
    air_nm = geodesic_nm(lon[:, None], lat[:, None], geometry.station_lon[None], geometry.station_lat[None])
    sea_nm = np.full((len(places), len(areas)), np.inf)
    ports = [i for i, place in enumerate(places) if _is_port(place)]
    for port, found in zip(ports, _sea_table(places, geometry), strict=True):
        sea_nm[port] = [route.distance_nm for route in found]
    for matrix in (air_nm, sea_nm):
        matrix.flags.writeable = False
    return Distances(air_nm, sea_nm)


def routes(
    places: Sequence[Place],
    areas: Sequence[Area],
    geometry: AreaGeometry,
    legs: Iterable[tuple[str, str, Domain]],
) -> dict[tuple[str, str, Domain], Route]:
    """The routes of legs (place id, area id, domain), whose lengths are the distances of ``distance_matrices``.

    Raises KeyError for an id that is not among the places and areas, or a place that serves no sea domain.
    """
    column = {area.id: a for a, area in enumerate(areas)}
    start = {place.id: (place.lon, place.lat) for place in places}
    row = {place.id: b for b, place in enumerate(filter(_is_port, places))}
    stations = _stations(geometry)
    return {
        (place, area, domain): _sea_table(places, geometry)[row[place]][column[area]]
        if domain in SEA_DOMAINS
        else air_route(start[place], stations[column[area]])
        for place, area, domain in legs
    }


def _is_port(place: Place) -> bool:
    return any(domain in place.serves for domain in SEA_DOMAINS)


def _stations(geometry: AreaGeometry) -> tuple[Position, ...]:
    return tuple(zip(geometry.station_lon.tolist(), geometry.station_lat.tolist(), strict=True))


def _sea_table(places: Sequence[Place], geometry: AreaGeometry) -> RouteTable:
    """The sea routes from each port among the places to each station."""
    return sea_table(tuple((p.lon, p.lat) for p in places if _is_port(p)), _stations(geometry))


@lru_cache(maxsize=16)
def sea_table(starts: tuple[Position, ...], ends: tuple[Position, ...]) -> RouteTable:
    """``sea_routes``, kept in the process and on disk."""
    name = f"sea-routes-{content_key(starts, ends)}"
    kept = load(name)
    if kept is not None:
        return unpacked(kept)
    table = sea_routes(starts, ends)
    store(name, packed(table))
    return table


def content_key(starts: Sequence[Position], ends: Sequence[Position]) -> str:
    """Hexadecimal digest of all that sea routes depend on."""
    digest = sha256(data_and_code())
    for points in (starts, ends):
        digest.update(np.array([len(points), *np.ravel(points)], dtype="<f8").tobytes())
    return digest.hexdigest()


@cache
def data_and_code() -> bytes:
    """Digest of the land file and of this package's own modules."""
    digest = sha256(LAND_FILE.read_bytes())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.digest()


def packed(table: RouteTable) -> bytes:
    """A table of routes as the bytes of an npz file."""
    found = [route for row in table for route in row]
    points = np.array([point for route in found for point in route.points], dtype=np.float64).reshape(-1, 2)
    columns = [len(row) for row in table]
    file = BytesIO()
    np.savez(
        file,
        columns=np.array(columns, dtype=np.int64),
        distance_nm=np.array([route.distance_nm for route in found], dtype=np.float64),
        count=np.array([len(route.points) for route in found], dtype=np.int64),
        points=points,
    )
    return file.getvalue()


def unpacked(content: bytes) -> RouteTable:
    """The table of routes that ``packed`` made bytes of."""
    with np.load(BytesIO(content), allow_pickle=False) as file:
        columns, distance_nm, count, points = (file[k] for k in ("columns", "distance_nm", "count", "points"))
    ways = np.split(points, np.cumsum(count)[:-1])
    found = [
        Route(distance, tuple((lon, lat) for lon, lat in way.tolist()))
        for distance, way in zip(distance_nm.tolist(), ways, strict=False)
    ]
    ends = np.cumsum(columns)
    return tuple(tuple(found[last - n : last]) for last, n in zip(ends.tolist(), columns.tolist(), strict=True))
