"""Why a type is not bought: one main reason, the first of a fixed list that holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from fleetcraft.fleet import money
from fleetcraft.fleet.deliveries import queue
from fleetcraft.fleet.theatre import SHORTEST_STATION_H, Theatre
from fleetcraft.futures import draw_futures
from fleetcraft.optimise.capability import kept_pairs
from fleetcraft.physics import sortie
from fleetcraft.scenario.changed import changed, mapped
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.decide import Options
from fleetcraft.study.explain.ground import GROUND, Ground, Json, read_base, read_ground

LEAST_IN_TIME = 0.05
"""A type that a first-day order brings in time with a smaller probability comes too late."""
GIFT = 0.01
"""The share of its price at which a type is as good as given away."""
BRACKET = 1.05
"""The search for a price ends when the price at which it is not bought is so near the one at which it is."""
LOWER = 0.7
"""Where the plan does not buy a type that its best orders hold, the share of the price that is tried next."""
GENEROUS = 10.0

Reason = Callable[[Ground, int], Json | None]


@dataclass(frozen=True)
class WhyNot:
    """The main reason why one type is not bought; a task."""

    key: str
    what: str
    platform: str
    options: Options
    after: tuple[str, ...] = (GROUND,)

    def run(self, theatre: Theatre, folder: Path, threads: int) -> Json:  # noqa: ARG002 - solves are of one thread
        """The reason as plain data: the first that holds, else what its price would have to be."""
        ground, base = read_ground(theatre, folder, self.options), read_base(folder)
        index = ground.scenario.platform_index[self.platform]
        head = {"platform": self.platform, "name": ground.scenario.platforms[index].name}
        blank: Json = {"by": None, "price": None, "verified": None, "detail": {}}
        if base.craft(self.platform):
            found: Json = {"reason": "close", "detail": {"craft": base.craft(self.platform)}}
        else:
            told = (reason(ground, index) for reason in REASONS)
            found = next((each for each in told if each is not None), {}) or too_dear(ground, index)
        platform = ground.scenario.platforms[index]
        price = {"price_now": platform.unit_price_likely, "currency": platform.price_currency}
        return {**head, **blank, **price, **found}


def tasks_for(ground: Ground, bought: set[str], options: Options) -> list[WhyNot]:
    """A task for each type that the run's plan does not buy."""
    return [
        WhyNot(f"why-not-{p.id}", f"why no {p.name}", p.id, options)
        for p in ground.scenario.platforms
        if p.id not in bought
    ]


def out_of_range(ground: Ground, index: int) -> Json | None:
    """No base of its domain from which any area is in range with an hour or more on station."""
    theatre, scenario = ground.theatre, ground.scenario
    platform = scenario.platforms[index]
    if (theatre.pairs.platform == index).any():
        return None
    bases = [b for b, place in enumerate(scenario.places) if platform.domain in place.serves]
    if not bases:
        return {"reason": "no_base", "detail": {"domain": platform.domain}}
    distances = theatre.distances.air_nm if platform.domain == "air" else theatre.distances.sea_nm
    nearest = float(distances[bases].min())
    transit = float(sortie.transit_h(np.array([nearest]), np.array([platform.cruise_speed_kn]))[0])
    station = platform.endurance_h * (1 - scenario.operations.endurance_reserve) - 2 * transit
    detail = {
        "nearest_nm": nearest,
        "range_nm": platform.range_nm_from_base,
        "station_h": max(station, 0.0),
        "least_station_h": SHORTEST_STATION_H,
    }
    return {"reason": "out_of_range", "detail": detail}


def late(ground: Ground, index: int) -> Json | None:
    """One ordered on the first day is usable in time with a probability below 5%, over the futures that judge."""
    scenario = ground.scenario
    futures = draw_futures(scenario, ground.options.seed, "judge", range(ground.options.replications))
    _, usable = queue(scenario, index, np.zeros(1), futures)
    chance = float((usable <= scenario.calendar.window_start_h).mean())
    if chance >= LEAST_IN_TIME:
        return None
    return {"reason": "late", "detail": {"probability_usable_in_time": chance}}


def serves_nothing(ground: Ground, index: int) -> Json | None:
    """On station in any area within its reach it would raise no requirement."""
    kept = kept_pairs(ground.theatre, ground.corrections.kappa)
    return None if (ground.theatre.pairs.platform[kept] == index).any() else {"reason": "serves_nothing"}


def excluded(ground: Ground, index: int) -> Json | None:
    """A policy forbids to buy it."""
    policies, platform = ground.scenario.policies, ground.scenario.platforms[index]
    if policies.allows(platform):
        return None
    asked = {
        "policies.supplier_countries": (policies.supplier_countries, platform.supplier_country),
        "policies.domains": (policies.domains, platform.domain),
        "policies.platforms": (policies.platforms, platform.id),
    }
    by = next(path for path, (choice, name) in asked.items() if choice is not None and not choice.allows(name))
    return {"reason": "excluded", "by": by}


def dominated(ground: Ground, index: int) -> Json | None:
    """Another type is no worse in every field that matters, and cheaper."""
    theatre, platforms = ground.theatre, ground.scenario.platforms
    allowed = [i for i, p in enumerate(platforms) if i != index and ground.scenario.policies.allows(p)]
    better = [i for i in allowed if dominates(theatre, i, index)]
    if not better:
        return None
    best = min(better, key=lambda i: (ground.prices[platforms[i].id], platforms[i].id))
    return {"reason": "dominated", "by": platforms[best].id}


def dominates(theatre: Theatre, one: int, other: int) -> bool:
    """Whether a type is cheaper than another and no worse in anything that the plan or the simulation looks at.

    Higher is better of endurance, speeds, range, seas and wind, sweep widths, hours a year, output, time between
    failures; lower of times, costs, people and losses. What may happen to a maker or its country is not compared, nor
    is a licensed type, whose craft come from two lines.
    """
    scenario = theatre.scenario
    a, b = scenario.platforms[one], scenario.platforms[other]
    if a.domain != b.domain or a.licensed_from or b.licensed_from or a.acquisition != b.acquisition:
        return False
    if not (set(a.identifies) >= set(b.identifies) and a.interfaces >= b.interfaces):
        return False
    if any(x < y for x, y in zip(_merits(scenario, a), _merits(scenario, b), strict=True)):
        return False
    price_a, price_b = _costs(scenario, a), _costs(scenario, b)
    return all(x <= y for x, y in zip(price_a, price_b, strict=True)) and price_a[0] < price_b[0]


def _merits(scenario: Scenario, p: Platform) -> Iterator[float]:
    """What a type should have much of; burdens with the sign turned."""
    class_ = scenario.operations.classes[p.craft_class]
    yield from (p.endurance_h, p.cruise_speed_kn, p.max_speed_kn, p.range_nm_from_base)
    yield from (p.max_sea_state_operate, p.max_sea_state_launch, p.recovery_sea_state, p.max_wind_kn)
    yield from (
        p.sweep_width_nm("surface_vessel"),
        p.sweep_width_nm("small_craft"),
        p.sweep_width_nm("submerged"),
    )
    yield p.production_rate_per_year * (scenario.acquisition.buyers_share if p.buyers_share is None else p.buyers_share)
    yield from (np.inf if p.mtbf_h is None else p.mtbf_h, class_.utilisation_h_per_year)
    yield np.inf if class_.maintenance_interval_h is None else class_.maintenance_interval_h
    yield from (-p.lead_time_months_low, -p.lead_time_months_likely, -p.lead_time_months_high)
    yield from (-p.mttr_h, -p.turnaround_h, -p.loss_per_100k_h, -p.crew_per_vehicle_on_station)
    yield from (-class_.maintenance_duration_h, -class_.upkeep_people, -class_.weather_window_h)
    yield -np.inf if class_.replacement_months is None else -class_.replacement_months


def _costs(scenario: Scenario, p: Platform) -> tuple[float, float, float]:
    """Obligation of a craft (a service's fee), fixed support a year, cost of an operating hour."""
    first = scenario.calendar.periods[0]
    support = money.fixed_support_per_year(scenario, p)
    price = support if money.is_service(p) else money.unit_obligation(scenario, p, first)
    return price, support, p.operating_cost_per_hour * scenario.rate(p.price_currency)


REASONS: tuple[Reason, ...] = (out_of_range, late, serves_nothing, excluded, dominated)
"""In the order in which they are asked."""


def too_dear(ground: Ground, index: int) -> Json:
    """The price at which it would be bought, between two that were both solved; else what stands in the way.

    Its low, likely and high price are scaled alike, and with the price its support. The bracket is halved by whether
    the best whole orders hold the type; then the plan is solved in full at both its ends, and where they do not bear it
    out the bracket is moved until they do.
    """
    platform = ground.scenario.platforms[index]

    def might_buy(share: float) -> bool:
        return ground.might_buy(at_price(ground.scenario, platform.id, share), platform.id)

    @cache
    def craft(share: float) -> int:
        return _craft_at(ground, platform, share)

    found = _bracket(might_buy, GIFT, 1.0) if might_buy(GIFT) else (0.0, GIFT)
    while found[0] >= GIFT and not craft(found[0]):
        found = (found[0] * LOWER, found[0])
    if found[0] < GIFT:
        return {"reason": "not_as_a_gift", "by": _in_the_way(ground, platform), "detail": {"share_of_price": GIFT}}
    while found[1] < 1.0 and craft(found[1]):
        found = (found[1], min(found[1] * BRACKET, 1.0))
    bought, refused = _bracket(lambda share: craft(share) > 0, *found)
    now = platform.unit_price_likely
    below = {"price": bought * now, "craft": craft(bought)}
    above = {"price": refused * now, "craft": 0}
    return {"reason": "too_dear", "price": bought * now, "verified": {"below": below, "above": above}}


def _bracket(buys: Callable[[float], bool], bought: float, refused: float) -> tuple[float, float]:
    """Two shares of a price, the lower one bought, halved until they are near each other."""
    while refused / bought > BRACKET * (1 + 1e-9):
        middle = float(np.sqrt(bought * refused))
        bought, refused = (middle, refused) if buys(middle) else (bought, middle)
    return bought, refused


def _craft_at(ground: Ground, platform: Platform, share: float) -> int:
    """Craft that the plan buys at a share of the price."""
    solved = ground.solved(at_price(ground.scenario, platform.id, share))
    return 0 if solved is None else solved.craft(platform.id)


def at_price(scenario: Scenario, platform: str, share: float) -> Scenario:
    """The scenario with a type's low, likely and high price at a share of themselves."""
    for which in ("low", "likely", "high"):
        scenario = mapped(scenario, f"platforms.{platform}.unit_price_{which}", lambda price: price * share)
    return scenario


def _in_the_way(ground: Ground, platform: Platform) -> str | None:
    """What keeps a type out that costs next to nothing: the first thing without which it is bought."""
    for path, more in _generous(ground.scenario, platform):
        if ground.might_buy(at_price(more, platform.id, GIFT), platform.id):
            return path
    return None


def _generous(scenario: Scenario, platform: Platform) -> Sequence[tuple[str, Scenario]]:
    """The scenario with much more of one thing at a time."""

    def more(path: str, factor: float) -> tuple[str, Scenario]:
        return path, mapped(
            scenario, path, lambda value: round(value * factor) if isinstance(value, int) else value * factor
        )

    found = [("acquisition.integration_cost", changed(scenario, "acquisition.integration_cost", 0.0))]
    found += [more("budget.support.*", GENEROUS)] if scenario.budget.support else []
    if any(place.capacity(platform.domain) is not None for place in scenario.places):
        found.append(more(f"places.*.capacity_{platform.domain}", GENEROUS))
    found += [more("operations.people_limit", GENEROUS)] if scenario.operations.people_limit is not None else []
    return found
