"""The shapes of a frontier, and of a plan with its routes. Money in whole units of the scenario's currency."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from fleetcraft.scenario.platform import Domain
from fleetcraft.studio.models.base import Shape
from fleetcraft.studio.models.map import Position


class PointAttainment(Shape):
    """Attainment by the formula and as simulated, with its 95% interval: shares."""

    planned: float
    simulated: float
    low: float
    high: float


class PointRisk(Shape):
    """The attainment that one year in ten stays below, and the mean of the worst tenth with its 95% interval."""

    p10: float
    cvar: float
    low: float
    high: float


class OrderRow(Shape):
    """An order that all futures place."""

    platform: str
    name: str
    supplier_country: str
    domain: Domain
    period: str
    quantity: int
    cost: float


class AllocationRow(Shape):
    """Craft at a base that serve an area."""

    platform: str
    base: str
    area: str
    craft: int
    stations: int | None = None


class RequirementRow(Shape):
    """A requirement, what the formula plans and what is simulated, in its own unit, with its 95% interval."""

    id: str
    area: str
    measure: str
    target: str | None
    within_h: float | None
    unit: str
    at_most: bool
    threshold: float
    weight: float
    sentence: str
    planned: float
    simulated: float
    low: float
    high: float
    probability_met: float | None


class BindingRow(Shape):
    """A limit and how much of it the plan uses; ``limit`` is its path in the scenario."""

    limit: str
    label: str
    used: float
    of: float
    unit: str


class FrontierPoint(Shape):
    """What a budget buys; ``run`` and ``key`` say where the plan shown lies, ``kept_from`` of which smaller budget it
    is (null: its own), ``yearly`` the attainment of each judged year. Without a plan ``conflict`` says why."""

    run: str
    key: str
    budget: float
    scale: float
    kept_from: float | None
    yearly: list[float | None]
    status: str
    attainment: PointAttainment | None
    risk: PointRisk | None
    cost: dict[str, Any] | None
    probability_all_met: float | None
    orders: list[OrderRow]
    later: list[dict[str, Any]]
    allocation: list[AllocationRow]
    requirements: list[RequirementRow]
    conflict: list[str]
    binding: list[BindingRow]


class FrontierWork(Shape):
    """The options that all points shown were computed with: a further point asked with them fits in."""

    seed: int
    replications: int
    futures: int
    gap: float
    time_limit_s: float | None = None


class FrontierData(Shape):
    """All known points of a scenario's frontier; ``routes`` by base/area/domain."""

    currency: str
    stated: float
    counts: str
    options: FrontierWork
    points: list[FrontierPoint]
    routes: dict[str, list[Position]]
    usual: list[float]


class PlanWithRoutes(Shape):
    """A plan.json, and the routes that its craft take by base/area/domain."""

    model_config = ConfigDict(extra="allow")

    orders: list[dict[str, Any]]
    routes: dict[str, list[Position]]
