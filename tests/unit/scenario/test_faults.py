# ruff: noqa: E501 - one kind of fault a line
"""Each kind of fault: its file and line, what was found, what is expected, and that it hides no other fault."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from builders import replace
from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario import csv_file
from fleetcraft.scenario.read import read_scenario

from .rich import bow_tie, write_rich

PLACES, PLATFORMS, YAML, AREAS = "places.csv", "platforms.csv", "scenario.yaml", "areas.geojson"
ENVIRONMENT, SOURCES, ASSUMPTIONS = "environment.csv", "platform_sources.csv", "assumptions.csv"


@dataclass
class Kind:
    """A fault put into the rich scenario and what must be said of it.

    ``old`` is replaced by ``new`` in ``file``; the fault is told of the first line that holds ``at`` (None: of the
    file as a whole) or so many ``below`` it, in ``file`` or the one it is ``shown_in``.
    """

    name: str
    file: str
    old: str
    new: str
    at: str | None
    where: str
    found: str
    expected: str
    shown_in: str = ""
    below: int = 0


def replace_once(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{old!r} is not in {path.name}:\n{text}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_with(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def faults_of(folder: Path, case: str | None = None) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioError) as raised:
        read_scenario(folder, case)
    return raised.value.faults


DRONE_ENDURANCE = "2026,24,70,110"
BILLION = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcd", "bcde", strict=True)
)

MONTH_12 = "bay,12,12,2.2,0.0,0.05,0.2,0.35,0.3,0.1,0.0,0.0,0.0,0.0\n"

# fmt: off
KINDS = [
    # the statement's form
    Kind("key misspelt", YAML, "  deadline:", "  deadlin:", "deadlin:", "calendar", "unknown key deadlin", "deadline"),
    Kind("key missing", YAML, "  deadline: 2027-12-31\n", "", "calendar:", "calendar.deadline", "nothing", "a date"),
    Kind("top key misspelt", YAML, "acquisition:", "aquisition:", "aquisition:", "scenario", "aquisition", "acquisition"),
    Kind("top key missing", YAML, "currency: USD\n", "", "fleetcraft: 1", "currency", "nothing", "ISO 4217"),
    Kind("key twice", YAML, "name: Tiny", "name: Tiny\nname: Tony", "name: Tony", "name", "a second time", "it once (line 2)"),
    Kind("tag", YAML, "name: Tiny", "name: !!python/object:os.system Tiny", "!!python", "YAML", "the tag", "without a tag"),
    Kind("not YAML", YAML, "cases:", "x: [1, 2\ncases:", "cases:", "YAML", "no ',' or ']'", "valid YAML"),
    Kind("tab", YAML, "cases:", "\tx: 1\ncases:", "\tx", "YAML", "a tab character", "valid YAML"),
    Kind("second document", YAML, "cases:", "---\ncases:", "cases:", "YAML", "a second document", "one document"),
    Kind("alias of nothing", YAML, "cases:", "x: *y\ncases:", "x: *y", "YAML", "the alias *y", "ends before it"),
    Kind("alias of itself", YAML, "cases:", "x: &y [*y]\ncases:", "x: &y", "YAML", "the alias *y", "ends before it"),
    Kind("aliases without end", YAML, "cases:", BILLION + "cases:", "d: &d", "YAML", "more than 10,000 values", "aliases expanded"),
    Kind("nesting", YAML, "cases:", f"x: {'[' * 60}{']' * 60}\ncases:", "x: [", "YAML", "deeper than 50", "50 levels"),
    Kind("collection as key", YAML, "cases:", "? [a]\n: 1\ncases:", "? [a]", "YAML", "a collection as a key", "a name"),
    Kind("other format", YAML, "fleetcraft: 1", "fleetcraft: 2", "fleetcraft: 2", "fleetcraft", "2", "equal to 1"),
    # values of the statement
    Kind("quoted number", YAML, "endurance_reserve: 0.1", "endurance_reserve: '0.1'", "endurance_reserve", "operations.endurance_reserve", 'the text "0.1"', "a number of at least 0 and below 1"),
    Kind("text for a number", YAML, "endurance_reserve: 0.1", "endurance_reserve: ten", "endurance_reserve", "operations.endurance_reserve", "ten", "[fraction]"),
    Kind("truth for a number", YAML, "endurance_reserve: 0.1", "endurance_reserve: true", "endurance_reserve", "operations.endurance_reserve", "true", "a number"),
    Kind("not a number", YAML, "endurance_reserve: 0.1", "endurance_reserve: .nan", "endurance_reserve", "operations.endurance_reserve", ".nan", "a finite number"),
    Kind("infinite", YAML, "2026: 50000000.0", "2026: .inf", "2026: .inf", "budget.obligation.2026", ".inf", "a finite number"),
    Kind("too large a number", YAML, "2026: 50000000.0", "2026: 9e999", "2026: 9e", "budget.obligation.2026", "9e999", "a finite number"),
    Kind("endless integer", YAML, "2026: 50000000.0", f"2026: {'9' * 5000}", "2026: 9", "budget.obligation.2026", "9999", "a finite number"),
    Kind("negative money", YAML, "2026: 50000000.0", "2026: -5", "2026: -5", "budget.obligation.2026", "-5", "a number of at least 0"),
    Kind("mapping for a number", YAML, "buyers_share: 0.5", "buyers_share: {a: 1}", "buyers_share", "acquisition.buyers_share", "a mapping", "a number above 0"),
    Kind("list for a mapping", YAML, "uncertainty:\n  futures: 20", "uncertainty: [1]\nx:", "uncertainty: [1]", "uncertainty", "a list", "a mapping"),
    Kind("number for a name", YAML, "name: Tiny", "name: 2026", "name: 2026", "name", "2026", "text"),
    Kind("country", YAML, "country: EC", "country: Ecuador", "country: Ec", "country", "Ecuador", "ISO 3166"),
    Kind("fiscal year", YAML, "fiscal_year_start: 01-01", "fiscal_year_start: 04-02", "fiscal_year_start", "calendar.fiscal_year_start", "04-02", "MM-01"),
    Kind("quoted year", YAML, "2027: 10000000.0", "'2027': 10000000.0", "'2027'", "budget.obligation", "the key 2027", "a year such as 2026"),
    Kind("unknown domain", YAML, "air: 1", "ari: 1", "ari: 1", "policies.domain_minimum", "the key ari", "air, surface, underwater"),
    # dates
    Kind("no such date", YAML, "deadline: 2027-12-31", "deadline: 2027-12-32", "2027-12-32", "calendar.deadline", "2027-12-32", "a date such as"),
    Kind("deadline outside", YAML, "deadline: 2027-12-31", "deadline: 2030-12-31", "2030", "calendar.deadline", "2030-12-31", "after 2026-01-01 and before 2028-12-31"),
    Kind("news out of order", YAML, "news: 2026-07-01", "news: 2025-07-01", "2025-07", "calendar.news", "2025-07-01", "from the start 2026-01-01"),
    Kind("news after the deadline", YAML, "news: 2026-07-01", "news: 2028-01-01", "2028-01", "calendar.news", "2028-01-01", "to the deadline 2027-12-31"),
    Kind("end before the window", YAML, "end: 2028-12-31", "end: 2028-12-29", "2028-12-29", "calendar.end", "2028-12-29", "2028-12-30 or later, 365 days"),
    Kind("far dates", YAML, "end: 2028-12-31", "end: 9999-12-31", "9999", "calendar.end", "9999-12-31", "from 1990 to 2200"),
    Kind("nothing can be ordered", YAML, "start: 2026-01-01\n  news: 2026-07-01\n  deadline: 2027-12-31", "start: 2026-01-02\n  news: 2026-01-02\n  deadline: 2026-03-31", "deadline:", "calendar.deadline", "2026-03-31", "a fiscal quarter"),
    Kind("budget year outside", YAML, "2027: 10000000.0", "2031: 10000000.0", "2031", "budget.obligation.2031", "the year 2031", "from 2026 to 2028"),
    Kind("support year outside", YAML, "2028: 5000000.0", "2025: 5000000.0", "2025:", "budget.support.2025", "the year 2025", "from 2026 to 2028"),
    Kind("no budget", YAML, "obligation:\n    2026: 50000000.0\n    2027: 10000000.0", "obligation: {}", "obligation: {}", "budget.obligation", "nothing", "one entry or more"),
    Kind("budget of another kind", YAML, "budget:\n", "budget:\n  outlay: {2026: 1.0}\n", "outlay:", "budget.outlay", "a mapping", "no outlay: counts is obligation"),
    Kind("outlay year outside", YAML, "budget:\n  obligation:", "budget:\n  counts: outlay\n  outlay:\n    2031: 1.0", "2031", "budget.outlay.2031", "the year 2031", "from 2026 to 2028"),
    Kind("counts unknown", YAML, "budget:\n", "budget:\n  counts: outlays\n", "counts:", "budget.counts", "outlays", "outlay (the nearest of obligation, outlay)"),
    Kind("carried over more than there is", YAML, "carry_over: 0.2", "carry_over: 1.2", "carry_over", "budget.carry_over", "1.2", "from 0 to 1 [fraction]"),
    Kind("contingency of nothing", YAML, "carry_over: 0.2", "contingency: {probability: 0.9}", "contingency", "budget.contingency.amount", "nothing", "at least 0 [scenario currency]"),
    Kind("contingency above certainty", YAML, "carry_over: 0.2", "contingency: {amount: 1e6, probability: 9}", "contingency", "budget.contingency.probability", "9", "from 0 to 1 [probability]"),
    # relations within the statement
    Kind("delay range", YAML, "low: 1\n    likely: 3\n    high: 6", "low: 7\n    likely: 3\n    high: 6", "low: 7", "acquisition.integration_months.low", "7", "at most high, 6"),
    Kind("delay outside", YAML, "likely: 3", "likely: 8", "likely: 8", "acquisition.integration_months.likely", "8", "from low, 1, to high, 6"),
    Kind("payments", YAML, "half_way: 0.4", "half_way: 0.5", "payments:", "acquisition.payments", "a sum of 1.1", "add to 1"),
    Kind("own currency", YAML, "EUR: 1.13", "EUR: 1.13\n    USD: 1.0", "USD: 1.0", "exchange.start.USD", "USD", "other currencies"),
    Kind("no currency", YAML, "currency: USD", "currency: USX", "currency: USX", "currency", "USX", "a currency in use (ISO 4217)"),
    Kind("rate of no currency", YAML, "EUR: 1.13", "EUO: 1.13", "EUO", "exchange.start.EUO", "EUO", "a currency in use (ISO 4217)"),
    Kind("no rate", YAML, "AUD: 0.645", "CAD: 0.645", "glider,Glider", "price_currency of glider", "AUD", "USD, CAD, EUR", shown_in=PLATFORMS),
    Kind("rate of zero", YAML, "AUD: 0.645", "AUD: 0", "AUD: 0", "exchange.start.AUD", "0", "a number above 0"),
    Kind("year without volatility", YAML, "volatility_year: 2025", "volatility_year: 2023", "volatility_year", "exchange.volatility_year", "2023", "2024, 2025"),
    Kind("table without year", YAML, "  volatility_year: 2025\n", "", "exchange:", "exchange.volatility_year", "nothing", "a year of the table"),
    Kind("weather missing", YAML, "weather:\n  rough_spell_h: 30\n", "", "environment:", "weather", "nothing", "rough_spell_h"),
    Kind("target without width", YAML, "  small_craft:\n", "  trawler:\n    speed_kn: 5\n    arrivals_per_day: 1\n    hours_present: 3\n  small_craft:\n", "trawler:", "targets.trawler.swept_as", "nothing", "surface_vessel, small_craft, submerged"),
    Kind("learning too fast", YAML, "learning_slope: 0.9", "learning_slope: 0.4", "learning_slope", "acquisition.learning_slope", "0.4", "from 0.5 to 1 [fraction]"),
    Kind("mode unknown", YAML, "mode: cost", "mode: costs", "mode:", "objective.mode", "costs", "cost (the nearest of attainment, cost)"),
    Kind("cost of nothing", YAML, "  attainment: 0.6\n", "", "objective:", "objective.attainment", "nothing", "which mode cost needs"),
    Kind("cost without a probability", YAML, "  probability: 0.8\n", "", "objective:", "objective.probability", "nothing", "which mode cost needs"),
    Kind("attainment asked of the best", YAML, "mode: cost\n  attainment: 0.6\n", "mode: attainment\n", "  probability: 0.8", "objective.probability", "0.8", "no probability: mode attainment"),
    Kind("risk of all futures", YAML, "cvar_alpha: 0.9", "cvar_alpha: 1", "cvar_alpha", "uncertainty.risk.cvar_alpha", "1", "above 0 and below 1 [fraction]"),
    Kind("risk without weight", YAML, "    weight: 0.3\n", "", "risk:", "uncertainty.risk.weight", "nothing", "at least 0"),
    Kind("country that sells nothing", YAML, "only:\n    - US", "only:\n    - TR", "- TR", "policies.supplier_countries.only.0", "TR", "a supplier country of the platforms: US"),
    Kind("country and no country", YAML, "only:\n    - US", "only:\n    - US\n    without:\n    - US", "supplier_countries:", "policies.supplier_countries", "both", "either only or without"),
    Kind("a choice of nothing", YAML, "  supplier_countries:\n    only:\n    - US\n", "  supplier_countries: {}\n", "supplier_countries:", "policies.supplier_countries", "nothing", "either only or without"),
    Kind("an empty choice", YAML, "only:\n    - US", "only: []", "only:", "policies.supplier_countries.only", "nothing", "one entry or more"),
    Kind("platform ruled out that is not there", YAML, "    - glider", "    - glidr", "- glidr", "policies.platforms.without.0", "glidr", "glider (the nearest of drone, glider)"),
    Kind("domain to buy from that is none", YAML, "policies:\n", "policies:\n  domains: {only: [sky]}\n", "sky", "policies.domains.only.0", "sky", "a domain: one of air, surface, underwater"),
    # requirements
    Kind("unknown measure", YAML, "measure: detection", "measure: detecton", "detecton", "measure of requirement 1", "detecton", "detection (the nearest"),
    Kind("field of another measure", YAML, "  within_h: 4", "  within_h: 4\n  craft: 2", "craft: 2", "craft of requirement 1", "2", "no craft: detection takes target, within_h, at_least"),
    Kind("field missing", YAML, "  within_h: 4\n", "", "- area: bay", "within_h of requirement 1", "nothing", "which detection needs"),
    Kind("threshold of another measure", YAML, "  at_most: 48", "  at_least: 0.55", "0.55", "at_least of requirement 3", "0.55", "no at_least: revisit takes target, at_most"),
    Kind("share above 1", YAML, "at_least: 0.9", "at_least: 90", "at_least: 90", "at_least of requirement 2", "90", "a number above 0 and of at most 1"),
    Kind("unknown area", YAML, "- area: reef", "- area: reaf", "area: reaf", "area of requirement 2", "reaf", "reef (the nearest of bay, reef)"),
    Kind("unknown target", YAML, "target: small_craft", "target: smal_craft", "smal_craft", "target of requirement 1", "smal_craft", "a name in targets: small_craft"),
    Kind("requirement twice", YAML, "- area: reef", "- {area: bay, measure: detection, target: small_craft, within_h: 4, at_least: 0.7}\n- area: reef", "- {area", "id of requirement 2", "bay-detection-small_craft_4h", "an id of its own"),
    Kind("no requirement", YAML, "requirements:", "requirements: []\nx:", "requirements: []", "requirements", "nothing", "one entry or more"),
    Kind("one layer", YAML, "  domains:\n  - air\n  - underwater", "  domains:\n  - air", "domains:", "domains of requirement 5", "air alone", "2 or more of air, surface, underwater"),
    Kind("no layer", YAML, "  domains:\n  - air\n  - underwater", "  domains: []", "domains: []", "domains of requirement 5", "nothing alone", "2 or more of air, surface, underwater"),
    Kind("layer twice", YAML, "  domains:\n  - air\n  - underwater", "  domains:\n  - air\n  - underwater\n  - air", "domains:", "domains of requirement 5", "air twice", "each domain once"),
    Kind("layer of no domain", YAML, "  domains:\n  - air", "  domains:\n  - sky", "- sky", "domains of requirement 5", "sky", "air, surface, underwater"),
    Kind("layers of another measure", YAML, "  within_h: 6", "  within_h: 6\n  domains: [air, surface]", "domains: [air", "domains of requirement 4", "a list", "no domains: identification takes target, within_h, at_least"),
    Kind("layers missing", YAML, "  domains:\n  - air\n  - underwater\n", "", "measure: layered", "domains of requirement 5", "nothing", "which layered needs", below=-1),
    Kind("dwell missing", YAML, "    dwell_h: 0.3\n", "", "small_craft:", "targets.small_craft.dwell_h", "nothing", "identification of it needs [h]"),
    Kind("background below 0", YAML, "background_per_target: 10", "background_per_target: -1", "background_per", "targets.small_craft.background_per_target", "-1", "from 0 to 10000 [contacts]"),
    # operations
    Kind("gateway slower than the desk", YAML, "gateway_h: 0.1", "gateway_h: 2", "gateway_h: 2", "operations.hand_over.gateway_h", "2", "at most desk_h, 1.5 [h]"),
    Kind("gateway to nowhere", YAML, "- - open", "- - opne", "opne", "operations.hand_over.gateways.0.0", "opne", "open (the nearest of STANAG 4586, open, proprietary/Dronemaker)"),
    Kind("gateway to itself", YAML, "- - open\n      - STANAG 4586", "- - open\n      - open", "gateways:", "operations.hand_over.gateways.0", "open twice", "two different interfaces", below=1),
    Kind("gateway of one", YAML, "- - open\n      - STANAG 4586", "- - open", "- - open", "operations.hand_over.gateways.0.1", "nothing", "text"),
    Kind("gateway of three", YAML, "- - open\n", "- - open\n      - proprietary/Dronemaker\n", "- - open", "operations.hand_over.gateways.0", "a list", "a list of 2"),
    Kind("number for an interface", YAML, "      - STANAG 4586", "      - 4586", "- 4586", "operations.hand_over.gateways.0.1", "4586", "text"),
    Kind("gateway for less than nothing", YAML, "gateway_cost: 100000.0", "gateway_cost: -1", "gateway_cost", "operations.hand_over.gateway_cost", "-1", "at least 0 [scenario currency]"),
    Kind("training below 0", YAML, "training_per_year: 50", "training_per_year: -50", "training_per", "operations.training_per_year", "-50", "at least 0 [people/year]"),
    Kind("reassignment unknown", YAML, "reassignment: greedy", "reassignment: gredy", "gredy", "operations.reassignment", "gredy", "greedy (the nearest of fixed, greedy)"),
    Kind("replaced before it is lost", YAML, "replacement_months: 18", "replacement_months: -1", "replacement_months", "operations.classes.aircraft.replacement_months", "-1", "at least 0 [month]"),
    Kind("window before now", YAML, "weather_window_h: 12", "weather_window_h: -12", "weather_window_h", "operations.classes.aircraft.weather_window_h", "-12", "at least 0 [h]"),
    Kind("grounded all the time", YAML, "per_type_year: 0.05", "per_type_year: 5000", "per_type_year", "uncertainty.grounding.per_type_year", "5000", "from 0 to 12 [1/year]"),
    Kind("grounded for nothing", YAML, "months: 3", "months: 0", "months: 0", "uncertainty.grounding.months", "0", "above 0 [month]"),
    # cases
    Kind("case path unknown", YAML, "exchange.start.AUD: 0.8", "exchange.strat.AUD: 0.8", "strat", "cases.weak_dollar", "the path exchange.strat.AUD", "start in place of strat"),
    Kind("case currency unknown", YAML, "exchange.start.AUD: 0.8", "exchange.start.AUS: 0.8", "AUS", "cases.weak_dollar", "exchange.start.AUS", "AUD in place of AUS"),
    Kind("case row unknown", YAML, "platforms.drone.mtbf_h", "platforms.dron.mtbf_h", "dron.mtbf", "cases.weak_dollar", "platforms.dron.mtbf_h", "platforms.drone"),
    Kind("case column unknown", YAML, "platforms.drone.mtbf_h", "platforms.drone.mtbf", "drone.mtbf:", "cases.weak_dollar", "platforms.drone.mtbf", "platforms.drone.mtbf_h"),
    Kind("case value faulty", YAML, "exchange.start.AUD: 0.8", "exchange.start.AUD: -1", "AUD: -1", "exchange.start.AUD (case weak_dollar)", "-1", "above 0"),
    Kind("case cell faulty", YAML, "platforms.drone.mtbf_h: 300", "platforms.drone.mtbf_h: none", "mtbf_h: none", "mtbf_h of drone (case weak_dollar)", "none", "above 0 [h]"),
    Kind("case crosses the base", YAML, "platforms.drone.mtbf_h: 300", "calendar.end: 2028-01-01", "calendar.end: 2028", "calendar.end (case weak_dollar)", "2028-01-01", "365 days after"),
    # files
    Kind("file missing", YAML, "platforms: platforms.csv", "platforms: platform.csv", "platform.csv", "platforms", "platform.csv", "a file that exists"),
    Kind("path leaves the folder", YAML, "platforms: platforms.csv", "platforms: ../platforms.csv", "../", "platforms", "../platforms.csv", "inside the scenario's folder"),
    Kind("absolute path", YAML, "platforms: platforms.csv", "platforms: /etc/passwd", "/etc", "platforms", "/etc/passwd", "inside the scenario's folder"),
    Kind("folder as a file", YAML, "platforms: platforms.csv", "platforms: .", None, "file", "not a file", "a readable file", shown_in="."),
    # tables
    Kind("negative endurance", PLATFORMS, DRONE_ENDURANCE, "2026,-3,70,110", "drone,", "endurance_h of drone", "-3", "a number above 0 [h]"),
    Kind("not a number in a cell", PLATFORMS, DRONE_ENDURANCE, "2026,NaN,70,110", "drone,", "endurance_h of drone", "NaN", "a finite number"),
    Kind("infinite cell", PLATFORMS, DRONE_ENDURANCE, "2026,inf,70,110", "drone,", "endurance_h of drone", "inf", "a finite number"),
    Kind("text in a number's cell", PLATFORMS, DRONE_ENDURANCE, "2026,24 h,70,110", "drone,", "endurance_h of drone", "24 h", "a number above 0 [h]"),
    Kind("grouped digits", PLATFORMS, DRONE_ENDURANCE, '2026,"24,000",70,110', "drone,", "endurance_h of drone", "24,000", "a number above 0 [h]"),
    Kind("empty cell", PLATFORMS, DRONE_ENDURANCE, "2026,,70,110", "drone,", "endurance_h of drone", "nothing", "a number above 0 [h]"),
    Kind("part of a class", PLATFORMS, "0,9,9,30", "0,9,4.5,30", "drone,", "max_sea_state_launch of drone", "4.5", "a whole number from 0 to 9 [WMO class]"),
    Kind("negative price", PLATFORMS, "2000000.0,3000000.0", "-2000000.0,3000000.0", "drone,", "unit_price_low of drone", "-2000000.0", "at least 0"),
    Kind("low above high", PLATFORMS, "2000000.0,3000000.0", "9000000.0,3000000.0", "drone,", "unit_price_low of drone", "9000000.0", "at most unit_price_high, 5000000"),
    Kind("likely outside", PLATFORMS, "0,6,9,15", "0,6,19,15", "drone,", "lead_time_months_likely of drone", "19", "to lead_time_months_high, 15"),
    Kind("slower than cruise", PLATFORMS, DRONE_ENDURANCE, "2026,24,70,60", "drone,", "max_speed_kn of drone", "60", "at least cruise_speed_kn, 70 [kn]"),
    Kind("unknown class", PLATFORMS, "only,aircraft,", "only,aircaft,", "drone,", "craft_class of drone", "aircaft", "aircraft"),
    Kind("unknown kind", PLATFORMS, "extra,none,", "extra,sonar,", "drone,", "submerged_sensor of drone", "sonar", "none, seabed, passive_acoustic"),
    Kind("unknown original", PLATFORMS, "extra,none,,", "extra,none,glidr,", "drone,", "licensed_from of drone", "glidr", "the id of another platform: glider"),
    Kind("identifies nothing known", PLATFORMS, "surface_vessel;small_craft", "surface_vessel;whale", "drone,", "identifies of drone", "whale", "surface_vessel, small_craft, submerged"),
    Kind("recovered in no sea", PLATFORMS, "small_craft,5", "small_craft,12", "drone,", "max_sea_state_recover of drone", "12", "from 0 to 9 [WMO class]"),
    Kind("neither bought nor hired", PLATFORMS, ",service,", ",lease,", "glider,", "acquisition of glider", "lease", "purchase, service"),
    Kind("learning from nothing", PLATFORMS, "small_craft,5,100,", "small_craft,5,,", "drone,", "units_made of drone", "nothing", "which learning_slope needs [craft]"),
    Kind("less than one made", PLATFORMS, "small_craft,5,100,", "small_craft,5,0,", "drone,", "units_made of drone", "0", "at least 1 [craft]"),
    Kind("more than a maker makes", PLATFORMS, ",service,0.25", ",service,1.25", "glider,", "buyers_share of glider", "1.25", "above 0 and of at most 1 [fraction]"),
    Kind("original of itself", PLATFORMS, "extra,none,,", "extra,none,drone,", "drone,", "licensed_from of drone", "drone", "the id of another platform"),
    Kind("units without licence", PLATFORMS, "extra,none,,,", "extra,none,,5,", "drone,", "original_line_units of drone", "5", "not licensed_from"),
    Kind("unknown currency", PLATFORMS, ",USD,2026", ",USN,2026", "drone,", "price_currency of drone", "USN", "exchange.start: one of USD, AUD, EUR"),
    Kind("too few cells", PLATFORMS, "small_craft,5,100,,\n", "small_craft,5,100,\n", "drone,", "row drone", "48 cells", "49, one for each column"),
    Kind("too many cells", PLATFORMS, "small_craft,5,100,,\n", "small_craft,5,100,,,\n", "drone,", "row drone", "50 cells", "49, one for each column"),
    Kind("id twice", PLATFORMS, "glider,Glider", "drone,Glider", "drone,Glider", "id", "drone a second time", "it once (line 2)"),
    Kind("id of odd letters", PLATFORMS, "glider,Glider", "Glider 1,Glider", "Glider 1", "id of Glider 1", "Glider 1", "lower-case letters"),
    Kind("column missing", PLATFORMS, "mttr_h,", "", "id,", "mttr_h", "no such column", "a column mttr_h"),
    Kind("column twice", PLATFORMS, "mttr_h,", "mtbf_h,", "id,", "mtbf_h", "the column a second time", "it once"),
    Kind("column unknown", PLATFORMS, "mttr_h,", "mttr,", "id,", "mttr", "an unknown column", "mttr_h"),
    Kind("column without name", PLATFORMS, "mttr_h,", ",", "id,", "column 30", "no name", "a name"),
    Kind("semicolons", SOURCES, "id,field,value,unit,kind,source_url,note,low,high", "id;field;value", "id;field", "header", "id;field;value", "separated by commas"),
    Kind("quote not closed", SOURCES, "made up", '"made up', "drone,endurance_h", "table", "a quote that is not closed", "quotes in pairs"),
    Kind("quote inside a cell", SOURCES, ",made up,", ',"made" up,', "drone,endurance_h", "table", "',' expected after '\"'", "quotes in pairs"),
    Kind("cell far too long", SOURCES, "made up", "x" * 200_000, "drone,endurance_h", "table", "a cell too long", "100,000 characters"),
    Kind("cell too long", SOURCES, "made up", "x" * 100_001, "drone,endurance_h", "row drone", "a cell too long", "100,000 characters"),
    Kind("row too long", SOURCES, "made up", '"\n",' * 300_000, "drone,endurance_h", "table", "more than 1,000,000 characters", "at most 1,000,000"),
    Kind("source of no column", SOURCES, "drone,endurance_h", "drone,endurance", "drone,endurance", "field of drone endurance", "endurance", "endurance_h (the nearest"),
    Kind("source twice", SOURCES, "glider,", "drone,", "maker's sheet", "id and field", "drone endurance_h a second time", "it once (line 2)"),
    Kind("source of a new kind", SOURCES, "assumption,,made up", "guess,,made up", "guess", "kind of drone endurance_h", "guess", "published, derived, structural, assumption"),
    Kind("source range", SOURCES, "made up,20,30", "made up,30,20", "made up", "low of drone endurance_h", "30", "at most high, 20"),
    Kind("assumption range", ASSUMPTIONS, "AUD,0.5,0.645", "AUD,0.5,0.9", "start.AUD", "likely of exchange.start.AUD", "0.9", "from low, 0.5, to high, 0.8"),
    Kind("assumption without reason", ASSUMPTIONS, "0.8,fraction,made up", "0.8,fraction,", "start.AUD", "reason of exchange.start.AUD", "nothing", "text"),
    Kind("month missing", ENVIRONMENT, MONTH_12, "", "bay,11,", "month of bay", "no month 12", "each month from 1 to 12"),
    Kind("month of no area", ENVIRONMENT, "reef,12,", "reff,12,", "reff,12", "area_id of reff 12", "reff", "reef"),
    Kind("thirteenth month", ENVIRONMENT, "bay,12,", "bay,13,", "bay,13", "month of bay 13", "13", "from 1 to 12"),
    Kind("shares of sea states", ENVIRONMENT, "bay,12,12,2.2,0.0,0.05", "bay,12,12,2.2,0.0,0.25", "bay,12", "p_ss0 to p_ss9 of bay 12", "a sum of 1.2", "add to 1"),
    Kind("place off the globe", PLACES, "-0.747", "-95", "ayora", "lat of ayora", "-95", "from -90 to 90 [degree]"),
    Kind("place serves nothing known", PLACES, "EC,air;surface;underwater", "EC,air;sea;underwater", "baltra", "serves of baltra", "sea", "air, surface, underwater"),
    Kind("volatility below 0", "fx.csv", "0.1058", "-0.1058", "2025", "vol_aud of 2025", "-0.1058", "at least 0 [1/year]"),
    Kind("volatility empty", "fx.csv", "0.1058", "", "2025", "vol_aud of 2025", "nothing", "a volatility in the year that holds"),
    Kind("rate column missing", "fx.csv", "usd_per_eur", "usd_per_euro", "year,", "usd_per_eur", "no such column", "a column usd_per_eur"),
    Kind("year twice", "fx.csv", "2024,", "2025,", "0.645", "year", "2025 a second time", "it once"),
    Kind("correlation above 1", "fx_correlation.csv", "eur,0.732", "eur,1.732", "eur,1.", "aud of eur", "1.732", "from -1 to 1"),
    Kind("correlation one-sided", "fx_correlation.csv", "eur,0.732", "eur,0.5", "eur,0.5", "aud of eur", "0.5", "0.732, as eur of aud has it"),
    Kind("correlation of itself", "fx_correlation.csv", "aud,1.0", "aud,0.9", "aud,0.9", "aud of aud", "0.9", "1"),
    Kind("correlation impossible", "fx_correlation.csv", ",aud,eur\naud,1.0,0.732\neur,0.732,1.0", ",aud,eur\naud,1,-1\neur,-1,1", "correlation:", "exchange.correlation", "fx_correlation.csv", "positive definite", shown_in=YAML),
    Kind("correlation row missing", "fx_correlation.csv", "eur,0.732,1.0\n", "", ",aud,eur", "eur", "no such row", "a row eur"),
    # areas
    Kind("not JSON", AREAS, '"features"', "features", "features", "JSON", "features", "a key in double quotes"),
    Kind("not GeoJSON", AREAS, '"FeatureCollection"', '"Topology"', '"Topology"', "type", "Topology", "FeatureCollection"),
    Kind("a line for a polygon", AREAS, '"Polygon"', '"LineString"', '"LineString"', "geometry of bay", "LineString", "a Polygon or a MultiPolygon"),
    Kind("property misspelt", AREAS, '"name": "Bay"', '"nmae": "Bay"', '"nmae"', "bay", "the unknown key nmae", "name"),
    Kind("property twice", AREAS, '"name": "Bay"', '"name": "Bay", "name": "By"', '"name": "By"', "name", "the key a second time", "it once"),
    Kind("area twice", AREAS, '"id": "reef"', '"id":  "bay"', '"id":  "bay"', "id", "bay a second time", "it once"),
    Kind("off the globe", AREAS, "-91.0", "-191.0", "-191.0", "geometry of bay", "the position -191, 1.5", "from -180 to 180"),
    Kind("ring not closed", AREAS, "1.5\n      ]\n     ]", "1.6\n      ]\n     ]", "coordinates", "geometry of bay", "a ring that is not closed", "whose last position is its first", below=1),
    Kind("text for a position", AREAS, "-91.0", '"west"', '"west"', "geometry of bay", 'the text "west"', "a number"),
]
GEOMETRIES = [
    ("crosses itself", bow_tie(), "self-intersection at", "neither crosses nor touches"),
    ("no surface", [[[0, 0], [1, 1], [2, 2], [0, 0]]], "a ring of zero area", "a ring around some sea"),
    ("two positions", [[[0, 0], [1, 1]]], "a ring of 2 positions", "at least 4 positions"),
    ("no ring", [], "no ring", "an outer ring"),
    ("hole outside", [[[0, 0], [1, 0], [1, 1], [0, 0]], [[5, 5], [6, 5], [6, 6], [5, 5]]], "hole lies outside", "an outline"),
]
# fmt: on


def put(kind: Kind, folder: Path) -> None:
    write_rich(folder)
    replace_once(folder / kind.file, kind.old, kind.new)


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_fault_is_told_with_its_line_and_hides_no_other(kind: Kind, tmp_path: Path) -> None:
    put(kind, tmp_path)
    other = tmp_path / (ASSUMPTIONS if kind.file == PLACES else PLACES)
    old, new, where = ("0.05,0.1,0.2", "0.05,low,0.2", "likely") if kind.file == PLACES else ("EC,", "ECU,", "country")
    replace_once(other, old, new)

    faults = faults_of(tmp_path)

    file = kind.shown_in or kind.file
    told = [f for f in faults if f.file == file and f.where == kind.where]
    assert told, "\n".join(map(str, faults))
    assert any(kind.found in f.found and kind.expected in f.expected for f in told), "\n".join(map(str, told))
    line = line_with(tmp_path / file, kind.at) + kind.below if kind.at else 0
    assert line in {f.line for f in told}, "\n".join(map(str, told))
    assert any(f.file == other.name and f.where.startswith(where) for f in faults)


BRINGING_OTHERS = {
    "aliases without end", "collection as key", "list for a mapping", "no requirement", "no rate", "column missing",
    "column twice", "column without name", "threshold of another measure", "month of no area", "correlation one-sided",
    "area twice", "off the globe", "id twice", "id of odd letters",
}  # fmt: skip


@pytest.mark.parametrize("kind", [k for k in KINDS if k.name not in BRINGING_OTHERS], ids=lambda kind: kind.name)
def test_a_fault_brings_no_others(kind: Kind, tmp_path: Path) -> None:
    """Nothing is concluded from what is already faulty, nor from what stands in for it."""
    put(kind, tmp_path)
    assert len(faults_of(tmp_path)) == 1


def test_nothing_is_concluded_from_a_table_that_lost_its_only_entry(tmp_path: Path) -> None:
    write_rich(tmp_path, budget={"obligation": replace({2026: -1})}, cases={})
    assert [fault.where for fault in faults_of(tmp_path)] == ["budget.obligation.2026"]


@pytest.mark.parametrize(("name", "rings", "found", "expected"), GEOMETRIES, ids=[g[0] for g in GEOMETRIES])
def test_an_outline_that_bounds_no_piece_of_sea(
    name: str, rings: list[object], found: str, expected: str, tmp_path: Path
) -> None:
    areas = [{}, {"id": "reef", "name": name, "coordinates": rings}]
    write_rich(tmp_path, areas=areas)
    replace_once(tmp_path / PLACES, "EC,", "ECU,")
    faults = faults_of(tmp_path)
    assert [(f.file, f.where) for f in faults] == [(AREAS, "geometry of reef"), (PLACES, "country of baltra")]
    assert found in faults[0].found
    assert expected in faults[0].expected
    assert faults[0].line > line_with(tmp_path / AREAS, '"name": "' + name)


def test_the_rich_scenario_has_no_fault(tmp_path: Path) -> None:
    scenario = read_scenario(write_rich(tmp_path))
    assert [p.id for p in scenario.platforms] == ["drone", "glider"]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Twelve faults of different kinds and files in one scenario: none hides another."""
    chosen = {
        "key misspelt", "payments", "unknown area", "unknown target", "case path unknown", "negative endurance",
        "unknown class", "source of no column", "assumption range", "shares of sea states", "correlation one-sided",
        "off the globe",
    }  # fmt: skip
    kinds = [kind for kind in KINDS if kind.name in chosen]
    assert len(kinds) == len(chosen)
    write_rich(tmp_path)
    for kind in kinds:
        replace_once(tmp_path / kind.file, kind.old, kind.new)
    faults = faults_of(tmp_path)
    for kind in kinds:
        assert any(f.file == kind.file and f.where == kind.where and kind.found in f.found for f in faults), kind.name


def test_a_case_that_was_not_asked_for_is_checked_too(tmp_path: Path) -> None:
    write_rich(tmp_path, cases={"good": {"exchange.start.AUD": 0.7}, "bad": {"exchange.start.AUD": 0}})
    (fault,) = faults_of(tmp_path, "good")
    assert fault.where == "exchange.start.AUD (case bad)"
    assert fault.line == line_with(tmp_path / YAML, "exchange.start.AUD: 0") + 2


def test_an_unknown_case_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    (fault,) = faults_of(write_rich(tmp_path), "week_dollar")
    assert (fault.where, fault.found, fault.expected) == ("case", "no case week_dollar", "weak_dollar")


NO_TEXT = [
    (b"", "an empty file", "text"),
    (b" \n\n", "an empty file", "text"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a binary file", "text in UTF-8"),
    ("name: Großenbrode\n".encode("latin-1"), "the byte 0xdf", "text in UTF-8"),
    ("name: x\n".encode("utf-16"), "a binary file", "text in UTF-8"),
]
NO_STATEMENT = [
    (b"# nothing but a remark\n", "nothing", "a mapping of keys to values"),
    (b"- 1\n- 2\n", "a list", "a mapping of keys to values"),
    (b"name: \x07\n", "a control character", "text"),
]


@pytest.mark.parametrize(("content", "found", "expected"), NO_TEXT)
@pytest.mark.parametrize("file", [YAML, PLACES, AREAS])
def test_a_file_that_is_no_text(file: str, content: bytes, found: str, expected: str, tmp_path: Path) -> None:
    (write_rich(tmp_path) / file).write_bytes(content)
    (fault,) = (f for f in faults_of(tmp_path) if f.file == file)
    assert (fault.found, fault.expected) == (found, expected)


@pytest.mark.parametrize(("content", "found", "expected"), NO_STATEMENT)
def test_a_statement_without_keys(content: bytes, found: str, expected: str, tmp_path: Path) -> None:
    (write_rich(tmp_path) / YAML).write_bytes(content)
    (fault,) = faults_of(tmp_path)
    assert (fault.found, fault.expected) == (found, expected)


def test_a_file_over_64_mib(tmp_path: Path) -> None:
    with (write_rich(tmp_path) / PLACES).open("ab") as file:
        file.truncate(64 * 2**20 + 1)
    (fault,) = faults_of(tmp_path)
    assert (fault.file, fault.found) == (PLACES, "more than 64 MiB")


def test_more_rows_than_a_table_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert csv_file.MOST_ROWS == 100_000
    monkeypatch.setattr(csv_file, "MOST_ROWS", 1_000)
    with (write_rich(tmp_path) / SOURCES).open("a", encoding="utf-8") as file:
        file.writelines(f"drone{n},mttr_h,1,h,derived,,,,\n" for n in range(1_000))
    (fault,) = faults_of(tmp_path)
    assert (fault.file, fault.line, fault.found) == (SOURCES, 1_002, "more than 1,000 rows")


def test_links_that_leave_the_folder(tmp_path: Path) -> None:
    folder = write_rich(tmp_path / "scenario")
    (folder / PLACES).rename(tmp_path / PLACES)
    (folder / PLACES).symlink_to(tmp_path / PLACES)
    (fault,) = faults_of(folder)
    assert (fault.where, fault.found, fault.expected) == ("places", PLACES, "a file inside the scenario's folder")


def test_links_inside_the_folder_are_followed(tmp_path: Path) -> None:
    folder = write_rich(tmp_path / "scenario")
    (folder / PLACES).rename(folder / "ports.csv")
    (folder / PLACES).symlink_to(folder / "ports.csv")
    assert len(read_scenario(folder).places) == 2


@pytest.mark.parametrize("table", [PLATFORMS, PLACES])
def test_a_table_without_rows(table: str, tmp_path: Path) -> None:
    path = write_rich(tmp_path) / table
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    noun = table.removesuffix("s.csv")
    assert any(f.file == table and f.found == f"no {noun}" for f in faults_of(tmp_path))


def test_no_area(tmp_path: Path) -> None:
    (write_rich(tmp_path) / AREAS).write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert any(f.file == AREAS and f.found == "no area" for f in faults_of(tmp_path))


def test_a_table_full_of_faults_is_cut_short(tmp_path: Path) -> None:
    with (write_rich(tmp_path) / SOURCES).open("a", encoding="utf-8") as file:
        file.writelines(f"drone{n},mttr_h,1,h,guess,,,,\n" for n in range(5_000))
    faults = faults_of(tmp_path)
    assert len(faults) == 1_001
    assert faults[0].found == "1,000 faults and perhaps more"
