"""Plans nearly as good that look most different, by the money that goes elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fleetcraft.errors import LimitError
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.optimise.different import plan_different
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
)
from fleetcraft.study.explain.questions import order_changes, paired_difference
from fleetcraft.study.tasks import answer_of

NEARLY = 0.99
"""Of the best attainment: what a plan must reach to be an alternative."""
COUNT = 3
MOST_TYPES = 6
ALIKE = 0.02
"""Plans of which less of the money differs are the same to a reader."""


@dataclass(frozen=True)
class Alternative:
    """One alternative, simulated; a task that reads those before it."""

    number: int
    options: Options

    @property
    def key(self) -> str:
        """Its folder."""
        return f"alternative-{self.number}"

    @property
    def what(self) -> str:
        """What is being done."""
        return f"a plan as good that looks different ({self.number} of {COUNT})"

    @property
    def after(self) -> tuple[str, ...]:
        """The plan and the alternatives before."""
        return (GROUND, *(f"alternative-{n}" for n in range(1, self.number)))

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:
        """Of the plans that spend least in some direction the one farthest from all before it."""
        ground, base = read_ground(theatre, folder, self.options), read_base(folder)
        earlier = [told for key in self.after[1:] if (told := answer_of(folder, key))["found"]]
        known = [base, *map(solved_from, earlier)]
        try:
            solution = plan_different(
                theatre,
                ground.futures(ground.scenario),
                ground.corrections,
                ground.limits,
                directions=_directions(ground, known),
                apart=lambda orders: min(ground.moved(plan.orders, orders) for plan in known),
                nearly=NEARLY,
            )
        except LimitError:
            return {"found": False}
        orders = solution.plan.orders
        solved = Solved(orders, solution.objective, base.bound, solution.planned)
        apart = min(ground.moved(plan.orders, orders) for plan in known)
        if apart < ALIKE:
            return {"found": False}
        moved = ground.moved(base.orders, orders)
        yearly = told_years(ground.yearly(solution.plan, threads))
        return {"found": True, **solved.told, "moved": moved, "apart": apart, "yearly": yearly}


def _directions(ground: Ground, known: Sequence[Solved]) -> list[dict[str, float]]:
    """Away from each of the types and countries that most money goes to, and from all that is bought."""
    spent: dict[str, float] = {}
    for plan in known:
        for platform, amount in ground.money_by_type(plan.orders).items():
            spent[platform] = spent.get(platform, 0.0) + amount
    ranked = sorted(spent, key=lambda platform: (-spent[platform], platform))
    country = {p.id: p.supplier_country for p in ground.scenario.platforms}
    away = [{platform: 1.0} for platform in ranked[:MOST_TYPES]]
    away += [{p: 1.0 for p in ranked if country[p] == each} for each in dict.fromkeys(country[p] for p in ranked)]
    return [*away, dict.fromkeys(ranked, 1.0)]


def tasks_for(options: Options) -> list[Alternative]:
    """The alternatives, in order."""
    return [Alternative(number, options) for number in range(1, COUNT + 1)]


def alternative_entries(ground: Ground, base: Solved, folder: Path, tasks: Sequence[Alternative]) -> list[Json]:
    """Each alternative found: what it orders, how far it is from the plan, and what it attains beside it.

    ``moved`` is the share of the plan's money that is elsewhere, ``apart`` the same to the nearest plan before.
    """
    entries = []
    for task in tasks:
        told = answer_of(folder, task.key)
        if told["found"]:
            solved = solved_from(told)
            orders = [{"platform": o.platform, "period": o.period, "quantity": o.quantity} for o in solved.orders]
            entries.append(
                {
                    "orders": orders,
                    "changes": order_changes(ground, base, solved),
                    "moved": told["moved"],
                    "apart": told["apart"],
                    "objective": solved.objective,
                    "planned": solved.planned - base.planned,
                    "simulated": paired_difference(folder, task.key),
                }
            )
    return entries
