"""Plans that adapt: a future plays what was ordered in it, without a solver, and the gateways that were bought."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from builders import a_year, make_scenario
from fleetcraft.fleet.deliveries import deliver
from fleetcraft.fleet.theatre import Theatre, hand_over_h, make_theatre
from fleetcraft.futures import draw_futures
from fleetcraft.plan import Allocation, Later, Order, Plan
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import TASK, simulate_plan
from fleetcraft.simulate.trace import trace_plan

SHIFTED = [[[-92.0, 1.5], [-91.2, 1.5], [-91.2, 2.5], [-92.0, 2.5], [-92.0, 1.5]]]
PLAN = Plan(
    (Order("drone", "2026Q1", 4), Order("other", "2026Q2", 3)),
    (Allocation("drone", "baltra", "bay", 4, 2), Allocation("other", "baltra", "bay", 3, None)),
)
MORE = (Order("drone", "2026Q3", 2),), (Allocation("drone", "baltra", "reef", 2, 1),)
OTHERS = (
    (Order("drone", "2026Q4", 1), Order("other", "2026Q3", 2)),
    (Allocation("drone", "baltra", "bay", 1, 1), Allocation("other", "baltra", "reef", 2, None)),
)
ADAPTING = replace(PLAN, later=(Later(1, *MORE), Later(2, *OTHERS), Later(5, *MORE), Later(40, *OTHERS)), later_seed=7)


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return make_theatre(
        make_scenario(
            platforms=[{}, {"id": "other", "supplier": "Else", "endurance_h": 12, "max_wind_kn": 20, "mtbf_h": 40}],
            areas=[{}, {"id": "reef", "name": "Reef", "coordinates": SHIFTED}],
            environment=a_year("bay", "reef"),
            requirements=[
                {"area": "bay", "measure": "detection", "target": "small_craft", "within_h": 4, "at_least": 0.5},
                {"area": "reef", "measure": "detection", "target": "small_craft", "within_h": 8, "at_least": 0.5},
                {"area": "bay", "measure": "presence", "domain": "air", "craft": 2, "at_least": 0.5},
            ],
        )
    )


def simulate(theatre: Theatre, plan: Plan, replications: int = 8, **stated: Any) -> Outcome:
    asked: dict[str, Any] = {"seed": 7, "block": "judge", "threads": 1}
    return simulate_plan(theatre, plan, replications=replications, **asked | stated)


def contents(outcome: Outcome, year: int | slice = slice(None)) -> dict[str, Any]:
    """Everything an outcome says of a year, facts of rows by row; rows without any hour or loss are left out."""
    told: dict[str, Any] = {"value": outcome.value[year].tobytes(), "expected": outcome.expected[year].tobytes()}
    for each in fields(outcome):
        if each.name.startswith("row_"):
            facts = getattr(outcome, each.name)[year]
            told[each.name] = {
                row: facts[..., i].tobytes() for i, row in enumerate(outcome.rows) if facts[..., i].any()
            }
    return told


class TestInFuture:
    def test_orders_and_rows_of_the_same_ids_are_one(self) -> None:
        assert ADAPTING.in_future(2) == Plan(
            (
                Order("drone", "2026Q1", 4),
                Order("drone", "2026Q4", 1),
                Order("other", "2026Q2", 3),
                Order("other", "2026Q3", 2),
            ),
            (
                Allocation("drone", "baltra", "bay", 5, 3),
                Allocation("other", "baltra", "bay", 3, None),
                Allocation("other", "baltra", "reef", 2, None),
            ),
        )
        twice = replace(PLAN, later=(Later(0, (Order("drone", "2026Q1", 3),), ()),), later_seed=1)
        assert twice.in_future(0).orders[0] == Order("drone", "2026Q1", 7)

    def test_stations_left_open_stay_open(self) -> None:
        """What ceil(craft x duty) is of a sum is for the reader to say."""
        rows = (Allocation("drone", "baltra", "bay", 2, None), Allocation("other", "baltra", "bay", 1, 4))
        added = replace(PLAN, later=(Later(0, (), rows),), later_seed=1)
        assert added.in_future(0).allocation == (
            Allocation("drone", "baltra", "bay", 6, None),
            Allocation("other", "baltra", "bay", 4, None),
        )

    def test_a_future_that_adds_nothing_plays_what_is_common(self) -> None:
        assert ADAPTING.in_future(0) == PLAN
        assert ADAPTING.common == PLAN

    def test_gateways_and_origin_stay(self) -> None:
        bought = replace(ADAPTING, gateways=(("a", "b"),), scenario="hash")
        assert bought.in_future(1).gateways == (("a", "b"),)
        assert bought.in_future(1).scenario == "hash"

    def test_a_plan_without_allocation_cannot_be_added_to(self) -> None:
        with pytest.raises(ValueError, match="place its own first"):
            replace(ADAPTING, allocation=None).in_future(1)

    def test_futures_are_told_by_the_plan_they_play(self) -> None:
        played = ADAPTING.in_futures(7, "judge", range(7))
        assert list(played.values()) == [[0, 3, 4, 6], [1, 5], [2]]
        assert list(played) == [PLAN, ADAPTING.in_future(1), ADAPTING.in_future(2)]

    @pytest.mark.parametrize(("seed", "block"), [(8, "judge"), (7, "loop"), (7, "solve")])
    def test_other_seeds_and_blocks_add_nothing(self, seed: int, block: str) -> None:
        assert ADAPTING.in_futures(seed, block, range(3)) == {PLAN: [0, 1, 2]}


class TestReplay:
    def test_each_future_plays_its_own_plan(self, theatre: Theatre) -> None:
        found = simulate(theatre, ADAPTING)
        for year in range(8):
            alone = simulate(theatre, ADAPTING.in_future(year))
            assert contents(found, year) == contents(alone, year)
        assert contents(found, 1) != contents(simulate(theatre, PLAN), 1)

    def test_rows_are_those_of_all_futures(self, theatre: Theatre) -> None:
        found = simulate(theatre, ADAPTING)
        common = (("drone", "baltra", "bay"), ("other", "baltra", "bay"))
        assert found.rows == (*common, ("drone", "baltra", "reef"), ("other", "baltra", "reef"))
        usable_h = found.row_usable_h
        assert usable_h[:, 2].nonzero()[0].tolist() == [1, 5]
        assert usable_h[:, 3].nonzero()[0].tolist() == [2]

    def test_the_same_orders_later_in_all_futures_or_in_common_are_the_same(self, theatre: Theatre) -> None:
        always = replace(PLAN, later=tuple(Later(i, *OTHERS) for i in range(8)), later_seed=7)
        found, common = simulate(theatre, always), simulate(theatre, ADAPTING.in_future(2))
        assert found.rows == common.rows
        for each in fields(found):
            one, other = getattr(found, each.name), getattr(common, each.name)
            assert one == other if isinstance(one, tuple) else one.tobytes() == other.tobytes()

    @pytest.mark.parametrize("stated", [{"seed": 8}, {"block": "loop"}])
    def test_other_seeds_and_blocks_play_what_is_common(self, theatre: Theatre, stated: dict[str, Any]) -> None:
        found = simulate(theatre, ADAPTING, 3, **stated)
        assert found.rows == simulate(theatre, PLAN, 3, **stated).rows
        assert contents(found) == contents(simulate(theatre, PLAN, 3, **stated))

    def test_the_same_bytes_on_any_number_of_threads(self, theatre: Theatre) -> None:
        replications = 3 * TASK + 1
        assert contents(simulate(theatre, ADAPTING, replications, threads=3)) == contents(
            simulate(theatre, ADAPTING, replications)
        )

    def test_sequential_stopping_plays_the_same_years(self, theatre: Theatre) -> None:
        whole = simulate(theatre, ADAPTING, 100)
        found = simulate(theatre, ADAPTING, 100, half_width=0.05)
        assert 30 < len(found) < 100
        assert contents(found) == contents(whole, slice(0, len(found)))

    def test_progress_counts_every_replication(self, theatre: Theatre) -> None:
        told: list[int] = []
        simulate(theatre, ADAPTING, 12, threads=2, progress=lambda done, _: told.append(done))
        assert told == sorted(told)
        assert told[-1] == 12

    def test_later_orders_come_when_their_maker_delivers_them(self, theatre: Theatre) -> None:
        safe = theatre.scenario.model_copy(
            update={
                "platforms": tuple(p.model_copy(update={"loss_per_100k_h": 0.0}) for p in theatre.scenario.platforms)
            }
        )
        found = simulate(replace(theatre, scenario=safe), ADAPTING)
        futures = draw_futures(safe, 7, "judge", [5])
        deliveries = deliver(safe, ADAPTING.in_future(5), futures)
        in_time = deliveries.usable_by(safe.calendar.window_start_h)[0]
        rows = [[in_time[deliveries.row == i].sum() for i in range(3)]]
        assert found.row_usable_h[5, [0, 2, 1]] == pytest.approx(np.array(rows[0]) * 8760.0)

    def test_a_trace_follows_what_its_future_added(self, theatre: Theatre) -> None:
        traced = trace_plan(theatre, ADAPTING, seed=7, block="judge", index=1)
        alone = trace_plan(theatre, ADAPTING.in_future(1), seed=7, block="judge", index=1)
        assert traced == alone
        assert ("reef" in traced.craft["area"], "drone/5" in traced.craft["craft"]) == (True, True)
        other = trace_plan(theatre, ADAPTING, seed=8, block="judge", index=1)
        assert "reef" not in other.craft["area"]


class TestGateways:
    """One maker's craft find, another's identify; they share no link, and the desk takes longer than contacts stay."""

    def theatre(self, **hand_over: Any) -> Theatre:
        demand = {"area": "bay", "measure": "identification", "target": "small_craft", "within_h": 4, "at_least": 0.4}
        return make_theatre(
            make_scenario(
                platforms=[
                    {"control_interfaces": "own link"},
                    {"id": "other", "supplier": "Else", "identifies": "small_craft", "control_interfaces": "their link",
                     "sweep_width_nm_small_craft": 0},
                ],
                targets={"small_craft": {"dwell_h": 0.3, "arrivals_per_day": 3}},
                requirements=[demand],
                operations={"hand_over": {"desk_h": 30.0, "gateway_h": 0.1, **hand_over}},
            )
        )  # fmt: skip

    def plan(self, **stated: Any) -> Plan:
        rows = Allocation("drone", "baltra", "bay", 6, 2), Allocation("other", "baltra", "bay", 6, 2)
        return Plan((Order("drone", "2026Q1", 6), Order("other", "2026Q1", 6)), rows, **stated)

    def test_a_gateway_bought_shortens_the_hand_over(self) -> None:
        scenario = self.theatre().scenario
        assert hand_over_h(scenario).tolist() == [[0.0, 30.0], [30.0, 0.0]]
        assert hand_over_h(scenario, [("their link", "own link")]).tolist() == [[0.0, 0.1], [0.1, 0.0]]

    def test_contacts_are_identified_over_a_gateway_bought_as_over_one_in_place(self) -> None:
        theatre = self.theatre()
        without = simulate(theatre, self.plan(), 5)
        bought = simulate(theatre, self.plan(gateways=(("own link", "their link"),)), 5)
        in_place = simulate(self.theatre(gateways=[["own link", "their link"]]), self.plan(), 5)
        assert without.value.max() == 0.0
        assert bought.value.min() > 0.1
        assert contents(bought) == contents(in_place)

    def test_every_future_has_the_gateways_bought(self) -> None:
        added = Later(0, (Order("drone", "2026Q3", 1),), (Allocation("drone", "baltra", "bay", 1, None),))
        adapting = self.plan(gateways=(("own link", "their link"),), later=(added,), later_seed=7)
        assert simulate(self.theatre(), adapting, 2).value.min() > 0.1
