"""fleetcraft study with a design of plans, from the study file to the run folder."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from builders import write_scenario
from calling import call
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.plan_file import plan_to_json, read_plan_file
from fleetcraft.scenario.read import read_scenario
from fleetcraft.study.decide import Options, simulate_scenario

STUDY = """\
fleetcraft: 1
name: Which plan
scenario: scenario
verb: simulate
plan: [much.json, nearly.json, nothing.json, again.json]
design:
  kind: plans
  indifference: 0.05
  confidence: 0.9
outputs: [attainment.simulated, cost.acquisition]
"""
PLANS = {"much": 4, "nearly": 3, "nothing": 0, "again": 4}


def plan(quantity: int) -> str:
    orders = [{"platform": "drone", "period": "2026Q1", "quantity": quantity}] if quantity else []
    return json.dumps({"fleetcraft": 1, "scenario": None, "orders": orders})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("plans")
    write_scenario(
        place / "scenario",
        platforms=[{}, {"id": "twin", "name": "Twin"}],
        requirements=[
            {"id": "boats", "area": "bay", "measure": "detection", "target": "small_craft", "within_h": 4,
             "at_least": 0.9},
            {"id": "looks", "area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 24},
        ],
    )  # fmt: skip
    for name, quantity in PLANS.items():
        (place / f"{name}.json").write_text(plan(quantity))
    (place / "study.yaml").write_text(STUDY)
    return place


def files(run: Path) -> dict[str, bytes]:
    """What a run holds but its manifest and report, in which times and its place are told."""
    return {
        path.relative_to(run).as_posix(): path.read_bytes()
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture(scope="module")
def run(folder: Path) -> Path:
    called = call("study", folder / "study.yaml", "--threads", 1, "--out", folder / "run")
    assert (called.status, called.err) == (0, "")
    assert "is selected of 4 plans" in called.out
    assert "  out\n" in called.out
    return folder / "run"


def test_the_better_plan_is_selected_and_the_empty_one_is_not(run: Path) -> None:
    found = json.loads((run / "result.json").read_text())["selection"]
    much, nearly, nothing, again = found["plans"]
    assert (found["guaranteed"], found["best"]) == (True, "much.json")
    assert nothing["mean"] == 0.0
    assert nothing["eliminated_after"] == found["first_years"]
    assert nearly["difference_from_best"]["high"] < 0 < nearly["mean"] < much["mean"]
    assert again["difference_from_best"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_each_plan_s_point_is_what_simulating_it_alone_gives(run: Path, folder: Path) -> None:
    found = json.loads((run / "result.json").read_text())["selection"]
    points = pd.read_csv(run / "points.csv")
    scenario = read_scenario(folder / "scenario")
    assert points["asked"].tolist() == [f"{name}.json" for name in PLANS]
    for row, told in zip(points.to_dict("records"), found["plans"], strict=True):
        judged = read_plan_file(folder / row["asked"], scenario)
        alone = simulate_scenario(scenario, judged, Options(replications=told["years"])).result
        assert row["attainment.simulated"] == alone["attainment"]["simulated"]
        assert told["mean"] == pytest.approx(alone["attainment"]["simulated"], abs=1e-14)
        assert (row["attainment.simulated.low"], told["high"]) == pytest.approx(
            (alone["attainment"]["low"], alone["attainment"]["high"]), abs=1e-14
        )
        assert row["cost.acquisition"] == alone["cost"]["acquisition"]


def test_the_run_has_the_report_and_the_table_of_plans(run: Path) -> None:
    page = (run / "report.html").read_text()
    assert "Which plan is best" in page
    assert "again.json did not differ from it in any year" in page
    assert pd.read_csv(run / "tables" / "selection.csv")["name"].tolist()[0] == "much.json"


def test_two_processes_give_the_same_bytes(run: Path, folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    called = call("study", folder / "study.yaml", "--threads", 2, "--out", folder / "elsewhere" / "run", "--quiet")
    assert called.status == 0
    there = files(folder / "elsewhere" / "run")
    mine = {name: content for name, content in files(run).items() if name != "result.json"}
    assert {name: there[name] for name in mine} == mine
    results = [json.loads((place / "run" / "result.json").read_text()) for place in (folder, folder / "elsewhere")]
    assert {**results[0], "run": ""} == {**results[1], "run": ""}


def refused(folder: Path, text: str) -> list[str]:
    path = folder / "wrong.yaml"
    path.write_text(text)
    called = call("study", path, "--out", folder / "none")
    assert (called.status, called.out) == (2, "")
    return called.err.splitlines()


@pytest.mark.parametrize(
    ("stated", "instead", "where", "expected"),
    [
        ("indifference: 0.05", "indifference: 1.5", "design.indifference", "a number above 0 and below 1"),
        ("confidence: 0.9", "confidence: 0.5", "design.confidence", "a number above 0.5 and below 1"),
        ("confidence: 0.9", "confidence: 0.9\n  most_years: 60", "design.most_years", "at least 100"),
        ("confidence: 0.9", "confidence: 0.9\n  most_yaers: 600", "design", "most_years"),
        ("outputs: [attainment.simulated,", "outputs: [requirements.looks.simulated,", "outputs entry 1",
         "requirements.boats.simulated"),
        ("outputs: [att", "options: {replications: 300}\noutputs: [att", "options.replications", "most_years"),
        ("[much.json, nearly.json, nothing.json, again.json]", "[much.json]", "plan", "two plans or more"),
        ("kind: plans", "kind: grid", "design", "kind, levels"),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_line(folder: Path, stated: str, instead: str, where: str, expected: str) -> None:
    assert stated in STUDY
    told = [line for line in refused(folder, STUDY.replace(stated, instead)) if f": {where}" in line]
    assert told
    assert any(expected in line for line in told), told
    assert all(line.split(":")[1].isdigit() for line in told)


def test_every_plan_that_cannot_be_flown_is_told(folder: Path) -> None:
    for name, area in (("far", "nowhere"), ("away", "moon")):
        rows = [{"platform": "drone", "base": "baltra", "area": area, "craft": 1, "stations": 1}]
        whole = {**json.loads(plan(1)), "allocation": rows}
        (folder / f"{name}.json").write_text(json.dumps(whole))
    told = refused(folder, STUDY.replace("nothing.json, again.json", "far.json, away.json"))
    assert len(told) == 2
    assert "far.json" in told[0] + told[1]
    assert "away.json" in told[0] + told[1]


@pytest.mark.parametrize(
    ("seed", "futures", "most", "told"),
    [
        (1, 90, "", "plan entry 2: found a plan with later orders for 90 futures, expected one for 100 or more"),
        (
            1,
            150,
            "\n  most_years: 200",
            "plan entry 2: found a plan with later orders for 150 futures, expected one for 2",
        ),
        (
            2,
            5000,
            "",
            "plan entry 2: found a plan with later orders for the futures of seed 2, expected one for seed 1",
        ),
    ],
)
def test_a_plan_that_adapts_in_too_few_futures_is_refused(
    folder: Path, seed: int, futures: int, most: str, told: str
) -> None:
    text = STUDY.replace("nearly.json, nothing.json, again.json", "adapts.json").replace("0.9", f"0.9{most}")
    adapting(folder / "adapts.json", seed, futures)
    (line,) = refused(folder, text)
    assert told in line


def test_a_plan_that_adapts_takes_part_as_long_as_its_later_orders_are_known(folder: Path) -> None:
    text = STUDY.replace("nearly.json, nothing.json, again.json", "adapts.json")
    adapting(folder / "adapts.json", 1, 157)
    (folder / "adapts.yaml").write_text(text)
    called = call("study", folder / "adapts.yaml", "--out", folder / "adapts", "--threads", 1)
    assert (called.status, called.err) == (0, "")
    assert json.loads((folder / "adapts" / "result.json").read_text())["selection"]["most_years"] == 157


def adapting(path: Path, seed: int, futures: int) -> None:
    """A plan that orders another craft in the last of so many futures."""
    first = Order("drone", "2026Q1", 3)
    later = Later(futures - 1, (Order("drone", "2026Q3", 1),), (Allocation("drone", "baltra", "bay", 1, 1),))
    row = Allocation("drone", "baltra", "bay", 3, 1)
    path.write_text(plan_to_json(Plan((first,), (row,), later=(later,), later_seed=seed)))


def test_years_that_are_too_few_end_without_a_guarantee(folder: Path) -> None:
    """Twins that come late are as good as one another, but not in the same years."""
    text = STUDY.replace("[much.json, nearly.json, nothing.json, again.json]", "[one.json, twin.json]")
    text = text.replace("indifference: 0.05", "indifference: 0.004\n  most_years: 600")
    late = plan(2).replace("2026Q1", "2027Q1")
    (folder / "one.json").write_text(late)
    (folder / "twin.json").write_text(late.replace("drone", "twin"))
    (folder / "short.yaml").write_text(text)
    called = call("study", folder / "short.yaml", "--out", folder / "short", "--threads", 1)
    found = json.loads((folder / "short" / "result.json").read_text())["selection"]
    assert called.status == 0
    assert not found["guaranteed"]
    assert "not guaranteed" in called.out
    assert {each["years"] for each in found["plans"]} == {600}
    apart = next(each for each in found["plans"] if each["name"] != found["best"])["difference_from_best"]
    assert apart["low"] < 0 < apart["high"]
