"""A type of craft that can be bought."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from fleetcraft.scenario.base import Value, quantity, remark

Domain = Literal["air", "surface", "underwater"]
DOMAINS: tuple[Domain, ...] = ("air", "surface", "underwater")
SweptAs = Literal["surface_vessel", "small_craft", "submerged"]

PROPRIETARY = "proprietary"
_IN_PARENTHESES = re.compile(r"\([^)]*\)?")
_CLAIM = re.compile(r"\bclaimed\b.*")


class Platform(Value):
    """One row of platforms.csv: a type, its maker, price, performance, delivery and upkeep."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="short name used everywhere else")
    name: str = Field(min_length=1, description="the maker's name for it")
    domain: Domain = Field(description="where it operates")
    supplier: str = Field(min_length=1, description="the maker; one delivery slip is drawn for each")
    supplier_country: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166 code of the maker's country")
    unit_price_low: float = quantity("price currency", "lowest credible unit price", ge=0)
    unit_price_likely: float = quantity("price currency", "likely unit price", ge=0)
    unit_price_high: float = quantity("price currency", "highest credible unit price", ge=0)
    price_currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")
    price_year: int = quantity("year", "prices are those of 1 July of this year", ge=1990, le=2100)
    endurance_h: float = quantity("h", "time from launch to recovery", gt=0)
    cruise_speed_kn: float = quantity("kn", "speed in transit and on search", gt=0)
    max_speed_kn: float = quantity("kn", "highest speed", gt=0)
    range_nm_from_base: float = quantity("nm", "farthest it may work from its base", gt=0)
    max_depth_m: float = quantity("m", "deepest dive", ge=0, descriptive=True)
    max_sea_state_operate: int = quantity("WMO class", "roughest sea in which it still searches", ge=0, le=9)
    max_sea_state_launch: int = quantity("WMO class", "roughest sea in which it is launched", ge=0, le=9)
    max_sea_state_recover: int | None = quantity(
        "WMO class", "roughest sea in which it is recovered (empty: as max_sea_state_launch)", None, ge=0, le=9
    )
    max_wind_kn: float = quantity("kn", "strongest wind (air and surface)", gt=0)
    sweep_width_nm_surface_vessel: float = quantity("nm", "sweep width against a surface vessel", ge=0)
    sweep_width_nm_small_craft: float = quantity("nm", "sweep width against a small craft", ge=0)
    sweep_width_nm_submerged: float = quantity("nm", "sweep width against a submerged target", ge=0)
    lead_time_months_low: float = quantity("month", "shortest credible time from order to first delivery", ge=0)
    lead_time_months_likely: float = quantity("month", "likely time from order to first delivery", ge=0)
    lead_time_months_high: float = quantity("month", "longest credible time from order to first delivery", ge=0)
    production_rate_per_year: float = quantity("1/year", "the maker's yearly output for all customers", gt=0)
    buyers_share: float | None = quantity(
        "fraction", "share of that output this buyer can get (empty: acquisition.buyers_share)", None, gt=0, le=1
    )
    units_made: int | None = quantity(
        "craft", "already made when the unit price holds; needed where the price falls with their number", None, ge=1
    )
    annual_support_cost_fraction: float = quantity("1/year", "fixed yearly support over unit price", ge=0)
    operating_cost_per_hour: float = quantity("price currency/h", "variable cost of an operating hour", ge=0)
    crew_per_vehicle_on_station: float = quantity("posts", "posts to fill for each craft on station", ge=0)
    mtbf_h: float | None = quantity("h", "mean operating hours between failures (empty: it never fails)", gt=0)
    mttr_h: float = quantity("h", "mean repair time with a crew at work", ge=0)
    turnaround_h: float = quantity("h", "from recovery to ready again", ge=0)
    loss_per_100k_h: float = quantity("1/100000 h", "hull losses per operating hours", ge=0)
    control_interfaces: str = Field(
        default="",
        description="interfaces it can be controlled through, separated by ;: craft that share one hand contacts over "
        "without delay. 'proprietary' is its supplier's own; text in parentheses and from the word 'claimed' on is "
        "no part of a name",
    )
    identifies: tuple[SweptAs, ...] = Field(
        default=(), description="kinds of target it can identify, separated by ; (empty: none)"
    )
    datalink: str = remark("data link")
    launch_mode: str = remark("how it is launched")
    acquisition: Literal["purchase", "service"] = Field(
        default="purchase",
        description="how it is had. Of a service the unit prices are the yearly fee of one craft, which covers craft, "
        "ground equipment, crews, hours, upkeep and losses: support money from the day it is usable, and nothing is "
        "obligated or integrated",
    )
    armed_variant_exists: Literal["yes", "no"] = remark(
        "whether an armed variant is also made; only sensors and endurance are modelled", ...
    )
    buyable: str = remark("yes, or service where its maker offers it as a service", ...)
    price_basis: str = remark("what the unit price includes")
    craft_class: str = Field(description="the operations.classes entry that gives its hours, maintenance and upkeep")
    ground_segment: Literal["included", "extra"] = Field(
        description="whether the unit price already carries its ground equipment; chooses the on-top fraction"
    )
    submerged_sensor: Literal["none", "seabed", "passive_acoustic"] = Field(
        description="what its submerged sweep width rests on; "
        "the target class submerged is served by passive_acoustic alone"
    )
    licensed_from: str | None = Field(
        default=None, description="id of the original type when this is its licensed production (empty: none)"
    )
    original_line_units: int = quantity(
        "craft", "of a licensed type, the first craft that come from the original line with its lead time", 0, ge=0
    )
    domestic_workshare: float = quantity(
        "fraction", "share of the price spent in the buyer's country by a foreign maker", 0.0, ge=0, le=1
    )

    @property
    def recovery_sea_state(self) -> int:
        """Roughest sea (WMO class) in which it is recovered: that of its launch unless stated."""
        return self.max_sea_state_launch if self.max_sea_state_recover is None else self.max_sea_state_recover

    @property
    def interfaces(self) -> frozenset[str]:
        """The names of its control interfaces; a proprietary one carries its supplier's name."""
        tokens = _IN_PARENTHESES.sub(" ", self.control_interfaces).split(";")
        names = (" ".join(_CLAIM.sub("", token).split()) for token in tokens)
        return frozenset(
            f"{PROPRIETARY}/{self.supplier}" if name.startswith(PROPRIETARY) else name for name in names if name
        )

    def sweep_width_nm(self, swept_as: SweptAs) -> float:
        """Sweep width in nm against a kind of target; 0 where the sensor is of the wrong kind."""
        if swept_as == "submerged" and self.submerged_sensor != "passive_acoustic":
            return 0.0
        return float(getattr(self, f"sweep_width_nm_{swept_as}"))


class ValueSource(Value):
    """One row of platform_sources.csv: where one value of one platform comes from."""

    id: str = Field(description="id of a platform")
    field: str = Field(description="a column of the platforms")
    value: str = Field(description="the value it had when it was sourced, in the platform's own units")
    unit: str = Field(default="", description="unit of the value")
    kind: Literal["published", "derived", "structural", "assumption"] = Field(
        description="published at the address, derived from what is, part of the type's structure, or assumed"
    )
    source_url: str = Field(default="", description="address of the source")
    note: str = Field(default="", description="free text")
    low: float | None = quantity("", "lowest credible value, in the same unit (empty: none stated)", None)
    high: float | None = quantity("", "highest credible value, in the same unit (empty: none stated)", None)
