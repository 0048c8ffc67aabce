"""Both examples from the scenario to a simulated, reported plan."""

from __future__ import annotations

import csv
import html
import json
import math
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy.stats import binom

from calling import call
from fleetcraft.scenario.examples import copy_example
from fleetcraft.scenario.read import read_scenario

from .conftest import Planned

KEYS = {
    "fleetcraft", "scenario", "run", "seed", "seconds", "reproducible", "stopped_by", "status", "objective", "bound",
    "gap", "rounding_gap", "orders", "cost", "requirements", "attainment", "probability_all_met", "late", "evpi", "vss",
    "loop",
}  # fmt: skip
REQUIREMENT_KEYS = {
    "id", "area", "measure", "target", "threshold", "weight", "ceiling", "planned", "simulated", "low", "high",
    "probability_met",
}  # fmt: skip
SIMULATE_KEYS = {
    "requirements", "attainment", "probability_all_met", "availability", "hours", "losses", "replications"
}  # fmt: skip
QUICK = ("--replications", "40", "--json")


def test_the_contract_s_keys_are_there(planned: Planned) -> None:
    result = planned.result
    assert set(result) >= KEYS
    assert set(result["scenario"]) == {"name", "hash", "case"}
    assert {"platform", "supplier_country", "domain", "period", "quantity", "cost"} <= set(result["orders"][0])
    assert {"currency", "acquisition", "life_cycle", "overrun", "by_fiscal_year", "budget"} <= set(result["cost"])
    assert set(result["cost"]["overrun"]) == {"probability", "mean", "p90"}
    for year in result["cost"]["by_fiscal_year"].values():
        assert set(year) == {"obligation", "outlay", "support"}
    assert all(set(r) >= REQUIREMENT_KEYS for r in result["requirements"])
    assert set(result["attainment"]) == {"planned", "simulated", "low", "high"}
    assert {"round", "worst_disagreement", "planned", "simulated"} <= set(result["loop"][0])


def test_stdout_holds_the_run_folder_s_result(planned: Planned) -> None:
    assert json.loads((planned.folder / "result.json").read_text()) == planned.result


def test_the_gap_is_certified_within_one_percent(planned: Planned) -> None:
    result = planned.result
    assert result["status"] == "optimal"
    assert result["gap"] <= 0.01
    gap = abs(result["bound"] - result["objective"]) / max(abs(result["objective"]), 1e-9)
    assert result["gap"] == pytest.approx(gap)


def test_planned_and_simulated_agree(planned: Planned) -> None:
    for r in planned.result["requirements"]:
        allowed = 0.05 * r["threshold"] if r["unit"] == "h" else 0.05
        assert abs(r["planned"] - r["simulated"]) <= allowed, r["id"]
        assert r["low"] <= r["simulated"] <= r["high"]


def test_budgets_hold(planned: Planned) -> None:
    cost = planned.result["cost"]
    for year, spent in cost["by_fiscal_year"].items():
        limit = cost["budget"][year]
        assert spent["obligation"] <= limit["obligation"] * (1 + 1e-9)
        if limit["support"] is not None:
            assert spent["support"] <= limit["support"]


def test_every_ordered_craft_has_a_base(planned: Planned) -> None:
    ordered: dict[str, int] = {}
    for order in planned.result["orders"]:
        ordered[order["platform"]] = ordered.get(order["platform"], 0) + order["quantity"]
    placed: dict[str, int] = {}
    for row in planned.result["allocation"]:
        placed[row["platform"]] = placed.get(row["platform"], 0) + row["craft"]
    assert placed == ordered


def test_three_domains_come_out_of_the_requirements(japan: Planned) -> None:
    assert {o["domain"] for o in japan.result["orders"]} == {"air", "surface", "underwater"}


def test_types_that_cannot_be_in_time_are_named_and_not_bought(japan: Planned) -> None:
    late = {entry["platform"]: entry["probability_usable_in_time"] for entry in japan.result["late"]}
    assert late["mq9b"] == 0
    assert "mq9b" not in {o["platform"] for o in japan.result["orders"]}
    assert "MQ-9B" in (japan.folder / "report.html").read_text()


def test_every_order_and_requirement_is_in_the_report_and_tables(planned: Planned) -> None:
    text = (planned.folder / "report.html").read_text()
    for order in planned.result["orders"]:
        assert html.escape(order["name"], quote=False) in text
    table = pd.read_parquet(planned.folder / "tables" / "requirements.parquet")
    assert set(table["id"]) == {r["id"] for r in planned.result["requirements"]}


def test_the_run_s_scenario_copy_is_the_scenario(planned: Planned) -> None:
    assert read_scenario(planned.folder / "scenario").hash == planned.result["scenario"]["hash"]


def test_another_seed_stays_near(planned: Planned) -> None:
    """The orders before the news: those after it belong to the futures of one seed."""
    stated = json.loads((planned.folder / "plan.json").read_text())
    common = planned.folder.parent / "common.json"
    common.write_text(json.dumps({key: value for key, value in stated.items() if key != "later"}))
    results = []
    for seed in (1, 2):
        judged = call(
            "simulate", planned.folder / "scenario", "--plan", common, "--seed", seed, "--json",
            "--out", planned.folder.parent / f"seed-{seed}",
        )  # fmt: skip
        assert judged.status == 0, judged.err
        results.append(judged.json)
    assert set(results[0]) >= SIMULATE_KEYS
    apart = []
    for first, second in zip(results[0]["requirements"], results[1]["requirements"], strict=True):
        assert "planned" not in second
        half = math.hypot(first["high"] - first["low"], second["high"] - second["low"]) / 2
        apart.append(abs(first["simulated"] - second["simulated"]) > half)
    # each lies outside a 95% interval of the difference with probability 0.05; 1e-4 is the chance of more than this
    assert sum(apart) <= binom.isf(1e-4, len(apart), 0.05)


def test_simulating_with_the_same_seed_repeats_the_judgement(galapagos: Planned, tmp_path: Path) -> None:
    plan = galapagos.folder / "plan.json"
    judged = call("simulate", "galapagos", "--plan", plan, "--json", "--threads", 1, "--out", tmp_path / "run")
    for first, second in zip(galapagos.result["requirements"], judged.json["requirements"], strict=True):
        assert {k: first[k] for k in second} == second


@pytest.mark.parametrize(("example", "figure"), [("japan-2026", "200e9"), ("galapagos", None)])
def test_less_money_attains_less(
    example: str, figure: str | None, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    whole: Planned = request.getfixturevalue("japan" if example == "japan-2026" else "galapagos")
    if figure is None:
        half = call("plan", example, "--case", "half_budget", *QUICK, "--out", tmp_path / "run")
    else:
        folder = copy_example(example, tmp_path / "copy")
        # a half would cost less than two points: what is hired is paid out of support money
        _edit(folder / "scenario.yaml", f"2026: {figure}", f"2026: {float(figure) / 8:g}")
        half = call("plan", folder, *QUICK, "--out", tmp_path / "run")
    assert half.status == 0, half.err
    assert half.json["attainment"]["simulated"] < whole.result["attainment"]["simulated"] - 0.02


def test_a_type_made_early_and_cheap_is_bought_and_the_favourite_made_late_is_not(
    japan: Planned, tmp_path: Path
) -> None:
    favourite = max(japan.result["orders"], key=lambda o: o["quantity"])["platform"]
    folder = copy_example("japan-2026", tmp_path / "copy")
    _edit_platform(
        folder / "platforms.csv",
        "mq9b",
        {
            "lead_time_months_low": 2, "lead_time_months_likely": 3, "lead_time_months_high": 4,
            "unit_price_low": 1e6, "unit_price_likely": 2e6, "unit_price_high": 3e6,
        },
    )  # fmt: skip
    late = {"lead_time_months_low": 50, "lead_time_months_likely": 60, "lead_time_months_high": 70}
    _edit_platform(folder / "platforms.csv", favourite, late)
    changed = call("plan", folder, *QUICK, "--out", tmp_path / "run")
    assert changed.status == 0, changed.err
    bought = {o["platform"] for o in changed.json["orders"]}
    assert "mq9b" in bought
    assert favourite not in bought
    chances = {entry["platform"]: entry["probability_usable_in_time"] for entry in changed.json["late"]}
    assert chances[favourite] == 0
    name = read_scenario(folder).platforms[read_scenario(folder).platform_index[favourite]].name
    assert name in (tmp_path / "run" / "report.html").read_text()


def test_an_impossible_demand_is_told_in_the_scenario_s_words(tmp_path: Path) -> None:
    folder = copy_example("galapagos", tmp_path / "copy")
    with (folder / "scenario.yaml").open("a") as file:
        file.write("\npolicies:\n  domain_minimum:\n    air: 4000\n")
    refused = call("plan", folder, "--json", "--out", tmp_path / "run")
    assert refused.status == 3
    assert "policies.domain_minimum.air: 4,000 craft" in refused.err
    assert not (tmp_path / "run").exists()


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def _edit_platform(path: Path, platform: str, values: dict[str, Any]) -> None:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["id"] == platform:
            row.update({key: str(value) for key, value in values.items()})
    shutil.copy(path, path.with_suffix(".bak"))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
