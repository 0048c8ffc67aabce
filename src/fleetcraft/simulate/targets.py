"""Targets, swept exactly after the run: Poisson arrivals against the recorded integral of the rate (model.md 4)."""

from __future__ import annotations

from math import exp

from fleetcraft.simulate.jit import kernel
from fleetcraft.simulate.random import Words, exponential
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
    integral: float = trail[segment, 1] + trail[segment, 2] * (moment_h - trail[segment, 0])
    return integral


@kernel
def sweep(detection: Detection, trail: Floats, streams: Words, clock: Clock) -> None:
    """Let targets arrive through the window and see which are found within tau of their arrival.

    Where targets are followed in the run, those swept are observers, of whom only the expected share counts.

    ``trail`` (points, 3) reaches from before the window to at least tau past its end. Each arrival takes two
    exponential numbers of its stream: the time since the one before, and the exposure at which it is found.
    """
    arrives, leaves, arrivals, found = 0, 0, 0, 0
    mean_h = 1.0 / detection.arrivals_per_h
    moment_h = clock.window_start_h + exponential(streams, detection.stream, mean_h)
    while moment_h < clock.window_end_h:
        arrives = segment_at(trail, arrives, moment_h)
        leaves = segment_at(trail, max(arrives, leaves), moment_h + detection.tau_h)
        exposure = integral_at(trail, leaves, moment_h + detection.tau_h) - integral_at(trail, arrives, moment_h)
        arrivals += 1
        found += exponential(streams, detection.stream, 1.0) < exposure
        detection.expected += 1.0 - exp(-exposure)
        moment_h += exponential(streams, detection.stream, mean_h)
    detection.observers = arrivals
    if not detection.followed:
        detection.arrivals = arrivals
        detection.found = found


@kernel
def sweep_all(
    detections: Table[Detection], all_series: Table[Series], trails: Floats, streams: Words, clock: Clock
) -> None:
    """Sweep every demand whose series was recorded; demands on one (area, target) see the same targets."""
    for d in range(len(detections)):
        detection = detections[d]
        series = all_series[detection.series]
        if series.recorded:
            start = streams[detection.stream]
            sweep(detection, trails[detection.series, : series.points], streams, clock)
            streams[detection.stream] = start
