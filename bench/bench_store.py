"""What keeping results costs: seconds of a study and of a plan that go into the store, and memory against points."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.row import Row
from fleetcraft.report.store_run import inputs_of, store_answer
from fleetcraft.report.write import write_report
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study.decide import Options, plan_scenario
from fleetcraft.study.engine.crew import Crew
from fleetcraft.study.engine.local import Processes
from fleetcraft.study.identity import identity_of, plan_options
from fleetcraft.study.questionnaire.answer_study import answered_study
from fleetcraft.study.questionnaire.answering import StudyJob
from fleetcraft.study.questionnaire.file import StudyFile, read_study_file
from fleetcraft.study.store.folder import manifest_of, new_run, write_json, write_manifest

EXAMPLE = "galapagos"
GOAL = 0.03
REPEATS = 3
POINTS, REPLICATIONS = 40, 3000
FEW, MANY = 64, 1024
"""Base rows of a study for Sobol indices, each of three points, since there is one factor."""
YEARS = 20
"""Of each of its points: ten batches of two years."""
MEMORY_GOAL_KIB = 4.0
"""A point more."""
WORKER_GOAL_MIB = 8.0
"""For all of them: a worker keeps nothing, but what is not Python's own settles late."""
ORDERS = [
    {"platform": "sd_voyager", "period": "2026Q1", "quantity": 4},
    {"platform": "sd_explorer", "period": "2026Q1", "quantity": 20},
]
STUDY = """\
fleetcraft: 1
name: Store
scenario: {scenario}
verb: simulate
plan: plan.json
options:
  replications: {replications}
factors:
  - {{path: operations.endurance_reserve, low: 0.05, high: 0.2}}
design: {design}
outputs: [attainment.simulated, cost.acquisition]
"""


def run() -> list[Row]:
    """Overhead of a study's journal and run folder, of a plan's run folder, and a study's memory."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plan.json").write_text(json.dumps({"fleetcraft": 1, "scenario": None, "orders": ORDERS}))
        return [overhead(folder), run_folder(folder), *memory(folder)]


def written(folder: Path, name: str, design: str, replications: int) -> Path:
    """A study file of some design."""
    path = folder / f"{name}.yaml"
    path.write_text(STUDY.format(scenario=EXAMPLE, design=design, replications=replications))
    return path


def overhead(folder: Path) -> Row:
    """A study with journal and run folder, and the same blocks answered without either, in turn, in one crew."""
    file = read_study_file(written(folder, "points", f"{{kind: latin_hypercube, points: {POINTS}}}", REPLICATIONS))
    with Recorded(StudyJob(file.study), os.cpu_count() or 1) as crew:
        stored(file, crew, folder / "warm")
        blocks = list(crew.blocks)
        turns = []
        for turn in range(REPEATS):
            pair = {
                "stored": lambda turn=turn: stored(file, crew, folder / f"run-{turn}"),
                "bare": lambda: bare(crew, blocks),
            }
            order = list(pair) if turn % 2 == 0 else list(reversed(pair))
            turns.append({name: seconds(pair[name]) for name in order})
    with_store, without = (median(turn[name] for turn in turns) for name in ("stored", "bare"))
    share = with_store / without - 1
    detail = {
        "goal": GOAL,
        "processes": os.cpu_count(),
        "blocks": len(blocks),
        "block_s": without * (os.cpu_count() or 1) / len(blocks),
        "stored_s": with_store,
        "bare_s": without,
        "median of": REPEATS,
    }
    return Row("store", "overhead", "no store", without / with_store, 100 * share, "% more time", detail)


class Recorded(Processes):
    """Processes that note which blocks they were given."""

    def __init__(self, job: StudyJob, count: int) -> None:
        self.blocks: list[Hashable] = []
        super().__init__(job, count)

    def put(self, block: Hashable) -> None:
        """Note a block and hand it over."""
        self.blocks.append(block)
        super().put(block)


def stored(file: StudyFile, crew: Crew, target: Path) -> None:
    """Answer a study and keep it: every block in the journal, then the whole run folder but its report."""
    identity = identity_of(file.study.scenario, "study", {"study": file.study.content}, file.study.seed)
    work = target.with_name(f".{target.name}.work")
    with (
        answered_study(file.study, work, lambda _job, _most: nullcontext(crew), quiet, time.perf_counter) as answer,
        new_run(target, work) as draft,
    ):
        (draft / "scenario").mkdir()
        for name, content in inputs_of(file.source).items():
            (draft / name).write_bytes(content)
        answer.write_points(draft)
        write_json(draft / "result.json", answer.result)
        write_manifest(draft, manifest_of(identity, {}))


def bare(crew: Crew, blocks: Sequence[Hashable]) -> None:
    """Have the same blocks answered, and forget the answers."""
    left, under_way = list(reversed(blocks)), 0
    while left or under_way:
        while left and crew.free > 0:
            crew.put(left.pop())
            under_way += 1
        crew.get()
        under_way -= 1


def run_folder(folder: Path) -> Row:
    """A plan of the small example: seconds that its run folder takes, without its report, against those of the plan."""
    scenario, options, found = read_scenario(EXAMPLE), Options(), []
    identity = identity_of(scenario, "plan", plan_options(options), options.seed)
    for turn in range(REPEATS):
        began = time.perf_counter()
        answer = plan_scenario(scenario, options, threads=os.cpu_count() or 1)
        planned = time.perf_counter()
        target = folder / f"plan-{turn}"
        store_answer(inputs_of(EXAMPLE), identity, answer, target)
        whole = time.perf_counter()
        report = seconds(lambda target=target: write_report(target))
        found.append((planned - began, whole - planned - report, report))
    plan_s, store_s, report_s = (median(column) for column in zip(*found, strict=True))
    detail = {"goal": GOAL, "plan_s": plan_s, "store_s": store_s, "report_s": report_s, "median of": REPEATS}
    share = store_s / plan_s
    return Row("store", "run_folder", "no store", 1 / (1 + share), 100 * share, "% more time", detail)


def memory(folder: Path) -> list[Row]:
    """What more points add to the largest resident memory of a study's own process, and of its workers.

    The study is one for Sobol indices, which hold most for each point.
    """
    designs = {base: f"{{kind: saltelli, base: {base}}}" for base in (FEW, MANY)}
    found = [peaks(written(folder, f"base-{base}", design, YEARS)) for base, design in designs.items()]
    (few, few_worker), (many, many_worker) = found
    points = [3 * FEW, 3 * MANY]
    each_kib = max(many - few, 0.0) * 1024 / (points[1] - points[0])
    worker_mib = max(many_worker - few_worker, 0.0)
    return [
        _less("memory", MEMORY_GOAL_KIB, each_kib, "KiB a point", {"points": points, "MiB": [few, many]}),
        _less("workers", WORKER_GOAL_MIB, worker_mib, "MiB", {"points": points, "MiB": [few_worker, many_worker]}),
    ]


def _less(variant: str, goal: float, found: float, unit: str, detail: Mapping[str, object]) -> Row:
    return Row("store", variant, "goal", goal / max(found, 1e-3), found, unit, {"goal": goal, **detail})


def peaks(study: Path) -> tuple[float, float]:
    """Largest resident memory (MiB) of a process of its own that answers and stores a study, and of its workers."""
    code = f"from bench.bench_store import tell_peaks; tell_peaks({str(study)!r})"
    root = Path(__file__).parents[1]
    printed = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True).stdout
    own, worker = map(float, printed.split())
    return own, worker


def tell_peaks(study: str) -> None:
    """Answer and store a study with two processes, and print the peaks of memory."""
    file = read_study_file(study)
    with Processes(StudyJob(file.study), 2) as crew:
        stored(file, crew, Path(study).with_suffix(".run"))
    own = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert own is not None
    print(int(own[1]) / 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds that some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def quiet(_what: str, _done: int, _of: int) -> None:
    """Progress that nobody looks at."""
