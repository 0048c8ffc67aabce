"""What a plan attains: a question about a scenario's files and a plan."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from fleetcraft.plan import Plan
from fleetcraft.plan_file import plan_to_json
from fleetcraft.report.store_run import inputs_of, store_answer
from fleetcraft.runs.question import Json, Question
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study import decide
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.decide import Options
from fleetcraft.study.identity import identity_of


def simulate_question(
    source: str,
    case: str | None,
    read_plan: Callable[[Scenario], Plan],
    options: Options,
    *,
    file: str,
    trace: int | None = None,
) -> Question:
    """How well a plan watches the sea; ``file`` is what warnings call it, ``trace`` the replication to follow.

    Raises ScenarioError with every fault of the scenario, or else of the plan.
    """
    stated, inputs = read_scenario(source, case), inputs_of(source)
    judged = read_plan(stated)
    content = sha256(plan_to_json(judged).encode()).hexdigest()
    work = {
        "replications": options.replications,
        "half_width": options.half_width,
        "trace": trace,
        "plan": content,
    }
    identity = identity_of(stated, "simulate", work, options.seed)

    def make(target: Path, threads: int, progress: Progress) -> Json:
        answer = decide.simulate_scenario(
            stated, judged, options, threads=threads, progress=progress, file=file, trace=trace
        )
        progress("writing the report", 0, 1)
        return store_answer(inputs, identity, answer, target, threads=threads)

    return Question(stated, identity, make)
