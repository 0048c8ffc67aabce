"""How faults read: the one place that puts what was found and what is expected into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from fleetcraft.errors import Fault
from fleetcraft.scenario.fragments import Fragment
from fleetcraft.scenario.node import Node

SHOWN = 60
PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "lower-case letters, digits and _, beginning with a letter",
    r"^[A-Z]{2}$": "a country's two capital letters (ISO 3166) such as JP",
    r"^[A-Z]{3}$": "a currency's three capital letters (ISO 4217) such as USD",
    r"^(0[1-9]|1[0-2])-01$": "the first day of a month as MM-01, such as 04-01",
    r"^[0-9]{4}$": "a year such as 2026",
    r"^[0-9a-f]{64}$": "64 hexadecimal digits, a file's SHA-256",
}


def printable(text: str) -> str:
    """Text without characters that would do something to a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def clipped(text: str) -> str:
    """Text fit for one line of a terminal: no control characters, not longer than need be."""
    text = printable(" ".join(text[: 4 * SHOWN].split()))
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
    return clipped(close[0]) if close else None


def one_of(known: Iterable[str], found: str | None = None, *, most: int = 12) -> str:
    """``one of a, b, c``, the name nearest to what was found put first."""
    names = [clipped(name) for name in known]
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
    if kind == "array" and "prefixItems" in fragment:
        return f"a list of {len(fragment['prefixItems'])}"
    if kind == "array" and fragment.get("maxItems") == 0:
        return "an empty list"
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
    return Fault(node.file, node.line, printable(where), shown(node) if found is None else found, expected)
