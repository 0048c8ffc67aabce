"""The sections of a re-plan: what changed and why, what to expect by the deadline, and the chain of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from fleetcraft.report.figures import Chart
from fleetcraft.report.markup import Column, Html, bullets, folded, h, join, table
from fleetcraft.report.narrative import listed
from fleetcraft.report.page import more, standing
from fleetcraft.report.replan_words import expected, in_short, ordered_now, points, sentences
from fleetcraft.report.run import Run
from fleetcraft.report.section import Figures, Section, figure
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import LIGHT, MISSING, day, money, number, percent

_STAGES = {"before": "before", "after": "as decided now"}
_FACTS = {
    "scenario": "The scenario, changed since",
    "orders": "Orders placed",
    "deliveries": "What has come by today, what has not",
    "announced": "What suppliers announced",
    "lost": "Losses",
    "exchange": "Exchange rates",
    "embargoes": "Embargoes",
    "money": "Contracts and money stated",
    "all": "All together",
    "decision": "The decision taken now",
}


def news(run: Run, _figures: Figures) -> Html | None:
    """What has changed since the plan before, in three sentences."""
    told = run.result.get("replan")
    if told is None:
        return None
    body = join(
        h("p", f"{in_short(told)} {ordered_now(run.result)} {expected(told['forecast'])}"),
        h("p", told["note"], class_="note") if told.get("note") else None,
        more("facts", "What each fact does to the plan"),
    )
    return standing(Section("replan", "What changed, and why", body))


def changed(run: Run, _figures: Figures) -> Section | None:
    """What has happened since the plan before, what each fact does to it, and what is decided now."""
    told = run.result.get("replan")
    if told is None:
        return None
    note = (
        "Every fact is put on the plan before by itself and judged in the same futures, year by year, so that the "
        "intervals are those of paired differences; the facts need not add up to their sum. News that later orders may "
        f"adapt to comes on {day(told['news'])}."
    )
    body = join(
        bullets(sentences(run.result)),
        _facts_table(told["why"], run.result["cost"]["currency"]),
        h("p", note, class_="note"),
        _raised(told, run.result["cost"]["currency"]),
        _breaches(told["breaches"]["carried_on"]),
        _changes_table(told["changed"]),
    )
    return Section("facts", "What each fact does to the plan", body)


def _facts_table(why: Iterable[Mapping[str, Any]], currency: str) -> Html:
    headings = ("Attainment", "Difference, points", "95% interval", "To obligate", "To pay", "Life cycle")
    columns = (Column("Fact"), *(Column(heading, numeric=True) for heading in headings))
    rows = [
        (
            _FACTS[entry["fact"]],
            percent(entry["attainment"]),
            _points(entry["difference"]),
            MISSING if entry["low"] is None else f"{_points(entry['low'])} to {_points(entry['high'])}",
            *(_signed(entry[key], currency) for key in ("acquisition", "paid", "life_cycle")),
        )
        for entry in why
    ]
    return table("What each fact does to the plan before, and what the decision does to that", columns, rows)


def _points(share: float | None) -> str:
    return MISSING if share is None else points(share)


def _signed(amount: float, currency: str) -> str:
    if abs(amount) < 0.5:
        return money(0.0, currency)
    return ("+" if amount > 0 else "") + money(amount, currency)


def _raised(told: Mapping[str, Any], currency: str) -> Html | None:
    years = [
        f"support {each['year']}: {money(each['needed'], currency)} in place of {money(each['stated'], currency)}"
        for each in told.get("raised", ())
    ]
    words = (
        "What was ordered before needs more support money than there is; the rest is decided as if there were enough:"
    )
    return join(h("p", words), bullets(years)) if years else None


def _breaches(broken: Sequence[str]) -> Html | None:
    words = "If the plan were carried on unchanged, these limits would not be kept:"
    return join(h("p", words), bullets(broken)) if broken else None


def _changes_table(moved: list[Mapping[str, Any]]) -> Html | None:
    if not moved:
        return None
    headings = ("Before, craft", "Now, craft", "Difference")
    columns = (Column("Type"), Column("Order of"), *(Column(heading, numeric=True) for heading in headings))
    rows = [
        (
            entry["name"],
            f"{entry['period']}{' (placed)' if entry['placed'] else ''}",
            number(entry["before"], 1),
            number(entry["after"], 1),
            ("+" if entry["difference"] > 0 else "") + number(entry["difference"], 1),
        )
        for entry in moved
    ]
    caption = "Orders that differ, what is only ordered in some futures counted in the mean of all"
    return folded("The orders that differ", table(caption, columns, rows))


def outlook(run: Run, figures: Figures) -> Section | None:
    """Usable craft over time before and after, and when types are complete."""
    told = run.result.get("replan")
    if told is None:
        return None
    forecast = told["forecast"]
    caption = (
        "Craft delivered and integrated at month starts, losses to come not counted: mean (line) and 5% to 95% of "
        "futures (band), as was expected before and as is decided now. Dashed: the deadline, "
        f"{day(forecast['deadline'])}."
    )
    body = join(
        h("p", expected(forecast)),
        figure(figures, "forecast", caption),
        folded("When the last craft ordered is usable, type by type", _complete_table(forecast["complete"])),
    )
    return Section("forecast", "What to expect by the deadline", body)


def _complete_table(rows: Iterable[Mapping[str, Any]]) -> Html:
    headings = ("Lost, craft", "Before: middle", "Now: 5% quantile", "Now: middle", "Now: 95% quantile")
    columns = (Column("Type"), *(Column(heading, numeric=True) for heading in headings))
    cells = [
        (
            row["name"],
            number(row["lost"]),
            _when(row["before"], "p50"),
            *(_when(row["after"], quantile) for quantile in ("p05", "p50", "p95")),
        )
        for row in rows
    ]
    caption = "Day on which the last craft ordered is usable, those lost for good left out; never: kept back"
    return table(caption, columns, cells)


def _when(quantiles: Mapping[str, str | None] | None, which: str) -> str:
    if quantiles is None:
        return MISSING
    found = quantiles[which]
    return "never" if found is None else day(found)


def chain(run: Run, _figures: Figures) -> Section | None:
    """The decisions that this one follows, each with the hashes that bind it to the one before."""
    told = run.result.get("replan")
    if told is None:
        return None
    headings = ("As of", "Actuals, SHA-256", "Follows", "Plan carried out", "Its run")
    rows = [
        (
            day(link["today"]),
            _short(link["actuals"]),
            _short(link["follows"]),
            _short(None if link["after"] is None else link["after"]["plan"]),
            MISSING if link["after"] is None else f"{link['after']['verb']} {link['after']['run']}",
        )
        for link in told["chain"]
    ]
    note = (
        "Every actuals file names the one before it by its hash and lies in the run's history folder; a file that was "
        "changed since breaks the chain. fleetcraft runs history shows and verifies it."
    )
    body = join(table("The chain", [Column(heading) for heading in headings], rows), h("p", note, class_="note"))
    return Section("chain", "The chain of decisions", body)


def _short(digest: str | None) -> Html | str:
    return MISSING if digest is None else h("code", digest[:16], title=digest)


def forecast_chart(result: Result) -> Chart | None:
    """Usable craft over time, before and after: two lines within their bands; None where nothing is ordered."""
    if "replan" not in result:
        return None
    forecast = result["replan"]["forecast"]
    rows = [
        {"date": month["date"], "plan": name, **month[stage]}
        for month in forecast["craft"]
        for stage, name in _STAGES.items()
    ]
    shown = pd.DataFrame(rows)
    if not shown["high"].max():
        return None
    shown = shown.assign(date=pd.to_datetime(shown["date"]), deadline=pd.Timestamp(forecast["deadline"]))
    names = list(_STAGES.values())
    palette = alt.Scale(domain=names, range=[LIGHT["bar"], LIGHT["air"]])
    colour = alt.Color("plan:N", scale=palette, legend=alt.Legend(title=None, orient="top"))
    dash = alt.StrokeDash("plan:N", scale=alt.Scale(domain=names, range=[[4, 3], [1, 0]]), legend=None)
    axis = alt.Axis(format="%b %Y", grid=False, title=None, labelOverlap=True)
    base = alt.Chart(shown).encode(x=alt.X("date:T", axis=axis), color=colour)
    band = base.mark_area(opacity=0.25, interpolate="step-after")
    line = base.mark_line(strokeWidth=2, interpolate="step-after")
    return alt.layer(
        band.encode(y=alt.Y("low:Q", title="craft usable, losses to come left out"), y2="high:Q"),
        line.encode(y="mean:Q", strokeDash=dash),
        alt.Chart(shown).mark_rule(color=LIGHT["ink"], strokeDash=[4, 3]).encode(x="min(deadline):T"),
    ).properties(width=760, height=260)


def forecast_in_words(result: Result) -> str:
    """What the forecast's chart shows, for who cannot see it."""
    shares = result["replan"]["forecast"]["usable_share_at_deadline"]
    said = [
        f"{name}: {MISSING if shares[stage] is None else percent(shares[stage]['mean'], 0)}"
        for stage, name in _STAGES.items()
    ]
    return f"Share of the craft ordered that is delivered and integrated by the deadline, {listed(said)}."
