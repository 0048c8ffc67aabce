"""Physics turned into what a linear programme can hold: tranches, exposures, curves, costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet import money
from fleetcraft.fleet.deliveries import MONTHS_PER_YEAR, queue
from fleetcraft.fleet.theatre import Theatre
from fleetcraft.futures import Futures
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.formula import longest_search_h
from fleetcraft.optimise.tangents import concave_envelope, exponential_tangents
from fleetcraft.physics import measures, reliability, sortie
from fleetcraft.scenario.calendar import Period
from fleetcraft.scenario.requirement import Requirement
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BASES_KEPT = 3
MOST_TRANCHES = 4
FEW_CRAFT = 8
"""A queue no longer than this is cut at every craft."""
SPLIT_PLACE = 0.05
"""By this share of a gap a place may be too early for a period's order: a year is then the maker's yearly number."""
MOST_STRATA = 5
MOST_STATIONS_IN_CURVE = 30


@dataclass(frozen=True)
class Tranches:
    """J slices of the orders: craft of one platform and period that share their chances of being usable in time.

    ``share`` (J, F) is the mean of the slice's craft usable at the window's first day; ``years`` (J, F, Y) their
    mean usable years in each fiscal year; ``before_h`` the hours between usable and the window's first day of each of
    its craft that is usable in time, over all futures, one array a slice.
    ``slot`` (J,) counts the craft that the maker's line could have delivered before the slice's first: slices of one
    platform and slot are the same places in its queue, open to orders of several periods. The last slice of a
    platform and period may be ``late``: beyond every craft that could be usable in time, and without end.
    """

    platform: Ints
    period: tuple[Period, ...]
    size: Floats
    share: Floats
    years: Floats
    before_h: tuple[Floats, ...]
    slot: Ints
    late: NDArray[np.bool_]


@dataclass(frozen=True)
class Gain:
    """What one requirement's value is made of, as lines over sums of on-station craft.

    In stratum s the sum over platforms of ``weight`` (S, P) x craft on station is cut by ``slope`` x sum +
    ``intercept`` (the lowest line holds); the value is ``share`` @ strata, times ``scale``.
    """

    requirement: int
    area: int
    share: Floats  # (S,)
    weight: Floats  # (S, P)
    slope: tuple[Floats, ...]  # one array of lines for each stratum
    intercept: tuple[Floats, ...]
    scale: float  # attainment per unit of value: rho / threshold


@dataclass(frozen=True)
class Capability:
    """Everything the programme's laws need, as arrays."""

    theatre: Theatre
    tranches: Tranches
    pair: Ints  # (M,) kept pairs, indices into theatre.pairs
    on_station: Floats  # (M,) craft on station per craft allocated
    survival: Floats  # (J, M) share of a tranche's craft still there in the window, where the pair is its platform's
    people: Floats  # (M,)
    support: Floats  # (M,) a year
    unit_cost: Mapping[tuple[int, str], float]  # (platform, period id)
    gains: tuple[Gain, ...]
    futures: int


def order_periods(scenario: Scenario) -> tuple[Period, ...]:
    """The periods in which orders are considered: the first of each fiscal year with money.

    Without recourse an order placed later in the same fiscal year costs no less (prices escalate), arrives no sooner
    and uses the same acquisition money. Two things can speak for waiting. A support budget that is tighter in a year
    before the window than in the window's own year: then every period with money is kept. And craft that come later
    are lost later: this is left out, since craft in time are worth more than craft spared (on both shipped examples
    the bound with every period is less than 1% higher).
    """
    budget, calendar = scenario.budget, scenario.calendar
    funded = [p for p in calendar.periods if budget.obligation.get(p.fiscal_year, 0.0) > 0]
    if _early_support_is_tighter(scenario):
        return tuple(funded)
    first: dict[int, Period] = {}
    for period in funded:
        first.setdefault(period.fiscal_year, period)
    return tuple(first.values())


def _early_support_is_tighter(scenario: Scenario) -> bool:
    support, calendar = scenario.budget.support, scenario.calendar
    window_year = calendar.fiscal_year(calendar.window_start)
    limit = support.get(window_year, np.inf)
    return any(support.get(year, np.inf) < limit for year in calendar.fiscal_years if year < window_year)


def largest_affordable_order(scenario: Scenario, platform: int, period: Period) -> int:
    """Most craft of a platform that the obligation budget of a period's fiscal year could buy."""
    price = money.unit_obligation(scenario, scenario.platforms[platform], period)
    return int(scenario.budget.obligation.get(period.fiscal_year, 0.0) // max(price, 1e-9))


def useful_slots(scenario: Scenario, platform: int, periods: Sequence[Period], futures: Futures) -> Ints:
    """Places in a platform's queue that each future fills by the window's first day, (F,), as far as money reaches."""
    starts = first_slots(scenario, platform, periods)
    bought = [largest_affordable_order(scenario, platform, period) for period in periods]
    reached = max((start + sum(bought[t:]) for t, start in enumerate(starts) if bought[t]), default=0)
    window_h, start_h = scenario.calendar.window_start_h, periods[0].start_h
    most = min(int(max(window_h - start_h, 0.0) // _gap_h(scenario, platform)) + 1, reached)
    _, usable = queue(scenario, platform, np.full(most, start_h), futures)
    counted: Ints = (usable <= window_h).sum(axis=1)
    return counted


def first_slots(scenario: Scenario, platform: int, periods: Sequence[Period]) -> list[int]:
    """The first place in a platform's queue that an order of each period can take: earlier ones are past by then."""
    gap_h = _gap_h(scenario, platform)
    return [int((period.start_h - periods[0].start_h) / gap_h + SPLIT_PLACE) for period in periods]


def _gap_h(scenario: Scenario, platform: int) -> float:
    yearly = scenario.platforms[platform].production_rate_per_year * scenario.acquisition.buyers_share
    return MONTHS_PER_YEAR / yearly * HOURS_PER_MONTH


def free_tranches(scenario: Scenario, futures: Futures) -> Tranches:
    """Tranches for orders still to be decided: places in each maker's queue, by the period of the order."""
    periods = order_periods(scenario)
    slices = [s for p in range(len(scenario.platforms)) if periods for s in _slices(scenario, p, periods, futures)]
    return _stack(scenario, futures, slices)


@dataclass(frozen=True)
class _Slice:
    platform: int
    period: Period
    slot: int
    usable_h: Floats  # (F, size)
    late: bool = False


def _slices(scenario: Scenario, platform: int, periods: Sequence[Period], futures: Futures) -> list[_Slice]:
    """A queue cut where the number usable in time differs between futures and where a period's first place is.

    The craft at a place of the queue arrives when the line that has run since the first period delivers it, and not
    before the first craft of its own period could: never later than in truth, and earlier by less than one gap.
    """
    useful = useful_slots(scenario, platform, periods, futures)
    most = int(useful.max(initial=0))
    starts = first_slots(scenario, platform, periods)
    quantiles = np.quantile(useful, np.linspace(0, 1, MOST_TRANCHES + 1)[1:], method="higher")
    inner = range(most) if most <= FEW_CRAFT else [*(int(c) for c in quantiles), *(d for d in starts if d < most)]
    cuts = sorted({0, most, *inner})
    found = []
    for period, start in zip(periods, starts, strict=True):
        asked = largest_asked_order(scenario, platform, period)
        places = most + asked
        _, line = queue(scenario, platform, np.full(places, periods[0].start_h), futures)
        _, own = queue(scenario, platform, np.full(1, period.start_h), futures)
        usable = np.maximum(line, own)
        for low, high in pairwise(cuts):
            if low >= start:
                found.append(_Slice(platform, period, low, usable[:, low:high]))
        if asked:
            found.append(_Slice(platform, period, most, usable[:, most:], late=True))
    return found


def largest_asked_order(scenario: Scenario, platform: int, period: Period) -> int:
    """Craft that policies may ask for beyond the useful ones: a domain's least number, or spending for a share."""
    policies = scenario.policies
    asked = policies.domain_minimum.get(scenario.platforms[platform].domain, 0)
    if policies.domestic_share is None and policies.supplier_country_share is None:
        return asked
    return max(asked, largest_affordable_order(scenario, platform, period))


def fixed_tranches(scenario: Scenario, orders: Mapping[tuple[int, str], int], futures: Futures) -> Tranches:
    """One tranche a platform for orders already decided: its craft fill every row pro rata, so they share one share."""
    periods = {p.id: p for p in scenario.calendar.periods}
    slices = []
    for index in sorted({platform for platform, _ in orders}):
        mine = sorted((periods[t].start_h, n, t) for (platform, t), n in orders.items() if platform == index and n)
        if mine:
            order_h = np.array([start for start, n, _ in mine for _ in range(n)])
            _, usable = queue(scenario, index, order_h, futures)
            slices.append(_Slice(index, periods[mine[0][2]], 0, usable))
    return _stack(scenario, futures, slices)


def _stack(scenario: Scenario, futures: Futures, slices: list[_Slice]) -> Tranches:
    window_h = scenario.calendar.window_start_h
    years = len(scenario.calendar.fiscal_years)
    share = [(s.usable_h <= window_h).mean(axis=1) for s in slices]
    usable_years = [money.usable_years(scenario, s.usable_h).mean(axis=-1).T for s in slices]
    return Tranches(
        platform=np.array([s.platform for s in slices], dtype=np.int64),
        period=tuple(s.period for s in slices),
        size=np.array([s.usable_h.shape[1] for s in slices], dtype=np.float64),
        share=np.array(share).reshape(len(slices), len(futures)),
        years=np.array(usable_years).reshape(len(slices), len(futures), years),
        before_h=tuple(window_h - s.usable_h[s.usable_h <= window_h] for s in slices),
        slot=np.array([s.slot for s in slices], dtype=np.int64),
        late=np.array([s.late for s in slices], dtype=bool),
    )


def kept_pairs(theatre: Theatre, kappa: Floats) -> Ints:
    """The best bases of each platform and area by duty x kappa, ties by base id; pairs that serve no demand go.

    Craft of a domain with a least number must be based even where they bring nothing: every pair of theirs is kept.
    """
    scenario, pairs = theatre.scenario, theatre.pairs
    useful = _useful(theatre)
    minimum = scenario.policies.domain_minimum
    demanded = np.array([minimum.get(p.domain, 0) > 0 for p in scenario.platforms], dtype=bool)
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
        if requirement.measure == "presence":
            useful[:, area] |= np.array([p.domain == requirement.domain for p in scenario.platforms])
        else:
            assert requirement.target is not None
            useful[:, area] |= theatre.look_rate_per_h(area, requirement.target).max(axis=1) > 0
    return useful


def make_capability(
    theatre: Theatre, tranches: Tranches, corrections: Corrections, *, pairs: Ints | None = None
) -> Capability:
    """The arrays of the programme for given tranches and corrections (``pairs``: only these, else the best)."""
    scenario = theatre.scenario
    pair = kept_pairs(theatre, corrections.kappa) if pairs is None else pairs
    periods = {(int(p), t.id): t for p, t in zip(tranches.platform, tranches.period, strict=True)}
    return Capability(
        theatre=theatre,
        tranches=tranches,
        pair=pair,
        on_station=theatre.pairs.duty[pair] * corrections.kappa[pair],
        survival=_survival(theatre, tranches, pair),
        people=money.people_per_craft(theatre)[pair],
        support=money.support_per_year(theatre)[pair],
        unit_cost={
            key: money.unit_obligation(scenario, scenario.platforms[key[0]], period) for key, period in periods.items()
        },
        gains=tuple(_gain(theatre, index, corrections, pair) for index in range(len(scenario.requirements))),
        futures=int(tranches.share.shape[1]),
    )


def _survival(theatre: Theatre, tranches: Tranches, pair: Ints) -> Floats:
    """Share not lost, averaged over the window and over the craft in time: (J, M), 1 for pairs of other platforms."""
    platform = theatre.pairs.platform[pair]
    hours_per_h = theatre.pairs.operating_h_per_h[pair]
    rate = reliability.loss_rate_per_h(np.array([p.loss_per_100k_h for p in theatre.scenario.platforms])[platform])
    window_h = theatre.scenario.calendar.window_h
    survival = np.ones((len(tranches.size), len(pair)))
    for j, before_h in enumerate(tranches.before_h):
        if len(before_h):
            mine = np.flatnonzero(platform == tranches.platform[j])
            flown_h = before_h[:, None] * hours_per_h[mine]
            lasting = reliability.mean_survival(rate[mine], flown_h, hours_per_h[mine], window_h)
            survival[j, mine] = lasting.mean(axis=0)
    return survival


def _gain(theatre: Theatre, index: int, corrections: Corrections, pair: Ints) -> Gain:
    requirement = theatre.scenario.requirements[index]
    if requirement.measure == "detection":
        return _detection_gain(theatre, index, requirement, corrections, pair)
    if requirement.measure == "presence":
        return _presence_gain(theatre, index, requirement, corrections, pair)
    return _revisit_gain(theatre, index, requirement, corrections)


def _detection_gain(
    theatre: Theatre, index: int, requirement: Requirement, corrections: Corrections, pair: Ints
) -> Gain:
    """Exposures add: a craft on station contributes e / o, e = -ln(1 - o (1 - exp(-b))), at the last occupancy o."""
    area = theatre.scenario.area_index[requirement.area]
    strata = theatre.strata[area]
    assert requirement.target is not None
    rate = theatre.detection_rate_per_h(area, requirement.target).T[strata.wind_band]
    coverage = longest_search_h(theatre, requirement) * np.where(strata.sees, rate, 0.0)
    o = corrections.occupancy[:, area]
    exposure = -np.log1p(o * np.expm1(-coverage)) / o
    local = np.unique(theatre.pairs.platform[pair[theatre.pairs.area[pair] == area]])
    share, weight = merge_strata(strata.share, exposure, local)
    slope, intercept = exponential_tangents()
    lines = len(share)
    scale = float(corrections.rho[index]) / requirement.threshold
    return Gain(index, area, share, weight, (slope,) * lines, (intercept,) * lines, scale)


def _presence_gain(
    theatre: Theatre, index: int, requirement: Requirement, corrections: Corrections, pair: Ints
) -> Gain:
    """P(at least k) over independent stations, as the concave envelope of the curves of every type that could serve."""
    area = theatre.scenario.area_index[requirement.area]
    strata = theatre.strata[area]
    domain = np.array([p.domain == requirement.domain for p in theatre.scenario.platforms])
    sees = (strata.sees & domain).astype(np.float64)
    here = pair[theatre.pairs.area[pair] == area]
    local = np.unique(theatre.pairs.platform[here])
    share, weight = merge_strata(strata.share, sees, local)
    assert requirement.craft is not None
    able = here[domain[theatre.pairs.platform[here]]]
    on_station, present = _presence_curves(theatre, able, corrections.kappa, requirement.craft)
    slope, intercept = concave_envelope(on_station, present)
    lines = len(share)
    scale = float(corrections.rho[index]) / requirement.threshold
    return Gain(index, area, share, weight, (slope,) * lines, (intercept,) * lines, scale)


def _presence_curves(theatre: Theatre, pair: Ints, kappa: Floats, craft: int) -> tuple[Floats, Floats]:
    """Points (mean craft on station, P(at least ``craft``)) of n = 1, 2, ... craft of each pair alone."""
    duties = np.unique(np.round(np.stack([theatre.pairs.duty[pair], kappa[pair]], axis=1), 3), axis=0)
    on_station, present = [np.zeros(1)], [np.zeros(1)]
    for duty, correction in duties:
        most = int(np.ceil(MOST_STATIONS_IN_CURVE / max(duty, 0.02)))
        for n in range(1, most + 1):
            stations = sortie.stations(n, duty)
            o = sortie.occupancy(np.array([float(n)]), duty, correction, stations)
            chance = measures.presence_share(np.ones(1), np.ones((1, 1), dtype=bool), o, stations.reshape(1), craft)
            on_station.append(o * stations)
            present.append(np.atleast_1d(chance))
            if chance > 0.999:
                break
    return np.concatenate(on_station), np.concatenate(present)


def _revisit_gain(theatre: Theatre, index: int, requirement: Requirement, corrections: Corrections) -> Gain:
    """threshold / value = threshold x mean look rate: linear in the craft on station."""
    area = theatre.scenario.area_index[requirement.area]
    strata = theatre.strata[area]
    assert requirement.target is not None
    rate = np.where(strata.sees, theatre.look_rate_per_h(area, requirement.target).T[strata.wind_band], 0.0)
    weight = (strata.share @ rate)[None, :] * requirement.threshold
    lines = (np.array([1.0]),)
    return Gain(index, area, np.ones(1), weight, lines, (np.zeros(1),), 1.0 / float(corrections.rho[index]))


def merge_strata(share: Floats, weight: Floats, local: Ints) -> tuple[Floats, Floats]:
    """Weather strata merged to at most five for the platforms ``local``: (S',) shares and (S', P) mean weights.

    Equal strata merge exactly; then the pair whose merging changes the weights least, share by share, goes first.
    """
    signature = np.column_stack([np.zeros(len(share)), np.round(weight[:, local], 12)])
    _, group = np.unique(signature, axis=0, return_inverse=True)
    group = group.ravel()
    shares: Floats = np.bincount(group, weights=share).astype(np.float64)
    means: Floats = np.stack([share[group == g] @ weight[group == g] / shares[g] for g in range(len(shares))])
    while len(shares) > MOST_STRATA:
        distance = np.abs(means[:, None, local] - means[None, :, local]).sum(axis=-1)
        harm = distance * shares[:, None] * shares[None, :] / (shares[:, None] + shares[None, :])
        harm[np.tril_indices(len(shares))] = np.inf
        i, j = np.unravel_index(int(harm.argmin()), harm.shape)
        means[i] = (shares[i] * means[i] + shares[j] * means[j]) / (shares[i] + shares[j])
        shares[i] += shares[j]
        means, shares = np.delete(means, j, axis=0), np.delete(shares, j)
    return shares, means
