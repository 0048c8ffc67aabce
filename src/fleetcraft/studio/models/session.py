"""What the page asks first."""

from __future__ import annotations

from typing import Literal

from fleetcraft.studio.models.base import Shape


class OpenedShape(Shape):
    """What the studio was started with."""

    kind: Literal["scenario", "run"]
    id: str


class Session(Shape):
    """The program, the folder it serves and what it was started with (null: nothing)."""

    version: str
    workspace: str
    opened: OpenedShape | None
    cores: int
