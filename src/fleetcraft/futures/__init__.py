"""Sampled outcomes of the uncertain things; drawn by key, so that optimiser and simulation see the same ones.

Lead times, integration times and unit prices are PERT of shape 4 for each platform, slips PERT for each supplier,
exchange rates correlated geometric Brownian motion without drift, and an embargo by a foreign supplier country
happens with a probability from a date uniform between the first order date and the deadline. Groundings of a type
begin as a Poisson process from the calendar's start and last equally long; those that overlap are one (model.md 6).

``draw_futures`` draws independent futures, ``sample_futures`` a Latin hypercube of them. A ``Tree`` says which futures
look alike at the news, and ``revealed`` what the news tells of a future.
"""

from fleetcraft.futures.draw import draw_futures, likely_future, sample_futures
from fleetcraft.futures.futures import Futures
from fleetcraft.futures.news import Revealed, revealed
from fleetcraft.futures.pert import pert_quantile
from fleetcraft.futures.source import Block
from fleetcraft.futures.tree import Tree, plant_tree, unfold

__all__ = [
    "Block",
    "Futures",
    "Revealed",
    "Tree",
    "draw_futures",
    "likely_future",
    "pert_quantile",
    "plant_tree",
    "revealed",
    "sample_futures",
    "unfold",
]
