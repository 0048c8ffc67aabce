"""The numbers that a study takes from each answer, by their dotted path in the verb's JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fleetcraft.errors import FleetcraftError
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.wording import clipped, one_of

Json = dict[str, Any]

NAMES = ("id", "platform", "name", "key")
"""What tells an entry of a list, in this order."""
SIMULATED = frozenset({"simulated", "cvar"})
"""Figures that have their interval beside them as low and high."""


class UnknownOutputError(FleetcraftError):
    """No answer has such an output: ``output`` is its path, ``expected`` what could stand in place of ``found``."""

    status = 2

    def __init__(self, output: str, found: str, expected: str) -> None:
        super().__init__(output, found, expected)
        self.output, self.found, self.expected = output, found, expected

    def __str__(self) -> str:
        return f"{self.output}: found {self.found}, expected {self.expected}"


def has_interval(output: str) -> bool:
    """Whether an output has an interval beside it."""
    return output.rpartition(".")[2] in SIMULATED


def output_of(result: Json, output: str, known: Collection[str] = ()) -> float | None:
    """The number at a dotted path; None where the answer has none there.

    Entries of a list go by their id, platform, name or key, or by their position from 0; the numbers of several of one
    name add up. A list without an entry of one of the ``known`` names (platforms) has 0 of it, a mapping nothing.
    Raises UnknownOutputError where no answer can have it.
    """
    return _number(result, output.split("."), output, known)


def interval_of(result: Json, output: str, known: Collection[str] = ()) -> tuple[float | None, float | None]:
    """The 95% interval beside an output that has one."""
    beside = output.rpartition(".")[0]
    return output_of(result, f"{beside}.low", known), output_of(result, f"{beside}.high", known)


def output_unit(scenario: Scenario, output: str) -> str:
    """The unit of an output: a currency, that of a requirement's measure, a share; empty where it is a bare number."""
    first, *rest = output.split(".")
    if first == "requirements":
        units = [r.unit for r in scenario.requirements if f"{output}.".startswith(f"requirements.{r.id}.")]
        return "fraction" if rest[-1] in _SHARES else next(iter(units), "")
    if "cost" in (first, *rest):
        return "fraction" if rest[-1] in _SHARES else scenario.currency
    if first in ("attainment", "risk", "availability") or "attainment" in rest or output.endswith(_SHARES):
        return "fraction"
    return ""


def output_name(output: str) -> str:
    """What people call an output, as far as it is a common one; else its path."""
    if output in _NAMED:
        return _NAMED[output]
    is_measure = output.startswith("requirements.") and output.endswith(".simulated")
    return output.removeprefix("requirements.").removesuffix(".simulated") if is_measure else output


_NAMED = {
    "attainment.simulated": "attainment",
    "cost.acquisition": "acquisition cost",
    "cost.life_cycle": "life-cycle cost",
    "probability_all_met": "chance that all requirements are met",
}
_SHARES = ("probability", "probability_met", "probability_all_met")


def _number(value: Any, parts: Sequence[str], output: str, known: Collection[str]) -> float | None:
    if value is None:
        return None
    if isinstance(value, Mapping):
        return _of_mapping(value, parts, output, known)
    if isinstance(value, list | tuple):
        return _of_list(value, parts, output, known)
    if parts:
        raise UnknownOutputError(output, f"nothing below {_before(output, parts)}", "the path of a number")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnknownOutputError(output, clipped(str(value)), "a number")
    return float(value)


def _of_mapping(value: Mapping[str, Any], parts: Sequence[str], output: str, known: Collection[str]) -> float | None:
    for taken in range(1, len(parts) + 1):
        name = ".".join(parts[:taken])
        if name in value:
            return _number(value[name], parts[taken:], output, known)
    if parts and parts[0] in known:
        return None
    raise _unknown(output, parts, list(value))


def _of_list(value: Sequence[Any], parts: Sequence[str], output: str, known: Collection[str]) -> float | None:
    for taken in range(1, len(parts) + 1):
        name = ".".join(parts[:taken])
        mine = [entry for entry in value if name in _names(entry)]
        if mine:
            found = [_number(entry, parts[taken:], output, known) for entry in mine]
            there = [number for number in found if number is not None]
            return sum(there) if there else None
    if parts and parts[0].isdecimal() and int(parts[0]) < len(value):
        return _number(value[int(parts[0])], parts[1:], output, known)
    if parts and parts[0] in known:
        return 0.0
    raise _unknown(output, parts, [name for entry in value for name in _names(entry)[:1]])


def _names(entry: Any) -> list[str]:
    return [str(entry[key]) for key in NAMES if key in entry] if isinstance(entry, Mapping) else []


def _unknown(output: str, parts: Sequence[str], names: list[str]) -> UnknownOutputError:
    if not parts:
        listed = one_of(dict.fromkeys(names))
        return UnknownOutputError(output, "no number", f"the path of one further in: {listed}")
    return UnknownOutputError(output, f"no {clipped(parts[0])}", one_of(dict.fromkeys(names), parts[0]))


def _before(output: str, parts: Sequence[str]) -> str:
    return output.removesuffix("." + ".".join(parts))
