"""The operations model as a SimPy program, written from the model page alone: the oracle of the simulation.

It shares the scenario, the plan, the measured geography and one future's deliveries and groundings with the package,
and nothing else: no kernel, no physics, no generator. One process for each craft, each area's weather, each contact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.plan import Allocation, Plan
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.units import HOURS_PER_MONTH
from reference import laws

HOURS_PER_YEAR = 8760.0
ACCOUNT_DAYS = 90
BEYOND_H = 2000.0
"""Weather is drawn this far past the end, so that whoever looks ahead finds some."""
AT_BASE = ("ready", "in service", "in repair", "waiting for repair")
"""Where a craft at its base may be; a row that gives one is asked in this order."""
TOTALS = ("station", "seeing", "busy", "usable", "grounded", "operating", "down", "losses")
ROUNDING_H = 1e-6
"""An event meant for a moment may come this much before it."""


@dataclass(frozen=True)
class Sailing:
    """One future's craft and groundings: (row of the plan, number in its queue, usable from hour), by platform."""

    craft: tuple[tuple[int, int, float], ...]
    grounded: Mapping[str, tuple[tuple[float, float], ...]]


def sailings(ocean: Ocean, futures: Futures) -> list[Sailing]:
    """What each future delivers of a plan, and when it grounds whom."""
    found = deliver(ocean.scenario, ocean.plan, futures)
    placed = [i for i in range(len(found.row)) if found.row[i] >= 0]
    return [
        Sailing(
            tuple((int(found.row[i]), int(found.number[i]), float(found.usable_h[f, i])) for i in placed),
            {
                p.id: tuple(zip(futures.grounded_from_h[f, k], futures.grounded_to_h[f, k], strict=True))
                for k, p in enumerate(ocean.scenario.platforms)
            },
        )
        for f in range(len(futures))
    ]


class Ocean:
    """Everything about a scenario and a plan that no replication changes."""

    def __init__(self, theatre: Theatre, plan: Plan) -> None:
        self.theatre, self.plan, self.scenario = theatre, plan, theatre.scenario
        self.calendar = self.scenario.calendar
        self.start, self.end = self.calendar.window_start_h, self.calendar.window_start_h + HOURS_PER_YEAR
        self.rows = [Rules(self, row) for row in plan.allocation or ()]
        self.followed_h = max((self.tau_h(r) for r in self.scenario.requirements if r.within_h), default=0.0)
        self.months = laws.months_of(self.calendar, self.end + self.followed_h + BEYOND_H)
        types = {rules.platform.id: rules.platform for rules in self.rows}
        self.hand_over_h = {
            (a, b): laws.hand_over_h(types[a], types[b], self.scenario.operations.hand_over)
            for a in types
            for b in types
        }

    def size(self, area: str) -> tuple[float, float]:
        """Area (nm2) and perimeter (nm)."""
        i, geometry = self.scenario.area_index[area], self.theatre.geometry
        return float(geometry.area_nm2[i]), float(geometry.perimeter_nm[i])

    def tau_h(self, requirement: Requirement) -> float:
        return min(requirement.within_h or 0.0, self.scenario.targets[requirement.target or ""].hours_present)

    def demands(self, area: str, *measures: str) -> list[Requirement]:
        return [r for r in self.scenario.requirements if r.area == area and r.measure in measures]

    @cached_property
    def month_laws(self) -> Mapping[str, Sequence[laws.MonthLaw]]:
        """Twelve laws for each area with weather."""
        found: dict[str, list[laws.MonthLaw]] = defaultdict(list)
        for month in sorted(self.scenario.environment, key=lambda e: e.month):
            assert self.scenario.weather is not None
            share = np.array([getattr(month, f"p_ss{k}") for k in range(10)])
            spell_h = self.scenario.weather.rough_spell_h
            law = laws.month_law((share / share.sum()).tolist(), month.mean_wind_kn, month.wind_weibull_k, spell_h)
            found[month.area_id].append(law)
        return found

    def play(self, sailing: Sailing, seed: int) -> dict[str, float]:
        """One replication's measures by requirement id (of a detection ``expected/id`` and ``value/id``: the mean
        chance of targets nobody knows of, the share of targets found), and totals by ``what/row``."""
        return Replication(self, sailing, seed).play()


class Rules:
    """One row of the allocation and what its craft live by."""

    def __init__(self, ocean: Ocean, row: Allocation) -> None:
        assert row.stations is not None, "the reference keeps stated stations"
        scenario = ocean.scenario
        self.name = f"{row.platform}/{row.base}/{row.area}"
        self.area, self.base, self.stations = row.area, row.base, row.stations
        self.platform: Platform = next(p for p in scenario.platforms if p.id == row.platform)
        self.domain = self.platform.domain
        self.crews = next(p for p in scenario.places if p.id == row.base).repair_crews(self.domain)
        distances = ocean.theatre.distances
        matrix = distances.air_nm if self.domain == "air" else distances.sea_nm
        distance_nm = float(matrix[scenario.place_index[row.base], scenario.area_index[row.area]])
        self.T = distance_nm / self.platform.cruise_speed_kn
        self.S = (1 - scenario.operations.endurance_reserve) * self.platform.endurance_h - 2 * self.T
        assert distance_nm <= self.platform.range_nm_from_base
        assert self.S >= 1
        self.craft_class = scenario.operations.classes[self.platform.craft_class]
        self.sortie_h = 2 * self.T + self.S
        self.accrual = self.craft_class.utilisation_h_per_year / HOURS_PER_YEAR
        self.account_cap_h = ACCOUNT_DAYS * 24 * self.accrual if self.accrual < 1 else self.sortie_h
        self.find_rate = {r.target: self._rates(ocean, r.target) for r in ocean.demands(row.area, "detection")}
        self.find_rate |= {r.target: self._rates(ocean, r.target) for r in ocean.demands(row.area, "identification")}
        self.look_rate = {r.target: self._rates(ocean, r.target, 0.0) for r in ocean.demands(row.area, "revisit")}
        served = [r for r in scenario.requirements if r.area == row.area and self._serves(r, scenario.targets)]
        self.worth = sum(r.weight for r in served)

    def _serves(self, r: Requirement, targets: Mapping[str, TargetClass]) -> bool:
        """Whether craft of the row are of any use to a requirement of their area."""
        if r.measure == "presence":
            return r.domain == self.domain
        if r.measure == "layered":
            return self.domain in (r.domains or ())
        if r.measure == "revisit":
            return max(self.look_rate[r.target]) > 0
        kind = laws.kind_of(r.target or "", targets[r.target or ""])
        identifies = r.measure == "identification" and kind in self.platform.identifies
        return identifies or max(self.find_rate[r.target]) > 0

    def _rates(self, ocean: Ocean, target: str | None, speed_kn: float | None = None) -> tuple[float, ...]:
        stated = ocean.scenario.targets[target or ""]
        kind = laws.kind_of(target or "", stated)
        speed = stated.speed_kn if speed_kn is None else speed_kn
        return laws.rates_per_h(self.platform, kind, speed, *ocean.size(self.area))

    def launches_in(self, spell: laws.Spell) -> bool:
        return spell.sea_state <= self.platform.max_sea_state_launch and self._bears_wind(spell)

    def recovers_in(self, spell: laws.Spell) -> bool:
        limit = self.platform.max_sea_state_recover
        limit = self.platform.max_sea_state_launch if limit is None else limit
        return spell.sea_state <= limit and self._bears_wind(spell)

    def sees_in(self, spell: laws.Spell) -> bool:
        if self.domain == "underwater":
            return True
        return spell.sea_state <= self.platform.max_sea_state_operate and self._bears_wind(spell)

    def _bears_wind(self, spell: laws.Spell) -> bool:
        return self.domain == "underwater" or spell.wind_kn <= self.platform.max_wind_kn


class Replication:
    def __init__(self, ocean: Ocean, sailing: Sailing, seed: int) -> None:
        self.ocean, self.rng, self.env = ocean, np.random.default_rng(seed), simpy.Environment()
        self.total = {f"{what}/{rules.name}": 0.0 for what in TOTALS for rules in ocean.rows}
        self.seas = {area.id: Sea(self, area.id) for area in ocean.scenario.areas}
        self.crews = {
            (rules.base, rules.domain): simpy.Resource(self.env, rules.crews or 10_000) for rules in ocean.rows
        }
        self.fleets = [Fleet(self, rules, sailing.grounded.get(rules.platform.id, ())) for rules in ocean.rows]
        self.donors = {fleet: self.donors_of(fleet) for fleet in self.fleets}
        for row, number, usable_h in sailing.craft:
            if usable_h <= ocean.start:
                self.env.process(Craft(self.fleets[row], number).live(usable_h))

    def play(self) -> dict[str, float]:
        for sea in self.seas.values():
            sea.open()
        self.env.run(until=self.ocean.end + self.ocean.followed_h)
        for fleet in self.fleets:
            fleet.close()
        for sea in self.seas.values():
            sea.note()
        return {name: total for sea in self.seas.values() for name, total in sea.measures().items()} | self.total

    def donors_of(self, fleet: Fleet) -> list[Fleet]:
        """Who gives a craft when this row loses one: of the same type and base and worth less, the least first."""
        if self.ocean.scenario.operations.reassignment == "fixed":
            return []
        mine, same = fleet.rules, [f for f in self.fleets if f.rules.platform.id == fleet.rules.platform.id]
        less = [f for f in same if f.rules.base == mine.base and f.rules.worth < mine.worth]
        return sorted(less, key=lambda f: (f.rules.worth, f.rules.area))

    def until(self, moment_h: float) -> Any:
        return self.env.timeout(max(moment_h - self.env.now, 0.0))

    def exponential(self, mean_h: float) -> float:
        return float(self.rng.exponential(mean_h)) if np.isfinite(mean_h) else np.inf

    def inside_h(self, start_h: float, end_h: float) -> float:
        """Hours of a stretch inside the window."""
        return max(0.0, min(end_h, self.ocean.end) - max(start_h, self.ocean.start))


class Sea:
    """One area: its weather, who watches it, what there is to see."""

    def __init__(self, play: Replication, name: str) -> None:
        self.play, self.name, self.env = play, name, play.env
        self.fleets: list[Fleet] = []
        month_laws = play.ocean.month_laws.get(name)
        self.path = laws.weather_path(month_laws, play.ocean.months, play.rng) if month_laws else laws.CALM
        self.area_nm2, _ = play.ocean.size(name)
        self.history: list[list[float]] = []
        self.greatest: dict[str, float] = {}
        """The rate at which a target of each class is found when all stations are kept in the best wind."""
        self.targets: dict[str, list[float]] = defaultdict(list)
        """Arrival to identification of every target that arrived in the window, inf where it was not identified."""
        self.found: dict[str, list[float]] = defaultdict(list)
        """Arrival to find of the same targets, inf where they were not found."""

    def open(self) -> None:
        """Begin with the weather, and with contacts where some must be identified."""
        self.fleets.sort(key=lambda f: f.rules.name.split("/"))
        self.turn(self.path[0])
        self.env.process(self.weather())
        for target in {r.target: None for r in self.play.ocean.demands(self.name, "identification")}:
            self.greatest[target] = sum(f.rules.stations * max(f.rules.find_rate[target]) for f in self.fleets)
            stated = self.play.ocean.scenario.targets[target]
            self.env.process(self.contacts(target, 1.0, counts=True))
            if stated.background_per_target > 0:
                self.env.process(self.contacts(target, stated.background_per_target, counts=False))

    def weather(self) -> Iterator[Any]:
        for spell in self.path[1:]:
            yield self.play.until(spell.start_h)
            self.turn(spell)

    def turn(self, spell: laws.Spell) -> None:
        self.band = laws.wind_band(spell.wind_kn)
        for fleet in self.fleets:
            fleet.sees = fleet.rules.sees_in(spell)
        self.note()

    def contacts(self, target: str, times: float, *, counts: bool) -> Iterator[Any]:
        """Poisson arrivals from twice their stay before the window on."""
        stated = self.play.ocean.scenario.targets[target]
        yield self.play.until(max(self.play.ocean.start - 2 * stated.hours_present, 0.0))
        while True:
            yield self.env.timeout(self.play.exponential(24 / (stated.arrivals_per_day * times)))
            counted = counts and self.play.ocean.start <= self.env.now < self.play.ocean.end
            self.env.process(self.contact(target, counted))

    def contact(self, target: str, counted: bool) -> Iterator[Any]:
        """Be found, be handed over, be looked at."""
        stated, arrived = self.play.ocean.scenario.targets[target], self.env.now
        place = len(self.targets[target])
        if counted:
            self.targets[target].append(np.inf)
            self.found[target].append(np.inf)
        finder = yield from self.be_found(target, arrived + stated.hours_present)
        if finder is None:
            return
        if counted:
            self.found[target][place] = self.env.now - arrived
        looker = yield from self.be_taken(target, finder)
        if looker is None:
            return
        identified = yield from looker.identify(self.service_h(looker.rules, target))
        if identified and counted:
            self.targets[target][place] = self.env.now - arrived

    def be_found(self, target: str, leaves_h: float) -> Iterator[Any]:
        """Looks at the greatest rate there can be, each real with the share that is there now."""
        greatest = self.greatest[target]
        while greatest > 0:
            yield self.env.timeout(self.play.exponential(1 / greatest))
            if self.env.now >= leaves_h:
                return None
            chance = self.play.rng.uniform(0, greatest)
            for fleet in self.fleets:
                chance -= fleet.searching() * fleet.rules.find_rate[target][self.band]
                if chance < 0:
                    return fleet
        return None

    def be_taken(self, target: str, finder: Fleet) -> Iterator[Any]:
        """Offered at once, after the gateway's delay, after the desk's; else lost for good."""
        rule, found = self.play.ocean.scenario.operations.hand_over, self.env.now
        for delay_h in (0.0, rule.gateway_h, rule.desk_h):
            yield self.play.until(found + delay_h)
            passed_h = self.play.ocean.hand_over_h
            reached = [f for f in self.fleets if passed_h[finder.rules.platform.id, f.rules.platform.id] <= delay_h]
            if free := self.free_identifiers(target, reached):
                return free[0]
        return None

    def free_identifiers(self, target: str, fleets: Sequence[Fleet]) -> list[Craft]:
        """Who could look at a contact now, the quickest first."""
        kind = laws.kind_of(target, self.play.ocean.scenario.targets[target])
        able = [f for f in fleets if kind in f.rules.platform.identifies and f.sees]
        able.sort(key=lambda fleet: self.service_h(fleet.rules, target))
        return [
            craft
            for fleet in able
            for craft in sorted(fleet.on_station, key=lambda craft: craft.number)
            if craft.look is None and craft.leaves_h - self.env.now >= self.service_h(fleet.rules, target)
        ]

    def service_h(self, rules: Rules, target: str) -> float:
        dwell_h = self.play.ocean.scenario.targets[target].dwell_h
        assert dwell_h is not None
        return laws.service_h(rules.platform, self.area_nm2, dwell_h)

    def note(self) -> None:
        """Write down the wind band and, by fleet, who is on station, who sees, who searches."""
        on = [len(fleet.on_station) for fleet in self.fleets]
        seeing = [n if fleet.sees else 0 for fleet, n in zip(self.fleets, on, strict=True)]
        searching = [fleet.searching() for fleet in self.fleets]
        self.history.append([self.env.now, self.band, *on, *seeing, *searching])

    def measures(self) -> dict[str, float]:
        """The window's measures of this area, and its fleets' hours on station, seeing and busy."""
        book = np.array(self.history)
        moments, band = book[:, 0], book[:-1, 1].astype(int)
        on, seeing, searching = np.split(book[:-1, 2:], 3, axis=1)
        ocean = self.play.ocean
        hours = np.diff(np.clip(moments, ocean.start, ocean.end))
        for k, fleet in enumerate(self.fleets):
            self.play.total[f"station/{fleet.rules.name}"] += float(hours @ on[:, k])
            self.play.total[f"seeing/{fleet.rules.name}"] += float(hours @ seeing[:, k])
            self.play.total[f"busy/{fleet.rules.name}"] += float(hours @ (seeing - searching)[:, k])
        found = {}
        for r in (r for r in ocean.scenario.requirements if r.area == self.name):
            if r.measure == "detection":
                rate = self.rate_per_h(searching, band, [f.rules.find_rate[r.target] for f in self.fleets])
                found |= self.detection(r, moments, rate)
            elif r.measure == "revisit":
                rate = self.rate_per_h(searching, band, [f.rules.look_rate[r.target] for f in self.fleets])
                looks = float(hours @ rate)
                found[r.id] = HOURS_PER_YEAR / max(looks, 1.0)
            elif r.measure == "identification":
                found[r.id] = share(np.array(self.targets[r.target or ""]) <= ocean.tau_h(r))
            else:
                domains = (r.domain,) if r.measure == "presence" else r.domains
                met = [self.count(searching, d) >= (r.craft or 1) for d in domains or ()]
                found[r.id] = float(hours @ np.all(met, axis=0)) / HOURS_PER_YEAR
        return found

    def count(self, craft: NDArray[np.float64], domain: str | None) -> NDArray[np.float64]:
        mine = [f.rules.domain == domain for f in self.fleets]
        counted: NDArray[np.float64] = craft[:, mine].sum(axis=1)
        return counted

    def rate_per_h(
        self, searching: NDArray[np.float64], band: NDArray[np.int64], rates: Sequence[Sequence[float]]
    ) -> NDArray[np.float64]:
        each = np.array(rates).reshape(-1, 3)[:, band].T
        rate: NDArray[np.float64] = (searching * each).sum(axis=1)
        return rate

    def detection(self, r: Requirement, moments: NDArray[np.float64], rate: NDArray[np.float64]) -> dict[str, float]:
        """Mean chance of targets that the watch does not know of, each with its exact exposure; and the share found,
        of the targets followed one by one where there are some, else of the very same ones."""
        ocean, rng = self.play.ocean, self.play.rng
        target = r.target or ""
        per_h = ocean.scenario.targets[target].arrivals_per_day / 24
        arrived = rng.uniform(ocean.start, ocean.end, rng.poisson(per_h * HOURS_PER_YEAR))
        exposure = np.concatenate([[0.0], np.cumsum(np.diff(moments) * rate)])
        to, since = (np.interp(arrived + after_h, moments, exposure) for after_h in (ocean.tau_h(r), 0.0))
        chance = -np.expm1(since - to)
        if target in self.greatest:
            is_found = np.array(self.found[target]) <= ocean.tau_h(r)
        else:
            is_found = rng.uniform(size=len(chance)) < chance
        return {f"expected/{r.id}": share(chance), f"value/{r.id}": share(is_found)}


def share(of_each: NDArray[Any]) -> float:
    """The mean over targets, nan where there are none."""
    return float(of_each.mean()) if len(of_each) else np.nan


class Fleet:
    """The craft of one row: who is ready, who covers a station, who is on it."""

    def __init__(self, play: Replication, rules: Rules, grounded: Sequence[tuple[float, float]]) -> None:
        self.play, self.rules, self.grounded, self.env = play, rules, grounded, play.env
        self.sea = play.seas[rules.area]
        self.sea.fleets.append(self)
        self.launch_weather = laws.Openings(self.sea.path, rules.launches_in)
        self.recovery_weather = laws.Openings(self.sea.path, rules.recovers_in)
        self.ready: list[Craft] = []
        self.covering: set[Craft] = set()
        self.on_station: set[Craft] = set()
        self.sees = False
        self.alive: dict[Craft, float] = {}
        moments = {*self.launch_weather.starts, *(end_h for _, end_h in grounded)}
        self.env.process(self.retry(sorted(moments)))

    def retry(self, moments: Sequence[float]) -> Iterator[Any]:
        """Launch what is due whenever weather opens or a grounding ends."""
        for moment_h in moments:
            if np.isfinite(moment_h):
                yield self.play.until(moment_h)
                self.dispatch()

    def may_launch(self) -> bool:
        now = self.env.now + ROUNDING_H
        window_h = self.rules.craft_class.weather_window_h
        stands_down = any(from_h <= now < to_h for from_h, to_h in self.grounded)
        return not stands_down and self.launch_weather.holds(now, window_h)

    def dispatch(self) -> None:
        while self.ready and len(self.covering) < self.rules.stations and self.may_launch():
            craft = max(self.ready, key=lambda each: (each.account_h(), -each.number))
            self.ready.remove(craft)
            self.covering.add(craft)
            craft.go.succeed()

    def uncover(self, craft: Craft) -> None:
        if craft in self.covering:
            self.covering.remove(craft)
            self.dispatch()

    def searching(self) -> int:
        return sum(craft.look is None for craft in self.on_station) if self.sees else 0

    def next_grounding_h(self) -> float:
        return min((from_h for from_h, _ in self.grounded if from_h > self.env.now), default=np.inf)

    def book(self, what: str, start_h: float, end_h: float) -> None:
        self.play.total[f"{what}/{self.rules.name}"] += self.play.inside_h(start_h, end_h)

    def end_life(self, craft: Craft, end_h: float) -> None:
        """Count the hours in which a craft was usable, and in which it was grounded."""
        since_h = self.alive.pop(craft)
        self.book("usable", since_h, end_h)
        for from_h, to_h in self.grounded:
            self.book("grounded", max(from_h, since_h), min(to_h, end_h))

    def give(self) -> Craft | None:
        """The craft at the base that is asked first; None where all are at sea."""
        here = [craft for craft in self.alive if craft.place in AT_BASE]
        return min(here, key=lambda craft: (AT_BASE.index(craft.place), craft.number), default=None)

    def close(self) -> None:
        """Count what is still under way."""
        for craft in list(self.alive):
            self.end_life(craft, self.env.now)
            craft.close()


class Craft:
    def __init__(self, fleet: Fleet, number: int) -> None:
        self.fleet, self.rules, self.play, self.env = fleet, fleet.rules, fleet.play, fleet.env
        self.number = number
        self.look: object | None = None
        self.under_way: tuple[str, float] | None = None  # what is being booked, and since when
        self.leaves_h = np.inf
        self.place = "nowhere"

    def account_h(self) -> float:
        """Operating hours at its disposal."""
        rest, read_h = self.account
        return min(rest + (self.env.now - read_h) * self.rules.accrual, self.rules.account_cap_h)

    def charge(self, hours: float) -> None:
        self.account = min(self.account_h() - hours, self.rules.account_cap_h), self.env.now

    def begin(self, what: str) -> None:
        self.under_way = what, self.env.now

    def close(self) -> None:
        if self.under_way is not None:
            what, since_h = self.under_way
            self.fleet.book(what, since_h, self.env.now)
            self.under_way = None

    def live(self, usable_h: float) -> Iterator[Any]:
        """One life after another, as long as lost craft are replaced."""
        yield self.play.until(usable_h)
        months = self.rules.craft_class.replacement_months
        while True:
            self.fleet.alive[self] = self.env.now
            self.place = "in service"
            self.account = min(self.rules.sortie_h, self.rules.account_cap_h), self.env.now
            self.since_maintenance_h = 0.0
            yield from self.serve()
            self.place = "nowhere"
            donor = self.fill_gap()
            if months is None:
                return
            if donor is not None:
                self.fleet, self.rules = donor, donor.rules
            yield self.env.timeout(months * HOURS_PER_MONTH)

    def fill_gap(self) -> Fleet | None:
        """Have a craft of a row that is worth less serve the row of this one, which is lost; returns who gave it."""
        for donor in self.play.donors[self.fleet]:
            if (craft := donor.give()) is not None:
                craft.move_to(self.fleet)
                return donor
        return None

    def move_to(self, fleet: Fleet) -> None:
        """Serve another row from now on, whatever is being done to it at the base."""
        under_way = self.under_way
        self.close()
        self.fleet.end_life(self, self.env.now)
        if self.place == "ready":
            self.fleet.ready.remove(self)
            fleet.ready.append(self)
        self.fleet, self.rules = fleet, fleet.rules
        fleet.alive[self] = self.env.now
        if under_way is not None:
            self.begin(under_way[0])
        fleet.dispatch()

    def serve(self) -> Iterator[Any]:
        """Sortie after sortie until lost."""
        while True:
            yield from self.save_hours()
            self.go = self.env.event()
            self.place = "ready"
            self.fleet.ready.append(self)
            self.fleet.dispatch()
            yield self.go
            self.place = "at sea"
            launched_h = self.env.now
            self.charge(self.rules.sortie_h)
            self.begin("operating")
            failed, lost = yield from self.sortie()
            self.close()
            flown_h = self.env.now - launched_h
            if lost:
                in_window = self.play.ocean.start <= self.env.now < self.play.ocean.end
                self.play.total[f"losses/{self.rules.name}"] += in_window
                self.fleet.end_life(self, self.env.now)
                return
            self.charge(flown_h - self.rules.sortie_h)
            self.since_maintenance_h += flown_h
            recovered_h = self.fleet.recovery_weather.next_h(self.env.now)
            if not np.isfinite(recovered_h):
                yield self.env.event()
            yield self.play.until(recovered_h)
            yield from self.upkeep(failed)

    def save_hours(self) -> Iterator[Any]:
        needed_h = min(self.rules.sortie_h, self.rules.account_cap_h)
        missing_h = needed_h - self.account_h()
        if missing_h > 1e-9:
            yield self.env.timeout(missing_h / self.rules.accrual)

    def sortie(self) -> Iterator[Any]:
        """Out, on station, home; returns whether it failed and whether it was lost."""
        rules, fleet, launched_h = self.rules, self.fleet, self.env.now
        mtbf_h, per_100k_h = rules.platform.mtbf_h, rules.platform.loss_per_100k_h
        fails_h = launched_h + self.play.exponential(np.inf if mtbf_h is None else mtbf_h)
        lost_h = launched_h + self.play.exponential(1e5 / per_100k_h if per_100k_h > 0 else np.inf)
        abort_h = min(fails_h, lost_h, fleet.next_grounding_h())
        self.env.process(self.be_relieved(launched_h))
        arrives_h = launched_h + rules.T
        self.leaves_h = arrives_h + rules.S
        yield self.play.until(min(arrives_h, abort_h))
        if abort_h <= arrives_h:
            way_home_h = self.env.now - launched_h
        else:
            fleet.on_station.add(self)
            fleet.sea.note()
            yield self.play.until(min(self.leaves_h, abort_h))
            self.look = None
            fleet.on_station.remove(self)
            fleet.sea.note()
            way_home_h = rules.T
        fleet.uncover(self)
        home_h = self.env.now + way_home_h
        yield self.play.until(min(home_h, lost_h))
        return fails_h <= home_h, lost_h <= home_h

    def be_relieved(self, launched_h: float) -> Iterator[Any]:
        """From here on a craft launched now arrives after this one has left."""
        self.launched_h = launched_h
        yield self.env.timeout(self.rules.S)
        if self.launched_h == launched_h:
            self.fleet.uncover(self)

    def identify(self, hours: float) -> Iterator[Any]:
        """Look at a contact; whether it ended on station, seeing."""
        look = self.look = object()
        self.fleet.sea.note()
        yield self.env.timeout(hours)
        if self.look is not look:
            return False
        self.look = None
        self.fleet.sea.note()
        return self.fleet.sees

    def upkeep(self, failed: bool) -> Iterator[Any]:
        """Repair by a crew, whole blocks of maintenance, turnaround."""
        self.begin("down")
        if failed:
            self.place = "waiting for repair"
            with self.play.crews[self.rules.base, self.rules.domain].request() as crew:
                yield crew
                self.place = "in repair"
                yield self.env.timeout(self.play.exponential(self.rules.platform.mttr_h))
        self.place = "in service"
        interval_h = self.rules.craft_class.maintenance_interval_h
        if interval_h is not None and self.since_maintenance_h >= interval_h:
            blocks = self.since_maintenance_h // interval_h
            self.since_maintenance_h -= blocks * interval_h
            yield self.env.timeout(blocks * self.rules.craft_class.maintenance_duration_h)
        self.close()
        yield self.env.timeout(self.rules.platform.turnaround_h)
