"""What the law's error means for the shipped examples: every open pair of type and area, and each target asked for."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from tests.reference.geometry import Arrival, Courses, Search, find_times, found_within
from tools.validation.random_search import SEED

from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.physics.search import mean_width_nm
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.requirement import Requirement

EXAMPLES = ("japan-2026", "galapagos")
ARRIVALS: tuple[Arrival, ...] = ("inside", "border")
BORDER_COURSES: tuple[Courses, ...] = ("diffuse", "specular")
TRIALS = 20_000
BANDS = (0.0, 0.05, 0.1, 0.2, 0.5, np.inf)
BAND_NAMES = ("to 0.05", "to 0.1", "to 0.2", "to 0.5", "above 0.5 (flagged)")


def shipped_pairs() -> pd.DataFrame:
    """One craft on station in calm wind for all of tau: law and truth, a row a pair, target, arrival and courses."""
    cases = [case for example in EXAMPLES for case in _cases(make_theatre(read_scenario(example)))]
    with ThreadPoolExecutor(2) as pool:
        return pd.DataFrame(list(pool.map(_judged, cases)))


def _cases(theatre: Theatre) -> Iterator[dict[str, Any]]:
    scenario = theatre.scenario
    open_pairs = sorted(set(zip(theatre.pairs.platform.tolist(), theatre.pairs.area.tolist(), strict=True)))
    for requirement in scenario.requirements:
        if requirement.measure != "detection":
            continue
        for p, a in open_pairs:
            if scenario.areas[a].id == requirement.area:
                yield from _searches(theatre, requirement, p, a)


def _searches(theatre: Theatre, requirement: Requirement, p: int, a: int) -> Iterator[dict[str, Any]]:
    assert requirement.target is not None
    assert requirement.within_h is not None
    scenario, platform = theatre.scenario, theatre.scenario.platforms[p]
    target = scenario.targets[requirement.target]
    width_nm = platform.sweep_width_nm(scenario.swept_as(requirement.target))
    if width_nm <= 0:
        return
    area_nm2, perimeter_nm = float(theatre.geometry.area_nm2[a]), float(theatre.geometry.perimeter_nm[a])
    root_nm = float(np.sqrt(area_nm2))
    tau_h = min(requirement.within_h, target.hours_present)
    for arrival, courses in product(ARRIVALS, BORDER_COURSES):
        search = Search(
            width=width_nm / root_nm,
            speed_ratio=target.speed_kn / platform.cruise_speed_kn,
            aspect=aspect_of(perimeter_nm / root_nm),
            arrival=arrival,
            courses=courses,
        )
        yield {
            "requirement": requirement.id,
            "platform": platform.id,
            "domain": platform.domain,
            "arrival": arrival,
            "courses": courses,
            "search": search,
            "tau": tau_h * platform.cruise_speed_kn / root_nm,
            "width": search.width,
            "of_mean_width": width_nm / float(mean_width_nm(perimeter_nm)),
        }


def aspect_of(perimeter: float) -> float:
    """Length over breadth of the rectangle of area 1 with a perimeter; a square where the area is rounder than one."""
    half = max(perimeter / 2, 2.0)
    length = (half + np.sqrt(half * half - 4)) / 2
    return float(length * length)


def _judged(case: dict[str, Any]) -> dict[str, Any]:
    search: Search = case["search"]
    (share,) = found_within(find_times(search, case["tau"], TRIALS, SEED), [case["tau"]])
    law = search.law_share(search.law_rate * case["tau"])
    told = {name: value for name, value in case.items() if name != "search"}
    return {**told, "speed_ratio": search.speed_ratio, "aspect": search.aspect, "law": law, "truth": share.value}


def summary(pairs: pd.DataFrame) -> pd.DataFrame:
    """Mean, lowest and highest error of the law by band of sweep width, arrival and courses."""
    told = pairs.assign(
        error=pairs["truth"] - pairs["law"], band=pd.cut(pairs["of_mean_width"], BANDS, labels=BAND_NAMES)
    )
    groups = told.groupby(["band", "arrival", "courses"], observed=True)
    return groups.agg(
        pairs=("error", "size"),
        law=("law", "mean"),
        error=("error", "mean"),
        lowest=("error", "min"),
        highest=("error", "max"),
    ).reset_index()
