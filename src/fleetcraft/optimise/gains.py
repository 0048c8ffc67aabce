"""What craft on station bring a requirement, as lines that a linear programme can hold (model.md 8).

In each weather stratum the value of a measure is cut by one or more concave curves, each of a weighted sum of the craft
on station. A station is taken to be occupied as often as when the plan was last simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fleetcraft.fleet.theatre import Theatre, hand_over_h, identification_service_h, identifies
from fleetcraft.optimise.corrections import Corrections
from fleetcraft.optimise.formula import contacts_per_h, longest_search_h, of_domain, quickest_look_h
from fleetcraft.optimise.gateways import Gateway, joined_wait_h, mean_wait_h
from fleetcraft.optimise.tangents import concave_envelope, product_tangents
from fleetcraft.physics import measures, sortie
from fleetcraft.scenario.requirement import Measure, Requirement

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_STRATA = 5
MOST_STATIONS_IN_CURVE = 30
MOST_OCCUPANCY = 0.99
"""A station always occupied would be present without end; beyond this a craft more brings next to nothing."""


UNLIKE = (0.2, 0.8)
"""Weights of two domains of which one is watched less."""


@dataclass(frozen=True)
class Curve:
    """In stratum s no value exceeds slope x sum + intercept, for any line, with sum = weight[s] @ craft on station.

    ``name`` tells the curves of one gain apart; it is empty where there is one only. ``extra`` (G, S, P) is what a
    craft on station adds to the sum besides if what it finds goes through each of G gateways.
    """

    name: str
    weight: Floats  # (S, P)
    slope: Floats  # (lines,)
    intercept: Floats  # (lines,)
    extra: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))

    def highest(self, summed: Floats) -> Floats:
        """The lowest of the lines at sums of any shape."""
        lowest: Floats = (np.multiply.outer(summed, self.slope) + self.intercept).min(axis=-1)
        return lowest


@dataclass(frozen=True)
class Gain:
    """What one requirement's value is made of: ``share`` @ (the lowest curve of each stratum), times ``scale``."""

    requirement: int
    area: int
    share: Floats  # (S,)
    curves: tuple[Curve, ...]
    scale: float  # attainment per unit of value: rho / threshold


@dataclass(frozen=True)
class _Site:
    """A requirement's area and what is known of the craft that could watch it."""

    theatre: Theatre
    index: int  # of the requirement
    corrections: Corrections
    pair: Ints  # kept pairs
    gateways: Sequence[Gateway] = ()

    @property
    def requirement(self) -> Requirement:
        return self.theatre.scenario.requirements[self.index]

    @property
    def area(self) -> int:
        """The requirement's area."""
        return self.theatre.scenario.area_index[self.requirement.area]

    @property
    def here(self) -> Ints:
        """Kept pairs of the area."""
        here: Ints = self.pair[self.theatre.pairs.area[self.pair] == self.area]
        return here

    @property
    def local(self) -> Ints:
        """Platforms that have a kept pair here."""
        return np.unique(self.theatre.pairs.platform[self.here])

    @property
    def share(self) -> Floats:
        return self.theatre.strata[self.area].share

    @property
    def sees(self) -> NDArray[np.bool_]:
        """(S, P): whether each platform can see in each stratum."""
        return self.theatre.strata[self.area].sees

    @property
    def busy(self) -> Floats:
        """(P,): mean share of a platform's hours here that go to identifying."""
        pairs = self.theatre.pairs
        mine = pairs.area == self.area
        count = np.bincount(pairs.platform[mine], minlength=self.sees.shape[1])
        total = np.bincount(pairs.platform[mine], weights=self.corrections.busy[mine], minlength=len(count))
        return total / np.maximum(count, 1)

    def rate_per_h(self, by_platform: Floats) -> Floats:
        """A rate (P, 3) by wind band in each stratum, 0 where a platform cannot see, (S, P)."""
        return np.where(self.sees, by_platform.T[self.theatre.strata[self.area].wind_band], 0.0)

    def exposure(self, coverage: Floats | float, *, most: float = 1.0) -> Floats:
        """What a craft on station adds: e / o, e = -ln(1 - o' (1 - exp(-b))), o' the part of o that is not busy.

        ``coverage`` b, (S, P) or one number; ``most``: o' is taken to be no more.
        """
        occupied = self.corrections.occupancy[:, self.area]
        free = np.minimum(occupied * (1.0 - self.busy), most)
        added: Floats = -np.log1p(free * np.expm1(-np.asarray(coverage))) / occupied
        return added


def make_gain(
    theatre: Theatre, index: int, corrections: Corrections, pair: Ints, gateways: Sequence[Gateway] = ()
) -> Gain:
    """What requirement ``index`` gains from craft in the kept pairs ``pair``, and through gateways for sale."""
    site = _Site(theatre, index, corrections, pair, gateways)
    share, curves = _LAWS[site.requirement.measure](site)
    rho = float(corrections.rho[index])
    scale = 1.0 / rho if site.requirement.measure == "revisit" else rho / site.requirement.threshold
    return Gain(index, site.area, share, curves, scale)


def _detection(site: _Site) -> tuple[Floats, tuple[Curve, ...]]:
    """Exposures add: detection = 1 - exp(-sum of them)."""
    share, (exposure,) = _merged(site, [_search_exposure(site, longest_search_h(site.theatre, site.requirement))])
    return share, (Curve("", exposure, *product_tangents()),)


def _search_exposure(site: _Site, search_h: float | Floats) -> Floats:
    """Exposure (S, P) of a target that can be searched for so long, by all or by each platform (P,)."""
    assert site.requirement.target is not None
    rate = site.rate_per_h(site.theatre.detection_rate_per_h(site.area, site.requirement.target))
    return site.exposure(search_h * rate)


def _identification(site: _Site) -> tuple[Floats, tuple[Curve, ...]]:
    """No more than is found in time, and no more than identifiers have hours for.

    In time: for the hand-over to those who identify, in the mean of the plan last simulated, and for the quickest look.
    A gateway shortens the first; a craft that can use several is let use one.
    A craft that identifies serves 1 / service contacts an hour of the nu that come in, and of what it serves no more
    counts than was found in time, its share as when the plan was last simulated.
    """
    target = site.requirement.target
    assert target is not None
    service_h = identification_service_h(site.theatre, site.area, target)
    quickest_h = quickest_look_h(site.theatre, site.requirement, site.local)
    search_h = max(longest_search_h(site.theatre, site.requirement) - quickest_h, 0.0)

    scenario = site.theatre.scenario
    wait_h = hand_over_h(scenario)
    found = _timely_exposure(site, search_h, wait_h)
    through = [
        _timely_exposure(site, search_h, joined_wait_h(scenario, wait_h, gateway)) - found for gateway in site.gateways
    ]
    able = site.sees & identifies(site.theatre.scenario, target)
    timely = float(site.corrections.timely[site.index])
    served = np.where(able, timely / (contacts_per_h(site.theatre.scenario, target) * service_h), 0.0)
    share, (found, served, *through) = _merged(site, [found, served, *through])
    line = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    extra = np.reshape(through, (len(through), *found.shape))
    return share, (Curve("found", found, *product_tangents(), extra), Curve("served", served, *line))


def _timely_exposure(site: _Site, search_h: float, wait_h: Floats) -> Floats:
    """Exposure (S, P) of a target that can be searched for so long, less the hand-over ``wait_h`` (P, P)."""
    assert site.requirement.target is not None
    able = identifies(site.theatre.scenario, site.requirement.target)
    mean_h = mean_wait_h(wait_h, able, site.corrections.mix[:, site.area], site.local)
    return _search_exposure(site, np.maximum(search_h - mean_h, 0.0))


def _presence(site: _Site) -> tuple[Floats, tuple[Curve, ...]]:
    """P(at least k) over independent stations, as the concave envelope of the curves of every type that could serve."""
    requirement = site.requirement
    assert requirement.craft is not None
    of_it = of_domain(site.theatre.scenario, requirement.domain)
    share, (sees,) = _merged(site, [(site.sees & of_it).astype(np.float64)])
    able = site.here[of_it[site.theatre.pairs.platform[site.here]]]
    lines = concave_envelope(*_presence_points(site, able, requirement.craft))
    return share, (Curve("", sees, *lines),)


def _presence_points(site: _Site, pair: Ints, craft: int) -> tuple[Floats, Floats]:
    """Points (mean craft on station, P(at least ``craft``)) of n = 1, 2, ... craft of each pair alone."""
    learnt = [site.theatre.pairs.duty, site.corrections.kappa, site.corrections.busy]
    kinds = np.unique(np.round(np.stack([values[pair] for values in learnt], axis=1), 3), axis=0)
    on_station, present = [np.zeros(1)], [np.zeros(1)]
    for duty, kappa, busy in kinds:
        most = int(np.ceil(MOST_STATIONS_IN_CURVE / max(duty, 0.02)))
        for n in range(1, most + 1):
            stations = sortie.stations(n, duty)
            o = sortie.occupancy(np.array([float(n)]), duty, kappa, stations)
            always = np.ones((1, 1), dtype=bool)
            chance = measures.presence_share(np.ones(1), always, o * (1.0 - busy), stations.reshape(1), craft)
            on_station.append(o * stations)
            present.append(np.atleast_1d(chance))
            if chance > 0.999:
                break
    return np.concatenate(on_station), np.concatenate(present)


def _layered(site: _Site) -> tuple[Floats, tuple[Curve, ...]]:
    """prod over domains d of p_d, p_d = 1 - exp(-x_d) with x_d the exposures of a craft that finds whatever is there.

    No more than the product over some of the domains, and that no more than it could be at the same weighted sum of
    their x_d: one curve for each set of domains and weights.
    """
    domains = site.requirement.domains
    assert domains is not None
    members = np.stack([of_domain(site.theatre.scenario, domain) for domain in domains]).astype(np.float64)
    present = np.where(site.sees & members.any(axis=0), site.exposure(np.inf, most=MOST_OCCUPANCY), 0.0)
    share, (exposure,) = _merged(site, [present])
    return share, tuple(
        Curve(
            "+".join(f"{w / min(weights):.0f} {domains[d]}" for d, w in zip(together, weights, strict=True)),
            exposure * (weights @ members[together, :]),
            *product_tangents(weights),
        )
        for together, weights in _mixes(len(domains))
    )


def _mixes(domains: int) -> list[tuple[list[int], tuple[float, ...]]]:
    """Domains whose exposures add up in one curve and their weights: every set alike, two domains also unlike.

    The curves of two alone are loose where one domain is watched less than the other; with a third they are many.
    """
    sets = [list(some) for m in range(1, domains + 1) for some in combinations(range(domains), m)]
    alike = [(some, (1.0 / len(some),) * len(some)) for some in sets]
    return [*alike, ([0, 1], UNLIKE), ([0, 1], UNLIKE[::-1])] if domains == 2 else alike


def _revisit(site: _Site) -> tuple[Floats, tuple[Curve, ...]]:
    """threshold / value = threshold x mean look rate: linear in the craft on station."""
    assert site.requirement.target is not None
    rate = site.rate_per_h(site.theatre.look_rate_per_h(site.area, site.requirement.target))
    weight = (site.share @ rate * (1.0 - site.busy))[None, :] * site.requirement.threshold
    return np.ones(1), (Curve("", weight, np.ones(1), np.zeros(1)),)


_LAWS: Mapping[Measure, Callable[[_Site], tuple[Floats, tuple[Curve, ...]]]] = {
    "detection": _detection,
    "identification": _identification,
    "presence": _presence,
    "layered": _layered,
    "revisit": _revisit,
}


def _merged(site: _Site, weights: Sequence[Floats]) -> tuple[Floats, list[Floats]]:
    """The area's strata merged to a few, alike for several weights (S, P) of the craft that serve it."""
    platforms = weights[0].shape[1]
    local = np.concatenate([site.local + k * platforms for k in range(len(weights))])
    share, means = merge_strata(site.share, np.concatenate(weights, axis=1), local)
    return share, np.split(means, len(weights), axis=1)


def merge_strata(share: Floats, weight: Floats, local: Ints) -> tuple[Floats, Floats]:
    """Weather strata merged to at most five for the columns ``local``: (S',) shares and (S', n) mean weights.

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
