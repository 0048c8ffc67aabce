"""What drives an answer, and where it fails: words, tables and charts of a study's result."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from builders import make_scenario
from fleetcraft.report.discovery import discovery_answer, discovery_section, draw_discovery
from fleetcraft.report.png import to_png
from fleetcraft.report.sensitivity import draw_sensitivity, sensitivity_answer, sensitivity_section
from fleetcraft.report.sensitivity_words import axis_of_changes, change, factors_in_words, interval_of_change, level
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.questionnaire.designs import one_at_a_time
from fleetcraft.study.questionnaire.questions import Factor
from fleetcraft.study.sensitivity.discovery import discover
from fleetcraft.study.sensitivity.morris import morris_effects, morris_sample
from fleetcraft.study.sensitivity.sobol import sobol_indices, sobol_sample
from fleetcraft.study.sensitivity.tornado import tornado

Floats = NDArray[np.float64]
Result = dict[str, Any]

OUTPUT = "attainment.simulated"
SPELL = "weather.rough_spell_h"
FACTORS = [
    {"path": SPELL, "name": SPELL, "unit": "h", "low": 10.0, "likely": 24.0, "high": 60.0},
    {"path": "x<y", "name": "the <second>", "unit": "month", "low": 0.0, "likely": 3.0, "high": 12.0},
    {"path": "idle", "name": "an idle one", "unit": "", "low": 1.0, "likely": 1.5, "high": 2.0},
]  # fmt: skip
NAMES = [row["path"] for row in FACTORS]
LOW, LIKELY, HIGH = (np.array([row[key] for row in FACTORS], dtype=float) for key in ("low", "likely", "high"))


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return make_scenario()


def yearly(u: Floats) -> Floats:
    years = np.random.default_rng(1).normal(0.0, 0.02, 10)
    return np.asarray((0.5 + 0.3 * u[:, 0] - 0.1 * u[:, 1])[:, None] + years)


def result(points: int = 64, **found: Any) -> Result:
    outputs = [{"path": OUTPUT, "name": OUTPUT, "unit": "fraction"}, {"path": "flat", "name": "flat", "unit": "JPY"}]
    return {"study": {"factors": FACTORS, "outputs": outputs, "points": points}, **found}


def note(rows: int, dropped: int, reason: str | None) -> dict[str, Any]:
    return {"rows": rows, "dropped": dropped, "reason": reason}


def of_sobol() -> Result:
    u = sobol_sample(3, 64, 1)
    found, flat = sobol_indices(yearly(u), 64, 3, 1), sobol_indices(np.ones((len(u), 1)), 64, 3, 1)
    told = {
        "method": "sobol",
        "outputs": {OUTPUT: found.entry(NAMES), "flat": flat.entry(NAMES)},
        "rows": {OUTPUT: note(60, 4, None), "flat": note(flat.rows, flat.dropped, flat.reason)},
    }
    return result(sensitivity=told)


def of_morris() -> Result:
    u = morris_sample(3, 8, 4, 1)
    found = morris_effects(u, yearly(u) + 0.6 * (u[:, :1] - 0.5) * (u[:, 2:] - 0.5), 8, 1)
    return result(sensitivity={"method": "morris", "outputs": {OUTPUT: found.entry(NAMES)}, "rows": {}})


def of_tornado() -> Result:
    x = one_at_a_time([Factor(name, low, high) for name, low, high in zip(NAMES, LOW, HIGH, strict=True)])
    x = np.where(np.isnan(x), LIKELY, x)
    found = tornado(yearly((x - LOW) / (HIGH - LOW)))
    return result(tornado={OUTPUT: found.entry(NAMES, LOW, HIGH)})  # type: ignore[arg-type]


def of_discovery(threshold: float = 0.55) -> tuple[Result, pd.DataFrame]:
    x = LOW + np.random.default_rng(1).random((128, 3)) * (HIGH - LOW)
    batches = yearly((x - LOW) / (HIGH - LOW))
    found = discover(x, batches, threshold, True, 1).entry(OUTPUT, threshold, True, NAMES)
    points = pd.DataFrame(x, columns=NAMES).assign(**{OUTPUT: batches.mean(axis=1)})
    return result(128, discovery=found), points


def test_sobol_is_told_with_the_strongest_first_and_what_cannot_be_told(scenario: Scenario) -> None:
    answer, flat = sensitivity_answer(of_sobol(), scenario)
    assert answer.startswith(f"What drives {OUTPUT} most is length of a rough spell (9")
    assert answer.index("length of a rough spell") < answer.index("the <second>")
    assert "1 of 3 factors has no effect that can be told from none." in answer
    assert "4 of 64 rows of points were left out" in answer
    assert flat == "What drives flat cannot be told: it is the same at every point."


def test_a_share_below_0_is_not_told(scenario: Scenario) -> None:
    found = of_sobol()
    found["sensitivity"]["outputs"][OUTPUT][1]["total"] = {"value": -0.002, "low": -0.003, "high": -0.001}
    assert "2 of 3 factors have no effect that can be told from none." in sensitivity_answer(found, scenario)[0]


def test_shares_that_miss_their_bounds_by_chance_are_shown_at_them(scenario: Scenario) -> None:
    found = of_sobol()
    entry = found["sensitivity"]["outputs"][OUTPUT][2]
    entry["first"] = {"value": -0.004, "low": -0.02, "high": -0.001}
    entry["total"] = {"value": 1.02, "low": 1.01, "high": 1.2}
    section = sensitivity_section(found, scenario, {})
    assert section is not None
    for cell in ("0.0%", "0 to 0%", "100.0%", "100 to 100%"):
        assert f'<td class="n">{cell}</td>' in section.body


def test_without_any_value_there_is_no_share(scenario: Scenario) -> None:
    found, _ = of_discovery()
    empty = discover(np.ones((64, 3)), np.full((64, 10), np.nan), 0.5, True, 1).entry(OUTPUT, 0.5, True, NAMES)
    (answer,) = discovery_answer({**found, "discovery": empty}, scenario)
    assert answer == (
        f"No point has a value of {OUTPUT}. No box of assumptions is told: too few points to look for a box."
    )


def test_morris_is_told_in_points_and_names_what_depends_on_others(scenario: Scenario) -> None:
    (answer,) = sensitivity_answer(of_morris(), scenario)
    assert answer.startswith(f"Moved over its whole range, what changes {OUTPUT} most, in the mean, is ")
    assert " points, " in answer
    assert answer.endswith("By how much depends on the other factors for length of a rough spell and an idle one.")


def test_a_tornado_is_told_with_both_ends(scenario: Scenario) -> None:
    (answer,) = sensitivity_answer(of_tornado(), scenario)
    assert f"With every factor as likely, {OUTPUT} is 5" in answer
    assert "length of a rough spell (−8.4 points at its low, +21.6 points at its high)" in answer
    assert "the <second> (+2.5 points at its low, −7.5 points at its high)" in answer
    assert "1 of 3 factors has no effect that can be told from none." in answer


@pytest.mark.parametrize("made", [of_sobol, of_morris, of_tornado])
def test_the_section_has_every_factor_and_escapes_names(made: Any, scenario: Scenario) -> None:
    found = made()
    section = sensitivity_section(found, scenario, draw_sensitivity(found, scenario))
    assert section is not None
    assert "the &lt;second&gt;" in section.body
    assert "the <second>" not in section.body
    assert section.body.count('<th scope="row">') == 3
    assert "<figure>" in section.body


def test_factors_whose_figures_all_round_to_0_are_folded_into_one_line(scenario: Scenario) -> None:
    found = of_morris()
    for row in found["sensitivity"]["outputs"][OUTPUT]:
        if row["factor"] != SPELL:
            row |= {
                "sigma": 0.0002,
                **{key: {"value": 0.0003, "low": -0.0001, "high": 0.0004} for key in ("mu_star", "mu")},
            }
    section = sensitivity_section(found, scenario, {})
    assert section is not None
    assert section.body.count('<th scope="row">') == 1
    folded = section.body[section.body.index("<details") :]
    assert "<summary>2 factors without effect: every figure rounds to 0</summary>" in folded
    assert "the &lt;second&gt;" in folded
    assert "an idle one" in folded


def test_thin_lines_are_spoken_of_where_some_are_drawn(scenario: Scenario) -> None:
    found = of_tornado()
    figure = {"drives_0": '<svg width="9" height="9"></svg>'}
    section = sensitivity_section(found, scenario, figure)
    assert section is not None
    assert "Thin lines" in section.body
    for bar in found["tornado"][OUTPUT]["bars"]:
        for end in ("low", "high"):
            bar[end] |= {"low": bar[end]["value"], "high": bar[end]["value"]}
    section = sensitivity_section(found, scenario, figure)
    assert section is not None
    assert "Thin lines" not in section.body


@pytest.mark.parametrize("made", [of_sobol, of_morris, of_tornado])
def test_charts_are_drawn_with_the_factors_names(made: Any, scenario: Scenario) -> None:
    charts = draw_sensitivity(made(), scenario)
    assert list(charts) == ["drives_0"]
    shown = "".join(ET.fromstring(charts["drives_0"]).itertext())
    assert "length of a rough spell" in shown
    assert to_png(charts["drives_0"]).startswith(b"\x89PNG")


def test_the_box_is_told_with_its_limits_intervals_and_test(scenario: Scenario) -> None:
    found, points = of_discovery()
    (answer,) = discovery_answer(found, scenario)
    share = found["discovery"]["share"]
    assert answer.startswith(f"{OUTPUT} is below 55.0% in {100 * share:.0f}% of 128 points")
    assert "Where length of a rough spell is below" in answer
    assert "Of the points on which this was found," in answer
    charts = draw_discovery(found, scenario, points)
    assert set(charts) >= {"box_0", "box_points_0"}
    assert "fails" in "".join(ET.fromstring(charts["box_points_0"]).itertext())
    section = discovery_section(found, scenario, charts)
    assert section is not None
    assert section.body.count("<figure>") == len(charts)


def test_a_box_of_one_factor_is_drawn_against_the_output(scenario: Scenario) -> None:
    found, points = of_discovery()
    found["discovery"]["boxes"][0]["limits"] = found["discovery"]["boxes"][0]["limits"][:1]
    shown = "".join(ET.fromstring(draw_discovery(found, scenario, points)["box_points_0"]).itertext())
    assert f"{OUTPUT}, %" in shown


def test_without_a_box_the_reason_is_told(scenario: Scenario) -> None:
    found, points = of_discovery(threshold=-1.0)
    (answer,) = discovery_answer(found, scenario)
    assert answer.endswith("No box of assumptions is told: no point fails.")
    assert draw_discovery(found, scenario, points) == {}
    assert discovery_section(found, scenario, {}) is not None


def test_a_study_that_is_not_made_for_it_has_no_section(scenario: Scenario) -> None:
    assert sensitivity_section(result(), scenario, {}) is None
    assert sensitivity_answer(result(), scenario) == []
    assert draw_sensitivity(result(), scenario) == {}
    assert discovery_section(result(), scenario, {}) is None
    assert discovery_answer(result(), scenario) == []
    assert draw_discovery(result(), scenario, pd.DataFrame()) == {}


def test_figures_are_told_in_their_units() -> None:
    assert (level(0.6123, "fraction"), level(2e9, "JPY"), level(None, "h")) == ("61.2%", "¥2.00\u00a0bn", "–")
    assert (change(0.05, "fraction"), change(-1.5, "h"), change(-2e9, "JPY")) == (
        "+5.0 points",
        "−1.5 h",
        "−¥2.00\u00a0bn",
    )
    assert interval_of_change({"low": -0.01, "high": 0.02}, "fraction") == "−1.0 to 2.0 points"
    assert interval_of_change({"low": None, "high": None}, "h") == "–"
    assert axis_of_changes([5e9], "JPY") == (1e-9, "¥\u00a0bn")
    assert axis_of_changes([5.0], "h") == (1.0, "h")


def test_a_types_value_is_named_with_its_type(scenario: Scenario) -> None:
    platform = scenario.platforms[0]
    path = f"platforms.{platform.id}.endurance_h"
    found = {"study": {"factors": [{"path": path, "name": path}]}}
    assert factors_in_words(found, scenario) == {path: f"{platform.name}: endurance"}
