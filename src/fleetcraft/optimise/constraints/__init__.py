"""The programme's laws, one a function; each takes the capability and the variables and returns a block of rows."""

from __future__ import annotations

from collections.abc import Callable

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.constraints.allocation import base_capacity, craft_are_placed, people, station_keeping
from fleetcraft.optimise.constraints.budgets import acquisition_budget, support_budget, upkeep_of_craft
from fleetcraft.optimise.constraints.measures import attainment_is_earned, craft_add_up, values_lie_on_curves
from fleetcraft.optimise.constraints.orders import (
    integration_comes_with_an_order,
    orders_fill_tranches,
    places_are_taken_once,
    queues_fill_in_order,
    slices_are_opened,
    types_are_integrated_once,
)
from fleetcraft.optimise.constraints.policies import domain_minimum, domestic_share, supplier_country_share
from fleetcraft.optimise.programme import Block
from fleetcraft.optimise.variables import Variables

Law = Callable[[Capability, Variables], Block]

HARD_LAWS: tuple[Law, ...] = (
    acquisition_budget,
    support_budget,
    base_capacity,
    people,
    supplier_country_share,
    domestic_share,
    domain_minimum,
)
"""What the scenario states as a must; the ones that can conflict."""

STRUCTURE: tuple[Law, ...] = (
    orders_fill_tranches,
    places_are_taken_once,
    queues_fill_in_order,
    slices_are_opened,
    types_are_integrated_once,
    craft_are_placed,
    station_keeping,
    upkeep_of_craft,
)
"""What holds by definition."""

WHOLE_ORDERS: tuple[Law, ...] = (integration_comes_with_an_order,)
"""What holds by definition of whole orders; a part of a craft may be integrated as a whole, to see whether it pays."""

WATCHING: tuple[Law, ...] = (craft_add_up, values_lie_on_curves, attainment_is_earned)
"""From craft on station to attainment."""
