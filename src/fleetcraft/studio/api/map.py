"""The map of a scenario, and of a run's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from fleetcraft.studio.kept import Kept
from fleetcraft.studio.models.map import MapData
from fleetcraft.studio.service import Studio
from fleetcraft.studio.views import as_json, sent

if TYPE_CHECKING:
    from fleetcraft.scenario.scenario import Scenario

MAPS = 16


def router(studio: Studio) -> APIRouter:
    """The operations of maps."""
    routes = APIRouter(tags=["map"])
    views, maps = studio.views, Kept[bytes](MAPS)

    def drawn(scenario: Scenario) -> Response:
        from fleetcraft.report.map_data import map_data

        return sent(maps.get(scenario.hash, lambda: as_json(map_data(scenario))))

    @routes.get("/scenarios/{id}/map", response_model=MapData)
    def scenario_map(id: str, case: str | None = None) -> Response:
        """Land, areas, bases and types of a scenario as it is saved."""
        return drawn(views.scenario(id, case))

    @routes.get("/runs/{name}/map", response_model=MapData)
    def run_map(name: str) -> Response:
        """The same of the scenario that a stored run answers."""
        return drawn(views.scenario_of_run(name))

    return routes
