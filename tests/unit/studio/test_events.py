from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fleetcraft.studio import events as module
from fleetcraft.studio.events import PAGES, Events


async def connected(events: Events) -> AsyncIterator[str]:
    """A stream that gets what is published from now on."""
    stream = events.stream()
    assert (await anext(stream)).startswith(":")
    return stream


def told(letters: str) -> list[tuple[str, Any]]:
    lines = [letter.splitlines() for letter in letters.split("\n\n") if letter]
    return [(kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for kind, data in lines]


def test_every_page_gets_everything() -> None:
    async def both() -> list[list[tuple[str, Any]]]:
        events = Events()
        pages = [await connected(events), await connected(events)]
        events.scenario("mine", "v2")
        events.job("7", {"id": "7", "title": "行"})
        return [told(await anext(page)) for page in pages]

    for found in asyncio.run(both()):
        assert found == [("scenario", {"id": "mine", "version": "v2"}), ("job", {"id": "7", "title": "行"})]


def test_a_slow_page_gets_the_latest_of_each_thing() -> None:
    async def slow() -> list[tuple[str, Any]]:
        events = Events()
        page = await connected(events)
        for done in range(10_000):
            events.job("a", {"done": done})
            events.job("b", {"done": -done})
        return told(await anext(page))

    assert asyncio.run(slow()) == [("job", {"done": 9999}), ("job", {"done": -9999})]


def test_a_page_that_is_gone_is_forgotten() -> None:
    async def gone() -> int:
        events = Events()
        page = await connected(events)
        await page.aclose()  # type: ignore[attr-defined]
        events.runs()
        return len(events._pages)

    assert asyncio.run(gone()) == 0


def test_with_too_many_pages_the_oldest_stream_ends() -> None:
    async def many() -> tuple[list[str], int]:
        events = Events()
        first = await connected(events)
        others = [await connected(events) for _ in range(PAGES)]
        return [letter async for letter in first], len(others)

    assert asyncio.run(many()) == ([], PAGES)


def test_a_quiet_stream_has_a_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.01)

    async def quiet() -> str:
        return await anext(await connected(Events()))

    assert asyncio.run(quiet()).startswith(":")


def test_closing_ends_every_stream_and_none_begins() -> None:
    async def closed() -> list[str]:
        events = Events()
        page = await connected(events)
        events.close()
        return [letter async for letter in page] + [letter async for letter in events.stream()]

    assert asyncio.run(closed()) == []
