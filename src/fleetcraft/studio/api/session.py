"""The session, and the stream of what changes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from fleetcraft import __version__
from fleetcraft.studio.models.session import OpenedShape, Session
from fleetcraft.studio.service import Studio


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


def router(studio: Studio) -> APIRouter:
    """The operations of the session."""
    routes = APIRouter(tags=["session"])

    @routes.get("/session")
    def session() -> Session:
        """Which program this is, which folder it serves, what it was started with."""
        opened = None if studio.opened is None else OpenedShape(**asdict(studio.opened))
        cores = len(os.sched_getaffinity(0))
        return Session(version=__version__, workspace=str(studio.workspace.folder), opened=opened, cores=cores)

    @routes.get("/events", response_class=EventStream)
    def events() -> EventStream:
        """Everything that changes, as server-sent events of the names job, runs and scenario."""
        return EventStream(_encoded(studio.events.stream()))

    return routes


async def _encoded(letters: AsyncIterator[str]) -> AsyncIterator[bytes]:
    async for letter in letters:
        yield letter.encode()
