"""Calls of the command line in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FLEETCRAFT = """
from fleetcraft.cli.main import main

if __name__ == "__main__":
    main()
"""


def started(cwd: Path, *arguments: str) -> subprocess.Popen[str]:
    """A call under way in a folder, beside which its script is put."""
    script = cwd.parent / "call.py"
    script.write_text(FLEETCRAFT)
    return subprocess.Popen(
        [sys.executable, str(script), *arguments],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )  # fmt: skip
