"""The blocks that the work of a study is cut into, and the outcome of one as bytes.

Points are answered many at a time where they are short. A long one is cut into pieces of its replications, which are
joined once all are there; the joined answer is the one that the whole point would have given.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

from fleetcraft.simulate.outcome import Outcome

BLOCK_S = 2.0
"""Seconds that a block should take: long beside what handing it over and storing its answer cost."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Point:
    """One question of a study: the value of each factor (None: as stated), and which plan or case it is about."""

    number: int
    values: tuple[float | None, ...] = ()
    asked: int = 0


@dataclass(frozen=True)
class Points:
    """Some points, each answered wholly; the answer is a list of theirs, of the first ones where they take long."""

    points: tuple[Point, ...]


@dataclass(frozen=True)
class Piece:
    """Replications ``first`` to ``first + count - 1`` of a point; the answer is their packed outcome."""

    point: Point
    first: int
    count: int


@dataclass(frozen=True)
class Join:
    """A point whose replications were all played; ``pieces`` are their packed outcomes in order.

    The answer is a list of the point's.
    """

    point: Point
    pieces: tuple[bytes, ...]


def answered_in_time(
    points: Sequence[Point], answer: Callable[[Point], Answer], clock: Callable[[], float]
) -> list[Answer]:
    """The answers of the first points: one at least, and no further one once twice a block's time is over.

    How many points a block has is guessed from others, which may be much shorter; so little is lost by a kill.
    """
    began_s = clock()
    answers: list[Answer] = []
    for point in points:
        answers.append(answer(point))
        if clock() - began_s > 2 * BLOCK_S:
            break
    return answers


def packed(outcome: Outcome) -> bytes:
    """An outcome as bytes that ``joined`` reads."""
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {field.name: np.array(getattr(outcome, field.name)) for field in fields(outcome)}
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def joined(pieces: Sequence[bytes]) -> Outcome:
    """The outcome of replications that were played in pieces, in their order."""
    first, *later = (_unpacked(piece) for piece in pieces)
    for each in later:
        first = first.followed_by(each)
    return first


def _unpacked(piece: bytes) -> Outcome:
    with np.load(io.BytesIO(piece)) as arrays:
        found = dict(arrays)
    found["requirements"] = tuple(str(name) for name in found["requirements"])
    found["rows"] = tuple((str(p), str(b), str(a)) for p, b, a in found["rows"].reshape(-1, 3))
    return Outcome(**found)
