"""What to buy from today on: a question about a scenario's files and what has happened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fleetcraft.report.store_run import inputs_of, store_answer
from fleetcraft.runs.infeasible import telling_where
from fleetcraft.runs.question import Json, Question
from fleetcraft.scenario.actuals_file import read_actuals, scenario_warning
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.decide import Options
from fleetcraft.study.identity import identity_of, plan_options
from fleetcraft.study.replan.chain import Chain, chain_of, last_actuals, made_for_another, require_link
from fleetcraft.study.replan.replan import before_of, replan_scenario
from fleetcraft.study.store.folder import checksum


def replan_question(
    source: str, case: str | None, actuals: Path, after: Path | None, options: Options, futures: int | None
) -> Question:
    """The rest from today, given a file of actuals and the run whose plan was being carried out (None: none).

    Raises ScenarioError with every fault of the scenario or of the actuals, RunError where ``after`` is no such run.
    """
    stated, inputs = read_scenario(source, case), inputs_of(source)
    file = read_actuals(actuals, stated)
    chain, before, doubts = Chain(), None, scenario_warning(file, str(actuals), stated)
    if after is not None:
        chain = chain_of(after)
        earlier = last_actuals(chain, after, stated)
        require_link(str(actuals), file, chain, earlier, after)
        before = before_of(stated, after, earlier)
        doubts += made_for_another(after, stated)
    chain = chain.and_then(file, after)
    options = replace(options, futures=futures or stated.uncertainty.futures)
    work = plan_options(options) | {
        "actuals": file.sha256,
        "carried_out": None if after is None else checksum(after / "plan.json"),
        "planned_for": None if before is None else (before.scenario or stated).hash,
    }
    identity = identity_of(stated, "replan", work, options.seed)

    def decide(target: Path, threads: int, progress: Progress) -> Json:
        with telling_where(source, case):
            answer = replan_scenario(stated, file.actuals, before, options, threads=threads, progress=progress)
        progress("writing the report", 0, 1)
        told = {"note": file.note, "actuals": file.sha256, "follows": file.follows, "chain": list(chain.links)}
        answer.result["replan"] |= told
        answer.result["warnings"] += doubts
        return store_answer(inputs, identity, answer, target, chain, threads=threads)

    return Question(stated, identity, decide)
