"""What futures attain as functions of the programme's columns, against sums written out."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from builders import make_scenario
from fleetcraft.optimise.capability import Capability, free_tranches, make_capability
from fleetcraft.optimise.corrections import no_corrections
from fleetcraft.optimise.variables import Variables, make_variables
from fleetcraft.optimise.watching import Watching, requirement_weights
from unit.fleet.theatres import futures_of, theatre_of

Floats = NDArray[np.float64]

NODE = np.array([0, 0, 0, 1])
LEADS = [[6, 9], [30, 9], [12, 12], [6, 40]]


@cache
def programme(mode: str = "attainment") -> tuple[Capability, Variables]:
    """Two types, three requirements, four futures in two nodes of three and one, the worst half weighed."""
    scenario = make_scenario(
        platforms=[{"production_rate_per_year": 6}, {"id": "boat", "domain": "surface", "production_rate_per_year": 6}],
        requirements=[
            {
                "area": "bay",
                "measure": "detection",
                "target": "small_craft",
                "within_h": 4,
                "at_least": 0.5,
                "weight": 2,
            },
            {"area": "bay", "measure": "presence", "domain": "surface", "craft": 1, "at_least": 0.8},
            {"area": "bay", "measure": "layered", "domains": ["air", "surface"], "at_least": 0.6},
        ],
        uncertainty={"risk": {"cvar_alpha": 0.5, "weight": 0.3}},
        objective={"mode": mode} | ({"attainment": 0.5, "probability": 0.5} if mode == "cost" else {}),
    )
    theatre = theatre_of(scenario)
    futures = futures_of(scenario, lead_months=LEADS, count=4)
    tranches = free_tranches(scenario, futures, NODE)
    c = make_capability(theatre, tranches, futures, no_corrections(theatre), node=NODE)
    return c, make_variables(c)


def point(seed: int, v: Variables) -> Floats:
    """Some craft on station, from none to more than enough."""
    random = np.random.default_rng(seed)
    x = np.zeros(sum(len(group.index) for group in v.groups))
    x[v.on_station.index] = random.uniform(0, 0.3, len(v.on_station.index)) * random.integers(0, 2, 1)
    return x


def attained(c: Capability, v: Variables, x: Floats) -> Floats:
    """Attainment of each requirement in each future, (G, F), one sum after the other."""
    found = np.zeros((len(c.gains), c.futures))
    for g, gain in enumerate(c.gains):
        for f in range(c.futures):
            value = 0.0
            for s, share in enumerate(gain.share):
                reached = []
                for curve in gain.curves:
                    summed = sum(
                        curve.weight[s, c.tranches.platform[j]] * c.tranches.share[j, f] * x[column]
                        for j, area, column in zip(v.station_tranche, v.station_area, v.on_station.index, strict=True)
                        if area == gain.area
                    )
                    reached.append(min(a * summed + b for a, b in zip(curve.slope, curve.intercept, strict=True)))
                value += share * min(reached)
            found[g, f] = min(gain.scale * value, 1.0)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_values_are_means_over_the_futures_of_a_node(seed: int) -> None:
    c, v = programme()
    x = point(seed, v)
    by_future = attained(c, v, x)
    values, _ = Watching(c, v).evaluate(x)
    expected = np.stack([by_future[:, :3].mean(axis=1), by_future[:, 3]], axis=1)
    np.testing.assert_allclose(values[: expected.size].reshape(expected.shape), expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_the_tail_is_the_mean_of_the_worst_half(seed: int) -> None:
    c, v = programme()
    x = point(seed, v)
    whole = requirement_weights(c) @ attained(c, v, x)
    values, _ = Watching(c, v).evaluate(x)
    assert values[-1] == pytest.approx(np.sort(whole)[:2].mean())


@pytest.mark.parametrize("seed", range(6))
def test_least_cost_looks_at_each_future(seed: int) -> None:
    c, v = programme("cost")
    x = point(seed, v)
    values, _ = Watching(c, v).evaluate(x)
    np.testing.assert_allclose(values[-4:], requirement_weights(c) @ attained(c, v, x), atol=1e-12)


@pytest.mark.parametrize("mode", ["attainment", "cost"])
@pytest.mark.parametrize("seed", range(8))
def test_a_cut_is_nowhere_below_the_function(seed: int, mode: str) -> None:
    """Concave, with supergradients: value(y) <= value(x) + gradient(x) (y - x)."""
    c, v = programme(mode)
    watching = Watching(c, v)
    x, y = point(2 * seed, v), point(2 * seed + 1, v)
    value, gradient = watching.evaluate(x)
    other, _ = watching.evaluate(y)
    assert (other <= value + gradient @ (y - x) + 1e-9).all()


def test_a_node_knows_nothing_of_what_another_orders() -> None:
    c, v = programme()
    x = point(2, v)
    x[v.on_station.index] = 0.2
    _, gradient = Watching(c, v).evaluate(x)
    of_second = v.on_station.index[c.tranches.node[v.station_tranche] == 1]
    of_first = v.on_station.index[c.tranches.node[v.station_tranche] == 0]
    assert len(of_first)
    assert len(of_second)
    first_node, second_node = gradient[[0, 2, 4]].toarray(), gradient[[1, 3, 5]].toarray()
    assert not first_node[:, of_second].any()
    assert not second_node[:, of_first].any()
