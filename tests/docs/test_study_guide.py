"""The study of the guide runs as it stands."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from docs.test_guides import ACTIVATE, blocks, guide, result, typed


def test_study(tmp_path: Path) -> None:
    text = guide("study")
    (file,) = blocks(text, "yaml")
    (tmp_path / "study.yaml").write_text(file)
    activate, *commands = blocks(text, "sh")
    assert activate == ACTIVATE
    typed(tmp_path, "bash", "-euo", "pipefail", "-c", "".join(commands))
    found = result(tmp_path / "galapagos-study")
    assert found["points"] == {"done": 12, "infeasible": 0, "failed": 0}
    points = pd.read_csv(tmp_path / "galapagos-study" / "points.csv")
    assert len(points) == 12
    assert points["attainment.simulated"].nunique() == 12
    (script,) = blocks(text, "python")
    (tmp_path / "script.py").write_text(script)
    assert typed(tmp_path, sys.executable, "script.py").strip() == str(found["summary"])
    assert (tmp_path / "answered" / "points.csv").read_bytes() == (tmp_path / "galapagos-study/points.csv").read_bytes()
