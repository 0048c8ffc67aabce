"""The form's Japanese names and meanings, against the schema that the form is made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fleetcraft.scenario.schema import scenario_schema

GLOSSARY = Path(__file__).parents[3] / "studio-ui/src/lib/glossary.ja.json"
TABLES = {"Area", "Assumption", "EnvironmentMonth", "Place", "Platform", "ValueSource"}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def test_the_glossary_names_every_field_of_the_statement() -> None:
    schema = scenario_schema()
    models = [schema, *(model for name, model in schema["$defs"].items() if name not in TABLES)]
    fields = {f"{model['title']}.{name}" for model in models for name in model["properties"]}
    assert set(_glossary()["fields"]) == fields


def test_the_glossary_names_every_column_of_the_platforms() -> None:
    assert set(_glossary()["columns"]) == set(scenario_schema()["$defs"]["Platform"]["properties"])


def test_the_glossary_has_the_words_of_every_choice_and_unit() -> None:
    glossary = _glossary()
    kinds = {"published", "derived", "structural", "assumption"}
    assert _found("enum") - kinds <= set(glossary["choices"])
    assert _found("unit") - {"", "m", "scenario currency"} <= set(glossary["units"])


def test_every_word_of_the_glossary_is_japanese() -> None:
    glossary = _glossary()
    entries = [*glossary["fields"].values(), *glossary["columns"].values()]
    assert all(JAPANESE.search(entry["name"]) and JAPANESE.search(entry["meaning"]) for entry in entries)
    assert all(JAPANESE.search(word) for word in glossary["choices"].values())


def _glossary() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(GLOSSARY.read_text(encoding="utf-8"))
    return content


def _found(key: str) -> set[str]:
    return set(_values_of(scenario_schema(), key))


def _values_of(part: object, key: str) -> Iterator[str]:
    if isinstance(part, list):
        for inner in part:
            yield from _values_of(inner, key)
    if isinstance(part, dict):
        stated = part.get(key)
        yield from (stated if isinstance(stated, list) else [stated] if isinstance(stated, str) else [])
        for inner in part.values():
            yield from _values_of(inner, key)
