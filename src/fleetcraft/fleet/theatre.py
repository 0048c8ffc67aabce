"""What the scenario's geography, weather and platforms make possible, before anything is bought.

A theatre is computed once from a scenario and serves both the optimiser and the simulation: the sea areas measured,
the distances, the weather laws, and every open (platform, base, area) pair with its sortie (model.md 2 to 4).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import product

import numpy as np
from numpy.typing import NDArray

from fleetcraft.geo.area import AreaGeometry, measure_areas
from fleetcraft.geo.distances import Distances, distance_matrices
from fleetcraft.physics import search, sortie, weather
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.float64)
SHORTEST_STATION_H = 1.0
MADE_OF = ("platforms", "places", "areas", "environment", "weather", "operations")
"""The parts of a scenario that its theatre is computed from."""
MONEY_COLUMNS = ("unit_price_", "price_", "annual_support_", "operating_cost_", "lead_time_")
"""What the columns of platforms begin with that no theatre is computed from."""


@dataclass(frozen=True)
class Climate:
    """Weather laws of A areas by month: sea-state shares, chain rates per hour, Weibull wind."""

    sea_state: Floats  # (A, 12, 10)
    generator: Floats  # (A, 12, 10, 10)
    wind_scale_kn: Floats  # (A, 12)
    wind_k: Floats  # (A, 12)


@dataclass(frozen=True)
class Pairs:
    """N open (platform, base, area) pairs: indices into the scenario's tables and the pair's sortie.

    ``duty`` is the mean of the twelve monthly duties; ``sees`` the share of the year in which the platform could
    see in the area; ``operating_h_per_h`` the operating hours an unhindered craft spends per hour of the clock.
    """

    platform: Ints
    base: Ints
    area: Ints
    distance_nm: Floats
    transit_h: Floats
    station_h: Floats
    expected_station_h: Floats
    operating_h: Floats
    failure_probability: Floats
    duty: Floats
    sees: Floats

    def __len__(self) -> int:
        return len(self.platform)

    @property
    def operating_h_per_h(self) -> Floats:
        """Planned operating hours per hour of one craft: duty x operating hours / station hours of a sortie."""
        return self.duty * self.operating_h / self.expected_station_h


@dataclass(frozen=True)
class Theatre:
    """A scenario with everything that depends on it alone."""

    scenario: Scenario
    geometry: AreaGeometry
    distances: Distances
    climate: Climate | None
    strata: tuple[weather.Strata, ...]  # one for each area, over the scenario's platforms
    pairs: Pairs

    @cached_property
    def pair_index(self) -> Mapping[tuple[str, str, str], int]:
        """Position of each open (platform id, base id, area id) in ``pairs``."""
        s, p = self.scenario, self.pairs
        ids = zip(p.platform, p.base, p.area, strict=True)
        return {(s.platforms[i].id, s.places[j].id, s.areas[k].id): n for n, (i, j, k) in enumerate(ids)}

    def detection_rate_per_h(self, area: int, target: str) -> Floats:
        """Rate at which one craft of each platform, able to see, finds one target of a class: (P, 3) by wind band."""
        return self._rate_per_h(area, target, self.scenario.targets[target].speed_kn)

    def look_rate_per_h(self, area: int, target: str) -> Floats:
        """Rate of looks at a still point, (P, 3) by wind band."""
        return self._rate_per_h(area, target, 0.0)

    def _rate_per_h(self, area: int, target: str, target_speed_kn: float) -> Floats:
        swept_as = self.scenario.swept_as(target)
        width = np.array([p.sweep_width_nm(swept_as) for p in self.scenario.platforms])
        factor = np.array([search.weather_factor(swept_as, p.domain) for p in self.scenario.platforms])
        speed = np.array([p.cruise_speed_kn for p in self.scenario.platforms])
        mean_width = search.mean_width_nm(self.geometry.perimeter_nm[area])
        swept = search.effective_sweep_width_nm(width[:, None], factor.reshape(-1, 3), mean_width)
        relative = search.relative_speed_kn(speed, target_speed_kn)
        rate: Floats = search.detection_rate_per_h(swept, relative[:, None], self.geometry.area_nm2[area])
        return rate


def identifies(scenario: Scenario, target: str) -> NDArray[np.bool_]:
    """Which platforms can identify a target class, (P,): those that identify the kind it is swept as."""
    kind = scenario.swept_as(target)
    return np.array([kind in p.identifies for p in scenario.platforms], dtype=bool)


def identification_service_h(theatre: Theatre, area: int, target: str) -> Floats:
    """Hours in which a craft of each platform reaches and identifies a contact of a class in an area, (P,).

    inf where the platform cannot identify it. The class must state its ``dwell_h``.
    """
    scenario = theatre.scenario
    dwell_h = scenario.targets[target].dwell_h
    assert dwell_h is not None
    speed = np.array([p.max_speed_kn for p in scenario.platforms])
    hours = search.identification_service_h(theatre.geometry.area_nm2[area], speed, dwell_h)
    return np.where(identifies(scenario, target), hours, np.inf)


def hand_over_h(scenario: Scenario, bought: Sequence[tuple[str, str]] = ()) -> Floats:
    """Hours until a contact found by a craft of one platform can be taken by one of another, (P, P), symmetric.

    0 within a type and where both share an interface; gateway_h where a gateway, in place or among the pairs
    ``bought``, joins an interface of each; else desk_h.
    """
    hand_over = scenario.operations.hand_over
    interfaces = [platform.interfaces for platform in scenario.platforms]
    joined = {frozenset(pair) for pair in (*hand_over.gateways, *bought)}
    hours = np.full((len(interfaces), len(interfaces)), hand_over.desk_h)
    for a, ours in enumerate(interfaces):
        for b, theirs in enumerate(interfaces):
            if a == b or ours & theirs:
                hours[a, b] = 0.0
            elif any(frozenset(pair) in joined for pair in product(ours, theirs)):
                hours[a, b] = hand_over.gateway_h
    return hours


def theatre_key(scenario: Scenario) -> str:
    """What tells apart scenarios of different theatres; of two with the same key each can have the other's."""
    content = {part: scenario.content[part] for part in MADE_OF}
    content["platforms"] = [
        {column: value for column, value in row.items() if not column.startswith(MONEY_COLUMNS)}
        for row in content["platforms"]
    ]
    return sha256(json.dumps(content).encode()).hexdigest()


def make_theatre(scenario: Scenario) -> Theatre:
    """Measure the areas, route the distances, fit the weather and open the pairs of a scenario."""
    geometry = measure_areas(scenario.areas)
    return theatre_over(scenario, geometry, distance_matrices(scenario.places, scenario.areas, geometry))


def theatre_over(scenario: Scenario, geometry: AreaGeometry, distances: Distances) -> Theatre:
    """The theatre of a scenario whose areas and distances are already measured, or stated by hand."""
    climate = _climate(scenario)
    strata = tuple(_strata(scenario, climate, area) for area in range(len(scenario.areas)))
    return Theatre(scenario, geometry, distances, climate, strata, _pairs(scenario, distances, climate, strata))


def _climate(scenario: Scenario) -> Climate | None:
    if not scenario.environment:
        return None
    assert scenario.weather is not None
    rows = {(e.area_id, e.month): e for e in scenario.environment}
    months = [[rows[area.id, month] for month in range(1, 13)] for area in scenario.areas]
    sea_state = np.array([[e.sea_state_probabilities for e in year] for year in months])
    spell = scenario.weather.rough_spell_h
    generator = np.array([[weather.birth_death_generator(pi, spell) for pi in year] for year in sea_state])
    k = np.array([[e.wind_weibull_k for e in year] for year in months])
    mean = np.array([[e.mean_wind_kn for e in year] for year in months])
    return Climate(sea_state, generator, weather.weibull_scale(mean, k), k)


def _limits(scenario: Scenario) -> tuple[NDArray[np.bool_], Ints, Floats]:
    """Whether each platform feels weather on station, its operating sea state, its wind limit."""
    feels = np.array([p.domain != "underwater" for p in scenario.platforms], dtype=bool)
    sea_state = np.array([p.max_sea_state_operate for p in scenario.platforms], dtype=np.int64)
    wind = np.array([p.max_wind_kn for p in scenario.platforms])
    return feels, sea_state, wind


def _strata(scenario: Scenario, climate: Climate | None, area: int) -> weather.Strata:
    if climate is None:
        everyone = np.ones((1, len(scenario.platforms)), dtype=bool)
        return weather.Strata(np.ones(1), everyone, np.zeros(1, dtype=np.int64))
    feels, sea_state, wind = _limits(scenario)
    return weather.strata(
        climate.sea_state[area],
        climate.wind_scale_kn[area],
        climate.wind_k[area],
        DAYS_IN_MONTH,
        sea_state,
        wind,
        feels,
    )


def launch_wind_limit_kn(platform: Platform) -> float:
    """Strongest wind for launch and recovery; an underwater craft has none."""
    return platform.max_wind_kn if platform.domain != "underwater" else np.inf


def _pairs(
    scenario: Scenario, distances: Distances, climate: Climate | None, strata: tuple[weather.Strata, ...]
) -> Pairs:
    ops = scenario.operations
    found = [
        (i, j, k)
        for i, p in enumerate(scenario.platforms)
        for j, b in enumerate(scenario.places)
        if p.domain in b.serves
        for k in range(len(scenario.areas))
    ]
    platform, base, area = np.array(found, dtype=np.int64).reshape(-1, 3).T
    flies = np.array([p.domain == "air" for p in scenario.platforms], dtype=bool)
    distance = np.where(flies[platform], distances.air_nm[base, area], distances.sea_nm[base, area])

    def per_pair(values: list[float]) -> Floats:
        return np.array(values, dtype=np.float64)[platform]

    transit = sortie.transit_h(distance, per_pair([p.cruise_speed_kn for p in scenario.platforms]))
    station = sortie.station_h(per_pair([p.endurance_h for p in scenario.platforms]), ops.endurance_reserve, transit)
    in_range = distance <= per_pair([p.range_nm_from_base for p in scenario.platforms])
    is_open = in_range & (station >= SHORTEST_STATION_H)
    platform, base, area = platform[is_open], base[is_open], area[is_open]
    distance, transit, station = distance[is_open], transit[is_open], station[is_open]
    failure_rate = per_pair([0.0 if p.mtbf_h is None else 1 / p.mtbf_h for p in scenario.platforms])
    expected_station = sortie.expected_station_h(transit, station, failure_rate)
    operating = sortie.expected_operating_h(transit, station, failure_rate)
    fails = sortie.failure_probability(transit, station, failure_rate)
    classes = [ops.classes[p.craft_class] for p in scenario.platforms]
    cycle = sortie.cycle_h(
        operating[:, None],
        per_pair([p.turnaround_h for p in scenario.platforms])[:, None],
        fails[:, None],
        per_pair([p.mttr_h for p in scenario.platforms])[:, None],
        per_pair([c.maintenance_interval_h or np.inf for c in classes])[:, None],
        per_pair([c.maintenance_duration_h for c in classes])[:, None],
        _weather_wait_h(scenario, climate, platform, area, 2 * transit + station),
    )
    utilisation = per_pair([c.utilisation_h_per_year for c in classes])[:, None]
    monthly = sortie.duty(expected_station[:, None], operating[:, None], cycle, utilisation)
    sees = np.array([s.share @ s.sees for s in strata]).reshape(len(strata), -1)
    return Pairs(
        platform=platform,
        base=base,
        area=area,
        distance_nm=distance,
        transit_h=transit,
        station_h=station,
        expected_station_h=expected_station,
        operating_h=operating,
        failure_probability=fails,
        duty=monthly @ DAYS_IN_MONTH / DAYS_IN_MONTH.sum(),
        sees=sees[area, platform],
    )


def _weather_wait_h(
    scenario: Scenario, climate: Climate | None, platform: Ints, area: Ints, flight_h: Floats
) -> Floats:
    """Mean wait for recovery and launch weather of each pair in each month, (N, 12)."""
    wait = np.zeros((len(platform), 12))
    if climate is None:
        return wait
    turnaround = np.array([p.turnaround_h for p in scenario.platforms])[platform]
    rules = [_weather_rule(scenario, p) for p in scenario.platforms]
    kinds = sorted(set(rules))
    kind = np.array([kinds.index(rule) for rule in rules], dtype=np.int64)[platform]
    for a, g in sorted(set(zip(area.tolist(), kind.tolist(), strict=True))):
        members = np.flatnonzero((area == a) & (kind == g))
        launch, recover, wind_kn, window_h = kinds[g]
        for month in range(12):
            pi, wind = climate.sea_state[a, month], (climate.wind_scale_kn[a, month], climate.wind_k[a, month])
            wait[members, month] = weather.weather_wait_h(
                climate.generator[a, month],
                pi,
                weather.launchable_share(pi, launch, wind_kn, *wind),
                flight_h[members],
                turnaround[members],
                recoverable=weather.launchable_share(pi, recover, wind_kn, *wind),
                window_h=window_h,
            )
    return wait


def _weather_rule(scenario: Scenario, platform: Platform) -> tuple[int, int, float, float]:
    """Roughest sea for launch and for recovery, strongest wind, hours of launch weather looked for ahead."""
    window_h = scenario.operations.classes[platform.craft_class].weather_window_h
    wind_kn = launch_wind_limit_kn(platform)
    return platform.max_sea_state_launch, platform.recovery_sea_state, wind_kn, window_h
