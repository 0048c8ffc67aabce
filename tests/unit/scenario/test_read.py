"""What reading makes of a scenario without faults."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import AREA, make_scenario, replace, write_scenario
from fleetcraft.errors import ScenarioError
from fleetcraft.scenario.operations import HandOver
from fleetcraft.scenario.read import read_scenario

from .rich import write_rich

SQUARE = AREA["coordinates"][0]


def test_folder_file_and_path_mean_the_same(tmp_path: Path) -> None:
    folder = write_rich(tmp_path)
    hashes = {read_scenario(source).hash for source in (folder, str(folder), folder / "scenario.yaml")}
    assert len(hashes) == 1


def test_a_shipped_example_is_read_by_its_name() -> None:
    scenario = read_scenario("japan-2026")
    assert (scenario.currency, scenario.country) == ("JPY", "JP")


def test_a_folder_of_an_examples_name_comes_before_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_scenario(tmp_path / "japan-2026", name="My own")
    monkeypatch.chdir(tmp_path)
    assert read_scenario("japan-2026").name == "My own"


def test_a_source_that_is_nowhere_is_answered_with_the_nearest_example() -> None:
    with pytest.raises(ScenarioError, match="no such file or folder") as raised:
        read_scenario("japan-2025")
    assert "japan-2026 (the nearest of" in raised.value.faults[0].expected


def test_values_and_their_types(tmp_path: Path) -> None:
    scenario = read_scenario(write_rich(tmp_path))
    drone, glider = scenario.platforms
    assert (drone.endurance_h, drone.max_sea_state_launch, drone.price_year) == (24.0, 9, 2026)
    assert isinstance(drone.endurance_h, float)
    assert isinstance(drone.max_sea_state_launch, int)
    assert glider.mtbf_h is None
    assert (drone.licensed_from, drone.original_line_units, drone.domestic_workshare) == (None, 0, 0.0)
    baltra = scenario.places[0]
    assert baltra.serves == ("air", "surface", "underwater")
    assert (baltra.capacity("air"), baltra.repair_crews("air")) == (None, 2)
    assert scenario.calendar.deadline == date(2027, 12, 31)
    assert scenario.budget.obligation == {2026: 50e6, 2027: 10e6}
    assert scenario.areas[0].polygons == ((tuple(map(tuple, SQUARE)),),)
    assert len(scenario.environment) == 24
    assert scenario.weather is not None
    assert scenario.weather.rough_spell_h == 30


def test_what_identification_and_loss_are_made_of(tmp_path: Path) -> None:
    scenario = read_scenario(write_rich(tmp_path))
    drone, glider = scenario.platforms
    assert (drone.identifies, glider.identifies) == (("surface_vessel", "small_craft"), ())
    assert (drone.recovery_sea_state, glider.recovery_sea_state) == (5, 9)
    assert (scenario.targets["small_craft"].dwell_h, scenario.targets["small_craft"].background_per_target) == (0.3, 10)
    hand_over = scenario.operations.hand_over
    assert (hand_over.desk_h, hand_over.gateway_h, hand_over.gateways) == (1.5, 0.1, (("open", "STANAG 4586"),))
    craft = scenario.operations.classes["aircraft"]
    assert (craft.weather_window_h, craft.replacement_months) == (12, 18)
    assert scenario.operations.reassignment == "greedy"
    assert (scenario.uncertainty.grounding.per_type_year, scenario.uncertainty.grounding.months) == (0.05, 3)


def test_what_is_not_stated_of_them_changes_nothing() -> None:
    scenario = make_scenario()
    assert (scenario.platforms[0].identifies, scenario.platforms[0].recovery_sea_state) == ((), 9)
    assert (scenario.targets["small_craft"].dwell_h, scenario.targets["small_craft"].background_per_target) == (None, 0)
    assert scenario.operations.hand_over == HandOver(desk_h=0, gateway_h=0, gateways=())
    craft = scenario.operations.classes["aircraft"]
    assert (craft.weather_window_h, craft.replacement_months) == (0, None)
    assert scenario.operations.reassignment == "fixed"
    assert scenario.uncertainty.grounding.per_type_year == 0


@pytest.mark.parametrize(
    ("text", "interfaces"),
    [
        ("", set()),
        (" ; ", set()),
        ("STANAG 4586", {"STANAG 4586"}),
        ("STANAG 4586 claimed by class", {"STANAG 4586"}),
        ("MAVLink (assumed)", {"MAVLink"}),
        ("UMAA (draft) 6; UMAA", {"UMAA 6", "UMAA"}),
        ("proprietary", {"proprietary/Dronemaker"}),
        ("proprietary (Lattice);proprietary over Iridium;open", {"proprietary/Dronemaker", "open"}),
        ("claimed by the maker", set()),
        ("unclaimed", {"unclaimed"}),
        ("Odyssey (never closed", {"Odyssey"}),
        ("Odyssey (open; by its maker);RECON", {"Odyssey", "RECON"}),
    ],
)
def test_names_of_interfaces(text: str, interfaces: set[str]) -> None:
    assert make_scenario(platforms=[{"control_interfaces": text}]).platforms[0].interfaces == interfaces


def test_rates_with_the_volatility_of_the_year_and_the_correlation(tmp_path: Path) -> None:
    exchange = read_scenario(write_rich(tmp_path)).exchange
    assert exchange.start == {"AUD": 0.645, "EUR": 1.13}
    assert exchange.volatility == {"AUD": 0.1058, "EUR": 0.0728}
    assert exchange.correlation == {"AUD": {"AUD": 1.0, "EUR": 0.732}, "EUR": {"AUD": 0.732, "EUR": 1.0}}


def test_rates_without_a_table_do_not_move() -> None:
    exchange = make_scenario(exchange={"start": {"AUD": 0.645, "EUR": 1.13}}).exchange
    assert exchange.volatility == {"AUD": 0.0, "EUR": 0.0}
    assert exchange.correlation == {"AUD": {"AUD": 1.0, "EUR": 0.0}, "EUR": {"AUD": 0.0, "EUR": 1.0}}


def test_tables_of_rates_may_hold_more_than_is_asked_for(tmp_path: Path) -> None:
    tables = {"table": "fx.csv", "correlation": "fx_correlation.csv", "volatility_year": 2025}
    exchange = {"start": {"AUD": 0.645}, **tables}
    unstated = ("operations", "policies", "cases")
    scenario = read_scenario(
        write_rich(tmp_path, exchange=exchange, platforms=[{"units_made": 9}], **{part: {} for part in unstated})
    )
    assert scenario.exchange.volatility == {"AUD": 0.1058}
    assert scenario.exchange.correlation == {"AUD": {"AUD": 1.0}}


def test_how_a_type_is_had_and_what_the_money_may_do(tmp_path: Path) -> None:
    scenario = read_scenario(write_rich(tmp_path))
    drone, glider = scenario.platforms
    assert (drone.acquisition, drone.units_made, drone.buyers_share) == ("purchase", 100, None)
    assert (glider.acquisition, glider.units_made, glider.buyers_share) == ("service", None, 0.25)
    assert scenario.acquisition.learning_slope == 0.9
    assert (scenario.operations.training_per_year, scenario.operations.hand_over.gateway_cost) == (50, 1e5)
    assert (scenario.budget.carry_over, scenario.budget.contingency) == (0.2, None)
    assert scenario.uncertainty.risk is not None
    assert (scenario.uncertainty.risk.cvar_alpha, scenario.uncertainty.risk.weight) == (0.9, 0.3)
    objective = scenario.objective
    assert (objective.mode, objective.attainment, objective.probability, objective.tolerance) == (
        "cost",
        0.6,
        0.8,
        0.005,
    )
    assert [scenario.policies.allows(platform) for platform in scenario.platforms] == [True, False]


def test_money_counts_as_it_is_committed_or_as_it_is_paid() -> None:
    committed = make_scenario().budget
    assert (committed.counts, committed.outlay) == ("obligation", {})
    assert committed.acquisition == committed.obligation == {2026: 50e6}
    money = {"counts": "outlay", "outlay": {2026: 20e6, 2027: 30e6}, "contingency": {"amount": 2e6}}
    paid = make_scenario(budget=replace(money)).budget
    assert paid.obligation == {}
    assert paid.acquisition == {2026: 20e6, 2027: 30e6}
    assert paid.contingency is not None
    assert (paid.contingency.amount, paid.contingency.probability) == (2e6, 0.9)


@pytest.mark.parametrize(
    ("policies", "allowed"),
    [
        ({}, ["drone", "boat", "glider"]),
        ({"supplier_countries": {"only": ["US"]}}, ["drone", "boat"]),
        ({"supplier_countries": {"without": ["US"]}}, ["glider"]),
        ({"domains": {"only": ["surface", "underwater"]}}, ["boat", "glider"]),
        ({"supplier_countries": {"only": ["US"]}, "domains": {"without": ["air"]}}, ["boat"]),
        ({"platforms": {"without": ["boat"]}}, ["drone", "glider"]),
    ],
)
def test_policies_say_what_may_be_bought(policies: dict[str, Any], allowed: list[str]) -> None:
    others = [{"id": "boat", "domain": "surface"}, {"id": "glider", "domain": "underwater", "supplier_country": "NO"}]
    scenario = make_scenario(platforms=[{}, *others], policies=policies)
    assert [platform.id for platform in scenario.platforms if scenario.policies.allows(platform)] == allowed


def test_requirements_without_an_id_are_named_after_what_they_ask(tmp_path: Path) -> None:
    stated = {"id": "watch", "area": "bay", "measure": "revisit", "target": "small_craft", "at_most": 24}
    assert [r.id for r in read_scenario(write_rich(tmp_path)).requirements] == [
        "bay-detection-small_craft_4h",
        "reef-presence-1_underwater",
        "reef-revisit-small_craft",
        "bay-identification-small_craft_6h",
        "reef-layered-air_underwater",
    ]
    assert make_scenario(requirements=[stated]).requirements[0].id == "watch"


def test_a_scenario_without_environment_has_a_calm_sea() -> None:
    scenario = make_scenario()
    assert scenario.environment == ()
    assert scenario.weather is None


class TestCases:
    def test_a_case_replaces_values_of_statement_and_tables(self, tmp_path: Path) -> None:
        folder = write_rich(tmp_path)
        base, case = read_scenario(folder), read_scenario(folder, "weak_dollar")
        assert (base.case, case.case) == (None, "weak_dollar")
        assert (base.rate("AUD"), case.rate("AUD")) == (0.645, 0.8)
        assert [p.mtbf_h for p in base.platforms] == [150.0, None]
        assert [p.mtbf_h for p in case.platforms] == [300.0, None]
        assert base.hash != case.hash

    def test_every_part_of_a_scenario_can_be_replaced(self, tmp_path: Path) -> None:
        overrides = {
            "name": "Another",
            "calendar.news": date(2026, 10, 1),
            "budget.support.2027": 1e6,
            "budget.obligation.2026": 1,
            "policies.domestic_share": {"min": 0.2},
            "policies.supplier_country_share": None,
            "targets.small_craft.speed_kn": 8,
            "operations.classes.aircraft.upkeep_people": 0,
            "requirements.reef-presence-1_underwater.craft": 2,
            "environment.bay.3.mean_wind_kn": 20,
            "places.ayora.serves": "surface;underwater",
            "places.baltra.capacity_air": 7,
            "areas.reef.station_lat": 3.2,
            "areas.reef.station_lon": -91.7,
            "platforms.drone.mtbf_h": None,
            "platforms.drone.identifies": [],
            "platforms.glider.identifies": "submerged; small_craft",
            "requirements.reef-layered-air_underwater.domains": ["air", "surface", "underwater"],
            "operations.hand_over.gateways": [["proprietary/Dronemaker", "open"]],
            "operations.hand_over.gateway_cost": None,
            "operations.training_per_year": 9,
            "platforms.glider.acquisition": "purchase",
            "platforms.glider.units_made": 5,
            "platforms.drone.buyers_share": 0.1,
            "acquisition.learning_slope": 0.8,
            "budget.carry_over": 1,
            "budget.contingency.amount": 3e6,
            "uncertainty.risk.weight": 0,
            "objective.probability": 0.5,
            "policies.platforms": None,
        }
        scenario = read_scenario(write_rich(tmp_path, cases={"all": overrides}), "all")
        assert scenario.name == "Another"
        assert scenario.calendar.news == date(2026, 10, 1)
        assert scenario.budget.support == {2027: 1e6, 2028: 5e6}
        assert scenario.budget.obligation[2026] == 1.0
        assert scenario.policies.domestic_share is not None
        assert scenario.policies.domestic_share.min == 0.2
        assert scenario.policies.supplier_country_share is None
        assert scenario.targets["small_craft"].speed_kn == 8
        assert scenario.operations.classes["aircraft"].upkeep_people == 0
        assert scenario.requirements[1].craft == 2
        assert [m.mean_wind_kn for m in scenario.environment if m.area_id == "bay"][1:4] == [12, 20, 12]
        assert [place.serves for place in scenario.places] == [
            ("air", "surface", "underwater"),
            ("surface", "underwater"),
        ]
        assert scenario.places[0].capacity_air == 7
        assert (scenario.areas[1].station_lat, scenario.areas[1].station_lon) == (3.2, -91.7)
        assert scenario.platforms[0].mtbf_h is None
        assert [platform.identifies for platform in scenario.platforms] == [(), ("submerged", "small_craft")]
        assert scenario.requirements[4].domains == ("air", "surface", "underwater")
        assert scenario.operations.hand_over.gateways == (("proprietary/Dronemaker", "open"),)
        assert (scenario.operations.hand_over.gateway_cost, scenario.operations.training_per_year) == (None, 9)
        assert (scenario.platforms[1].acquisition, scenario.platforms[1].units_made) == ("purchase", 5)
        assert (scenario.platforms[0].buyers_share, scenario.acquisition.learning_slope) == (0.1, 0.8)
        assert scenario.budget.carry_over == 1
        assert scenario.budget.contingency is not None
        assert scenario.budget.contingency.amount == 3e6
        assert scenario.uncertainty.risk is not None
        assert (scenario.uncertainty.risk.weight, scenario.objective.probability) == (0, 0.5)
        assert all(scenario.policies.allows(platform) for platform in scenario.platforms)

    def test_a_mapping_is_not_replaced_whole(self, tmp_path: Path) -> None:
        folder = write_rich(tmp_path, cases={"rates": {"exchange": {"start": {"AUD": 0.7}}}})
        with pytest.raises(ScenarioError, match=r"expected the path of one value further in, such as …\.start"):
            read_scenario(folder, "rates")

    def test_a_case_may_mend_the_base(self, tmp_path: Path) -> None:
        folder = write_rich(
            tmp_path, acquisition={"buyers_share": 2}, cases={"mended": {"acquisition.buyers_share": 1}}
        )
        assert read_scenario(folder, "mended").acquisition.buyers_share == 1
        with pytest.raises(ScenarioError, match="buyers_share"):
            read_scenario(folder)


class TestNoFaults:
    """What files from other programs and hands bring along."""

    TEXT_FILES = ("scenario.yaml", "platforms.csv", "places.csv", "areas.geojson", "environment.csv", "fx.csv")

    @pytest.mark.parametrize("file", TEXT_FILES)
    def test_byte_order_mark_and_carriage_returns(self, file: str, tmp_path: Path) -> None:
        folder = write_rich(tmp_path)
        before = read_scenario(folder).hash
        path = folder / file
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        assert read_scenario(folder).hash == before

    def test_comments_in_any_script(self, tmp_path: Path) -> None:
        folder = write_rich(tmp_path)
        before = read_scenario(folder).hash
        path = folder / "scenario.yaml"
        remarks = "# 無人機 дрон طائرة 🛶 ไม่มีคนขับ\n"
        path.write_text(remarks + path.read_text(encoding="utf-8") + remarks, encoding="utf-8")
        assert read_scenario(folder).hash == before

    @pytest.mark.parametrize("tail", ["\n\n\n", "\r\n\r\n", " \n", ",,,,,,,,\n"])
    def test_blank_rows_of_a_table(self, tail: str, tmp_path: Path) -> None:
        folder = write_rich(tmp_path)
        before = read_scenario(folder).hash
        with (folder / "places.csv").open("a", encoding="utf-8") as file:
            file.write(tail)
        assert read_scenario(folder).hash == before

    def test_whole_numbers_as_a_spreadsheet_writes_them(self) -> None:
        scenario = make_scenario(places=[{"capacity_air": "12.0"}])
        assert scenario.places[0].capacity_air == 12

    def test_names_in_any_script(self) -> None:
        assert make_scenario(places=[{"name": "那覇"}], name="日本 2026").places[0].name == "那覇"

    def test_altitudes_of_positions_and_multipolygons(self, tmp_path: Path) -> None:
        folder = write_scenario(tmp_path)
        before = read_scenario(folder).areas[0].polygons
        path = folder / "areas.geojson"
        ring = "[" + ",".join(f"[{lon}, {lat}, 0.0]" for lon, lat in SQUARE) + "]"
        path.write_text(
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "bay", "name": "Bay"},'
            f' "geometry": {{"type": "MultiPolygon", "coordinates": [[{ring}]]}}}}]}}',
            encoding="utf-8",
        )
        assert read_scenario(folder).areas[0].polygons == before

    def test_aliases_within_the_limits(self, tmp_path: Path) -> None:
        folder = write_rich(tmp_path)
        path = folder / "scenario.yaml"
        text = path.read_text(encoding="utf-8")
        text = text.replace("integration_months:\n", "integration_months: &months\n")
        start = text.index("  slip_months:\n")
        text = text[:start] + "  slip_months: *months\n" + text[text.index("  payments:") :]
        path.write_text(text, encoding="utf-8")
        acquisition = read_scenario(folder).acquisition
        assert acquisition.slip_months == acquisition.integration_months


def test_formatting_and_order_of_keys_leave_the_hash(tmp_path: Path) -> None:
    folder = write_rich(tmp_path)
    before = read_scenario(folder).hash
    path = folder / "scenario.yaml"
    text = path.read_text(encoding="utf-8")
    name, rest = text.split("currency: USD\n")
    path.write_text(rest + "\n\n# moved\ncurrency:   'USD'\n" + name.replace("50000000.0", "5e7"), encoding="utf-8")
    assert read_scenario(folder).hash == before


def test_any_changed_value_changes_the_hash() -> None:
    hashes = {
        make_scenario(**change).hash
        for change in (
            {},
            {"platforms": [{"mtbf_h": 151}]},
            {"budget": {"obligation": {2026: 51e6}}},
            {"areas": [{"coordinates": [[[-91.0, 1.5], [-90.0, 1.5], [-90.0, 2.6], [-91.0, 2.5], [-91.0, 1.5]]]}]},
        )
    }
    assert len(hashes) == 4
