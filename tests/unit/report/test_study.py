"""The page of a study: which factors it draws, and how few points of many."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from builders import make_scenario
from fleetcraft.report.study import study_answer, study_summary
from fleetcraft.report.study_figures import MOST_DRAWN, MOST_FACTORS, draw_points, drawn_points, most_telling, reasons

COST = {"path": "cost.acquisition", "name": "acquisition cost", "unit": "JPY"}


def study(points: int, factors: list[str], kind: str = "sobol") -> dict[str, Any]:
    named = [{"path": factor, "name": factor, "unit": "h"} for factor in factors]
    return {"study": {"points": points, "factors": named, "outputs": [COST], "design": {"kind": kind}}}


def frame(factors: int, points: int) -> pd.DataFrame:
    """Points whose cost rests on the factors the more, the later they come."""
    x = np.random.default_rng(1).random((points, factors))
    weights = np.arange(factors)
    columns = {f"f{i}": x[:, i] for i in range(factors)}
    return pd.DataFrame({"point": range(points), "status": "done", **columns, COST["path"]: 1e9 * (x**2 @ weights)})


def test_the_factors_that_go_most_with_an_output_come_first() -> None:
    points = frame(9, 800)
    result = study(800, [f"f{i}" for i in range(9)])
    found = [factor["path"] for factor in most_telling(points, COST["path"], result["study"]["factors"])]
    assert len(found) == MOST_FACTORS
    assert set(found[:4]) == {"f8", "f7", "f6", "f5"}


@pytest.mark.parametrize("count", [MOST_DRAWN - 1, MOST_DRAWN, 5 * MOST_DRAWN + 7])
def test_of_many_points_some_from_all_over_are_drawn(count: int, tmp_path: Path) -> None:
    points = frame(2, count)
    points.to_parquet(tmp_path / "points.parquet", row_group_size=300)
    drawn = drawn_points(tmp_path / "points.parquet", study(count, ["f0", "f1"]))
    assert len(drawn) == min(count, MOST_DRAWN)
    assert np.histogram(drawn["point"], 4, (0, count))[0] == pytest.approx(len(drawn) / 4, rel=0.2)
    assert drawn.equals(points.iloc[drawn["point"]].reset_index(drop=True))


@pytest.mark.parametrize("levels", [2, 5, 10, 25, 34, 55, 89])
def test_the_points_drawn_of_a_grid_have_every_level_of_its_last_factor(levels: int, tmp_path: Path) -> None:
    driver = np.tile(np.arange(levels), 10_000 // levels)
    points = frame(2, len(driver)).assign(f1=driver)
    points[COST["path"]] = points["f0"] + 10 * points["f1"]
    points.to_parquet(tmp_path / "points.parquet")
    result = study(len(points), ["f0", "f1"])
    drawn = drawn_points(tmp_path / "points.parquet", result)
    assert drawn["f1"].nunique() > 0.9 * levels
    assert most_telling(drawn, COST["path"], result["study"]["factors"])[0]["path"] == "f1"


def test_why_points_have_no_answer_is_told_of_the_first_ones_whatever_is_drawn(tmp_path: Path) -> None:
    points = frame(2, 5000).assign(reason=None)
    points.loc[[7, 4001, 4999], "reason"] = ["no base", "no money", "no crew"]
    points.to_parquet(tmp_path / "points.parquet", row_group_size=300)
    assert reasons(tmp_path / "points.parquet", 100) == [(7, "no base"), (4001, "no money"), (4999, "no crew")]
    assert reasons(tmp_path / "points.parquet", 2) == [(7, "no base"), (4001, "no money")]


@pytest.mark.parametrize(("kind", "count"), [("sobol", 1), ("tornado", 0)])
def test_a_chart_has_money_in_a_readable_unit_and_what_is_drawn_elsewhere_is_left_out(kind: str, count: int) -> None:
    charts = draw_points(study(50, ["f0", "f1"], kind), frame(2, 50))
    assert len(charts) == count
    assert all("acquisition cost, ¥" in svg for svg in charts.values())


def test_an_output_that_is_the_same_everywhere_or_nowhere_has_no_chart() -> None:
    points = frame(2, 20)
    for value in (5.0, np.nan):
        assert draw_points(study(20, ["f0", "f1"]), points.assign(**{COST["path"]: value})) == {}


def summarised(kind: str, done: int, output: dict[str, str] = COST) -> dict[str, Any]:
    spread = {"mean": 5e6, "min": 1e6, "p05": 2e6, "p50": 5e6, "p95": 8e6, "max": 9e6}
    made = study(done, [], kind)
    made["study"] |= {"name": "A study", "outputs": [output]}
    points = {"done": done, "infeasible": 0, "failed": 0}
    return {**made, "points": points, "summary": [{"output": output["path"], **spread}]}


@pytest.mark.parametrize(
    ("kind", "done", "told"),
    [("sobol", 20, True), ("grid", 64, True), ("sobol", 19, False), ("tornado", 99, False), ("morris", 99, False)],
)
def test_quantiles_are_told_of_points_that_are_many_and_evenly_spread(kind: str, done: int, told: bool) -> None:
    result = summarised(kind, done)
    said = study_answer(result, make_scenario())[-1]
    assert said.startswith("Acquisition cost goes from ¥1.00\u00a0M to ¥9.00\u00a0M")
    assert ("nine points in ten" in said) == told
    assert ("Median" in printed(result)) == told


def test_a_path_stays_as_it_is_where_a_sentence_begins_with_it() -> None:
    path = "orders.drone.quantity"
    result = summarised("sobol", 50, {"path": path, "name": path, "unit": ""})
    assert study_answer(result, make_scenario())[-1].startswith(f"{path} goes from ")


def printed(result: dict[str, Any], width: int = 80) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(study_summary(result, make_scenario()))
    return captured.get()


def test_a_selection_on_80_columns_has_the_plans_names_and_every_figure() -> None:
    apart = {"mean": -0.7634, "low": -0.7712, "high": -0.7556}
    row = {"mean": 0.654, "low": 0.648, "high": 0.659, "years": 12_370}
    plans = [
        row | {"name": "best.json", "eliminated_after": None, "difference_from_best": None},
        row | {"name": "worse.json", "eliminated_after": 12_370, "difference_from_best": apart},
    ]
    rule = {"output": "attainment.simulated", "indifference": 0.01, "confidence": 0.95, "guaranteed": True}
    found = {**rule, "best": "best.json", "warnings": [], "plans": plans}
    lines = printed({**summarised("plans", 2), "selection": found}).splitlines()
    assert max(map(len, lines)) <= 80
    cells = [line.split() for line in lines]
    assert "worse.json 65.4% 64.8 to 65.9% −76.34 −77.12 to −75.56 12,370 out" in map(" ".join, cells)


def texts(svg: str) -> list[str]:
    return [text.strip() for text in ET.fromstring(svg).itertext() if text.strip()]


def test_axes_have_shares_in_percent_and_names_in_full() -> None:
    result = study(50, ["f0", "f1"])
    names = ("the buyer's share of what all the makers put out in one year", "probability of a storm")
    for factor, name, unit in zip(result["study"]["factors"], names, ("fraction", "probability"), strict=True):
        factor |= {"name": name, "unit": unit}
    (svg,) = draw_points(result, frame(2, 50)).values()
    shown = " ".join(texts(svg))
    assert f"{names[0]}, %" in shown
    assert f"{names[1]}, %" in shown
    assert "100" in texts(svg)


def test_of_plans_the_output_that_the_selection_draws_is_not_drawn_again_and_cost_begins_at_0() -> None:
    points = pd.DataFrame({"asked": ["a", "b"], "share": [0.6, 0.7], COST["path"]: [50e6, 51e6]})
    result = study(2, [], "plans")
    result["study"]["outputs"] = [{"path": "share", "name": "attainment", "unit": "fraction"}, COST]
    assert list(draw_points(result, points)) == ["output_0", "output_1"]
    charts = draw_points({**result, "selection": {"output": "share"}}, points)
    assert list(charts) == ["output_1"]
    assert "0" in texts(charts["output_1"])
    assert "95% interval" not in charts["output_1"]
