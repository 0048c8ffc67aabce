"""The disk cache of compiled kernels."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba.core.errors import TypingError

from fleetcraft.simulate import jit

PLAY = """
import sys
import numpy as np
from fleetcraft.simulate.jit import disk_cached
from fleetcraft.simulate.kernel import replicate
from fleetcraft.simulate.mission import Mission
from fleetcraft.simulate.player import Player
from fleetcraft.simulate.world import make_world

stated = Mission(rows=(), requirements=(), targets={}, window_start_h=0.0, window_end_h=1.0)
Player(make_world(stated)).play(np.uint64(1), np.zeros(0))
stats = disk_cached(replicate).stats
sys.stdout.write(f"{sum(stats.cache_hits.values())} {sum(stats.cache_misses.values())}")
"""


def in_another_process(cache: Path) -> str:
    environment = os.environ | {"FLEETCRAFT_CACHE": str(cache)}
    done = subprocess.run([sys.executable, "-c", PLAY], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_second_process_finds_the_machine_code(tmp_path):
    assert in_another_process(tmp_path) == "0 1"
    assert in_another_process(tmp_path) == "1 0"
    assert list(tmp_path.rglob("*.nbi"))


def test_the_folder_is_named_after_all_sources(tmp_path, monkeypatch):
    monkeypatch.setenv("FLEETCRAFT_CACHE", str(tmp_path))
    folder = jit.kernel_cache_folder()
    assert folder is not None
    assert folder.is_relative_to(tmp_path)
    sources = Path(jit.__file__).parent
    copies = tmp_path / "simulate"
    copies.mkdir()
    for source in sources.glob("*.py"):
        (copies / source.name).write_bytes(source.read_bytes())
    monkeypatch.setattr(jit, "__file__", str(copies / "jit.py"))
    assert jit.kernel_cache_folder() == folder
    (copies / "sortie.py").write_text((copies / "sortie.py").read_text() + "\n# changed\n")
    assert jit.kernel_cache_folder() != folder


def test_without_a_folder_kernels_compile_in_memory(monkeypatch):
    monkeypatch.setattr(jit, "cache_folder", lambda: None)
    assert jit.kernel_cache_folder() is None

    def double(x: float) -> float:
        return 2 * x

    compiled = jit.disk_cached(double)
    assert compiled(21.0) == 42.0
    assert sum(compiled.stats.cache_hits.values()) == 0


def test_division_by_zero_gives_infinity():
    @jit.kernel
    def inverse(x: float) -> float:
        return 1.0 / x

    assert inverse(0.0) == np.inf


def test_a_kernel_cannot_allocate():
    @jit.kernel
    def allocates(n: int) -> float:
        return np.zeros(n).sum()

    with pytest.raises(TypingError, match="zeros"):
        allocates(3)
