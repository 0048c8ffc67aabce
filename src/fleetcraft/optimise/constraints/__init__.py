"""The programme's laws, one a function; each takes the capability and the variables and returns a block of rows."""

from __future__ import annotations

from collections.abc import Callable

from fleetcraft.optimise.capability import Capability
from fleetcraft.optimise.constraints.allocation import (
    base_capacity,
    contacts_take_one_gateway,
    craft_are_placed,
    crews_of_craft,
    gateways_are_bought,
    people,
    station_keeping,
    training,
)
from fleetcraft.optimise.constraints.budgets import (
    acquisition_budget,
    carried_money,
    contingency,
    contingency_is_enough,
    outlay_budget,
    support_budget,
    upkeep_of_craft,
)
from fleetcraft.optimise.constraints.learning import (
    steps_are_full,
    steps_begin_in_order,
    units_are_counted,
    what_is_made_stays_made,
)
from fleetcraft.optimise.constraints.measures import attainment_is_earned, craft_add_up, values_lie_on_curves
from fleetcraft.optimise.constraints.orders import (
    integration_comes_with_an_order,
    orders_fill_tranches,
    places_are_taken_once,
    queues_fill_in_order,
    slices_are_opened,
    types_are_integrated_once,
)
from fleetcraft.optimise.constraints.policies import (
    domain_minimum,
    domestic_share,
    pinned_orders,
    supplier_country_share,
)
from fleetcraft.optimise.constraints.reach import (
    few_futures_miss_it,
    futures_make_up_the_mean,
    futures_reach_what_is_asked,
)
from fleetcraft.optimise.programme import Block
from fleetcraft.optimise.variables import Variables

Law = Callable[[Capability, Variables], Block]

HARD_LAWS: tuple[Law, ...] = (
    acquisition_budget,
    outlay_budget,
    contingency,
    contingency_is_enough,
    support_budget,
    base_capacity,
    people,
    training,
    supplier_country_share,
    domestic_share,
    domain_minimum,
    pinned_orders,
)
"""What the scenario states as a must; the ones that can conflict."""

STRUCTURE: tuple[Law, ...] = (
    orders_fill_tranches,
    places_are_taken_once,
    queues_fill_in_order,
    slices_are_opened,
    types_are_integrated_once,
    units_are_counted,
    steps_are_full,
    steps_begin_in_order,
    what_is_made_stays_made,
    carried_money,
    craft_are_placed,
    station_keeping,
    upkeep_of_craft,
    crews_of_craft,
    contacts_take_one_gateway,
    gateways_are_bought,
)
"""What holds by definition."""

WHOLE_ORDERS: tuple[Law, ...] = (integration_comes_with_an_order,)
"""What holds by definition of whole orders; a part of a craft may be integrated as a whole, to see whether it pays."""

WATCHING: tuple[Law, ...] = (craft_add_up, values_lie_on_curves, attainment_is_earned)
"""From craft on station to attainment."""

REACH: tuple[Law, ...] = (futures_reach_what_is_asked, few_futures_miss_it, futures_make_up_the_mean)
"""What the least cost must reach; without rows where the best attainment is sought."""
