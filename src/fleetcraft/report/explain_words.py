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
NAMES = {
    "weather.rough_spell_h": "length of a rough spell",
    "exchange.start.{currency}": "the rate of {currency}",
    "targets.{target}.speed_kn": "speed of {target}",
    "targets.{target}.arrivals_per_day": "arrivals a day of {target}",
    "targets.{target}.hours_present": "stay of {target}",
    "targets.{target}.dwell_h": "time to identify {target}",
    "targets.{target}.background_per_target": "look-alikes of {target}",
    "operations.endurance_reserve": "endurance kept in hand",
    "operations.people_per_post": "people who fill a post",
    "operations.person_year_cost": "cost of a person a year",
    "operations.people_limit": "people",
    "operations.hand_over.desk_h": "time a desk takes to hand over",
    "operations.hand_over.gateway_h": "time a gateway takes to hand over",
    "operations.hand_over.gateway_cost": "price of a gateway",
    "operations.classes.large_air.utilisation_h_per_year": "hours a year a large aircraft may fly",
    "operations.classes.small_air.utilisation_h_per_year": "hours a year a small aircraft may fly",
    "operations.classes.{craft}.utilisation_h_per_year": "hours a year {craft} may run",
    "operations.classes.{craft}.maintenance_interval_h": "hours between maintenance of {craft}",
    "operations.classes.{craft}.maintenance_duration_h": "length of maintenance of {craft}",
    "operations.classes.{craft}.upkeep_people": "people who keep {craft}",
    "places.{place}.capacity_air": "aircraft {place} can hold",
    "places.{place}.capacity_surface": "surface craft {place} can hold",
    "places.{place}.capacity_underwater": "underwater craft {place} can hold",
    "places.{place}.repair_crews_air": "crews that repair aircraft at {place}",
    "places.{place}.repair_crews_surface": "crews that repair surface craft at {place}",
    "places.{place}.repair_crews_underwater": "crews that repair underwater craft at {place}",
    "acquisition.buyers_share": "the buyer's share of makers' output",
    "acquisition.on_top.extra": "price of ground equipment where it is extra",
    "acquisition.on_top.included": "price of what comes on top where ground equipment is included",
    "acquisition.integration_months.likely": "likely time to integrate a type",
    "acquisition.integration_cost": "cost of integrating a type",
    "acquisition.slip_months.likely": "likely slip of suppliers",
    "acquisition.escalation_per_year": "yearly growth of prices",
    "acquisition.discount_per_year": "yearly discount",
    "acquisition.payments.order": "share paid at the order",
    "acquisition.payments.half_way": "share paid half way",
    "acquisition.payments.delivery": "share paid at delivery",
    "budget.obligation.{year}": "acquisition money of fiscal {year}",
    "budget.support.{year}": "support money of fiscal {year}",
    "uncertainty.embargo.probability": "chance of an embargo",
    "uncertainty.grounding.per_type_year": "groundings of a type a year",
    "uncertainty.grounding.months": "length of a grounding",
}
"""How people call a value that is no type's; the first that fits. A part in braces stands for any, said by ``SAID``."""
SAID = {
    "currency": {
        "USD": "the dollar (USD)",
        "EUR": "the euro (EUR)",
        "JPY": "the yen (JPY)",
        "GBP": "the pound (GBP)",
        "AUD": "the Australian dollar (AUD)",
    },
    "craft": {
        "large_air": "a large aircraft",
        "small_air": "a small aircraft",
        "motor_surface": "a surface craft with a motor",
        "sail_surface": "a surface craft with a sail",
        "motor_underwater": "an underwater craft with a motor",
        "glider": "a glider",
    },
    "target": {"surface_vessel": "ships", "submerged": "what is under water", "fishing_boat": "fishing boats"},
    "place": {EVERY: "a base"},
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
            now, at, over = (
                _price(row, amount, scenario) for amount in (row["price_now"], row["price"], above["price"])
            )
            craft = number(below["craft"])
            return f"{name}: too dear at {now}; at {at} ({less} less) {craft} would be bought, at {over} none."
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


def _price(row: Row, amount: float, scenario: Scenario) -> str:
    return money(amount, row["currency"]) + (" a year" if _is_hired(row["platform"], scenario) else "")


def _is_hired(platform: str, scenario: Scenario) -> bool:
    return scenario.platforms[scenario.platform_index[platform]].acquisition == "service"


def range_in_words(row: Row, scenario: Scenario) -> str:
    """A value that might be another, as people call it."""
    parts = row["path"].split(".")
    if row["platform"] is not None:
        name = scenario.platforms[scenario.platform_index[row["platform"]]].name
        if parts[-1] == "unit_price_likely" and _is_hired(row["platform"], scenario):
            return f"{name}: yearly fee"
        return f"{name}: {FIELDS.get(parts[-1], parts[-1].replace('_', ' '))}"
    return _named(parts, scenario) or _as_written(parts)


def _named(parts: Sequence[str], scenario: Scenario) -> str | None:
    for pattern, name in NAMES.items():
        slots = _slots(pattern.split("."), parts)
        if slots is not None:
            return name.format(**{slot: _said(slot, value, scenario) for slot, value in slots.items()})
    return None


def _slots(pattern: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    """What stands for the parts in braces; None where the path has another pattern."""
    if len(pattern) != len(parts):
        return None
    pairs = list(zip(pattern, parts, strict=True))
    if any(one != part for one, part in pairs if not one.startswith("{")):
        return None
    return {one.strip("{}"): part for one, part in pairs if one.startswith("{")}


def _said(slot: str, value: str, scenario: Scenario) -> str:
    places = {place.id: place.name for place in scenario.places}
    return SAID.get(slot, {}).get(value) or places.get(value) or value.replace("_", " ")


def _as_written(parts: Sequence[str]) -> str:
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
