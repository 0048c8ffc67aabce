"""The report as one HTML file: no network, no script, light or dark as the reader's system is, and printable.

The first page is for whoever decides; every part of the evidence is folded below it.
"""

from __future__ import annotations

from fleetcraft.report import decision, evidence, first_page, narrative, performance, replan
from fleetcraft.report.headline import answer_in_short, key_figures
from fleetcraft.report.page import Opening, page
from fleetcraft.report.run import Run
from fleetcraft.report.section import Figures
from fleetcraft.report.uncertainty import uncertainty

_SHOWN = (
    replan.news,
    first_page.bought,
    first_page.watched,
    first_page.grounds,
)
_DETAILS = (
    replan.changed,
    replan.outlook,
    evidence.in_full,
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
"""The parts in reading order; each leaves itself out where the result does not hold its data."""


def render(run: Run, figures: Figures) -> str:
    """The whole page; ``figures`` are SVG texts by name (``draw_figures``)."""
    opening = Opening(
        kicker="fleetcraft report",
        title=_title(run),
        question=narrative.question(run.scenario),
        answer=answer_in_short(run.result, run.scenario),
        tiles=key_figures(run.result),
    )
    shown = [part for make in _SHOWN if (part := make(run, figures)) is not None]
    details = [section for make in _DETAILS if (section := make(run, figures)) is not None]
    return page(opening, shown, details)


def _title(run: Run) -> str:
    case = run.result.get("scenario", {}).get("case")
    return run.scenario.name + (f", case {case}" if case else "")
