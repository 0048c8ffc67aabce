"""Pieces of a model's JSON Schema: what may stand at a path, and the smallest thing that would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from pydantic import BaseModel

from fleetcraft.scenario.node import Key, Path

Fragment = Mapping[str, Any]

SAMPLES = {
    r"^[a-z][a-z0-9_]*$": "x",
    r"^[A-Z]{2}$": "XX",
    r"^[A-Z]{3}$": "XXX",
    r"^(0[1-9]|1[0-2])-01$": "01-01",
}
SAMPLE_YEAR = 2000
OF_KEY = "[key]"  # what pydantic puts at the end of the path of a faulty key


@cache
def schema_of(model: type[BaseModel]) -> Fragment:
    """A model's JSON Schema."""
    return model.model_json_schema()


def resolved(fragment: Fragment, root: Fragment) -> Fragment:
    """A fragment with its reference followed and the null alternative left out."""
    while True:
        if "$ref" in fragment:
            fragment = root["$defs"][fragment["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in fragment:
            inner = next(option for option in fragment["anyOf"] if option.get("type") != "null")
            fragment = {**{k: v for k, v in fragment.items() if k != "anyOf"}, **inner}
        else:
            return fragment


def inner_fragment(fragment: Fragment, key: Key, root: Fragment) -> Fragment | None:
    """The schema of one entry or item; None where the schema knows no such key."""
    if "properties" in fragment:
        inner = fragment["properties"].get(key)
    elif isinstance(fragment.get("additionalProperties"), Mapping):
        inner = fragment["additionalProperties"]
    elif "prefixItems" in fragment:
        inner = fragment["prefixItems"][0]
    else:
        inner = fragment.get("items")
    return resolved(inner, root) if inner is not None else None


def fragment_at(path: Path, root: Fragment) -> Fragment:
    """The schema of what stands at a path (empty: anything)."""
    fragment: Fragment | None = resolved(root, root)
    for key in path:
        fragment = inner_fragment(fragment, key, root) if fragment is not None else None
    return fragment if fragment is not None else {}


def mended(value: object, faulty: Sequence[Path], fragment: Fragment, root: Fragment) -> object:
    """A copy of plain data in which what stands at the faulty paths is left out where it may be, else stood in for.

    The rest can then be validated and compared; nothing may be concluded from a stand-in.
    """
    if () in faulty:
        return stand_in(fragment, root)
    if isinstance(value, dict):
        return _mended_mapping(value, faulty, fragment, root)
    if isinstance(value, tuple) and "prefixItems" in fragment:
        return _mended_row(value, faulty, fragment, root)
    if isinstance(value, tuple):
        item = resolved(fragment.get("items", {}), root)
        return tuple(mended(inner, _below(faulty, n), item, root) for n, inner in enumerate(value))
    return value


def _mended_mapping(
    value: Mapping[Key, object], faulty: Sequence[Path], fragment: Fragment, root: Fragment
) -> dict[Key, object]:
    kept: dict[Key, object] = {}
    for key in dict.fromkeys((*value, *(path[0] for path in faulty))):
        below = _below(faulty, key)
        inner = inner_fragment(fragment, key, root) or {}
        if () not in below and (OF_KEY,) not in below:
            kept[key] = mended(value[key], below, inner, root)
        elif key in fragment.get("required", ()):
            kept[key] = stand_in(inner, root)
    if len(kept) < fragment.get("minProperties", 0):
        kept[SAMPLE_YEAR] = stand_in(resolved(fragment["additionalProperties"], root), root)
    return kept


def _mended_row(
    value: Sequence[object], faulty: Sequence[Path], fragment: Fragment, root: Fragment
) -> tuple[object, ...]:
    """As many items as the schema lists; those that are missing are stood in for."""
    items = [resolved(item, root) for item in fragment["prefixItems"]]
    return tuple(
        mended(value[n], _below(faulty, n), item, root) if n < len(value) else stand_in(item, root)
        for n, item in enumerate(items)
    )


def _below(paths: Sequence[Path], key: Key) -> list[Path]:
    return [path[1:] for path in paths if path[0] == key]


def stand_in(fragment: Fragment, root: Fragment) -> object:
    """A small value of the type and within the limits that a schema asks for."""
    if "const" in fragment or "enum" in fragment:
        return fragment.get("const", fragment.get("enum", [None])[0])
    kind = fragment.get("type")
    if kind in ("number", "integer"):
        return _legal_number(fragment)
    if kind == "string":
        is_date = fragment.get("format") == "date"
        return date(SAMPLE_YEAR, 1, 1) if is_date else SAMPLES.get(fragment.get("pattern", ""), "x")
    if kind == "array" and "prefixItems" in fragment:
        return _mended_row((), (), fragment, root)
    if kind == "array":
        item = resolved(fragment.get("items", {}), root)
        return tuple(stand_in(item, root) for _ in range(fragment.get("minItems", 0)))
    required = fragment.get("required", ())
    entries = {key: stand_in(resolved(fragment["properties"][key], root), root) for key in required}
    return _mended_mapping(entries, (), fragment, root) if kind == "object" else None


def _legal_number(fragment: Fragment) -> float | int:
    limits: Mapping[str, float | int] = fragment
    if "minimum" in limits:
        return limits["minimum"]
    above = limits.get("exclusiveMinimum", 0)
    most = limits.get("maximum", limits.get("exclusiveMaximum"))
    return (above + most) / 2 if most is not None else above + 1
