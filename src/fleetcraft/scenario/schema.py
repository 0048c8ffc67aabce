"""The scenario's own manual: its JSON Schema, and the defaults that are in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from fleetcraft.scenario.base import Value, is_descriptive
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.tables import KINDS
from fleetcraft.scenario.text import ScenarioText

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STATED = (
    "calendar",
    "targets",
    "operations",
    "acquisition",
    "budget",
    "requirements",
    "objective",
    "policies",
    "uncertainty",
)


@dataclass(frozen=True, slots=True)
class Effective:
    """A value that is in force because the user stated none."""

    path: str
    value: object
    unit: str
    meaning: str


class _Untitled(GenerateJsonSchema):
    """Leaves out titles that only repeat the names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def scenario_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of scenario.yaml, with meanings, units, limits and defaults.

    The columns of each table stand under ``$defs`` (``Platform``, ``Place``, ...), the properties of areas.geojson's
    features under ``$defs.Area``.
    """
    models: list[type[BaseModel]] = [ScenarioText, *(kind.model for kind in KINDS.values())]
    _, document = models_json_schema(
        [(model, "validation") for model in models], by_alias=True, schema_generator=_Untitled
    )
    definitions = document["$defs"]
    statement = definitions.pop(ScenarioText.__name__)
    geometry = definitions["Area"]
    geometry["properties"].pop("polygons")
    geometry["required"].remove("polygons")
    return {"$schema": DIALECT, **statement, "$defs": definitions}


def effective_values(scenario: Scenario) -> tuple[Effective, ...]:
    """The defaults in force in a scenario: what its statement leaves out and what then holds."""
    return tuple(
        effective
        for name in STATED
        for effective in _defaults(getattr(scenario, name), name, stated=name in scenario.model_fields_set)
    )


def _defaults(value: object, path: str, *, stated: bool) -> Iterator[Effective]:
    """The defaults within a value; where it was not stated itself, all that it holds."""
    if isinstance(value, Value):
        for name, info in type(value).model_fields.items():
            yield from _default(value, name, info, f"{path}.{name}", stated=stated and name in value.model_fields_set)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _defaults(inner, f"{path}.{key}", stated=stated)
    elif isinstance(value, tuple):
        for row in value:
            if isinstance(row, Requirement):
                yield from _defaults(row, f"{path}.{row.id}", stated=stated)


def _default(owner: Value, name: str, info: FieldInfo, path: str, *, stated: bool) -> Iterator[Effective]:
    value = getattr(owner, name)
    if isinstance(value, Value | Mapping | tuple) and value:
        yield from _defaults(value, path, stated=stated)
    elif not stated and not is_descriptive(info) and not (isinstance(owner, Requirement) and value is None):
        extra = info.json_schema_extra
        unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
        yield Effective(path, value, unit, (info.description or "").removesuffix(f" [{unit}]"))
