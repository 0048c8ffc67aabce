"""The report as one HTML file: no network, no script, light or dark as the reader's system is, and printable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from fleetcraft.report import decision, evidence, narrative, performance, replan, tables, tokens
from fleetcraft.report.markup import Html, h
from fleetcraft.report.run import Run
from fleetcraft.report.section import Figures, Section
from fleetcraft.report.tokens import NOT_COMPUTED, interval, percent
from fleetcraft.report.uncertainty import uncertainty

_PARTS = (
    replan.changed,
    replan.outlook,
    decision.orders,
    decision.later,
    decision.late,
    decision.money,
    performance.area_map,
    performance.requirements,
    performance.deliveries,
    evidence.solve,
    decision.likely,
    uncertainty,
    decision.allocation,
    evidence.not_simulated,
    evidence.assumptions,
    evidence.platform_values,
    evidence.warnings,
    evidence.reproduce,
    replan.chain,
)
"""The sections in reading order; each leaves itself out where the result does not hold its data."""


def render(run: Run, figures: Figures) -> str:
    """The whole page; ``figures`` are SVG texts by name (``draw_figures``)."""
    sections = [section for part in _PARTS if (section := part(run, figures)) is not None]
    title = _title(run)
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", name="color-scheme", content="light dark"),
        h("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        h("title", f"{title}: fleetcraft report"),
        h("style", _stylesheet()),
    )
    body = h("body", h("main", _opening(run, title), _contents(sections), *map(_section, sections)))
    return f"<!doctype html>\n{h('html', head, body, lang='en')}\n"


def _stylesheet() -> Html:
    light, dark = tokens.css_variables(tokens.LIGHT), tokens.css_variables(tokens.DARK)
    variables = (
        f":root{{{light}--font:{tokens.FONT}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )
    return Html(variables + files("fleetcraft.report").joinpath("style.css").read_text(encoding="utf-8"))


def _title(run: Run) -> str:
    case = run.result.get("scenario", {}).get("case")
    return run.scenario.name + (f", case {case}" if case else "")


def _opening(run: Run, title: str) -> Html:
    return h(
        "header",
        h("p", "fleetcraft report", class_="kicker"),
        h("h1", title),
        h("p", narrative.question(run.scenario), class_="question"),
        *(h("p", paragraph, class_="answer") for paragraph in narrative.answer(run.result)),
        h("dl", *(_tile(*tile) for tile in _key_figures(run.result)), class_="tiles"),
        h("p", run.scenario.note, class_="note") if run.scenario.note else None,
    )


def _tile(term: str, figure: str, note: str) -> Html:
    return h("div", h("dt", term), h("dd", h("strong", figure), h("span", note)))


def _key_figures(result: tables.Result) -> list[tuple[str, str, str]]:
    """Term, figure and note of each key figure."""
    found, cost = result["attainment"], result.get("cost")
    planned = "" if found.get("planned") is None else f"; planned {percent(found['planned'])}"
    spread = f"95% interval {interval(found['low'], found['high'], 'fraction')}{planned}"
    tiles = [("Attainment, simulated", percent(found["simulated"]), spread)]
    if cost:
        tiles.append(("Acquisition", tokens.money(cost["acquisition"], cost["currency"]), _against(cost)))
    demands = tables.requirements(result)
    reached = f"{int(demands['reached'].fillna(False).sum())} of {len(demands)}"
    chance = result.get("probability_all_met")
    together = "" if chance is None else f"all at once in {narrative.share_of_years(chance)}"
    tiles.append(("Requirements reached, mean year", reached, together))
    craft = result.get("craft")
    if craft and craft["ordered"] > 0:
        usable = f"{tokens.number(craft['usable_in_time'])} of {tokens.number(craft['ordered'])}"
        tiles.append(("Craft usable in time", usable, "when the measured year opens, in the mean future"))
    return tiles


def _against(cost: Mapping[str, Any]) -> str:
    budget = narrative.budgeted(cost)
    life = cost.get("life_cycle")
    of = f"of {tokens.money(budget, cost['currency'])} budgeted; " if budget else ""
    return f"{of}life cycle {NOT_COMPUTED if life is None else tokens.money(life, cost['currency'])}"


def _contents(sections: Sequence[Section]) -> Html:
    return h("nav", h("ol", *(h("li", h("a", s.title, href=f"#{s.key}")) for s in sections)), aria_label="Contents")


def _section(section: Section) -> Html:
    return h("section", h("h2", section.title), section.body, id=section.key)
