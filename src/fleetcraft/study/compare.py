"""Comparisons: the best plan under each restriction beside open competition, over the same judged years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isnan
from pathlib import Path
from typing import Any

from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import sample_futures
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.plan_fleet import plan_fleet
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import estimate, yearly_attainment
from fleetcraft.study.calibrate import Progress, no_progress
from fleetcraft.study.decide import Options
from fleetcraft.study.frontier import stated_money, with_budget
from fleetcraft.study.points import (
    Decide,
    Point,
    aims_at_mean,
    are_reproducible,
    is_worse,
    limits_of,
    make_ready,
    paired,
    read_corrections,
    read_points,
)
from fleetcraft.study.recourse import judge_calibrated
from fleetcraft.study.restrictions import Restriction, lifted_policies, opened, restricted
from fleetcraft.study.result import head
from fleetcraft.study.tasks import answer_of, do_all

Json = dict[str, Any]

OPEN = "open"
MOST_BUDGET = 4.0
"""How many times the stated acquisition money a restricted buyer is given at most, to catch up."""
CLOSE_ENOUGH = 1.02
"""The search for the money ends when a budget that is enough is this many times one that is not."""


@dataclass(frozen=True)
class CatchUp:
    """How much acquisition money a restricted buyer needs to make up what it is ``behind`` open competition; a task.

    What it is behind is simulated; what a budget makes up is planned, with the corrections of the restriction's own
    ``point`` throughout and a solve for each budget tried, the stated one among them.
    """

    key: str
    what: str
    scenario: Scenario
    options: Options
    point: str
    behind: float
    after: tuple[str, ...] = ()

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:
        """The least budget found enough, the largest found not enough, and what the first earns in the judged years.

        ``scale`` is None where even the largest budget tried is not enough, or where a limit left no plan with the
        stated budget, which the others are measured by: then ``searched`` is None too.
        """
        enough, short = MOST_BUDGET, 1.0
        stated = self._planned(theatre, folder, short)
        if stated == -inf:
            return {"scale": None, "searched": None}
        asked = stated + self.behind
        if self._planned(theatre, folder, enough) < asked:
            return {"scale": None, "searched": MOST_BUDGET}
        while enough > CLOSE_ENOUGH * short:
            middle = (enough * short) ** 0.5
            if self._planned(theatre, folder, middle) >= asked:
                enough = middle
            else:
                short = middle
        return {"scale": enough, "short": short, "yearly": self._judged(theatre, folder, enough, threads)}

    def _planned(self, theatre: Theatre, folder: Path, scale: float) -> float:
        """Attainment planned with a budget; -inf where there is no plan, or a limit left none."""
        scenario = with_budget(self.scenario, scale)
        futures = sample_futures(scenario, self.options.seed, self.options.futures)
        corrections = self._corrections(folder)
        try:
            return plan_fleet(
                replace(theatre, scenario=scenario), futures, corrections, limits_of(self.options)
            ).planned
        except (InfeasibleError, LimitError):
            return -inf

    def _judged(self, theatre: Theatre, folder: Path, scale: float, threads: int) -> list[float | None]:
        """Attainment in the judged years of a plan decided with a budget."""
        varied = Decide(self.key, self.what, with_budget(self.scenario, scale), self.options)
        calibrated = varied.decide(theatre, start=self._corrections(folder), threads=threads)
        judgement = judge_calibrated(
            replace(theatre, scenario=varied.scenario),
            calibrated,
            seed=self.options.seed,
            replications=self.options.replications,
            threads=threads,
        )
        yearly = yearly_attainment(varied.scenario.requirements, judgement.outcome)
        return [None if isnan(value) else float(value) for value in yearly]

    def _corrections(self, folder: Path) -> Corrections:
        corrections = read_corrections(folder, self.point)
        assert corrections is not None
        return corrections


def compare_scenario(
    scenario: Scenario,
    restrictions: Sequence[Restriction],
    options: Options,
    folder: Path,
    *,
    threads: int = 1,
    progress: Progress = no_progress,
) -> Json:
    """Decide and judge open competition and every restriction, in ``folder``; what is there is not done again.

    A restriction that allows no plan is a row of status ``infeasible``. Raises InfeasibleError or LimitError where open
    competition has no plan.
    """
    money = stated_money(scenario)
    theatre = make_ready(scenario, progress)
    free = opened(scenario, restrictions)
    variants = {f"{i:02d}": restricted(free, restriction) for i, restriction in enumerate(restrictions)}
    tasks = [Decide(OPEN, "open competition", free, options)]
    for (key, variant), restriction in zip(variants.items(), restrictions, strict=True):
        if variant is not None and variant != free:
            tasks.append(Decide(key, restriction.name, variant, options, after=(OPEN,)))
    do_all(theatre, tasks, folder, threads=threads, progress=progress)
    points = {point.key: point for point in read_points(folder, tasks)}
    if not points[OPEN].found:
        raise points[OPEN].why_none
    for key, variant in variants.items():
        points.setdefault(key, _untried(key, variant, points[OPEN]))
    shown = {key: _best_allowed(variants.get(key, free), point, points) for key, point in points.items()}
    catch_up = _catch_up(variants, shown, restrictions, options)
    do_all(theatre, catch_up, folder, threads=threads, progress=progress)
    found = {task.key.removesuffix(MONEY): answer_of(folder, task.key) for task in catch_up}
    more = {key: _catching_up(free, found.get(key), shown[OPEN], money) for key in variants}
    return {
        **{key: value for key, value in head(scenario, options.seed, {}).items() if key != "seconds"},
        "reproducible": are_reproducible(points.values()),
        "currency": scenario.currency,
        "budget": {"acquisition": money, "counts": scenario.budget.counts, "support": "as stated"},
        "lifted": lifted_policies(scenario, restrictions),
        "open": _told(points[OPEN], shown[OPEN]),
        "restrictions": [
            _row(restriction, points[key], shown[key], shown[OPEN], more[key])
            for key, restriction in zip(variants, restrictions, strict=True)
        ],
        "replications": options.replications,
        "futures": {"solve": options.futures, "judge": options.replications},
    }


MONEY = "-money"


def _untried(key: str, variant: Scenario | None, open_: Point) -> Point:
    """A restriction that needs no solve: it leaves nothing to buy, or everything."""
    if variant is None:
        return Point(key, {"status": "infeasible", "conflict": ["the scenario's own policies leave nothing of it"]})
    return Point(open_.key, open_.answer)


def _best_allowed(variant: Scenario | None, own: Point, points: dict[str, Point]) -> Point:
    """The point whose plan a row shows: its own, unless that attains less than another that the row allows too.

    Less by more than chance explains. Open competition allows every plan of every restriction.
    """
    if variant is None or not own.found or not aims_at_mean(variant):
        return own
    better = [p for p in points.values() if p.found and is_worse(own, p) and _allowed(variant, p)]
    return max(better, key=lambda p: float(p.answer["attainment"]["simulated"]), default=own)


def _allowed(variant: Scenario, point: Point) -> bool:
    types = {order["platform"] for order in [*point.answer["orders"], *point.answer["later"]]}
    return all(variant.policies.allows(variant.platforms[variant.platform_index[t]]) for t in types)


def _catch_up(
    variants: dict[str, Scenario | None],
    shown: dict[str, Point],
    restrictions: Sequence[Restriction],
    options: Options,
) -> list[CatchUp]:
    """A search for each restriction whose plan the simulated years tell to be worse than that of open competition."""
    tasks = []
    for (key, variant), restriction in zip(variants.items(), restrictions, strict=True):
        if variant is None or not shown[key].found or not aims_at_mean(variant):
            continue
        apart = paired(shown[key], shown[OPEN])
        if apart.high < 0:
            what = f"the money that {restriction.name} costs"
            tasks.append(CatchUp(key + MONEY, what, variant, options, shown[key].key, -apart.mean))
    return tasks


def _told(own: Point, shown: Point) -> Json:
    """A point's answer; status, objective and bound are those of its own solve, the rest its plan's."""
    solved = {key: own.answer[key] for key in ("status", "stopped_by", "objective", "bound", "gap")}
    return {**shown.told, **solved, "conflict": []}


def _row(restriction: Restriction, own: Point, shown: Point, open_: Point, catching_up: Json) -> Json:
    row: Json = {
        "name": restriction.name,
        "of": restriction.of,
        "only": list(restriction.only),
        "without": list(restriction.without),
    }
    if not shown.found:
        nothing = dict.fromkeys(("attainment", "cost", "difference", "more_money", "more_money_unknown"))
        return {**row, **shown.told, **nothing}
    apart = paired(shown, open_)
    costs, free = shown.answer["cost"], open_.answer["cost"]
    return {
        **row,
        **_told(own, shown),
        "difference": {
            "attainment": apart.mean,
            "low": apart.low,
            "high": apart.high,
            "cost": costs["life_cycle"] - free["life_cycle"],
            "acquisition": costs["acquisition"] - free["acquisition"],
        },
        **catching_up,
    }


def _catching_up(scenario: Scenario, found: Json | None, open_: Point, money: float) -> Json:
    """What a restriction costs in money, or why that is unknown."""
    unknown = _why_unknown(scenario, found)
    return {
        "more_money": None if unknown else _more_money(found, open_, money),
        "more_money_unknown": unknown,
    }


def _why_unknown(scenario: Scenario, found: Json | None) -> str | None:
    """Why nothing is known of what a restriction costs in money; None where something is."""
    if not aims_at_mean(scenario):
        return "more money is tried only where the better plan is the one of the higher mean attainment"
    if found is not None and found["scale"] is None and found["searched"] is None:
        return "a limit left no plan with the stated budget, by which larger ones are measured"
    return None


def _more_money(found: Json | None, open_: Point, money: float) -> Json:
    """What the restriction costs in money; 0 where no difference from open competition can be told."""
    if found is None:
        return {"amount": 0.0, "budget": money, "not_enough": None, "difference": None, "searched_to": None}
    if found["scale"] is None:
        return {
            "amount": None,
            "budget": None,
            "not_enough": found["searched"] * money,
            "difference": None,
            "searched_to": found["searched"] * money,
        }
    apart = estimate(Point("", found).yearly - open_.yearly)
    return {
        "amount": (found["scale"] - 1.0) * money,
        "budget": found["scale"] * money,
        "not_enough": found["short"] * money,
        "difference": {"attainment": apart.mean, "low": apart.low, "high": apart.high},
        "searched_to": MOST_BUDGET * money,
    }
