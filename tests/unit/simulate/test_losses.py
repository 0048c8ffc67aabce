"""Hull losses: their replacement, and who fills the gap meanwhile."""

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest

from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.mission import Mission
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.reassign import POLICIES, fixed, greedy
from fleetcraft.simulate.records import ABSENT, IN_SERVICE, INBOUND, LOST, ON_STATION, OUTBOUND, PHASE, READY
from unit.simulate.missions import (
    YEAR_H,
    detection,
    identification,
    layered,
    log_of,
    mission,
    phases,
    played,
    presence,
    revisit,
    row,
    simulate,
    total,
)
from unit.simulate.streams import Stream, operations_key

RATES = {("detection", "boat"): (0.1, 0.05, 0.0), ("revisit", "boat"): (0.04, 0.04, 0.04)}


def lives(number: int, index: int = 0) -> Stream:
    return Stream(operations_key(index), f"loss/drone/{number}")


class TestReplacement:
    """A craft that is always at work, lost after 3000 h on average and replaced 500 h later."""

    MEAN_H, REPLACED_AFTER_H = 3000.0, 500.0

    def told(self, index: int) -> tuple[list[tuple[float, float]], float]:
        """The (from, to) hours of each craft in turn, until the end of the window."""
        stream, start_h, end_h = lives(0, index), 0.0, 2000.0 + YEAR_H
        spans = []
        while start_h < end_h:
            lost_h = start_h + stream.exponential(self.MEAN_H)
            spans.append((start_h, lost_h))
            start_h = lost_h + self.REPLACED_AFTER_H
        return spans, end_h

    def stated(self, **rules) -> Mission:
        return mission([row(mean_h_to_loss=self.MEAN_H, replacement_h=self.REPLACED_AFTER_H, **rules)])

    @pytest.mark.parametrize("index", range(6))
    def test_a_new_craft_is_there_so_much_later_with_a_clock_of_its_own(self, index):
        spans, end_h = self.told(index)
        player = played(self.stated(), index=index, logged=True)
        hours = sum(max(min(stop, end_h) - max(start, 2000.0), 0.0) for start, stop in spans)
        lost = [stop for _, stop in spans if stop < end_h]
        for fact in ("usable_h", "station_h", "operating_h"):
            assert total(player, fact)[0] == pytest.approx(hours)
        assert total(player, "losses").tolist() == [sum(moment >= 2000.0 for moment in lost)]
        found = phases(player, 0)
        for phase in (LOST, ABSENT):
            assert [moment for moment, told in found if told == phase] == pytest.approx(lost)
        arrivals = [moment for moment, phase in found if phase == READY]
        assert arrivals == pytest.approx([start for start, _ in spans if start < end_h])

    def test_some_year_counts_craft_in_pieces(self):
        assert any(len(self.told(index)[0]) > 2 for index in range(6))

    def test_without_one_the_craft_is_gone(self):
        spans, _ = self.told(0)
        player = played(mission([row(mean_h_to_loss=self.MEAN_H)]), logged=True)
        assert phases(player, 0)[-1] == (pytest.approx(spans[0][1]), LOST)
        assert total(player, "usable_h")[0] == pytest.approx(max(spans[0][1] - 2000.0, 0.0))

    def test_a_new_craft_has_a_new_failure_clock_no_maintenance_behind_it_and_one_sortie_on_its_account(self):
        """At a tenth of the year's hours the first craft could not go again for long; the new one goes at once."""
        worn = row(
            transit_h=1.0,
            station_h=98.0,
            mean_h_to_loss=60.0,
            replacement_h=50.0,
            mean_h_to_failure=1e9,
            maintenance_interval_h=150.0,
            maintenance_h=7.0,
            utilisation_h_per_year=YEAR_H / 10,
        )
        player = played(mission([worn], window_start_h=0.0, window_end_h=6000.0), logged=True)
        told = phases(player, 0)
        again = [(m, following) for (m, phase), following in pairwise(told) if phase == READY]
        assert all(following == (m, OUTBOUND) for m, following in again)
        replaced = [following for (_, phase), following in pairwise(told) if phase == ABSENT]
        assert len(replaced) > 3
        gone = [m for m, phase in told if phase == ABSENT][: len(replaced)]
        assert replaced == [(m + 50.0, READY) for m in gone]
        failures = Stream(operations_key(), "failure/drone/0")
        drawn = [failures.exponential(1e9) for _ in range(len([p for _, p in told if p == ABSENT]) + 1)]
        assert player.tables["crafts"]["hours_to_failure"][0] < drawn[-1]
        assert player.tables["crafts"]["hours_to_failure"][0] == pytest.approx(drawn[-1], rel=1e-5)

    def test_one_that_comes_after_the_end_counts_nothing(self):
        late = mission([row(mean_h_to_loss=self.MEAN_H, replacement_h=1e5)])
        gone = mission([row(mean_h_to_loss=self.MEAN_H)])
        for index in range(5):
            assert total(played(late, index=index), "usable_h") == total(played(gone, index=index), "usable_h")

    def test_a_lost_craft_on_station_is_missed_at_once(self):
        """Three craft on station for ever: presence of three ends with the first loss, of two with the second."""
        stated = mission([row(3, mean_h_to_loss=20000.0)], presence(3), presence(2), presence(1))
        player = played(stated)
        lost = sorted(lives(c).exponential(20000.0) for c in range(3))
        from_window = [max(min(moment, 2000.0 + YEAR_H) - 2000.0, 0.0) / YEAR_H for moment in lost]
        found = player.demand_facts[player.world.measured, 0] / YEAR_H
        assert found == pytest.approx(from_window)


def worth(row_area: str, weight: float) -> Requirement:
    return presence(1, area=row_area).model_copy(update={"weight": weight})


def three_areas(policy=greedy, *, craft=(1, 2, 2), weights=(3.0, 1.0, 2.0), **rules) -> Mission:
    """One type at one base: craft of the bay are lost after 50 h on average, those of pond and reef never."""
    areas = ("bay", "pond", "reef")
    numbers = iter(range(100))
    rows = [
        row(
            area=area,
            numbers=tuple(next(numbers) for _ in range(n)),
            stations=1,
            mean_h_to_loss=50.0 if area == "bay" else np.inf,
            **{"station_h": 1e5} | rules,
        )
        for area, n in zip(areas, craft, strict=True)
    ]
    demands = [worth(area, weight) for area, weight in zip(areas, weights, strict=True)]
    stated = mission(rows, *demands, window_start_h=0.0, window_end_h=1000.0)
    return replace(stated, donors=policy(rows, demands))


def moved(stated: Mission) -> list[tuple[float, int]]:
    """The (moment, craft) of every launch into the bay, craft in the order of the world."""
    player = played(stated, logged=True)
    events = log_of(player)
    out = events[(events["kind"] == PHASE) & (events["number"] == OUTBOUND) & (events["detail"] == 0.0)]
    return list(zip(out["at_h"].tolist(), out["subject"].tolist(), strict=True))


class TestReassignment:
    """Craft 0 of the bay is lost; 1 and 2 are the pond's, 3 and 4 the reef's, of each the second in reserve."""

    LOST_H = lives(0).exponential(50.0)

    def test_the_poorest_row_gives_first_and_at_once(self):
        assert moved(three_areas()) == [(0.0, 0), (pytest.approx(self.LOST_H), 2)]

    def test_fixed_craft_stay(self):
        assert moved(three_areas(fixed)) == [(0.0, 0)]

    def test_the_order_is_that_of_worth(self):
        """The reef is poorer than the pond: its reserve goes."""
        assert moved(three_areas(weights=(3.0, 2.0, 1.0)))[1][1] == 4

    def test_a_tie_goes_in_order_of_areas(self):
        assert moved(three_areas(weights=(3.0, 1.0, 1.0)))[1][1] == 2

    def test_a_row_that_is_worth_as_much_gives_nothing(self):
        assert moved(three_areas(weights=(3.0, 3.0, 4.0))) == [(0.0, 0)]

    def test_who_is_at_sea_does_not_come_neither_now_nor_later(self):
        """One craft in each other area, on station when it happens and home again later."""
        alone = three_areas(craft=(1, 1, 1), transit_h=1.0, station_h=200.0)
        assert self.LOST_H < 200.0
        assert moved(alone) == [(0.0, 0)]

    def test_the_next_donor_is_asked_where_all_craft_of_the_first_are_at_sea(self):
        assert moved(three_areas(craft=(1, 1, 2)))[1][1] == 3

    def test_a_policy_of_ones_own(self):
        """The reef alone gives, though the pond is poorer."""

        def reef_alone(rows, _requirements):
            reef = [r.area for r in rows].index("reef")
            return tuple((reef,) if r.area == "bay" else () for r in rows)

        assert moved(three_areas(reef_alone))[1][1] == 4

    def test_a_craft_in_service_moves_and_launches_when_it_is_ready(self):
        """The pond's only craft is home from hour 11 on and turned round until 161, past the loss in the bay."""
        stated = three_areas(craft=(1, 1, 0))
        bay, pond, reef = stated.rows
        short = replace(pond, transit_h=1.0, station_h=9.0, turnaround_h=150.0)
        player = played(replace(stated, rows=(bay, short, reef)), logged=True)
        assert 11.0 < self.LOST_H < 161.0
        assert phases(player, 1)[:7] == [
            (0.0, READY),
            (0.0, OUTBOUND),
            (1.0, ON_STATION),
            (10.0, INBOUND),
            (11.0, IN_SERVICE),
            (pytest.approx(self.LOST_H), IN_SERVICE),
            (161.0, READY),
        ]
        assert moved(replace(stated, rows=(bay, short, reef)))[1] == (161.0, 1)

    def test_hours_are_counted_where_the_craft_was(self):
        outcome = simulate(three_areas())
        assert outcome.row_usable_h[0] == pytest.approx([1000.0, 1000.0 + self.LOST_H, 2000.0])
        assert outcome.row_losses.tolist() == [[1.0, 0.0, 0.0]]
        assert outcome.row_station_h[0] == pytest.approx([1000.0, 1000.0, 1000.0])

    def test_the_replacement_goes_to_the_row_that_gave(self):
        outcome = simulate(three_areas(replacement_h=100.0))
        assert outcome.row_usable_h[0] == pytest.approx([1000.0, 1000.0 + 1000.0 - 100.0, 2000.0], abs=1e-6)

    def test_rows_do_not_drift_apart_over_the_years(self):
        """Losses replaced a month later: a poor row lends to a rich one, and both keep their strength."""
        sortie = {"stations": 2, "transit_h": 2.0, "station_h": 20.0, "turnaround_h": 4.0, "mean_h_to_loss": 1500.0}
        rows = [
            row(4, area="bay", replacement_h=720.0, **sortie),
            row(4, area="pond", numbers=(4, 5, 6, 7), replacement_h=720.0, **sortie),
        ]
        demands = [presence(1, area="bay"), presence(1, area="pond").model_copy(update={"weight": 0.1})]
        late = {"window_start_h": 3 * YEAR_H, "window_end_h": 4 * YEAR_H}
        stated = mission(rows, *demands, donors=greedy(rows, demands), **late)
        craft = simulate(stated, 100).row_usable_h.mean(axis=0) / YEAR_H
        alone = simulate(replace(stated, donors=()), 100).row_usable_h.mean(axis=0) / YEAR_H
        assert craft.sum() == pytest.approx(alone.sum(), rel=0.03)
        assert craft[0] > alone[0]
        assert craft[1] > 0.7 * alone[1]


def test_greedy_gives_from_rows_of_the_same_type_and_base_that_are_worth_less():
    rows = [
        row(area="bay", rate_per_h=RATES),
        row(area="reef", rate_per_h=RATES),
        row(area="pond"),
        row(area="pond", base="isle"),
        row(area="pond", platform="other"),
        row(area="pond", platform="glider", domain="underwater"),
        row(area="bay", base="isle", service_h={"boat": 1.0}),
    ]
    demands = [
        worth("reef", 0.5),
        detection(4.0).model_copy(update={"weight": 2.0}),
        revisit().model_copy(update={"weight": 1.0}),
        identification(4.0).model_copy(update={"weight": 4.0}),
        layered("underwater", "surface", area="pond").model_copy(update={"weight": 8.0}),
        layered("air", "surface", area="pond").model_copy(update={"weight": 0.25}),
    ]
    worths = [7.0, 0.5, 0.25, 0.25, 0.25, 8.0, 4.0]
    found = greedy(rows, demands)
    assert found[0] == (2, 1)
    assert found[1] == (2,)
    assert found[6] == (3,)
    assert [found[i] for i in (2, 3, 4, 5)] == [(), (), (), ()]
    for i, donors in enumerate(found):
        assert all(worths[j] < worths[i] for j in donors)


def test_a_row_that_finds_nothing_is_worth_nothing():
    blind = row(area="pond", rate_per_h={("detection", "boat"): (0.0, 0.0, 0.0)})
    seeing = row(area="reef", rate_per_h={("detection", "boat"): (0.0, 0.0, 0.1)})
    bay = row(rate_per_h=RATES)
    demands = [detection(4.0, area=area) for area in ("bay", "pond", "reef")]
    demands[0] = demands[0].model_copy(update={"weight": 2.0})
    assert greedy([bay, blind, seeing], demands) == ((1, 2), (), (1,))


def test_the_scenario_can_name_both_policies():
    assert {"fixed": fixed, "greedy": greedy} == POLICIES


@pytest.mark.parametrize("failures_h", [np.inf, 300.0])
def test_without_losses_greedy_and_fixed_are_the_same_bytes(failures_h):
    sorties = {"transit_h": 3.0, "station_h": 30.3, "turnaround_h": 2.0}
    stated = three_areas(mean_h_to_failure=failures_h, mean_repair_h=9.0, **sorties)
    safe = replace(stated, rows=tuple(replace(r, mean_h_to_loss=np.inf) for r in stated.rows))
    bound = replace(safe, donors=())
    assert safe.donors
    one, other = simulate(safe, 4, usable_h=[9, 8, 7, 6, 5]), simulate(bound, 4, usable_h=[9, 8, 7, 6, 5])
    for each in fields(Outcome):
        if each.name.startswith(("row_", "value", "expected")):
            assert getattr(one, each.name).tobytes() == getattr(other, each.name).tobytes(), each.name


def test_a_donor_of_another_type_or_base_is_refused():
    """Whoever writes a policy of their own hears of it; the kernel's tables of craft would not."""
    rows = [row(numbers=(0,)), row(area="reef", base="isle", numbers=(1, 2)), row(area="pond", platform="other")]
    for donors in (((1,), (), ()), ((2,), (), ())):
        with pytest.raises(ValueError, match="donor"):
            simulate(mission(rows, donors=donors))
