"""Jobs: what is asked, how far it is, what came of it."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from fleetcraft.studio.models.base import FaultShape, Shape

Verb = Literal["plan", "simulate", "frontier", "compare", "explain"]
State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
Name = Annotated[str, Field(min_length=1, max_length=300)]
AT_END = ("done", "failed", "cancelled", "interrupted")
"""States in which nothing is done for a job any more."""


class JobOptions(Shape):
    """As the flags of the verb; what is absent is as on the command line."""

    seed: int = Field(default=1, ge=0, lt=2**63)
    replications: int = Field(default=200, ge=2, le=1_000_000)
    futures: int | None = Field(default=None, ge=1, le=1000)
    gap: float = Field(default=0.01, ge=0.0, le=1.0)
    time_limit_s: float | None = Field(default=None, ge=1.0)
    trace: int | None = Field(default=None, ge=0, lt=2**63)
    budgets: tuple[Annotated[float, Field(gt=0.0)], ...] | None = Field(default=None, min_length=1, max_length=100)
    by: Literal["supplier_country", "domain"] = "supplier_country"
    without: bool = False


class PlanOf(Shape):
    """The plan of a stored run, or of one of its points."""

    run: Name
    point: Name | None = None


class JobRequest(Shape):
    """A verb asked of a scenario as it is saved; simulate judges ``plan`` or the one that ``plan_of`` names.

    The run of a ``trial``, which only simulate has, is stored apart from the others and is not listed.
    """

    verb: Verb
    scenario: Name
    case: Name | None = None
    options: JobOptions = JobOptions()
    plan: dict[str, Any] | None = None
    plan_of: PlanOf | None = None
    trial: bool = False

    @field_validator("plan")
    @classmethod
    def _is_json(cls, plan: dict[str, Any] | None) -> dict[str, Any] | None:
        """Refuses numbers and characters that no file of JSON can hold; raises ValueError."""
        json.dumps(plan, ensure_ascii=False, allow_nan=False).encode()
        return plan


class Progress(Shape):
    """What is being done, and how much of it is; ``of`` 0: unknown."""

    what: str
    done: int
    of: int


class InfeasibleShape(Shape):
    """Why no plan meets the hard constraints, as the command line tells it."""

    status: Literal["infeasible"]
    conflicts: list[str]
    way_out: list[str]
    statements: list[dict[str, Any]]


class JobError(Shape):
    """Why a job failed: the exit status and the lines of the command line."""

    status: int
    lines: list[str]
    faults: list[FaultShape]
    infeasible: InfeasibleShape | None


class Job(Shape):
    """A request and what has become of it; times as ISO texts in UTC."""

    id: str
    request: JobRequest
    title: str
    state: State
    progress: Progress | None = None
    run: str | None = None
    found_again: bool = False
    error: JobError | None = None
    created: str
    started: str | None = None
    ended: str | None = None
