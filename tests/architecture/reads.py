"""Who reads which field of a scenario while something runs."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any, get_args, get_type_hints

import pytest
from pydantic.fields import FieldInfo

from fleetcraft.scenario.base import Value, is_descriptive

Nouns = frozenset[type[Value]]
Readers = dict[str, set[str]]

COMPUTING = ("fleet", "futures", "geo", "optimise", "physics", "simulate")


def nouns_of(whole: type[Value]) -> Nouns:
    """The class of a noun and those of all that its fields hold."""
    found: set[type[Value]] = set()
    coming = [whole]
    while coming:
        noun = coming.pop()
        found.add(noun)
        coming += [inner for inner in held_by(noun) if inner not in found]
    return frozenset(found)


def held_by(noun: type[Value]) -> Iterator[type[Value]]:
    pieces = list(get_type_hints(noun).values())
    while pieces:
        piece = pieces.pop()
        if isinstance(piece, type) and issubclass(piece, Value):
            yield piece
        pieces += get_args(piece)


class Watch:
    """Who reads which field of some nouns: the module of the code that asked a noun, past the nouns' own methods.

    What the scenario's own modules read (readers, checks, the schema) is no use of a value.
    """

    def __init__(self, nouns: Nouns) -> None:
        self.fields: Mapping[type[Value], Mapping[str, FieldInfo]] = {noun: noun.model_fields for noun in nouns}
        self.homes = {noun.__module__ for noun in nouns}
        self.readers: Readers = defaultdict(set)

    def set_up(self, patch: pytest.MonkeyPatch) -> None:
        dumped = Value.model_dump

        def read(noun: Value, name: str) -> Any:
            if name in self.fields.get(type(noun), ()):
                self._note(type(noun), name, self._asking(sys._getframe(1)))
            return object.__getattribute__(noun, name)

        def dump(noun: Value, **options: Any) -> dict[str, Any]:
            reader = sys._getframe(1).f_globals["__name__"]
            for name in options.get("include") or self.fields.get(type(noun), ()):
                self._note(type(noun), name, "" if reader in self.homes else reader)
            return dumped(noun, **options)

        patch.setattr(Value, "__getattribute__", read)
        patch.setattr(Value, "model_dump", dump)

    def unread(self) -> list[str]:
        """The fields that nothing outside the scenario reads and that are not marked as descriptive."""
        return sorted(
            f"{noun.__name__}.{name}"
            for noun, fields in self.fields.items()
            for name, info in fields.items()
            if not is_descriptive(info) and not self.readers[f"{noun.__name__}.{name}"]
        )

    def computed_with_though_descriptive(self) -> list[str]:
        """The fields that are marked as descriptive and yet enter a computation, with one that reads them."""
        return sorted(
            f"{noun.__name__}.{name} in {reader}"
            for noun, fields in self.fields.items()
            for name, info in fields.items()
            for reader in self.readers[f"{noun.__name__}.{name}"]
            if is_descriptive(info) and reader.split(".")[1] in COMPUTING
        )

    def _asking(self, frame: FrameType | None) -> str:
        own = (*self.homes, __name__, "functools")  # a cached property is a noun's own method
        while frame is not None and frame.f_globals["__name__"] in own:
            frame = frame.f_back
        return frame.f_globals["__name__"] if frame is not None else ""

    def _note(self, noun: type[Value], name: str, reader: str) -> None:
        if reader.startswith("fleetcraft.") and not reader.startswith("fleetcraft.scenario."):
            self.readers[f"{noun.__name__}.{name}"].add(reader)
