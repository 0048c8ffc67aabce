"""fleetcraft compare, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from builders import write_scenario
from calling import call
from fleetcraft.study.store.folder import read_manifest

QUICK = ("--replications", 8, "--futures", 4, "--threads", 1)
THREE = [
    {},
    {"id": "home", "name": "Home drone", "supplier": "Homemaker", "supplier_country": "EC", "unit_price_likely": 4.5e6},
    {"id": "boat", "name": "Boat", "supplier": "Boatmaker", "supplier_country": "AU", "domain": "surface"},
]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scenario(
        tmp_path_factory.mktemp("tiny") / "tiny",
        platforms=THREE,
        policies={"supplier_country_share": {"max": 0.9}, "domain_minimum": {"air": 1}},
    )


@pytest.fixture(scope="module")
def run(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Each country alone and everything but each: the folder and what --json prints."""
    folder = tmp_path_factory.mktemp("runs") / "compare"
    called = call("compare", scenario, "--without", "--out", folder, "--json", *QUICK)
    assert called.status == 0, called.err
    return folder, called.json


def test_json_holds_what_the_contract_promises(run: tuple[Path, dict[str, Any]]) -> None:
    folder, found = run
    assert found == json.loads((folder / "result.json").read_text())
    assert set(found["open"]) >= {"attainment", "cost", "status", "orders"}
    rows = found["restrictions"]
    assert [row["name"] for row in rows] == [
        "only AU", "only EC", "only US", "without AU", "without EC", "without US",
    ]  # fmt: skip
    for row in rows:
        keys = {"name", "only", "without", "status", "attainment", "cost", "difference", "conflict", "more_money"}
        assert set(row) >= keys
    boats, *possible = rows
    assert boats["status"] == "infeasible"
    assert boats["conflict"]
    assert boats["attainment"] is None
    for row in possible:
        assert set(row["difference"]) >= {"attainment", "low", "high", "cost"}
        assert set(row["attainment"]) >= {"simulated", "low", "high"}
    assert found["lifted"] == ["policies.supplier_country_share"]


def test_the_run_is_whole(run: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = run
    assert read_manifest(folder)["verb"] == "compare"
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]
    page = (folder / "report.html").read_text()
    assert "Only Ecuador" in page
    assert "Only Australia" in page
    assert "domain_minimum.air" in page
    for name in (
        "tables/restrictions.csv",
        "tables/requirements.parquet",
        "figures/compare.png",
        "points/open/plan.json",
    ):
        assert (folder / name).exists(), name


def test_the_terminal_tells_every_restriction(scenario: Path, tmp_path: Path) -> None:
    shown = call("compare", scenario, "--by", "domain", "--out", tmp_path / "run", *QUICK)
    assert shown.status == 0
    told = " ".join(shown.out.split())
    assert "Open competition" in told
    assert "Only air" in told
    assert "Only surface" in told
    assert "policies.domain_minimum" in told


def test_a_policy_file_is_compared(scenario: Path, tmp_path: Path) -> None:
    policies = tmp_path / "policies.yaml"
    policies.write_text("restrictions:\n  - {name: makers at home, of: platform, only: [home, boat]}\n")
    called = call("compare", scenario, "--by", policies, "--out", tmp_path / "run", "--json", *QUICK)
    assert called.status == 0, called.err
    (row,) = called.json["restrictions"]
    assert (row["name"], row["of"], row["only"]) == ("makers at home", "platform", ["home", "boat"])
    assert {order["platform"] for order in row["orders"]} <= {"home", "boat"}
    assert called.json["lifted"] == []


def test_faults_of_a_policy_file_come_at_once_with_status_2(scenario: Path, tmp_path: Path) -> None:
    policies = tmp_path / "policies.yaml"
    policies.write_text("restrictions:\n  - {name: a, of: platform, only: [hom]}\n  - {name: b, of: domain}\n")
    called = call("compare", scenario, "--by", policies, "--out", tmp_path / "run")
    assert called.status == 2
    assert called.err.splitlines() == [
        "policies.yaml:2: restriction 1.only: found hom, expected home (the nearest of boat, drone, home)",
        "policies.yaml:3: restriction 2: found neither only nor without, expected either only or without",
    ]
    assert not (tmp_path / "run").exists()


def test_what_is_no_rule_and_no_file_is_status_2(scenario: Path) -> None:
    called = call("compare", scenario, "--by", "supplier")
    assert called.status == 2
    assert len(called.err.splitlines()) == 1
