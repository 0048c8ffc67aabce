"""Compilation: one typed wrapper over numba's njit, and a disk cache keyed by the text of all kernels.

Numba's own cache looks at the file of the compiled function alone and would miss a change in a helper it calls, or in
a constant it froze. Here the folder's name is a hash of everything the event loop is compiled from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from fleetcraft import rng
from fleetcraft.geo.cache import cache_folder
from fleetcraft.physics import search

F = TypeVar("F", bound=Callable[..., Any])

_NJIT: Any = numba.njit
_CONFIG: Any = numba.config
_DECORATING = threading.Lock()


def kernel(function: F) -> F:
    """Compile a function that runs without the interpreter's lock, into the body of each function that calls it.

    Division by zero gives inf or nan, as in numpy. Kernels allocate nothing, so arrays need no reference counts (which
    took two thirds of the time); an allocation in a kernel is a compile-time error. A call would hand over every array
    as seven words (which took a third).
    """
    return cast(F, _njit(forceinline=True)(function))


def called_kernel(function: F) -> F:
    """Compile as ``kernel`` does, but as a function of its own: what is called from loops that must stay small."""
    return cast(F, _njit()(function))


def kernel_cache_folder() -> Path | None:
    """The folder of the compiled event loop, named after its sources; None where nothing can be written."""
    root = cache_folder()
    if root is None:
        return None
    sources = [*sorted(Path(__file__).parent.glob("*.py")), Path(rng.__file__), Path(search.__file__)]
    digest = blake2b(digest_size=8)
    for source in sources:
        digest.update(source.read_bytes())
    folder = root / "kernels" / digest.hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


@cache
def disk_cached(function: F) -> F:
    """Compile as ``kernel`` does, taking the machine code from the disk cache where it is there."""
    folder = kernel_cache_folder()
    if folder is None:
        return called_kernel(function)
    with _DECORATING:
        previous = _CONFIG.CACHE_DIR
        _CONFIG.CACHE_DIR = str(folder)
        try:
            return cast(F, _njit(cache=True)(function))
        finally:
            _CONFIG.CACHE_DIR = previous


def _njit(**options: bool) -> Any:
    return _NJIT(nogil=True, error_model="numpy", _nrt=False, **options)
