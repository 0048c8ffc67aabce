"""Identification against queueing theory: identifiers are servers, contacts customers that do not wait (model.md 5).

Contacts are found almost at once by an eye that never leaves and identifies nothing, unless said otherwise.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from fleetcraft.physics.measures import identification_share
from fleetcraft.scenario.requirement import Requirement, TargetClass
from fleetcraft.study.calibrate import AGREEMENT
from theory.intervals import holds
from unit.simulate.missions import YEAR_H, detection, mission, presence, row, simulate

AT_ONCE = {("detection", "boat"): (1e5, 1e5, 1e5)}
BLIND = {("detection", "boat"): (0.0, 0.0, 0.0)}
EYE = row(platform="eye", rate_per_h=AT_ONCE)


def identification(within_h: float = 20.0) -> Requirement:
    return Requirement(
        id=f"identified-{within_h:g}",
        area="bay",
        measure="identification",
        target="boat",
        within_h=within_h,
        at_least=0.5,
    )


def boats(per_h: float, *, background: float = 0.0, hours_present: float = 24.0) -> dict[str, TargetClass]:
    """Contacts at ``per_h`` in all, one target among 1 + ``background``."""
    per_day = 24 * per_h / (1 + background)
    return {
        "boat": TargetClass(
            swept_as="small_craft",
            speed_kn=20.0,
            arrivals_per_day=per_day,
            hours_present=hours_present,
            dwell_h=0.5,
            background_per_target=background,
        )
    }


def looker(craft: int, service_h: float, **rules: Any) -> Any:
    """Craft that identify and find nothing themselves."""
    return row(craft, **{"platform": "looker", "service_h": {"boat": service_h}, "rate_per_h": BLIND} | rules)


def erlang_b(servers: int, load: Fraction) -> float:
    """Share of customers that find all servers busy and are lost, by the exact recursion."""
    blocked = Fraction(1)
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return float(blocked)


class TestLossSystem:
    @pytest.mark.parametrize(("servers", "load"), [(1, "1/2"), (1, "2"), (2, "1"), (4, "3"), (6, "9")])
    def test_erlang_b(self, servers, load):
        """M/D/n/n: lost calls do not hang on the law of the service time."""
        service_h = 0.8
        per_h = float(Fraction(load)) / service_h
        stated = mission([EYE, looker(servers, service_h)], identification(), targets=boats(per_h))
        outcome = simulate(stated, 60)
        taken = 1 - erlang_b(servers, Fraction(load))
        assert holds(outcome.value[:, 0], taken)
        assert holds(outcome.row_busy_h[:, 1], float(Fraction(load)) * taken * YEAR_H)
        assert outcome.row_busy_h[:, 0].max() == 0.0

    @pytest.mark.parametrize("background", [0.5, 4.0])
    def test_background_takes_its_share_and_counts_for_nothing(self, background):
        service_h, load = 0.5, Fraction(3, 2)
        targets = boats(float(load) / service_h, background=background)
        outcome = simulate(mission([EYE, looker(2, service_h)], identification(), targets=targets), 100)
        taken = 1 - erlang_b(2, load)
        assert holds(outcome.value[:, 0], taken)
        assert holds(outcome.row_busy_h[:, 1], float(load) * taken * YEAR_H)

    def test_two_kinds_of_servers_the_quick_one_first(self):
        """Ordered entry: the quick craft sees M/D/1/1 for itself, the slow one what is left; takings add up."""
        quick_h, slow_h, per_h = 0.4, 1.6, 2.0
        rows = [EYE, looker(1, quick_h, platform="quick"), looker(1, slow_h, platform="slow")]
        outcome = simulate(mission(rows, identification(), targets=boats(per_h)), 60)
        takes_quick = 1 / (1 + per_h * quick_h)
        assert holds(outcome.row_busy_h[:, 1], per_h * takes_quick * quick_h * YEAR_H)
        taken = outcome.row_busy_h[:, 1] / quick_h + outcome.row_busy_h[:, 2] / slow_h
        assert holds(outcome.value[:, 0] - taken / (per_h * YEAR_H) + 1, 1.0)

    def test_busy_craft_are_not_present(self):
        load, service_h = Fraction(1), 0.5
        stated = mission(
            [row(platform="eye", domain="surface", rate_per_h=AT_ONCE), looker(2, service_h)],
            presence(1),
            presence(2),
            presence(1, domain="surface"),
            identification(),
            targets=boats(float(load) / service_h),
        )
        outcome = simulate(stated, 60)
        both_busy = erlang_b(2, load)
        both_free = 2 * both_busy  # p2 = (a^2/2) p0 at a = 1
        assert holds(outcome.value[:, 0], 1 - both_busy)
        assert holds(outcome.value[:, 1], both_free)
        assert outcome.value[:, 2].tolist() == [1.0] * 60
        assert outcome.row_seeing_h[:, 1] == pytest.approx(2 * YEAR_H)

    def test_searching_rests_while_identifying(self):
        """One craft finds and looks. Many contacts stay long, so each meets the mean rate: a fixed point.

        Share searching = 1 - service x nu (1 - exp(-rate x share x stay)).
        """
        service_h, per_h, present_h, rate = 2.0, 0.05, 4000.0, 0.002
        both = row(service_h={"boat": service_h}, rate_per_h={("detection", "boat"): (rate,) * 3})
        stated = mission(
            [both],
            identification(3000.0),
            targets=boats(per_h, hours_present=present_h),
            window_start_h=10_000.0,
            window_end_h=10_000.0 + YEAR_H,
        )
        outcome = simulate(stated, 300)
        searching = 1 - outcome.row_busy_h[:, 0] / YEAR_H
        assert holds(searching, searching_share(rate, per_h, present_h, service_h))


def searching_share(rate: float, per_h: float, present_h: float, service_h: float) -> float:
    share = 1.0
    for _ in range(200):
        share = 1 - per_h * (1 - np.exp(-rate * share * present_h)) * service_h
    return float(share)


class TestTime:
    @pytest.mark.parametrize(("within_h", "identified"), [(0.79, 0.0), (0.81, 1.0)])
    def test_a_look_counts_if_it_ends_in_time(self, within_h, identified):
        stated = mission([EYE, looker(40, 0.8)], identification(within_h), targets=boats(1.0))
        assert simulate(stated, 3).value[:, 0] == pytest.approx(identified, abs=1e-3)

    @pytest.mark.parametrize("rate", [0.1, 0.5])
    def test_found_soon_enough_for_the_look_to_end_in_time(self, rate):
        """Identifiers in plenty: 1 - exp(-rate (within - service))."""
        eye = row(platform="eye", rate_per_h={("detection", "boat"): (rate,) * 3})
        stated = mission([eye, looker(40, 0.8)], identification(4.0), detection(4.0), targets=boats(1.0))
        outcome = simulate(stated, 100)
        assert holds(outcome.value[:, 0], 1 - np.exp(-rate * 3.2))
        assert holds(outcome.value[:, 1], 1 - np.exp(-rate * 4.0))

    @pytest.mark.parametrize(("delay_h", "identified"), [(0.0, 1.0), (3.1, 1.0), (3.3, 0.0)])
    def test_a_hand_over_takes_its_time(self, delay_h, identified):
        stated = mission(
            [EYE, looker(40, 0.8)],
            identification(4.0),
            targets=boats(1.0),
            hand_over_h={("eye", "looker"): delay_h, ("looker", "eye"): delay_h},
        )
        assert simulate(stated, 3).value[:, 0] == pytest.approx(identified, abs=2e-3)

    def test_what_is_close_in_the_system_is_offered_first(self):
        """The near craft takes what it can at once, M/D/1/1; the rest waits for the desk."""
        service_h, per_h = 0.5, 1.0
        rows = [EYE, looker(1, service_h, platform="near"), looker(40, service_h, platform="far")]
        stated = mission(
            rows,
            identification(0.9),
            identification(20.0),
            targets=boats(per_h),
            hand_over_h={("eye", "far"): 1.0},
        )
        outcome = simulate(stated, 60)
        taken_at_once = 1 / (1 + per_h * service_h)
        assert holds(outcome.value[:, 0], taken_at_once, fault=0.08)
        assert outcome.value[:, 1] == pytest.approx(1.0, abs=1e-3)

    @pytest.mark.parametrize(
        ("per_h", "near", "far"), [(0.3, 1, 1), (1.0, 1, 2), (3.0, 2, 1), (3.0, 0, 2), (6.0, 1, 2)]
    )
    @pytest.mark.parametrize("delay_h", [0.5, 2.0])
    def test_the_formula_of_two_makers(self, per_h, near, far, delay_h):
        """Within what the loop between plan and simulation calls agreement, at any load."""
        rate, service_h, within_h = 0.4, 0.8, 4.0
        rows = [
            row(platform="eye", rate_per_h={("detection", "boat"): (rate,) * 3}),
            *([looker(near, service_h, platform="near")] if near else []),
            looker(far, service_h, platform="far"),
        ]
        apart = {("eye", "far"): delay_h, ("near", "far"): delay_h}
        outcome = simulate(
            mission(rows, identification(within_h), targets=boats(per_h), hand_over_h=apart),
            20,
        )
        craft = np.array([1, near, far])
        planned = identification_share(
            np.ones(1),
            np.array([[rate, 0.0, 0.0]]),
            np.array([[False, True, True]]),
            np.ones(3),
            np.zeros(3),
            craft,
            np.array([np.inf, service_h, service_h]),
            within_h,
            24.0,
            per_h,
            np.array([[0.0, 0.0, delay_h], [0.0, 0.0, delay_h], [delay_h, delay_h, 0.0]]),
        )
        assert outcome.value[:, 0].mean() == pytest.approx(planned, abs=AGREEMENT)

    def test_a_craft_about_to_leave_takes_nothing(self):
        """Station of 2 h and a look of 0.5 h: contacts found in the last half hour wait for nobody; nu is small."""
        short = looker(1, 0.5, station_h=2.0, turnaround_h=2.0)
        outcome = simulate(mission([EYE, short], identification(), targets=boats(0.001)), 2000)
        assert holds(outcome.value[~np.isnan(outcome.value[:, 0]), 0], 1.5 / 4.0, fault=0.05)


class TestOwnLook:
    def test_a_target_is_not_hidden_by_the_look_at_itself(self):
        """Targets so rare that they never meet: the share found is 1 - exp(-rate within), whatever the look takes.

        Found targets keep their finder busy; that must not lower the chance with which they are counted as found.
        """
        rate, within_h = 0.3, 4.0
        both = row(service_h={"boat": 2.0}, rate_per_h={("detection", "boat"): (rate,) * 3})
        stated = mission([both], detection(within_h), identification(), targets=boats(0.001))
        outcome = simulate(stated, 4000)
        truth = 1 - np.exp(-rate * within_h)
        found, expected = outcome.value[:, 0], outcome.expected[:, 0]
        assert holds(found[~np.isnan(found)], truth)
        assert np.nanmean(expected) == pytest.approx(truth, abs=1e-3)  # hardly any noise is left in it


class TestInterruption:
    @pytest.mark.parametrize("mean_h_to_failure", [3.0, 0.5])
    def test_a_failure_ends_the_look(self, mean_h_to_failure):
        """A look of s survives with probability exp(-s / MTBF); the craft is back at once, so it is always there."""
        service_h = 0.8
        frail = looker(1, service_h, mean_h_to_failure=mean_h_to_failure)
        outcome = simulate(mission([EYE, frail], identification(), targets=boats(0.002)), 2000)
        identified = outcome.value[~np.isnan(outcome.value[:, 0]), 0]
        assert holds(identified, float(np.exp(-service_h / mean_h_to_failure)), fault=0.05)
