"""CSV with lines: the same cells as the standard library's, and each row's first line."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetcraft.scenario.csv_file import number, read_sheet

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_cells_are_those_of_the_standard_library(rows: list[tuple[str, str, str]], end: str) -> None:
    out = StringIO()
    writer = csv.writer(out, lineterminator=end)
    writer.writerow(("a", "b", "c"))
    starts = []
    for row in rows:
        starts.append(len(StringIO(out.getvalue(), newline="").readlines()) + 1)
        writer.writerow(row)
    sheet, faults = read_sheet(out.getvalue(), "x.csv")
    assert faults == []
    kept = [(start, [c.strip() for c in row]) for start, row in zip(starts, rows, strict=True) if "".join(row).strip()]
    assert [(line.number, line.cells) for line in sheet.lines] == kept


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("3", 3), ("-3", -3), ("+3.50", 3.5), (".5", 0.5), ("5.", 5.0), ("2e3", 2000.0),
        ("1_000", "1_000"), ("1,000", "1,000"), ("0x10", "0x10"), ("٣", "٣"), ("1e", "1e"), ("", ""), ("--1", "--1"),
    ],
)  # fmt: skip
def test_numbers(cell: str, value: object) -> None:
    assert number(cell) == value
    assert type(number(cell)) is type(value)
