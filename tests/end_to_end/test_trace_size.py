"""A trace stays small enough to be mailed: the Japanese plan, some three hundred craft over the whole calendar."""

from __future__ import annotations

import json
from pathlib import Path

from calling import call

from .conftest import Planned


def test_a_trace_of_the_japanese_plan_is_under_20_mb(japan: Planned, tmp_path: Path) -> None:
    run = tmp_path / "run"
    judged = call(
        "simulate", "japan-2026", "--plan", japan.folder / "plan.json", "--replications", 2, "--trace", 1, "--out", run
    )
    assert judged.status == 0, judged.err
    told = json.loads((run / "trace" / "playback.json").read_text())
    assert len(told["craft"]) >= 300
    assert sum(path.stat().st_size for path in (run / "trace").iterdir()) < 20e6
