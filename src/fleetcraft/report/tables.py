"""The result as tables: one DataFrame a question, the same in CSV, Parquet, charts and HTML.

Columns keep the names of result.json; money is in whole units of ``currency``, shares are fractions, dates are days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from fleetcraft.fleet.money import is_service
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.study.spreadsheet import no_formula

Result = Mapping[str, Any]
Compression = Literal["snappy", "zstd"]

LEAST_BOUGHT = 0.5
"""Craft of a type that the mean future orders at least where the plan is said to buy it."""

_TEXT, _NUMBER, _WHOLE, _FLAG, _DAY = "string", "float64", "Int64", "boolean", "datetime64[ms]"

COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "orders": {
            "platform": _TEXT,
            "name": _TEXT,
            "domain": _TEXT,
            "supplier": _TEXT,
            "supplier_country": _TEXT,
            "period": _TEXT,
            "quantity": _WHOLE,
            "unit_price": _NUMBER,
            "cost": _NUMBER,
            "currency": _TEXT,
            "delivered_mean": _NUMBER,
        },
        "later": {
            "platform": _TEXT,
            "name": _TEXT,
            "domain": _TEXT,
            "supplier_country": _TEXT,
            "period": _TEXT,
            "probability": _NUMBER,
            "quantity_mean": _NUMBER,
            "quantity_low": _NUMBER,
            "quantity_high": _NUMBER,
            "cost": _NUMBER,
            "currency": _TEXT,
        },
        "allocation": {
            "platform": _TEXT,
            "name": _TEXT,
            "domain": _TEXT,
            "base": _TEXT,
            "base_name": _TEXT,
            "area": _TEXT,
            "area_name": _TEXT,
            "craft": _WHOLE,
            "stations": _WHOLE,
            "distance_nm": _NUMBER,
            "transit_h": _NUMBER,
            "station_h": _NUMBER,
            "duty": _NUMBER,
            "share_in_range": _NUMBER,
        },
        "requirements": {
            "id": _TEXT,
            "area": _TEXT,
            "area_name": _TEXT,
            "measure": _TEXT,
            "target": _TEXT,
            "within_h": _NUMBER,
            "domain": _TEXT,
            "domains": _TEXT,
            "craft": _WHOLE,
            "unit": _TEXT,
            "at_most": _FLAG,
            "threshold": _NUMBER,
            "weight": _NUMBER,
            "ceiling": _NUMBER,
            "planned": _NUMBER,
            "simulated": _NUMBER,
            "low": _NUMBER,
            "high": _NUMBER,
            "probability_met": _NUMBER,
            "reached": _FLAG,
            "sentence": _TEXT,
        },
        "budget_by_year": {
            "fiscal_year": _WHOLE,
            "currency": _TEXT,
            "obligation": _NUMBER,
            "obligation_budget": _NUMBER,
            "outlay": _NUMBER,
            "outlay_budget": _NUMBER,
            "support": _NUMBER,
            "support_budget": _NUMBER,
        },
        "deliveries": {
            "platform": _TEXT,
            "name": _TEXT,
            "domain": _TEXT,
            "date": _DAY,
            "low": _NUMBER,
            "mean": _NUMBER,
            "high": _NUMBER,
            "ordered": _NUMBER,
        },
        "ramp_up": {
            "domain": _TEXT,
            "date": _DAY,
            "low": _NUMBER,
            "mean": _NUMBER,
            "high": _NUMBER,
            "ordered": _NUMBER,
        },
        "first_day": {
            "platform": _TEXT,
            "name": _TEXT,
            "supplier_country": _TEXT,
            "domain": _TEXT,
            "probability_usable_in_time": _NUMBER,
            "ordered": _NUMBER,
        },
        "use": {
            "platform": _TEXT,
            "name": _TEXT,
            "domain": _TEXT,
            "availability": _NUMBER,
            "operating_h": _NUMBER,
            "identifying_h": _NUMBER,
            "losses": _NUMBER,
        },
        "assumptions": {
            "path": _TEXT,
            "value": _TEXT,
            "low": _NUMBER,
            "likely": _NUMBER,
            "high": _NUMBER,
            "unit": _TEXT,
            "reason": _TEXT,
            "source": _TEXT,
        },
        "platform_values": {
            "id": _TEXT,
            "name": _TEXT,
            "field": _TEXT,
            "value": _TEXT,
            "unit": _TEXT,
            "kind": _TEXT,
            "low": _NUMBER,
            "high": _NUMBER,
            "source_url": _TEXT,
            "note": _TEXT,
        },
    }
)
"""Columns of every table and their types."""


def all_tables(result: Result, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """Every table of a report by name."""
    return {
        "orders": orders(result),
        "later": later(result),
        "allocation": allocation(result),
        "requirements": requirements(result),
        "budget_by_year": budget_by_year(result),
        "deliveries": deliveries(result),
        "ramp_up": ramp_up(result),
        "first_day": first_day(result),
        "use": use(result),
        "assumptions": assumptions(result),
        "platform_values": platform_values(scenario),
    }


def orders(result: Result) -> pd.DataFrame:
    """What is bought, from whom and when; dearest first within each domain."""
    currency = result.get("cost", {}).get("currency")
    rows = [{**order, "currency": currency} for order in result.get("orders", ())]
    return _frame(
        "orders", sorted(rows, key=lambda o: (o["domain"], -(o.get("cost") or 0), o["platform"], o["period"]))
    )


def later(result: Result) -> pd.DataFrame:
    """What single futures order besides, dearest first within each domain; quantity and cost are over all futures."""
    currency = result.get("cost", {}).get("currency")
    rows = (
        {
            **order,
            **{f"quantity_{key}": order["quantity"][key] for key in ("mean", "low", "high")},
            "currency": currency,
        }
        for order in result.get("later", ())
    )
    return _frame("later", sorted(rows, key=lambda o: (o["domain"], -o["cost"], o["platform"], o["period"])))


def usable_in_time(result: Result) -> tuple[float | None, float | None]:
    """Craft usable in time in the mean future: those of later orders, and those of all orders.

    None where the result does not say: runs stored before counted those of the orders of all futures alone.
    """
    first = orders(result)["delivered_mean"].sum(min_count=1)
    known = None if pd.isna(first) else float(first)
    if craft := result.get("craft"):
        whole = float(craft["usable_in_time"])
        return max(whole - (known or 0.0), 0.0), whole
    return None, None if result.get("later") else known


def hired(scenario: Scenario) -> frozenset[str]:
    """Ids of the types that are hired by the year: their fees are support money, and nothing is obligated for them."""
    return frozenset(platform.id for platform in scenario.platforms if is_service(platform))


def allocation(result: Result) -> pd.DataFrame:
    """Where the craft are based and what they watch."""
    platforms = _by_id(result, "platforms")
    bases, areas = _names(result, "places"), _names(result, "areas")
    rows = [
        {
            **row,
            **_maker(platforms, row["platform"]),
            "base_name": bases.get(row["base"], row["base"]),
            "area_name": areas.get(row["area"], row["area"]),
        }
        for row in result.get("allocation", ())
    ]
    return _frame("allocation", sorted(rows, key=lambda r: (r["area"], r["platform"], r["base"])))


def requirements(result: Result) -> pd.DataFrame:
    """Planned beside simulated for each demand; ``reached`` compares the mean year with the threshold."""
    return _frame(
        "requirements",
        (
            {**row, "domains": ";".join(row.get("domains") or ()), "reached": _reached(row)}
            for row in result.get("requirements", ())
        ),
    )


def _reached(row: Mapping[str, Any]) -> bool | None:
    if row.get("simulated") is None:
        return None
    value, threshold = row["simulated"], row["threshold"]
    return bool(value <= threshold) if row.get("at_most") else bool(value >= threshold)


def budget_by_year(result: Result) -> pd.DataFrame:
    """Money by fiscal year beside its budgets; a year without a stated support budget is not bound."""
    cost = result.get("cost", {})
    spent, budget = cost.get("by_fiscal_year", {}), cost.get("budget", {})
    return _frame(
        "budget_by_year",
        (
            {
                **spent.get(year, {}),
                "fiscal_year": int(year),
                "currency": cost.get("currency"),
                **{f"{what}_budget": budget.get(year, {}).get(what) for what in ("obligation", "outlay", "support")},
            }
            for year in sorted(spent.keys() | budget.keys(), key=int)
        ),
    )


def deliveries(result: Result) -> pd.DataFrame:
    """Cumulative usable craft at month starts: mean and the 5% and 95% quantiles over the judged futures."""
    platforms, ordered = _by_id(result, "platforms"), _ordered(result)
    return _frame(
        "deliveries",
        (
            {
                **row,
                **_maker(platforms, row["platform"]),
                "ordered": ordered.get(row["platform"]),
            }
            for row in result.get("deliveries", ())
        ),
    )


def ramp_up(result: Result) -> pd.DataFrame:
    """Usable craft of each domain at month starts, late ones included: mean, 10% and 90% quantiles over futures."""
    return _frame("ramp_up", result.get("ramp_up", ()))


def first_day(result: Result) -> pd.DataFrame:
    """Every type's chance of being usable by the deadline if one were ordered on the first day; likeliest first."""
    ordered = _ordered(result)
    rows = [{**row, "ordered": ordered.get(row["platform"], 0)} for row in result.get("first_day", ())]
    return _frame("first_day", sorted(rows, key=lambda r: (-r["probability_usable_in_time"], r["name"])))


def use(result: Result) -> pd.DataFrame:
    """Availability, hours operating and identifying, and losses of each type's craft in the mean simulated year."""
    platforms = _by_id(result, "platforms")
    measures = {
        "availability": "availability",
        "operating_h": "hours",
        "identifying_h": "identifying_hours",
        "losses": "losses",
    }
    ids = sorted({id_ for key in measures.values() for id_ in result.get(key, ())})
    return _frame(
        "use",
        (
            {"platform": id_, **_maker(platforms, id_), **{c: result.get(k, {}).get(id_) for c, k in measures.items()}}
            for id_ in ids
        ),
    )


def assumptions(result: Result) -> pd.DataFrame:
    """Values that rest on judgement, with range, reason and source."""
    rows = result.get("assumptions", ())
    return _frame("assumptions", ({**row, "value": _plain(row.get("value"))} for row in rows))


def platform_values(scenario: Scenario) -> pd.DataFrame:
    """Every value of every platform with its kind, range and source."""
    names = {p.id: p.name for p in scenario.platforms}
    rows = ({**source.model_dump(), "name": names.get(source.id)} for source in scenario.platform_sources)
    return _frame("platform_values", rows)


def area_attainment(result: Result) -> dict[str, float]:
    """Weighted share of its thresholds that the mean simulated year reaches, by id of the areas that have a value."""
    shares: dict[str, list[tuple[float, float]]] = {}
    for row in result.get("requirements", ()):
        if row.get("simulated") is not None:
            shares.setdefault(row["area"], []).append((row["weight"], attained(row)))
    return {area: sum(w * a for w, a in pairs) / sum(w for w, _ in pairs) for area, pairs in shares.items()}


def attained(row: Mapping[Any, Any]) -> float:
    """clip(simulated / threshold, 0, 1), or threshold / simulated for an upper limit (model.md 8)."""
    value, threshold = float(row["simulated"]), float(row["threshold"])
    if row.get("at_most"):
        return min(threshold / value, 1.0) if value > 0 else 1.0
    return min(max(value / threshold, 0.0), 1.0)


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as CSV: UTF-8, one heading line, missing cells empty; no text of it is a formula to a spreadsheet."""
    text = {str(name): table[name].map(no_formula) for name in table.select_dtypes(["string", "object"])}
    return table.assign(**text).to_csv(index=False, lineterminator="\n").encode()


def parquet_bytes(table: pd.DataFrame, compression: Compression = "snappy") -> bytes:
    """A table as Parquet."""
    buffer = BytesIO()
    table.to_parquet(buffer, index=False, compression=compression)
    return buffer.getvalue()


def _frame(name: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    columns = COLUMNS[name]
    cells = [[None if row.get(column) == "" else row.get(column) for column in columns] for row in rows]
    return pd.DataFrame(cells, columns=list(columns), dtype="object").astype(dict(columns))


def _by_id(result: Result, key: str) -> dict[str, Mapping[str, Any]]:
    return {row["id"]: row for row in result.get(key, ())}


def _maker(platforms: Mapping[str, Mapping[str, Any]], id_: str) -> dict[str, Any]:
    known = platforms.get(id_, {})
    return {"name": known.get("name", id_), "domain": known.get("domain")}


def _names(result: Result, key: str) -> dict[str, str]:
    return {row["id"]: row["name"] for row in result.get(key, ())}


def _ordered(result: Result) -> dict[str, float]:
    """Craft ordered of each platform, in the mean of the futures."""
    counts: dict[str, float] = {}
    for order in result.get("orders", ()):
        counts[order["platform"]] = counts.get(order["platform"], 0.0) + order["quantity"]
    for order in result.get("later", ()):
        counts[order["platform"]] = counts.get(order["platform"], 0.0) + order["quantity"]["mean"]
    return counts


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
