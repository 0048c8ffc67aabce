"""Write docs/reference/scenario.md from the scenario's JSON Schema: ``python tools/make_reference.py``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fleetcraft.scenario.schema import scenario_schema

Schema = Mapping[str, Any]

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "scenario.md"
HEAD = """\
# The scenario, key by key

This page is made from the schema by `tools/make_reference.py`; `fleetcraft schema` prints the schema itself.
A scenario is a folder that holds scenario.yaml and the tables it names. Unknown keys are faults, nothing is filled in
silently: `fleetcraft check` shows each default in force.

"""
TABLES = {
    "Platform": "platforms: the types that can be bought (CSV)",
    "ValueSource": "platform_sources: where each platform's values come from (CSV)",
    "Place": "places: airfields and ports (CSV)",
    "Area": "areas: the properties of each feature (GeoJSON)",
    "EnvironmentMonth": "environment: weather by area and month (CSV)",
    "Assumption": "assumptions: values that rest on judgement (CSV)",
}
LIMITS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
NOUNS = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false", "null": "null"}


def reference() -> str:
    """The page as text."""
    schema = scenario_schema()
    definitions = schema["$defs"]
    parts = [section("scenario.yaml", schema)]
    parts += [section(name, definitions[name]) for name in definitions if name not in TABLES]
    parts += [section(title, definitions[name]) for name, title in TABLES.items()]
    return HEAD + "\n".join(parts)


def section(title: str, definition: Schema) -> str:
    """One heading with its table of keys."""
    rows = "".join(row(name, key, definition) for name, key in definition["properties"].items())
    meaning = definition["description"].replace("``", "`")
    return f"## {title}\n\n{meaning}\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n{rows}"


def row(name: str, key: Schema, definition: Schema) -> str:
    """One key of a table."""
    meaning = key.get("description", "").replace("|", "\\|")
    return f"| `{name}` | {value_words(key)} | {default_words(name, key, definition)} | {meaning} |\n"


def value_words(key: Schema) -> str:
    """What a key may hold, in words."""
    if "anyOf" in key:
        return " or ".join(value_words(choice) for choice in key["anyOf"])
    if "$ref" in key:
        name = key["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in key or "const" in key:
        return ", ".join(f"`{choice}`" for choice in key.get("enum", [key.get("const")]))
    if "prefixItems" in key:
        return f"{len(key['prefixItems'])} times {value_words(key['prefixItems'][0])}"
    if key.get("type") == "array":
        return f"list of {value_words(key['items'])}"
    if key.get("type") == "object":
        inner = key.get("additionalProperties")
        return f"mapping to {value_words(inner)}" if isinstance(inner, Mapping) and inner else "mapping"
    if key.get("format") == "date":
        return "date"
    return " ".join([NOUNS[key["type"]], *limits(key)]) if "type" in key else "any value"


def limits(key: Schema) -> Iterator[str]:
    """The limits of a number, or the pattern of a text."""
    stated = [f"{sign} {key[name]:g}" for name, sign in LIMITS.items() if name in key]
    if stated:
        yield ", ".join(stated)
    if "pattern" in key:
        yield f"like `{key['pattern']}`".replace("|", "\\|")


def default_words(name: str, key: Schema, definition: Schema) -> str:
    """The default of a key: required, empty, the defaults of its own section, or the value."""
    if name in definition.get("required", ()):
        return "required"
    default = key.get("default", {})
    if "$ref" in key:
        return "as there"
    return f"`{json.dumps(default)}`" if default or default == 0 or default is None else "empty"


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
