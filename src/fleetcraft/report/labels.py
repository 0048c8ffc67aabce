"""Where a map's labels go: beside what they name, not on top of one another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in px."""

_ANGLES = np.radians([0, 180, 90, 270, 30, 150, 330, 210, 60, 120, 300, 240])
_GAPS_PX = (0.0, 10.0, 24.0, 42.0, 64.0, 90.0)
_WIDE, _NARROW = 1.0, 0.56
"""Width of a character over the font size: East Asian wide forms, and the rest on average."""
_OVER_OUTLINE, _OVER_OBSTACLE, _OVER_LABEL, _OUTSIDE, _PER_PX = 0.08, 3.0, 6.0, 50.0, 1.5
"""Cost of each px² of a label that lies over what is said, and of each px that it is away."""


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text that name the point (x, y).

    ``clearance`` is how far off the point they keep, all in px; ``covers`` is an outline's box on which they may lie.
    """

    x: float
    y: float
    lines: tuple[str, ...]
    size: float
    clearance: float
    covers: Box | None = None

    @property
    def width(self) -> float:
        """Estimated width of the longest line in px."""
        return max(map(_characters, self.lines)) * self.size

    @property
    def height(self) -> float:
        """Height of all lines in px."""
        return len(self.lines) * self.size * 1.2


@dataclass(frozen=True, slots=True)
class Placed:
    """A label and the centre of its box."""

    label: Label
    x: float
    y: float

    @property
    def box(self) -> Box:
        """The box that the label fills."""
        half_width, half_height = self.label.width / 2, self.label.height / 2
        return self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height


def place_labels(labels: Sequence[Label], obstacles: Sequence[Box], width: float, height: float) -> tuple[Placed, ...]:
    """Each label in turn at its cheapest candidate: what it would lie on, then how far off it would be.

    Labels earlier in the sequence win. ``obstacles`` are boxes better left clear; every label's ``covers`` is one for
    the others.
    """
    placed: list[Placed] = []
    for label in labels:
        outlines = [other.covers for other in labels if other.covers is not None and other is not label]
        costly = ((outlines, _OVER_OUTLINE), (obstacles, _OVER_OBSTACLE), ([p.box for p in placed], _OVER_LABEL))
        placed.append(_cheapest(label, costly, width, height))
    return tuple(placed)


def _cheapest(label: Label, costly: Iterable[tuple[Sequence[Box], float]], width: float, height: float) -> Placed:
    x, y, away = _candidates(label)
    half_width, half_height = label.width / 2, label.height / 2
    boxes = np.stack([x - half_width, y - half_height, x + half_width, y + half_height], axis=1)
    inside = overlap_px2(boxes, np.array([[3.0, 3.0, width - 3, height - 3]])).sum(axis=1)
    cost = _OUTSIDE * (label.width * label.height - inside) + _PER_PX * away
    for others, price in costly:
        cost = cost + price * overlap_px2(boxes, np.array(others, dtype=float).reshape(-1, 4)).sum(axis=1)
    best = int(np.argmin(cost))
    return Placed(label, float(x[best]), float(y[best]))


def overlap_px2(boxes: Floats, others: Floats) -> Floats:
    """Area that each of ``boxes`` (n, 4) shares with each of ``others`` (m, 4), shape (n, m)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.asarray(np.prod(np.maximum(high - low, 0.0), axis=2))


def _candidates(label: Label) -> tuple[Floats, Floats, Floats]:
    """Centres round the point at growing distance; on an outline of its own, the middle comes first."""
    gap = np.repeat(_GAPS_PX, len(_ANGLES))
    dx, dy = np.tile(np.cos(_ANGLES), len(_GAPS_PX)), np.tile(np.sin(_ANGLES), len(_GAPS_PX))
    x = label.x + dx * (label.clearance + gap) + np.round(dx, 6) * label.width / 2
    y = label.y + dy * (label.clearance + gap) + np.round(dy, 6) * label.height / 2
    if label.covers is None:
        return x, y, gap
    return np.insert(x, 0, label.x), np.insert(y, 0, label.y), np.insert(gap + label.clearance, 0, 0.0)


def _characters(line: str) -> float:
    return sum(_WIDE if unicodedata.east_asian_width(c) in "WF" else _NARROW for c in line)
