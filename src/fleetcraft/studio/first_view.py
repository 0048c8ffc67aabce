"""What a page asks first, asked ahead of it: what takes seconds to load and to compute is there when the page comes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from starlette.types import ASGIApp, Message

from fleetcraft.studio.security import Access
from fleetcraft.studio.service import Studio
from fleetcraft.study.store.folder import MANIFEST


def ask_ahead(app: ASGIApp, access: Access, studio: Studio) -> dict[str, int]:
    """Have the application, without a network, answer what the first view of ``studio`` shows: statuses by path."""
    headers = [(b"host", f"127.0.0.1:{access.port}".encode())]
    if access.token is not None:
        headers.append((b"authorization", f"Bearer {access.token}".encode()))
    return {path: asyncio.run(_answered(app, f"/api{path}", headers)) for path in first_asked(studio)}


def first_asked(studio: Studio) -> Iterator[str]:
    """The paths below /api of what is opened, or else of the first scenario."""
    opened = studio.opened
    if opened is not None and opened.kind == "run" and (studio.root / opened.id / MANIFEST).is_file():
        yield from (f"/runs/{opened.id}{of}" for of in ("", "/map", "/plan"))
    first = [opened.id] if opened is not None and opened.kind == "scenario" else studio.workspace.ids()[:1]
    yield from (f"/scenarios/{id_}{of}" for id_ in first for of in ("/frontier", "/map", "/draft"))
    yield from ("/runs", "/scenarios")


async def _answered(app: ASGIApp, path: str, headers: list[tuple[bytes, bytes]]) -> int:
    """The status of the answer to one request."""
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
    }
    await app(scope, receive, send)
    return status
