"""The shipped scenarios as values: they read in every case, say what their design says, own up to what they assume."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from fleetcraft.scenario.platform import DOMAINS
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario

EXAMPLES = Path(str(files("fleetcraft.scenario").joinpath("examples")))
CASES = {
    "japan-2026": (None, "yen_108", "yen_165", "support_50", "no_grounding"),
    "galapagos": (None, "half_budget", "double_budget"),
}
NAMES = tuple(CASES)
OUT_OF_RANGE = {"no_grounding": {"uncertainty.grounding.per_type_year"}}
NARROW = (
    "yonaguni_ishigaki",
    "miyako_strait",
    "amami",
    "osumi_strait",
    "ecs_north",
    "tsushima_strait",
    "tsugaru_strait",
    "soya_strait",
)
WIDE = ("soj_central", "izu_ogasawara", "minami_torishima")
WEIGHT = {
    "yonaguni_ishigaki": 3,
    "miyako_strait": 3,
    "amami": 2,
    "osumi_strait": 2,
    "ecs_north": 2,
    "tsushima_strait": 2,
}
WATCHED_BELOW = (
    "miyako_strait",
    "osumi_strait",
    "tsushima_strait",
    "tsugaru_strait",
    "soya_strait",
    "yonaguni_ishigaki",
)


@cache
def scenario(example: str, case: str | None = None) -> Scenario:
    return read_scenario(EXAMPLES / example, case)


def values_at(node: Any, path: tuple[str, ...]) -> Iterator[float]:
    """Every number that a dotted path names; ``*`` stands for every id, a place without the value is passed over."""
    if not path:
        if node is not None:
            yield float(node)
        return
    children = {child["id"]: child for child in node} if isinstance(node, list) else node
    for key in children if path[0] == "*" else (path[0],):
        yield from values_at(children[key], path[1:])


def numbers(node: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Dotted path of every number under a mapping."""
    for key, child in node.items():
        if isinstance(child, dict):
            yield from numbers(child, (*path, key))
        elif isinstance(child, int | float):
            yield ".".join((*path, key))


@pytest.mark.parametrize(("example", "case"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_each_example_reads_in_each_case(example: str, case: str | None) -> None:
    read = scenario(example, case)
    assert read.case == case
    own, base = ({**content, "case": None} for content in (read.content, scenario(example).content))
    assert (own == base) == (case is None)


@pytest.mark.parametrize("example", NAMES)
def test_assumptions_state_the_value_in_force(example: str) -> None:
    content = scenario(example).content
    for row in scenario(example).assumptions:
        found = list(values_at(content, tuple(row.path.split("."))))
        assert found, row.path
        assert set(found) == {row.likely}, row.path


@pytest.mark.parametrize(("example", "case"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_ranges_of_assumptions_hold_every_case(example: str, case: str | None) -> None:
    content = scenario(example, case).content
    for row in scenario(example).assumptions:
        values = values_at(content, tuple(row.path.split(".")))
        in_range = all(row.low <= value <= row.high for value in values)
        assert in_range != (row.path in OUT_OF_RANGE.get(case or "", ())), row.path


@pytest.mark.parametrize("example", NAMES)
def test_triangles_have_the_range_of_their_assumption(example: str) -> None:
    ranges = {row.path: (row.low, row.likely, row.high) for row in scenario(example).assumptions}
    acquisition = scenario(example).acquisition
    for name in ("slip_months", "integration_months"):
        triangle = getattr(acquisition, name)
        assert ranges[f"acquisition.{name}.likely"] == (triangle.low, triangle.likely, triangle.high)


@pytest.mark.parametrize("example", NAMES)
def test_every_judged_number_is_listed_as_an_assumption(example: str) -> None:
    content = scenario(example).model_dump(mode="json", exclude_unset=True)
    judged = ("weather", "targets", "operations", "acquisition", "budget")
    stated = {path for section in judged for path in numbers(content[section], (section,))}
    stated -= {f"acquisition.{name}.{end}" for name in ("slip_months", "integration_months") for end in ("low", "high")}
    stated |= set(numbers(content["exchange"]["start"], ("exchange", "start")))
    stated |= {f"uncertainty.{path}" for path in numbers(content["uncertainty"])} - {"uncertainty.futures"}
    domains = {domain for place in scenario(example).places for domain in place.serves}
    stated |= {f"places.*.{what}_{domain}" for domain in domains for what in ("capacity", "repair_crews")}
    listed = Counter(row.path for row in scenario(example).assumptions)
    assert listed == Counter(stated)


@pytest.mark.parametrize("example", NAMES)
def test_places_hold_craft_of_the_domains_they_serve_alone(example: str) -> None:
    for place in scenario(example).places:
        for domain in DOMAINS:
            stated = (place.capacity(domain) is not None, place.repair_crews(domain) is not None)
            assert stated == ((domain in place.serves),) * 2, place.id


@pytest.mark.parametrize("example", NAMES)
def test_classes_are_those_that_platforms_name(example: str) -> None:
    named = {platform.craft_class for platform in scenario(example).platforms}
    assert named == set(scenario(example).operations.classes)


def test_japan_asks_for_what_its_design_tables() -> None:
    expected = Counter(
        [("detection", a, "surface_vessel", 3.0, 0.8, WEIGHT.get(a, 1)) for a in NARROW]
        + [("detection", a, "surface_vessel", 12.0, 0.5, 1) for a in WIDE]
        + [("detection", a, "small_craft", 4.0, 0.5, WEIGHT.get(a, 1)) for a in NARROW]
        + [("detection", a, "submerged", 24.0, 0.4, WEIGHT.get(a, 1)) for a in WATCHED_BELOW]
        + [("presence", a, "underwater", 3, 0.9, 2) for a in ("miyako_strait", "tsushima_strait", "tsugaru_strait")]
        + [("layered", a, DOMAINS, None, 0.8, 3) for a in ("yonaguni_ishigaki", "miyako_strait")]
        + [
            ("identification", a, "small_craft", 4.0, 0.4, 2)
            for a in ("yonaguni_ishigaki", "miyako_strait", "tsushima_strait")
        ]
    )
    stated = Counter(
        (r.measure, r.area, r.target or r.domain or r.domains, r.within_h or r.craft, r.threshold, r.weight)
        for r in scenario("japan-2026").requirements
    )
    assert stated == expected
    assert stated.total() == 33


def test_japan_states_its_frame() -> None:
    japan = scenario("japan-2026")
    calendar = japan.calendar
    assert (calendar.start, calendar.news) == (date(2026, 4, 1), date(2026, 10, 1))
    assert (calendar.deadline, calendar.end) == (date(2028, 3, 31), date(2029, 3, 31))
    assert calendar.fiscal_years == (2026, 2027, 2028)
    assert japan.budget.obligation == {2026: 200e9}
    assert japan.budget.support == {2027: 80e9, 2028: 80e9}
    assert (len(japan.platforms), len(japan.places), len(japan.areas)) == (39, 48, 11)
    assert {name: target.speed_kn for name, target in japan.targets.items()} == {
        "surface_vessel": 12,
        "small_craft": 20,
        "submerged": 6,
    }
    assert (japan.uncertainty.futures, japan.uncertainty.embargo.probability) == (20, 0.05)
    grounding = japan.uncertainty.grounding
    assert (grounding.per_type_year, grounding.months) == (0.05, 3)
    assert scenario("japan-2026", "no_grounding").uncertainty.grounding.per_type_year == 0
    hand_over = japan.operations.hand_over
    assert (hand_over.desk_h, hand_over.gateway_h, hand_over.gateways) == (1, 0.1, ())
    assert hand_over.gateway_cost == 0.5e9
    assert {name: (t.dwell_h, t.background_per_target) for name, t in japan.targets.items()} == {
        "surface_vessel": (0.5, 10),
        "small_craft": (0.3, 10),
        "submerged": (None, 0),
    }


@pytest.mark.parametrize("example", NAMES)
def test_who_can_go_and_look_identifies_what_floats(example: str) -> None:
    for platform in scenario(example).platforms:
        able = platform.domain == "air" or (platform.domain == "surface" and platform.cruise_speed_kn >= 10)
        assert platform.identifies == (("surface_vessel", "small_craft") if able else ()), platform.id


def test_which_of_japans_systems_speak_to_each_other() -> None:
    speakers: dict[str, set[str]] = {}
    for platform in scenario("japan-2026").platforms:
        assert platform.interfaces, platform.id
        for name in platform.interfaces:
            speakers.setdefault(name, set()).add(platform.id)
    shared = {name: types for name, types in speakers.items() if len(types) > 1}
    assert shared.keys() == {
        "STANAG 4586",
        "STANAG 4671 airworthiness",
        "UMAA",
        "REST mission API",
        "Odyssey/RECON",
        "proprietary/Baykar",
        "proprietary/Turkish Aerospace",
    }
    assert shared["UMAA"] == {"t38", "corsair"}
    assert shared["STANAG 4671 airworthiness"] == {"mq9b", "mq9b_service"}
    assert shared["STANAG 4586"] >= {"tb2", "mq9b", "scaneagle", "s100"}
    common = {name for name in speakers if not name.startswith("proprietary/")}
    assert not any(word in name for name in common for word in ("claimed", "(", "proprietary"))


def test_japans_rates_are_means_of_2025_scaled_to_the_budgets_dollar() -> None:
    for case, dollar in ((None, 149), ("yen_108", 108), ("yen_165", 165)):
        start = scenario("japan-2026", case).exchange.start
        assert start["USD"] == dollar
        assert start["EUR"] == pytest.approx(169.0435 * dollar / 149.6554, abs=0.01)
        assert start["AUD"] == pytest.approx(96.4983 * dollar / 149.6554, abs=0.01)


def test_the_licensed_type_is_slower_and_dearer_than_its_original_and_no_better() -> None:
    platforms = {platform.id: platform for platform in scenario("japan-2026").platforms}
    (licensed,) = (platform for platform in platforms.values() if platform.licensed_from)
    assert licensed.licensed_from is not None
    original = platforms[licensed.licensed_from]
    assert original.supplier_country == licensed.supplier_country == "TR"
    assert licensed.supplier != original.supplier
    for end in ("low", "likely", "high"):
        assert getattr(licensed, f"lead_time_months_{end}") > getattr(original, f"lead_time_months_{end}")
        assert getattr(licensed, f"unit_price_{end}") > getattr(original, f"unit_price_{end}")
    assert licensed.production_rate_per_year < original.production_rate_per_year
    assert licensed.original_line_units > 0
    assert licensed.domestic_workshare == 0.5
    same = ("endurance_h", "cruise_speed_kn", "range_nm_from_base", "mtbf_h", "loss_per_100k_h", "max_wind_kn")
    assert all(getattr(licensed, field) == getattr(original, field) for field in same)
    kinds = {s.field: s.kind for s in scenario("japan-2026").platform_sources if s.id == licensed.id}
    text = {"craft_class", "ground_segment", "submerged_sensor"}
    assert {kind for field, kind in kinds.items() if field not in text} == {"assumption"}


def test_submerged_targets_are_left_to_those_who_listen() -> None:
    sensors = {platform.id: platform.submerged_sensor for platform in scenario("japan-2026").platforms}
    seabed = {"remus300", "remus620", "ozz5", "dive_ld", "hugin"}
    assert {name for name, sensor in sensors.items() if sensor == "seabed"} == seabed
    for platform in scenario("japan-2026").platforms:
        has_width = platform.sweep_width_nm_submerged > 0
        assert has_width == (platform.submerged_sensor != "none"), platform.id
        assert (platform.sweep_width_nm("submerged") > 0) == (platform.submerged_sensor == "passive_acoustic"), (
            platform.id
        )


def test_galapagos_asks_for_what_its_design_says() -> None:
    galapagos = scenario("galapagos")
    stated = {
        (r.area, r.measure, r.target or r.domain, r.within_h or r.craft, r.threshold) for r in galapagos.requirements
    }
    assert stated == {
        ("galapagos_gmr", "detection", "fishing_boat", 12.0, 0.7),
        ("galapagos_hermandad", "detection", "fishing_boat", 12.0, 0.5),
        ("galapagos_gmr", "revisit", "fishing_boat", None, 48.0),
        ("galapagos_gmr", "presence", "surface", 1, 0.9),
        ("galapagos_hermandad", "presence", "surface", 1, 0.9),
    }
    assert (galapagos.targets["fishing_boat"].swept_as, galapagos.targets["fishing_boat"].speed_kn) == (
        "small_craft",
        8,
    )
    assert {platform.armed_variant_exists for platform in galapagos.platforms} == {"no"}
    assert set(galapagos.budget.obligation) == {2026, 2027, 2028}
    assert (len(galapagos.places), len(galapagos.areas)) == (6, 2)
    assert galapagos.uncertainty.grounding.per_type_year == 0


def test_galapagos_budget_cases_are_half_and_double() -> None:
    for case, factor in (("half_budget", 0.5), ("double_budget", 2)):
        for money in ("obligation", "support"):
            base, changed = (getattr(scenario("galapagos", c).budget, money) for c in (None, case))
            assert changed == {year: amount * factor for year, amount in base.items()}


SERVICES = {
    "japan-2026": {"mq9b", "sd_explorer", "sd_voyager", "sd_surveyor"},
    "galapagos": {"sd_explorer", "sd_voyager", "sd_surveyor"},
}
COVERED_BY_THE_FEE = ("annual_support_cost_fraction", "operating_cost_per_hour", "crew_per_vehicle_on_station")


def test_what_is_offered_as_a_service_alone_is_marked() -> None:
    for example in NAMES:
        marked = {p.id for p in scenario(example).platforms if p.buyable.startswith("service")}
        hired = {f"{name}_service" for name in SERVICES[example]}
        assert marked == {"sd_explorer", "sd_voyager", "sd_surveyor"} | hired


@pytest.mark.parametrize("example", NAMES)
def test_what_is_hired_does_what_is_bought_and_its_fee_covers_all(example: str) -> None:
    """A service is the same craft, there sooner, for a fee a year that is near its price, and nothing else."""
    read = scenario(example)
    platforms = {platform.id: platform for platform in read.platforms}
    hired = {name for name, platform in platforms.items() if platform.acquisition == "service"}
    assert hired == {f"{name}_service" for name in SERVICES[example]}
    same = (
        "domain", "supplier", "endurance_h", "cruise_speed_kn", "range_nm_from_base", "mtbf_h", "max_sea_state_operate",
        "sweep_width_nm_small_craft", "identifies", "craft_class", "control_interfaces", "submerged_sensor",
    )  # fmt: skip
    for name in SERVICES[example]:
        asset, service = platforms[name], platforms[f"{name}_service"]
        assert all(getattr(asset, field) == getattr(service, field) for field in same), name
        assert service.lead_time_months_likely < asset.lead_time_months_likely, name
        assert service.lead_time_months_high <= asset.lead_time_months_high, name
        assert all(getattr(service, field) == 0 for field in COVERED_BY_THE_FEE), name
        assert service.ground_segment == "included", name
        fee, price = (p.unit_price_likely * read.rate(p.price_currency) for p in (service, asset))
        assert 0.2 * price < fee < 1.2 * price, name
