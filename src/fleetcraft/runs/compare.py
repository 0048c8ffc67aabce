"""What restrictions cost: a question about a scenario's files."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

from fleetcraft.runs.points import points_question
from fleetcraft.runs.question import Json, Question
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study import compare
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.decide import Options
from fleetcraft.study.identity import identity_of, plan_options
from fleetcraft.study.restrictions import restrictions_by


def compare_question(
    source: str, case: str | None, by: str, options: Options, futures: int | None, *, without: bool
) -> Question:
    """The best plan under each restriction beside open competition; ``by`` and ``without`` as ``restrictions_by`` has.

    Raises ScenarioError with every fault of the scenario, or else of a policy file.
    """
    stated = read_scenario(source, case)
    restrictions = restrictions_by(stated, by, without=without)
    options = replace(options, futures=futures or stated.uncertainty.futures)
    work = {**plan_options(options), "restrictions": [asdict(restriction) for restriction in restrictions]}
    identity = identity_of(stated, "compare", work, options.seed)

    def solve(folder: Path, threads: int, progress: Progress) -> Json:
        return compare.compare_scenario(stated, restrictions, options, folder, threads=threads, progress=progress)

    return points_question(source, case, stated, identity, solve)
