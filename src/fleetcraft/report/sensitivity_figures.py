"""Charts of what drives an answer: tornado, Sobol indices, Morris' plane, and the box in which points fail."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from fleetcraft.report.figures import Chart, row_labels
from fleetcraft.report.labels import Label, place_labels
from fleetcraft.report.tokens import LIGHT

_LABEL_PX, _PLOT_PX = 345, 430
_BAR_PX = 12
_PLANE_PX = (560.0, 340.0)
_LETTER_PX = 6.2
_FONT_PX = 11
_LEAST_LEFT = 0.02
"""A bar's label stands on its left from this share of the longest bar: a hair below 0 is 0."""
ALONE, WITH_OTHERS = "alone (first)", "with all others (total)"
AT_LOW, AT_HIGH = "at its low", "at its high"
FAILS, HOLDS = "fails", "holds"


def _rows(frame: pd.DataFrame, kinds: tuple[str, str], colours: tuple[str, str], title: str) -> Chart:
    """Two bars a factor, each with its 95% interval as a line and its label beyond.

    ``frame`` has columns name, kind, value, low, high, label; low and high are nan where there is no interval.
    """
    ends = frame[["value", "low", "high"]]
    leftward = frame["value"] < -_LEAST_LEFT * np.nanmax(np.abs(ends.to_numpy()))
    shown = frame.assign(
        low=frame["low"].fillna(frame["value"]),
        high=frame["high"].fillna(frame["value"]),
        leftward=leftward,
        outward=np.where(leftward, ends.min(axis=1), ends.max(axis=1)),
    )
    scale: Any = alt.Scale(domain=_reach(shown), nice=False)
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(kinds), range=[LIGHT[c] for c in colours]),
        legend=alt.Legend(title=None),
    )
    base = alt.Chart(shown, width=_PLOT_PX, height={"step": _BAR_PX}).encode(
        y=alt.Y("name:N", title=None, sort=list(dict.fromkeys(shown["name"])), axis=row_labels(_LABEL_PX)),
        yOffset=alt.YOffset("kind:N", sort=list(kinds)),
    )
    bars = base.mark_bar(height=9).encode(x=alt.X("value:Q", title=title, scale=scale), color=colour)
    lines = base.mark_rule(color=LIGHT["ink"], strokeWidth=1.2).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    outward = base.encode(x=alt.X("outward:Q", title=title), text="label:N")
    texts = (
        outward.transform_filter("datum.leftward").mark_text(align="right", dx=-5, color=LIGHT["muted"]),
        outward.transform_filter("!datum.leftward").mark_text(align="left", dx=5, color=LIGHT["muted"]),
    )
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=LIGHT["muted"]).encode(x=alt.X("at:Q", title=title))
    return alt.layer(bars, lines, *texts, zero)


def _reach(shown: pd.DataFrame) -> list[float]:
    """The axis' ends with room for the label beyond each bar."""
    least, most = min(float(shown["low"].min()), 0.0), max(float(shown["high"].max()), 0.0)
    span = max(most - least, 1e-12)
    room = shown["label"].str.len() * _LETTER_PX / _PLOT_PX * 1.6 * span
    left = (shown["outward"] - room).where(shown["leftward"], least).min()
    right = (shown["outward"] + room).where(~shown["leftward"], most).max()
    return [float(left), float(right)]


def sobol_bars(frame: pd.DataFrame) -> Chart:
    """First and total index of each factor in percent of the output's variance; columns as for ``_rows``."""
    return _rows(frame, (WITH_OTHERS, ALONE), ("bar", "link"), "share of the output's variance, %")


def tornado_bars(frame: pd.DataFrame, unit: str) -> Chart:
    """What each factor changes at either end of its range; columns as for ``_rows``, the largest change first."""
    return _rows(frame, (AT_LOW, AT_HIGH), ("short", "link"), f"change from all factors as likely, {unit}")


def morris_plane(frame: pd.DataFrame, unit: str) -> Chart:
    """mu* against sigma with the interval of mu*; on the dashed line sigma is as large as mu*.

    ``frame`` has columns name, mu_star, low, high, sigma; those with a label say so in ``label``.
    """
    width, height = _PLANE_PX
    most = max(float(frame[["mu_star", "high"]].max().max()), 1e-12) * 1.12
    top = max(float(frame["sigma"].max()), most / 3) * 1.15
    shown = frame.assign(low=frame["low"].clip(lower=0.0))
    scales: list[Any] = [alt.Scale(domain=[0, end], nice=False, clamp=True) for end in (most, top)]
    x = alt.X("mu_star:Q", title=f"mu*: mean size of the effect over the whole range, {unit}", scale=scales[0])
    y = alt.Y("sigma:Q", title=f"sigma: spread of the effect, {unit}", scale=scales[1])
    base = alt.Chart(shown, width=width, height=height).encode(x=x, y=y)
    end = min(most, top)
    line = pd.DataFrame({"mu_star": [0.0, end], "sigma": [0.0, end]})
    texts = _placed(shown[shown["label"]], most, top)
    return alt.layer(
        alt.Chart(line).mark_line(color=LIGHT["muted"], strokeDash=[4, 3], strokeWidth=1).encode(x=x, y=y),
        base.mark_rule(color=LIGHT["bar"], strokeWidth=1.5).encode(x=alt.X("low:Q"), x2="high:Q"),
        alt.Chart(texts)
        .mark_rule(color=LIGHT["muted"], strokeWidth=0.8)
        .encode(x=alt.X("end_x:Q"), y=alt.Y("end_y:Q"), x2="point_x:Q", y2="point_y:Q"),
        base.mark_point(filled=True, size=55, opacity=1, color=LIGHT["link"]).encode(),
        alt.Chart(texts).mark_text(color=LIGHT["ink"], fontSize=_FONT_PX).encode(x=x, y=y, text="name:N"),
    )


def _placed(points: pd.DataFrame, most: float, top: float) -> pd.DataFrame:
    """Where names stand so that they lie neither on each other nor on a point, and a line from each to its point."""
    width, height = _PLANE_PX
    at = [(mu / most * width, height - sigma / top * height) for mu, sigma in points[["mu_star", "sigma"]].to_numpy()]
    labels = [Label(x, y, (name,), _FONT_PX, 7.0) for (x, y), name in zip(at, points["name"], strict=True)]
    ends = points[["low", "high"]].to_numpy() / most * width
    lines = [(low, y - 4, high, y + 4) for (low, high), (_, y) in zip(ends, at, strict=True)]
    placed = place_labels(labels, [*((x - 5, y - 5, x + 5, y + 5) for x, y in at), *lines], width, height)
    left_at = [_edge(each.x, each.y, each.label) for each in placed]
    return pd.DataFrame(
        {
            "name": [each.label.lines[0] for each in placed],
            "mu_star": [each.x / width * most for each in placed],
            "sigma": [(height - each.y) / height * top for each in placed],
            "end_x": [x / width * most for x, _ in left_at],
            "end_y": [(height - y) / height * top for _, y in left_at],
            "point_x": [each.label.x / width * most for each in placed],
            "point_y": [(height - each.label.y) / height * top for each in placed],
        }
    )


def _edge(x: float, y: float, label: Label) -> tuple[float, float]:
    """Where the line from a name at (x, y), in pixels, to its point leaves the name."""
    along, down = label.x - x, label.y - y
    half = len(label.lines[0]) * _FONT_PX * 0.21, _FONT_PX * 0.7
    part = min((side / abs(way) for side, way in zip(half, (along, down), strict=True) if way), default=1.0)
    return x + min(part, 1.0) * along, y + min(part, 1.0) * down


def box_ranges(frame: pd.DataFrame) -> Chart:
    """Each limited factor's whole range as a thin bar and the box's part of it as a thick one.

    ``frame`` has columns name, from, to (the box's part, 0 to 1 of the range), at_low, at_high (the range's ends) and
    inside (the limits in words).
    """
    shown = frame.assign(zero=0.0, one=1.0, middle=(frame["from"] + frame["to"]) / 2)
    title = "part of the factor's range, from its low to its high"
    scale = alt.Scale(domain=[-0.22, 1.22], nice=False)
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="%", grid=False)
    base = alt.Chart(shown, width=_PLOT_PX, height={"step": 40}).encode(
        y=alt.Y("name:N", title=None, sort=list(shown["name"]), axis=row_labels(_LABEL_PX))
    )
    whole = base.mark_bar(height=4, color=LIGHT["rule"]).encode(
        x=alt.X("zero:Q", title=title, scale=scale, axis=axis), x2="one:Q"
    )
    part = base.mark_bar(height=12, color=LIGHT["short"]).encode(x=alt.X("from:Q", title=title), x2="to:Q")
    texts = [
        base.mark_text(align="right", dx=-5, color=LIGHT["muted"]).encode(
            x=alt.X("zero:Q", title=title), text="at_low:N"
        ),
        base.mark_text(align="left", dx=5, color=LIGHT["muted"]).encode(
            x=alt.X("one:Q", title=title), text="at_high:N"
        ),
        base.mark_text(dy=-13, color=LIGHT["ink"]).encode(x=alt.X("middle:Q", title=title), text="inside:N"),
    ]
    return alt.layer(whole, part, *texts)


def box_points(frame: pd.DataFrame, box: dict[str, float], x_title: str, y_title: str) -> Chart:
    """Points that fail and that hold over two axes, with the box; ``frame`` has columns x, y, state."""
    x_scale, y_scale = (
        alt.Scale(domain=[min(frame[c].min(), box[c]), max(frame[c].max(), box[f"{c}2"])], nice=False, padding=6)
        for c in ("x", "y")
    )
    x = alt.X("x:Q", title=x_title, scale=x_scale)
    y = alt.Y("y:Q", title=y_title, scale=y_scale)
    names = [FAILS, HOLDS]
    area = (
        alt.Chart(pd.DataFrame([box]))
        .mark_rect(color=LIGHT["short"], opacity=0.12)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
    )
    dots = (
        alt.Chart(frame, width=420, height=320)
        .mark_point(size=34, opacity=0.9, filled=True)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "state:N",
                scale=alt.Scale(domain=names, range=[LIGHT["short"], LIGHT["link"]]),
                legend=alt.Legend(title=None),
            ),
            shape=alt.Shape(
                "state:N", scale=alt.Scale(domain=names, range=["triangle-up", "circle"]), legend=alt.Legend(title=None)
            ),
        )
    )
    return alt.layer(area, dots)
