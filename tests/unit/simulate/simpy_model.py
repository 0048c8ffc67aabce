"""The same rules as a SimPy model: one process for each craft and each area's weather; written apart from the kernel.

It draws its numbers from numpy and shares no code with the kernel; only the mission's plain values are common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import simpy

from fleetcraft.simulate.mission import Mission, MissionRow


class Model:
    """One replication; ``play`` returns the measures by name."""

    def __init__(self, mission: Mission, usable_h: list[float], seed: int) -> None:
        self.mission = mission
        self.rng = np.random.default_rng(seed)
        self.env = simpy.Environment()
        self.start, self.end = mission.window_start_h, mission.window_end_h
        self.total: dict[str, float] = defaultdict(float)
        self.areas = {row.area: Area(self, row.area) for row in mission.rows}
        self.crews = {
            pool: simpy.Resource(self.env, mission.repair_crews.get(pool, 1000))
            for pool in {(row.base, row.domain) for row in mission.rows}
        }
        moments = iter(usable_h)
        for row in mission.rows:
            fleet = Fleet(self, row)
            self.areas[row.area].fleets.append(fleet)
            for number in row.numbers:
                self.env.process(Craft(self, fleet, number).live(next(moments)))

    def play(self) -> dict[str, float]:
        for area in self.areas.values():
            area.feel()
            self.env.process(area.live())
        self.env.run(until=self.end + 3000)
        for area in self.areas.values():
            area.note()
        return self.measures()

    def add(self, name: str, start: float, end: float) -> None:
        self.total[name] += max(0.0, min(end, self.end) - max(start, self.start))

    def measures(self) -> dict[str, float]:
        found = dict(self.total)
        for r in self.mission.requirements:
            history = self.areas[r.area].history
            times = np.array([h[0] for h in history])
            inside = np.clip(times, self.start, self.end)
            if r.measure == "presence":
                count = [sum(n for d, n in h[1] if d == r.domain) for h in history[:-1]]
                met = np.array(count) >= r.craft
                found[r.id] = float(np.diff(inside)[met].sum() / (self.end - self.start))
                continue
            rate = np.array([h[2][r.measure, r.target] for h in history[:-1]])
            if r.measure == "revisit":
                found[r.id] = float((self.end - self.start) / (np.diff(inside) @ rate))
                continue
            target = self.mission.targets[r.target]
            tau = min(r.within_h, target.hours_present)
            number = self.rng.poisson(target.arrivals_per_day / 24 * (self.end - self.start))
            arrival = self.rng.uniform(self.start, self.end, number)
            exposure = np.concatenate([[0.0], np.cumsum(np.diff(times) * rate)])
            seen = np.interp(arrival + tau, times, exposure) - np.interp(arrival, times, exposure)
            found[r.id] = float((1 - np.exp(-seen)).mean())
        return found


class Area:
    def __init__(self, model: Model, name: str) -> None:
        self.model, self.name = model, name
        self.fleets: list[Fleet] = []
        self.law = model.mission.weather[name]
        self.history: list[tuple[float, list[Any], dict[Any, float]]] = []
        self.state = int(model.rng.choice(10, p=self.law.sea_state[self.month()]))
        self.quantile = model.rng.uniform()

    def month(self) -> int:
        return [month for start, month in self.model.mission.months if start <= self.model.env.now][-1]

    def feel(self) -> None:
        share = self.law.sea_state[self.month()]
        q = share[: self.state].sum() + self.quantile * share[self.state]
        self.wind = self.law.wind_scale_kn[self.month()] * (-np.log1p(-q)) ** (1 / self.law.wind_k[self.month()])

    def live(self) -> Iterator[Any]:
        env, rng = self.model.env, self.model.rng
        while True:
            rates = self.law.generator[self.month()][self.state].clip(min=0)
            stay = rng.exponential(1 / rates.sum())
            turn = min((start for start, _ in self.model.mission.months if start > env.now), default=np.inf)
            if env.now + stay < turn:
                yield env.timeout(stay)
                self.state = int(rng.choice(10, p=rates / rates.sum()))
                self.quantile = rng.uniform()
            else:
                yield env.timeout(turn - env.now)
                new = self.law.sea_state[self.month()]
                if new[self.state] == 0:
                    has = np.flatnonzero(new > 0)
                    self.state = int(has[has < self.state].max(initial=has.min()))
                    self.quantile = rng.uniform()
            self.feel()
            for fleet in self.fleets:
                if fleet.launchable() and not fleet.weather_opened.triggered:
                    fleet.weather_opened.succeed()
                    fleet.weather_opened = env.event()
                fleet.dispatch()
            self.note()

    def note(self) -> None:
        band = int(self.wind > 15) + int(self.wind > 25)
        seeing = [(f.row.domain, f.on_station if f.sees() else 0) for f in self.fleets]
        rates: dict[Any, float] = defaultdict(float)
        for fleet, (_, n) in zip(self.fleets, seeing, strict=True):
            for what, by_band in fleet.row.rate_per_h.items():
                rates[what] += n * by_band[band]
        self.history.append((self.model.env.now, seeing, rates))


class Fleet:
    def __init__(self, model: Model, row: MissionRow) -> None:
        self.model, self.row, self.area = model, row, model.areas[row.area]
        self.name = f"{row.platform}/{row.base}/{row.area}"
        self.ready: list[Craft] = []
        self.covering: set[Craft] = set()
        self.on_station = 0
        self.weather_opened = model.env.event()

    def launchable(self) -> bool:
        return self.area.state <= self.row.launch_sea_state and self.area.wind <= self.row.launch_wind_kn

    def sees(self) -> bool:
        return self.area.state <= self.row.operate_sea_state and self.area.wind <= self.row.operate_wind_kn

    def dispatch(self) -> None:
        while len(self.covering) < self.row.stations and self.ready and self.launchable():
            craft = max(self.ready, key=lambda c: (c.hours(), -c.number))
            self.ready.remove(craft)
            self.covering.add(craft)
            craft.go.succeed()

    def uncover(self, craft: Craft) -> None:
        self.covering.discard(craft)
        self.dispatch()


class Craft:
    def __init__(self, model: Model, fleet: Fleet, number: int) -> None:
        self.model, self.fleet, self.row, self.number = model, fleet, fleet.row, number
        self.sortie_h = 2 * fleet.row.transit_h + fleet.row.station_h
        self.accrual = fleet.row.utilisation_h_per_year / 8760
        self.cap = self.accrual * 90 * 24
        self.account, self.read = 0.0, 0.0
        self.since_maintenance = 0.0

    def hours(self) -> float:
        return min(self.account + (self.model.env.now - self.read) * self.accrual, self.cap)

    def book(self, hours: float) -> None:
        self.account, self.read = min(self.hours() + hours, self.cap), self.model.env.now

    def live(self, usable_h: float) -> Iterator[Any]:
        env, row, fleet = self.model.env, self.row, self.fleet
        if usable_h > self.model.start:
            return
        yield env.timeout(usable_h)
        self.account, self.read = min(self.sortie_h, self.cap), env.now
        while True:
            short = min(self.sortie_h, self.cap) - self.hours()
            if short > 1e-9:
                yield env.timeout(short / self.accrual)
            self.go = env.event()
            fleet.ready.append(self)
            fleet.dispatch()
            yield self.go
            launched = env.now
            failed, lost = yield from self.fly()
            self.model.add(f"operating/{fleet.name}", launched, env.now)
            if lost:
                self.model.total[f"losses/{fleet.name}"] += self.model.start <= env.now < self.model.end
                self.model.add(f"usable/{fleet.name}", usable_h, env.now)
                return
            self.book(self.sortie_h - (env.now - launched))
            self.since_maintenance += env.now - launched
            while not fleet.launchable():
                yield fleet.weather_opened
            down = env.now
            if failed:
                with self.model.crews[row.base, row.domain].request() as crew:
                    yield crew
                    yield env.timeout(self.model.rng.exponential(row.mean_repair_h))
            blocks = int(self.since_maintenance // row.maintenance_interval_h)
            if blocks:
                self.since_maintenance -= blocks * row.maintenance_interval_h
                yield env.timeout(blocks * row.maintenance_h)
            self.model.add(f"down/{fleet.name}", down, env.now)
            yield env.timeout(row.turnaround_h)

    def fly(self) -> Iterator[Any]:
        """Out, on station, home; returns (failed, lost)."""
        env, row, fleet, rng = self.model.env, self.row, self.fleet, self.model.rng
        self.book(-self.sortie_h)
        env.process(self.be_relieved(env.now))
        fails = env.now + rng.exponential(row.mean_h_to_failure) if row.mean_h_to_failure < np.inf else np.inf
        loses = env.now + rng.exponential(row.mean_h_to_loss) if row.mean_h_to_loss < np.inf else np.inf
        launched, self.launched = env.now, env.now
        arrival = launched + row.transit_h
        reached = min(arrival, fails, loses)
        yield env.timeout(reached - env.now)
        if loses <= reached:
            fleet.uncover(self)
            return True, True
        home = env.now + (env.now - launched)
        if fails > reached:
            fleet.on_station += 1
            fleet.area.note()
            leaves = min(arrival + row.station_h, fails, loses)
            yield env.timeout(leaves - env.now)
            fleet.on_station -= 1
            fleet.area.note()
            self.model.add(f"station/{fleet.name}", arrival, env.now)
            fleet.uncover(self)
            if loses <= leaves:
                return True, True
            home = env.now + row.transit_h
        else:
            fleet.uncover(self)
        yield env.timeout(min(home, loses) - env.now)
        return fails <= home, loses < home

    def be_relieved(self, launched: float) -> Iterator[Any]:
        yield self.model.env.timeout(self.row.station_h)
        if self.launched == launched and self in self.fleet.covering:
            self.fleet.uncover(self)
