"""Under which assumptions a plan fails: the boxes of scenario discovery in words, as charts and tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from fleetcraft.report import sensitivity_figures as figures
from fleetcraft.report.explain_figures import compact
from fleetcraft.report.figures import Chart
from fleetcraft.report.markup import Column, Html, folded, h, join, table
from fleetcraft.report.narrative import listed
from fleetcraft.report.point_figures import described
from fleetcraft.report.section import Section, figure
from fleetcraft.report.sensitivity_words import SHARES, Row, factors_in_words, level, opening_name
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import interval, number, percent, plural, probability
from fleetcraft.scenario.scenario import Scenario

_NOTE = (
    "A point fails where the mean of its simulated years is beyond the threshold. Density: share of a box's points "
    "that fail; coverage: share of all failing points that lie in it. Both look better on the points on which a box "
    "was found than on others. In the sentence that is taken off, as far as searches on nine tenths of the points and "
    "a look at the other tenth tell; the tables are of the points on which it was found. Intervals: 95%, over points "
    "and simulated years."
)


def discovery_section(result: Result, scenario: Scenario, charts: Mapping[str, str]) -> Section | None:
    """The section of a study that asked where an output fails; None of another study."""
    if "discovery" not in result:
        return None
    names, found = factors_in_words(result, scenario), result["discovery"]
    blocks = [
        join(
            h("h3", f"Box {number(i + 1)}") if len(found["boxes"]) > 1 else None,
            h("p", _box_in_words(result, box, names, i)) if i else None,
            figure(charts, f"box_{i}", "Dark: the part of each factor's range that the box takes."),
            figure(charts, f"box_points_{i}", _points_caption(box)),
            _limits_table(result, box, names),
            h("p", _on_halves(box), class_="note"),
            folded("On the way to the box", _trajectory_table(box), paper=False),
        )
        for i, box in enumerate(found["boxes"])
    ]
    said = [h("p", sentence) for sentence in discovery_answer(result, scenario)]
    return Section("discovery", "Where the plan fails", join(*said, *blocks, h("p", _NOTE, class_="note")))


def discovery_answer(result: Result, scenario: Scenario) -> list[str]:
    """Which assumptions make the plan fail, in a paragraph; none of a study that did not ask."""
    if "discovery" not in result:
        return []
    found, names = result["discovery"], factors_in_words(result, scenario)
    said = [_how_many(result)]
    said += [_box_in_words(result, box, names, 0) for box in found["boxes"][:1]]
    others = [box["coverage"]["value"] for box in found["boxes"][1:]]
    if others:
        said.append(
            f"{plural(len(others), 'more box', 'more boxes')} told below: {percent(sum(others), 0)} of failures."
        )
    if found["reason"]:
        said.append(f"No box of assumptions is told: {found['reason']}.")
    return [" ".join(said)]


def draw_discovery(result: Result, scenario: Scenario, points: pd.DataFrame) -> dict[str, str]:
    """SVG texts by name: of each box its ranges, and the points over the two factors it limits most.

    ``points`` has a column for each factor and output, by path; it may be a part of them.
    """
    if "discovery" not in result:
        return {}
    names, charts = factors_in_words(result, scenario), {}
    for i, box in enumerate(result["discovery"]["boxes"]):
        said = _box_in_words(result, box, names, i)
        charts[f"box_{i}"] = described(figures.box_ranges(_ranges(result, box, names)), "The box of assumptions", said)
        charts[f"box_points_{i}"] = described(
            _points_chart(result, box, names, points), "Points in and out of it", said
        )
    return charts


def _output(result: Result) -> Row:
    path = result["discovery"]["output"]
    found: Row = next(row for row in result["study"]["outputs"] if row["path"] == path)
    return found


def _threshold(result: Result) -> tuple[str, float]:
    found = result["discovery"]
    side = "below" if "below" in found else "above"
    return side, found[side]


def _how_many(result: Result) -> str:
    found, output = result["discovery"], _output(result)
    side, threshold = _threshold(result)
    beyond = f"{opening_name(output)} is {side} {level(threshold, output['unit'])}"
    if found["share"] is None:
        return f"No point has a value of {output['name']}."
    said = f"{beyond} in {percent(found['share'], 0)} of {plural(found['points'], 'point')}"
    if found["points"] + found["dropped"] < result["study"]["points"]:
        said += " that were drawn apart from each other"
    if found["unsure"]:
        said += f"; {plural(found['unsure'], 'point lies', 'points lie')} so near that other years might tell otherwise"
    if found["dropped"]:
        said += f"; {plural(found['dropped'], 'point has', 'points have')} no answer"
    return f"{said}."


def _box_in_words(result: Result, box: Row, names: Mapping[str, str], index: int) -> str:
    units = _units(result)
    where = listed(f"{names[limit['factor']]} is {_limit(limit, units)}" for limit in box["limits"])
    dense, covered = box["density"], box["coverage"]
    return (
        f"{'Of the rest, where' if index else 'Where'} {where}, about {percent(dense['value'], 0)} of points fail "
        f"({interval(dense['low'], dense['high'], 'fraction', 0)}); that holds about {percent(covered['value'], 0)} of "
        f"all failures ({interval(covered['low'], covered['high'], 'fraction', 0)}). Of the points on which this was "
        f"found, {percent(box['on_its_own'], 0)} fail there."
    )


def _on_halves(box: Row) -> str:
    tested = box["tested"]
    return (
        f"Boxes found the same way on half of the points hold {percent(tested['density'], 0)} failures on the other "
        f"half, and {percent(tested['coverage'], 0)} of all failures."
    )


def _limit(limit: Row, units: Mapping[str, str]) -> str:
    low, high, unit = limit["low"], limit["high"], units[limit["factor"]]
    if low is None:
        return f"below {compact(high, unit)}"
    return f"above {compact(low, unit)}" if high is None else f"from {compact(low, unit)} to {compact(high, unit)}"


def _units(result: Result) -> dict[str, str]:
    return {row["path"]: row["unit"] for row in result["study"]["factors"]}


def _factor(result: Result, path: str) -> Row:
    found: Row = next(row for row in result["study"]["factors"] if row["path"] == path)
    return found


def _sides(result: Result, limit: Row) -> tuple[float, float]:
    """The box's ends of a factor, those of its range where it is open."""
    factor = _factor(result, limit["factor"])
    low = factor["low"] if limit["low"] is None else limit["low"]
    return low, factor["high"] if limit["high"] is None else limit["high"]


def _ranges(result: Result, box: Row, names: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for limit in box["limits"]:
        factor = _factor(result, limit["factor"])
        span = factor["high"] - factor["low"]
        low, high = _sides(result, limit)
        rows.append(
            {
                "name": names[limit["factor"]],
                "from": (low - factor["low"]) / span,
                "to": (high - factor["low"]) / span,
                "at_low": compact(factor["low"], factor["unit"]),
                "at_high": compact(factor["high"], factor["unit"]),
                "inside": _limit(limit, _units(result)),
            }
        )
    return pd.DataFrame(rows)


def _points_chart(result: Result, box: Row, names: Mapping[str, str], points: pd.DataFrame) -> Chart:
    """Over the two factors that tell most, or over one factor and the output where the box limits one."""
    output, (side, threshold) = _output(result), _threshold(result)
    known = points[points[output["path"]].notna()]
    values = known[output["path"]]
    fails = values < threshold if side == "below" else values > threshold
    first = box["limits"][0]
    states = [figures.FAILS if beyond else figures.HOLDS for beyond in fails]
    frame = pd.DataFrame({"x": known[first["factor"]], "state": states})
    low, high = _sides(result, first)
    sides = {"x": low, "x2": high}
    x_title = _titled(result, first["factor"], names)
    if len(box["limits"]) > 1:
        other = box["limits"][1]
        low, high = _sides(result, other)
        frame["y"] = known[other["factor"]]
        return figures.box_points(
            frame, {**sides, "y": low, "y2": high}, x_title, _titled(result, other["factor"], names)
        )
    scale, unit = (100.0, "%") if output["unit"] in SHARES else (1.0, output["unit"])
    frame["y"] = values * scale
    ends = (
        (float(frame["y"].min()), threshold * scale)
        if side == "below"
        else (threshold * scale, float(frame["y"].max()))
    )
    return figures.box_points(frame, {**sides, "y": ends[0], "y2": ends[1]}, x_title, f"{output['name']}, {unit}")


def _titled(result: Result, path: str, names: Mapping[str, str]) -> str:
    unit = _factor(result, path)["unit"]
    return f"{names[path]}, {unit}" if unit else names[path]


def _points_caption(box: Row) -> str:
    more = len(box["limits"]) - 2
    said = "Each mark is a point of the study; shaded: the box."
    return f"{said} It also limits {plural(more, 'factor')} not drawn here." if more > 0 else said


def _limits_table(result: Result, box: Row, names: Mapping[str, str]) -> Html:
    headings = ("Range", "In the box", "Density without it", "Found again", "Chance")
    columns = [Column("Factor"), *(Column(heading, numeric=True) for heading in headings)]
    units = _units(result)
    rows = []
    for limit in box["limits"]:
        factor = _factor(result, limit["factor"])
        name = names[limit["factor"]]
        rows.append(
            [
                join(name, h("small", h("code", limit["factor"])) if name != limit["factor"] else None),
                f"{compact(factor['low'])} to {compact(factor['high'], factor['unit'])}",
                _limit(limit, units),
                percent(limit["density_without"], 0),
                f"in {percent(limit['found_again'], 0)} of halves",
                probability(limit["chance"]),
            ]
        )
    return table("What the box asks of each factor", columns, rows)


def _trajectory_table(box: Row) -> Html:
    columns = [Column(name, numeric=True) for name in ("Limits", "Coverage", "Density")]
    rows = [
        [number(step["limits"]), percent(step["coverage"], 0), percent(step["density"], 0)]
        for step in box["trajectory"]
    ]
    return table("Boxes on the way, a slice smaller each", columns, rows)
