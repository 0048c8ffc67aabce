"""The programme's decisions, as named groups of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.optimise.capability import COMMON, Capability, OrderKey
from fleetcraft.optimise.learning import breakpoints, is_learnt
from fleetcraft.optimise.programme import ColumnCounter, Columns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Variables:
    """Columns of one programme and the index arrays that say what each stands for.

    ======================= ==================================================================================
    ordered[p,t]            whole craft of a platform signed in a period; after the news in one node: [p,t,n]
    first[p,t]              1 if the type is first bought in the period
    tranche[j]              craft of slice j
    opened[j]               1 if slice j is ordered from, all places before it being taken
    placed[j,m]             craft of slice j allocated to pair m, continuous
    on_station[j,a]         mean craft of slice j on station in area a, were they all usable
    upkeep[j]               money a year that keeps the craft of slice j at work
    summed[g,s]             exposure (or craft present, looks, contacts served) in the mean of all futures and weather
                            stratum s; one for each curve of g
    reached[g,s]            the value on the lowest of the curves
    attained[g,n]           mean over the node's futures of value over threshold, at most 1
    tail                    mean attainment of the worst futures
    whole[f]                attainment of one future
    missed[f]               1 if a future falls short of the attainment asked for
    crew[j]                 people whom the craft of slice j need, where training is limited
    made[k,s]               units of a type that this buyer has had made with order k, as far as they lie in step s of
                            the learning curve; in groups of the steps of an order
    full[k,s]               1 if step s is full, so that the next may begin
    carried[y]              acquisition money left from fiscal year y for the next; in each node, of outlays each future
    exceeded[f]             1 if the overrun of a future exceeds the contingency
    gateway[g]              1 if a gateway is bought
    via[j,a,g]              craft of slice j on station in area a whose finds go through gateway g
    ======================= ==================================================================================
    """

    ordered: Columns
    first: Columns
    tranche: Columns
    opened: Columns
    placed: Columns
    on_station: Columns
    upkeep: Columns
    summed: Columns
    reached: Columns
    attained: Columns
    tail: Columns
    whole: Columns
    missed: Columns
    crew: Columns
    made: Columns
    full: Columns
    carried: Columns
    exceeded: Columns
    gateway: Columns
    via: Columns
    order_key: tuple[OrderKey, ...]
    tranche_order: Ints  # (J,) index into order_key
    placed_tranche: Ints
    placed_pair: Ints
    station_tranche: Ints
    station_area: Ints
    reached_gain: Ints
    reached_stratum: Ints
    summed_curve: Ints  # counts the curves of all gains, one after the other
    summed_reached: Ints  # the entry of reached that the sum bounds
    made_order: Ints
    made_width: Floats  # units of the step
    made_price: Floats  # of a unit in the step, over the price without learning
    full_made: Ints  # the entry of made that is full
    via_station: Ints  # the entry of on_station of which via is a part
    via_gateway: Ints
    carried_key: tuple[tuple[int, str], ...]  # fiscal year, and the end of the labels of rows that may use it

    @property
    def groups(self) -> tuple[Columns, ...]:
        """All groups in column order."""
        return (
            self.ordered,
            self.first,
            self.tranche,
            self.opened,
            self.placed,
            self.on_station,
            self.upkeep,
            self.summed,
            self.reached,
            self.attained,
            self.tail,
            self.whole,
            self.missed,
            self.crew,
            self.made,
            self.full,
            self.carried,
            self.exceeded,
            self.gateway,
            self.via,
        )

    @property
    def order_platform(self) -> Ints:
        """Platform of each order, (K,)."""
        return np.array([p for p, _, _ in self.order_key], dtype=np.int64)

    @property
    def order_node(self) -> Ints:
        """Node of each order, (K,)."""
        return np.array([n for _, _, n in self.order_key], dtype=np.int64)

    @property
    def values(self) -> Columns:
        """The columns that are bounded by what the futures say, as one group: attained, tail, whole."""
        parts = (self.attained, self.tail, self.whole)
        return Columns(
            name="values",
            index=np.concatenate([part.index for part in parts]),
            labels=tuple(f"{part.name},{label}" for part in parts for label in part.labels),
            lower=np.concatenate([part.lower for part in parts]),
            upper=np.concatenate([part.upper for part in parts]),
            integer=False,
        )


def make_variables(c: Capability) -> Variables:
    """Declare the columns of the programme; what was ordered before today is fixed."""
    scenario, pairs, tranches = c.theatre.scenario, c.theatre.pairs, c.tranches
    ids = [p.id for p in scenario.platforms]
    of_slice = [
        (p, t.id, n)
        for p, t, n in zip(tranches.platform.tolist(), tranches.period, tranches.node.tolist(), strict=True)
    ]
    keys = tuple(sorted(set(of_slice)))
    position = {key: k for k, key in enumerate(keys)}
    tranche_order = np.array([position[key] for key in of_slice], dtype=np.int64)
    most = np.bincount(tranche_order, weights=tranches.size, minlength=len(keys)).astype(np.float64)
    placed = np.bincount(tranche_order, weights=tranches.size * tranches.stands, minlength=len(keys)).astype(np.float64)
    idle = ~np.isin([p for p, _, _ in keys], pairs.platform)  # without a base a craft could serve nowhere
    most[idle] = placed[idle]
    key_labels = [f"{ids[p]},{t}" + ("" if n == COMMON else f",{n}") for p, t, n in keys]
    slice_labels = [f"{key_labels[k]},{n}" for k, n in _count_within(tranche_order)]

    pair_platform = pairs.platform[c.pair]
    placed_tranche, placed_pair = np.nonzero((tranches.platform[:, None] == pair_platform) & ~tranches.gone[:, None])
    place_labels = [
        f"{slice_labels[j]},{scenario.places[pairs.base[c.pair[m]]].id},{scenario.areas[pairs.area[c.pair[m]]].id}"
        for j, m in zip(placed_tranche, placed_pair, strict=True)
    ]
    station = np.unique(np.stack([placed_tranche, pairs.area[c.pair[placed_pair]]], axis=1), axis=0).reshape(-1, 2)
    station_labels = [f"{slice_labels[j]},{scenario.areas[a].id}" for j, a in station]

    gain_ids = [scenario.requirements[gain.requirement].id for gain in c.gains]
    spots = [(g, s) for g, gain in enumerate(c.gains) for s in range(len(gain.share))]
    highest = [min(curve.intercept[-1] if curve.slope[-1] == 0 else np.inf for curve in g.curves) for g in c.gains]
    curves = [(g, curve.name) for g, gain in enumerate(c.gains) for curve in gain.curves]
    of_gain = [[i for i, (g, _) in enumerate(spots) if g == gain] for gain in range(len(c.gains))]
    summed = [(k, i) for k, (g, _) in enumerate(curves) for i in of_gain[g]]
    curve_ids = [f"{gain_ids[g]}:{name}" if name else gain_ids[g] for g, name in curves]

    steps = _steps(c, keys, most)
    learnt = np.array([k for k, *_ in steps], dtype=np.int64)
    made_labels = [f"{key_labels[k]},{s}" for k, s in _count_within(learnt)]
    full_made = np.flatnonzero(learnt[:-1] == learnt[1:])
    carried = _carried(c, keys)

    future_labels = [str(f) for f in range(c.futures)] if scenario.objective.mode == "cost" else []

    gateway_labels = ["|".join(names) for names in c.gateways]
    via_station, via_gateway = _via(c, tranches.platform[station[:, 0]], station[:, 1])

    columns = ColumnCounter()
    return Variables(
        ordered=columns.add("ordered", key_labels, lower=placed, upper=most, integer=True),
        first=columns.add("first", key_labels, upper=1.0, integer=True),
        tranche=columns.add("tranche", slice_labels, lower=tranches.size * tranches.stands, upper=tranches.size),
        opened=columns.add("opened", slice_labels, upper=1.0, integer=True),
        placed=columns.add("placed", place_labels, upper=tranches.size[placed_tranche]),
        on_station=columns.add("on_station", station_labels),
        upkeep=columns.add("upkeep", slice_labels),
        summed=columns.add("summed", [f"{curve_ids[k]},{spots[i][1]}" for k, i in summed]),
        reached=columns.add(
            "reached",
            [f"{gain_ids[g]},{s}" for g, s in spots],
            upper=np.array([highest[g] for g, _ in spots]),
        ),
        attained=columns.add("attained", [f"{name},{n}" for name in gain_ids for n in range(c.nodes)], upper=1.0),
        tail=columns.add("tail", ["all"] if scenario.uncertainty.risk else [], upper=1.0),
        whole=columns.add("whole", future_labels, upper=1.0),
        missed=columns.add("missed", future_labels, upper=1.0, integer=True),
        crew=columns.add("crew", slice_labels if tranches.trained.shape[-1] else []),
        made=columns.add("made", made_labels, upper=np.array([width for _, width, _ in steps])),
        full=columns.add("full", [made_labels[i] for i in full_made], upper=1.0, integer=True),
        carried=columns.add("carried", [f"{year}{end}" for year, end in carried]),
        exceeded=columns.add("exceeded", [str(f) for f in range(tranches.overrun.shape[-1])], upper=1.0, integer=True),
        gateway=columns.add("gateway", gateway_labels, upper=1.0, integer=True),
        via=columns.add(
            "via",
            [f"{station_labels[i]},{gateway_labels[g]}" for i, g in zip(via_station, via_gateway, strict=True)],
        ),
        order_key=keys,
        tranche_order=tranche_order,
        placed_tranche=placed_tranche,
        placed_pair=placed_pair,
        station_tranche=station[:, 0],
        station_area=station[:, 1],
        reached_gain=np.array([g for g, _ in spots], dtype=np.int64),
        reached_stratum=np.array([s for _, s in spots], dtype=np.int64),
        summed_curve=np.array([k for k, _ in summed], dtype=np.int64),
        summed_reached=np.array([i for _, i in summed], dtype=np.int64),
        made_order=learnt,
        made_width=np.array([width for _, width, _ in steps]),
        made_price=np.array([price for *_, price in steps]),
        full_made=full_made,
        via_station=via_station,
        via_gateway=via_gateway,
        carried_key=carried,
    )


def _via(c: Capability, platform: Ints, area: Ints) -> tuple[Ints, Ints]:
    """The entries of on_station, of so many platforms and areas, and gateways that bring their finds something."""
    helps = np.zeros((len(platform), len(c.gateways)), dtype=bool)
    for gain in c.gains:
        for curve in gain.curves:
            if curve.extra.size:
                helps |= (curve.extra.sum(axis=1)[:, platform].T > 0) & (area == gain.area)[:, None]
    station, gateway = np.nonzero(helps)
    return station, gateway


def _steps(c: Capability, keys: Sequence[OrderKey], most: Floats) -> list[tuple[int, float, float]]:
    """(order, units, relative price of a unit) of each step of the learning curves, order by order.

    All orders of a type have the same steps, up to the most of it that can be ordered in any node.
    """
    scenario = c.theatre.scenario
    found: list[tuple[int, float, float]] = []
    for p in sorted({p for p, *_ in keys if is_learnt(scenario, p)}):
        mine = [k for k, key in enumerate(keys) if key[0] == p]
        parts = {keys[k][2] for k in mine}
        longest = max(sum(most[k] for k in mine if keys[k][2] in (COMMON, part)) for part in parts)
        points = breakpoints(scenario, p, int(longest))
        width = np.diff(points)
        price = np.diff(money.learnt_cost(scenario, scenario.platforms[p], points)) / width
        found += [(k, w, each) for k in mine for w, each in zip(width.tolist(), price.tolist(), strict=True)]
    return found


def _carried(c: Capability, keys: Sequence[OrderKey]) -> tuple[tuple[int, str], ...]:
    """The years from which money may be carried, each once for every view of its budget."""
    budget = c.theatre.scenario.budget
    years = [
        y for y in c.theatre.scenario.calendar.fiscal_years[:-1] if budget.carry_over * budget.acquisition.get(y, 0)
    ]
    if budget.counts == "outlay":
        return tuple((y, f",{f}") for y in years for f in range(c.futures))
    nodes = {y: np.array([n for _, t, n in keys if int(t[:4]) == y], dtype=np.int64) for y in years}
    return tuple((y, end) for y in years for end, _ in c.views(nodes[y]))


def _count_within(group: Ints) -> list[tuple[int, int]]:
    """(group, how many of the same group came before) of each entry."""
    seen: dict[int, int] = {}
    counted = []
    for g in group.tolist():
        counted.append((g, seen.get(g, 0)))
        seen[g] = seen.get(g, 0) + 1
    return counted
