"""One stream of events for each open page: jobs, runs and scenarios that changed.

A page that is slow gets the latest of each, not every one: its mailbox holds one event for each thing that changed,
so that it stays small and nobody waits for it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from threading import Lock
from typing import Any

HEARTBEAT_S = 15.0
PAGES = 64
"""Open pages at most: the oldest stream ends when another begins, and its page asks again."""


class Events:
    """Whoever changes something publishes it; every open page gets it. May be used from any thread."""

    def __init__(self) -> None:
        self._pages: list[_Page] = []
        self._lock = Lock()
        self._closed = False

    def scenario(self, id_: str, version: str) -> None:
        """A scenario's files or its draft changed."""
        self._publish("scenario", id_, {"id": id_, "version": version})

    def runs(self) -> None:
        """The list of runs changed."""
        self._publish("runs", "", {"at": datetime.now(UTC).isoformat(timespec="milliseconds")})

    def job(self, id_: str, job: dict[str, Any]) -> None:
        """A job changed; ``job`` is its shape as plain data."""
        self._publish("job", id_, job)

    def _publish(self, kind: str, id_: str, data: dict[str, Any]) -> None:
        text = f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False, allow_nan=False)}\n\n"
        with self._lock:
            pages = list(self._pages)
        for page in pages:
            page.put((kind, id_), text)

    async def stream(self) -> AsyncIterator[str]:
        """The events from now on as server-sent events, a comment where there was none for a while."""
        page = _Page(asyncio.get_running_loop())
        with self._lock:
            if self._closed:
                return
            if len(self._pages) == PAGES:
                self._pages.pop(0).end()
            self._pages.append(page)
        try:
            yield ": connected\n\n"
            async for text in page.letters():
                yield text
        finally:
            with self._lock:
                if page in self._pages:
                    self._pages.remove(page)

    def close(self) -> None:
        """End every stream; no other begins."""
        with self._lock:
            self._closed, pages = True, list(self._pages)
        for page in pages:
            page.end()


class _Page:
    """The mailbox of one open page."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._letters: dict[tuple[str, str], str] = {}
        self._lock = Lock()
        self._news = asyncio.Event()
        self._ended = False

    def put(self, about: tuple[str, str], text: str) -> None:
        with self._lock:
            self._letters.pop(about, None)
            self._letters[about] = text
        self._wake()

    def end(self) -> None:
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def letters(self) -> AsyncIterator[str]:
        while not self._ended:
            try:
                await asyncio.wait_for(self._news.wait(), HEARTBEAT_S)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            self._news.clear()
            with self._lock:
                letters, self._letters = self._letters, {}
            if letters:
                yield "".join(letters.values())
