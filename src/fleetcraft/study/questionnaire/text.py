"""What a study file may say: its keys, before anything is compared with a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from fleetcraft.scenario.base import Value, quantity
from fleetcraft.study.questionnaire.designs import MOST_POINTS
from fleetcraft.study.questionnaire.questions import Kind, Verb
from fleetcraft.study.sensitivity.morris import FEWEST_TRAJECTORIES

FORMAT = 1


class FactorText(Value):
    """One entry of ``factors``: a path with a range, listed values or a scale; or an assumption; or all of them."""

    path: str | None = Field(default=None, description="dotted path of a number of the scenario")
    name: str | None = Field(default=None, description="what tables and charts call it (null: its path)")
    low: float | None = Field(default=None, description="the lowest value, in the unit of the path")
    high: float | None = Field(default=None, description="the highest value, in the unit of the path")
    values: tuple[float, ...] | None = Field(default=None, min_length=1, description="the values it takes")
    scale: tuple[float, float] | None = Field(default=None, description="lowest and highest multiple of what is stated")
    assumption: str | None = Field(default=None, description="path of a value that the scenario states a range of")
    assumptions: Literal["all"] | None = Field(default=None, description="every row of the table of assumptions")


class DesignText(Value):
    """``design``: its kind and the numbers that go with it."""

    kind: Kind = Field(description="which points are asked")
    points: int | None = quantity("points", "how many (latin_hypercube, sobol)", None, ge=1, le=MOST_POINTS)
    levels: int | None = quantity("levels", "values of each range (grid, morris)", None, ge=2, le=1000)
    trajectories: int | None = quantity(
        "trajectories", "walks through the factors (morris)", None, ge=FEWEST_TRAJECTORIES, le=MOST_POINTS
    )
    base: int | None = quantity("points", "rows, a power of two (saltelli)", None, ge=2, le=MOST_POINTS)
    cases: tuple[str, ...] | Literal["all"] | None = Field(default=None, description="named cases (cases)")
    output: str | None = Field(default=None, description="the output by which plans are told apart (plans)")
    indifference: float | None = quantity("", "a difference that does not matter (plans)", None, gt=0, lt=1)
    confidence: float | None = quantity("", "probability of a right choice (plans)", None, gt=0.5, lt=1)
    most_years: int | None = quantity("years", "most simulated years of a plan (plans)", None, ge=1, le=1_000_000)


KEYS_OF: Mapping[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "grid": ((), ("levels",)),
    "latin_hypercube": (("points",), ()),
    "sobol": (("points",), ()),
    "cases": (("cases",), ()),
    "tornado": ((), ()),
    "morris": (("trajectories", "levels"), ()),
    "saltelli": (("base",), ()),
    "plans": (("indifference", "confidence"), ("output", "most_years")),
}
"""For each kind of design the keys it must have, and those it may."""
POWERS_OF_TWO: Mapping[Kind, str] = {"sobol": "points", "saltelli": "base"}


class OptionsText(Value):
    """``options``: those that the verb's flags have; each verb has some of them."""

    seed: int = quantity("", "seed of every random number", 1, ge=0)
    replications: int | None = quantity("years", "simulated years of a point", None, ge=2, le=1_000_000)
    half_width: float | None = quantity("", "half width of the intervals at which a point's years end", None, gt=0)
    futures: int | None = quantity("futures", "futures to solve on", None, ge=1, le=1000)
    gap: float | None = quantity("", "relative gap at which a solve may stop", None, ge=0, le=1)
    time_limit: float | None = quantity("s", "seconds the loop of a point may take", None, ge=1)
    samples: int | None = quantity("samples", "fresh samples on which a plan is solved anew", None, ge=0)
    budgets: int | tuple[float, ...] | None = Field(default=None, description="how many budgets, or their amounts")
    risk_weights: tuple[float, ...] | None = Field(default=None, description="weights of the worst futures")
    by: Literal["supplier_country", "domain"] | None = Field(default=None, description="what is restricted")
    without: bool | None = Field(default=None, description="also everything but each")


_SOLVED: Mapping[str, Any] = {"replications": 200, "futures": None, "gap": 0.01, "time_limit": None}
OPTIONS_OF: Mapping[Verb, Mapping[str, Any]] = {
    "simulate": {"replications": 200, "half_width": None},
    "plan": {**_SOLVED, "half_width": None, "samples": 0},
    "frontier": {**_SOLVED, "budgets": 12, "risk_weights": None},
    "compare": {**_SOLVED, "by": "supplier_country", "without": False},
}
"""The options of each verb and what they are where nothing is stated."""


class DiscoverText(Value):
    """``discover``: which points are to be told from the others."""

    output: str = Field(description="one of the outputs")
    below: float | None = Field(default=None, description="those below this, in the output's unit")
    above: float | None = Field(default=None, description="those above this, in the output's unit")


class StudyText(Value):
    """The file's keys."""

    fleetcraft: int = Field(ge=FORMAT, le=FORMAT, description="number of this format")
    name: str = Field(min_length=1, description="the study's name")
    scenario: str = Field(
        min_length=1, description="a shipped example's name, or a folder or file relative to this one"
    )
    case: str | None = Field(default=None, description="a named case of the scenario")
    verb: Verb = Field(description="what each point asks")
    plan: str | tuple[str, ...] | None = Field(
        default=None, description="plan files, or runs that hold one, relative to this file (simulate)"
    )
    options: OptionsText = Field(default=OptionsText(), description="the verb's options")
    factors: tuple[FactorText, ...] = Field(default=(), description="values of the scenario that are moved")
    design: DesignText = Field(description="the points")
    outputs: tuple[str, ...] = Field(min_length=1, description="numbers of each answer, by dotted path")
    discover: DiscoverText | None = Field(default=None, description="scenario discovery")
