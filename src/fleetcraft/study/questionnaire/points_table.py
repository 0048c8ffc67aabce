"""The table of a study: a row a point, written a thousand rows at a time as they come out of the journal."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fleetcraft.study.engine.blocks import Point
from fleetcraft.study.questionnaire.outputs import has_interval
from fleetcraft.study.questionnaire.questions import Study
from fleetcraft.study.spreadsheet import no_formula

Json = dict[str, Any]
Row = dict[str, Any]

PARQUET, CSV = "points.parquet", "points.csv"
ROWS = 1000
"""Rows that are held at once."""


def write_points(study: Study, points: Sequence[Point], answers: Iterable[tuple[int, Json]], folder: Path) -> None:
    """Write points.parquet and points.csv into a folder; ``answers`` come in order of the points' numbers.

    Columns: point (its number), asked (the plan or case, where the study is about several), status, reason, each
    factor by its path (empty where it stayed as stated), each output by its path, of a simulated one also its
    interval, ``.low`` and ``.high``, and in Parquet ``.batches``, the means of equal batches of its years.
    """
    schema = _schema(study)
    flat = [name for name in schema.names if not name.endswith(".batches")]
    rows = (_row(study, points[number], answer) for number, answer in answers)
    with (
        (folder / CSV).open("w", newline="", encoding="utf-8") as file,
        pq.ParquetWriter(folder / PARQUET, schema) as parquet,
    ):
        text = csv.DictWriter(file, flat, extrasaction="ignore", lineterminator="\n")
        text.writeheader()
        for some in _thousands(rows):
            text.writerows({name: no_formula(value) for name, value in row.items()} for row in some)
            parquet.write_table(pa.Table.from_pylist(some, schema))


def _schema(study: Study) -> pa.Schema:
    fields = [("point", pa.int64())]
    fields += [("asked", pa.string())] if len(study.asked) > 1 else []
    fields += [("status", pa.string()), ("reason", pa.string())]
    fields += [(factor.column, pa.float64()) for factor in study.factors]
    for output in study.outputs:
        fields.append((output, pa.float64()))
        if has_interval(output):
            fields += [(f"{output}.low", pa.float64()), (f"{output}.high", pa.float64())]
            fields.append((f"{output}.batches", pa.list_(pa.float64())))
    return pa.schema(fields)


def _row(study: Study, point: Point, answer: Json) -> Row:
    row: Row = {"point": point.number, "status": answer["status"], "reason": answer.get("reason")}
    if len(study.asked) > 1:
        row["asked"] = study.asked[point.asked].name
    for factor, value in zip(study.factors, point.values, strict=True):
        row[factor.column] = factor.likely if value is None else value
    for output, value in answer.get("values", {}).items():
        row[output] = value
    for part in ("low", "high", "batches"):
        row |= {f"{output}.{part}": value for output, value in answer.get(part, {}).items()}
    return row


def _thousands(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, ROWS)):
        yield some
