"""The loop between plan and simulation, with simulations whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from builders import make_scenario
from fleetcraft.errors import LimitError
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Block, draw_futures
from fleetcraft.optimise.capability import kept_pairs
from fleetcraft.optimise.corrections import Corrections, no_corrections
from fleetcraft.optimise.formula import plan_rows, planned_values
from fleetcraft.optimise.plan_fleet import FleetSolution
from fleetcraft.optimise.solver import Limits
from fleetcraft.plan import Allocation, Order, Plan
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.study import calibrate
from fleetcraft.study.calibrate import (
    AGREEMENT,
    MOST_ROUNDS,
    Calibrated,
    Loop,
    calibrate_plan,
    disagreement,
    no_progress,
)
from unit.fleet.theatres import theatre_of

Floats = NDArray[np.float64]
REEF = [[[-92.0, 3.0], [-91.0, 3.0], [-91.0, 4.0], [-92.0, 4.0], [-92.0, 3.0]]]
BOAT: dict[str, Any] = {"measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.5}
PLAN = Plan(
    (Order("boat", "2026Q1", 2), Order("drone", "2026Q1", 5)),
    (
        Allocation("boat", "baltra", "reef", 2, 1),
        Allocation("drone", "baltra", "bay", 3, 1),
        Allocation("drone", "baltra", "reef", 2, 1),
    ),
)


@cache
def theatre() -> Theatre:
    """Drones, kites and boats over a bay and a reef from one base; certain and early deliveries."""
    sure = {f"lead_time_months_{k}": 3 for k in ("low", "likely", "high")}
    sure |= {"production_rate_per_year": 500, "loss_per_100k_h": 0}
    scenario = make_scenario(
        platforms=[
            sure,
            {**sure, "id": "kite"},
            {**sure, "id": "boat", "domain": "surface"},
            {**sure, "id": "diver", "domain": "underwater"},
        ],
        areas=[{}, {"id": "reef", "name": "Reef", "coordinates": REEF}],
        requirements=[
            {"area": "bay", **BOAT},
            {"area": "reef", **BOAT},
            {"area": "reef", "measure": "revisit", "target": "small_craft", "at_most": 48},
        ],
    )
    return theatre_of(scenario, distance_nm=[[100, 200]], area_nm2=2500)


def pairs(platform: str, area: str = "") -> list[int]:
    return [n for (p, _, a), n in theatre().pair_index.items() if p == platform and area in a]


Simulation = Callable[..., Outcome]


def world(
    kappa: Floats | float = 1.0,
    rho: Sequence[float] = (1.0, 1.0, 1.0),
    *,
    busy: Floats | float = 0.0,
    noise: float = 0.0,
    grounded: float = 0.0,
) -> Simulation:
    """A simulation in which the formula with these corrections is the truth, and types are grounded so often."""

    def simulate(theatre_: Theatre, plan: Plan, *, seed: int, block: Block, replications: int, **_work: Any) -> Outcome:
        assert block in ("loop", "judge")
        futures = draw_futures(theatre_.scenario, seed, block, range(replications))
        deliveries = deliver(theatre_.scenario, plan, futures)
        truth = replace(
            no_corrections(theatre_),
            kappa=np.broadcast_to(kappa, len(theatre_.pairs)).astype(float),
            rho=np.array(rho),
            busy=np.broadcast_to(busy, len(theatre_.pairs)).astype(float),
        )
        expected = planned_values(theatre_, plan, deliveries, truth)
        expected = expected * (1 + noise * np.where(np.arange(replications) % 2, 1, -1))[:, None]
        assert plan.allocation is not None
        rows = plan_rows(theatre_, plan.allocation)
        in_time = deliveries.usable_by(theatre_.scenario.calendar.window_start_h)
        usable = np.stack([in_time[:, deliveries.row == i].sum(axis=1) for i in range(len(rows.pair))], axis=1) * 8760.0
        share = (theatre_.pairs.duty * theatre_.pairs.sees * truth.kappa)[rows.pair] * (1 - grounded)
        nothing = np.zeros_like(usable)
        return Outcome(
            requirements=tuple(r.id for r in theatre_.scenario.requirements),
            rows=tuple((r.platform, r.base, r.area) for r in plan.allocation),
            value=expected,
            expected=expected,
            row_station_h=usable * share,
            row_seeing_h=usable * share,
            row_busy_h=usable * share * truth.busy[rows.pair],
            row_usable_h=usable,
            row_grounded_h=usable * grounded,
            row_operating_h=nothing,
            row_down_h=nothing,
            row_losses=nothing,
        )

    return simulate


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> Callable[[Simulation], None]:
    return lambda simulation: monkeypatch.setattr(calibrate, "simulate_plan", simulation)


def learnt(start: Corrections | None = None, plan: Plan = PLAN) -> Corrections:
    return calibrate_plan(theatre(), plan, seed=1, threads=1, start=start)


# What one simulation teaches


def test_kappa_is_the_share_of_its_duty_a_craft_really_serves(simulated: Callable[[Simulation], None]) -> None:
    kappa = np.ones(len(theatre().pairs))
    (bay,), (reef,), (boat,) = pairs("drone", "bay"), pairs("drone", "reef"), pairs("boat", "reef")
    kappa[bay], kappa[reef], kappa[boat] = 0.9, 0.6, 0.7
    simulated(world(kappa))
    found = learnt()
    np.testing.assert_allclose(found.kappa[[bay, reef, boat]], [0.9, 0.6, 0.7])
    np.testing.assert_allclose(found.rho, 1.0)


def test_pairs_without_craft_learn_from_their_type_then_their_domain(simulated: Callable[[Simulation], None]) -> None:
    """The boat's bay as its reef; kites, never flown, as all aircraft together; divers keep 1."""
    kappa = np.ones(len(theatre().pairs))
    (bay,), (reef,), (boat,) = pairs("drone", "bay"), pairs("drone", "reef"), pairs("boat", "reef")
    kappa[bay], kappa[reef], kappa[boat] = 0.9, 0.6, 0.7
    simulated(world(kappa))
    found = learnt()
    duty = theatre().pairs.duty
    aircraft = (3 * duty[bay] * 0.9 + 2 * duty[reef] * 0.6) / (3 * duty[bay] + 2 * duty[reef])
    np.testing.assert_allclose(found.kappa[pairs("boat")], 0.7)
    np.testing.assert_allclose(found.kappa[pairs("kite")], aircraft)
    np.testing.assert_allclose(found.kappa[pairs("diver")], 1.0)


@pytest.mark.parametrize(("truth", "expected"), [(0.01, 0.05), (0.05, 0.05), (1.1, 1.1), (3.0, 1.2)])
def test_kappa_stays_in_its_range(simulated: Callable[[Simulation], None], truth: float, expected: float) -> None:
    simulated(world(truth))
    np.testing.assert_allclose(learnt().kappa[pairs("drone")], expected)


def test_kappa_leaves_grounded_hours_out(simulated: Callable[[Simulation], None]) -> None:
    """Grounded a fifth of the year, on station 0.8 of its duty in the rest: kappa is 0.8, not 0.64."""
    simulated(world(0.8, grounded=0.2))
    np.testing.assert_allclose(learnt().kappa[pairs("drone")], 0.8)


LOOK: dict[str, Any] = {"measure": "identification", "target": "small_craft", "within_h": 4, "at_least": 0.3}


@cache
def looking_theatre() -> Theatre:
    """As ``theatre``, and boats and drones identify in the reef, where it is asked for."""
    scenario = theatre().scenario
    able = {"boat": ("small_craft",), "drone": ("small_craft",), "kite": ("small_craft",)}
    targets = {"small_craft": scenario.targets["small_craft"].model_copy(update={"dwell_h": 0.5})}
    looks = Requirement(id="look", area="reef", **LOOK)
    changed = scenario.model_copy(
        update={
            "platforms": tuple(p.model_copy(update={"identifies": able.get(p.id, ())}) for p in scenario.platforms),
            "targets": targets,
            "requirements": (*scenario.requirements[:2], looks),
        }
    )
    return theatre_of(changed, distance_nm=[[100, 200]], area_nm2=2500)


def test_busy_is_the_share_of_seeing_hours_spent_identifying(simulated: Callable[[Simulation], None]) -> None:
    """Learnt where identification is asked for: the row's own share, a kite's as the other aircraft's, else none."""
    t = looking_theatre()
    busy = np.zeros(len(t.pairs))
    (reef,), (boat,) = pairs("drone", "reef"), pairs("boat", "reef")
    busy[reef], busy[boat] = 0.3, 0.1
    simulated(world(0.9, busy=busy))
    found = calibrate_plan(t, PLAN, seed=1, threads=1)
    expected = busy.copy()
    expected[pairs("kite", "reef")] = 0.3
    np.testing.assert_allclose(found.busy, expected)
    np.testing.assert_allclose(found.kappa[[reef, boat]], 0.9)
    np.testing.assert_allclose(found.rho, 1.0)


def test_a_later_round_learns_half_of_what_craft_are_busy() -> None:
    t = looking_theatre()
    start = replace(no_corrections(t), busy=np.full(len(t.pairs), 0.1))
    outcome = world(1.0, busy=0.5)(t, PLAN, seed=1, block="loop", replications=5, threads=1)
    trial = calibrate._Trial(PLAN, outcome, deliver(t.scenario, PLAN, draw_futures(t.scenario, 1, "loop", range(5))))
    np.testing.assert_allclose(trial.correct(t, start, 0.5).busy[pairs("drone", "reef")], 0.3)
    np.testing.assert_allclose(trial.correct(t, start, 0.5).busy[pairs("drone", "bay")], 0.05)


def test_rho_is_what_remains_between_planned_and_simulated(simulated: Callable[[Simulation], None]) -> None:
    simulated(world(0.8, (0.9, 0.1, 1.15)))
    found = learnt()
    np.testing.assert_allclose(found.kappa[pairs("drone")], 0.8)
    np.testing.assert_allclose(found.rho, [0.9, 0.3, 1.15])
    simulated(world(0.8, (1.0, 1.0, 5.0)))
    np.testing.assert_allclose(learnt().rho, [1.0, 1.0, 1.2])


def with_expected(simulation: Simulation, column: int, value: float) -> Simulation:
    def simulate(*args: Any, **kwargs: Any) -> Outcome:
        outcome = simulation(*args, **kwargs)
        expected = outcome.expected.copy()
        expected[:, column] = value
        return replace(outcome, expected=expected, value=expected)

    return simulate


def test_what_was_planned_and_never_seen_is_trusted_least(simulated: Callable[[Simulation], None]) -> None:
    simulated(with_expected(world(), 0, 0.0))
    np.testing.assert_allclose(learnt().rho, [0.3, 1.0, 1.0])


def test_a_requirement_without_a_value_teaches_nothing(simulated: Callable[[Simulation], None]) -> None:
    simulated(with_expected(world(), 0, np.nan))
    np.testing.assert_allclose(learnt().rho, 1.0)


def test_a_requirement_nobody_serves_keeps_its_correction(simulated: Callable[[Simulation], None]) -> None:
    plan = Plan((Order("drone", "2026Q1", 2),), (Allocation("drone", "baltra", "bay", 2, 1),))
    simulated(world(0.8, (0.9, 0.5, 0.5)))
    np.testing.assert_allclose(learnt(plan=plan).rho, [0.9, 1.0, 1.0])


def test_occupancy_is_learnt_where_craft_stand_and_kept_elsewhere(simulated: Callable[[Simulation], None]) -> None:
    simulated(world(0.8))
    found, t = learnt(), theatre()
    drone, bay = t.scenario.platform_index["drone"], t.scenario.area_index["bay"]
    (n,) = pairs("drone", "bay")
    assert 3 * t.pairs.duty[n] < 1
    assert found.occupancy[drone, bay] == pytest.approx(3 * t.pairs.duty[n] * 0.8)
    kite = t.scenario.platform_index["kite"]
    np.testing.assert_array_equal(found.occupancy[kite], 0.8)
    assert (found.occupancy >= 0.05).all()


def test_a_later_round_goes_half_the_way() -> None:
    """Damped, kappa and rho lie between the old and the new; undamped they are the new."""
    t = theatre()
    start = replace(no_corrections(t), kappa=np.full(len(t.pairs), 0.4), rho=np.full(3, 0.6))
    outcome = world(0.8, (0.9, 0.9, 0.9))(t, PLAN, seed=1, block="loop", replications=20, threads=1)
    deliveries = deliver(t.scenario, PLAN, draw_futures(t.scenario, 1, "loop", range(20)))
    trial = calibrate._Trial(PLAN, outcome, deliveries)
    half, full = trial.correct(t, start, 0.5), trial.correct(t, start, 1.0)
    np.testing.assert_allclose(full.kappa[pairs("drone")], 0.8)
    np.testing.assert_allclose(half.kappa[pairs("drone")], 0.6)
    np.testing.assert_allclose(full.rho, 0.9)
    # at half-way kappa the formula plans less, so more remains for rho to explain
    assert (half.rho[:2] > 0.75).all()
    assert half.rho[2] < 0.75


# Disagreement


def test_disagreement_is_in_shares_and_a_revisits_in_thresholds() -> None:
    planned = np.array([[0.5, 0.4, 60.0], [0.7, 0.4, 60.0]])
    measured = np.array([[0.5, np.nan, 36.0], [0.6, 0.35, 60.0]])
    np.testing.assert_allclose(
        disagreement(theatre(), planned, measured), [0.05, 0.05, 15 / 48]
    )  # 60 and 36 h are 45 h over both years


def test_nothing_measured_is_no_disagreement() -> None:
    planned, measured = np.full((2, 3), 0.5), np.full((2, 3), 0.5)
    measured[:, 1] = np.nan
    np.testing.assert_array_equal(disagreement(theatre(), planned, measured), [0, 0, 0])


# The loop

ALL_FOUND = 0.99
"""A share of targets found that no plan of a few drones comes near: the loop cannot agree with it."""


class Planner:
    """A planner that hands out given plans in turn and remembers the corrections it was asked with."""

    def __init__(self, *plans: Plan, fails_at: int | None = None) -> None:
        self.plans, self.fails_at = plans, fails_at
        self.asked: list[Corrections] = []
        self.seconds: list[float | None] = []
        self.trees: list[dict[str, Any]] = []

    def __call__(
        self, _theatre: Theatre, _futures: Any, corrections: Corrections, limits: Limits, **tree: Any
    ) -> FleetSolution:
        turn = len(self.asked)
        self.asked.append(corrections)
        self.trees.append(tree)
        self.seconds.append(limits.seconds)
        if turn == self.fails_at:
            raise LimitError("no time")
        plan = self.plans[min(turn, len(self.plans) - 1)]
        return FleetSolution(plan, plan, None, "optimal", "gap", 0.5, 0.5, 0.5, 0.5)


def fleet(drones: int) -> Plan:
    return Plan((Order("drone", "2026Q1", drones),), (Allocation("drone", "baltra", "bay", drones, 1),))


def loop(
    monkeypatch: pytest.MonkeyPatch, planner: Planner, simulation: Simulation, *, adapts: bool = False, **options: Any
) -> Calibrated:
    monkeypatch.setattr(calibrate, "can_adapt", lambda _: adapts)
    monkeypatch.setattr(calibrate, "plan_fleet", planner)
    monkeypatch.setattr(calibrate, "simulate_plan", simulation)
    start = options.pop("start", None)
    stated: dict[str, Any] = {"limits": Limits(), **options}
    each = Loop(theatre(), seed=1, futures=3, threads=1, progress=no_progress, **stated)
    return each.settle(each.learn(start))


def test_the_loop_stops_when_plan_and_simulation_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(fleet(2))
    found = loop(monkeypatch, planner, world())
    assert len(found.rounds) == 1
    assert found.rounds[0].worst_disagreement <= AGREEMENT
    assert found.rounds[0].planned == pytest.approx(found.rounds[0].simulated)


def test_the_loop_stops_when_orders_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(fleet(2), fleet(3), fleet(2), fleet(4))
    found = loop(monkeypatch, planner, with_expected(world(), 0, ALL_FOUND))
    assert len(found.rounds) == len(planner.asked) == 3


def test_the_loop_stops_after_six_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(*(fleet(n) for n in range(1, 20)))
    found = loop(monkeypatch, planner, with_expected(world(), 0, ALL_FOUND))
    assert len(found.rounds) == len(planner.asked) == MOST_ROUNDS == 6


def test_each_round_knows_what_the_last_one_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kappa 0.5 after the first round, undamped; it then stays, being the truth."""
    planner = Planner(*(fleet(n) for n in range(1, 7)))
    loop(monkeypatch, planner, with_expected(world(0.5), 0, ALL_FOUND))
    np.testing.assert_array_equal(planner.asked[0].kappa, 1.0)
    for asked in planner.asked[1:]:
        np.testing.assert_allclose(asked.kappa[pairs("drone")], 0.5)
    rho = [asked.rho[0] for asked in planner.asked]
    np.testing.assert_allclose(rho, [1.0, 1.2, 1.2, 1.2, 1.2, 1.2])


def test_the_first_lesson_is_taken_whole_and_later_ones_by_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first fleet serves half its duty, every later one nine tenths."""

    def changing(theatre_: Theatre, plan: Plan, **stated: Any) -> Outcome:
        truth = world(0.5 if plan == fleet(1) else 0.9)
        return with_expected(truth, 0, ALL_FOUND)(theatre_, plan, **stated)

    planner = Planner(*(fleet(n) for n in range(1, 20)))
    loop(monkeypatch, planner, changing)
    kappa = [asked.kappa[pairs("drone")[0]] for asked in planner.asked]
    np.testing.assert_allclose(kappa, [1.0, 0.5, 0.7, 0.8, 0.85, 0.875])


def test_the_plan_that_simulates_best_is_kept_and_calibrated_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(fleet(2), fleet(4), fleet(2))
    found = loop(monkeypatch, planner, world(0.5, (0.2, 1.0, 1.0)))
    assert len(found.rounds) == 3
    assert found.solution.plan == fleet(4)
    assert max(r.simulated for r in found.rounds) == found.rounds[1].simulated
    np.testing.assert_allclose(found.corrections.kappa[pairs("drone")], 0.5)
    np.testing.assert_allclose(found.corrections.rho, [0.3, 1.0, 1.0])


class Clock:
    """A clock that stands still but for what each look at it costs."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_no_round_starts_after_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(*(fleet(n) for n in range(1, 20)))
    found = loop(
        monkeypatch, planner, with_expected(world(), 0, ALL_FOUND), limits=Limits(seconds=25.0), clock=Clock(10.0)
    )
    assert planner.seconds == [15.0, 5.0]
    assert found.solution.stopped_by == "time"


def test_a_round_that_runs_out_of_time_leaves_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(fleet(1), fleet(2), fleet(3), fails_at=2)
    found = loop(monkeypatch, planner, with_expected(world(), 0, ALL_FOUND), limits=Limits(seconds=1e6))
    assert found.solution.plan in (fleet(1), fleet(2))
    assert found.solution.stopped_by == "time"
    assert len(found.rounds) == 2


def test_a_first_round_that_finds_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LimitError):
        loop(monkeypatch, Planner(fleet(1), fails_at=0), world())


def test_a_loop_within_its_time_is_reproducible(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (loop(monkeypatch, Planner(fleet(2), fleet(3)), world(0.7)) for _ in range(2))
    assert first.solution.stopped_by == "gap"
    assert first.rounds == second.rounds
    np.testing.assert_array_equal(first.corrections.kappa, second.corrections.kappa)
    np.testing.assert_array_equal(first.corrections.rho, second.corrections.rho)


def test_noise_asks_for_more_replications(simulated: Callable[[Simulation], None]) -> None:
    """The final calibration plays further replications until a mean's error is half the agreement."""
    asked: list[tuple[int, int]] = []

    def counted(simulation: Simulation) -> Simulation:
        def simulate(*args: Any, **kwargs: Any) -> Outcome:
            asked.append((kwargs["first"], kwargs["first"] + kwargs["replications"]))
            return simulation(*args, **kwargs)

        return simulate

    simulated(counted(world()))
    learnt()
    assert asked == [(0, calibrate.FIRST_CALIBRATION)]
    asked.clear()
    simulated(counted(world(noise=20.0)))
    learnt()
    assert asked[-1][1] == calibrate.MOST_CALIBRATION
    assert [first for first, _ in asked] == [0, *(end for _, end in asked[:-1])]


def test_what_is_left_for_after_the_news_is_chosen_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rounds with all orders at once, then one solve on the tree, beside the plan that simulated best."""
    planner = Planner(fleet(1), fleet(2), fleet(3))
    found = loop(monkeypatch, planner, with_expected(world(), 0, ALL_FOUND), adapts=True)
    assert planner.trees[:2] == [{}, {}]
    assert len(planner.trees) == 3
    assert planner.trees[2]["beside"] in (fleet(1), fleet(2))
    np.testing.assert_array_equal(planner.trees[2]["node"], found.node)
    assert len(found.futures) == 3
    assert found.solution.plan == fleet(3)
    assert len(found.rounds) == 3


def test_a_tree_that_runs_out_of_time_leaves_the_best_that_orders_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(fleet(1), fleet(2), fails_at=2)
    found = loop(monkeypatch, planner, with_expected(world(), 0, ALL_FOUND), adapts=True)
    assert found.solution.plan in (fleet(1), fleet(2))
    assert (found.solution.stopped_by, found.solution.status, found.node) == ("time", "feasible", None)


def test_a_loop_that_starts_from_a_lesson_plays_no_round_and_still_has_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    known = no_corrections(theatre())
    followed = loop(monkeypatch, Planner(fleet(1)), with_expected(world(), 0, ALL_FOUND), adapts=True, start=known)
    assert followed.node is not None
    assert len(followed.rounds) == 1
    cut = Planner(fleet(1), fleet(2), fails_at=0)
    found = loop(monkeypatch, cut, with_expected(world(), 0, ALL_FOUND), adapts=True, start=known)
    assert (found.solution.plan, found.solution.stopped_by, found.node) == (fleet(2), "time", None)


def test_a_scenario_without_money_after_the_news_has_no_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(fleet(1))
    found = loop(monkeypatch, planner, with_expected(world(), 0, ALL_FOUND))
    assert found.node is None
    assert all(tree == {} for tree in planner.trees)


@pytest.mark.parametrize(("futures", "nodes"), [(1, 1), (3, 2), (20, 4), (100, 10)])
def test_a_tree_has_about_as_many_nodes_as_each_has_futures(futures: int, nodes: int) -> None:
    assert calibrate.nodes_of(theatre(), futures) == nodes


def test_a_large_theatre_has_fewer_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = len(kept_pairs(theatre(), no_corrections(theatre()).kappa))
    monkeypatch.setattr(calibrate, "MOST_LATER_PAIRS", 3 * pairs)
    assert calibrate.nodes_of(theatre(), 100) == 3
    monkeypatch.setattr(calibrate, "MOST_LATER_PAIRS", pairs - 1)
    assert calibrate.nodes_of(theatre(), 100) == 1
