"""Finding a run again, or making it: alone with its folder, with its report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from fleetcraft.plan_file import plan_to_json
from fleetcraft.report.write import write_report
from fleetcraft.scenario.copying import copy_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.decide import Answer, Options
from fleetcraft.study.store.again import stored_answer
from fleetcraft.study.store.disk import refusals_told
from fleetcraft.study.store.folder import (
    Identity,
    manifest_of,
    new_run,
    require_writable,
    run_folder,
    write_json,
    write_manifest,
)
from fleetcraft.study.store.lock import locked
from fleetcraft.study.store.mending import mend, tidy

Json = dict[str, Any]


def identity_of(scenario: Scenario, verb: str, options: Mapping[str, Any], seed: int) -> Identity:
    """What makes this run the run it is."""
    return Identity(scenario.name, scenario.hash, verb, seed, options)


def plan_options(options: Options) -> Json:
    """The options of a plan that are part of its identity."""
    return {
        "replications": options.replications,
        "half_width": options.half_width,
        "futures": options.futures,
        "gap": options.gap,
        "time_limit_s": options.time_limit_s,
        "samples": options.samples,
    }


def found_or_made(
    identity: Identity, out: Path | None, make: Callable[[Path], Json], *, quiet: bool, json_: bool
) -> tuple[Json, Path]:
    """A run's result and folder: what is stored where this very run was made before, else what ``make(folder)`` stores.

    With ``out`` it is always made. Processes that ask for the same run wait for the one that makes it. Raises RunError
    where the folder cannot be used, and what ``make`` raises.
    """
    target = run_folder(identity, out)
    found = found_again(identity, out)
    if found is None:
        with writing(target, quiet=quiet):
            run_folder(identity, out)  # another process may have filled it in the meantime
            found = found_again(identity, out)
            if found is None:
                return make(target), target
    tidy(target)
    if not (quiet or json_):
        print(f"fleetcraft: computed before, found again in {target}", file=sys.stderr)
    return found, target


def found_again(identity: Identity, out: Path | None) -> Json | None:
    """The stored result of this very run, in the folder it has without ``out``; None where it has to be made."""
    target = run_folder(identity, out)
    found = None if out is not None else stored_answer(target, identity)
    return None if found is None else found | {"run": target.as_posix()}


@contextmanager
def writing(target: Path, *, quiet: bool) -> Iterator[None]:
    """Alone with a run's folder, from before the work until the run is whole.

    Raises RunError, before any work is done, where it cannot be written or holds the user's own.
    """
    with alone_with(target, quiet=quiet):
        require_writable(target)
        yield


@contextmanager
def alone_with(target: Path, *, quiet: bool) -> Iterator[None]:
    """Hold the lock of a run's folder, waiting for another process that does; what a kill left of the run is mended.

    Raises RunError where the place cannot be written.
    """

    def tell() -> None:
        if not quiet:
            print(f"fleetcraft: another process is at work on {target}; waiting for it", file=sys.stderr)

    with ExitStack() as held:
        with refusals_told(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(target, tell))
            mend(target)
        yield


def store_answer(source: str, identity: Identity, answer: Answer, target: Path) -> Json:
    """Write a whole run: the scenario's copy, plan, result, report, trace and manifest; returns the result."""
    answer.result["run"] = target.as_posix()
    with new_run(target) as draft:
        copy_scenario(source, draft / "scenario")
        (draft / "plan.json").write_text(plan_to_json(answer.plan), encoding="utf-8")
        write_json(draft / "result.json", answer.result)
        manifest = manifest_of(identity, answer.result["seconds"])
        write_report(draft, manifest, answer.trace)
        write_manifest(draft, manifest)
    return answer.result
