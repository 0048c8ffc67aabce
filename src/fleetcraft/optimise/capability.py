"""Physics turned into what a linear programme can hold: tranches, kept pairs, gains, costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.fleet.deliveries import (
    MONTHS_PER_YEAR,
    craft_gone,
    grounded_share,
    queue,
    queue_behind,
    yearly_output,
)
from fleetcraft.fleet.losses import at_risk_from_h, loss_rate_per_h, replacement_h
from fleetcraft.fleet.theatre import Theatre, identifies
from fleetcraft.futures import Futures
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.formula import of_domain
from fleetcraft.optimise.gains import Gain, make_gain
from fleetcraft.optimise.gateways import Gateway, offered
from fleetcraft.physics import reliability
from fleetcraft.scenario.calendar import Period
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BASES_KEPT = 3
MOST_TRANCHES = 4
FEW_CRAFT = 8
"""A queue no longer than this is cut at every craft."""
COMMON = -1
"""The node of what is decided before the news, for all futures alike."""
SPLIT_PLACE = 0.05
"""By this share of a gap a place may be too early for a period's order: a year is then the maker's yearly number."""


@dataclass(frozen=True)
class Tranches:
    """J slices of the orders: craft of one platform and period that share their chances of being usable in time.

    ``share`` (J, F) is the mean of the slice's craft usable at the window's first day, less the share of the window
    in which their type is grounded; ``years`` (J, F, Y) their mean usable years in each fiscal year; ``before_h`` the
    hours in which each of its craft that is usable in time may be lost before the window's first day, over all futures,
    one array a slice.
    ``slot`` (J,) counts the craft that the maker's line could have delivered before the slice's first: slices of one
    platform and slot are the same places in its queue, open to orders of several periods. The last slice of a
    platform and period may be ``late``: beyond every craft that could be usable in time, and without end. ``node`` is
    the node of futures in which a slice is ordered, COMMON where it is ordered before the news, for all of them.
    What was ordered before today ``stands``; of that, craft lost for good are ``gone`` and serve nowhere.

    What only some scenarios ask for has no entries elsewhere (its last axis is empty): ``paid`` (J, F, Y), the mean
    share of a craft's obligation paid in each fiscal year, where budgets count outlays; ``overrun`` (J, F), what is
    paid beyond the obligation, over the obligation, where there is a contingency; ``trained`` (J, F, Y), the share of
    the craft usable by the end of each fiscal year, where training is limited. Of what one node orders all three are 0
    in the futures of others.
    """

    platform: Ints
    period: tuple[Period, ...]
    size: Floats
    share: Floats
    years: Floats
    before_h: tuple[Floats, ...]
    slot: Ints
    late: NDArray[np.bool_]
    node: Ints
    stands: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    paid: Floats
    overrun: Floats
    trained: Floats


OrderKey = tuple[int, str, int]
"""Platform, period and node of an order."""


@dataclass(frozen=True)
class Capability:
    """Everything the programme's laws need, as arrays.

    ``node`` (F,) is the node of each future, 0 to N - 1: the futures of one node look alike until the news.
    """

    theatre: Theatre
    tranches: Tranches
    pair: Ints  # (M,) kept pairs, indices into theatre.pairs
    on_station: Floats  # (M,) craft on station per craft allocated
    survival: Floats  # (J, M) share of a tranche's craft there in the window, where the pair is its platform's
    people: Floats  # (M,)
    support: Floats  # (M,) a year
    unit_cost: Mapping[OrderKey, float]
    gains: tuple[Gain, ...]
    node: Ints  # (F,)
    gateways: tuple[Gateway, ...]  # for sale

    @property
    def futures(self) -> int:
        """F."""
        return len(self.node)

    @property
    def nodes(self) -> int:
        """N."""
        return int(self.node.max(initial=0)) + 1

    @property
    def chance(self) -> Floats:
        """Share of the futures in each node, (N,)."""
        return np.bincount(self.node, minlength=self.nodes) / self.futures

    @property
    def mean_share(self) -> Floats:
        """The slices' share in the mean of all futures, (J,); of what one node orders, those of other nodes count 0."""
        share: Floats = self.tranches.share.mean(axis=1)
        return share

    def views(self, node: Ints) -> list[tuple[str, NDArray[np.bool_]]]:
        """What counts in each node of things that are each of one node or common: (end of a row's label, which).

        One view of everything where everything is common.
        """
        if (node == COMMON).all():
            return [("", np.ones(len(node), dtype=bool))]
        return [(f",{n}", (node == COMMON) | (node == n)) for n in range(self.nodes)]


def order_periods(scenario: Scenario, platform: Platform, *, adapting: bool = False) -> tuple[Period, ...]:
    """The periods, of those still open, in which orders of a type are considered: the first of each year with money.

    A service obligates nothing, so it can be hired in any year: the first of all periods is considered as well. One
    hired later costs less, for its fee runs from the day it is usable; like craft that are lost later this is left out
    unless support money is tighter early.

    Where later orders are ``adapting`` to the news, also the first on or after the news. Otherwise an order placed
    later in the same fiscal year costs no less (prices escalate), arrives no sooner and uses the same money. Some
    things can speak for waiting. A support budget that is tighter in a year before the window than in the window's own
    year, payments that a budget of outlays counts when they are made, and people who are still to be trained: then
    every period with money is kept. And craft that come later are lost later: this is left out, since craft in
    time are worth more than craft spared (on both shipped examples the bound with every period is less than 1% higher).

    Besides, every period in which orders of the type are pinned.
    """
    calendar = scenario.calendar
    hired = money.is_service(platform)
    funded = [p for p in scenario.open_periods if hired or _own_and_carried(scenario, p.fiscal_year) > 0]
    if _waiting_may_pay(scenario):
        return tuple(funded)
    pinned = [p for p in funded if scenario.policies.pinned_in(platform.id, p.id)]
    first: dict[tuple[int, bool], Period] = {}
    for period in funded:
        year = period.fiscal_year if _own_and_carried(scenario, period.fiscal_year) > 0 else calendar.fiscal_years[0]
        first.setdefault((year, adapting and is_after_news(scenario, period)), period)
    return tuple(p for p in funded if p in first.values() or p in pinned)


def later_periods(scenario: Scenario, platform: Platform) -> tuple[Period, ...]:
    """The periods from the news to the window's first day in which orders of a type may adapt; none by policy."""
    if not scenario.policies.allows(platform):
        return ()
    opens_h = scenario.calendar.window_start_h
    periods = order_periods(scenario, platform, adapting=True)
    return tuple(p for p in periods if p.start_h < opens_h and adapts(scenario, platform, p))


def _own_and_carried(scenario: Scenario, year: int) -> float:
    """The acquisition money of a fiscal year with the most that it can have from the year before."""
    budget = scenario.budget
    return budget.acquisition.get(year, 0.0) + budget.carry_over * budget.acquisition.get(year - 1, 0.0)


def _waiting_may_pay(scenario: Scenario) -> bool:
    return (
        _early_support_is_tighter(scenario)
        or scenario.budget.counts == "outlay"
        or scenario.operations.training_per_year is not None
    )


def is_after_news(scenario: Scenario, period: Period) -> bool:
    """Whether orders of a period may adapt to what the news reveals."""
    return period.start >= scenario.calendar.news


def adapts(scenario: Scenario, platform: Platform, period: Period) -> bool:
    """Whether the orders of a type in a period may differ between futures: after the news, unless they are pinned."""
    return is_after_news(scenario, period) and scenario.policies.pinned_in(platform.id, period.id) is None


def _early_support_is_tighter(scenario: Scenario) -> bool:
    support, calendar = scenario.budget.support, scenario.calendar
    window_year = calendar.fiscal_year(calendar.window_start)
    limit = support.get(window_year, np.inf)
    return any(support.get(year, np.inf) < limit for year in calendar.fiscal_years if year < window_year)


def largest_orders(
    scenario: Scenario, platform: int, periods: Sequence[Period], futures: Futures, *, adapting: bool
) -> list[int]:
    """Most craft of a platform that money could buy in each of some periods, all those before it bought as well.

    Bought before, since each unit costs no more than the one before it. What obligates nothing is bounded by what its
    maker can deliver in time and by the support budgets.
    """
    made = len(scenario.standing[platform].ordered_h)
    most: list[int] = []
    for period in periods:
        price = _cheapest(scenario, platform, period, futures, adapting=adapting)
        if price > 0:
            most.append(_units_within(scenario, platform, made + sum(most), _within_reach(scenario, period) / price))
        else:
            most.append(_largest_hire(scenario, platform, period))
    return most


def _cheapest(scenario: Scenario, platform: int, period: Period, futures: Futures, *, adapting: bool) -> float:
    """The least that a craft obligates, over the futures where orders after the news adapt to them."""
    if adapting and is_after_news(scenario, period):
        return float(money.later_obligation(scenario, futures, platform, period).min())
    return money.unit_obligation(scenario, scenario.platforms[platform], period)


def _within_reach(scenario: Scenario, period: Period) -> float:
    """Most that craft ordered in a period can obligate; of outlays, with what later years can pay of it."""
    budget, year = scenario.budget, period.fiscal_year
    own = _own_and_carried(scenario, year)
    if budget.counts == "obligation":
        return own
    later = sum(amount for y, amount in budget.acquisition.items() if y > year)
    at_order = scenario.acquisition.payments.order
    return min(own + later, own / at_order if at_order else np.inf)


def _units_within(scenario: Scenario, platform: int, made: int, worth: float) -> int:
    """Most units after the first ``made`` that cost no more than ``worth`` units without learning."""
    many = int(worth) + 1
    while True:
        units = made + np.arange(many + 1, dtype=np.float64)
        total = money.learnt_cost(scenario, scenario.platforms[platform], units)
        if total[-1] - total[0] > worth:
            return int(np.searchsorted(total - total[0], worth * (1 + 1e-12), side="right")) - 1
        many *= 2


def _largest_hire(scenario: Scenario, platform: int, period: Period) -> int:
    """Most craft that a maker can deliver by the window's first day and that every support budget after it can keep."""
    years = money.usable_years(scenario, np.array(scenario.calendar.window_start_h))
    kept = years * money.fixed_support_per_year(scenario, scenario.platforms[platform])
    room = [
        scenario.budget.support[year] / each
        for year, each in zip(scenario.calendar.fiscal_years, kept.tolist(), strict=True)
        if year in scenario.budget.support and each > 0
    ]
    return int(min([_deliverable(scenario, platform, period), *room]))


def _deliverable(scenario: Scenario, platform: int, period: Period) -> int:
    """Most craft that a maker's line could deliver between a period and the window's first day."""
    time_h = max(scenario.calendar.window_start_h - period.start_h, 0.0)
    return int(time_h // _gap_h(scenario, platform)) + 1


def largest_useful_order(scenario: Scenario, platform: int, period: Period, futures: Futures) -> int:
    """Most craft of a platform that money could buy in a period after the news, and its maker deliver in time."""
    (affordable,) = largest_orders(scenario, platform, [period], futures, adapting=True)
    return min(affordable, _deliverable(scenario, platform, period))


def useful_slots(
    scenario: Scenario, platform: int, periods: Sequence[Period], futures: Futures, *, adapting: bool = False
) -> Ints:
    """Places in a platform's queue that each future fills by the window's first day, (F,), as far as money reaches.

    They are counted behind the craft that stand.
    """
    starts = first_slots(scenario, platform, periods, backlog_h(scenario, platform, periods[0], futures))
    bought = largest_orders(scenario, platform, periods, futures, adapting=adapting)
    reached = max((start + sum(bought[t:]) for t, start in enumerate(starts) if bought[t]), default=0)
    most = min(_deliverable(scenario, platform, periods[0]), reached)
    _, usable = queue_behind(scenario, platform, np.full(most, periods[0].start_h), futures)
    counted: Ints = (usable <= scenario.calendar.window_start_h).sum(axis=1)
    return counted


def first_slots(scenario: Scenario, platform: int, periods: Sequence[Period], backlog_h: float = 0.0) -> list[int]:
    """The first place in a platform's queue that an order of each period can take: earlier ones are past by then.

    For ``backlog_h`` after the first period the line is still busy with craft that stand.
    """
    gap_h = _gap_h(scenario, platform)
    past_h = [max(period.start_h - periods[0].start_h - backlog_h, 0.0) for period in periods]
    return [int(hours / gap_h + SPLIT_PLACE) for hours in past_h]


def backlog_h(scenario: Scenario, platform: int, period: Period, futures: Futures) -> float:
    """How much later than its lead time and slip a craft ordered in a period comes, behind those that stand.

    Hours, in the mean of the futures in which it comes.
    """
    if not scenario.standing[platform].ordered_h:
        return 0.0
    arrival, _ = queue_behind(scenario, platform, np.full(1, period.start_h), futures)
    taken = (futures.lead_time_months + futures.slip_months)[:, platform] * HOURS_PER_MONTH
    later = (arrival[:, 0] - period.start_h - taken)[np.isfinite(arrival[:, 0])]
    return max(float(later.mean()), 0.0) if len(later) else 0.0


def _gap_h(scenario: Scenario, platform: int) -> float:
    return MONTHS_PER_YEAR / yearly_output(scenario, platform) * HOURS_PER_MONTH


def free_tranches(scenario: Scenario, futures: Futures, node: Ints | None = None) -> Tranches:
    """Tranches for orders still to be decided: places in each maker's queue, by the period of the order.

    Those of orders that were placed are there as they stand.
    With the ``node`` of each future (F,) those of periods after the news are there once for each node, usable in its
    futures alone; without, all are common to all futures.
    """
    adapting = node is not None
    slices = [
        s
        for p, type_ in enumerate(scenario.platforms)
        if scenario.policies.allows(type_) and (periods := order_periods(scenario, type_, adapting=adapting))
        for s in _slices(scenario, p, periods, futures, adapting=adapting)
    ]
    slices = [s for p in range(len(scenario.platforms)) for s in standing_slices(scenario, p, futures)] + slices
    if node is not None:
        nodes = range(int(node.max(initial=0)) + 1)
        slices = [
            part
            for s in slices
            for part in (
                [s.in_node(n, node) for n in nodes]
                if adapts(scenario, scenario.platforms[s.platform], s.period)
                else [s]
            )
        ]
    return stack(scenario, futures, slices)


@dataclass(frozen=True)
class Slice:
    """Places of a maker's queue that an order of a period can take, and when their craft arrive and are usable.

    ``seen``: the futures in which they can be ordered. ``stands``: they were ordered before today; ``gone``: and lost
    for good.
    """

    platform: int
    period: Period
    slot: int
    arrival_h: Floats  # (F, size)
    usable_h: Floats  # (F, size)
    late: bool = False
    node: int = COMMON
    seen: NDArray[np.bool_] | bool = True
    stands: bool = False
    gone: bool = False

    def in_node(self, node: int, node_of: Ints) -> Slice:
        """The slice as it is ordered in one node: never usable in another's futures."""
        seen = node_of == node
        return replace(self, node=node, usable_h=np.where(seen[:, None], self.usable_h, np.inf), seen=seen)


def _slices(
    scenario: Scenario, platform: int, periods: Sequence[Period], futures: Futures, *, adapting: bool
) -> list[Slice]:
    """A queue cut where the number usable in time differs between futures and where a period's first place is.

    Orders that adapt, of which there are as many as nodes, have few slices: places usable in time in three quarters of
    the futures, and in half of them; less likely ones are left out.

    The craft at a place of the queue arrives when the line that has run since the first period delivers it, and not
    before the first craft of its own period could: never later than in truth, and earlier by less than one gap.
    """
    useful = useful_slots(scenario, platform, periods, futures, adapting=adapting)
    affordable = largest_orders(scenario, platform, periods, futures, adapting=adapting)
    most = int(useful.max(initial=0))
    starts = first_slots(scenario, platform, periods, backlog_h(scenario, platform, periods[0], futures))
    quantiles = np.quantile(useful, np.linspace(0, 1, MOST_TRANCHES + 1)[1:], method="higher")
    bought = [start + many for start, many in zip(starts, affordable, strict=True)]
    inner = range(most) if most <= FEW_CRAFT else [*(int(c) for c in quantiles), *starts, *bought]
    fine = sorted({0, most, *(cut for cut in inner if cut < most)})
    later = [adapting and adapts(scenario, scenario.platforms[platform], period) for period in periods]
    likely = int(quantiles[1])
    coarse = sorted({*(d for d, is_later in zip(starts, later, strict=True) if is_later), int(quantiles[0]), likely})
    coarse = [cut for cut in coarse if cut <= likely]
    found = []
    for period, start, is_later, many in zip(periods, starts, later, affordable, strict=True):
        cuts = coarse if is_later else fine
        asked = _asked_order(scenario, platform, period, many)
        line = queue_behind(scenario, platform, np.full(most + asked, periods[0].start_h), futures)
        own = queue_behind(scenario, platform, np.full(1, period.start_h), futures)
        arrival, usable = (np.maximum(ours, soonest) for ours, soonest in zip(line, own, strict=True))
        for low, high in pairwise(cuts):
            if low >= start:
                found.append(Slice(platform, period, low, arrival[:, low:high], usable[:, low:high]))
        if asked:
            found.append(Slice(platform, period, most, arrival[:, most:], usable[:, most:], late=True))
    return found


def standing_slices(scenario: Scenario, platform: int, futures: Futures) -> list[Slice]:
    """A slice for each period in which craft of a type were ordered; the craft lost for good are slices of their own.

    Their places lie before all that can still be ordered.
    """
    stands = scenario.standing[platform]
    periods = {period.id: period for period in scenario.calendar.periods}
    orders = [(periods[name], len(list(same))) for name, same in groupby(stands.period)]
    whole = slices_of_orders(scenario, platform, orders, futures)
    return [replace(s, slot=s.slot - len(stands.ordered_h), stands=True) for s in whole]


def slices_of_orders(
    scenario: Scenario, platform: int, orders: Sequence[tuple[Period, int]], futures: Futures
) -> list[Slice]:
    """A slice for each order of a type, in time, usable as its place in the queue allows; craft lost for good apart."""
    order_h = np.array([period.start_h for period, quantity in orders for _ in range(quantity)])
    arrival, usable = queue(scenario, platform, order_h, futures)
    gone = craft_gone(scenario, platform)
    slices, end = [], 0
    for period, quantity in orders:
        start, end = end, end + quantity
        for low, high in pairwise(sorted({start, min(max(gone, start), end), end})):
            slices.append(Slice(platform, period, low, arrival[:, low:high], usable[:, low:high], gone=low < gone))
    return slices


def _asked_order(scenario: Scenario, platform: int, period: Period, affordable: int) -> int:
    """Craft that policies may ask for beyond the useful ones: a domain's least number, spending for a share, a pin."""
    policies, type_ = scenario.policies, scenario.platforms[platform]
    asked = max(policies.domain_minimum.get(type_.domain, 0), policies.pinned_in(type_.id, period.id) or 0)
    if policies.domestic_share is None and policies.supplier_country_share is None:
        return asked
    return max(asked, affordable)


def fixed_tranches(
    scenario: Scenario, orders: Mapping[OrderKey, int], futures: Futures, node: Ints | None = None
) -> Tranches:
    """One tranche a platform for orders already decided: its craft fill every row pro rata, so they share one share.

    Orders of a node are a tranche of their own, behind the common ones in their maker's queue. Craft lost for good are
    left out, and a platform of which no others are there.
    """
    periods = {p.id: p for p in scenario.calendar.periods}
    node = np.zeros(len(futures), dtype=np.int64) if node is None else node
    slices = []
    for index, part in sorted({(platform, n) for (platform, _, n), q in orders.items() if q}):
        mine = sorted(
            (n, periods[t].start_h, q, t)
            for (platform, t, n), q in orders.items()
            if platform == index and q and n in (COMMON, part)
        )
        order_h = np.array([start for _, start, q, _ in mine for _ in range(q)])
        ahead = sum(q for n, _, q, _ in mine if n != part) or craft_gone(scenario, index)
        arrival, usable = queue(scenario, index, order_h, futures)
        if ahead == len(order_h):
            continue
        first = next(t for n, _, _, t in mine if n == part)
        own = Slice(index, periods[first], 0, arrival[:, ahead:], usable[:, ahead:])
        slices.append(own if part == COMMON else own.in_node(part, node))
    return stack(scenario, futures, slices)


def stack(scenario: Scenario, futures: Futures, slices: Sequence[Slice]) -> Tranches:
    """Slices as arrays; what is paid for a slice is paid as if all of it were ordered in its period."""
    window_h = scenario.calendar.window_start_h
    years = len(scenario.calendar.fiscal_years)
    flying = 1.0 - grounded_share(scenario, futures)
    share = [(s.usable_h <= window_h).mean(axis=1) * flying[:, s.platform] for s in slices]
    usable_years = [money.usable_years(scenario, s.usable_h).mean(axis=-1).T for s in slices]
    return Tranches(
        platform=np.array([s.platform for s in slices], dtype=np.int64),
        period=tuple(s.period for s in slices),
        size=np.array([s.usable_h.shape[1] for s in slices], dtype=np.float64),
        share=np.array(share).reshape(len(slices), len(futures)),
        years=np.array(usable_years).reshape(len(slices), len(futures), years),
        before_h=tuple(window_h - at_risk_from_h(scenario, s.usable_h[s.usable_h <= window_h]) for s in slices),
        slot=np.array([s.slot for s in slices], dtype=np.int64),
        late=np.array([s.late for s in slices], dtype=bool),
        node=np.array([s.node for s in slices], dtype=np.int64),
        stands=np.array([s.stands for s in slices], dtype=bool),
        gone=np.array([s.gone for s in slices], dtype=bool),
        paid=_stacked([_paid(scenario, s) for s in slices], len(futures), years),
        overrun=_stacked([_overrun(scenario, futures, s) for s in slices], len(futures)),
        trained=_stacked([_trained(scenario, s) for s in slices], len(futures), years),
    )


def _stacked(parts: Sequence[Floats], *shape: int) -> Floats:
    """The parts of all slices as one array, (0, ...) where there are none."""
    return np.array(parts) if parts else np.zeros((0, *shape))


def _paid(scenario: Scenario, part: Slice) -> Floats:
    if scenario.budget.counts != "outlay":
        return np.zeros((len(part.usable_h), 0))
    shares = money.payment_shares_by_year(scenario, _order_h(part), part.arrival_h).mean(axis=1)
    mean: Floats = shares * np.broadcast_to(part.seen, len(shares))[:, None]
    return mean


def _overrun(scenario: Scenario, futures: Futures, part: Slice) -> Floats:
    if scenario.budget.contingency is None:
        return np.zeros(0)
    each = money.overrun_per_unit(scenario, futures, part.platform, _order_h(part), part.arrival_h)
    mean: Floats = each.mean(axis=1) * part.seen
    return mean


def _trained(scenario: Scenario, part: Slice) -> Floats:
    if scenario.operations.training_per_year is None:
        return np.zeros((len(part.usable_h), 0))
    return np.stack([(part.usable_h <= end_h).mean(axis=1) for end_h in money.year_ends_h(scenario)], axis=1)


def _order_h(part: Slice) -> Floats:
    return np.full(part.arrival_h.shape[1], part.period.start_h)


def kept_pairs(theatre: Theatre, kappa: Floats) -> Ints:
    """The best bases of each platform and area by duty x kappa, ties by base id; pairs that serve no demand go.

    Craft of a domain with a least number, and of a type that is pinned, must be based even where they bring nothing:
    every pair of theirs is kept.
    """
    scenario, pairs = theatre.scenario, theatre.pairs
    useful = _useful(theatre)
    minimum = scenario.policies.domain_minimum
    demanded = np.array(
        [minimum.get(p.domain, 0) > 0 or scenario.policies.is_pinned(p.id) for p in scenario.platforms], dtype=bool
    )
    ids = [place.id for place in scenario.places]
    candidates = [
        (pairs.platform[n], pairs.area[n], -pairs.duty[n] * kappa[n], ids[pairs.base[n]], n)
        for n in range(len(pairs))
        if useful[pairs.platform[n], pairs.area[n]] and pairs.duty[n] > 0
    ]
    kept, seen = np.flatnonzero(demanded[pairs.platform]).tolist(), dict[tuple[int, int], int]()
    for platform, area, _, _, n in sorted(candidates):
        seen[platform, area] = seen.get((platform, area), 0) + 1
        if seen[platform, area] <= BASES_KEPT:
            kept.append(n)
    return np.unique(np.array(kept, dtype=np.int64))


def _useful(theatre: Theatre) -> NDArray[np.bool_]:
    """Whether a craft of each platform on station in each area could raise any requirement, (P, A)."""
    scenario = theatre.scenario
    useful = np.zeros((len(scenario.platforms), len(scenario.areas)), dtype=bool)
    for requirement in scenario.requirements:
        area = scenario.area_index[requirement.area]
        for domain in requirement.domains or (requirement.domain,):
            useful[:, area] |= of_domain(scenario, domain)
        if requirement.target is not None:
            useful[:, area] |= theatre.look_rate_per_h(area, requirement.target).max(axis=1) > 0
        if requirement.measure == "identification":
            assert requirement.target is not None
            useful[:, area] |= identifies(scenario, requirement.target)
    return useful


def make_capability(
    theatre: Theatre,
    tranches: Tranches,
    futures: Futures,
    corrections: Corrections,
    *,
    node: Ints | None = None,
    pairs: Ints | None = None,
    gains: tuple[Gain, ...] | None = None,
) -> Capability:
    """The arrays of the programme for given tranches and corrections (``pairs``: only these, else the best).

    ``gains``: those of the same pairs and corrections, where they are known.
    """
    scenario = theatre.scenario
    pair = kept_pairs(theatre, corrections.kappa) if pairs is None else pairs
    node = np.zeros(len(futures), dtype=np.int64) if node is None else node
    gateways = offered(theatre, corrections, pair)
    return Capability(
        theatre=theatre,
        tranches=tranches,
        pair=pair,
        on_station=theatre.pairs.duty[pair] * corrections.kappa[pair],
        survival=_survival(theatre, tranches, pair),
        people=money.people_per_craft(theatre)[pair],
        support=money.support_per_year(theatre)[pair],
        unit_cost=_unit_costs(scenario, tranches, futures, node),
        gains=gains
        or tuple(make_gain(theatre, index, corrections, pair, gateways) for index in range(len(scenario.requirements))),
        node=node,
        gateways=gateways,
    )


def _unit_costs(scenario: Scenario, tranches: Tranches, futures: Futures, node: Ints) -> dict[OrderKey, float]:
    """What one craft of each order obligates; after the news at what the node's futures have in common.

    An order after the news that is common to all futures obligates what it does in the dearest.
    """
    costs: dict[OrderKey, float] = {}
    for p, period, n in zip(tranches.platform.tolist(), tranches.period, tranches.node.tolist(), strict=True):
        if (p, period.id, n) not in costs:
            there = node == n if n != COMMON else slice(None)
            costs[p, period.id, n] = float(money.obligation_in_futures(scenario, futures, p, period)[there].max())
    return costs


def _survival(theatre: Theatre, tranches: Tranches, pair: Ints) -> Floats:
    """Share not lost, or replaced, averaged over the window and the craft in time: (J, M), 1 for other platforms."""
    platform = theatre.pairs.platform[pair]
    hours_per_h = theatre.pairs.operating_h_per_h[pair]
    rate, replaced_h = loss_rate_per_h(theatre.scenario)[platform], replacement_h(theatre.scenario)[platform]
    window_h = theatre.scenario.calendar.window_h
    survival = np.ones((len(tranches.size), len(pair)))
    for j, before_h in enumerate(tranches.before_h):
        if len(before_h):
            mine = np.flatnonzero(platform == tranches.platform[j])
            filled = reliability.mean_presence(
                rate[mine], before_h[:, None], hours_per_h[mine], window_h, replaced_h[mine]
            )
            survival[j, mine] = filled.mean(axis=0)
    return survival
