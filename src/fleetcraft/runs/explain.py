"""Why a stored run decided as it did: an explanation that is kept in its folder; or why there is no plan at all."""

from __future__ import annotations

import shutil
from pathlib import Path

from fleetcraft.report.explain import explain_files
from fleetcraft.report.run import read_run
from fleetcraft.report.write import write_report
from fleetcraft.runs.infeasible import telling_where
from fleetcraft.runs.question import Json, Watch
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.calibrate import Progress
from fleetcraft.study.explain import answer
from fleetcraft.study.explain.feasible import require_plan
from fleetcraft.study.store.again import Stored
from fleetcraft.study.store.alone import Tell, alone_with
from fleetcraft.study.store.folder import changed_run, read_manifest, read_object, write_json
from fleetcraft.study.store.mending import EXPLAIN, remove_work
from fleetcraft.study.store.program import made_by_this_program
from fleetcraft.study.store.verify import faults_of_run

FOLDER, ANSWER, PAGE = "explain", "explain.json", "explain.html"


def explained(run: Path, *, threads: int, watch: Watch, tell: Tell) -> Stored:
    """The explanation of a run of plan, found again in its folder or made there; an interrupted one goes on.

    Raises RunError where the folder is no whole run of plan or cannot be written, and what explaining raises.
    """
    answer.options_of(run, read_manifest(run))
    found = _explained_before(run)
    if found is None:
        with alone_with(run.resolve(), tell):
            found = _explained_before(run)
            if found is None:
                with watch(run.resolve()) as progress:
                    return Stored(_explain_anew(run.resolve(), threads, progress), run, was_there=False)
    return Stored(found, run, was_there=True)


def kept_of_explaining(run: Path) -> str:
    """What an interruption leaves to go on with, in a sentence."""
    return f"what is solved is kept in {_work_of(run, read_manifest(run)['identity'])}"


def _work_of(run: Path, identity: str) -> Path:
    return run.parent / f".{run.name}.explain-{made_by_this_program(identity)}"


def _explained_before(run: Path) -> Json | None:
    """The explanation of this very run by this very program, where there is a whole one."""
    try:
        manifest, found = read_manifest(run), read_object(run / FOLDER / ANSWER)
    except (OSError, ValueError):
        return None
    of_run, by_program = found.get("run"), manifest.get("explained_by")
    same = of_run == manifest["identity"] and by_program == made_by_this_program(of_run)
    whole = not any(fault.startswith(f"{FOLDER}/") for fault in faults_of_run(run))
    return found if same and whole else None


def _explain_anew(run: Path, threads: int, progress: Progress) -> Json:
    """Explain a run and store that in its folder."""
    manifest = read_manifest(run)
    scenario, options = read_run(run, manifest).scenario, answer.options_of(run, manifest)
    work = _work_of(run, manifest["identity"])
    reasons = answer.explain_run(run, scenario, options, work, threads=threads, progress=progress)
    progress("writing the page", 0, 1)
    found = {"run": manifest["identity"], **reasons}
    with changed_run(run, work) as (draft, manifest):
        shutil.rmtree(draft / FOLDER, ignore_errors=True)
        (draft / FOLDER).mkdir()
        for name, content in explain_files(found, scenario).items():
            (draft / FOLDER / name).write_bytes(content)
        write_json(draft / FOLDER / ANSWER, found)
        write_report(draft, manifest, processes=threads)  # names what would change the plan
        manifest["explained_by"] = made_by_this_program(manifest["identity"])
    remove_work(run, EXPLAIN)
    return found


def require_feasible(source: str, case: str | None, scenario: Scenario, seed: int, progress: Progress) -> None:
    """Raises InfeasibleError, which says where the statements in conflict stand, where a scenario allows no plan."""
    progress("looking for any plan", 0, 1)
    with telling_where(source, case):
        require_plan(scenario, seed)
