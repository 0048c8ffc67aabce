"""Futures in two stages: those of one node look alike at the news and part after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetcraft import rng
from fleetcraft.futures.draw import sample_block, sample_futures
from fleetcraft.futures.events import embargo_h
from fleetcraft.futures.futures import Futures
from fleetcraft.futures.news import hidden_anew
from fleetcraft.futures.source import Block, Independent, Stratified
from fleetcraft.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Tree:
    """F futures in N nodes: those of one node look alike at the news, and differ only in what it does not reveal."""

    futures: Futures  # F leaves, node by node
    node: Ints  # (F,) node of each leaf, 0..N-1 in order

    @property
    def nodes(self) -> int:
        """The number of nodes."""
        return len(np.unique(self.node))

    def leaves(self, node: int) -> Ints:
        """Indices of the futures of a node."""
        return np.flatnonzero(self.node == node)


def plant_tree(scenario: Scenario, seed: int, count: int, *, nodes: int, sample: int = 0) -> Tree:
    """``count`` futures of block 'solve' in ``nodes`` nodes, evenly; the first nodes take what is left over.

    What the news reveals is a Latin hypercube over the nodes, what it hides one over all leaves; a further ``sample``
    has nothing to do with the first. An embargo counts as hidden whenever it begins: it is too rare for a node, which
    would stand for far more than its chance. Raises ValueError unless there are at least one node and no more nodes
    than futures.
    """
    if not 1 <= nodes <= count:
        raise ValueError(f"nodes: found {nodes}, expected 1 to {count}")

    def hidden(names: Sequence[str]) -> Floats:
        return rng.uniform(seed, sample_block(sample), range(count), [f"news/{name}" for name in names])

    node = np.sort(np.arange(count) % nodes)
    known = sample_futures(scenario, seed, nodes, sample=sample).take(node)
    source = Stratified(hidden)
    spared = replace(known, embargo_h=np.full_like(known.embargo_h, np.inf))
    leaves = hidden_anew(scenario, spared, source)
    return Tree(replace(leaves, embargo_h=embargo_h(scenario, source)), node)


def unfold(scenario: Scenario, futures: Futures, seed: int, block: Block, indices: Sequence[int], leaves: int) -> Tree:
    """A node of each given future, with ``leaves`` futures that share what the news reveals of it.

    ``futures`` are those of the block with the given indices. What is hidden is keyed by (seed, block, index, leaf,
    name): it depends neither on what the future itself would have brought nor on which other futures are asked for.
    """

    def hidden(names: Sequence[str]) -> Floats:
        drawn = [rng.uniform(seed, block, indices, [f"news/{leaf}/{name}" for name in names]) for leaf in range(leaves)]
        return np.stack(drawn, axis=1).reshape(len(indices) * leaves, len(names))

    node = np.repeat(np.arange(len(indices)), leaves)
    return Tree(hidden_anew(scenario, futures.take(node), Independent(hidden)), node)
