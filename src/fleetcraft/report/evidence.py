"""The sections that say how far to trust it: the solve, limits, assumptions, sources, warnings, reproduction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from fleetcraft.report import narrative, tables, tokens
from fleetcraft.report.markup import Column, Html, bullets, folded, h, join, linked, table
from fleetcraft.report.run import Run
from fleetcraft.report.section import Figures, Section, facts, stated, text
from fleetcraft.report.tokens import MISSING, NOT_COMPUTED, is_missing, number, percent


def in_full(run: Run, _figures: Figures) -> Section:
    """The whole answer in words, as the terminal tells it."""
    note = h("p", run.scenario.note, class_="note") if run.scenario.note else None
    return Section("answer", "The answer in full", join(*(h("p", said) for said in narrative.answer(run.result)), note))


def solve(run: Run, _figures: Figures) -> Section | None:
    """Status, bound, gaps and the rounds of plan and simulation."""
    result = run.result
    if "status" not in result:
        return None
    futures = result.get("futures") or {}
    pairs = (
        ("Status", f"{result['status']}; stopped by {result.get('stopped_by')}"),
        *_objective(run),
        ("Gap: |bound − objective| over |objective|", percent(result.get("gap"), 2)),
        *_rounding_gap(result),
        ("Futures the plan was solved on", number(futures.get("solve"))),
        ("Fresh futures it was judged on", number(futures.get("judge"))),
        ("Simulated years", number(result.get("replications"))),
        *_stopping(result),
        ("Expected value of perfect information", _points(result.get("evpi"))),
        ("Value of the stochastic solution", _points(result.get("vss"))),
    )
    words = (
        "The programme decides on formulas. The simulation then measures the plan, corrects the formulas for how long "
        "craft are really on station and seeing, and the programme decides again. The corrections are frozen before "
        "the plan is judged on futures that neither has seen."
    )
    return Section("solve", "How the plan was found", join(h("p", words), facts(pairs), _rounds(result)))


def _objective(run: Run) -> list[tuple[str, str]]:
    """Objective and bound: attainment, attainment less risk, or a cost."""
    risk = run.scenario.uncertainty.risk
    where = "of the calibrated programme on the futures it was solved on, continuous allocation"
    objective, bound = run.result.get("objective"), run.result.get("bound")
    if run.scenario.objective.mode == "cost":
        asked = "on those futures no plan of that programme that attains what is asked costs less"
        return [
            (f"Objective: life-cycle cost {where}", tokens.money(objective, run.scenario.currency)),
            (f"Bound: {asked}", tokens.money(bound, run.scenario.currency)),
        ]
    what, more = ("attainment", "attains more")
    if risk is not None and risk.weight:
        worst = f"1 − mean attainment of the worst {percent(1 - risk.cvar_alpha, 0)} of the futures"
        what, more = f"attainment less risk ({risk.weight:g} × ({worst}))", "has more"
    return [
        (f"Objective: {what} {where}", percent(objective, 2)),
        (f"Bound: on those futures no plan of that programme {more}", percent(bound, 2)),
    ]


def _rounding_gap(result: tables.Result) -> list[tuple[str, str]]:
    """How far whole craft lie from the bound; a cost has none."""
    gap = result.get("rounding_gap")
    told = "Rounding gap: distance of the plan in whole craft to the same bound"
    return [] if gap is None else [(told, percent(gap, 2))]


def _stopping(result: tables.Result) -> list[tuple[str, str]]:
    """How precise the judging was to be and became, where that was asked."""
    found = result.get("stopping") or {}
    if found.get("half_width") is None:
        return []
    reached = MISSING if found["reached"] is None else f"{found['reached']:.3g}"
    return [
        ("Simulated years at most", number(found["most"])),
        ("Half width asked of each requirement's 95% interval", f"{found['half_width']:g}"),
        ("Widest half width reached", reached),
    ]


def _rounds(result: tables.Result) -> Html | None:
    rows = [
        (
            number(row["round"]),
            _points(row["worst_disagreement"]),
            percent(row["planned"]),
            percent(row["simulated"]),
        )
        for row in result.get("loop", ())
    ]
    headings = ("Worst |planned − simulated| of a requirement", "Attainment planned", "Attainment simulated")
    columns = (Column("Round"), *(Column(heading, numeric=True) for heading in headings))
    return table("Rounds of plan and simulation", columns, rows) if rows else None


def _points(value: Any) -> str:
    return NOT_COMPUTED if value is None else tokens.quantity(100 * value, "points", 1)


def not_simulated(run: Run, _figures: Figures) -> Section | None:
    """What this version leaves out."""
    left_out = run.result.get("not_simulated", ())
    return Section("not-simulated", "What this version does not simulate", bullets(left_out)) if left_out else None


def assumptions(run: Run, _figures: Figures) -> Section | None:
    """Numbers that rest on judgement, with range, reason and source."""
    rows = [_assumption(row) for row in tables.assumptions(run.result).to_dict("records")]
    if not rows:
        return None
    columns = (
        Column("Where in the scenario"),
        Column("Value used", numeric=True),
        Column("Low to high", numeric=True),
        Column("Unit"),
        Column("Reason"),
        Column("Source"),
    )
    words = "Numbers that rest on judgement, each with its range and reason. To try another, change it in the scenario."
    body = join(h("p", words), table(f"{len(rows)} assumptions", columns, rows))
    return Section("assumptions", "Assumptions", body)


def _assumption(row: Mapping[Any, Any]) -> tuple[object, ...]:
    unit = text(row["unit"])
    used = row["likely"] if is_missing(row["value"]) else row["value"]
    return (
        h("code", row["path"]),
        stated(used, unit),
        f"{stated(row['low'], unit)} to {stated(row['high'], unit)}",
        unit,
        linked(text(row["reason"])),
        linked(text(row["source"])),
    )


def platform_values(run: Run, _figures: Figures) -> Section | None:
    """Every value of the catalogue with its kind, range and source."""
    values = tables.platform_values(run.scenario).to_dict("records")
    if not values:
        return None
    blocks = [_platform(list(rows)) for _, rows in groupby(values, key=lambda row: str(row["id"]))]
    note = "On paper only opened blocks are printed; tables/platform_values.csv holds every value."
    body = join(
        h("p", narrative.value_kinds(run.result)),
        folded(f"{number(len(values))} values of {len(blocks)} types", *blocks, paper=False),
        h("p", note, class_="note"),
    )
    return Section("values", "Platform values and their sources", body)


def _platform(rows: list[dict[Any, Any]]) -> Html:
    name = text(rows[0]["name"]) or rows[0]["id"]
    columns = (
        Column("Field"),
        Column("Value", numeric=True),
        Column("Unit"),
        Column("Kind"),
        Column("Range", numeric=True),
        Column("Source"),
        Column("Note"),
    )
    kinds = Counter(text(row["kind"]) for row in rows)
    summary = f"{name}: {narrative.listed(f'{count} {kind}' for kind, count in kinds.most_common())}"
    return folded(summary, table(f"Values of {name}", columns, [_value(row) for row in rows]), paper=False)


def _value(row: Mapping[Any, Any]) -> tuple[object, ...]:
    unit = text(row["unit"])
    spread = "" if is_missing(row["low"]) else f"{stated(row['low'], unit)} to {stated(row['high'], unit)}"
    return (
        h("code", row["field"]),
        stated(row["value"], unit),
        unit,
        text(row["kind"]),
        spread,
        linked(text(row["source_url"])),
        linked(text(row["note"])),
    )


def warnings(run: Run, _figures: Figures) -> Section | None:
    """What the reader should know before trusting a figure."""
    found = run.result.get("warnings", ())
    return Section("warnings", "Warnings", bullets(found)) if found else None


def reproduce(run: Run, _figures: Figures) -> Section:
    """What it takes to make the same run again."""
    result, scenario = run.result, run.result.get("scenario", {})
    pairs: list[tuple[str, object]] = [
        ("Scenario hash (SHA-256 of its values)", h("code", scenario.get("hash", MISSING))),
        ("Case", scenario.get("case") or "none"),
        ("Seed", str(result.get("seed", MISSING))),
        ("fleetcraft", str(result.get("fleetcraft", MISSING))),
        ("Same call, same result", "yes" if result.get("reproducible", True) else "no: the run was stopped by time"),
        *(
            (f"Time for {name}", tokens.quantity(value, "s", 1))
            for name, value in (result.get("seconds") or {}).items()
        ),
        *((f"Manifest: {name}", h("code", value)) for name, value in _flat(_told_nowhere_else(run.manifest))),
    ]
    return Section("reproduce", "To reproduce this run", facts(pairs))


def _told_nowhere_else(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest without what stands above it, and without the checksums: the report's own is one of them."""
    return {key: v for key, v in manifest.items() if key not in {"fleetcraft", "scenario", "seed", "seconds", "files"}}


def _flat(value: object, path: str = "") -> Iterable[tuple[str, str]]:
    """Nested mappings as dotted names and texts."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, "null" if value is None else str(value)
