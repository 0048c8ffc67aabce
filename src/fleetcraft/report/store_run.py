"""A finished answer as a run folder: the inputs as they were read, the result, its report and the manifest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fleetcraft.errors import RunError
from fleetcraft.plan_file import plan_to_json
from fleetcraft.report.write import write_report
from fleetcraft.scenario.copying import scenario_files
from fleetcraft.scenario.read import read_scenario
from fleetcraft.simulate.trace import Trace
from fleetcraft.study.decide import Answer
from fleetcraft.study.questionnaire.answer_study import StudyAnswer
from fleetcraft.study.questionnaire.file import StudyFile
from fleetcraft.study.replan.chain import Chain
from fleetcraft.study.store.folder import Identity, files_of, manifest_of, new_run, write_json, write_manifest
from fleetcraft.study.store.mending import remove_work
from fleetcraft.study.tasks import done_in

Json = dict[str, Any]
Inputs = Mapping[str, bytes]
"""Files that a run is computed from, by path in its folder; taken before the work, for the user may go on editing."""


def inputs_of(source: str | Path) -> Inputs:
    """A scenario's files, taken right after it was read. Raises as ``scenario_files`` does."""
    return {f"scenario/{name}": content for name, content in scenario_files(source).items()}


def inputs_of_study(file: StudyFile) -> Inputs:
    """A study file, its plans and its scenario's files, taken right after they were read. Raises as ``inputs_of``."""
    plans = [file.study.asked[number].plan for number in range(len(file.plans))]
    told = {f"plans/{n:03d}.json": plan_to_json(plan).encode() for n, plan in enumerate(plans) if plan is not None}
    try:
        stated = file.path.read_bytes()
    except OSError as error:
        raise RunError(f"{file.path}: cannot be read: {error.strerror}") from error
    return {**inputs_of(file.source), "study.yaml": stated, **told}


def store_answer(
    inputs: Inputs, identity: Identity, answer: Answer, target: Path, chain: Chain | None = None, *, threads: int
) -> Json:
    """Store a whole run of plan, simulate or replan, with the ``chain`` of what it takes as it is; gives the result."""

    def write(draft: Path) -> None:
        (draft / "plan.json").write_text(plan_to_json(answer.plan), encoding="utf-8")
        if chain is not None:
            chain.write(draft)

    return _store(
        inputs, identity, answer.result, target, answer.result["seconds"], write, trace=answer.trace, threads=threads
    )


def store_points(inputs: Inputs, identity: Identity, result: Json, target: Path, work: Path, seconds: float) -> Json:
    """Store a whole run of frontier or compare, with every point that was done; gives the result, the work goes."""

    def write(draft: Path) -> None:
        for key in done_in(work):
            _copy(work / key, draft / "points" / key)

    _store(inputs, identity, result, target, {"all": seconds}, write, work)
    remove_work(target)
    return result


def store_study(
    inputs: Inputs, identity: Identity, answer: StudyAnswer, target: Path, work: Path, seconds: float
) -> Json:
    """Store a whole run of study, with its points; gives the result. The work stays, for its journal is open."""
    return _store(inputs, identity, answer.result, target, {"all": seconds}, answer.write_points, work)


def _store(
    inputs: Inputs,
    identity: Identity,
    result: Json,
    target: Path,
    seconds: Mapping[str, float],
    write: Callable[[Path], None],
    work: Path | None = None,
    trace: Trace | None = None,
    threads: int = 1,
) -> Json:
    """Write a whole run; ``write`` adds what its verb has besides."""
    result["run"] = target.as_posix()
    with new_run(target, work) as draft:
        for name, content in inputs.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(content)
        _require_as_read(draft, identity, result)
        write(draft)
        write_json(draft / "result.json", result)
        manifest = manifest_of(identity, seconds)
        write_report(draft, manifest, trace, processes=threads)
        write_manifest(draft, manifest)
    return result


def _copy(point: Path, place: Path) -> None:
    """Copy a point's folder. Not shutil.copytree: what it raises does not say what the system refused."""
    for name, path in files_of(point).items():
        if path.suffix != ".part" and path.name != "part.npz":
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place / name)


def _require_as_read(draft: Path, identity: Identity, result: Mapping[str, Any]) -> None:
    """Raises RunError where the files were changed between being read and being taken."""
    if read_scenario(draft / "scenario", result["scenario"]["case"]).hash != identity.scenario_hash:
        raise RunError("the scenario's files were changed while they were read; nothing was stored, ask again")
