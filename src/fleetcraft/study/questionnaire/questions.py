"""A study as a value: what is asked, about which factors, of which plans, and which outputs are wanted."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, get_args

from fleetcraft.plan import Plan
from fleetcraft.plan_file import plan_to_json
from fleetcraft.scenario.changed import mapped
from fleetcraft.scenario.scenario import Scenario

Json = dict[str, Any]

Verb = Literal["plan", "simulate", "frontier", "compare"]
VERBS: tuple[Verb, ...] = get_args(Verb)

Kind = Literal["grid", "latin_hypercube", "sobol", "cases", "tornado", "morris", "saltelli", "plans"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WITHOUT_FACTORS: tuple[Kind, ...] = ("cases", "plans")
PAIRED: tuple[Kind, ...] = ("tornado", "morris", "saltelli")
"""Designs whose points are compared year by year."""


@dataclass(frozen=True)
class Factor:
    """A value of the scenario that the study moves, by its dotted path, between ``low`` and ``high`` in ``unit``.

    ``values`` are those it takes, where they are listed. ``likely`` is what the scenario states, None where it states
    several different ones. A scale (``is_scale``) multiplies what is stated; a ``whole`` one takes whole numbers.
    """

    path: str
    low: float
    high: float
    likely: float | None = None
    values: tuple[float, ...] = ()
    unit: str = ""
    name: str = ""
    is_scale: bool = False
    whole: bool = False

    @property
    def column(self) -> str:
        """What the tables call it."""
        return f"{self.path} x" if self.is_scale else self.path

    def at(self, share: float) -> float:
        """The value at a share of its range, 0 to 1; listed values and whole numbers take an equal part each."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.whole:
            return float(min(math.floor(self.low + share * (self.high - self.low + 1)), self.high))
        return self.low + share * (self.high - self.low)

    def share_of(self, value: float) -> float:
        """Where a value lies in the range, 0 to 1; listed values lie evenly, in their order."""
        if self.values:
            return self.values.index(value) / max(len(self.values) - 1, 1)
        return (value - self.low) / (self.high - self.low)

    def applied(self, scenario: Scenario, value: float) -> Scenario:
        """The scenario with the factor at a value.

        Raises LookupError where the path leads to no number, pydantic's ValidationError where it cannot be that value.
        """
        return mapped(scenario, self.path, lambda stated: self.put_for(stated, value))

    def put_for(self, stated: float, value: float) -> float:
        """The number that the factor at a value puts in place of a stated one."""
        number = stated * value if self.is_scale else value
        return round(number) if isinstance(stated, int) else float(number)


@dataclass(frozen=True)
class Design:
    """Which points are asked: the kind and what the study file states with it."""

    kind: Kind
    stated: Mapping[str, Any]


@dataclass(frozen=True)
class Discover:
    """The points to be told from the others: those whose ``output`` is below (or above) a limit."""

    output: str
    limit: float
    below: bool


@dataclass(frozen=True)
class Named:
    """One of the plans or scenarios that a study asks about, what the study file calls it, and its plan's file."""

    name: str
    plan: Plan | None
    scenario: Scenario
    file: str = ""


@dataclass(frozen=True)
class Study:
    """A whole study: the points of ``design`` over ``factors``, each answered by ``verb`` with its ``options``.

    ``asked`` are the plans or cases that are asked about, one where the design is about neither.
    """

    name: str
    verb: Verb
    options: Mapping[str, Any]
    seed: int
    factors: tuple[Factor, ...]
    design: Design
    outputs: tuple[str, ...]
    asked: tuple[Named, ...]
    discover: Discover | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario that the factors change."""
        return self.asked[0].scenario

    @cached_property
    def content(self) -> Json:
        """All that its results depend on, as plain data, and its name."""
        return {
            "name": self.name,
            "verb": self.verb,
            "options": dict(self.options),
            "factors": [asdict(factor) for factor in self.factors],
            "design": {"kind": self.design.kind, **self.design.stated},
            "outputs": list(self.outputs),
            "asked": [[each.name, _plan_hash(each.plan), each.scenario.hash] for each in self.asked],
            "discover": None if self.discover is None else asdict(self.discover),
        }

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content and the seed, as hexadecimal digits."""
        return sha256(json.dumps([self.seed, self.content], sort_keys=True).encode()).hexdigest()


def _plan_hash(plan: Plan | None) -> str | None:
    return None if plan is None else sha256(plan_to_json(plan).encode()).hexdigest()
