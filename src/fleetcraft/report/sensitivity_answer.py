"""What drives an output, in sentences: of Sobol indices, Morris' effects and a tornado."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fleetcraft.report.narrative import listed
from fleetcraft.report.sensitivity_words import Row, change, interval_of_change, is_positive, is_told, level, size
from fleetcraft.report.tables import Result
from fleetcraft.report.tokens import interval, number, percent, plural

MOST_NAMED = 3
LEAST_NAMED = 0.01
"""A share of the variance from which a factor is named among the strongest."""


def sobol_words(result: Result, output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> list[str]:
    """Of ``rows`` of indices, the largest total first: the strongest factors, what they do alone and together."""
    told = [row for row in rows if is_positive(row["total"])]
    if not told:
        return [f"No factor's part in {output['name']} can be told from none."]
    shares = [
        f"{names[row['factor']]} ({share_of_variance(row['total']['value'])}, {interval_of_share(row['total'])})"
        for row in told[:MOST_NAMED]
        if row is told[0] or row["total"]["value"] >= LEAST_NAMED
    ]
    said = [
        f"What drives {output['name']} most is {listed(shares)}: the share of its variance in which a factor has a "
        "part, alone or together with others."
    ]
    alone = sum(row["first"]["value"] for row in rows)
    said.append(f"What factors do each alone adds up to {share_of_variance(alone)} of the variance.")
    joint = [names[row["factor"]] for row in told if row["total"]["low"] > row["first"]["high"]]
    said += [f"Mostly together with others: {listed(joint[:MOST_NAMED])}."] if joint else []
    return [*said, *_untold(len(rows) - len(told), len(rows)), *_dropped(result, output)]


def share_of_variance(value: float, decimals: int = 0) -> str:
    """A share of the variance: what misses 0 or 1 by chance is 0 or 1."""
    return percent(min(max(value, 0.0), 1.0), decimals)


def interval_of_share(found: Row) -> str:
    """The interval of a share of the variance within 0 and 100%."""
    return interval(min(found["low"], 1.0), max(found["high"], 0.0), "fraction", 0)


def morris_words(result: Result, output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> list[str]:
    """Of ``rows`` of effects, the largest first: the strongest factors, and whose effect depends on others."""
    unit = output["unit"]
    told = [row for row in rows if is_positive(row["mu_star"])]
    if not told:
        return [f"No factor's effect on {output['name']} can be told from none."]
    effects = [
        f"{names[row['factor']]} ({size(row['mu_star']['value'], unit)}, {interval_of_change(row['mu_star'], unit)})"
        for row in told[:MOST_NAMED]
    ]
    said = [f"Moved over its whole range, what changes {output['name']} most, in the mean, is {listed(effects)}."]
    bent = [names[row["factor"]] for row in told if row["sigma"] >= row["mu_star"]["value"]]
    said += [f"By how much depends on the other factors for {listed(bent[:MOST_NAMED])}."] if bent else []
    return [*said, *_untold(len(rows) - len(told), len(rows)), *_dropped(result, output)]


def tornado_words(result: Result, output: Row, names: Mapping[str, str], rows: Sequence[Row]) -> list[str]:
    """Of ``rows`` of bars, the largest first: the output as all is likely, and what changes it most."""
    unit = output["unit"]
    told = [row for row in rows if is_told(row["low"]) or is_told(row["high"])]
    base = result["tornado"][output["path"]]["base"]["value"]
    said = [f"With every factor as likely, {output['name']} is {level(base, unit)}."]
    if not told:
        return [*said, "No factor alone changes it by more than chance."]
    effects = [f"{names[row['factor']]} ({_both_ends(row, unit)})" for row in told[:MOST_NAMED]]
    said.append(f"Alone at an end of its range, what changes it most is {listed(effects)}.")
    return [*said, *_untold(len(rows) - len(told), len(rows))]


def _both_ends(row: Row, unit: str) -> str:
    known = [(end, row[end]) for end in ("low", "high") if row[end]["value"] is not None]
    return ", ".join(f"{change(found['value'], unit)} at its {end}" for end, found in known)


def _untold(count: int, factors: int) -> list[str]:
    if not count:
        return []
    verb = "has" if count == 1 else "have"
    return [f"{number(count)} of {plural(factors, 'factor')} {verb} no effect that can be told from none."]


def _dropped(result: Result, output: Row) -> list[str]:
    rows = result["sensitivity"].get("rows", {}).get(output["path"], {})
    if not rows.get("dropped"):
        return []
    of = rows["rows"] + rows["dropped"]
    return [f"{number(rows['dropped'])} of {number(of)} rows of points were left out: a point of each has no answer."]
