"""Makes src/fleetcraft/geo/land_50m.wkb.gz from the land of Natural Earth 1:50m.

    npm pack world-atlas@2 && tar xzf world-atlas-2.*.tgz
    .venv/bin/python tools/make_land.py package/land-50m.json

The npm package holds the land as quantised TopoJSON whose rings run across 180 degrees. Here each ring is decoded,
unwrapped, closed to the pole where it runs round it (Antarctica), made valid, cut at 180 degrees and merged.
The result is one MultiPolygon in degrees, longitudes in [-180, 180], and always the same bytes for the same input.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.affinity import translate

Ring = NDArray[np.float64]
OUT = Path(__file__).parent.parent / "src" / "fleetcraft" / "geo" / "land_50m.wkb.gz"
POLE_LAT = -90.0
POLAR_CAP_LAT = -89.9


def decoded_arcs(topology: Mapping[str, Any]) -> list[Ring]:
    """The arcs in degrees: running sums of integer steps, scaled and shifted (TopoJSON 1.0, 2.1.2 and 2.1.3)."""
    scale = np.array(topology["transform"]["scale"])
    shift = np.array(topology["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def joined(arcs: Sequence[Ring], indices: Sequence[int]) -> Ring:
    """One ring from its arcs; ~i is arc i backwards, and neighbouring arcs share a point (TopoJSON 1.0, 2.1.4)."""
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def unwrapped(ring: Ring) -> Ring:
    """The ring with whole turns added to its longitudes so that no step is longer than half a turn."""
    steps = np.diff(ring[:, 0])
    turns = np.concatenate([[0.0], np.cumsum(-np.round(steps / 360.0))])
    return np.column_stack([ring[:, 0] + 360.0 * turns, ring[:, 1]])


def closed(ring: Ring) -> Ring:
    """A ring that runs once round the South Pole, closed along the pole; any other ring as it is."""
    if np.isclose(ring[0, 0], ring[-1, 0]):
        return ring
    return np.concatenate([ring, [[ring[-1, 0], POLE_LAT], [ring[0, 0], POLE_LAT], ring[0]]])


def is_polar_cap(ring: Ring) -> bool:
    """The small circle that the source leaves open round the South Pole."""
    return bool((ring[:, 1] < POLAR_CAP_LAT).all())


def beside(ring: Ring, other: Ring) -> Ring:
    """The ring moved by whole turns to the longitudes of the other one."""
    middle = (ring[:, 0].min() + ring[:, 0].max()) / 2
    target = (other[:, 0].min() + other[:, 0].max()) / 2
    return ring + np.array([360.0 * np.round((target - middle) / 360.0), 0.0])


def polygon(arcs: Sequence[Ring], rings: Sequence[Sequence[int]]) -> Polygon:
    """One land mass with its holes, unwrapped so that it may reach beyond 180 degrees."""
    outer, *holes = (unwrapped(joined(arcs, ring)) for ring in rings)
    return Polygon(closed(outer), [beside(hole, outer) for hole in holes if not is_polar_cap(hole)])


def cleaned(polygons: Sequence[Polygon]) -> MultiPolygon:
    """The union of the polygons, valid, with longitudes in [-180, 180]."""
    valid = [shapely.make_valid(p, method="structure") for p in polygons]
    world = [shapely.clip_by_rect(translate(p, turn), -180, -90, 180, 90) for p in valid for turn in (-360, 0, 360)]
    parts = shapely.get_parts(shapely.get_parts(shapely.union_all(world)))
    return MultiPolygon([p for p in parts if p.geom_type == "Polygon"]).normalize()


def main(source: str) -> None:
    """Write the package's land from the TopoJSON file of world-atlas."""
    topology = json.loads(Path(source).read_text())
    arcs = decoded_arcs(topology)
    (land,) = topology["objects"]["land"]["geometries"]
    geometry = cleaned([polygon(arcs, rings) for rings in land["arcs"]])
    OUT.write_bytes(gzip.compress(shapely.to_wkb(geometry), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
