"""The page of a study: which factors it draws, and how few points of many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fleetcraft.report.study_figures import MOST_DRAWN, MOST_FACTORS, draw_points, drawn_points, most_telling

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


def test_of_many_points_some_evenly_from_all_are_drawn(tmp_path: Path) -> None:
    points = frame(2, 5 * MOST_DRAWN + 7)
    points.to_parquet(tmp_path / "points.parquet", row_group_size=300)
    drawn = drawn_points(tmp_path / "points.parquet", study(len(points), ["f0", "f1"]))
    assert len(drawn) <= MOST_DRAWN
    assert set(np.diff(drawn["point"])) == {6}
    assert drawn.iloc[1].to_dict() == points.iloc[6].to_dict()


@pytest.mark.parametrize(("kind", "count"), [("sobol", 1), ("tornado", 0)])
def test_a_chart_has_money_in_a_readable_unit_and_what_is_drawn_elsewhere_is_left_out(kind: str, count: int) -> None:
    charts = draw_points(study(50, ["f0", "f1"], kind), frame(2, 50))
    assert len(charts) == count
    assert all("acquisition cost, ¥" in svg for svg in charts.values())


def test_an_output_that_is_the_same_everywhere_or_nowhere_has_no_chart() -> None:
    points = frame(2, 20)
    for value in (5.0, np.nan):
        assert draw_points(study(20, ["f0", "f1"]), points.assign(**{COST["path"]: value})) == {}
