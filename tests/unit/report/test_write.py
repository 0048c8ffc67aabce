from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from fleetcraft.errors import RunError
from fleetcraft.report.run import read_run
from fleetcraft.report.write import report_files, write_report

TABLES = {
    "orders",
    "later",
    "allocation",
    "requirements",
    "budget_by_year",
    "deliveries",
    "ramp_up",
    "first_day",
    "use",
    "assumptions",
    "platform_values",
}
FIGURES = {
    "craft_by_quarter",
    "spending_by_country",
    "spending_by_domain",
    "first_day",
    "budget_by_year",
    "map",
    "map_overview",
    "requirements",
    "requirements_met",
    "ramp_up",
    "on_time",
    "deliveries",
}


def test_every_file_is_written_and_nothing_half_done_is_left(japan_folder):
    assert {p.stem for p in (japan_folder / "tables").glob("*.csv")} == TABLES
    assert {p.stem for p in (japan_folder / "tables").glob("*.parquet")} == TABLES
    assert {p.stem for p in (japan_folder / "figures").glob("*.svg")} == FIGURES
    assert {p.stem for p in (japan_folder / "figures").glob("*.png")} == FIGURES
    assert not list(japan_folder.rglob("*.part"))
    for name in ("areas", "routes"):
        assert json.loads((japan_folder / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    assert (japan_folder / "report.html").stat().st_size < 1.5e6


def test_the_same_run_gives_the_same_bytes(galapagos):
    assert report_files(galapagos) == report_files(galapagos) == report_files(galapagos, processes=2)


def test_a_report_can_be_made_again_over_an_old_one_and_is_the_same(galapagos_folder, tmp_path):
    folder = shutil.copytree(galapagos_folder, tmp_path / "run")
    (folder / "report.html").write_text("old", encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = {p.name: "another checksum" for p in folder.iterdir()}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    path = write_report(folder)
    assert path == folder / "report.html"
    assert path.read_bytes() == (galapagos_folder / "report.html").read_bytes()


@pytest.mark.parametrize("name", ["manifest.json", "result.json"])
def test_a_folder_that_is_not_a_whole_run_is_refused_and_left_alone(galapagos_folder, tmp_path, name):
    folder = shutil.copytree(galapagos_folder, tmp_path / "run")
    (folder / name).unlink()
    (folder / "report.html").unlink()
    with pytest.raises(RunError, match=name):
        write_report(folder)
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("content", ["{", "[]", "\ufffe"])
def test_a_broken_result_is_refused_in_one_line(galapagos_folder, tmp_path, content):
    folder = shutil.copytree(galapagos_folder, tmp_path / "run")
    (folder / "result.json").write_text(content, encoding="utf-8")
    with pytest.raises(RunError, match=r"result\.json: found .* expected") as error:
        write_report(folder)
    assert "\n" not in str(error.value)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(RunError, match="expected a whole run folder"):
        read_run(tmp_path / "nowhere")


def test_the_case_of_the_run_is_the_one_that_is_read(galapagos_folder, tmp_path):
    folder = shutil.copytree(galapagos_folder, tmp_path / "run")
    statement = folder / "scenario" / "scenario.yaml"
    statement.write_text(
        statement.read_text(encoding="utf-8") + "cases:\n  rich:\n    budget.obligation.2026: 99000000.0\n",
        encoding="utf-8",
    )
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    result["scenario"]["case"] = "rich"
    (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")
    assert read_run(folder).scenario.budget.obligation[2026] == 99e6
    assert "Galapagos, case rich" in write_report(folder).read_text(encoding="utf-8")


def test_tables_open_in_pandas(japan_folder):
    orders = pd.read_csv(japan_folder / "tables" / "orders.csv")
    assert (orders["currency"] == "JPY").all()
    assert orders["cost"].sum() == pytest.approx(0.984 * 200e9)
    days = pd.read_parquet(japan_folder / "tables" / "deliveries.parquet")["date"]
    assert days.min() == pd.Timestamp("2026-04-01")


def test_an_explanation_is_told_only_of_the_run_that_it_explains(japan_folder, tmp_path):
    folder = shutil.copytree(japan_folder, tmp_path / "run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8")) | {"identity": "a" * 64}
    entry = {"path": "exchange.start.USD", "platform": None, "flips": True, "moved": 0.31}
    found = {"run": "a" * 64, "flips": {"ranges": 718, "flip_from": 0.1, "entries": [entry]}}
    (folder / "explain").mkdir()
    (folder / "explain" / "explain.json").write_text(json.dumps(found), encoding="utf-8")
    told = "Of 718 values with a range 1 would, at one end of it, move more than 10% of the money elsewhere: most of "
    page = write_report(folder, manifest).read_text(encoding="utf-8")
    assert f"{told}all the rate of the dollar (USD) (31%)." in page
    other = write_report(folder, manifest | {"identity": "b" * 64}).read_text(encoding="utf-8")
    assert told not in other
    assert "fleetcraft explain tells" in other
