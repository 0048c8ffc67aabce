"""What a job asks, in a line."""

from __future__ import annotations

from fleetcraft.studio.models.jobs import JobRequest


def title_of(request: JobRequest) -> str:
    """The verb and what it is asked of, as a person would say it."""
    of = request.scenario if request.case is None else f"{request.scenario}, case {request.case}"
    match request.verb:
        case "plan":
            return f"plan {of}"
        case "simulate" if request.plan_of is not None:
            return f"judge the plan of {request.plan_of.run} in {of}"
        case "simulate":
            return f"judge an edited plan in {of}"
        case "frontier":
            return f"{_budgets(len(request.options.budgets or ()))} in {of}"
        case "compare":
            return f"restrictions by {request.options.by.replace('_', ' ')} in {of}"
        case "explain":
            return f"explain {of.removeprefix('run:')}"


def _budgets(count: int) -> str:
    match count:
        case 0:
            return "what each budget buys"
        case 1:
            return "what a budget buys"
        case _:
            return f"what {count} budgets buy"
