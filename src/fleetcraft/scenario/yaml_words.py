"""Values as YAML words: how a scalar, a list or a mapping is written where one stands or where none stood."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import isfinite
from textwrap import wrap

import yaml

from fleetcraft.scenario.yaml_file import resolve

WIDTH = 118
NOT_FINITE = {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}
EXPONENTS = (9, 6)
"""Round numbers of these sizes are written with an exponent, ``200e9``."""
LONGEST_MANTISSA = 7
LEAST_MANTISSA = Decimal("0.1")

_PLAIN = re.compile(r"[\w(/.][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*")
_NOT_PLAIN = re.compile(r": |:$| #|\s$")
_FLOW_MARKS = re.compile(r"[,\[\]{}]|:")
_EXPONENT = re.compile(r"[eE]\+?([0-9]{1,2})$")


def inline(value: object, old: str = "", *, flow: bool, real: bool = False, quoted: bool = False) -> str:
    """A value on one line; ``old`` is what stood there.

    ``flow``: inside brackets. ``real``: a number may be written with an exponent. ``quoted``: as JSON has it.
    """
    if quoted:
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{inline(k, flow=True)}: {inline(v, flow=True)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(inline(each, flow=True) for each in value) + "]"
    if isinstance(value, str):
        return _text(value, flow)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    assert isinstance(value, int | float)
    return number_word(value, old, real=real) if isfinite(value) else NOT_FINITE[str(value)]


def number_word(value: int | float, old: str = "", *, real: bool = False) -> str:
    """A finite number, with the exponent that stood there (``200e9``) or, where ``real``, one of its own if round."""
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    stood = _EXPONENT.search(old)
    exponents = [int(stood[1])] if stood else []
    exponents += [e for e in EXPONENTS if (real or stood) and abs(value) >= 10**e]
    for exponent in exponents:
        mantissa = (Decimal(repr(value)) / 10**exponent).normalize()
        word = f"{mantissa:f}e{exponent}"
        if abs(mantissa) >= LEAST_MANTISSA and len(f"{mantissa:f}") <= LONGEST_MANTISSA and float(word) == value:
            return word
    return str(int(value)) if whole else repr(value)


def folded(text: str, indent: int) -> list[str] | None:
    """The lines of a folded block (``>-``) for a paragraph; None where folding would not give it back."""
    lines = wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return [" " * indent + line for line in lines] if text and " ".join(lines) == text else None


def block(value: object, indent: int, *, real: bool = False) -> list[str]:
    """What follows ``key:`` outside brackets: the rest of its line, then further lines of at least this indentation."""
    if isinstance(value, Mapping) and value:
        return ["", *(line for key, inner in value.items() for line in entry(key, inner, indent, real=real))]
    if isinstance(value, Sequence) and any(isinstance(each, Mapping) for each in value):
        return ["", *(" " * indent + f"- {inline(each, flow=False)}" for each in value)]
    return [f" {inline(value, flow=False, real=real)}"]


def entry(key: object, value: object, indent: int, *, real: bool = False) -> list[str]:
    """The lines of one key with its value."""
    first, *rest = block(value, indent + 2, real=real)
    return [f"{' ' * indent}{inline(key, flow=False)}:{first}", *rest]


def _text(text: str, flow: bool) -> str:
    marks = _NOT_PLAIN.search(text) or (flow and _FLOW_MARKS.search(text))
    if _PLAIN.fullmatch(text) and not marks and isinstance(resolve(text), str):
        return text
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))).rstrip("\n")
