"""What to buy: a question about a scenario's files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fleetcraft.report.store_run import inputs_of, store_answer
from fleetcraft.runs.infeasible import telling_where
from fleetcraft.runs.question import Json, Question
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study import decide
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.decide import Options
from fleetcraft.study.identity import identity_of, plan_options


def plan_question(source: str, case: str | None, options: Options, futures: int | None) -> Question:
    """Which craft to buy, from whom and when; ``futures`` to solve on (None: the scenario's).

    Raises ScenarioError with every fault of the scenario. Answering raises InfeasibleError, which says where the
    statements in conflict stand, or LimitError.
    """
    stated, inputs = read_scenario(source, case), inputs_of(source)
    options = replace(options, futures=futures or stated.uncertainty.futures)
    identity = identity_of(stated, "plan", plan_options(options), options.seed)

    def make(target: Path, threads: int, progress: Progress) -> Json:
        with telling_where(source, case):
            answer = decide.plan_scenario(stated, options, threads=threads, progress=progress)
        progress("writing the report", 0, 1)
        return store_answer(inputs, identity, answer, target, threads=threads)

    return Question(stated, identity, make)
