"""What a study file must state for its plans to be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fleetcraft.scenario.node import Path as KeyPath
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.wording import amount, one_of
from fleetcraft.study.questionnaire.questions import Named
from fleetcraft.study.questionnaire.text import OPTIONS_OF, StudyText
from fleetcraft.study.selection.contest import Contest, most_years_of, outputs_to_select_by

Refusal = tuple[KeyPath, str, str]
"""Where in the file, what is found there, and what is expected."""


def refusals(
    text: StudyText, requirements: Sequence[Requirement], asked: Sequence[Named], seed: int
) -> Iterator[Refusal]:
    """What keeps the plans ``asked`` from being simulated as long as is asked, or from being told apart."""
    design = text.design
    if design.kind != "plans":
        if text.verb == "simulate":
            years = text.options.replications or OPTIONS_OF["simulate"]["replications"]
            yield from _of_later_orders(text, asked, seed, years)
        return
    if design.indifference is None or design.confidence is None or len(asked) < 2:
        return
    output, known = design.output or text.outputs[0], outputs_to_select_by(requirements)
    if output not in known:
        yield ("outputs", 0) if design.output is None else ("design", "output"), output, one_of(known, output)
    most = design.most_years or most_years_of([each.plan for each in asked])
    fewest = Contest(len(asked), output, design.indifference, design.confidence, most).first_years
    yield from _of_later_orders(text, asked, seed, design.most_years or fewest)
    if design.most_years is not None and most < fewest:
        expected = f"at least {fewest}: in fewer years nothing that costs a plan the indifference need be seen"
        yield ("design", "most_years"), amount(most), expected


def _of_later_orders(text: StudyText, asked: Sequence[Named], seed: int, years: int) -> Iterator[Refusal]:
    """Plans whose later orders end before so many years: what they would do in further ones is not known."""
    for each in asked:
        if each.plan is None or (told := each.plan.futures_told) is None:
            continue
        entry: KeyPath = ("plan", text.plan.index(each.name)) if isinstance(text.plan, tuple) else ("plan",)
        if each.plan.later_seed != seed:
            found = f"a plan with later orders for the futures of seed {each.plan.later_seed}"
            yield entry, found, f"one for seed {seed}, which the study has, or one without later orders"
        elif told < years:
            found = f"a plan with later orders for {told} futures"
            yield (
                entry,
                found,
                f"one for {years} or more (plan with --replications {years}), or without later orders",
            )
