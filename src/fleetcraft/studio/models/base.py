"""What all shapes share, and the shape of a refusal."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A frozen value that is sent or received; unknown keys and numbers that are not finite are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FaultShape(Shape):
    """One thing wrong in a file: line counts from 1, 0 is the file as a whole."""

    file: str
    line: int
    where: str
    found: str
    expected: str


class Problem(Shape):
    """Why a request is refused: sentences for people, and the faults where files have some."""

    lines: list[str]
    faults: list[FaultShape]
