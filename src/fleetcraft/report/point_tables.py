"""Tables and words that the frontier and the comparison share: each row a point, its orders, its money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from fleetcraft.report.countries import country, country_in_words
from fleetcraft.report.markup import Column, Html, table
from fleetcraft.report.section import domain
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import MISSING, money_scale, number, percent, plural, probability
from fleetcraft.scenario.platform import DOMAINS

Row = Mapping[str, Any]
MOST_COUNTRIES = 5
OTHERS = "others"


def has_plan(row: Row) -> bool:
    """Whether a point has a plan."""
    return bool(row.get("attainment"))


def all_orders(row: Row) -> list[Row]:
    """The orders of all futures, then those that single futures place after the news, at their expected cost."""
    return [*row["orders"], *row["later"]]


def craft_by_domain(row: Row) -> str:
    """``133 air, 250 surface, 114 underwater``."""
    counts: Counter[str] = Counter()
    for order in row["orders"]:
        counts[order["domain"]] += order["quantity"]
    return ", ".join(f"{number(counts[d])} {d}" for d in DOMAINS if counts[d]) or "nothing"


def bought(row: Row) -> str:
    """Craft and types that a point buys, in words; what it orders after the news in the mean of the futures."""
    if not row["orders"] and not row["later"]:
        return "nothing"
    craft = sum(order["quantity"] for order in row["orders"])
    types = len({order["platform"] for order in row["orders"]})
    first = (
        f"{number(craft)} craft of {plural(types, 'type')} ({craft_by_domain(row)})" if craft else "nothing at first"
    )
    after = sum(order["quantity"]["mean"] for order in row["later"])
    return first + (f" and {number(after, 1)} more after the news, in the mean future" if after else "")


def to_whom(row: Row) -> str:
    """Which supplier country gets most of the money, as the end of a sentence; nothing where nothing is bought."""
    sums: Counter[str] = Counter()
    for order in all_orders(row):
        sums[order["supplier_country"]] += order["cost"]
    if not sums.total():
        return ""
    most = max(sums, key=lambda code: (sums[code], code))
    share = "all" if len(sums) == 1 else percent(sums[most] / sums.total(), 0)
    return f", {share} of the money for {country_in_words(most)}"


def points_of_attainment(difference: Any) -> str:
    """A difference of attainments in percentage points."""
    return number(100 * float(difference), 1)


def interval_of_points(low: float, high: float) -> str:
    """``1.2 to 3.4``, in percentage points."""
    return f"{points_of_attainment(low)} to {points_of_attainment(high)}"


def spending(rows: Iterable[tuple[str, Row]], key: str) -> pd.DataFrame:
    """Money of each named point by ``domain`` or supplier ``country``: columns point, key, cost; in reading order.

    Beyond the five countries that get most of all points' money the rest are one.
    """
    entries = [
        {"point": name, "domain": order["domain"], "country": country(order["supplier_country"]), "cost": order["cost"]}
        for name, row in rows
        if has_plan(row)
        for order in all_orders(row)
    ]
    frame = pd.DataFrame(entries, columns=["point", "domain", "country", "cost"])
    if key == "country":
        kept = frame.groupby("country")["cost"].sum().sort_values(ascending=False, kind="stable").index[:MOST_COUNTRIES]
        frame["country"] = frame["country"].where(frame["country"].isin(kept), OTHERS)
    return frame.groupby(["point", key], sort=False)["cost"].sum().reset_index()


def orders_table(result: Result, row: Row, caption: str) -> Html:
    """The orders of one point, dearest first within each domain."""
    scale = money_scale([order["cost"] for order in all_orders(row)], result["currency"])
    columns = (
        Column("Type"),
        Column("Domain"),
        Column("Country"),
        Column("Order in"),
        Column("Craft", numeric=True),
        Column(f"Obligated, {scale.unit}", numeric=True),
    )
    ordered = sorted(
        all_orders(row), key=lambda o: (DOMAINS.index(o["domain"]), -o["cost"], o["platform"], o["period"])
    )
    rows = [
        (
            o["name"],
            domain(o["domain"]),
            country(o["supplier_country"]),
            o["period"],
            _quantity(o),
            scale.cell(o["cost"]),
        )
        for o in ordered
    ]
    return table(caption, columns, rows)


def _quantity(order: Row) -> str:
    """Craft ordered; of an order that adapts the mean over the futures and the share of them that place it."""
    if "probability" not in order:
        return number(order["quantity"])
    return f"{number(order['quantity']['mean'], 1)} (in {probability(order['probability'])} of futures)"


def status(row: Row) -> str:
    """How a point was solved: ``optimal within 0.4%``."""
    if not has_plan(row):
        return "no plan" if row["status"] == "infeasible" else "none found in time"
    return f"{row['status']}, gap {percent(row['gap'], 2)}" if row.get("gap") is not None else MISSING
