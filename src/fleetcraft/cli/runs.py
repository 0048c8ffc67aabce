"""Storing an answer as a run folder, with its report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fleetcraft.plan_file import plan_to_json
from fleetcraft.report.write import write_report
from fleetcraft.scenario.copying import copy_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.decide import Answer, Options
from fleetcraft.study.store import Identity, manifest_of, new_run, run_folder, write_json, write_manifest


def identity_of(scenario: Scenario, verb: str, options: Mapping[str, Any], seed: int) -> Identity:
    """What makes this run the run it is."""
    return Identity(scenario.name, scenario.hash, verb, seed, options)


def plan_options(options: Options) -> dict[str, Any]:
    """The options of a plan that are part of its identity."""
    return {
        "replications": options.replications,
        "half_width": options.half_width,
        "futures": options.futures,
        "gap": options.gap,
        "time_limit_s": options.time_limit_s,
        "samples": options.samples,
    }


def store_answer(source: str, identity: Identity, answer: Answer, out: Path | None) -> Path:
    """Write a whole run: the scenario's copy, plan, result, report, trace and manifest; returns its folder."""
    target = run_folder(identity, out)
    answer.result["run"] = target.as_posix()
    with new_run(target) as draft:
        copy_scenario(source, draft / "scenario")
        (draft / "plan.json").write_text(plan_to_json(answer.plan), encoding="utf-8")
        write_json(draft / "result.json", answer.result)
        manifest = manifest_of(identity, answer.result["seconds"])
        write_report(draft, manifest, answer.trace)
        write_manifest(draft, manifest)
    return target
