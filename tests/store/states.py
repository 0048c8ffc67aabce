"""What lies in a folder of runs before a call, the call, and what may lie there after."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from builders import make_scenario
from fleetcraft.study.store.folder import MANIFEST, Identity, write_json

QUICK = ("--replications", "2", "--futures", "1", "--threads", "1")
_OPTIONS = {
    "replications": 2, "half_width": None, "futures": 1, "gap": 0.01, "time_limit_s": None, "samples": 0
}  # fmt: skip


def planned(seed: int) -> str:
    """The folder of a plan of the tiny scenario."""
    scenario = make_scenario()
    return f"runs/{Identity(scenario.name, scenario.hash, 'plan', seed, _OPTIONS).folder_name}"


RUN, OTHER = planned(1), planned(2)
PLAN = ("plan", "../tiny", *QUICK)
BYSTANDER = ("plan", "../tiny", "--seed", "2", *QUICK)
FRONTIER = ("frontier", "../tiny", "--budgets", "20e6,40e6", *QUICK)
EXPLAIN = ("explain", RUN, "--threads", "1")
STUDY = ("study", "../study.yaml", "--threads", "1")
DRONES = {"fleetcraft": 1, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 4}]}
ASKED = """\
fleetcraft: 1
name: What moves the drones
scenario: tiny
verb: simulate
plan: plan.json
options: {replications: 4}
factors:
  - {path: platforms.drone.mtbf_h, low: 50, high: 300}
design: {kind: grid, levels: 3}
outputs: [attainment.simulated]
"""

Tree = dict[str, bytes]


def tree(folder: Path, *, hidden: bool = True) -> Tree:
    """Every file of a folder of runs but the index, by its path."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in sorted(files.items())
        if not name.startswith("index.sqlite") and (hidden or not name.startswith("."))
    }


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def that_look_whole(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.name[0] != "." and (path / MANIFEST).exists()]


def none(_cwd: Path) -> None:
    """Nothing is changed before the call."""


def never_planned(cwd: Path) -> None:
    shutil.rmtree(cwd / RUN)


def of_another_program(cwd: Path) -> None:
    """RUN is whole, of the same identity, and told to have been made by another program."""
    manifest = json.loads((cwd / RUN / MANIFEST).read_text())
    write_json(cwd / RUN / MANIFEST, {**manifest, "program": "another"})


def left_aside(cwd: Path) -> None:
    """Two kills ago RUN stood aside, and an unfinished one lies beside it."""
    for kind in ("old", "unfinished"):
        aside = cwd / f"runs/.{Path(RUN).name}.fleetcraft-{kind}-0123abcd"
        shutil.copytree(cwd / RUN, aside / "old" if kind == "old" else aside)
    shutil.rmtree(cwd / RUN)
    (cwd / "runs" / "index.sqlite").unlink()


@dataclass(frozen=True)
class History:
    """A call that is killed or refused, and the state it finds; ``again`` is what a user then calls."""

    name: str
    before: Callable[[Path], None]
    command: tuple[str, ...]

    def begin(self, plain: Path, cwd: Path) -> Path:
        shutil.copytree(plain, cwd)
        self.before(cwd)
        return cwd


HISTORIES = (
    History("plan", never_planned, PLAN),
    History("plan in place of an older", of_another_program, PLAN),
    History("plan left aside", left_aside, PLAN),
    History("frontier", none, FRONTIER),
    History("study", none, STUDY),
    History("report", none, ("report", RUN)),
    History("explain", none, EXPLAIN),
    History("remove", none, ("runs", "remove", RUN, "--yes")),
    History("list", left_aside, ("runs", "list")),
)
