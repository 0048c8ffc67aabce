"""One row of what the simulation is asked to play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from fleetcraft.scenario.platform import Domain
from fleetcraft.units import HOURS_PER_YEAR

ROUGHEST = 9


@dataclass(frozen=True, kw_only=True)
class MissionRow:
    """One row of an allocation with the rules its craft live by; defaults: no failure, loss, upkeep or weather limit.

    ``numbers`` are the craft's places in their platform's delivery queue, from 0. ``rate_per_h`` gives for each
    ("detection" or "revisit", target class) wanted in the area the rate at which one craft that sees finds one target,
    or looks at a still point, by wind band (below 15 kn, to 25, above); ``service_h`` for each target class that it can
    identify there the hours in which it reaches and identifies one. ``weather_window_h``: for how long from the launch
    on launch weather must last. ``replacement_h``: from a hull loss until a new craft takes its place, inf: never.
    """

    platform: str
    base: str
    area: str
    domain: Domain
    numbers: tuple[int, ...]
    stations: int
    transit_h: float
    station_h: float
    turnaround_h: float = 0.0
    mean_h_to_failure: float = np.inf
    mean_repair_h: float = 0.0
    mean_h_to_loss: float = np.inf
    maintenance_interval_h: float = np.inf
    maintenance_h: float = 0.0
    utilisation_h_per_year: float = HOURS_PER_YEAR
    launch_sea_state: int = ROUGHEST
    recover_sea_state: int | None = None
    operate_sea_state: int = ROUGHEST
    launch_wind_kn: float = np.inf
    operate_wind_kn: float = np.inf
    weather_window_h: float = 0.0
    replacement_h: float = np.inf
    service_h: Mapping[str, float] = field(default_factory=dict)
    rate_per_h: Mapping[tuple[str, str], tuple[float, float, float]] = field(default_factory=dict)
