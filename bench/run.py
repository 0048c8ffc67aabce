"""Run a benchmark by name, print its table and write bench/results/NAME.json."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from bench.row import Row

HERE = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks there are: bench_NAME.py, each with a function ``run`` that returns its rows."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main(arguments: Sequence[str]) -> int:
    """Run the one benchmark named; 2 where there is none of that name."""
    if len(arguments) != 1 or arguments[0] not in names():
        print(f"usage: python -m bench NAME, with NAME one of {', '.join(names())}", file=sys.stderr)
        return 2
    rows = import_module(f"bench.bench_{arguments[0]}").run()
    print(table(rows))
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    text = json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False)
    (results / f"{arguments[0]}.json").write_text(text + "\n", encoding="utf-8")
    return 0


def table(rows: Sequence[Row]) -> str:
    """The rows in columns, the ratio last but for the details."""
    head = ("benchmark", "variant", "value", "against", "ratio", "detail")
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in cells)


def _cells(row: Row) -> tuple[str, ...]:
    detail = ", ".join(
        f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}" for key, value in row.detail.items()
    )
    return (row.benchmark, row.variant, f"{row.value:.3g} {row.unit}", row.against, f"{row.ratio:.2f}", detail)
