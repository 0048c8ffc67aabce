"""The study file: what it states becomes a study, and every fault is told at its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders import write_scenario
from fleetcraft.errors import ScenarioError
from fleetcraft.study.questionnaire.designs import designed
from fleetcraft.study.questionnaire.file import read_study_file

PLAN = {"fleetcraft": 1, "orders": [{"platform": "drone", "period": "2026Q1", "quantity": 4}]}
TEXT = """\
fleetcraft: 1
name: What moves the drones
scenario: tiny
verb: simulate
plan: plan.json
options: {seed: 7, replications: 20}
factors:
  - {path: platforms.drone.mtbf_h, low: 50, high: 300}
  - {path: operations.classes.*.utilisation_h_per_year, scale: [0.5, 1.5]}
  - {assumption: operations.endurance_reserve}
design: {kind: latin_hypercube, points: 10}
outputs:
  - attainment.simulated
  - cost.acquisition
discover: {output: attainment.simulated, below: 0.6}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    write_scenario(folder / "tiny", assumptions=[{}], cases={"rich": {"budget.obligation.2026": 90e6}})
    for name in ("plan.json", "other.json"):
        (folder / name).write_text(json.dumps(PLAN))
    (folder / "run").mkdir()
    (folder / "run" / "plan.json").write_text(json.dumps(PLAN))
    return folder


def read(folder: Path, text: str, **options: Any) -> Any:
    path = folder / "study.yaml"
    path.write_text(text)
    return read_study_file(path, **options)


def without(text: str, *keys: str) -> str:
    return yaml.safe_dump({k: v for k, v in yaml.safe_load(text).items() if k not in keys}, sort_keys=False)


def test_a_study_is_what_its_file_says(folder: Path) -> None:
    found = read(folder, TEXT)
    study = found.study
    assert (study.name, study.verb, study.seed) == ("What moves the drones", "simulate", 7)
    assert study.options == {"replications": 20, "half_width": None}
    assert study.design.stated == {"points": 10}
    assert study.asked[0].plan.orders[0].quantity == 4
    mtbf, scale, reserve = study.factors
    assert (mtbf.low, mtbf.likely, mtbf.high, mtbf.unit) == (50.0, 150.0, 300.0, "h")
    assert (scale.low, scale.likely, scale.high, scale.is_scale) == (0.5, 1.0, 1.5, True)
    assert (reserve.path, reserve.low, reserve.likely, reserve.high) == ("operations.endurance_reserve", 0.05, 0.1, 0.2)
    assert study.discover.below
    assert found.output_lines == {"attainment.simulated": 13, "cost.acquisition": 14}
    assert read(folder, TEXT, seed=3).study.seed == 3


def test_a_factor_changes_the_scenario_as_it_says(folder: Path) -> None:
    mtbf, scale, _ = read(folder, TEXT).study.factors
    scenario = read(folder, TEXT).study.scenario
    assert mtbf.applied(scenario, 80.0).platforms[0].mtbf_h == 80.0
    hours = scale.applied(scenario, 0.5).operations.classes["aircraft"].utilisation_h_per_year
    assert hours == 1250


def test_formatting_changes_nothing_and_content_does(folder: Path) -> None:
    study = read(folder, TEXT).study
    spread = yaml.safe_dump(yaml.safe_load(TEXT), sort_keys=True, default_flow_style=False)
    assert read(folder, spread).study.hash == study.hash
    for old, new in (("high: 300", "high: 301"), ("points: 10", "points: 11"), ("seed: 7", "seed: 8"), ("0.6", "0.7")):
        assert read(folder, TEXT.replace(old, new)).study.hash != study.hash


def test_a_run_folder_stands_for_its_plan_and_an_example_for_its_scenario(folder: Path) -> None:
    study = read(folder, TEXT.replace("plan: plan.json", "plan: run")).study
    assert study.asked[0].plan == read(folder, TEXT).study.asked[0].plan
    text = without(TEXT, "plan", "factors", "discover").replace("scenario: tiny", "scenario: galapagos")
    text = text.replace("verb: simulate", "verb: plan")
    text = text.replace("kind: latin_hypercube\n  points: 10", "kind: tornado") + "factors: [{assumptions: all}]\n"
    found = read(folder, text)
    assert found.source == "galapagos"
    assert found.study.options["futures"] == found.study.scenario.uncertainty.futures
    ranged = [row.path for row in found.study.scenario.assumptions if row.low < row.high]
    assert {factor.path for factor in found.study.factors} <= set(ranged)
    assert len(found.study.factors) > 5


def test_every_case_is_asked_about_with_the_plan(folder: Path) -> None:
    text = without(TEXT, "factors", "discover").replace(
        "kind: latin_hypercube\n  points: 10", "kind: cases\n  cases: all"
    )
    asked = read(folder, text).study.asked
    assert [(each.name, each.plan is None) for each in asked] == [("rich", False)]
    assert asked[0].scenario.budget.obligation[2026] == 90e6
    assert asked[0].file == "plan.json"


FAULTS = [
    ("verb: simulate", "verb: simulat", "study.yaml:4: verb: found simulat, expected simulate"),
    ("verb: simulate", "verb: plan", "study.yaml:5: plan: found a plan, expected none: plan decides its own"),
    ("plan: plan.json", "plan: no.json", "study.yaml:5: plan: found no.json, expected a plan file"),
    ("plan: plan.json\n", "", "study.yaml:1: plan: found nothing, expected a plan file, or a run that holds one"),
    ("plan: plan.json", "plan: [plan.json, other.json]", "study.yaml:5: plan: found a list, expected one plan"),
    ("plan: plan.json", "paln: plan.json", "study.yaml:5: study: found the unknown key paln, expected plan"),
    (
        "scenario: tiny",
        "scenario: tyny",
        "study.yaml:3: scenario: found tyny, expected a folder that holds scenario.yaml",
    ),
    ("verb: simulate", "case: rihc\nverb: simulate", "study.yaml:4: case: found rihc, expected rich"),
    ("seed: 7", "seed: -1", "study.yaml:6: options.seed: found -1, expected a whole number of at least 0"),
    ("seed: 7", "futures: 7", "study.yaml:6: options.futures: found the key futures, expected an option of simulate"),
    ("low: 50, high: 300", "low: 300, high: 50", "factors entry 1: low: found 300, expected less than the highest, 50"),
    (
        "low: 50, high: 300",
        "low: 50",
        "study.yaml:8: factors entry 1: found path, low, expected path with low and high",
    ),
    ("low: 50, high: 300", "low: -5, high: 300", "study.yaml:8: factors entry 1: found platforms.drone.mtbf_h at -5"),
    ("low: 50, high: 300", "values: [9, 9]", "factors entry 1: values: found a value twice, expected different values"),
    ("low: 50, high: 300", "lwo: 50, high: 300", "factors entry 1: found the unknown key lwo, expected low"),
    (
        "platforms.drone.mtbf_h",
        "platforms.dron.mtbf_h",
        "study.yaml:8: factors entry 1: path: found platforms.dron.mtbf_h",
    ),
    (
        "platforms.drone.mtbf_h",
        "platforms.drone.name",
        "study.yaml:8: factors entry 1: path: found platforms.drone.name",
    ),
    ("[0.5, 1.5]", "[0.5]", "study.yaml:9: factors entry 2: scale"),
    ("[0.5, 1.5]", "[1.5, 0.5]", "factors entry 2: scale: found 1.5, expected less than the highest, 0.5"),
    (
        "{assumption: operations",
        "{assumption: operation",
        "factors entry 3: assumption: found operation.endurance_reserve",
    ),
    (
        "{assumption: operations.endurance_reserve}",
        "{path: platforms.drone.mtbf_h, values: [7]}",
        "expected numbers that no other factor moves; ",
    ),
    (
        "operations.classes.*.utilisation_h_per_year",
        '"platforms.*.mtbf_h"',
        "study.yaml:9: factors entry 2: found platforms.*.mtbf_h, expected numbers that no other factor moves; "
        "platforms.drone.mtbf_h moves some of these",
    ),
    (
        "platforms.drone.mtbf_h, low: 50, high: 300",
        "platforms.drone.max_sea_state_operate, low: 2.5, high: 6",
        "factors entry 1: found platforms.drone.max_sea_state_operate at 2.5, expected whole numbers",
    ),
    (
        "platforms.drone.mtbf_h, low: 50, high: 300",
        "platforms.drone.max_sea_state_operate, values: [3, 4.5]",
        "factors entry 1: found platforms.drone.max_sea_state_operate at 4.5, expected whole numbers",
    ),
    ("seed: 7, replications: 20", "half_width: 0.1", "options.half_width: found 0.1, expected none beside discover"),
    ("points: 10", "pionts: 10", "study.yaml:11: design: found the unknown key pionts, expected points"),
    ("points: 10", "points: 0", "study.yaml:11: design.points: found 0, expected a whole number from 1 to 1e+06"),
    (", points: 10", "", "study.yaml:11: design.points: found nothing, expected points, which latin_hypercube needs"),
    (", points: 10", ", points: 10, base: 8", "design.base: found the key base, expected one of kind, points"),
    ("latin_hypercube, points: 10", "sobol, points: 10", "design.points: found 10, expected a power of two"),
    ("latin_hypercube, points: 10", "saltelli, base: 10", "design.base: found 10, expected a power of two"),
    (
        "latin_hypercube, points: 10",
        "morris, trajectories: 4, levels: 3",
        "design.levels: found 3, expected an even number",
    ),
    ("latin_hypercube, points: 10", "grid", "design.levels: found nothing, expected levels"),
    (
        "latin_hypercube, points: 10",
        "grid, levels: 1000",
        "design: found 1,000,000,000, expected at most 1,000,000 points",
    ),
    (
        "latin_hypercube, points: 10",
        "cases, cases: [rich]",
        "factors: found factors, expected none beside a design of cases",
    ),
    ("latin_hypercube, points: 10", "cases, cases: [rihc]", "design.cases.0: found rihc, expected rich"),
    ("latin_hypercube, points: 10", "tornado", "discover: found it, expected none: tornado does not fill"),
    ("  - cost.acquisition", "  - attainment.simulated", "outputs entry 2: found attainment.simulated a second time"),
    (
        "output: attainment.simulated",
        "output: attainment.low",
        "discover.output: found attainment.low, expected an output that stands under outputs too, where there is ",
    ),
    ("below: 0.6", "below: 0.6, above: 0.9", "study.yaml:15: discover: found both, expected below or above"),
    (
        "output: attainment.simulated",
        "output: attainment",
        "discover.output: found attainment, expected an output that stands under outputs too",
    ),
    ("fleetcraft: 1", "fleetcraft: 2", "study.yaml:1: fleetcraft: found 2, expected a whole number equal to 1"),
    ("name: What", "name: A\nname: What", "study.yaml:3: name: found the key a second time"),
]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("platforms.dron.mtbf_h", "platforms. followed by drone"),
        ("platforms.drone.mtbf", "platforms.drone. followed by mtbf_h (the nearest of"),
        ("platforms.*.mtbf", "platforms.*. followed by mtbf_h (the nearest of"),
        ("operatons.endurance_reserve", "expected operations (the nearest of"),
        ("operations", "operations. followed by one of"),
        ("platforms.drone.name", "the path of a number"),
        ("budget.obligation.2027", "budget.obligation. followed by 2026"),
    ],
)
def test_a_path_that_leads_to_no_number_is_told_with_what_could_follow(folder: Path, path: str, expected: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read(folder, TEXT.replace("platforms.drone.mtbf_h", f'"{path}"'))
    assert expected in str(error.value), str(error.value)


@pytest.mark.parametrize(("old", "new", "told"), FAULTS)
def test_each_fault_is_told_at_its_line(folder: Path, old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(ScenarioError) as error:
        read(folder, TEXT.replace(old, new))
    lines = str(error.value).splitlines()
    assert any(told in line for line in lines), lines
    assert all(line.count("found") >= 1 and "expected" in line for line in lines)


@pytest.mark.parametrize(
    "design",
    [
        "kind: tornado",
        "kind: morris\n  trajectories: 4\n  levels: 4",
        "kind: saltelli\n  base: 8",
        "kind: sobol\n  points: 8",
    ],
)
def test_points_that_are_compared_year_by_year_play_the_same_years(folder: Path, design: str) -> None:
    text = without(TEXT, "discover").replace("replications: 20", "half_width: 0.1")
    text = text.replace("kind: latin_hypercube\n  points: 10", design)
    if "sobol" in design:  # its points are compared with one another by no one
        assert read(folder, text).study.options["half_width"] == 0.1
        return
    with pytest.raises(ScenarioError, match=r"options\.half_width: found 0\.1, expected none beside"):
        read(folder, text)


@pytest.mark.parametrize(
    ("design", "output"),
    [
        ("tornado", "attainment.low"),
        ("morris, trajectories: 4, levels: 4", "requirements.looks.high"),
        ("saltelli, base: 8", "identifying_hours.drone"),
    ],
)
def test_what_years_add_to_an_output_can_be_told_or_it_is_refused(folder: Path, design: str, output: str) -> None:
    text = without(TEXT.replace("latin_hypercube, points: 10", design), "discover")
    read(folder, text)
    with pytest.raises(ScenarioError, match=rf"outputs entry 2: found {output}, expected an output of which \w+ can"):
        read(folder, text.replace("cost.acquisition", output))
    read(folder, without(TEXT, "discover").replace("cost.acquisition", output))


def test_discovery_asks_for_an_output_the_years_of_which_can_be_told(folder: Path) -> None:
    text = TEXT.replace("cost.acquisition", "attainment.low").replace(
        "output: attainment.simulated", "output: attainment.low"
    )
    with pytest.raises(ScenarioError, match=r"discover\.output: found attainment\.low, expected an output of which"):
        read(folder, text)


def test_a_grid_has_no_more_levels_than_there_are_whole_numbers(folder: Path) -> None:
    text = without(TEXT, "factors", "discover").replace(
        "kind: latin_hypercube\n  points: 10", "kind: grid\n  levels: 4"
    )
    factor = "factors: [{path: platforms.drone.max_sea_state_operate, low: 3, high: %d}]\n"
    study = read(folder, text + factor % 6).study
    assert {point.values for point in designed(study)} == {(3.0,), (4.0,), (5.0,), (6.0,)}
    with pytest.raises(ScenarioError, match="max_sea_state_operate in 4 levels, expected at most 3 levels"):
        read(folder, text + factor % 5)


def test_all_faults_are_told_at_once(folder: Path) -> None:
    text = TEXT.replace("seed: 7", "seed: -1").replace("platforms.drone.mtbf_h", "nothing.here")
    text = text.replace("output: attainment.simulated", "output: x").replace("plan: plan.json", "plan: no.json")
    text = text.replace("operations.endurance_reserve", "operations.reserve")
    (folder / "tiny" / "scenario.yaml").rename(folder / "kept.yaml")
    (folder / "tiny" / "scenario.yaml").write_text(
        (folder / "kept.yaml").read_text().replace("name: Tiny", "nmae: Tiny")
    )
    try:
        with pytest.raises(ScenarioError) as error:
            read(folder, text)
        assert all(key in str(error.value) for key in ("options.seed", "discover.output", "nmae")), str(error.value)
    finally:
        (folder / "kept.yaml").rename(folder / "tiny" / "scenario.yaml")
    with pytest.raises(ScenarioError) as error:
        read(folder, text)
    places = (
        "options.seed",
        "plan: found no.json",
        "factors entry 1: path",
        "factors entry 3: assumption",
        "discover.output",
    )
    assert all(place in str(error.value) for place in places), str(error.value)


def test_a_fault_of_a_plan_is_told_in_the_plan_s_own_lines(folder: Path) -> None:
    (folder / "bad.json").write_text(json.dumps(PLAN).replace("drone", "dron"))
    with pytest.raises(ScenarioError, match=r"bad\.json:1: .*found dron, expected the id of a platform: drone"):
        read(folder, TEXT.replace("plan: plan.json", "plan: bad.json"))


def test_plans_are_compared_as_a_list_of_two_or_more(folder: Path) -> None:
    text = without(TEXT, "factors", "discover", "options")
    design = "kind: plans\n  indifference: 0.01\n  confidence: 0.95"
    text = text.replace("kind: latin_hypercube\n  points: 10", design)
    with pytest.raises(ScenarioError, match="a list of two plans or more"):
        read(folder, text)
    both = text.replace("plan: plan.json", "plan: [plan.json, other.json]")
    assert [each.name for each in read(folder, both).study.asked] == ["plan.json", "other.json"]
    with pytest.raises(ScenarioError, match=r"plan entry 2: found plan\.json a second time"):
        read(folder, text.replace("plan: plan.json", "plan: [plan.json, plan.json]"))
