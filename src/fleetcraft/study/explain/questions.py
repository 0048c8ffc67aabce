"""A changed scenario as a task: solved, and its plan judged where that is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fleetcraft.errors import InfeasibleError, LimitError
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.simulate.measures import estimate
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.ground import (
    GROUND,
    Ground,
    Json,
    Solved,
    read_base,
    read_ground,
    solved_from,
    told_years,
    years_of,
)
from fleetcraft.study.tasks import answer_of


@dataclass(frozen=True)
class Solve:
    """Solve a changed scenario with the run's corrections; ``judged``: simulate its plan in the run's own sea as well.

    The answer has ``found`` and, where a plan was found, those of ``Solved``, ``moved`` and, judged, ``yearly``.
    """

    key: str
    what: str
    scenario: Scenario
    options: Options
    judged: bool = False
    after: tuple[str, ...] = (GROUND,)

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:
        """The answer as plain data."""
        ground, base = read_ground(theatre, folder, self.options), read_base(folder)
        return answered(ground, base, self.scenario, threads=threads if self.judged else None)


@dataclass(frozen=True)
class Bound:
    """What no plan of a changed scenario can beat; ``bound`` is None where there is no plan."""

    key: str
    what: str
    scenario: Scenario
    options: Options
    after: tuple[str, ...] = (GROUND,)

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:  # noqa: ARG002 - no simulation
        """The bound as plain data."""
        return {"bound": read_ground(theatre, folder, self.options).bound(self.scenario)}


def answered(ground: Ground, base: Solved, scenario: Scenario, *, threads: int | None = None) -> Json:
    """What solving a changed scenario gives, as plain data; with ``threads`` its plan is simulated too."""
    try:
        solution = ground.solve(scenario)
    except (InfeasibleError, LimitError):
        return {"found": False}
    solved = ground.told(solution)
    told = {"found": True, **solved.told, "moved": ground.moved(base.orders, solved.orders)}
    return told if threads is None else told | {"yearly": told_years(ground.yearly(solution.plan, threads))}


def read_solved(folder: Path, key: str) -> Solved | None:
    """A task's solve; None where there was no plan."""
    told = answer_of(folder, key)
    return solved_from(told) if told["found"] else None


def paired_difference(folder: Path, key: str) -> Json:
    """Simulated attainment of a judged plan less that of the run's plan over the same years, with its 95% interval."""
    found = estimate(years_of(answer_of(folder, key)["yearly"]) - years_of(answer_of(folder, GROUND)["yearly"]))
    return {"mean": found.mean, "low": found.low, "high": found.high}


def order_changes(ground: Ground, base: Solved, other: Solved) -> list[Json]:
    """Types of which another plan orders more or fewer craft, by the money that moves, the most first."""
    before, after = ground.money_by_type(base.orders), ground.money_by_type(other.orders)
    changes = [
        {
            "platform": p.id,
            "name": p.name,
            "supplier_country": p.supplier_country,
            "domain": p.domain,
            "craft": other.craft(p.id) - base.craft(p.id),
            "money": after.get(p.id, 0.0) - before.get(p.id, 0.0),
        }
        for p in ground.scenario.platforms
        if other.craft(p.id) != base.craft(p.id)
    ]
    return sorted(changes, key=lambda change: (-abs(change["money"]), change["platform"]))
