"""What the API's operations share: the folders, what is read of them, the events, the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fleetcraft.studio.events import Events
from fleetcraft.studio.jobs.desk import Desk
from fleetcraft.studio.views import Views
from fleetcraft.studio.workspace import Workspace


@dataclass(frozen=True)
class Opened:
    """What the studio was started with: a scenario's id or a run's name."""

    kind: Literal["scenario", "run"]
    id: str


@dataclass(frozen=True)
class Studio:
    """The one workspace that is served; ``root`` is the folder of its runs."""

    workspace: Workspace
    root: Path
    opened: Opened | None
    events: Events
    jobs: Desk
    views: Views
