"""Contacts followed one by one, and their identification, computed again from what the log says was found when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from fleetcraft.scenario.requirement import TargetClass
from fleetcraft.simulate.contacts import idle_craft
from fleetcraft.simulate.player import Player
from fleetcraft.simulate.records import (
    ABSENT,
    CAME_IN,
    FOUND,
    GIVEN_UP,
    IDENTIFIED,
    IN_REPAIR,
    IN_SERVICE,
    INBOUND,
    LOOK,
    LOST,
    NOBODY,
    NOT_IDENTIFIED,
    ON_STATION,
    PASSED_ON,
    PHASE,
)
from fleetcraft.simulate.world import make_world
from unit.simulate.missions import (
    YEAR_H,
    by_month,
    detection,
    expected,
    identification,
    laws,
    log_of,
    mission,
    phases,
    played,
    presence,
    row,
    total,
    value,
)
from unit.simulate.streams import Stream, operations_key

AT_ONCE = {("detection", "boat"): (1e9, 1e9, 1e9)}
RATES = {("detection", "boat"): (0.1, 0.05, 0.02)}
END_H = 2000.0 + YEAR_H


def boat(**stated: Any) -> TargetClass:
    values = {"swept_as": "small_craft", "speed_kn": 20.0, "arrivals_per_day": 12.0, "hours_present": 24.0}
    return TargetClass(**values | stated)


def finder(platform: str = "eye", **rules: Any):
    """Always there, and finds everything at once."""
    return row(platform=platform, **{"rate_per_h": AT_ONCE} | rules)


def looker(craft: int = 1, service_h: float = 1.5, **rules: Any):
    """Identifies, and finds nothing."""
    return row(craft, service_h={"boat": service_h}, **rules)


def delays(hours: float, *pairs: tuple[str, str]) -> dict[tuple[str, str], float]:
    return {pair: hours for one, other in pairs for pair in ((one, other), (other, one))}


@dataclass
class Story:
    """What the log tells of contacts: moments by number, and looks as (craft, number, from, to)."""

    came_in: dict[int, float]
    targets: set[int]
    found: dict[int, float]
    given_up: dict[int, float]
    identified: dict[int, float]
    missed: dict[int, float]
    passed_on: list[tuple[int, float, int]]
    looks: list[tuple[int, int, float, float]]


def story(player: Player) -> Story:
    events = log_of(player)

    def moments(kind: int) -> dict[int, float]:
        mine = events[events["kind"] == kind]
        return dict(zip(mine["number"].tolist(), mine["at_h"].tolist(), strict=True))

    looks, begun = [], {}
    for event in events[events["kind"] == LOOK]:
        c, at_h = int(event["subject"]), float(event["at_h"])
        if event["detail"] < np.inf:
            begun[c] = (int(event["number"]), at_h)
        else:
            number, start_h = begun.pop(c)
            looks.append((c, number, start_h, at_h))
    came = events[events["kind"] == CAME_IN]
    passed = events[events["kind"] == PASSED_ON]
    return Story(
        came_in=moments(CAME_IN),
        targets=set(came["number"][came["detail"] == 1.0].tolist()),
        found=moments(FOUND),
        given_up=moments(GIVEN_UP),
        identified=moments(IDENTIFIED),
        missed=moments(NOT_IDENTIFIED),
        passed_on=[(int(e["number"]), float(e["at_h"]), int(e["detail"])) for e in passed],
        looks=looks,
    )


def play(rows: list[Any], *requirements: Any, kind: TargetClass | None = None, **stated: Any) -> Player:
    usable_h, index = stated.pop("usable_h", 0.0), stated.pop("index", 0)
    grounded = stated.pop("grounded", None)
    demands = requirements or (identification(24.0),)
    asked = mission(rows, *demands, targets={"boat": kind or boat()}, **stated)
    return played(asked, usable_h=usable_h, index=index, grounded=grounded, logged=True)


class TestTargetsInTheLoop:
    """Followed as events they arrive and are found as in the sweep."""

    ROWS = (
        row(4, stations=2, transit_h=3.0, station_h=12.0, turnaround_h=4.0, operate_wind_kn=20.0, rate_per_h=RATES),
        row(2, platform="weak", transit_h=1.0, station_h=5.0, mean_h_to_failure=30.0, rate_per_h=RATES),
    )

    def both(self, *demands: Any, index: int = 0, rows: Any = ROWS, **stated: Any) -> tuple[Player, Player]:
        climate = {"weather": {"bay": laws({2: 0.5, 3: 0.5}, wind_scale_kn=14.0)}, "months": by_month(0)["months"]}
        swept = mission(rows, *demands, **climate | stated)
        return played(swept, index=index), played(replace(swept, targets_in_loop=True), index=index)

    @pytest.mark.parametrize("index", range(5))
    def test_the_same_targets_are_found(self, index):
        swept, followed = self.both(detection(0.5), detection(4.0), detection(30.0), index=index)
        for name in ("arrivals", "found"):
            assert swept.tables["detections"][name].tolist() == followed.tables["detections"][name].tolist()
        assert value(swept).tobytes() == value(followed).tobytes()
        assert swept.row_facts.tobytes() == followed.row_facts.tobytes()

    def test_what_was_expected_is_then_what_was_found(self):
        swept, followed = self.both(detection(4.0))
        assert (expected(followed) == value(followed)).all()
        assert (expected(swept) != value(swept)).all()

    def test_targets_that_stay_short_and_come_thick(self):
        thick = boat(arrivals_per_day=240.0, hours_present=2.0)
        swept, followed = self.both(detection(1.0), detection(9.0), targets={"boat": thick}, window_end_h=3000.0)
        assert value(swept).tobytes() == value(followed).tobytes()

    @pytest.mark.parametrize("index", range(12))
    def test_none_counts_that_comes_after_the_window(self, index):
        """One target a day on average, the window an hour long: most years have none."""
        rare = boat(arrivals_per_day=1.0)
        short = {"targets": {"boat": rare}, "window_start_h": 100.0, "window_end_h": 101.0}
        swept, followed = self.both(detection(4.0), rows=[finder()], index=index, **short)
        assert followed.tables["detections"]["arrivals"].tolist() == swept.tables["detections"]["arrivals"].tolist()
        assert value(followed).tobytes() == value(swept).tobytes()

    @pytest.mark.parametrize("index", range(3))
    def test_who_finds_a_target_and_looks_at_it_has_found_it(self, index):
        """The finder is busy from then on and the rate falls to nothing, just when the target is found."""
        alone = [looker(service_h=3.0, rate_per_h={("detection", "boat"): (1.0, 1.0, 1.0)})]
        demands = detection(3.0), identification(24.0)
        swept, followed = self.both(*demands, rows=alone, index=index, targets={"boat": boat()}, weather={})
        told = story(play(alone, *demands, index=index))
        found = [n for n, moment in told.found.items() if n in told.targets and moment - told.came_in[n] <= 3.0]
        share = len(found) / len(told.targets)
        assert value(followed)[0] == value(swept)[0] == share
        spread = 4.5 * np.sqrt(share * (1 - share) / len(told.targets))
        assert expected(swept)[0] == pytest.approx(share, abs=spread)

    def test_the_window_may_open_with_the_calendar(self):
        swept, followed = self.both(detection(4.0), window_start_h=0.0, window_end_h=900.0)
        assert value(swept).tobytes() == value(followed).tobytes()


class TestArrivals:
    """Who comes in, from when on."""

    def test_targets_come_as_drawn_and_are_those_of_detection(self):
        told = story(play([finder()]))
        stream, moment, drawn = Stream(operations_key(), "targets/bay/boat"), 2000.0, []
        while (moment := moment + stream.exponential(2.0)) < END_H:
            drawn.append(moment)
            stream.exponential(1.0)
        assert [told.came_in[n] for n in sorted(told.targets)] == pytest.approx(drawn)
        both = play([row(rate_per_h=RATES)], identification(4.0), detection(4.0))
        assert both.tables["identifications"]["arrivals"] == both.tables["detections"]["arrivals"] == len(drawn)
        alone = played(mission([row(rate_per_h=RATES)], detection(4.0), targets={"boat": boat()}))
        assert value(both)[1] == value(alone)[0]

    @pytest.mark.parametrize("start_h", [2000.0, 30.0, 0.0])
    def test_the_sea_is_as_busy_before_and_after_as_in_the_window(self, start_h):
        """What comes outside the window is as frequent, from two stays before it (or the calendar's start) on."""
        common = {"window_start_h": start_h, "window_end_h": start_h + 3000.0}
        before = after = inside = targets = 0
        for index in range(40):
            told = story(play([], index=index, kind=boat(hours_present=24.0), **common))
            moments = np.array(list(told.came_in.values()))
            before += (moments < start_h).sum()
            after += (moments >= start_h + 3000.0).sum()
            inside += len(moments) - (moments < start_h).sum() - (moments >= start_h + 3000.0).sum()
            targets += len(told.targets)
            assert moments.min() >= max(start_h - 48.0, 0.0)
            assert moments.max() <= start_h + 3000.0 + 24.0
        assert inside == targets
        watched_h = min(start_h, 48.0)
        assert before == pytest.approx(40 * watched_h / 2.0, abs=4.5 * np.sqrt(40 * watched_h / 2.0))
        assert after == pytest.approx(40 * 12.0, abs=4.5 * np.sqrt(40 * 12.0))
        assert targets == pytest.approx(40 * 1500.0, abs=4.5 * np.sqrt(40 * 1500.0))

    def test_what_looks_like_targets_comes_so_many_times_as_often_and_counts_in_no_measure(self):
        told = story(play([], kind=boat(background_per_target=3.0)))
        inside = {n for n, moment in told.came_in.items() if 2000.0 <= moment < END_H}
        others = len(inside - told.targets)
        assert others == pytest.approx(3.0 * 12.0 * 365, abs=4.5 * np.sqrt(3.0 * 12.0 * 365))
        alone = played(mission([row(rate_per_h=RATES)], detection(4.0), targets={"boat": boat()}))
        crowd = play([row(rate_per_h=RATES)], detection(4.0), identification(4.0), kind=boat(background_per_target=3.0))
        assert value(crowd)[0] == value(alone)[0]
        assert crowd.tables["identifications"]["arrivals"] == len(told.targets)

    def test_each_is_found_once_at_the_rate_of_those_who_search(self):
        told = story(play([row(2, rate_per_h=RATES)], kind=boat(background_per_target=2.0)))
        waits = np.array([moment - told.came_in[n] for n, moment in told.found.items()])
        assert (waits > 0).all()
        assert waits.max() <= 24.0
        known = [n for n, moment in told.came_in.items() if moment < END_H]
        share = 1 - np.exp(-0.2 * 24.0)
        assert len([n for n in known if n in told.found]) / len(known) == pytest.approx(share, abs=0.003)
        mean_h = 5.0 - 24.0 * (1 - share) / share
        assert waits.mean() == pytest.approx(mean_h, abs=4.5 * waits.std() / np.sqrt(len(waits)))


def by_hand(told: Story, stages: list[tuple[float, list[tuple[float, int]]]]) -> list[tuple[int, int, float, float]]:
    """The looks there must be, by (craft, number, from, to): craft never leave and always see.

    ``stages`` are (delay, [(service time, craft), ...]) in order of delay, at each those it reaches, also sooner ones.
    """
    free_h: dict[int, float] = {}
    offers = sorted(
        (found_h + delay_h, n, stage) for n, found_h in told.found.items() for stage, (delay_h, _) in enumerate(stages)
    )
    taken: set[int] = set()
    looks = []
    for now_h, n, stage in offers:
        free = [(service_h, c) for service_h, c in stages[stage][1] if free_h.get(c, 0.0) <= now_h]
        if n not in taken and free:
            service_h, c = min(free)
            taken.add(n)
            free_h[c] = now_h + service_h
            looks.append((c, n, now_h, now_h + service_h))
    return looks


def check_looks(player: Player, told: Story, looks: list[tuple[int, int, float, float]], tau_h: float) -> None:
    end_h = player.tables["clock"]["end_h"][0]
    done = [each for each in looks if each[3] <= end_h]
    assert len(done) > 500
    found = sorted(told.looks, key=lambda each: each[2])
    assert [each[:2] for each in found] == [each[:2] for each in done]
    assert np.array(found) == pytest.approx(np.array(done), abs=1e-6)
    assert set(told.identified) == {n for _, n, _, _ in done}
    assert not told.missed
    in_time = [n for _, n, _, stop in done if n in told.targets and stop - told.came_in[n] <= tau_h]
    assert value(player)[0] == len(in_time) / len(told.targets)
    assert value(player)[0] == expected(player)[0]
    looked_at = {n for _, n, _, _ in looks}
    last_offer_h = end_h - max(4.5, tau_h)
    assert {n for n, at in told.found.items() if at < last_offer_h} - looked_at <= set(told.given_up)
    assert not looked_at & set(told.given_up)


class TestIdentification:
    """A queue without a queue: what finds nobody free is lost."""

    def test_one_finder_one_looker(self):
        player = play([finder(), looker(service_h=1.5)])
        told = story(player)
        check_looks(player, told, by_hand(told, [(0.0, [(1.5, 0)])]), 24.0)
        assert value(player)[0] == pytest.approx(1 / (1 + 0.5 * 1.5), abs=0.03), "Erlang's loss formula"

    def test_it_counts_if_it_is_done_in_time(self):
        """Found at once and looked at for 1.5 h: within 1.4 h nothing is identified, within 1.6 h all that is."""
        player = play([finder(), looker(service_h=1.5)], identification(1.6), identification(1.4))
        told = story(player)
        assert value(player)[1] == 0.0
        assert value(player)[0] * len(told.targets) == len(set(told.identified) & told.targets)

    def test_a_contact_must_still_be_there(self):
        """It stays an hour and the look takes two: looked at and even identified, but not counted."""
        player = play([finder(), looker(service_h=2.0)], kind=boat(hours_present=1.0))
        assert story(player).identified
        assert value(player)[0] == 0.0

    def test_the_desk_takes_its_time(self):
        player = play([finder(), looker(service_h=1.5)], hand_over_h=delays(2.5, ("eye", "drone")))
        told = story(player)
        check_looks(player, told, by_hand(told, [(0.0, []), (2.5, [(1.5, 0)])]), 24.0)
        assert {stage for _, _, stage in told.passed_on} == {1}
        late = play([finder(), looker(service_h=1.5)], identification(3.9), hand_over_h=delays(2.5, ("eye", "drone")))
        assert value(late)[0] == 0.0

    def test_a_gateway_is_quicker_than_the_desk_and_direct_quicker_than_both(self):
        """Three lookers: the same interface, behind a gateway, at the desk; the slower hear of it later."""
        lookers = [
            looker(platform=name, service_h=service_h) for name, service_h in (("a", 1.5), ("b", 1.0), ("c", 2.5))
        ]
        hours = delays(0.4, ("eye", "b")) | delays(3.0, ("eye", "c"), ("a", "c"), ("b", "c"), ("a", "b"))
        player = play([finder(), *lookers], kind=boat(background_per_target=2.0), hand_over_h=hours)
        told = story(player)
        a, b, c = (1.5, 0), (1.0, 1), (2.5, 2)
        check_looks(player, told, by_hand(told, [(0.0, [a]), (0.4, [a, b]), (3.0, [a, b, c])]), 24.0)
        assert {c for c, _, _, _ in told.looks} == {0, 1, 2}

    def test_the_quickest_goes_first_and_in_a_tie_the_first_by_row_and_craft(self):
        rows = [looker(2, platform="b"), looker(platform="a"), looker(platform="c", service_h=1.0), finder()]
        player = play(rows, kind=boat(background_per_target=4.0))
        told = story(player)
        candidates = [(1.5, 0), (1.5, 1), (1.5, 2), (1.0, 3)]  # a's; b's two; c's
        check_looks(player, told, by_hand(told, [(0.0, candidates)]), 24.0)
        first = [c for c, _, _, _ in told.looks]
        assert np.bincount(first).argmax() == 3

    def test_background_occupies_but_does_not_count(self):
        calm = play([finder(), looker(service_h=1.5)])
        crowd = play([finder(), looker(service_h=1.5)], kind=boat(background_per_target=9.0))
        assert value(crowd)[0] == pytest.approx(1 / (1 + 5.0 * 1.5), abs=0.03)
        assert value(calm)[0] > 3 * value(crowd)[0]
        told = story(crowd)
        check_looks(crowd, told, by_hand(told, [(0.0, [(1.5, 0)])]), 24.0)

    def test_who_finds_it_decides_who_hears_of_it(self):
        """Two finders of like rate; one shares an interface with the looker, from the other it takes three hours."""
        rows = [finder("near"), finder("far"), looker(service_h=0.01)]
        player = play(rows, identification(2.0), hand_over_h=delays(3.0, ("far", "drone"), ("far", "near")))
        told = story(player)
        waits = np.array([start - told.found[n] for _, n, start, _ in told.looks])
        assert np.isclose(waits, 0.0).mean() == pytest.approx(0.5, abs=4.5 * np.sqrt(0.25 / len(waits)))
        assert np.isclose(waits[~np.isclose(waits, 0.0)], 3.0).all()
        assert value(player)[0] == pytest.approx(0.5, abs=0.05)

    def test_the_finder_is_drawn_in_proportion_to_the_rates(self):
        """Three craft find at rate 2 and two at rate 1: six of eight contacts are found by the first row."""
        rates = [{("detection", "boat"): (each, each, each)} for each in (2.0, 1.0)]
        rows = [row(3, platform="near", rate_per_h=rates[0]), row(2, platform="far", rate_per_h=rates[1])]
        player = play([*rows, looker(service_h=0.001)], hand_over_h=delays(3.0, ("far", "drone"), ("far", "near")))
        told = story(player)
        at_once = np.isclose([start - told.found[n] for _, n, start, _ in told.looks], 0.0)
        assert at_once.mean() == pytest.approx(6 / 8, abs=4.5 * np.sqrt(0.1875 / len(at_once)))

    def test_stages_are_the_scenarios_not_those_of_the_types_at_hand(self):
        """A type in another area that has nothing to do with it changes nothing in the bay."""
        rows = [looker(3, stations=1, transit_h=1.0, station_h=8.0, service_h=3.0, rate_per_h=RATES)]
        hours = delays(2.0, ("drone", "eye"))
        other = row(platform="eye", area="strait")
        alone, beside = (play(each, hand_over_h=hours) for each in (rows, [*rows, other]))
        assert value(beside)[0] == value(alone)[0]


class TestBusyCraft:
    def test_it_neither_searches_nor_is_present(self):
        """One craft that finds at once and looks for 1.5 h: while it looks nothing is found."""
        player = play([looker(service_h=1.5, rate_per_h=AT_ONCE)], presence(1), identification(24.0), detection(24.0))
        told = story(player)
        spans = np.array([(start, stop) for _, _, start, stop in told.looks])
        assert len(spans) > 3000
        found = np.array(sorted(told.found.values()))
        inside = np.searchsorted(spans[:, 0], found, side="right") - 1
        during = (inside >= 0) & (found < spans[inside, 1]) & (found > spans[inside, 0])
        assert not during.any()
        clipped = np.clip(spans, 2000.0, END_H)
        open_look = player.tables["crafts"]["look_ends_h"][0]
        busy_h = (clipped[:, 1] - clipped[:, 0]).sum()
        assert open_look == np.inf or open_look > player.tables["clock"]["end_h"][0]
        assert total(player, "busy_h")[0] == pytest.approx(busy_h)
        assert total(player, "station_h")[0] == total(player, "seeing_h")[0] == YEAR_H
        assert value(player)[0] == pytest.approx(1 - busy_h / YEAR_H)
        integral = player.tables["series"]["integral"][0] / 1e9
        whole = (spans[:, 1] - spans[:, 0]).sum()
        assert integral == pytest.approx(YEAR_H + 48.0 + 24.0 - whole, abs=2.0)

    def test_what_it_missed_meanwhile_it_finds_when_it_is_free(self):
        told = story(play([looker(service_h=1.5, rate_per_h=AT_ONCE)]))
        ends = np.array(sorted(stop for _, _, _, stop in told.looks))
        waited = {n: at for n, at in told.found.items() if at - told.came_in[n] > 1e-3}
        assert len(waited) > 500
        nearest = np.abs(np.array(list(waited.values()))[:, None] - ends).min(axis=1)
        assert nearest.max() < 1e-6

    def test_of_two_craft_of_a_row_the_other_one_goes_on(self):
        """Both find at once: the second is found and looked at by the other; a third waits."""
        player = play([looker(2, rate_per_h=AT_ONCE)], presence(2), presence(1), identification(24.0))
        told = story(player)
        spans = [[(start, stop) for c, _, start, stop in told.looks if c == craft] for craft in (0, 1)]
        grid = np.linspace(2000.0, END_H, 200_001)[:-1]

        def busy(mine):
            starts, stops = np.array(mine).T
            at = np.searchsorted(starts, grid, side="right") - 1
            return (at >= 0) & (grid < stops[at])

        both = np.stack([busy(mine) for mine in spans])
        assert value(player)[:2] == pytest.approx([(~both.any(axis=0)).mean(), (~both.all(axis=0)).mean()], abs=2e-3)
        assert total(player, "busy_h")[0] == pytest.approx(both.sum() / 200_000 * YEAR_H, rel=2e-3)

    def test_busy_hours_are_those_inside_the_window_and_able_to_see(self):
        """Every look begins in the calm month; what reaches into the storm is not seeing, hence not busy."""
        climate = by_month(2, 7)
        rows = [finder(), looker(service_h=30.0, operate_sea_state=4)]
        player = play(rows, window_start_h=100.0, window_end_h=5000.0, **climate)
        told = story(player)
        assert told.missed
        month = np.arange(0, 5100.0, 700.0)
        hours = 0.0
        for _, _, start, stop in told.looks:
            shut = month[np.searchsorted(month, start, side="right")]
            assert int(shut / 700.0) % 2 == 1
            hours += max(min(stop, shut, 5000.0) - max(start, 100.0), 0.0)
        running = player.tables["crafts"]["look_ends_h"][player.world.rows["first_craft"][0]]
        assert running == np.inf or running > 5000.0
        assert total(player, "busy_h")[1] == pytest.approx(hours, abs=31.0)
        assert total(player, "busy_h")[0] == 0.0


class TestALookThatFails:
    """Craft of one row look for 5 h and may be called away."""

    def broken(self, told: Story) -> list[tuple[int, int, float, float]]:
        return [each for each in told.looks if each[1] not in told.identified]

    def test_a_failure_ends_it(self):
        rows = [finder(), looker(2, service_h=5.0, mean_h_to_failure=20.0, mean_repair_h=3.0)]
        player = play(rows)
        told = story(player)
        broken = self.broken(told)
        assert len(broken) > 100
        assert not told.missed
        for c, _, start, stop in broken:
            assert stop - start < 5.0
            assert (stop, IN_REPAIR) in phases(player, c)
        whole = [each for each in told.looks if each[1] in told.identified]
        assert np.allclose([stop - start for _, _, start, stop in whole], 5.0)
        assert len(set(told.identified) & told.targets) == round(value(player)[0] * len(told.targets))

    def test_a_loss_ends_it(self):
        rows = [finder(), looker(2, service_h=5.0, mean_h_to_loss=60.0, replacement_h=20.0)]
        player = play(rows)
        told = story(player)
        broken = self.broken(told)
        assert len(broken) > 50
        lost = {c: {m for m, phase in phases(player, c) if phase in (LOST, ABSENT)} for c in (0, 1)}
        assert all(stop in lost[c] for c, _, _, stop in broken)

    def test_a_grounding_ends_it(self):
        spans = {"drone": [(2000.0 + 40.0 * i, 2001.0 + 40.0 * i) for i in range(200)]}
        player = play([finder(), looker(service_h=5.0)], grounded=spans)
        told = story(player)
        broken = self.broken(told)
        assert len(broken) > 50
        starts = {start for start, _ in spans["drone"]}
        assert all(stop in starts for _, _, _, stop in broken)
        assert total(player, "grounded_h")[1] == 200.0

    def test_who_cannot_see_at_the_end_has_not_identified(self):
        """Calm and storm by turns: a look that reaches into the storm ends there without result, on station."""
        rows = [finder(), looker(service_h=30.0, operate_sea_state=4)]
        player = play(rows, window_start_h=100.0, window_end_h=9000.0, **by_month(2, 7))
        told = story(player)
        assert len(told.missed) >= 6
        for _, n, start, stop in told.looks:
            assert stop - start == pytest.approx(30.0)
            assert (n in told.missed) == (int(stop / 700.0) % 2 == 1)
        assert not any(int(start / 700.0) % 2 for _, _, start, _ in told.looks)

    def test_who_sees_again_at_the_end_has_identified(self):
        """Months of 10 h: a look of 19 h begun in the calm may end in the calm after the storm."""
        rows = [finder(), looker(service_h=19.0, operate_sea_state=4)]
        climate = by_month(2, 7)
        months = tuple((10.0 * i, i % 2) for i in range(300))
        player = play(rows, window_start_h=100.0, window_end_h=2500.0, weather=climate["weather"], months=months)
        told = story(player)
        assert told.identified
        assert told.missed
        assert all(int(at / 10.0) % 2 == 0 for at in told.identified.values())
        assert all(int(at / 10.0) % 2 == 1 for at in told.missed.values())


def test_a_craft_that_must_leave_too_soon_does_not_go():
    """On station 10 h at a time and 3 h for a look: nobody goes in the last 3 h, nor is anybody called home early."""
    rows = [finder(), looker(2, stations=1, transit_h=1.0, station_h=10.0, service_h=3.0)]
    player = play(rows, kind=boat(background_per_target=20.0))
    told = story(player)
    leaves = {c: np.array([m for m, phase in phases(player, c) if phase == INBOUND]) for c in (0, 1)}
    left_h = []
    for c, _, start, stop in told.looks:
        following = leaves[c][leaves[c] >= start]
        if len(following):
            assert stop - start == pytest.approx(3.0)
            left_h.append(following[0] - start)
    assert len(left_h) > 1000
    assert min(left_h) >= 3.0
    assert min(left_h) < 3.05
    assert set(told.identified) == {n for _, n, _, _ in told.looks}


def test_one_who_can_just_finish_goes():
    """What gathered in its absence it finds within 1e-8 h of its arrival: a look may take all its stay, not more."""
    rules = {"transit_h": 1.0, "station_h": 10.0, "turnaround_h": 10.0, "rate_per_h": AT_ONCE}
    assert not story(play([looker(service_h=10.0 + 1e-9, **rules)])).looks
    told = story(play([looker(service_h=10.0 - 1e-4, **rules)]))
    assert len(told.looks) > 100
    assert all(stop - start == pytest.approx(10.0 - 1e-4) for _, _, start, stop in told.looks[:-1])


def test_the_first_idle_craft_of_a_row_with_time_enough():
    """Exactly as much time as the look takes is enough; who is busy, elsewhere or of another row does not count."""
    world = make_world(mission([row(6)]))
    crafts, line = world.crafts.copy(), world.rows.copy()[0]
    crafts["phase"] = [INBOUND, *[ON_STATION] * 5]
    crafts["row"] = [0, 1, 0, 0, 0, 0]
    crafts["look_ends_h"] = [np.inf, np.inf, 101.0, np.inf, np.inf, np.inf]
    crafts["phase_ends_h"] = [999.0, 999.0, 999.0, 101.5, 103.0, 999.0]
    assert [idle_craft(crafts, 0, line, service_h, 100.0) for service_h in (1.5, 1.75, 3.0, 3.25)] == [3, 4, 4, 5]
    assert idle_craft(crafts, 0, line, 1000.0, 100.0) == NOBODY


def test_two_classes_in_one_area_share_the_craft():
    """While it looks at a boat it finds no ship; each class has its own service time."""
    rates = {("detection", "boat"): (1e9,) * 3, ("detection", "ship"): (1e9,) * 3}
    both = row(service_h={"boat": 1.5, "ship": 0.5}, rate_per_h=rates)
    kinds = {"boat": boat(), "ship": boat(swept_as="surface_vessel")}
    demands = [identification(24.0), identification(24.0, target="ship")]
    player = played(mission([both], *demands, targets=kinds), logged=True)
    looks = [(start, stop) for _, _, start, stop in story(player).looks]
    hours = np.round([stop - start for start, stop in looks], 6)
    assert set(hours.tolist()) == {0.5, 1.5}
    assert all(after[0] >= before[1] for before, after in pairwise(looks))
    assert total(player, "busy_h")[0] == pytest.approx(sum(hours), rel=0.01)


def test_craft_on_the_same_hull_line_in_another_area_do_not_look():
    """The looker serves the strait: what is found in the bay is lost."""
    player = play([finder(), looker(area="strait")])
    told = story(player)
    assert not told.looks
    assert set(told.given_up) == set(told.found)
    assert value(player).tolist() == [0.0]


def test_what_only_detection_asks_for_is_not_handed_over():
    stated = mission([finder(), looker()], detection(4.0), targets={"boat": boat(background_per_target=5.0)})
    told = story(played(replace(stated, targets_in_loop=True), logged=True))
    assert told.found
    assert not told.looks
    assert not told.given_up
    assert set(told.came_in) == told.targets


def test_no_arrivals_no_value():
    stated = mission(
        [finder(), looker()],
        identification(4.0),
        targets={"boat": boat(arrivals_per_day=1e-9)},
        window_end_h=2001.0,
    )
    assert np.isnan(value(played(stated))).all()


def phase_moments(player: Player, phase: int) -> list[float]:
    events = log_of(player)
    return events["at_h"][(events["kind"] == PHASE) & (events["number"] == phase)].tolist()


def test_looking_costs_no_hours_on_station():
    """Sorties are as long with contacts to look at as without."""
    rows = [finder(), looker(2, stations=1, transit_h=1.0, station_h=10.0, turnaround_h=2.0, service_h=3.0)]
    busy, idle = play(rows), play(rows[1:])
    assert story(busy).looks
    assert not story(idle).looks
    assert total(busy, "station_h")[1] == total(idle, "station_h")[0]
    assert len(phase_moments(idle, IN_SERVICE)) == len(phase_moments(busy, IN_SERVICE))


def test_rows_of_other_areas_and_their_weather_leave_a_look_alone():
    """Events elsewhere may not shift the moments at which contacts are found here."""
    rows = [finder(rate_per_h=RATES), looker()]
    elsewhere = row(3, area="strait", platform="other", transit_h=1.0, station_h=7.0, operate_sea_state=3)
    stormy = {"strait": laws({2: 0.5, 4: 0.5})}
    one = play(rows)
    other = play([*rows, elsewhere], weather=stormy, grounded={"other": [(3000.0, 3100.0)]})
    assert value(other).tobytes() == value(one).tobytes()
    assert total(other, "busy_h")[:2] == pytest.approx(total(one, "busy_h"), rel=1e-12)
