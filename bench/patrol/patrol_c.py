"""The C program of the product's event loop: compiled here, fed with the product's own tables."""

from __future__ import annotations

import ctypes
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from fleetcraft.simulate import records
from fleetcraft.simulate.mission import Mission
from fleetcraft.simulate.player import FIRST_SPELLS, FIRST_TRAIL_POINTS
from fleetcraft.simulate.world import World, make_world

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

SOURCE = Path(__file__).with_name("patrol.c")
COMPILE = ("gcc", "-std=c11", "-O3", "-march=native", "-fPIC", "-shared")

_TYPES = {int: "int64_t", float: "double", bool: "bool"}
_RECORDS = [
    "Clock",
    "Node",
    "Craft",
    "Row",
    "Pool",
    "Area",
    "Sea",
    "Month",
    "Spell",
    "Type",
    "Presence",
    "Series",
    "Detection",
    "Contacts",
    "Contact",
    "Queue",
]
_TABLES = [
    "clock",
    "agenda",
    "contact_agenda",
    "crafts",
    "rows",
    "pools",
    "ready",
    "areas",
    "seas",
    "months",
    "paths",
    "types",
    "presences",
    "series",
    "detections",
    "contacts",
    "waits",
    "present",
    "queues",
    "delays_h",
    "rates",
    "trails",
    "names",
    "streams",
]
_COUNTS = [
    "leaves",
    "contact_leaves",
    "craft_count",
    "row_count",
    "pool_count",
    "ready_count",
    "area_count",
    "climate_count",
    "type_count",
    "presence_count",
    "series_count",
    "detection_count",
    "contacts_count",
    "slots",
    "stages",
    "stream_count",
    "spells",
    "trail_points",
]


class _Play(ctypes.Structure):
    """The C program's struct of the same name; tables that the world has not are the program's own."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in _TABLES),
        ("path_until_h", ctypes.c_double),
        *((name, ctypes.c_int64) for name in _COUNTS),
    )


@dataclass(frozen=True, eq=False)
class Years:
    """What n replications measured, in the order of ids: hours (n, rows), share of targets found (n, detections)."""

    station_h: Floats
    operating_h: Floats
    found: Floats


class Program:
    """A mission in C, played by what ``compiled`` returned."""

    def __init__(self, mission: Mission, library: ctypes.CDLL) -> None:
        self.world = make_world(mission)
        self._simulate = library.simulate
        self._simulate.restype = ctypes.c_int64
        self._play = _play(self.world)

    def simulate(self, keys: Keys, usable_h: Floats) -> Years:
        """A replication for each key (n,) with the mission's craft usable from ``usable_h`` (n, C), on this thread.

        Raises RuntimeError where a table is too short for a replication.
        """
        n, world = len(keys), self.world
        years = Years(*(np.empty((n, len(table))) for table in (world.rows, world.rows, world.detections)))
        given = np.ascontiguousarray(usable_h[:, world.craft_order])
        tables = (keys, given, years.station_h, years.operating_h, years.found)
        status = self._simulate(ctypes.byref(self._play), ctypes.c_int64(n), *(_address(table) for table in tables))
        if status != records.DONE:
            raise RuntimeError(f"the C program ended with status {status}")
        return years


def compiled(folder: Path) -> ctypes.CDLL:
    """The C program, compiled into a folder; CalledProcessError or FileNotFoundError where gcc cannot do it."""
    (folder / "records.h").write_text(header(), encoding="utf-8")
    library = folder / "patrol.so"
    subprocess.run([*COMPILE, f"-I{folder}", "-o", str(library), str(SOURCE), "-lm"], check=True)
    return ctypes.CDLL(str(library))


def header() -> str:
    """C structs laid out as the tables of the product's kernel."""
    return "\n".join(_struct(name) for name in _RECORDS)


def _struct(name: str) -> str:
    fields = get_type_hints(getattr(records, name)).items()
    lines = "".join(f"    {_TYPES[kind]} {field};\n" for field, kind in fields)
    return f"typedef struct {{\n{lines}}} {name};\n"


def _address(table: NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(table.ctypes.data)


def _play(world: World) -> _Play:
    entities = len(world.crafts) + len(world.areas) + len(world.types)
    counts = {
        "leaves": _leaves(entities),
        "contact_leaves": _leaves(len(world.contacts)),
        "craft_count": len(world.crafts),
        "row_count": len(world.rows),
        "pool_count": len(world.pools),
        "ready_count": world.ready_nodes,
        "area_count": len(world.areas),
        "climate_count": world.climates,
        "type_count": len(world.types),
        "presence_count": len(world.presences),
        "series_count": len(world.series),
        "detection_count": len(world.detections),
        "contacts_count": len(world.contacts),
        "slots": world.slots,
        "stages": len(world.delays_h),
        "stream_count": len(world.names),
        "spells": FIRST_SPELLS,
        "trail_points": FIRST_TRAIL_POINTS,
    }
    tables = {name: _address(table) for name in _TABLES if (table := getattr(world, name, None)) is not None}
    return _Play(**tables, path_until_h=world.path_until_h, **counts)


def _leaves(entities: int) -> int:
    """Leaves of a tournament: a power of two."""
    return 1 << max(entities - 1, 0).bit_length()
