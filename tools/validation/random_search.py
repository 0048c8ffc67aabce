"""The random-search law against the geometric truth, over widths, speeds, numbers of searchers and shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from tests.reference.geometry import Search, find_times, found_within, wilson

from fleetcraft.physics.search import detection_probability

SEED = 20261122
TRIALS = 100_000
WIDTHS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0)
SPEED_RATIOS = (0.0, 0.5, 1.0, 3.0, 15.0)
SEARCHERS = (1, 2, 5)
ASPECTS = (1.0, 4.0)
COVERAGES = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0)
CURVE_WIDTHS = (0.05, 0.2, 0.5, 1.0)
CURVE_RATIOS = (0.0, 1.0, 15.0)
CURVE_COVERAGES = tuple(np.round(np.arange(0, 3.01, 0.1), 2).tolist())
FEWEST_MISSED = 100
RATIO_OF = {"ratio": "share", "ratio_low": "low", "ratio_high": "high"}
CASE = ["courses", "arrival", "aspect", "searchers", "speed_ratio", "width"]


def cases() -> Iterator[Search]:
    """Every case of the data: the full grid with diffuse courses, and the other courses for one searcher.

    A target that lies still cannot come in over the border.
    """
    for aspect, ratio, width in product(ASPECTS, SPEED_RATIOS, WIDTHS):
        one = Search(width=width, speed_ratio=ratio, aspect=aspect)
        for searchers in SEARCHERS:
            yield replace(one, searchers=searchers)
            if ratio > 0:
                yield replace(one, searchers=searchers, arrival="border")
        yield replace(one, courses="specular")
        yield replace(one, courses="wandering")


def curve_cases() -> Iterator[Search]:
    """One searcher in a square, targets appearing anywhere: the cases drawn over coverage."""
    for ratio, width in product(CURVE_RATIOS, CURVE_WIDTHS):
        yield Search(width=width, speed_ratio=ratio)


def found(searches: Iterable[Search], coverages: Sequence[float], trials: int) -> pd.DataFrame:
    """Targets found by each coverage: a row a case, with its fields, ``trials`` and counts found_0, found_0.25, ..."""
    with ThreadPoolExecutor(2) as pool:
        return pd.DataFrame(list(pool.map(lambda search: _row(search, coverages, trials), searches)))


def _row(search: Search, coverages: Sequence[float], trials: int) -> dict[str, object]:
    durations = [coverage / search.law_rate for coverage in coverages]
    shares = found_within(find_times(search, durations[-1], trials, SEED), durations)
    counts = {found_by(c): round(share.value * trials) for c, share in zip(coverages, shares, strict=True)}
    return {**{name: getattr(search, name) for name in CASE}, "trials": trials, **counts}


def search_of(row: Mapping[Any, Any]) -> Search:
    """The case of a row of the data."""
    return Search(**{name: row[name] for name in CASE})


def found_by(coverage: float) -> str:
    """The column of a coverage."""
    return f"found_{coverage:g}"


def by_coverage(data: pd.DataFrame) -> pd.DataFrame:
    """The data with a row for each coverage: share found, its interval, the law's share and their difference."""
    columns = [name for name in data.columns.astype(str) if name.startswith("found_")]
    long = data.melt([*CASE, "trials"], columns, "coverage", "found")
    long["coverage"] = long["coverage"].str.removeprefix("found_").astype(float)
    shares = [wilson(int(hits), int(trials)) for hits, trials in zip(long["found"], long["trials"], strict=True)]
    law = detection_probability(1.0, long["coverage"].to_numpy())
    return long.assign(
        share=[s.value for s in shares],
        low=[s.low for s in shares],
        high=[s.high for s in shares],
        law=law,
        error=[s.value for s in shares] - law,
    )


def rate_ratios(long: pd.DataFrame) -> pd.DataFrame:
    """True over lawful rate at each coverage above 0, -ln(1 - share) / coverage, where enough are missed to tell."""
    told = long[(long["coverage"] > 0) & (long["trials"] - long["found"] >= FEWEST_MISSED)]
    ratios = {name: -np.log1p(-told[of]) / told["coverage"] for name, of in RATIO_OF.items()}
    return told.assign(**ratios)


def law_with_ends(search: Search, coverage: Any) -> Any:
    """The law with arrival and border, targets appearing anywhere: 1 - (1 - p0)^n exp(-g / (1 - p0) unbounded).

    p0 of the targets appear under a searcher's disc; the others are met at the rate g W v_rel / A by which discs come
    over targets inside the area, over the share 1 - p0 of the time in which a target is not under one. ``unbounded``
    is the coverage with the whole sweep width.
    """
    apart = 1 - search.found_at_arrival
    met = search.border_factor / apart * _unbounded(search, coverage)
    return 1 - apart**search.searchers * np.exp(-met)


def most_found(search: Search, coverage: Any) -> Any:
    """No random search finds more: one target a meeting, min(1, p0 + g coverage), for one searcher."""
    return np.minimum(1.0, search.found_at_arrival + search.border_factor * _unbounded(search, coverage))


def _unbounded(search: Search, coverage: Any) -> Any:
    return np.asarray(coverage) * search.law_rate_unbounded / search.law_rate
