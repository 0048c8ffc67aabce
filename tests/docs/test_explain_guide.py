"""The guide to explain shows what its commands print."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from docs.test_guides import ACTIVATE, blocks, guide


def test_what_cannot_be_planned_for(tmp_path: Path) -> None:
    activate, commands = blocks(guide("explain"), "sh")
    assert activate == ACTIVATE
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert blocks(guide("explain"), "text")[-1] == done.stderr
