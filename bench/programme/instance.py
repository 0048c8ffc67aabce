"""The optimiser's benchmark: a seeded synthetic fleet to order before and after the news, as a two-stage programme.

24 platforms, 8 half-years with orders before the news in the first two, 8 areas x 3 target classes, 10 bases, about a
third of the routes open. Decided now: which types are integrated, for one-off money, and what is ordered in the first
year. Decided in each future, when lead times and prices are known: later orders, and where the craft serve. With 30
futures the extensive form has 28,135 rows, 168,192 columns, 593,783 nonzeros and 4,392 whole numbers; of 3 futures it
is about as hard for HiGHS as the prototype's was (some 10 s).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.optimise.programme import Block, ColumnCounter, Columns, Programme, block
from fleetcraft.optimise.two_stage import Recourse, TwoStage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLATFORMS, BASES, AREAS, CLASSES = 24, 10, 8, 3
HALF_YEARS, NOW = 8, 2
"""Half-years of the calendar, and those whose orders come before the news."""
OPEN = 0.37
SEEN = 0.27
"""A platform's chance to see a target class; each sees at least one."""
TOUCHES = np.array([0.0, 0.6, 1.3])
"""Where the sloping tangents touch 1 - exp(-x); the fourth is the horizontal line 1, a bound."""
SEED = 20260401


@dataclass(frozen=True)
class Instance:
    """What is known of the synthetic fleet; money in the price of an average craft.

    ``price``, ``most`` (a maker's craft a half-year), ``integration`` by platform; ``sees`` (platform, class) exposure
    of a craft on station; pairs (``platform``, ``base``, ``area``) with ``duty``; ``capacity`` by base; ``weight``
    (area, class); ``budget`` by fiscal year; ``lead`` (future, platform) half-years and ``change`` (future, platform)
    of the price after the news.
    """

    price: Floats
    most: Ints
    integration: Floats
    sees: Floats
    platform: Ints
    base: Ints
    area: Ints
    duty: Floats
    capacity: Floats
    weight: Floats
    budget: Floats
    lead: Ints
    change: Floats


def make_instance(futures: int) -> Instance:
    """The instance; more futures leave the first ones as they are."""
    rng = np.random.default_rng(SEED)
    price = rng.lognormal(0.0, 0.6, PLATFORMS)
    price /= price.mean()
    classes = rng.random((PLATFORMS, CLASSES)) < SEEN
    classes[np.arange(PLATFORMS), rng.integers(CLASSES, size=PLATFORMS)] = True
    is_open = rng.random((PLATFORMS, BASES, AREAS)) < OPEN
    platform, base, area = np.nonzero(is_open)
    quality = rng.lognormal(0.0, 0.3, PLATFORMS)
    weight = rng.integers(1, 4, (AREAS, CLASSES)).astype(np.float64)
    fixed = {
        "price": price,
        "most": rng.integers(1, 5, PLATFORMS),
        "integration": 2.0 * price * rng.uniform(0.5, 1.5, PLATFORMS),
        "sees": np.where(classes, 0.8 * np.sqrt(price * quality)[:, None] * rng.uniform(0.6, 1.4, classes.shape), 0.0),
        "duty": rng.uniform(0.15, 0.75, len(platform)),
        "capacity": rng.integers(2, 7, BASES).astype(np.float64),
        "weight": weight / weight.sum() / (HALF_YEARS - 1),
    }
    mean_lead = rng.uniform(1.2, 3.2, PLATFORMS)
    news = [np.random.default_rng([SEED, f]) for f in range(futures)]
    lead = np.stack([np.clip(np.rint(mean_lead + r.triangular(-0.8, 0.0, 1.8, PLATFORMS)), 1, 5) for r in news])
    change = np.stack([np.exp(r.normal(0.0, 0.12) + r.normal(0.0, 0.08, PLATFORMS)) for r in news])
    return Instance(
        **fixed,
        platform=platform,
        base=base,
        area=area,
        budget=np.full(HALF_YEARS // 2, 12.0),
        lead=lead.astype(np.int64),
        change=change,
    )


def two_stage(i: Instance) -> TwoStage:
    """The instance as a programme of two stages."""
    columns = ColumnCounter()
    now = [f"{p},{t}" for p in range(PLATFORMS) for t in range(NOW)]
    types = columns.add("type", [str(p) for p in range(PLATFORMS)], upper=1.0, integer=True)
    ordered = columns.add("ordered", now, upper=np.repeat(i.most, NOW).astype(np.float64), integer=True)
    first = Programme(
        tuple(columns.groups),
        (_bought_types(i, types, ordered, NOW), _first_budget(i, types, ordered)),
        np.zeros(columns.count),
    )
    futures = len(i.lead)
    common = _common(i, first)
    return TwoStage(first, tuple(_recourse(i, first, common, f, 1.0 / futures) for f in range(futures)))


def _common(i: Instance, first: Programme) -> Recourse:
    """What is the same in every future: columns, objective, and the laws that know neither price nor lead time."""
    n = len(first.objective)
    columns = ColumnCounter(count=n)
    served = range(1, HALF_YEARS)
    orders = [f"{p},{t}" for p in range(PLATFORMS) for t in range(NOW, HALF_YEARS)]
    demands = [f"{a},{c},{t}" for a in range(AREAS) for c in range(CLASSES) for t in served]
    routes = [f"{p},{b},{a},{t}" for p, b, a in zip(i.platform, i.base, i.area, strict=True) for t in served]
    most = np.repeat(i.most, HALF_YEARS - NOW).astype(np.float64)
    later = columns.add("later", orders, upper=most, integer=True)
    placed = columns.add("placed", routes)
    exposure = columns.add("exposure", demands)
    reached = columns.add("reached", demands, upper=1.0)
    objective = np.zeros(columns.count - n)
    objective[reached.index - n] = np.repeat(i.weight.ravel(), len(served))
    blocks = (
        _bought_types(i, first.groups[0], later, HALF_YEARS - NOW),
        _base_capacity(i, placed),
        _exposures_add(i, placed, exposure),
        _values_lie_on_tangents(exposure, reached),
    )
    return Recourse(1.0, tuple(columns.groups), blocks, objective)


def _recourse(i: Instance, first: Programme, common: Recourse, future: int, probability: float) -> Recourse:
    later, placed, *_ = common.groups
    own = (_later_budgets(i, later, future), _craft_are_there(i, first.groups[1], later, placed, future))
    return Recourse(probability, common.groups, (*common.blocks, *own), common.objective)


def _bought_types(i: Instance, types: Columns, ordered: Columns, periods: int) -> Block:
    """sum over t of ordered[p,t] <= periods x most[p] x type[p]."""
    p, row = np.arange(PLATFORMS), np.repeat(np.arange(PLATFORMS), periods)
    terms = [(row, ordered.index, 1.0), (p, types.index, -float(periods) * i.most)]
    return block("bought_types", types.labels, terms, upper=0.0)


def _first_budget(i: Instance, types: Columns, ordered: Columns) -> Block:
    """sum of price x ordered + integration x type <= budget of the first year."""
    row = np.zeros(1, dtype=np.int64)
    terms = [(row, ordered.index, np.repeat(i.price, NOW)), (row, types.index, i.integration)]
    return block("budget", ["0"], terms, upper=i.budget[:1])


def _later_budgets(i: Instance, later: Columns, future: int) -> Block:
    """sum of this future's price x later <= budget, for each later year."""
    late = HALF_YEARS - NOW
    year = np.tile(np.arange(late) // 2, PLATFORMS)
    terms = [(year, later.index, np.repeat(i.price * i.change[future], late))]
    return block("budget", [str(y) for y in range(1, HALF_YEARS // 2)], terms, upper=i.budget[1:])


def _craft_are_there(i: Instance, ordered: Columns, later: Columns, placed: Columns, future: int) -> Block:
    """sum over pairs of placed[p,b,a,t] <= what was ordered of p a lead time before t or earlier."""
    served = HALF_YEARS - 1
    p, t = np.divmod(np.arange(PLATFORMS * served), served)
    order = np.concatenate([ordered.index.reshape(-1, NOW), later.index.reshape(-1, HALF_YEARS - NOW)], axis=1)
    row, s = np.nonzero(np.arange(HALF_YEARS)[None, :] + i.lead[future][p, None] <= t[:, None] + 1)
    terms = [
        (np.repeat(i.platform * served, served) + np.tile(np.arange(served), len(i.platform)), placed.index, 1.0),
        (row, order[p[row], s], -1.0),
    ]
    labels = [f"{p},{t}" for p in range(PLATFORMS) for t in range(1, HALF_YEARS)]
    return block("craft_are_there", labels, terms, upper=0.0)


def _base_capacity(i: Instance, placed: Columns) -> Block:
    """sum over platforms and areas of placed[p,b,a,t] <= capacity[b]."""
    served = HALF_YEARS - 1
    row = np.repeat(i.base * served, served) + np.tile(np.arange(served), len(i.base))
    labels = [f"{b},{t}" for b in range(BASES) for t in range(1, HALF_YEARS)]
    return block("base_capacity", labels, [(row, placed.index, 1.0)], upper=np.repeat(i.capacity, served))


def _exposures_add(i: Instance, placed: Columns, exposure: Columns) -> Block:
    """exposure[a,c,t] = sum over pairs of sees[p,c] x duty x placed[p,b,a,t]."""
    served = HALF_YEARS - 1
    value = i.sees[i.platform] * i.duty[:, None]
    pair, c = np.nonzero(value)
    t = np.arange(served)
    row = ((i.area[pair] * CLASSES + c) * served)[:, None] + t
    column = placed.index.reshape(-1, served)[pair]
    terms = [(row, column, value[pair, c][:, None]), (np.arange(len(exposure.index)), exposure.index, -1.0)]
    return block("exposures_add", exposure.labels, terms, lower=0.0, upper=0.0)


def _values_lie_on_tangents(exposure: Columns, reached: Columns) -> Block:
    """reached <= exp(-x0) x exposure + 1 - (1 + x0) exp(-x0), for each sloping tangent at x0."""
    demand, line = np.divmod(np.arange(len(reached.index) * len(TOUCHES)), len(TOUCHES))
    slope = np.exp(-TOUCHES)
    terms = [
        (np.arange(len(demand)), reached.index[demand], 1.0),
        (np.arange(len(demand)), exposure.index[demand], -slope[line]),
    ]
    labels = [f"{name},{k}" for name in reached.labels for k in range(len(TOUCHES))]
    return block("values_lie_on_tangents", labels, terms, upper=(1 - (1 + TOUCHES) * slope)[line])
