"""A job's request asked as the command line asks it; in the process of the job."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fleetcraft.errors import FleetcraftError, InfeasibleError, RunError, ScenarioError
from fleetcraft.scenario.examples import SHIPPED_NAME

if TYPE_CHECKING:
    from fleetcraft.plan import Plan
    from fleetcraft.runs.question import Question, Watch
    from fleetcraft.scenario.scenario import Scenario
    from fleetcraft.study.store.again import Stored
    from fleetcraft.study.store.alone import Tell

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request with its files found; ``request`` as in the API.

    ``source`` is the scenario's folder, ``root`` the folder that the run goes to, ``run`` the stored run that is
    explained or whose plan is judged.
    """

    request: Json
    source: str
    root: Path
    threads: int
    run: Path | None = None


def answer(asked: Asked, watch: Watch, tell: Tell) -> Stored:
    """The stored run that answers a request. Raises as the verbs in ``fleetcraft.runs`` do."""
    if asked.request["verb"] == "explain":
        from fleetcraft.runs.explain import explained

        return explained(_run_of(asked), threads=asked.threads, watch=watch, tell=tell)
    from fleetcraft.runs.question import answered

    return answered(_question(asked), root=asked.root, threads=asked.threads, watch=watch, tell=tell)


def failure(*lines: str, status: int = 1) -> Json:
    """A job's error that is told in lines alone."""
    return {"status": status, "lines": list(lines), "faults": [], "infeasible": None}


def error_of_ours(error: Exception) -> Json:
    """A job's error that nobody expected."""
    return failure(f"an error of ours, not yours: {type(error).__name__}: {error}")


def error_entry(error: FleetcraftError) -> Json:
    """A refusal as a job's error: what the command line prints and the status it exits with."""
    from fleetcraft.runs.infeasible import infeasible_entry

    return {
        "status": error.status,
        "lines": str(error).splitlines(),
        "faults": [asdict(fault) for fault in error.faults] if isinstance(error, ScenarioError) else [],
        "infeasible": infeasible_entry(error) if isinstance(error, InfeasibleError) else None,
    }


def _question(asked: Asked) -> Question:
    return _QUESTIONS[asked.request["verb"]](asked, asked.request["case"], asked.request["options"])


def _plan(asked: Asked, case: str | None, options: Json) -> Question:
    from fleetcraft.runs.plan import plan_question

    return plan_question(asked.source, case, _work(options), options["futures"])


def _simulate(asked: Asked, case: str | None, options: Json) -> Question:
    from fleetcraft.plan_file import plan_from_text
    from fleetcraft.runs.simulate import simulate_question

    file, text = _plan_file(asked)

    def read_plan(scenario: Scenario) -> Plan:
        return plan_from_text(text, file, scenario)

    return simulate_question(asked.source, case, read_plan, _work(options), file=file, trace=options["trace"])


def _frontier(asked: Asked, case: str | None, options: Json) -> Question:
    from fleetcraft.runs.frontier import frontier_question
    from fleetcraft.study.frontier import USUAL_BUDGETS

    budgets = tuple(sorted(set(options["budgets"]))) if options["budgets"] else USUAL_BUDGETS
    return frontier_question(asked.source, case, budgets, (None,), _work(options), options["futures"])


def _compare(asked: Asked, case: str | None, options: Json) -> Question:
    from fleetcraft.runs.compare import compare_question

    by, without = options["by"], options["without"]
    return compare_question(asked.source, case, by, _work(options), options["futures"], without=without)


_QUESTIONS = {"plan": _plan, "simulate": _simulate, "frontier": _frontier, "compare": _compare}


def _work(options: Json) -> Any:
    from fleetcraft.study.decide import Options

    return Options(**{name: options[name] for name in ("seed", "replications", "gap", "time_limit_s")})


def _run_of(asked: Asked) -> Path:
    """The stored run that a request is about."""
    assert asked.run is not None, "the desk finds the run that a request names"
    return asked.run


def _plan_file(asked: Asked) -> tuple[str, str]:
    """The plan to judge: what faults call it, and its text. Raises RunError where there is none."""
    stated, of = asked.request["plan"], asked.request["plan_of"]
    if of is None:
        return "plan.json", json.dumps(stated, indent=1, ensure_ascii=False)
    name, point = of["run"], of["point"]
    if name.startswith(SHIPPED_NAME):
        from fleetcraft.report.shipped import shipped_plan

        return "plan.json", shipped_plan(name.removeprefix(SHIPPED_NAME), point or "")
    run = _run_of(asked)
    place = run if point is None else run / "points" / point
    try:
        return "plan.json", (place / "plan.json").read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise RunError(f"{place}: found no plan.json that can be read, expected a run with a plan") from None
