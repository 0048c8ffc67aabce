"""One replication in files: what happened as tables, where every craft was as a playback.

Tables have moments as hours from the calendar's start and, beside them, as datetimes; the calendar's days are taken to
be UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd

from fleetcraft.report.playback import playback
from fleetcraft.report.run import Run
from fleetcraft.report.tables import parquet_bytes
from fleetcraft.simulate.trace import Columns, Trace

_TEXT, _NUMBER, _WHOLE, _FLAG, _MOMENT = "string", "float64", "int64", "bool", "datetime64[ms, UTC]"

TRACE_COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "craft": {
            "craft": _TEXT,
            "platform": _TEXT,
            "base": _TEXT,
            "area": _TEXT,
            "state": _TEXT,
            "from": _TEXT,
            "to": _TEXT,
            "start_h": _NUMBER,
            "end_h": _NUMBER,
            "start": _MOMENT,
            "end": _MOMENT,
        },
        "looks": {
            "craft": _TEXT,
            "area": _TEXT,
            "class": _TEXT,
            "contact": _WHOLE,
            "start_h": _NUMBER,
            "end_h": _NUMBER,
            "start": _MOMENT,
            "end": _MOMENT,
        },
        "contacts": {
            "contact": _WHOLE,
            "area": _TEXT,
            "class": _TEXT,
            "counts": _FLAG,
            "came_in_h": _NUMBER,
            "found_h": _NUMBER,
            "identified_h": _NUMBER,
            "came_in": _MOMENT,
            "found": _MOMENT,
            "identified": _MOMENT,
            "fate": _TEXT,
        },
        "weather": {
            "area": _TEXT,
            "sea_state": _WHOLE,
            "wind_kn": _NUMBER,
            "start_h": _NUMBER,
            "end_h": _NUMBER,
            "start": _MOMENT,
            "end": _MOMENT,
        },
    }
)
"""Columns of every table of a trace and their types; each column of moments is named after one of hours."""


def trace_files(trace: Trace, run: Run) -> Mapping[str, bytes]:
    """Contents by path relative to the run folder: the same trace, the same bytes."""
    told = json.dumps(playback(trace, run.result, run.scenario), ensure_ascii=False, separators=(",", ":"))
    start = run.scenario.calendar.start
    tables = {
        f"trace/{name}.parquet": parquet_bytes(trace_table(name, getattr(trace, name), start), compression="zstd")
        for name in TRACE_COLUMNS
    }
    return {**tables, "trace/playback.json": told.encode()}


def trace_table(name: str, columns: Columns, start: date) -> pd.DataFrame:
    """One table of a trace whose calendar starts on ``start``."""
    types = TRACE_COLUMNS[name]
    named = [column for column, type_ in types.items() if type_ == _MOMENT]
    moments = {column: _moments(columns[f"{column}_h"], start) for column in named}
    return pd.DataFrame({**columns, **moments}, columns=list(types)).astype(dict(types))


def _moments(hours: Sequence[float], start: date) -> pd.DatetimeIndex:
    """Hours from a day's first moment as datetimes, to the millisecond; nan as NaT."""
    milliseconds = np.round(np.array(hours, dtype=np.float64) * 3_600_000)
    return pd.Timestamp(start, tz="UTC") + pd.to_timedelta(milliseconds, unit="ms")
