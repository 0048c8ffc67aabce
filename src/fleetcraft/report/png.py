"""SVG to PNG; by itself, so that another process that does it loads nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import vl_convert


def to_png(svg: str) -> bytes:
    """An SVG as PNG at twice its size."""
    png: bytes = vl_convert.svg_to_png(svg, scale=2)
    return png


def to_pngs(svgs: Sequence[str]) -> list[bytes]:
    """SVGs as PNGs, in their order."""
    return [to_png(svg) for svg in svgs]
