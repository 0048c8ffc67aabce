"""The geometric truth model against closed forms, and the random-search law against it, as the page states."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fleetcraft.physics.search import identification_service_h, relative_speed_kn
from reference.geometry import (
    Search,
    _covered_after,
    find_times,
    found_within,
    mean_distance,
    meetings,
    wilson,
)

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "background" / "validation.md"
DATA = PAGE.parent / "validation" / "random_search.csv"
SEED, TRIALS, STANDARD_ERRORS = 3, 20_000, 4.5
COVERAGES = (0.25, 1.0, 3.0)
CASE = ["courses", "arrival", "aspect", "searchers", "speed_ratio", "width"]
TABLES = {1.0: "errors in a square", 4.0: "errors in a rectangle"}
COLUMNS = {(1, "inside"): 1, (1, "border"): 2, (5, "inside"): 3, (5, "border"): 4}
CASES, EVERY_SO_MANY = 740, 37

STATIONARY = [
    Search(width=0.1, speed_ratio=0.0),
    Search(width=0.5, speed_ratio=1.0, searchers=3),
    Search(width=0.3, speed_ratio=15.0, aspect=4.0),
    Search(width=0.2, speed_ratio=3.0, courses="specular"),
    Search(width=1.5, speed_ratio=0.5, aspect=4.0, courses="wandering"),
]


@pytest.mark.parametrize("search", STATIONARY, ids=str)
def test_discs_come_over_targets_at_the_rate_of_uniform_places_and_courses(search: Search) -> None:
    """n W v_rel g / A an hour, whatever the courses: not so if some places or directions were favoured."""
    duration = 3 / search.law_rate
    met = meetings(search, duration, TRIALS, SEED)
    speed = float(relative_speed_kn(1.0, search.speed_ratio))
    expected = search.searchers * search.width * speed * search.border_factor * duration
    assert abs(met.mean() - expected) < STANDARD_ERRORS * met.std() / np.sqrt(TRIALS)


@pytest.mark.parametrize("search", STATIONARY, ids=str)
def test_found_at_arrival_in_closed_form(search: Search) -> None:
    (share,) = found_within(find_times(search, 0.0, TRIALS, SEED), [0.0])
    expected = 1 - (1 - search.found_at_arrival) ** search.searchers
    assert abs(share.value - expected) < STANDARD_ERRORS * share.standard_error


def test_two_points_of_a_square() -> None:
    """Share within r: pi r^2 - 8 r^3 / 3 + r^4 / 2; share still inside after r: 1 - 4 r / pi + r^2 / pi."""
    search, r = Search(width=0.6, speed_ratio=0.0), 0.3
    assert search.found_at_arrival == pytest.approx(np.pi * r**2 - 8 / 3 * r**3 + r**4 / 2, rel=1e-6)
    assert search.border_factor == pytest.approx(1 - 4 * r / np.pi + r**2 / np.pi, rel=1e-6)


def test_a_disc_covers_a_target_at_its_exact_moment() -> None:
    """Radius 5, passing 3 or 4 abeam from 20 away: the chord begins 4 or 3 before the point abeam."""
    still, here = np.zeros(2), np.zeros(2)
    for abeam, begins in ((3.0, 16.0), (4.0, 17.0), (5.5, np.inf)):
        start = np.array([-20.0, abeam])
        assert _covered_after(start, np.array([2.0, 0.0]), here, still, 5.0) == begins / 2
        assert _covered_after(here, still, start, np.array([2.0, 0.0]), 5.0) == begins / 2
        assert _covered_after(start, np.array([-2.0, 0.0]), here, still, 5.0) == np.inf


def test_trials_follow_from_seed_and_search_alone() -> None:
    search = Search(width=0.1, speed_ratio=1.0)
    first, again, other = (find_times(search, 5.0, 200, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("number", range(0, CASES, EVERY_SO_MANY))
def test_a_fresh_sample_gives_the_published_shares(number: int) -> None:
    row = pd.read_csv(DATA).iloc[number]
    search = Search(**{name: row[name] for name in CASE})
    durations = [coverage / search.law_rate for coverage in COVERAGES]
    fresh = found_within(find_times(search, durations[-1], TRIALS, SEED), durations)
    for coverage, share in zip(COVERAGES, fresh, strict=True):
        published = wilson(int(row[f"found_{coverage:g}"]), int(row["trials"]))
        error = np.hypot(share.standard_error, published.standard_error)
        assert abs(share.value - published.value) < STANDARD_ERRORS * error, coverage


def stated_range(search: Search) -> tuple[float, float]:
    """The law's lowest and highest error as the page's tables have it, as shares."""
    text = PAGE.read_text(encoding="utf-8")
    name = TABLES[search.aspect]
    table = text[text.index(f"<!-- {name} -->") : text.index(f"<!-- end of {name} -->")]
    cells = next(line for line in table.splitlines() if line.startswith(f"| {search.width:g} |")).split("|")
    column = COLUMNS[search.searchers, search.arrival]
    low, high = re.findall(r"[−+]?\d+\.\d+", cells[1 + column])
    return float(low.replace("−", "-")) / 100, float(high.replace("−", "-")) / 100


def searches_of(aspect: float, arrival: str) -> list[Search]:
    return [
        Search(width=width, speed_ratio=ratio, searchers=searchers, aspect=aspect, arrival=arrival)
        for width, searchers, ratio in product((0.05, 0.2, 0.5, 1.0), (1, 5), (0.0, 1.0, 15.0))
        if ratio > 0 or arrival == "inside"
    ]


@pytest.mark.parametrize("aspect", [1.0, 4.0])
@pytest.mark.parametrize("arrival", ["inside", "border"])
def test_the_law_errs_no_more_than_the_page_says(aspect: float, arrival: str) -> None:
    for search in searches_of(aspect, arrival):
        low, high = stated_range(search)
        durations = [coverage / search.law_rate for coverage in COVERAGES]
        fresh = found_within(find_times(search, durations[-1], TRIALS, SEED), durations)
        for coverage, share in zip(COVERAGES, fresh, strict=True):
            error, noise = share.value - search.law_share(coverage), STANDARD_ERRORS * share.standard_error
            assert low - noise <= error <= high + noise, (search, coverage)


def test_the_pages_tables_are_made_from_its_data() -> None:
    code = "from tools.validation.page import *; text = PAGE.read_text(); assert with_tables(text, tables()) == text"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run: python -m tools.validation.page\n{done.stderr}"


@pytest.mark.parametrize("aspect", [1.0, 4.0])
def test_mean_distance_of_two_points(aspect: float) -> None:
    sides = np.array([np.sqrt(aspect), 1 / np.sqrt(aspect)])
    one, other = np.random.default_rng(SEED).random((2, 200_000, 2)) * sides
    apart = np.hypot(*(one - other).T)
    assert abs(apart.mean() - mean_distance(aspect)) < STANDARD_ERRORS * apart.std() / np.sqrt(apart.size)


def test_the_way_to_a_contact_is_that_of_a_square_and_of_no_other_rectangle() -> None:
    way = float(identification_service_h(1.0, 1.0, 0.0))
    assert way == pytest.approx(mean_distance(1.0), rel=0.005)
    assert way < 0.75 * mean_distance(4.0)
