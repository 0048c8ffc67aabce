"""Targets, swept exactly after the run: Poisson arrivals against the recorded integral of the rate (model.md 4)."""

from __future__ import annotations

from math import expm1, log

import numpy as np

from fleetcraft.rng import GOLDEN
from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.random import Words, mix64, unit
from fleetcraft.simulate.records import Clock, Detection, Floats, Series, Table


@kernel
def segment_at(trail: Floats, segment: int, moment_h: float) -> int:
    """The segment of the trail that holds a moment, looking forward from ``segment``."""
    while trail[segment + 1, 0] < moment_h:
        segment += 1
    return segment


@kernel
def integral_at(trail: Floats, segment: int, moment_h: float) -> float:
    """The integral at a moment of a segment, linear between its ends."""
    start_h, end_h = trail[segment, 0], trail[segment + 1, 0]
    start, end = trail[segment, 1], trail[segment + 1, 1]
    integral: float = start + (end - start) * (moment_h - start_h) / (end_h - start_h)
    return integral


@kernel
def sweep(detection: Detection, trail: Floats, key: np.uint64, clock: Clock) -> None:
    """Let targets arrive through the window and see which are found within tau of their arrival.

    ``trail`` (points, 2) reaches from the window's opening to at least tau past its end. Each arrival takes two numbers
    of the stream ``key``: when it comes, and the chance against which 1 - exp(-integral over tau) is held.
    """
    arrives, leaves = 0, 0
    key += GOLDEN
    moment_h = clock.window_start_h - log(unit(mix64(key))) / detection.arrivals_per_h
    while moment_h < clock.window_end_h:
        arrives = segment_at(trail, arrives, moment_h)
        leaves = segment_at(trail, max(arrives, leaves), moment_h + detection.tau_h)
        exposure = integral_at(trail, leaves, moment_h + detection.tau_h) - integral_at(trail, arrives, moment_h)
        probability = -expm1(-exposure)
        key += GOLDEN
        detection.arrivals += 1
        detection.expected += probability
        detection.found += unit(mix64(key)) < probability
        key += GOLDEN
        moment_h -= log(unit(mix64(key))) / detection.arrivals_per_h


@kernel
def sweep_all(
    detections: Table[Detection], all_series: Table[Series], trails: Floats, streams: Words, clock: Clock
) -> None:
    """Sweep every demand; those on one (area, target) see the same targets, arriving and found alike."""
    for d in range(len(detections)):
        detection = detections[d]
        series = all_series[detection.series]
        sweep(detection, trails[detection.series, : series.points], streams[detection.stream], clock)
