"""Which assumptions would change what is ordered: each over its stated range, then pairs of the strongest.

A value flips the decision where, at one end of its range, more than a tenth of the money goes elsewhere. Every range is
looked at, and the solver's time goes to those that can matter:

- what the plan as it stands would attain (the formula) and cost with the value at either end ranks all ranges, limits
  first; the strongest are solved at both ends;
- a type that is not bought does not enter that formula: all its values together at their better ends are solved with
  craft in parts. Where less than half of what makes another decision is spent on it even then, one of them alone makes
  none; else the values are halved again and again, only halves that bring it in are looked into, and what is left are
  single values, which are solved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.plan import Plan
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.accounts import make_accounts
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.binding import broken
from fleetcraft.study.explain.ground import (
    GROUND,
    Ground,
    Json,
    Solved,
    read_base,
    read_ground,
    solved_from,
    within_reach,
)
from fleetcraft.study.explain.questions import Solve, answered, read_solved
from fleetcraft.study.explain.ranges import ENDS, End, Range, ranges_of
from fleetcraft.study.tasks import answer_of, is_done

FLIP = 0.1
"""A decision is another one from this share of its money that goes elsewhere."""
MOST_SOLVED = 15
"""Ranges that are solved at both ends."""
STRONGEST = 5
"""Ranges of which every two are tried together."""
A_SCREEN = 60
"""Ranges that one task looks at."""
FIGURES = ("planned", "acquisition", "support")
LIMITS = ("budget.", "policies.", "operations.people_limit", "places.*.capacity", "acquisition.buyers_share")
"""Paths of what binds plans rather than moves their worth: always among the strongest."""


@dataclass(frozen=True)
class Screen:
    """What the plan as it stands would attain and cost with each of some values at either end; a task."""

    number: int
    plan: Plan
    ranges: tuple[Range, ...]
    options: Options
    after: tuple[str, ...] = (GROUND,)

    @property
    def key(self) -> str:
        """Its folder."""
        return f"screen-{self.number}"

    @property
    def what(self) -> str:
        """What is being done."""
        return f"a first look at {len(self.ranges)} ranges"

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:  # noqa: ARG002 - no simulation
        """By path and end: attainment, obligations and support of the plan; none where the value cannot be."""
        ground = read_ground(theatre, folder, self.options)
        looks: Json = {"as_stated": _look(ground, self.plan, ground.scenario)}
        for each in self.ranges:
            scenarios = {end: each.at(ground.scenario, end) for end in ENDS}
            looks[each.path] = {end: s and _look(ground, self.plan, s) for end, s in scenarios.items()}
        return looks


def _look(ground: Ground, plan: Plan, scenario: Scenario) -> Json:
    """The plan under a changed scenario; ``keeps``: within its limits."""
    there = ground.at(scenario)
    plan = within_reach(there.theatre, plan)
    futures = there.futures(scenario)
    accounts = make_accounts(there.theatre, plan, deliver(scenario, plan, futures), futures)
    return {
        "keeps": not broken(there, plan),
        "planned": there.planned(scenario, plan),
        "acquisition": accounts.acquisition,
        "support": float(sum(accounts.support.values())),
    }


def screens_for(scenario: Scenario, plan: Plan, options: Options) -> list[Screen]:
    """A first look at every range but those of types that the plan does not buy, some in each task."""
    bought = {order.platform for order in plan.orders}
    found = [each for each in ranges_of(scenario) if each.platform is None or each.platform in bought]
    parts = [tuple(found[i : i + A_SCREEN]) for i in range(0, len(found), A_SCREEN)] or [()]
    return [Screen(number, plan, part, options) for number, part in enumerate(parts)]


@dataclass(frozen=True)
class Screened:
    """All first looks together; the plan under a value of a type that it does not buy is the plan as stated."""

    ranges: tuple[Range, ...]
    stated: Json
    looks: Json

    def look(self, each: Range, end: End) -> Json | None:
        """The plan with a value at one end; None where the scenario cannot have it."""
        seen: Json = self.looks.get(each.path, {end: self.stated})
        told: Json | None = seen[end]
        return told

    def strength(self, each: Range) -> float:
        """The larger of the changes at both ends: attainment, obligations and support, each relative; limits first."""
        if each.path.startswith(LIMITS):
            return np.inf
        ends = [self.look(each, end) for end in ENDS]
        return max((self._change(end) for end in ends if end is not None), default=0.0)

    def _change(self, look: Json) -> float:
        return float(sum(abs(look[key] - self.stated[key]) / max(abs(self.stated[key]), 1e-9) for key in FIGURES))

    def strongest(self, bought: set[str]) -> list[Range]:
        """The ranges to be solved at both ends: those that are no type's, or a bought one's, the strongest first."""
        mine = [each for each in self.ranges if each.platform is None or each.platform in bought]
        ranked = sorted(mine, key=lambda each: -self.strength(each))
        return [each for each in ranked if self.strength(each) > 0][:MOST_SOLVED]


def read_screens(scenario: Scenario, folder: Path, screens: Sequence[Screen]) -> Screened:
    """What the first looks have seen, for all ranges."""
    looks: Json = {}
    for screen in screens:
        looks |= answer_of(folder, screen.key)
    return Screened(ranges_of(scenario), looks.pop("as_stated", {}), looks)


def end_key(each: Range, end: End) -> str:
    """The folder of a range's solve at one end."""
    return f"flip-{each.path.replace('*', 'all')}-{end}"


def end_task(scenario: Scenario, each: Range, end: End, options: Options) -> Solve | None:
    """The solve with one value at one end; None where the scenario cannot have it."""
    other = each.at(scenario, end)
    return None if other is None else Solve(end_key(each, end), f"{each.path} at its {end}", other, options)


def end_tasks(scenario: Scenario, ranges: Sequence[Range], options: Options) -> list[Solve]:
    """Both ends of ranges."""
    found = [end_task(scenario, each, end, options) for each in ranges for end in ENDS]
    return [task for task in found if task is not None]


@dataclass(frozen=True)
class Enter:
    """Which single values, at their better ends, bring in a type that is not bought; a task.

    The answer's ``single`` has the solve of each by its path; ``together``: all of them bring it in, with so much of
    the money that it might make another decision.
    """

    platform: str
    ranges: tuple[Range, ...]
    options: Options
    after: tuple[str, ...] = (GROUND,)

    @property
    def key(self) -> str:
        """Its folder."""
        return f"enter-{self.platform}"

    @property
    def what(self) -> str:
        """What is being done."""
        return f"{self.platform} at its best"

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:  # noqa: ARG002 - no simulation
        """Halve the values as long as a half brings the type in."""
        ground, base = read_ground(theatre, folder, self.options), read_base(folder)
        single: dict[str, Json] = {}
        together = self._bring_in(ground, base, self.ranges, single)
        return {"together": together, "single": single}

    def _bring_in(self, ground: Ground, base: Solved, ranges: tuple[Range, ...], single: dict[str, Json]) -> bool:
        scenario = ground.scenario
        for each in ranges:
            scenario = each.at(scenario, each.better) or scenario
        if ground.share(scenario, self.platform) < FLIP / 2:
            return False
        if len(ranges) == 1:
            told = answered(ground, base, scenario)
            if told["found"] and solved_from(told).craft(self.platform):
                single[ranges[0].path] = told
        else:
            half = len(ranges) // 2
            self._bring_in(ground, base, ranges[:half], single)
            self._bring_in(ground, base, ranges[half:], single)
        return True


def enter_tasks(scenario: Scenario, bought: set[str], options: Options) -> list[Enter]:
    """Each type that is not bought, may be, and has values with ranges."""
    ranges = ranges_of(scenario)
    tasks = []
    for platform in scenario.platforms:
        mine = tuple(each for each in ranges if each.platform == platform.id)
        if mine and platform.id not in bought and scenario.policies.allows(platform):
            tasks.append(Enter(platform.id, mine, options))
    return tasks


@dataclass(frozen=True)
class Solves:
    """The solves of single values by path and end, and the types whose better ends were tried together."""

    by_end: Mapping[tuple[str, End], Json]
    tried: frozenset[str]

    def of(self, each: Range, end: End) -> Json | None:
        """The solve of a range at one end, if there was one."""
        return self.by_end.get((each.path, end))


def read_solves(ranges: Sequence[Range], tasks: Sequence[Enter], folder: Path) -> Solves:
    """What was solved of the strongest ranges and of types that might enter."""
    solves: dict[tuple[str, End], Json] = {}
    for each in ranges:
        for end in ENDS:
            if is_done(folder, end_key(each, end)):
                solves[each.path, end] = answer_of(folder, end_key(each, end))
    for task in tasks:
        single = answer_of(folder, task.key)["single"]
        solves |= {(each.path, each.better): single[each.path] for each in task.ranges if each.path in single}
    return Solves(solves, frozenset(task.platform for task in tasks))


def flip_entries(base: Solved, screened: Screened, solves: Solves) -> list[Json]:
    """Every range as plain data: what moves most money first, then what was not solved by its first look.

    ``settled`` is how: ``solved``; ``together`` (a value of a type that all its values together do not bring in, or
    that was in no half that did); else ``first look`` alone. Of each end that was solved: the change of the certified
    bound and of what the formula gives the plan, the share of the money that moves, and ``regret``, what keeping the
    plan would cost in attainment by the formula (None where it could not be kept).
    """
    entries = []
    for each in screened.ranges:
        ends = {end: _end_entry(base, screened, solves, each, end) for end in ENDS}
        solved = [told for told in ends.values() if told is not None and "moved" in told]
        together = "together" if each.platform in solves.tried else "first look"
        entries.append(
            {
                "path": each.path,
                "platform": each.platform,
                "low": each.low,
                "likely": each.likely,
                "high": each.high,
                "unit": each.unit,
                "ends": ends,
                "settled": "solved" if solved else together,
                "moved": max((told["moved"] for told in solved), default=None),
                "regret": max((told["regret"] for told in solved if told["regret"] is not None), default=None),
                "flips": any(told["moved"] > FLIP for told in solved),
                "first_look": _finite(screened.strength(each)),
            }
        )
    return sorted(entries, key=_rank)


def _rank(entry: Json) -> tuple[bool, float, float, str]:
    return entry["moved"] is None, -(entry["moved"] or 0.0), -(entry["first_look"] or 0.0), entry["path"]


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _end_entry(base: Solved, screened: Screened, solves: Solves, each: Range, end: End) -> Json | None:
    """One end of a range; None where the scenario cannot have it."""
    look = screened.look(each, end)
    if look is None:
        return None
    entry: Json = {"kept": look["planned"] - screened.stated["planned"], "can_be_kept": look["keeps"]}
    told = solves.of(each, end)
    if told is None:
        return entry
    if not told["found"]:
        return entry | {"found": False, "moved": 1.0, "regret": None}
    solved = solved_from(told)
    return entry | {
        "found": True,
        "bound": solved.bound - base.bound,
        "planned": solved.planned - base.planned,
        "moved": told["moved"],
        "regret": max(solved.planned - look["planned"], 0.0) if look["keeps"] else None,
    }


@dataclass(frozen=True)
class Pair:
    """Two of the strongest ranges, each at the end at which it moves more."""

    number: int
    one: Range
    one_end: End
    other: Range
    other_end: End

    @property
    def key(self) -> str:
        """Its task's folder."""
        return f"pair-{self.number}"

    def scenario(self, scenario: Scenario) -> Scenario | None:
        """The scenario with both; None where it cannot have them."""
        first = self.one.at(scenario, self.one_end)
        return first and self.other.at(first, self.other_end)


def pairs_of(screened: Screened, entries: Sequence[Json]) -> list[Pair]:
    """Every two of the five strongest ranges that were solved."""
    by_path = {each.path: each for each in screened.ranges}
    strongest = [(by_path[e["path"]], _stronger_end(e)) for e in entries if e["moved"]][:STRONGEST]
    return [Pair(n, *one, *other) for n, (one, other) in enumerate(combinations(strongest, 2))]


def _stronger_end(entry: Json) -> End:
    return max(ENDS, key=lambda end: (entry["ends"][end] or {}).get("moved", -1.0))


def pair_tasks(scenario: Scenario, pairs: Sequence[Pair], options: Options) -> list[Solve]:
    """A solve of each pair that the scenario can have."""
    found = [(pair, pair.scenario(scenario)) for pair in pairs]
    return [
        Solve(pair.key, f"{pair.one.path} with {pair.other.path}", both, options)
        for pair, both in found
        if both is not None
    ]


def pair_entries(base: Solved, pairs: Sequence[Pair], folder: Path, done: set[str]) -> list[Json]:
    """Each pair as plain data, the one that moves most money first."""
    entries = []
    for pair in pairs:
        if pair.key not in done:
            continue
        solved = read_solved(folder, pair.key)
        moved = 1.0 if solved is None else answer_of(folder, pair.key)["moved"]
        entries.append(
            {
                "paths": [pair.one.path, pair.other.path],
                "ends": [pair.one_end, pair.other_end],
                "found": solved is not None,
                "moved": moved,
                "flips": moved > FLIP,
                "planned": None if solved is None else solved.planned - base.planned,
                "bound": None if solved is None else solved.bound - base.bound,
            }
        )
    return sorted(entries, key=lambda entry: (-float(str(entry["moved"])), str(entry["paths"])))
