"""The section that says how much the uncertainty matters: what knowing more would be worth, how sure the optimum is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fleetcraft.report.markup import Column, Html, h, join, table
from fleetcraft.report.point_tables import interval_of_points, points_of_attainment
from fleetcraft.report.run import Run
from fleetcraft.report.section import Figures, Section
from fleetcraft.report.tokens import number

Interval = Mapping[str, float]

_NOTE = (
    "Points are hundredths of all that is asked. All of it is said of the programme that chose the plan, with the "
    "corrections it was solved with and before craft are placed one by one; what the plan earns in simulated years is "
    "told above."
)
_RISK = " The worst futures count as the scenario weighs them."


def uncertainty(run: Run, _figures: Figures) -> Section | None:
    """The value of perfect information and of the stochastic solution, and the bounds over repeated samples."""
    known, sampled = run.result.get("value_of_information"), run.result.get("sample_average")
    if known is None and sampled is None:
        return None
    note = _NOTE + (_RISK if run.scenario.uncertainty.risk else "")
    body = join(
        None if known is None else h("p", information(known)),
        None if known is None else _plans(known),
        None if sampled is None else h("p", sampling(sampled)),
        h("p", note, class_="note"),
    )
    return Section("uncertainty", "How much the uncertainty matters", body)


def information(known: Mapping[str, Any]) -> str:
    """What knowing everything beforehand would be worth, and what planning on likely values alone would cost."""
    return f"{_perfect(known['evpi'])} {_likely(known['vss'])}"


def _perfect(evpi: Interval | None) -> str:
    if evpi is None:
        return "What knowing everything beforehand would be worth was not found."
    return (
        "Knowing everything beforehand, which craft come when and who stops delivering, would be worth "
        f"{_points(evpi)}: no inquiry, trial or contract can be worth more than that."
    )


def _likely(vss: Interval | None) -> str:
    if vss is None:
        return (
            "Planning on likely values alone would not do at all: in one of the futures such a plan breaks a budget or "
            "another hard limit."
        )
    return f"Planning on likely values alone would cost {_points(vss)}."


def _points(gain: Interval) -> str:
    between = interval_of_points(gain["low"], gain["high"])
    return f"{points_of_attainment(gain['value'])} points of attainment (proven: {between})"


def _plans(known: Mapping[str, Any]) -> Html:
    rows = [
        (what, points_of_attainment(found["value"]), interval_of_points(found["low"], found["high"]))
        for key, what in (
            ("wait_and_see", "A plan of its own for each future, known beforehand"),
            ("here_and_now", "One plan for all of them: this one"),
            ("on_likely_values", "The plan made on likely values, its orders before the news kept"),
        )
        if (found := known[key]) is not None
    ]
    columns = (Column("Plan"), Column("Attains, points", numeric=True), Column("Proven between", numeric=True))
    return table("The same futures, decided with more and with less knowledge", columns, rows)


def sampling(sampled: Mapping[str, Any]) -> str:
    """How far the best plan over all futures may lie above this one."""
    upper, lower, gap = sampled["upper"], sampled["lower"], sampled["gap"]
    more = (
        "so the samples cannot tell it from the best plan of this programme: that attains"
        if gap["low"] <= 0
        else "so the best plan of this programme attains"
    )
    return (
        f"Was it luck with the futures it was solved on? The programme was solved anew on {number(sampled['samples'])} "
        f"other samples, on which no plan attains more than {_sampled(upper)} in the mean. This plan attains "
        f"{_sampled(lower)} in fresh futures, {more} at most {points_of_attainment(max(gap['high'], 0.0))} points "
        "more. In the samples embargoes count as hidden, whenever they begin."
    )


def _sampled(found: Interval) -> str:
    return (
        f"{points_of_attainment(found['mean'])} points (95% interval {interval_of_points(found['low'], found['high'])})"
    )
