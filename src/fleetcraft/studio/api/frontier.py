"""What each budget buys, as far as it was computed, and the plans of stored runs."""

from __future__ import annotations

import json

from fastapi import APIRouter, Response

from fleetcraft.errors import RunError
from fleetcraft.scenario.examples import SHIPPED_NAME
from fleetcraft.studio.errors import RefusalError
from fleetcraft.studio.kept import Kept
from fleetcraft.studio.models.frontier import FrontierData, PlanWithRoutes
from fleetcraft.studio.runs_folder import reading
from fleetcraft.studio.service import Studio
from fleetcraft.studio.views import as_json, sent
from fleetcraft.study.store.index import entries

FRONTIERS, PLANS = 8, 32


def router(studio: Studio) -> APIRouter:
    """The operations of frontiers and plans."""
    routes = APIRouter(tags=["frontier"])
    views, frontiers, plans = studio.views, Kept[bytes](FRONTIERS), Kept[bytes](PLANS)

    @routes.get("/scenarios/{id}/frontier", response_model=FrontierData)
    def scenario_frontier(id: str, case: str | None = None) -> Response:
        """Every known point of a scenario's frontier: of the runs stored and of those shipped with the examples."""
        from fleetcraft.report.frontier_data import frontier_data

        scenario = views.scenario(id, case)
        stored = [e for e in entries(studio.root) if e.verb == "frontier" and e.scenario_hash == scenario.hash]
        key = scenario.hash, tuple((entry.folder, entry.made) for entry in stored)
        return sent(frontiers.get(key, lambda: as_json(frontier_data(views.theatre(scenario), studio.root))))

    @routes.get("/runs/{name}/plan", response_model=PlanWithRoutes)
    def run_plan(name: str, point: str | None = None) -> Response:
        """plan.json of a run, or of one of its points, with the routes; ``shipped:NAME`` is an example's frontier."""
        try:
            if name.startswith(SHIPPED_NAME):
                return sent(plans.get((name, point), lambda: of_shipped(name.removeprefix(SHIPPED_NAME), point or "")))
            key = views.stamp(name), point
            return sent(plans.get(key, lambda: of_stored(name, point)))
        except RunError as error:
            raise RefusalError(404, str(error)) from error

    def of_shipped(example: str, key: str) -> bytes:
        from fleetcraft.report.frontier_data import with_routes
        from fleetcraft.report.shipped import shipped_plan
        from fleetcraft.scenario.read import read_scenario

        plan = json.loads(shipped_plan(example, key))
        return as_json(with_routes(read_scenario(example), plan))

    def of_stored(name: str, key: str | None) -> bytes:
        from fleetcraft.report.frontier_data import with_routes
        from fleetcraft.report.stored_plans import stored_plan

        folder = views.run(name)
        with reading(folder):
            plan = json.loads(stored_plan(folder, key))
            return as_json(with_routes(views.scenario_of_run(name), plan))

    return routes
