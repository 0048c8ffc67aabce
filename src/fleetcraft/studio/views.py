"""What the views of a scenario or a run share: its values and geography, kept, and large answers sent as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Response

from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.studio.kept import Kept
from fleetcraft.studio.runs_folder import reading
from fleetcraft.studio.workspace import Workspace
from fleetcraft.study.store.folder import MANIFEST

if TYPE_CHECKING:
    from fleetcraft.fleet.theatre import Theatre

SCENARIOS, THEATRES = 16, 4

Stamp = tuple[str, int, int]
"""A run's name, its manifest's mtime in ns and size: where all stand, the run has not changed."""


class Views:
    """Scenarios by their id and case, runs by their name."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._scenarios = Kept[Scenario](SCENARIOS)
        self._theatres: Kept[Theatre] = Kept(THEATRES)

    def scenario(self, id_: str, case: str | None) -> Scenario:
        """The scenario as it is saved. Raises RefusalError (404) where there is none, ScenarioError for its faults."""
        source = self._workspace.source(id_)
        hash_ = self._workspace.hash_of(id_, case)
        return self._scenarios.get((id_, case, hash_), lambda: read_scenario(source, case))

    def theatre(self, scenario: Scenario) -> Theatre:
        """Its geography."""
        from fleetcraft.fleet.theatre import make_theatre

        return self._theatres.get(scenario.hash, lambda: make_theatre(scenario))

    def run(self, name: str) -> Path:
        """The folder of a stored run. Raises RefusalError (404) where there is none."""
        return self._workspace.run(name)

    def stamp(self, name: str) -> Stamp:
        """What changes with a stored run. Raises RefusalError (404) where there is none."""
        folder = self.run(name)
        with reading(folder):
            stat = (folder / MANIFEST).stat()
        return name, stat.st_mtime_ns, stat.st_size

    def scenario_of_run(self, name: str) -> Scenario:
        """The scenario of a stored run, with its case.

        Raises RefusalError where there is no such run (404) or it is damaged (400), ScenarioError where its copy is.
        """
        folder = self.run(name)
        return self._scenarios.get(self.stamp(name), lambda: scenario_in(folder))


def scenario_in(folder: Path) -> Scenario:
    """The scenario of a run's folder, with its case. Raises as ``Views.scenario_of_run`` does."""
    with reading(folder):
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        return read_scenario(folder / "scenario", result["scenario"]["case"])


def as_json(value: Any) -> bytes:
    """Compact JSON in UTF-8; numbers must be finite."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def sent(content: bytes) -> Response:
    """JSON that is ready to be sent."""
    return Response(content, media_type="application/json")
