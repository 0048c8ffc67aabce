"""Small scenarios without maps or weather, as a ground for questions."""

from __future__ import annotations

from typing import Any

import numpy as np

from builders import make_scenario
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.ground import Ground
from unit.fleet.theatres import theatre_of

OPTIONS = Options(seed=1, replications=20, futures=2, gap=0.001)
MAKER: dict[str, Any] = {
    "production_rate_per_year": 1000,
    "lead_time_months_low": 3,
    "lead_time_months_likely": 4,
    "lead_time_months_high": 5,
}


def ground_of(*, distance_nm: float = 100.0, options: Options = OPTIONS, **changes: Any) -> Ground:
    """The tiny scenario at a stated distance, its maker quick, as nothing has been learnt yet."""
    changes = {"platforms": [MAKER], "operations": {"people_limit": 5000.0}} | changes
    scenario = make_scenario(**changes)
    theatre = theatre_of(scenario, distance_nm=np.full((len(scenario.places), len(scenario.areas)), distance_nm))
    return Ground(theatre, options, no_corrections(theatre))


def another(id_: str, **columns: Any) -> dict[str, Any]:
    """A type like the tiny scenario's, of another maker."""
    return {**MAKER, "id": id_, "name": id_.title(), "supplier": f"Maker of {id_}", **columns}


def priced(price: float) -> dict[str, float]:
    """Columns of a price that does not vary."""
    return {"unit_price_low": price, "unit_price_likely": price, "unit_price_high": price}
