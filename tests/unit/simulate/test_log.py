"""The log of a replication: complete, in order, and enough to compute again what was measured."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from fleetcraft.scenario.requirement import TargetClass
from fleetcraft.simulate.mission import Mission
from fleetcraft.simulate.player import Player
from fleetcraft.simulate.reassign import greedy
from fleetcraft.simulate.records import (
    ABSENT,
    CAME_IN,
    FOUND,
    IDENTIFIED,
    IN_REPAIR,
    IN_SERVICE,
    INBOUND,
    LOOK,
    LOST,
    ON_STATION,
    OUTBOUND,
    PHASE,
    QUEUED,
    READY,
    WAITING,
    WEATHER,
)
from unit.simulate.missions import (
    YEAR_H,
    by_month,
    detection,
    identification,
    laws,
    log_of,
    mission,
    played,
    presence,
    row,
    simulate,
    total,
    value,
)

RATES = {("detection", "boat"): (0.1, 0.05, 0.02)}
BOAT = TargetClass(
    swept_as="small_craft", speed_kn=20.0, arrivals_per_day=12.0, hours_present=24.0, background_per_target=2.0
)
WORKING = {
    "stations": 2,
    "transit_h": 3.0,
    "station_h": 17.3,
    "turnaround_h": 4.1,
    "mean_h_to_failure": 60.0,
    "mean_repair_h": 20.0,
    "mean_h_to_loss": 2000.0,
    "maintenance_interval_h": 100.0,
    "maintenance_h": 20.0,
    "rate_per_h": RATES,
}
GROUNDED = {"drone": [(3000.0, 3300.0), (5000.0, 5100.5)]}
MAY_FOLLOW = {
    ABSENT: {READY},
    READY: {OUTBOUND, READY},
    OUTBOUND: {ON_STATION, INBOUND, LOST},
    ON_STATION: {INBOUND, LOST},
    INBOUND: {WAITING, QUEUED, IN_REPAIR, IN_SERVICE, LOST},
    WAITING: {QUEUED, IN_REPAIR, IN_SERVICE},
    QUEUED: {IN_REPAIR, QUEUED},
    IN_REPAIR: {IN_SERVICE, IN_REPAIR},
    IN_SERVICE: {READY, IN_SERVICE},
    LOST: {ABSENT},
}
"""A craft that is given to another row is told again, in the phase it is in."""


def working(what: str) -> Mission:
    """Craft that do everything: fail, wait, are lost, replaced, reassigned and called home."""
    weather, contacts, targets = ("weather" in what), ("contacts" in what), ("targets" in what)
    looks = {"service_h": {"boat": 1.3}} if contacts else {}
    rows = [
        row(5, launch_sea_state=4, operate_sea_state=3, replacement_h=900.0, **looks, **WORKING),
        row(3, area="strait", numbers=(5, 6, 7), **WORKING),
        row(3, platform="other", **looks, **WORKING),
    ]
    demands = [presence(2), presence(1, area="strait").model_copy(update={"weight": 0.1}), detection(4.0)]
    demands += [identification(6.0)] if contacts else []
    climate = {"weather": {"bay": laws({2: 0.6, 4: 0.2, 5: 0.2})}, "months": by_month(0)["months"]} if weather else {}
    stated = {"targets": {"boat": BOAT}, "repair_crews": {("port", "air"): 1}, "donors": greedy(rows, demands)}
    return mission(rows, *demands, targets_in_loop=contacts or targets, **stated, **climate)


@pytest.fixture(scope="module", params=["weather", "targets", "contacts", "weather and contacts"])
def player(request) -> Player:
    return played(working(request.param), grounded=GROUNDED, usable_h=100.0, logged=True)


def test_a_log_changes_nothing(player, request):
    stated = working(request.node.callspec.params["player"])
    silent = played(stated, grounded=GROUNDED, usable_h=100.0)
    assert silent.log is None
    assert silent.row_facts.tobytes() == player.row_facts.tobytes()
    assert silent.demand_facts.tobytes() == player.demand_facts.tobytes()


def test_it_is_in_order_of_time(player):
    moments = log_of(player)["at_h"]
    assert (np.diff(moments) >= 0).all()
    assert moments[-1] <= player.tables["clock"]["end_h"][0]


def test_every_change_of_phase_stands_in_it_and_none_is_skipped(player):
    events = log_of(player)
    seen = set()
    for c in range(len(player.world.crafts)):
        mine = events[(events["kind"] == PHASE) & (events["subject"] == c)]["number"].tolist()
        before = ABSENT
        for phase in mine:
            assert phase in MAY_FOLLOW[before]
            seen.add((before, phase))
            before = phase
        assert before == player.tables["crafts"]["phase"][c]
    assert {(INBOUND, QUEUED), (INBOUND, IN_REPAIR), (ON_STATION, LOST), (OUTBOUND, INBOUND)} <= seen


def test_every_spell_of_weather_stands_in_it(player):
    events = log_of(player)
    told = events[events["kind"] == WEATHER]
    for climate in range(player.world.climates):
        path = player.paths[climate]
        path = path[: np.flatnonzero(path["starts_h"] > player.tables["clock"]["end_h"][0])[0]]
        assert told["at_h"].tolist() == path["starts_h"].tolist()
        assert told["number"].tolist() == path["sea_state"].tolist()
        assert told["detail"].tolist() == path["wind_kn"].tolist()
    assert bool(player.world.climates) == (len(told) > 0)


class Retold:
    """Hours of rows added up again from the log, whenever the kernel does."""

    def __init__(self, player: Player) -> None:
        self.world = player.world
        self.start, self.end = (float(player.tables["clock"][f"window_{each}_h"][0]) for each in ("start", "end"))
        rows = range(len(self.world.rows))
        self.on_station, self.counted = [0 for _ in rows], [(0, 0.0) for _ in rows]
        self.station_h = [0.0 for _ in rows]
        events = log_of(player)
        grounded = [moment for span in GROUNDED["drone"] for moment in span]
        extra = [(moment, -1, 0, 0, 0.0) for moment in grounded]
        phase_of: dict[int, int] = defaultdict(int)
        for at_h, kind, subject, number, detail in sorted([*events.tolist(), *extra], key=lambda event: event[0]):
            if kind == PHASE:
                r = int(detail)
                self.on_station[r] += (number == ON_STATION) - (phase_of[subject] == ON_STATION)
                phase_of[subject] = number
                if self.on_station[r] != self.counted[r][0]:
                    self.count(r, at_h)
            elif kind == WEATHER:
                for r in np.flatnonzero(self.world.rows["area"] == subject).tolist():
                    self.count(r, at_h)
            elif kind == -1:
                for r in rows:
                    self.count(r, at_h)
        for r in rows:
            self.count(r, float(player.tables["clock"]["end_h"][0]))

    def count(self, r: int, now_h: float) -> None:
        craft, since_h = self.counted[r]
        self.station_h[r] += craft * max(min(now_h, self.end) - max(since_h, self.start), 0.0)
        self.counted[r] = (self.on_station[r], now_h)


def test_hours_on_station_add_up_again(player):
    told = Retold(player).station_h
    found = player.row_facts[:, 0].tolist()
    assert min(found) > 1000.0
    if len(player.world.identifications):
        assert told == pytest.approx(found, rel=1e-12), "looks cut the sums into other pieces"
    else:
        assert told == found


def test_lost_craft_and_targets_are_counted_again(player):
    events = log_of(player)
    inside = (events["at_h"] >= 2000.0) & (events["at_h"] < 2000.0 + YEAR_H)
    lost = events[(events["kind"] == PHASE) & (events["number"] == LOST) & inside]
    by_row = np.bincount(lost["detail"].astype(int), minlength=3)
    assert by_row.tolist() == player.row_facts[:, 7].tolist()
    assert by_row.sum() > 0
    if not len(player.world.contacts):
        assert not np.isin(events["kind"], [CAME_IN, FOUND, IDENTIFIED, LOOK]).any()
        return
    came = events[(events["kind"] == CAME_IN) & (events["detail"] == 1.0)]
    came_in = dict(zip(came["number"].tolist(), came["at_h"].tolist(), strict=True))

    def in_time(kind: int, tau_h: float) -> int:
        told = events[events["kind"] == kind]
        pairs = zip(told["number"].tolist(), told["at_h"].tolist(), strict=True)
        return sum(n in came_in and at - came_in[n] <= tau_h for n, at in pairs)

    measured = value(player)
    assert len(came_in) == player.tables["detections"]["arrivals"][0]
    assert measured[2] == in_time(FOUND, 4.0) / len(came_in)
    if len(player.world.identifications):
        assert measured[3] == in_time(IDENTIFIED, 6.0) / len(came_in)
    looks = events[events["kind"] == LOOK]
    begun, busy_h = {}, 0.0
    for c, at_h, ends_h in zip(
        looks["subject"].tolist(), looks["at_h"].tolist(), looks["detail"].tolist(), strict=True
    ):
        if ends_h < np.inf:
            begun[c] = at_h
        else:
            busy_h += max(min(at_h, 2000.0 + YEAR_H) - max(begun.pop(c), 2000.0), 0.0)
    found = total(player, "busy_h").sum()
    assert found <= busy_h + 1.3 * len(begun)
    if not player.world.climates:
        assert found == pytest.approx(busy_h, abs=1.3 * len(begun) + 1e-6)


def test_the_log_is_that_of_the_simulation(player, request):
    """Replication 0 of ``simulate`` and of the logging player are one."""
    stated = working(request.node.callspec.params["player"])
    outcome = simulate(stated, usable_h=100.0, grounded=GROUNDED)
    assert outcome.row_station_h[0].tobytes() == total(player, "station_h").tobytes()
    assert outcome.value[0].tobytes() == value(player).tobytes()
