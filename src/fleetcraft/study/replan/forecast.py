"""What a fleet will be by the deadline, before and after a decision: usable craft, and when the last one comes.

Usable is what is delivered, integrated and not known to be lost; losses still to come are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.deliveries import craft_gone
from fleetcraft.scenario.calendar import Calendar
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.judge import Judgement
from fleetcraft.units import date_after

Floats = NDArray[np.float64]
Json = dict[str, Any]

QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def forecast(before: Judgement, believed: Scenario, after: Judgement, now: Scenario) -> Json:
    """The share of the craft ordered that is usable at the deadline, when all are, and craft month by month.

    ``lost`` are the craft known to be gone for good, which no day on which all are usable waits for.
    ``before`` was judged as ``believed`` then, ``after`` as it is known now.
    """
    calendar, types = now.calendar, range(len(now.platforms))
    return {
        "deadline": calendar.deadline.isoformat(),
        "usable_share_at_deadline": {
            "before": _spread(_share(believed, before)),
            "after": _spread(_share(now, after)),
        },
        "complete": [
            {
                "platform": None,
                "name": "the whole fleet",
                "before": _last(believed, before, types),
                "after": _last(now, after, types),
                "lost": sum(craft_gone(now, p) for p in types),
            },
            *(
                {
                    "platform": platform.id,
                    "name": platform.name,
                    "before": _last(believed, before, [p]),
                    "after": _last(now, after, [p]),
                    "lost": craft_gone(now, p),
                }
                for p, platform in enumerate(now.platforms)
                if before.usable_h[p].size or after.usable_h[p].size
            ),
        ],
        "craft": [
            {
                "date": month.isoformat(),
                "before": _spread(_usable(before, calendar.hours(month))),
                "after": _spread(_usable(after, calendar.hours(month))),
            }
            for month in months(calendar)
        ],
    }


def months(calendar: Calendar) -> list[date]:
    """The first day of every month from the calendar's start to its end."""
    first, last = calendar.start, calendar.end
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    days = [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(count)]
    return [day for day in days if first <= day <= last]


def _usable(judgement: Judgement, moment_h: float) -> Floats:
    """Craft usable at a moment in each judged future, (F,)."""
    counts = [(usable_h <= moment_h).sum(axis=1) for usable_h in judgement.usable_h]
    total: Floats = np.sum([np.zeros(len(judgement.ordered)), *counts], axis=0)
    return total


def _share(scenario: Scenario, judgement: Judgement) -> Floats:
    """Share of the craft ordered that is usable when the window opens, (F,); futures that order none left out."""
    ordered = judgement.ordered.sum(axis=1)
    usable = _usable(judgement, scenario.calendar.window_start_h)
    share: Floats = usable[ordered > 0] / ordered[ordered > 0]
    return share


def _spread(values: Floats) -> Json | None:
    """Mean, and the 5% and 95% quantiles over futures."""
    if not len(values):
        return None
    low, high = np.quantile(values, [0.05, 0.95])
    return {"mean": float(values.mean()), "low": float(low), "high": float(high)}


def _last(scenario: Scenario, judgement: Judgement, types: Sequence[int]) -> Json | None:
    """When the last craft of some types is usable: quantiles over futures that order any; None: never, or not known.

    Craft that an embargo keeps back never are. Those known to be lost for good, the first of their type, are left out.
    """
    last = np.full(len(judgement.ordered), -np.inf)
    for p in types:
        gone = craft_gone(scenario, p)
        for f, count in enumerate(judgement.ordered[:, p].tolist()):
            if count > gone:
                last[f] = max(last[f], judgement.usable_h[p][f, gone:count].max())
    some = last[last > -np.inf]
    if not len(some):
        return None
    moments = np.quantile(some, list(QUANTILES.values()), method="inverted_cdf").tolist()
    return {
        name: date_after(scenario.calendar.start, hours).isoformat() if np.isfinite(hours) else None
        for name, hours in zip(QUANTILES, moments, strict=True)
    }
