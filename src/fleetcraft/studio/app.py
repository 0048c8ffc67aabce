"""The application: the API below /api, the page at /, and the guard before both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from fleetcraft import __version__
from fleetcraft.studio.api import frontier, jobs, map, runs, scenarios, session, trace
from fleetcraft.studio.errors import REFUSALS, document_refusals, refuse_with_problems
from fleetcraft.studio.events import Events
from fleetcraft.studio.jobs.desk import Desk
from fleetcraft.studio.security import Access, Guard
from fleetcraft.studio.service import Opened, Studio
from fleetcraft.studio.static_files import Page
from fleetcraft.studio.views import Views
from fleetcraft.studio.workspace import Workspace

ROUTERS = (session, jobs, runs, scenarios, map, frontier, trace)
WORTH_PACKING_BYTES, PACKING_EFFORT = 1024, 4


def create_app(
    workspace: Path, *, root: Path | None = None, opened: Opened | None = None, access: Access | None = None
) -> FastAPI:
    """The application over one folder; ``root`` is the folder of its runs (default: runs below the workspace)."""
    folder = workspace.resolve()
    held = Workspace(folder, (root or folder / "runs").resolve())
    events = Events()
    desk = Desk(held.home / "jobs", held, events)
    studio = Studio(held, held.root, opened, events, desk, Views(held))

    @asynccontextmanager
    async def open_while_served(_app: FastAPI) -> AsyncIterator[None]:
        desk.open()
        try:
            yield
        finally:
            events.close()
            desk.close()

    app = FastAPI(
        title="fleetcraft studio",
        version=__version__,
        summary="The verbs of fleetcraft and the files they work on.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=open_while_served,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.studio = studio
    refuse_with_problems(app)
    for module in ROUTERS:
        app.include_router(module.router(studio), prefix="/api", responses=REFUSALS)
    document_refusals(app)
    app.mount("/", Page())
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_PACKING_BYTES, compresslevel=PACKING_EFFORT)
    app.add_middleware(Guard, access=access or Access())
    return app
