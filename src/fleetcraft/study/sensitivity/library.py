"""The library that lays out designs for sensitivity analysis, an extra of the package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fleetcraft.errors import RunError


@contextmanager
def salib_needed() -> Iterator[None]:
    """What is done with SALib; raises RunError with the way to install it where it is missing."""
    try:
        yield
    except ModuleNotFoundError as missing:
        raise RunError(f"this design needs SALib ({missing}): pip install fleetcraft[sensitivity]") from missing


def unit_problem(factors: int) -> dict[str, Any]:
    """So many factors between 0 and 1, as SALib asks for them."""
    return {"num_vars": factors, "names": [f"x{f}" for f in range(factors)], "bounds": [[0.0, 1.0]] * factors}
