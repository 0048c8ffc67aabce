"""Frontiers as data: points of stored and shipped runs together, one a budget."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import write_scenario
from calling import call
from fleetcraft.errors import RunError
from fleetcraft.fleet.theatre import Theatre, make_theatre
from fleetcraft.plan_file import read_plan_file
from fleetcraft.report.frontier_data import frontier_data
from fleetcraft.report.frontier_runs import (
    FOREIGN,
    OWN,
    SHIPPED,
    frontier_run,
    known_points,
    runs_of,
    usual_work,
    with_plans_shown,
)
from fleetcraft.report.shipped import pack_frontier, shipped_frontier, shipped_plan
from fleetcraft.report.stored_plans import stored_plan
from fleetcraft.scenario.examples import example_folder, example_names
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study.decide import Options, simulate_scenario
from fleetcraft.study.frontier import stated_money

SMALL = ("--replications", "20", "--futures", "4", "--quiet")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny scenario with two frontiers of the same work and one of another."""
    folder = tmp_path_factory.mktemp("frontiers")
    write_scenario(folder / "tiny")
    for name, budgets, more in (
        ("one", "10e6,30e6", ()),
        ("two", "20e6,30e6", ()),
        ("other", "5e6", ("--seed", "2")),
    ):
        out = ("--budgets", budgets, "--out", folder / "runs" / name)
        assert call("frontier", folder / "tiny", *out, *SMALL, *more).status == 0
    return folder


@pytest.fixture(scope="module")
def theatre(workspace: Path) -> Theatre:
    return make_theatre(read_scenario(workspace / "tiny"))


@pytest.fixture(scope="module")
def told(workspace: Path, theatre: Theatre) -> dict[str, Any]:
    return frontier_data(theatre, workspace / "runs")


def test_points_of_the_same_work_stand_together(told: dict[str, Any]) -> None:
    assert [(p["budget"], p["run"]) for p in told["points"]] == [(10e6, "one"), (20e6, "two"), (30e6, "two")]
    assert told["options"] == {"seed": 1, "replications": 20, "futures": 4, "gap": 0.01}
    assert told["stated"] == 50e6
    assert len(told["usual"]) == 12


def test_a_point_is_what_its_run_says(workspace: Path, told: dict[str, Any]) -> None:
    result = json.loads((workspace / "runs" / "two" / "result.json").read_text(encoding="utf-8"))
    point, row = told["points"][1], result["points"][0]
    for key in ("budget", "status", "attainment", "risk", "cost", "orders", "later", "probability_all_met"):
        assert point[key] == row[key]
    assert len(point["yearly"]) == 20
    assert sum(point["yearly"]) / 20 == pytest.approx(point["attainment"]["simulated"], abs=1e-5)
    plan = json.loads(stored_plan(workspace / "runs" / "two", point["key"]))
    assert point["allocation"] == plan["allocation"]
    (requirement,) = point["requirements"]
    assert requirement["simulated"] == row["requirements"][0]["simulated"]
    assert requirement["sentence"].startswith("a small craft in ")
    assert requirement["threshold"] == 0.5
    assert list(told["routes"]) == [f"{plan['allocation'][0]['base']}/bay/air"]


def test_what_binds_is_told_the_fullest_first(told: dict[str, Any]) -> None:
    for point in told["points"]:
        (money,) = (row for row in point["binding"] if row["limit"] == "budget.obligation.2026")
        assert money["of"] == pytest.approx(point["budget"])
        assert money["used"] == pytest.approx(point["cost"]["by_fiscal_year"]["2026"]["obligation"])
        full = [row["used"] / row["of"] for row in point["binding"]]
        assert full == sorted(full, reverse=True)


def test_a_larger_budget_shows_a_smaller_ones_plan_where_that_attains_more(workspace: Path, theatre: Theatre) -> None:
    """Points of different runs are compared, as ``study.frontier`` compares those of one."""
    scenario = theatre.scenario
    runs = runs_of(scenario.hash, workspace / "runs")
    points = known_points(runs, runs[0].work if runs[0].name != "other" else runs[1].work)
    best = points[0]
    worse = replace(points[2], point=replace(best.point, answer=best.point.answer | {"yearly": [0.0] * 20}))
    shown = with_plans_shown(scenario, [best, worse])
    assert [each.budget for _, each in shown] == [best.budget, best.budget]


def test_a_run_of_this_program_comes_before_a_shipped_one_before_a_foreign_one(workspace: Path, tmp_path: Path) -> None:
    folder = workspace / "runs" / "one"
    own = frontier_run("one", folder)
    foreign = tmp_path / "foreign"
    shutil.copytree(folder, foreign)
    manifest = json.loads((foreign / "manifest.json").read_text(encoding="utf-8"))
    (foreign / "manifest.json").write_text(json.dumps({**manifest, "program": "another"}), encoding="utf-8")
    other, shipped = frontier_run("foreign", foreign), frontier_run("shipped:tiny", folder)
    assert (other.rank, shipped.rank, own.rank) == (FOREIGN, SHIPPED, OWN)
    for runs in ([own, shipped, other], [other, shipped, own]):
        assert {point.run.name for point in known_points(runs, own.work)} == {"one"}
    assert {point.run.name for point in known_points([other, shipped], own.work)} == {"shipped:tiny"}


def test_what_cannot_be_read_is_left_out(workspace: Path, theatre: Theatre, tmp_path: Path) -> None:
    shutil.copytree(workspace / "runs" / "one", tmp_path / "one")
    (tmp_path / "one" / "result.json").write_text("{", encoding="utf-8")
    assert frontier_data(theatre, tmp_path)["points"] == []
    with pytest.raises(RunError, match="cannot be read as a frontier"):
        frontier_run("one", tmp_path / "one")


@pytest.mark.parametrize(
    ("name", "content"),
    [("answer.json", "{"), ("answer.json", "[]"), ("answer.json", None), ("plan.json", "{"), ("plan.json", None)],
)
def test_a_point_that_cannot_be_read_leaves_its_place_to_the_next(
    workspace: Path, tmp_path: Path, name: str, content: str | None
) -> None:
    folder = workspace / "runs" / "one"
    own = frontier_run("one", Path(shutil.copytree(folder, tmp_path / "one")))
    shipped = frontier_run("shipped:t", folder)
    first = tmp_path / "one" / "points" / own.points[10e6] / name
    first.unlink()
    if content is not None:
        first.write_text(content, encoding="utf-8")
    assert [point.run.name for point in known_points([own, shipped], own.work)] == ["shipped:t", "one"]
    assert [point.budget for point in known_points([own], own.work)] == [30e6]


def test_an_infeasible_point_says_why(tmp_path: Path) -> None:
    write_scenario(tmp_path / "tiny", policies={"domain_minimum": {"air": 2}})
    out = ("--budgets", "3e6,20e6", "--out", tmp_path / "runs" / "one")
    assert call("frontier", tmp_path / "tiny", *out, *SMALL).status == 0
    told = frontier_data(make_theatre(read_scenario(tmp_path / "tiny")), tmp_path / "runs")
    assert told["points"][0]["status"] == "infeasible"
    assert told["points"][0]["orders"] == told["points"][0]["binding"] == []
    assert any("domain_minimum" in line for line in told["points"][0]["conflict"])


def test_a_plan_is_asked_for_by_name(workspace: Path) -> None:
    for key in ("../00-00", "00-99", "", "."):
        with pytest.raises(RunError):
            stored_plan(workspace / "runs" / "one", key)
    with pytest.raises(RunError):
        stored_plan(workspace / "runs" / "one", None)


# What is shipped


@pytest.mark.parametrize("name", example_names())
def test_a_shipped_frontier_answers_the_example_as_it_is(name: str) -> None:
    place = shipped_frontier(name)
    assert place is not None
    run, scenario = frontier_run(f"shipped:{name}", place), read_scenario(name)
    assert run.scenario_hash == scenario.hash
    assert run.work == usual_work(scenario)
    assert stated_money(scenario) in run.points
    assert (example_folder(name) / "frontier.zip").stat().st_size < 600_000
    for key in run.points.values():
        plan = json.loads(shipped_plan(name, key))
        assert plan["orders"]
        assert run.answer(key)["attainment"]["simulated"] > 0


def test_what_is_not_shipped_is_refused() -> None:
    assert shipped_frontier("nowhere") is None
    for name, key in (("nowhere", "00-00"), ("galapagos", "00-99"), ("galapagos", "../00"), ("galapagos", "")):
        with pytest.raises(RunError):
            shipped_plan(name, key)


def test_packing_keeps_points_and_plans_and_no_paths(workspace: Path, tmp_path: Path) -> None:
    folder = workspace / "runs" / "one"
    for name in ("a.zip", "b.zip"):
        pack_frontier(folder, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    packed = zipfile.Path(tmp_path / "a.zip")
    assert str(workspace) not in (packed / "result.json").read_text(encoding="utf-8")
    one, other = frontier_run("one", folder), frontier_run("one", packed)
    assert one.points == other.points
    for key in one.points.values():
        assert one.answer(key) == other.answer(key)
        assert one.plan(key) == other.plan(key)


def again(name: str, key: str, folder: Path) -> None:
    """A shipped point's plan, judged in the same futures, attains the same in every year, to the last bit."""
    place = shipped_frontier(name)
    assert place is not None
    (folder / "plan.json").write_text(shipped_plan(name, key), encoding="utf-8")
    scenario = read_scenario(name)
    found = simulate_scenario(scenario, read_plan_file(folder / "plan.json", scenario), Options(), threads=2)
    asked = frontier_run(f"shipped:{name}", place).answer(key)
    assert found.result["attainment"]["simulated"] == asked["attainment"]["simulated"]
    simulated = {row["id"]: row["simulated"] for row in asked["requirements"]}
    assert {row["id"]: row["simulated"] for row in found.result["requirements"]} == simulated


def test_a_shipped_plan_attains_what_is_told_of_it(tmp_path: Path) -> None:
    again("galapagos", "00-04", tmp_path)


@pytest.mark.soak
def test_a_japanese_plan_attains_what_is_told_of_it(tmp_path: Path) -> None:
    again("japan-2026", "00-09", tmp_path)
