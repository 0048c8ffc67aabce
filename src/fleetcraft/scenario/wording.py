"""How faults read: the one place that puts what was found and what is expected into words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from fleetcraft.errors import Fault
from fleetcraft.scenario.node import Key, Node, Path, plain

Model = TypeVar("Model", bound=BaseModel)
Fragment = Mapping[str, Any]
Label = Callable[[Path], str]

SHOWN = 60
PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "lower-case letters, digits and _, beginning with a letter",
    r"^[A-Z]{2}$": "a country's two capital letters (ISO 3166) such as JP",
    r"^[A-Z]{3}$": "a currency's three capital letters (ISO 4217) such as USD",
    r"^(0[1-9]|1[0-2])-01$": "the first day of a month as MM-01, such as 04-01",
    r"^[0-9]{4}$": "a year such as 2026",
}


def clipped(text: str) -> str:
    """Text fit for one line of a terminal: no control characters, not longer than need be."""
    text = " ".join(text[: 4 * SHOWN].split())
    text = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def shown(node: Node) -> str:
    """What stands at a node, as its author wrote it."""
    value = node.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return "nothing"
    if isinstance(value, str):
        return clipped(value)
    if node.text:
        return clipped(node.text)
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if node.items or value == [] else clipped(str(value))


def nearest_to(name: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one comes closest to."""
    close = get_close_matches(name[:100], list(known), 1, 0.6)
    return close[0] if close else None


def one_of(known: Iterable[str], found: str | None = None, *, most: int = 12) -> str:
    """``one of a, b, c``, the name nearest to what was found put first."""
    names = list(known)
    if not names:
        return "nothing here"
    near = nearest_to(found, names) if found else None
    if len(names) == 1:
        return names[0]
    listed = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    if near:
        return f"{near} (the nearest of {listed if len(names) <= most else f'{len(names)} names'})"
    return f"one of {listed}"


def amount(value: float) -> str:
    """A number for a message, without an exponent where it needs none."""
    return f"{value:.12g}"


def expected_key(key: str, known: Iterable[str]) -> str:
    """What may stand where an unknown key, column or name stands."""
    near = nearest_to(key, known)
    return near if near else one_of(known)


@cache
def schema_of(model: type[BaseModel]) -> Fragment:
    """A model's JSON Schema, from which expectations are worded."""
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


def expectation(fragment: Fragment) -> str:
    """What a schema asks for, in words with its limits and unit."""
    if "const" in fragment:
        return str(fragment["const"])
    if "enum" in fragment:
        return one_of(map(str, fragment["enum"]))
    if fragment.get("pattern") in PATTERNS:
        return PATTERNS[fragment["pattern"]]
    kind = fragment.get("type")
    if kind in ("number", "integer"):
        noun = "a whole number" if kind == "integer" else "a number"
        unit = f" [{fragment['unit']}]" if fragment.get("unit") else ""
        return f"{noun}{_limits(fragment)}{unit}"
    if kind == "string":
        return "a date such as 2028-03-31" if fragment.get("format") == "date" else "text"
    return {"array": "a list", "object": "a mapping"}.get(str(kind), "another value")


def _limits(fragment: Fragment) -> str:
    above, least = fragment.get("exclusiveMinimum"), fragment.get("minimum")
    below, most = fragment.get("exclusiveMaximum"), fragment.get("maximum")
    if least is not None and most is not None:
        return f" from {least:g} to {most:g}" if least != most else f" equal to {least:g}"
    low = f" above {above:g}" if above is not None else f" of at least {least:g}" if least is not None else ""
    high = f" below {below:g}" if below is not None else f" of at most {most:g}" if most is not None else ""
    return f"{low} and{high}" if low and high else low + high


def fault_at(node: Node, where: str, expected: str, *, found: str | None = None) -> Fault:
    """The fault of what stands at a node."""
    return Fault(node.file, node.line, where, shown(node) if found is None else found, expected)


def validated(model: type[Model], node: Node, label: Label) -> tuple[Model | None, list[Fault]]:
    """The value that a node states, or every fault that keeps it from being one."""
    try:
        return model.model_validate(plain(node)), []
    except ValidationError as error:
        return None, list(faults_of(error, schema_of(model), node, label))


def faults_of(error: ValidationError, root: Fragment, node: Node, label: Label) -> Iterator[Fault]:
    """The faults of a validation that failed, each at the line of its key or cell."""
    details = [
        (detail["type"], tuple(detail["loc"]))
        for detail in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    misspelt = {
        path: near
        for kind, path in details
        if kind == "extra_forbidden"
        and (near := nearest_to(str(path[-1]), fragment_at(path[:-1], root).get("properties", {})))
    }
    meant = {(*path[:-1], near) for path, near in misspelt.items()}
    for kind, path in details:
        told_already = kind == "missing" and path in meant
        place = node.get(*path)
        of_inner_faults = kind == "too_short" and place is not None and (place.items or place.mapping)
        if not told_already and not of_inner_faults:
            yield _fault_of(kind, path, root, node, label)


def _fault_of(kind: str, path: Path, root: Fragment, node: Node, label: Label) -> Fault:
    if kind == "extra_forbidden":
        parent, key = path[:-1], str(path[-1])
        known = fragment_at(parent, root).get("properties", {})
        expected = expected_key(key, known)
        return fault_at(node.nearest(path), label(parent), expected, found=f"the unknown key {clipped(key)}")
    if kind == "too_short":
        return fault_at(node.nearest(path), label(path), "one entry or more", found="nothing")
    if path and path[-1] == "[key]":
        path = path[:-1]
        fragment = fragment_at(path[:-1], root).get("propertyNames", {"type": "string"})
        return fault_at(
            node.nearest(path), label(path[:-1]), expectation(fragment), found=f"the key {clipped(str(path[-1]))}"
        )
    expected = expectation(fragment_at(path, root))
    if kind == "missing":
        return fault_at(node.nearest(path), label(path), expected, found="nothing")
    place = node.nearest(path)
    if isinstance(place.value, str) and kind.endswith("_type") and place.text.startswith(('"', "'")):
        return fault_at(place, label(path), expected, found=f"the text {clipped(place.text)}")
    if kind == "finite_number":
        expected = expected.replace("a number", "a finite number")
    elif kind in ("enum", "literal_error"):
        expected = one_of(map(str, fragment_at(path, root).get("enum", [expected])), str(place.value))
    return fault_at(place, label(path), expected)
