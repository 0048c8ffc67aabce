"""A selection of plans in words, as a table and a chart."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from fleetcraft.report.png import to_png
from fleetcraft.report.selection import (
    draw_selection,
    ranked,
    selection_answer,
    selection_cells,
    selection_frame,
    selection_section,
    selection_tiles,
)


def plan(name: str, mean: float, years: int, after: int | None, behind: float | None = None) -> dict[str, Any]:
    apart = None if behind is None else {"mean": -behind, "low": -behind - 0.002, "high": -behind + 0.002}
    return {
        "name": name, "years": years, "mean": mean, "low": mean - 0.01, "high": mean + 0.01,
        "eliminated_after": after, "difference_from_best": apart,
    }  # fmt: skip


def result(*plans: dict[str, Any], guaranteed: bool = True, output: str = "attainment.simulated") -> dict[str, Any]:
    return {
        "selection": {
            "output": output, "indifference": 0.01, "confidence": 0.95, "guaranteed": guaranteed, "best": "runs/best",
            "first_years": 370, "most_years": 2000, "warnings": ["mind this"], "plans": list(plans),
        }
    }  # fmt: skip


BEST = plan("runs/best", 0.763, 420, None)
WORST, WORSE = plan("empty<.json", 0.0, 370, 370, 0.763), plan("half.json", 0.7, 410, 400, 0.061)
EQUAL = plan("same.json", 0.763, 420, None) | {"difference_from_best": {"mean": 0.0, "low": 0.0, "high": 0.0}}
NEAR = plan("near.json", 0.762, 420, None, 0.001)


def test_the_selected_plan_is_named_with_its_figures_and_what_is_promised():
    said = " ".join(selection_answer(result(WORST, BEST, WORSE)))
    assert "runs/best is selected of 3 plans: attainment is 76.3% (75.3 to 77.3%) in the mean of 420 simulated" in said
    assert "better than all others by 1 percentage point or more is selected with a probability of at least 95%" in said
    assert "guaranteed" not in said


def test_plans_that_never_differ_are_told():
    assert selection_answer(result(BEST, EQUAL))[-2:] == ["same.json did not differ from it in any year.", "Mind this."]


def test_without_a_guarantee_it_says_which_are_left_and_how_far_apart():
    said = " ".join(selection_answer(result(BEST, NEAR, WORSE, guaranteed=False)))
    assert "not guaranteed: after the 2,000 years there may be at most, runs/best and near.json cannot" in said
    assert "near.json lies 0.10 percentage points behind (−0.10 to 0.30)" in said
    assert "at least 95%" not in said


def test_the_tiles_tell_plans_years_and_how_sure_it_is() -> None:
    tiles = selection_tiles(result(WORST, BEST, WORSE))
    assert [tile[:2] for tile in tiles] == [("Plans", "3"), ("Simulated years", "1,200"), ("Guarantee", "95%")]
    assert selection_tiles(result(BEST, NEAR, guaranteed=False))[2][:2] == ("Guarantee", "none")


def test_another_output_is_named():
    said = selection_answer(result(BEST, WORSE, output="requirements.bay_presence.simulated"))[0]
    assert "the simulated share of bay_presence is 76.3%" in said


def test_the_selected_comes_first_then_who_was_left_then_who_went_last():
    stated = result(WORST, EQUAL, WORSE, BEST)
    assert [row["name"] for row in ranked(stated["selection"])] == [
        "runs/best", "same.json", "half.json", "empty<.json",
    ]  # fmt: skip
    frame = selection_frame(stated)
    assert list(frame["state"]) == ["selected", "still in", "eliminated", "eliminated"]
    assert frame["difference_mean"].tolist()[1:] == [0.0, -0.061, -0.763]
    assert frame["eliminated_after"].tolist()[2:] == [400.0, 370.0]


def test_the_section_has_every_plan_escaped_and_every_figure():
    stated = result(WORST, BEST, WORSE)
    html = selection_section(stated, draw_selection(stated)).body
    assert "<svg" in html
    assert "empty&lt;.json" in html
    assert "empty<" not in html
    for cell in (cell for row in selection_cells(stated)[1] for cell in row):
        assert cell.replace("<", "&lt;") in html
    assert "<td>out</td>" in html


@pytest.mark.parametrize("plans", [(BEST, WORSE), (BEST, EQUAL, NEAR, WORSE, WORST)])
def test_the_chart_is_a_drawing_with_words_for_who_cannot_see_it(plans):
    svg = draw_selection(result(*plans))["selection"]
    root = ET.fromstring(svg)
    text = "".join(root.itertext())
    assert "runs/best 76.3%, 420 years" in text
    assert all(row["name"] in text for row in plans)
    assert to_png(svg).startswith(b"\x89PNG")
