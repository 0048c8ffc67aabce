"""Saying where the scenario states what cannot all hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from fleetcraft.errors import InfeasibleError


@contextmanager
def telling_where(source: str, case: str | None) -> Iterator[None]:
    """Gives the statements of an InfeasibleError their file and line."""
    try:
        yield
    except InfeasibleError as error:
        from fleetcraft.scenario.where import Places

        places = Places(source, case)
        raise InfeasibleError([replace(clash, place=places.where(clash.path)) for clash in error.clashes]) from error


def infeasible_entry(error: InfeasibleError) -> dict[str, Any]:
    """The conflict as plain data."""
    return {
        "status": "infeasible",
        "conflicts": list(error.conflicts),
        "way_out": list(error.way_out),
        "statements": [asdict(clash) for clash in error.clashes],
    }
