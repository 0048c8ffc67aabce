"""A scenario seen from a later day: what has happened is fact, the rest is still to be decided."""

from __future__ import annotations

from datetime import date, timedelta

from fleetcraft.scenario.actuals import Actuals
from fleetcraft.scenario.calendar import Calendar
from fleetcraft.scenario.scenario import Scenario


def as_of(scenario: Scenario, actuals: Actuals) -> Scenario:
    """The scenario with its actuals (checked against it, as ``read_actuals`` does).

    Orders placed stand, earlier periods are closed, rates go on from today's, gateways bought are there. News comes
    when the scenario says so, or, where the next order day is not before that, on the order day after the next: what is
    ordered on the next one is decided today and holds in all futures.
    """
    hand_over = scenario.operations.hand_over
    joined = hand_over.model_copy(
        update={"gateways": (*hand_over.gateways, *(bought.join for bought in actuals.gateways))}
    )
    changed = {
        "actuals": actuals,
        "calendar": scenario.calendar.model_copy(update={"news": next_news(scenario.calendar, actuals.today)}),
        "operations": scenario.operations.model_copy(update={"hand_over": joined}),
    }
    stated = {name: getattr(scenario, name) for name in type(scenario).model_fields}
    return Scenario.model_validate({**stated, **changed})


def next_news(calendar: Calendar, today: date) -> date:
    """The day from which orders may adapt to what is not known today."""
    days = [period.start for period in calendar.periods if period.start >= today]
    if not days or calendar.news > days[0]:
        return max(calendar.news, today)
    return days[1] if len(days) > 1 else days[0] + timedelta(days=1)
