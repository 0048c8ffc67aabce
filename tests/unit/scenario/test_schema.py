"""The schema describes what reading accepts; the defaults in force are told."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from builders import make_scenario
from fleetcraft.scenario.examples import example_folder, example_names
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.schema import effective_values, scenario_schema

from .rich import write_rich

TABLES = {
    "platforms": "Platform", "platform_sources": "ValueSource", "places": "Place", "environment": "EnvironmentMonth",
    "assumptions": "Assumption",
}  # fmt: skip


def as_json(folder: Path) -> Any:
    statement = yaml.load((folder / "scenario.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)

    def typed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: typed(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [typed(inner) for inner in value]
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            try:
                return float(value)
            except ValueError:
                return value

    return typed(statement)


def test_it_is_a_schema_of_its_dialect_and_plain_json() -> None:
    schema = scenario_schema()
    Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("name", ["rich", *example_names()])
def test_what_is_read_fits_the_schema(name: str, tmp_path: Path) -> None:
    folder = write_rich(tmp_path) if name == "rich" else example_folder(name)
    Draft202012Validator(scenario_schema()).validate(as_json(folder))


@pytest.mark.parametrize(
    "change",
    [{"fleetcraft": 2}, {"currency": "yen"}, {"calender": {}}, {"budget": {"obligation": {}}}, {"requirements": []},
     {"budget": {"obligation": {"next": 1}}}, {"policies": {"domain_minimum": {"space": 1}}},
     {"policies": {"platforms": {"only": []}}}, {"objective": {"mode": "best"}},
     {"uncertainty": {"risk": {"weight": 1}}}],
)  # fmt: skip
def test_what_is_refused_does_not_fit_the_schema(change: dict[str, Any], tmp_path: Path) -> None:
    statement = as_json(write_rich(tmp_path)) | change
    assert not Draft202012Validator(scenario_schema()).is_valid(statement)


def properties(fragment: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name, inner in fragment.get("properties", {}).items():
        yield f"{path}.{name}", inner


def test_every_key_and_column_has_its_meaning() -> None:
    schema = scenario_schema()
    found = [*properties(schema, "")]
    for name, definition in schema["$defs"].items():
        found.extend(properties(definition, name))
    assert len(found) > 150
    assert [path for path, inner in found if not inner.get("description")] == []


def test_every_number_has_its_unit() -> None:
    schema = scenario_schema()
    unitless = [
        f"{name}.{key}"
        for name, definition in schema["$defs"].items()
        for key, inner in definition.get("properties", {}).items()
        if (inner.get("type") in ("number", "integer")) and "unit" not in inner
    ]
    assert unitless == []


@pytest.mark.parametrize("name", example_names())
@pytest.mark.parametrize("table", TABLES)
def test_the_columns_of_the_shipped_tables_stand_in_the_schema(name: str, table: str) -> None:
    definition = scenario_schema()["$defs"][TABLES[table]]
    with (example_folder(name) / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert set(header) <= set(definition["properties"])
    assert set(definition["required"]) <= set(header)


def test_defaults_in_force_are_told_with_value_and_unit() -> None:
    told = {effective.path: (effective.value, effective.unit) for effective in effective_values(make_scenario())}
    assert told["operations.people_per_post"] == (1.0, "people")
    assert told["acquisition.slip_months.likely"] == (0.0, "month")
    assert told["acquisition.payments.half_way"] == (0.4, "fraction")
    assert told["uncertainty.futures"] == (20, "futures")
    assert told["acquisition.learning_slope"] == (1.0, "fraction")
    assert told["budget.carry_over"] == (0.0, "fraction")
    assert told["budget.contingency"] == (None, "")
    assert (told["objective.mode"], told["objective.tolerance"]) == (("attainment", ""), (0.005, "fraction"))
    assert told["policies.supplier_countries"] == told["uncertainty.risk"] == (None, "")
    assert told["uncertainty.embargo.probability"] == (0.0, "probability")
    assert told["operations.people_limit"] == (None, "people")
    assert told["requirements.bay-detection-small_craft_4h.weight"] == (1.0, "")


def test_what_the_user_states_is_no_default(tmp_path: Path) -> None:
    told = {effective.path for effective in effective_values(read_scenario(write_rich(tmp_path)))}
    stated = {"operations.endurance_reserve", "acquisition.slip_months.likely", "calendar.period", "budget.support"}
    assert told.isdisjoint(stated)
    assert "requirements.reef-presence-1_underwater.weight" not in told
    assert "requirements.reef-revisit-small_craft.weight" in told
    assert not any(path.endswith(".within_h") for path in told)


def test_a_value_stated_as_its_default_is_stated() -> None:
    told = {e.path for e in effective_values(make_scenario(operations={"people_per_post": 1}))}
    assert "operations.people_per_post" not in told
    assert "operations.person_year_cost" in told
