"""What a study's figures are called: factors in words, levels and changes of outputs in their units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fleetcraft.report.explain_figures import compact
from fleetcraft.report.explain_words import range_in_words
from fleetcraft.report.point_tables import points_of_attainment
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import MISSING, money, money_scale, percent
from fleetcraft.scenario.scenario import Scenario

Row = Mapping[str, Any]

SHARES = ("fraction", "probability")
_CURRENCY = re.compile("[A-Z]{3}")


def factors_in_words(result: Result, scenario: Scenario) -> dict[str, str]:
    """The name of each factor by its path: as the study gives it, else as people call the value."""
    return {row["path"]: _called(row, scenario) for row in result["study"]["factors"]}


def _called(row: Row, scenario: Scenario) -> str:
    if row["name"] != row["path"]:
        return str(row["name"])
    kind, _, rest = row["path"].partition(".")
    platform = rest.partition(".")[0]
    owner = platform if kind == "platforms" and platform in scenario.platform_index else None
    return range_in_words({"path": row["path"], "platform": owner}, scenario)


def opening_name(output: Row) -> str:
    """An output's name as a sentence begins with it; a path stays as it is."""
    name = str(output["name"])
    return name if name == output["path"] else name[:1].upper() + name[1:]


def level(value: float | None, unit: str) -> str:
    """An output's value: shares in percent, money in a readable unit."""
    if value is None:
        return MISSING
    if unit in SHARES:
        return percent(value)
    return money(value, unit) if _CURRENCY.fullmatch(unit) else compact(value, unit).replace("-", "−")


def change(value: float | None, unit: str) -> str:
    """A difference of outputs with its sign: of shares in percentage points."""
    if value is None:
        return MISSING
    return ("+" if value > 0 else "") + size(value, unit)


def size(value: float, unit: str) -> str:
    """How large a difference of outputs is: of shares in percentage points."""
    return f"{points_of_attainment(value)} points" if unit in SHARES else level(value, unit)


def interval_of_change(found: Row, unit: str) -> str:
    """``1.2 to 3.4 points``; a dash where there is none."""
    if found["low"] is None or found["high"] is None:
        return MISSING
    return f"{size(found['low'], unit).removesuffix(' points')} to {size(found['high'], unit)}"


def axis_of_changes(sizes: Sequence[float], unit: str) -> tuple[float, str]:
    """By what a chart multiplies differences of outputs, and the unit in which it then shows them."""
    if unit in SHARES:
        return 100.0, "percentage points"
    if not _CURRENCY.fullmatch(unit):
        return 1.0, unit
    scale = money_scale(sizes, unit)
    return 1.0 / scale.divisor, scale.unit


def is_told(found: Row) -> bool:
    """Whether a figure differs from 0 by more than its interval; without an interval whether it differs at all."""
    if found["value"] is None:
        return False
    if found["low"] is None:
        return bool(found["value"])
    return bool(found["low"] > 0 or found["high"] < 0)


def is_positive(found: Row) -> bool:
    """Whether a figure that cannot be below 0 but by chance lies above it with its whole interval."""
    return bool(found["low"] > 0)
