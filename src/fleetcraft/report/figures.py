"""Charts: DataFrame -> Altair chart -> SVG, drawn without a browser or a network.

Every chart states its units in an axis title or its own title, and marks a domain by shape as well as colour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from textwrap import shorten
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from fleetcraft.report import tokens
from fleetcraft.report.countries import country
from fleetcraft.report.narrative import asks
from fleetcraft.report.tables import LEAST_BOUGHT
from fleetcraft.report.tokens import LIGHT, MoneyScale
from fleetcraft.scenario.platform import DOMAINS

Chart = alt.TopLevelMixin

_LABEL_PX = 285
_PLOT_PX = 520
_BAR_PX = 230
_OFF_SCALE = 2.5
_WHOLE = "datum.value % 1 ? '' : format(datum.value, ',d')"
_CONFIG: dict[str, Any] = {
    "aria": False,
    "font": tokens.CHART_FONT,
    "background": LIGHT["paper"],
    "padding": 6,
    "view": {"stroke": None},
    "axis": {
        "labelColor": LIGHT["muted"],
        "titleColor": LIGHT["muted"],
        "gridColor": LIGHT["rule"],
        "domainColor": LIGHT["rule"],
        "tickColor": LIGHT["rule"],
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titlePadding": 6,
    },
    "title": {"color": LIGHT["ink"], "fontSize": 12, "anchor": "start", "frame": "bounds"},
    "header": {"labelColor": LIGHT["ink"], "labelFontSize": 12, "labelFontWeight": "bold", "labelAnchor": "start"},
    "text": {"fontSize": 11},
    "legend": {"labelColor": LIGHT["ink"], "labelFontSize": 11, "orient": "top", "symbolOpacity": 1},
}


def to_svg(chart: Chart) -> str:
    """The chart as SVG in the light colours."""
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict(validate=False), config=_CONFIG)
    return svg


def spending_sums(orders: pd.DataFrame, key: str) -> pd.DataFrame:
    """Cost by ``country`` or ``domain`` of the orders table, dearest first."""
    named = orders.assign(country=[country(c) for c in orders["supplier_country"]])
    sums = named.groupby(key)["cost"].sum().reset_index()
    return sums.sort_values(by="cost", ascending=False, kind="stable")


def spending(sums: pd.DataFrame, key: str, money: MoneyScale, title: str) -> Chart:
    """Bars of ``spending_sums``, each with its figure."""
    shown = sums.assign(shown=sums["cost"] / money.divisor, label=[money.cell(c) for c in sums["cost"]])
    room = alt.Scale(domain=[0, max(float(shown["shown"].max()), 1e-9) * 1.2], nice=False)
    base = alt.Chart(shown, title=title, width=_BAR_PX, height={"step": 26}).encode(
        y=alt.Y(f"{key}:N", title=None, sort=list(shown[key]), axis=alt.Axis(ticks=False, domain=False)),
        x=alt.X("shown:Q", title=money.unit, scale=room, axis=_few_ticks()),
    )
    colour: Any = _domain_colour(legend=False) if key == "domain" else alt.value(LIGHT["bar"])
    labels = base.mark_text(align="left", dx=5, color=LIGHT["ink"]).encode(text="label:N")
    return alt.layer(base.mark_bar(height=15).encode(color=colour), labels)


def first_day(table: pd.DataFrame, deadline: date) -> Chart:
    """A dot for every type: the chance that one ordered on the first day is usable in time; filled: it is bought.

    Bought: the mean future orders at least half a craft, so that a type of one future in many stays open.
    """
    shown = table.assign(
        bought=[q >= LEAST_BOUGHT for q in table["ordered"]],
        share=table["probability_usable_in_time"] * 100,
        label=[tokens.probability(p) for p in table["probability_usable_in_time"]],
        row=_distinct(table["name"]),
    )
    base = alt.Chart(shown, width=_PLOT_PX, height={"step": 18}).encode(
        y=alt.Y("row:N", title=None, sort=list(shown["row"]), axis=row_labels()),
        x=alt.X(
            "share:Q",
            title=f"usable by {tokens.day(deadline)}, % of futures",
            scale=alt.Scale(domain=[0, 100], nice=False),
            axis=alt.Axis(tickCount=6),
        ),
    )
    colour = alt.Fill("domain:N", scale=domain_scale(), legend=None)
    stems = base.mark_rule(color=LIGHT["rule"], strokeWidth=1.5).encode(x2=alt.datum(0))
    dots = base.mark_point(size=75, opacity=1).encode(
        shape=_domain_shape(),
        color=_domain_colour(),
        fill=alt.condition("datum.bought", colour, alt.value(LIGHT["paper"])),
    )
    labels = base.mark_text(align="left", dx=10, color=LIGHT["muted"]).encode(text="label:N")
    return alt.layer(stems, dots, labels)


def budget(table: pd.DataFrame, money: MoneyScale) -> Chart:
    """Obligation, outlay and support by fiscal year as bars; a year's budget is a line across its bar."""
    panels = {"obligation": "obligation_budget", "outlay": None, "support": "support_budget"}
    shown = pd.concat([_budget_rows(table, amount, limit, money) for amount, limit in panels.items()])
    base = alt.Chart(shown).encode(
        x=alt.X("year:N", title="fiscal year", axis=alt.Axis(labelAngle=0, ticks=False)),
        y=alt.Y("amount:Q", title=money.unit, axis=_few_ticks()),
    )
    bars = base.mark_bar(width=24, color=LIGHT["bar"])
    limits = base.transform_filter("isValid(datum.limit)").encode(y="limit:Q")
    lines = limits.mark_tick(color=LIGHT["short"], thickness=2.5, width=42, orient="horizontal")
    labels = base.mark_text(dy=-8, color=LIGHT["ink"]).encode(y="above:Q", text="label:N")
    facet = alt.Column("panel:N", title=None, sort=[p.capitalize() for p in panels])
    chart = alt.layer(bars, lines, labels).properties(width=235, height=170).facet(column=facet, spacing=26)
    return _apart(chart)


def _budget_rows(table: pd.DataFrame, amount: str, limit: str | None, money: MoneyScale) -> pd.DataFrame:
    """One panel's bars; a figure stands above its bar, and above the budget's line where the two would touch."""
    spent, limits = (
        table[amount] / money.divisor,
        (table[limit] if limit else table[amount] * float("nan")) / money.divisor,
    )
    top = max(spent.max(), limits.max()) if limits.notna().any() else spent.max()
    touching = (limits >= spent) & (limits - spent < 0.085 * top)
    labels = [money.cell(a) if not tokens.is_missing(a) and a > 0 else "" for a in table[amount]]
    return pd.DataFrame(
        {
            "panel": amount.capitalize(),
            "year": [str(y) for y in table["fiscal_year"]],
            "amount": spent,
            "limit": limits,
            "above": limits.where(touching, spent),
            "label": labels,
        }
    )


def requirement_dots(table: pd.DataFrame) -> Chart:
    """Simulated value, its 95% interval, planned value and threshold of each requirement, grouped by what is asked."""
    shown = table.assign(group=[f"{asks(row)}, {_in(row['measure'])}" for row in table.to_dict("records")])
    units = [unit for unit in ("fraction", "h") if (shown["unit"] == unit).any()]
    charts = [_requirement_chart(pd.DataFrame(shown[shown["unit"] == unit]), unit) for unit in units]
    return charts[0] if len(charts) == 1 else alt.vconcat(*charts, spacing=18)


def _in(measure: str) -> str:
    return {
        "detection": "% of targets found",
        "identification": "% of targets found and identified",
        "presence": "% of the year",
        "layered": "% of the year",
        "revisit": "h, less is better",
    }[measure]


def _requirement_chart(rows: pd.DataFrame, unit: str) -> alt.FacetChart:
    shown, limit = requirement_points(rows, unit), axis_limit(rows, unit)
    scale, axis = alt.Scale(domain=[0, limit], nice=False, clamp=True), alt.Axis(tickCount=6)
    state, shape = state_colour(), state_shape()
    base = alt.Chart(shown).encode(y=alt.Y("area:N", title=None, sort=None, axis=row_labels()))

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, scale=scale, axis=axis)

    layers = (
        base.mark_point(shape="triangle-left", size=36, filled=True, color=LIGHT["muted"], opacity=1).encode(
            x("ceiling")
        ),
        base.mark_tick(color=LIGHT["ink"], thickness=2, height=16, orient="vertical").encode(x("threshold")),
        base.mark_rule(strokeWidth=2.5).encode(x("low"), x2="high:Q", color=state),
        base.mark_point(size=62, filled=True, opacity=1).encode(x("simulated"), color=state, shape=shape),
        base.mark_point(shape="diamond", size=150, strokeWidth=1.3, color=LIGHT["muted"], opacity=1).encode(
            x("planned")
        ),
        base.mark_text(align="right", dx=-11, color=LIGHT["short"]).encode(x("simulated"), text="beyond:N"),
    )
    facet = alt.Row(
        "group:N",
        title=None,
        sort=list(dict.fromkeys(shown["group"])),
        header=alt.Header(labelAngle=0, labelOrient="top", labelPadding=4),
    )
    chart = alt.layer(*layers).properties(width=_PLOT_PX, height={"step": 21}).facet(row=facet, spacing=14)
    return _apart(chart)


def requirement_points(rows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """What is drawn of each requirement, shares in percent; what lies beyond the axis stands at its end."""
    factor = 100.0 if unit == "fraction" else 1.0
    limit = axis_limit(rows, unit)
    points = rows[["planned", "simulated", "low", "high", "threshold", "ceiling"]] * factor
    return points.clip(upper=limit).assign(
        group=rows["group"],
        area=_distinct(rows["area_name"].fillna(rows["area"]), rows["group"]),
        state=["no value" if tokens.is_missing(r) else "reaches" if r else "short" for r in rows["reached"]],
        beyond=[tokens.quantity(s, unit) + " →" if s > limit else "" for s in points["simulated"]],
    )


def axis_limit(rows: pd.DataFrame, unit: str) -> float:
    """100%, or for hours the largest value drawn; what lies far beyond the thresholds is drawn at the edge."""
    if unit == "fraction":
        return 100.0
    highest = rows[["planned", "simulated", "high", "threshold"]].max().max()
    return float(min(highest * 1.05, rows["threshold"].max() * _OFF_SCALE))


def delivery_bands(table: pd.DataFrame, deadline: date) -> Chart:
    """Usable craft of each type: mean line, 5% to 95% band, dashed deadline; a panel's top is the number ordered."""
    panels = _panel_names(table)
    shown = table.assign(panel=[panels[p] for p in table["platform"]])
    return _bands(shown, deadline, alt.Axis(format="%Y", tickCount="year", grid=False, title=None), height=84)


def ramp_up(table: pd.DataFrame, deadline: date) -> Chart:
    """Usable craft of each domain: mean line, 10% to 90% band, dashed deadline; a panel's top is the number ordered."""
    rows = zip(table["domain"], table["ordered"], strict=True)
    panels = [f"{tokens.DOMAIN_MARKS[d]} {str(d).capitalize()}: {tokens.number(n)} ordered" for d, n in rows]
    months: Any = {"interval": "month", "step": 6}
    axis = alt.Axis(format="%b %Y", tickCount=months, grid=False, title=None, labelOverlap=True)
    return _bands(table.assign(panel=panels), deadline, axis, height=150)


def _bands(table: pd.DataFrame, deadline: date, dates: alt.Axis, height: int) -> Chart:
    """A panel each: a mean line within its band, the deadline as a dashed line."""
    shown = table.assign(deadline=pd.Timestamp(deadline))
    count = alt.Axis(tickCount=3, title="craft", minExtent=26, labelExpr=_WHOLE)
    colour = _domain_colour(legend=False)
    base = alt.Chart(shown).encode(x=alt.X("date:T", axis=dates))
    band = base.mark_area(opacity=0.3, interpolate="step-after")
    line = base.mark_line(strokeWidth=2, interpolate="step-after")
    layers = (
        band.encode(y=alt.Y("low:Q", axis=count, scale=alt.Scale(nice=False)), y2="high:Q", color=colour),
        line.encode(y="mean:Q", color=colour),
        alt.Chart(shown).mark_point(opacity=0, size=0, color=LIGHT["paper"]).encode(y="max(ordered):Q"),
        alt.Chart(shown).mark_rule(color=LIGHT["ink"], strokeDash=[4, 3]).encode(x="min(deadline):T"),
    )
    facet = alt.Facet(
        "panel:N",
        title=None,
        sort=list(dict.fromkeys(shown["panel"])),
        header=alt.Header(labelFontSize=11, labelPadding=3),
    )
    small = alt.layer(*layers).properties(width=270, height=height)
    chart = small.facet(facet=facet, columns=3, spacing={"row": 52, "column": 50}, bounds="flush")
    return _apart(chart)


def _panel_names(table: pd.DataFrame) -> dict[str, str]:
    """A panel's heading by platform: the type and how many are ordered."""
    first = table.drop_duplicates("platform")
    ordered = ["" if tokens.is_missing(n) else f": {tokens.number(n)} ordered" for n in first["ordered"]]
    names = [_shortened(str(name), 32) + count for name, count in zip(first["name"], ordered, strict=True)]
    return dict(zip(first["platform"], _distinct(names), strict=True))


def _apart(chart: alt.FacetChart) -> alt.FacetChart:
    """Each panel with a y scale and an x axis of its own."""
    apart: alt.FacetChart = chart.resolve_scale(y="independent").resolve_axis(x="independent")
    return apart


def row_labels(width_px: int = _LABEL_PX) -> alt.Axis:
    """Names of rows, all as wide, without ticks."""
    return alt.Axis(
        labelLimit=width_px,
        minExtent=width_px,
        maxExtent=width_px,
        ticks=False,
        domain=False,
        labelColor=LIGHT["ink"],
        grid=False,
        labelPadding=12,
    )


def _few_ticks() -> alt.Axis:
    return alt.Axis(tickCount=4, format=",~f")


def domain_scale(domains: Sequence[str] = DOMAINS) -> alt.Scale:
    """The colour of each domain."""
    return alt.Scale(domain=list(domains), range=[LIGHT[d] for d in domains])


def _domain_colour(*, legend: bool = True) -> alt.Color:
    return alt.Color("domain:N", scale=domain_scale(), legend=alt.Legend(title=None) if legend else None)


def _domain_shape() -> alt.Shape:
    shapes = alt.Scale(domain=list(DOMAINS), range=[tokens.DOMAIN_SHAPES[d] for d in DOMAINS])
    return alt.Shape("domain:N", scale=shapes, legend=alt.Legend(title=None))


def state_colour() -> alt.Color:
    """The colour of a requirement that reaches its threshold, falls short or has no value."""
    range_ = [LIGHT[state["colour"]] for state in tokens.STATES.values()]
    return alt.Color("state:N", scale=alt.Scale(domain=list(tokens.STATES), range=range_), legend=None)


def state_shape() -> alt.Shape:
    """The shape of a requirement that reaches its threshold, falls short or has no value."""
    range_ = [state["shape"] for state in tokens.STATES.values()]
    return alt.Shape("state:N", scale=alt.Scale(domain=list(tokens.STATES), range=range_), legend=None)


def _distinct(names: Iterable[object], groups: Iterable[object] | None = None) -> list[str]:
    """The names, one repeated within its group numbered: two rows or panels of a chart may not share a label."""
    seen: Counter[tuple[object, object]] = Counter()
    out = []
    for name, group in zip(names, groups, strict=True) if groups is not None else ((name, None) for name in names):
        seen[name, group] += 1
        out.append(str(name) if seen[name, group] == 1 else f"{name} ({seen[name, group]})")
    return out


def _shortened(name: str, length: int) -> str:
    """The name, cut after a word where it is too long, or within the first where that is too long itself."""
    if len(name) <= length:
        return name
    short = shorten(name, length, placeholder="…")
    return short if len(short) > 1 else name[: length - 1] + "…"
