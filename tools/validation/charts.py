"""The figures of docs/background/validation, in the look of the reports."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from tests.reference.geometry import Search
from tools.validation.random_search import ASPECTS, CURVE_RATIOS, CURVE_WIDTHS, SPEED_RATIOS, law_with_ends, most_found

from fleetcraft.physics.search import detection_probability
from fleetcraft.report.figures import Chart
from fleetcraft.report.tokens import DOMAIN_SHAPES, LIGHT

RATIO_COLOURS = ("#1a1d21", "#0072b2", "#00875f", "#d55e00", "#a8326e")
RATIO_SHAPES = ("circle", "square", "diamond", "triangle-up", "cross")
MOST_RATIO = 4
LAW_WITH_ENDS = "law with arrival and border"
NO_OVERLAP = "no overlap: upper bound"


def rates(ratios: pd.DataFrame) -> Chart:
    """True over lawful rate at coverage 1, one searcher, by width; a panel for each shape and arrival.

    Ratios above ``MOST_RATIO`` are left out.
    """
    drawn = (ratios["coverage"] == 1) & (ratios["searchers"] == 1) & (ratios["courses"] == "diffuse")
    told = ratios[drawn & (ratios["ratio"] <= MOST_RATIO)]
    shown = told.assign(
        panel=[_where(*at) for at in zip(told["aspect"], told["arrival"], strict=True)],
        speed=[f"{r:g}" for r in told["speed_ratio"]],
    )
    x = alt.X(
        "width:Q",
        title="sweep width W / √A",
        scale=alt.Scale(type="log", domain=[0.018, 2.2], nice=False),
        axis=alt.Axis(values=[0.02, 0.05, 0.1, 0.2, 0.5, 1, 2], grid=False, format="~g"),
    )
    y = alt.Y(
        "ratio:Q",
        title="true rate / law, at coverage 1",
        scale=alt.Scale(type="log", domain=[0.65, MOST_RATIO], nice=False),
        axis=alt.Axis(values=[0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 4], format="~g", labelOverlap=False),
    )
    base = alt.Chart(shown).encode(x=x, color=_speed("color"))
    layers = (
        alt.Chart(shown).mark_rule(color=LIGHT["ink"], strokeDash=[4, 3]).encode(y=alt.datum(1)),
        base.mark_line(strokeWidth=1.5).encode(y=y),
        base.mark_rule(strokeWidth=1.5).encode(y="ratio_low:Q", y2="ratio_high:Q"),
        base.mark_point(size=34, filled=True, opacity=1).encode(y=y, shape=_speed("shape")),
    )
    chart = alt.layer(*layers).properties(width=270, height=235)
    panels = [_where(aspect, arrival) for aspect in ASPECTS for arrival in ("inside", "border")]
    return _faceted(chart, panels)


def curves(long: pd.DataFrame) -> Chart:
    """Share found over coverage: truth, the law, the law with arrival and border, and no overlap at all."""
    coverage = np.linspace(0, long["coverage"].max(), 301)
    laws = pd.concat([_laws(width, coverage) for width in CURVE_WIDTHS])
    truth = long.assign(panel=[_panel(w) for w in long["width"]], kind=[_truth(r) for r in long["speed_ratio"]])
    kinds = [*(_truth(r) for r in CURVE_RATIOS), "random-search law", LAW_WITH_ENDS, NO_OVERLAP]
    colours = [RATIO_COLOURS[0], RATIO_COLOURS[2], RATIO_COLOURS[4], LIGHT["link"], LIGHT["surface"], LIGHT["muted"]]
    dashes = [[1, 0], [1, 0], [1, 0], [7, 4], [2, 3], [10, 3, 2, 3]]
    legend = alt.Legend(title=None, columns=3, labelLimit=320, symbolSize=420)
    base = alt.Chart(pd.concat([truth, laws])).encode(
        x=alt.X("coverage:Q", title="coverage: hours × W_eff v_rel / A", axis=alt.Axis(tickCount=4, grid=False)),
        y=alt.Y("share:Q", title="share of targets found", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5)),
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=colours), sort=kinds, legend=legend),
        strokeDash=alt.StrokeDash("kind:N", scale=alt.Scale(domain=kinds, range=dashes), sort=kinds, legend=legend),
    )
    chart = base.mark_line(strokeWidth=1.8).properties(width=270, height=190)
    return _faceted(chart, [_panel(w) for w in CURVE_WIDTHS])


def shipped(pairs: pd.DataFrame) -> Chart:
    """Error of the law for every shipped pair by its width, targets appearing anywhere; the dashed line is the flag's.

    Marks that would lie on each other are drawn once.
    """
    told = pairs[pairs["arrival"] == "inside"]
    shown = told.assign(
        error=((told["truth"] - told["law"]) * 500).round() / 5,
        of_mean_width=[float(f"{w:.2g}") for w in told["of_mean_width"]],
        panel=[_turns(c) for c in told["courses"]],
    ).drop_duplicates(["error", "of_mean_width", "panel"])
    domains = list(DOMAIN_SHAPES)
    colour = alt.Scale(domain=domains, range=[LIGHT[d] for d in domains])
    shape = alt.Scale(domain=domains, range=[DOMAIN_SHAPES[d] for d in domains])
    legend = alt.Legend(title=None)
    marks = (
        alt.Chart(shown)
        .mark_point(size=26, strokeWidth=1.1, opacity=0.8)
        .encode(
            x=alt.X(
                "of_mean_width:Q",
                title="sweep width / mean width of the area",
                scale=alt.Scale(type="log", domain=[0.0015, 2.5], nice=False),
                axis=alt.Axis(values=[0.003, 0.01, 0.03, 0.1, 0.3, 1], grid=False, format="~g"),
            ),
            y=alt.Y("error:Q", title="truth − law, percentage points", scale=alt.Scale(domain=[-20, 5], nice=False)),
            color=alt.Color("domain:N", scale=colour, legend=legend),
            shape=alt.Shape("domain:N", scale=shape, legend=legend),
        )
    )
    half = alt.Chart(shown).mark_rule(color=LIGHT["ink"], strokeDash=[4, 3]).encode(x=alt.datum(0.5))
    none = alt.Chart(shown).mark_rule(color=LIGHT["ink"]).encode(y=alt.datum(0))
    chart = alt.layer(none, half, marks).properties(width=285, height=230)
    panels = [_turns("diffuse"), _turns("specular")]
    return _faceted(chart, panels)


def _faceted(chart: Any, panels: list[str]) -> Chart:
    faceted: Chart = chart.facet(alt.Facet("panel:N", title=None, sort=panels), columns=2, spacing=24)
    return faceted


def _laws(width: float, coverage: Any) -> pd.DataFrame:
    search = Search(width=width, speed_ratio=0.0)
    shares = {
        "random-search law": detection_probability(1.0, coverage),
        LAW_WITH_ENDS: law_with_ends(search, coverage),
        NO_OVERLAP: most_found(search, coverage),
    }
    return pd.concat(
        pd.DataFrame({"panel": _panel(width), "kind": kind, "coverage": coverage, "share": share})
        for kind, share in shares.items()
    )


def _speed(channel: str) -> Any:
    names = [f"{r:g}" for r in SPEED_RATIOS]
    legend = alt.Legend(title="target speed / searcher speed", titleFontSize=11, titleFontWeight="normal")
    if channel == "color":
        return alt.Color("speed:N", scale=alt.Scale(domain=names, range=list(RATIO_COLOURS)), sort=names, legend=legend)
    return alt.Shape("speed:N", scale=alt.Scale(domain=names, range=list(RATIO_SHAPES)), sort=names, legend=legend)


def _where(aspect: float, arrival: str) -> str:
    shape = "square" if aspect == 1 else f"rectangle {aspect:g}:1"
    return f"{shape}, targets {'appear anywhere' if arrival == 'inside' else 'come in over the border'}"


def _turns(courses: str) -> str:
    return "at the border a fresh course" if courses == "diffuse" else "at the border the mirrored course"


def _panel(width: float) -> str:
    return f"W / √A = {width:g}"


def _truth(ratio: float) -> str:
    return f"truth, u/v = {ratio:g}"
