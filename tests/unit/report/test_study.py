"""The page of a study: which factors it draws, and how few points of many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

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
