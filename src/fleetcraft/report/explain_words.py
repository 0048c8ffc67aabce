"""Plain words for what an explanation holds: limits, reasons, ranges, plans that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fleetcraft.report.narrative import listed
from fleetcraft.report.point_tables import interval_of_points, points_of_attainment
from fleetcraft.report.tokens import money, number, percent, probability
from fleetcraft.scenario.paths import EVERY
from fleetcraft.scenario.scenario import Scenario

Row = Mapping[str, Any]

MOST_CHANGES = 3
FIELDS = {
    "unit_price_likely": "price",
    "endurance_h": "endurance",
    "cruise_speed_kn": "cruising speed",
    "max_speed_kn": "top speed",
    "range_nm_from_base": "range",
    "max_sea_state_operate": "sea state in which it sees",
    "max_sea_state_launch": "sea state in which it is launched",
    "max_wind_kn": "strongest wind",
    "sweep_width_nm_surface_vessel": "sweep width for ships",
    "sweep_width_nm_small_craft": "sweep width for small craft",
    "sweep_width_nm_submerged": "sweep width under water",
    "lead_time_months_likely": "delivery time",
    "production_rate_per_year": "maker's yearly output",
    "annual_support_cost_fraction": "yearly support",
    "operating_cost_per_hour": "cost of an hour",
    "crew_per_vehicle_on_station": "posts",
    "mtbf_h": "hours between failures",
    "mttr_h": "repair time",
    "turnaround_h": "turnaround",
    "loss_per_100k_h": "losses",
}


def limit_in_words(row: Row, scenario: Scenario) -> str:
    """A limit, and where more of it is worth something, how much: a clause."""
    parts = row["limit"].split(".")
    names = {p.id: p.name for p in scenario.platforms} | {p.id: p.name for p in scenario.places}
    if row["kind"] in ("acquisition", "support"):
        what = f"{row['kind']} money of fiscal {parts[-1]}"
        step = money(row["step"], scenario.currency)
    elif row["kind"] == "base":
        what = f"room for {parts[-1].removeprefix('capacity_')} craft at {names[parts[1]]}"
        step = "one place"
    elif row["kind"] == "people":
        what, step = "people", f"{number(row['step'])} people"
    elif row["kind"] == "output":
        what, step = f"the yearly output of {names[parts[1]]} this buyer can get", "a tenth more"
    else:
        what = "the cap on any one country's share" if parts[1] == "supplier_country_share" else "the domestic share"
        step = f"{points_of_attainment(abs(row['step']))} points"
    if not row["marginal"]:
        return what
    be = "are" if row["kind"] == "people" or step.endswith("points") else "is"
    return f"{what} ({step} {be} worth {worth_in_words(row, scenario)})"


def worth_in_words(row: Row, scenario: Scenario) -> str:
    """What a step more of a limit is worth: attainment, or money where cost is the aim."""
    if scenario.objective.mode == "cost":
        return money(row["marginal"], scenario.currency)
    return f"{points_of_attainment(row['marginal'])} points"


def why(row: Row, scenario: Scenario) -> str:
    """Why a type is not bought, in a sentence."""
    name, detail = row["name"], row["detail"]
    by = row["by"]
    match row["reason"]:
        case "no_base":
            return f"{name}: no base takes {detail['domain']} craft."
        case "out_of_range":
            if detail["nearest_nm"] > detail["range_nm"]:
                return (
                    f"{name}: out of range; the nearest area is {number(detail['nearest_nm'])} nm from a base, "
                    f"it reaches {number(detail['range_nm'])} nm."
                )
            return (
                f"{name}: out of range; {number(detail['nearest_nm'])} nm out it could stay "
                f"{number(detail['station_h'], 1)} h, less than {number(detail['least_station_h'])} h."
            )
        case "late":
            chance = probability(detail["probability_usable_in_time"])
            return f"{name}: too late; one ordered on the first day is usable in time with a probability of {chance}."
        case "serves_nothing":
            return f"{name}: serves no requirement in any area that it reaches."
        case "excluded":
            return f"{name}: excluded by {by}."
        case "dominated":
            other = scenario.platforms[scenario.platform_index[by]].name
            return f"{name}: {other} is no worse in anything and cheaper."
        case "too_dear":
            below, above = row["verified"]["below"], row["verified"]["above"]
            less = percent(1 - row["price"] / row["price_now"], 0)
            return (
                f"{name}: too dear at {_price(row, row['price_now'])}; at {_price(row, below['price'])} ({less} less) "
                f"{number(below['craft'])} would be bought, at {_price(row, above['price'])} none."
            )
        case "close":
            craft = number(detail["craft"])
            return f"{name}: a close call; solved again with what the run has learnt, {craft} are bought."
    limits = {
        "acquisition.integration_cost": "its integration alone costs more than it brings",
        "budget.support.*": "the support money it would take does more elsewhere",
        "operations.people_limit": "the people it would take do more elsewhere",
    }
    other = "its places at bases do more for others" if by else "it adds too little to what is bought"
    reason = limits.get(by or "", other)
    return f"{name}: not even at a hundredth of its price; {reason}."


def _price(row: Row, amount: float) -> str:
    return money(amount, row["currency"])


def range_in_words(row: Row, scenario: Scenario) -> str:
    """A value that might be another, as people call it."""
    parts = row["path"].split(".")
    if row["platform"] is not None:
        name = scenario.platforms[scenario.platform_index[row["platform"]]].name
        return f"{name}: {FIELDS.get(parts[-1], parts[-1].replace('_', ' '))}"
    words = [part.replace("_", " ") for part in parts if part != EVERY]
    return f"{words[0]}: {', '.join(words[1:])}" if len(words) > 1 else words[0]


def changes_in_words(changes: Sequence[Row]) -> str:
    """What another plan orders more and fewer of, the most money first; empty where nothing changes."""
    more = [f"{row['craft']} {row['name']}" for row in changes if row["craft"] > 0]
    fewer = [f"{-row['craft']} {row['name']}" for row in changes if row["craft"] < 0]
    told = [f"{_cut(more)} more"] if more else []
    told += [f"{_cut(fewer)} fewer"] if fewer else []
    return listed(told) if told else ""


def _cut(names: Sequence[str]) -> str:
    rest = len(names) - MOST_CHANGES
    return listed([*names[:MOST_CHANGES], *([f"{rest} other types"] if rest > 0 else [])])


def alternative_in_words(row: Row) -> str:
    """A plan that looks different, in a sentence."""
    difference = row["simulated"]
    return (
        f"{percent(row['moved'], 0)} of the money goes elsewhere: {changes_in_words(row['changes'])}. Simulated, "
        f"its attainment differs from the plan's by {points_of_attainment(difference['mean'])} points "
        f"({interval_of_points(difference['low'], difference['high'])})."
    )
