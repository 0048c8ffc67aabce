"""The tables of docs/background/validation.md, made from the data beside it.

Each table stands between ``<!-- NAME -->`` and ``<!-- end of NAME -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from tests.reference.geometry import Search, mean_distance
from tools.validation.random_search import (
    ASPECTS,
    SPEED_RATIOS,
    WIDTHS,
    by_coverage,
    law_with_ends,
    rate_ratios,
    search_of,
)

from fleetcraft.report.tokens import MISSING, number

PAGE = Path(__file__).parents[2] / "docs" / "background" / "validation.md"
DATA = PAGE.parent / "validation"
LONGEST_SHIPPED = 5.2


def write_page() -> None:
    """Put the tables into the page."""
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), tables()), encoding="utf-8")


def with_tables(text: str, named: Mapping[str, str]) -> str:
    """The text with each named table in its place; raises ValueError where a table has no place."""
    for name, table in named.items():
        place = re.search(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", text, re.S)
        if place is None:
            raise ValueError(f"{PAGE.name}: found no place for the table {name!r}, expected <!-- {name} -->")
        text = text[: place.start()] + table + text[place.end() :]
    return text


def tables() -> dict[str, str]:
    """Every table of the page by name, as markdown."""
    data = pd.read_csv(DATA / "random_search.csv")
    long = by_coverage(data)
    return {
        "arrival and border": _ends(long),
        "rates": _rates(rate_ratios(long)),
        "errors in a square": _errors(long, 1.0),
        "errors in a rectangle": _errors(long, 4.0),
        "courses": _courses(long),
        "law with arrival and border": _refined(long),
        "shipped pairs": _shipped(pd.read_csv(DATA / "shipped_pairs.csv")),
        "mean distance": _distances(),
        "common random numbers": _common(pd.read_csv(DATA / "common_random_numbers.csv")),
    }


def error_range(long: pd.DataFrame, column: str = "error") -> str:
    """Lowest and highest difference of some rows, in percentage points."""
    return f"{_signed(100 * long[column].min())} to {_signed(100 * long[column].max())}"


def _ends(long: pd.DataFrame) -> str:
    at_once = long[(long["coverage"] == 0) & (long["searchers"] == 1) & (long["courses"] == "diffuse")]
    rows = []
    for width in WIDTHS:
        cells = [f"{width:g}"]
        for aspect in ASPECTS:
            search = Search(width=width, speed_ratio=0.0, aspect=aspect)
            of_shape = at_once[(at_once["width"] == width) & (at_once["aspect"] == aspect)]
            over_border = of_shape[of_shape["arrival"] == "border"]["share"].mean()
            cells += [f"{search.border_factor:.3f}", f"{search.found_at_arrival:.4f}", f"{over_border:.4f}"]
        rows.append(cells)
    names = ("g", "found at arrival, anywhere", "over the border")
    head = ["W / √A", *(f"{_shape(a)}: {name}" for a in ASPECTS for name in names)]
    return _table(head, rows)


def _rates(ratios: pd.DataFrame) -> str:
    told = ratios[
        (ratios["coverage"] == 1)
        & (ratios["searchers"] == 1)
        & (ratios["courses"] == "diffuse")
        & (ratios["arrival"] == "inside")
        & (ratios["aspect"] == 1)
    ]
    at = {(row["width"], row["speed_ratio"]): _ratio(row) for row in told.to_dict("records")}
    rows = [[f"{width:g}", *(at.get((width, ratio), MISSING) for ratio in SPEED_RATIOS)] for width in WIDTHS]
    return _table(["W / √A", *(f"u/v = {ratio:g}" for ratio in SPEED_RATIOS)], rows)


def _ratio(row: Mapping[Any, Any]) -> str:
    return f"{row['ratio']:.3f} ± {(row['ratio_high'] - row['ratio_low']) / 2:.3f}"


def _errors(long: pd.DataFrame, aspect: float) -> str:
    told = long[(long["aspect"] == aspect) & (long["courses"] == "diffuse") & (long["coverage"] > 0)]
    columns = [(n, arrival) for n in (1, 5) for arrival in ("inside", "border")]
    rows = [
        [
            f"{width:g}",
            *(
                error_range(told[(told["width"] == width) & (told["searchers"] == n) & (told["arrival"] == arrival)])
                for n, arrival in columns
            ),
        ]
        for width in WIDTHS
    ]
    return _table(["W / √A", *(f"{_many(n)}, {_arrives(arrival)}" for n, arrival in columns)], rows)


def _courses(long: pd.DataFrame) -> str:
    told = long[(long["searchers"] == 1) & (long["arrival"] == "inside") & (long["coverage"] > 0)]
    columns = [(aspect, courses) for aspect in ASPECTS for courses in ("diffuse", "specular", "wandering")]
    rows = [
        [
            f"{width:g}",
            *(
                error_range(told[(told["width"] == width) & (told["aspect"] == aspect) & (told["courses"] == courses)])
                for aspect, courses in columns
            ),
        ]
        for width in WIDTHS
    ]
    return _table(["W / √A", *(f"{_shape(aspect)}, {courses}" for aspect, courses in columns)], rows)


def _refined(long: pd.DataFrame) -> str:
    """Error of the law with arrival and border beside the law's, targets appearing anywhere."""
    told = long[(long["courses"] == "diffuse") & (long["arrival"] == "inside") & (long["coverage"] > 0)]
    refined = [law_with_ends(search_of(row), row["coverage"]) for row in told.to_dict("records")]
    told = told.assign(refined_error=told["share"] - refined)
    columns = [(aspect, column) for aspect in ASPECTS for column in ("error", "refined_error")]
    rows = [
        [
            f"{width:g}",
            *(
                error_range(told[(told["width"] == width) & (told["aspect"] == aspect)], column)
                for aspect, column in columns
            ),
        ]
        for width in WIDTHS
    ]
    names = {"error": "law", "refined_error": "with arrival and border"}
    return _table(["W / √A", *(f"{_shape(aspect)}: {names[column]}" for aspect, column in columns)], rows)


def _shipped(summary: pd.DataFrame) -> str:
    columns = [(arrival, courses) for arrival in ("inside", "border") for courses in ("diffuse", "specular")]
    rows = []
    for band, members in summary.groupby("band", sort=False):
        told = {(row["arrival"], row["courses"]): row for row in members.to_dict("records")}
        first = told[columns[0]]
        cells = (_shipped_cell(told[column]) for column in columns)
        rows.append([str(band), f"{first['pairs']}", f"{first['law']:.2f}", *cells])
    head = [f"{_arrives(arrival)}, {courses}" for arrival, courses in columns]
    return _table(["sweep width / mean width", "pairs", "law, mean", *head], rows)


def _shipped_cell(row: Mapping[Any, Any]) -> str:
    return f"{_signed(100 * row['error'])} ({_signed(100 * row['lowest'])} to {_signed(100 * row['highest'])})"


def _distances() -> str:
    aspects = (*ASPECTS, LONGEST_SHIPPED)
    return _table(
        ["shape", "mean distance / √A", "0.52 errs by"],
        [[_shape(a), f"{mean_distance(a):.4f}", f"{_signed(100 * (0.52 / mean_distance(a) - 1))}%"] for a in aspects],
    )


def _common(data: pd.DataFrame) -> str:
    rows = [
        [
            str(row["measure"]),
            _significant(row["difference"]),
            _significant(row["variance_independent"]),
            _significant(row["variance_common"]),
            f"{row['factor']:.3g} ({row['factor_low']:.3g} to {row['factor_high']:.3g})",
        ]
        for row in data.to_dict("records")
    ]
    return _table(["measure", "mean difference", "variance, seeds differ", "variance, one seed", "factor"], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _signed(value: float) -> str:
    if pd.isna(value):
        return MISSING
    shown = number(value, 1)
    return shown if value < 0 or float(f"{value:.1f}") == 0 else f"+{shown}"


def _significant(value: float) -> str:
    return f"{value:.2e}" if 0 < abs(value) < 1e-3 else f"{value:.3g}"


def _many(searchers: int) -> str:
    return {1: "one searcher", 5: "five searchers"}[searchers]


def _shape(aspect: float) -> str:
    return "square" if aspect == 1 else f"{aspect:g}:1"


def _arrives(arrival: str) -> str:
    return "anywhere" if arrival == "inside" else "over the border"


if __name__ == "__main__":
    write_page()
