from __future__ import annotations

import io
from datetime import date

import numpy as np
import pandas as pd
import pytest

from fleetcraft.report.run import Run
from fleetcraft.report.trace import TRACE_COLUMNS, trace_files, trace_table
from fleetcraft.simulate.trace import Trace

START = date(2026, 4, 1)
CONTACTS = {
    "contact": (7, 8),
    "area": ("bay", "bay"),
    "class": ("boat", "boat"),
    "counts": (True, False),
    "came_in_h": (0.0, 36.5),
    "found_h": (0.0000001, np.nan),
    "identified_h": (1.0 / 3.0, np.nan),
    "fate": ("identified", "left unfound"),
}
NOTHING = {name: dict.fromkeys((c for c in columns), ()) for name, columns in TRACE_COLUMNS.items()}


def test_moments_stand_beside_the_hours_they_are():
    table = trace_table("contacts", CONTACTS, START)
    assert list(table) == list(TRACE_COLUMNS["contacts"])
    assert table["came_in"].tolist() == [
        pd.Timestamp("2026-04-01", tz="UTC"),
        pd.Timestamp("2026-04-02 12:30", tz="UTC"),
    ]
    assert table["identified"][0] == pd.Timestamp("2026-04-01 00:20", tz="UTC")
    assert table["found"].isna().tolist() == [False, True]
    assert table["found_h"][0] == 1e-7
    assert table["counts"].dtype == bool


@pytest.mark.parametrize("name", sorted(TRACE_COLUMNS))
def test_a_table_without_rows_has_the_types_of_one_with(name):
    table = trace_table(name, NOTHING[name], START)
    assert len(table) == 0
    assert {column: str(type_) for column, type_ in table.dtypes.items()} == {
        column: str(pd.api.types.pandas_dtype(type_)) for column, type_ in TRACE_COLUMNS[name].items()
    }


def test_the_same_trace_gives_the_same_bytes_that_pandas_reads(japan):
    first = japan.result["allocation"][0]
    home = ("ready", first["base"], first["base"], 10.0, 20.0)
    row = (f"{first['platform']}/0", first["platform"], first["base"], first["area"], *home)
    columns = [name for name in TRACE_COLUMNS["craft"] if name not in ("start", "end")]
    craft = dict(zip(columns, ((value,) for value in row), strict=True))
    told = Trace(20.0, craft=craft, looks=NOTHING["looks"], contacts=CONTACTS, weather=NOTHING["weather"])
    run = Run(japan.manifest, japan.result, japan.scenario)
    files = trace_files(told, run)
    assert files == trace_files(told, run)
    assert set(files) == {f"trace/{name}.parquet" for name in TRACE_COLUMNS} | {"trace/playback.json"}
    read = pd.read_parquet(io.BytesIO(files["trace/contacts.parquet"]))
    pd.testing.assert_frame_equal(read, trace_table("contacts", CONTACTS, japan.scenario.calendar.start))
