"""A traced year, in chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Response

from fleetcraft.studio.errors import missing
from fleetcraft.studio.kept import Kept
from fleetcraft.studio.models.trace import TraceChunk, TraceHead
from fleetcraft.studio.runs_folder import reading
from fleetcraft.studio.service import Studio
from fleetcraft.studio.views import as_json, sent

if TYPE_CHECKING:
    from fleetcraft.report.trace_chunks import StoredTrace

TRACES = 2


def router(studio: Studio) -> APIRouter:
    """The operations of traces."""
    routes = APIRouter(tags=["trace"])
    views = studio.views
    traces: Kept[StoredTrace] = Kept(TRACES)

    def trace_of(name: str) -> StoredTrace:
        from fleetcraft.report.trace_chunks import has_trace, read_trace

        folder = views.run(name)
        if not has_trace(folder):
            raise missing(f"trace in run {name}: no year of it was followed event by event")
        with reading(folder):
            return traces.get(views.stamp(name), lambda: read_trace(folder))

    @routes.get("/runs/{name}/trace", response_model=TraceHead)
    def trace_head(name: str) -> Response:
        """What all chunks of a run's trace share, and at which hours they start."""
        return sent(as_json(trace_of(name).head))

    @routes.get("/runs/{name}/trace/{k}", response_model=TraceChunk)
    def trace_chunk(name: str, k: Annotated[int, Path(ge=0)]) -> Response:
        """What happens in a chunk; positions of contacts are drawn for display, the simulation knows their area."""
        trace = trace_of(name)
        if k >= len(trace.head["chunks"]):
            raise missing(f"chunk {k} in the trace of run {name}")
        with reading(views.run(name)):
            return sent(as_json(trace.chunk(k)))

    return routes
