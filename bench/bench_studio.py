"""The studio's page on a machine without a GPU: frames a second while a full year plays, delay of the budget slider.

A real server, a run of japan-2026 whose trace is made up: 300 craft and 1,000 targets at once. Frames are counted where
the canvas was drawn; the slider's delay runs from its input event to the paint of the next plan and its map.
"""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.row import Row
from bench.studio.page import VIEWPORT, frames_ms, opened, served, slider_ms
from bench.studio.year import CRAFT, TARGETS, fill_trace

EXAMPLE = "japan-2026"
FRAMES_GOAL = 60.0
SLIDER_GOAL_MS = 100.0
SECONDS, HOURS_A_SECOND = 20.0, 6
MOVES = 40
LATE_MS = 25.0
"""A frame that comes later than this after the one before it has missed a turn of a screen of 60 a second."""


def run() -> list[Row]:
    """Frames a second of the playback and milliseconds of the slider."""
    with TemporaryDirectory() as name:
        workspace = Path(name)
        with served(workspace) as address:
            traced = traced_run(address)
            fill_trace(workspace / "runs" / traced)
            return [playback(address, traced), slider(address)]


def playback(address: str, traced: str) -> Row:
    """The made-up year, played."""
    with opened(address, f"scenario={EXAMPLE}&run={traced}") as (page, browser):
        rate, found = rate_of(frames_ms(page, SECONDS, HOURS_A_SECOND))
    detail = {**machine(browser), "craft": CRAFT, "targets": TARGETS, "hours a second": HOURS_A_SECOND, **found}
    return Row("studio", "playback_fps", "60 frames a second", rate / FRAMES_GOAL, rate, "frames a second", detail)


def slider(address: str) -> Row:
    """The shipped frontier, along the slider and back."""
    budget = asked(f"{address}/api/scenarios/{EXAMPLE}/frontier")["points"][0]["budget"]
    with opened(address, f"scenario={EXAMPLE}&budget={budget}") as (page, browser):
        delays = slider_ms(page, MOVES)
    p95 = float(np.percentile(delays, 95))
    detail = {**machine(browser), "moves": len(delays), "median_ms": median(delays), "most_ms": max(delays)}
    return Row("studio", "slider_ms", "100 ms", SLIDER_GOAL_MS / p95, p95, "ms (95th percentile)", detail)


def machine(browser: str) -> dict[str, Any]:
    """What the figures were measured on; ``load``: processes that wanted its cores in the minute before."""
    viewport = "{width}x{height}".format(**VIEWPORT)
    return {"browser": browser, "cores": os.cpu_count(), "load": os.getloadavg()[0], "viewport": viewport}


def rate_of(moments_ms: Sequence[float]) -> tuple[float, dict[str, float]]:
    """Frames a second between the first and the last of some moments, and how the gaps between them are spread."""
    gaps = [after - before for before, after in pairwise(moments_ms)]
    rate = 1000 * len(gaps) / (moments_ms[-1] - moments_ms[0])
    p95, p99 = np.percentile(gaps, [95, 99]).tolist()
    late = sum(gap > LATE_MS for gap in gaps) / len(gaps)
    return rate, {"median_ms": median(gaps), "p95_ms": p95, "p99_ms": p99, "late": late}


def traced_run(address: str) -> str:
    """The name of a run that follows one year of the plan for the smallest computed budget, made by the server."""
    point = asked(f"{address}/api/scenarios/{EXAMPLE}/frontier")["points"][0]
    request = {
        "verb": "simulate",
        "scenario": EXAMPLE,
        "plan_of": {"run": point["run"], "point": point["key"]},
        "options": {"replications": 2, "trace": 0},
    }
    job = asked(f"{address}/api/jobs", request)
    while job["state"] in ("queued", "running"):
        time.sleep(0.5)
        job = asked(f"{address}/api/jobs/{job['id']}")
    if job["state"] != "done":
        raise RuntimeError(f"no year was followed: {job['error']}")
    return str(job["run"])


def asked(url: str, body: object = None) -> Any:
    """An answer of the studio."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
