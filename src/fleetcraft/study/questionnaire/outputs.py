"""The numbers that a study takes from each answer, by their dotted path in the verb's JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from fleetcraft.errors import FleetcraftError
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.wording import clipped, one_of

Json = dict[str, Any]

NAMES = ("id", "platform", "name", "key")
"""What tells an entry of a list, in this order."""
SIMULATED = frozenset({"simulated", "cvar"})
"""Figures that have their interval beside them as low and high."""
ADDITIVE: Mapping[str, tuple[str, ...]] = {
    "orders": ("quantity", "cost", "delivered_mean"),
    "later": ("quantity.mean", "cost"),
    "allocation": ("craft", "stations"),
    "deliveries": (),
}
"""Lists that may have several entries of one name, and those of their numbers that add up."""


class UnknownOutputError(FleetcraftError):
    """No answer has such an output: ``output`` is its path, ``expected`` what could stand in place of ``found``."""

    status = 2

    def __init__(self, output: str, found: str, expected: str) -> None:
        super().__init__(output, found, expected)
        self.output, self.found, self.expected = output, found, expected

    def __str__(self) -> str:
        return f"{self.output}: found {self.found}, expected {self.expected}"


class UnknownOutputsError(FleetcraftError):
    """No answer has these outputs: what is wrong with ``each``."""

    status = 2

    def __init__(self, each: Sequence[UnknownOutputError]) -> None:
        super().__init__(each)
        self.each = tuple(each)

    def __str__(self) -> str:
        return "\n".join(map(str, self.each))


class AbsentOutputError(UnknownOutputError):
    """This answer has no such output, another may have it: its list goes not so far."""


def platform_names(scenario: Scenario) -> frozenset[str]:
    """What an entry of a list may be called by that another answer has none of."""
    return frozenset(name for platform in scenario.platforms for name in (platform.id, platform.name))


def has_interval(output: str) -> bool:
    """Whether an output has an interval beside it."""
    return output.rpartition(".")[2] in SIMULATED


def output_of(result: Json, output: str, known: Collection[str] = ()) -> float | None:
    """The number at a dotted path; None where the answer has none there.

    Entries of a list go by their id, platform, name or key, or by their position from 0. Where a list may have several
    of one name (orders of several periods), only its ``ADDITIVE`` numbers go by name: they add up, to 0 where there is
    no entry of one of the ``known`` names (platforms). Elsewhere an answer without a known name has None.
    Raises AbsentOutputError where a list ends before a position, UnknownOutputError where no answer can have it.
    """
    return _number(result, output.split("."), output, known)


def require_outputs(result: Json, outputs: Iterable[str], known: Collection[str] = ()) -> None:
    """Raises UnknownOutputsError with every output that an answer has not."""
    unknown = []
    for output in outputs:
        try:
            output_of(result, output, known)
        except UnknownOutputError as error:
            unknown.append(error)
    if unknown:
        raise UnknownOutputsError(unknown)


def interval_of(result: Json, output: str, known: Collection[str] = ()) -> tuple[float | None, float | None]:
    """The 95% interval beside an output; None where there is none."""
    beside = output.rpartition(".")[0]
    try:
        return output_of(result, f"{beside}.low", known), output_of(result, f"{beside}.high", known)
    except UnknownOutputError:
        return None, None


def output_unit(scenario: Scenario, output: str) -> str:
    """The unit of an output: a currency, that of a requirement's measure, a share; empty where it is a bare number."""
    parts = output.split(".")
    first, last = parts[0], parts[-1]
    if first == "requirements":
        units = [r.unit for r in scenario.requirements if f"{output}.".startswith(f"requirements.{r.id}.")]
        return "fraction" if last in _SHARES else next(iter(units), "")
    if "cost" in parts:
        return "fraction" if last in _SHARES else scenario.currency
    if first in ("risk", "availability") or "attainment" in parts or output.endswith(_SHARES):
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
    if parts and (parts[0] in known or value.get("conflict")):
        return None  # none is bought of the type; there is no plan
    raise _unknown(output, parts, list(value))


def _of_list(value: Sequence[Any], parts: Sequence[str], output: str, known: Collection[str]) -> float | None:
    names = [name for entry in value for name in _names(entry)]
    absent = known if all(isinstance(entry, Mapping) and "platform" in entry for entry in value) else ()
    for taken in range(1, len(parts) + 1):
        name = ".".join(parts[:taken])
        if name in names or name in absent:
            mine = [entry for entry in value if name in _names(entry)]
            return _of_name(mine, parts[:taken], parts[taken:], output, known)
    if parts and parts[0].isdecimal():
        if int(parts[0]) >= len(value):
            raise AbsentOutputError(output, parts[0], f"a position below {len(value)}")
        return _number(value[int(parts[0])], parts[1:], output, known)
    raise _unknown(output, parts, [name for entry in value for name in _names(entry)[:1]] or sorted(absent))


def _of_name(
    entries: Sequence[Any], name: Sequence[str], parts: Sequence[str], output: str, known: Collection[str]
) -> float | None:
    """The number of all entries of one name."""
    before = output.removesuffix(".".join([*name, *parts])).removesuffix(".")
    field = ".".join(parts)
    additive = ADDITIVE.get(before.rpartition(".")[2])
    if additive is None and len(entries) <= 1:
        return _number(entries[0], parts, output, known) if entries else None
    if field not in (additive or ()):
        expected = f"one of {before} by its position, such as {before}.0.{field}"
        if additive:
            expected = f"a number that adds up: {one_of(additive, field)}; or {expected}"
        raise UnknownOutputError(output, f"{field or 'no number'} of all {before} of that name", expected)
    found = [_number(entry, parts, output, known) for entry in entries]
    return sum((number for number in found if number is not None), 0.0)


def _names(entry: Any) -> list[str]:
    return [str(entry[key]) for key in NAMES if key in entry] if isinstance(entry, Mapping) else []


def _unknown(output: str, parts: Sequence[str], names: list[str]) -> UnknownOutputError:
    if not parts:
        listed = one_of(dict.fromkeys(names))
        return UnknownOutputError(output, "no number", f"the path of one further in: {listed}")
    expected = one_of(dict.fromkeys(names), parts[0]) if names else "a number; there are none"
    return UnknownOutputError(output, clipped(parts[0]) or "an empty name", expected)


def _before(output: str, parts: Sequence[str]) -> str:
    return output.removesuffix("." + ".".join(parts))
