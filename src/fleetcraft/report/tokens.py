"""Colours and number formats as tokens.json states them: the one place where reports and studio get their look.

Colours follow Okabe and Ito (Color Universal Design, 2008), darkened or lightened where text or marks would fall below
the contrast of WCAG 2.2 (4.5 for text, 3 for marks). A domain has a shape as well as a colour.
Charts are drawn in the light colours, each unlike every other, so that a page can exchange them for CSS variables.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pandas as pd


def _read() -> dict[str, Any]:
    stated: dict[str, Any] = json.loads(files("fleetcraft.report").joinpath("tokens.json").read_text(encoding="utf-8"))
    return stated


_TOKENS = _read()

LIGHT: Mapping[str, str] = MappingProxyType(_TOKENS["colours"]["light"])
DARK: Mapping[str, str] = MappingProxyType(_TOKENS["colours"]["dark"])
FONT: str = _TOKENS["fonts"]["page"]
CHART_FONT: str = _TOKENS["fonts"]["chart"]

DOMAIN_SHAPES, DOMAIN_MARKS, DOMAIN_DASHES = (
    MappingProxyType({name: str(_TOKENS["domains"][name][kind]) for name in _TOKENS["domain_order"]})
    for kind in ("shape", "mark", "dash")
)
STATES: Mapping[str, Mapping[str, str]] = MappingProxyType(_TOKENS["states"])
"""Colour's name, mark and shape of a requirement that reaches its threshold, falls short, or has no value."""
RAMP: Sequence[str] = tuple(_TOKENS["ramp_steps"])
"""Names of the sequential colours, the least share first."""

MISSING: str = _TOKENS["missing"]
NOT_COMPUTED = "not computed"
NBSP = "\u00a0"
_MINUS: str = _TOKENS["numbers"]["minus"]
_DECIMALS: Mapping[str, int] = _TOKENS["numbers"]["decimals"]
_SYMBOLS: Mapping[str, str] = _TOKENS["currency_symbols"]
_SCALES = tuple((float(scale["divisor"]), str(scale["name"])) for scale in _TOKENS["money_scales"])
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def themed(svg: str) -> str:
    """The drawing with every light colour exchanged for the CSS variable of its name."""
    names = {colour: name for name, colour in LIGHT.items()}
    return re.sub(r"#[0-9a-f]{6}\b", lambda m: f"var(--{names[m[0]]})" if m[0] in names else m[0], svg)


def css_variables(colours: Mapping[str, str]) -> str:
    """The palette as CSS custom properties."""
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


def ramp_step(share: float) -> str:
    """Name of the ramp colour of a share: steps of one size."""
    return RAMP[min(max(int(share * len(RAMP)), 0), len(RAMP) - 1)]


def is_missing(value: Any) -> bool:
    """Whether a table's cell holds nothing (None, NaN or NA)."""
    return bool(pd.isna(value))


def number(value: Any, decimals: int = 0) -> str:
    """``12,345.6``; a missing value is a dash, and minus is a minus sign. A half goes up, as in the studio."""
    if is_missing(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else _MINUS + "∞"
    places = Decimal(1).scaleb(-decimals)
    size = f"{Decimal(abs(float(value))).quantize(places, ROUND_HALF_UP):,f}"
    return _MINUS + size if value < 0 and size.strip("0.,") else size


def quantity(value: Any, unit: str, decimals: int = 0) -> str:
    """A number and its unit, never broken between lines."""
    return MISSING if is_missing(value) else f"{number(value, decimals)}{NBSP}{unit}"


def percent(share: Any, decimals: int = _DECIMALS["percent"]) -> str:
    """A share as ``76.4%``."""
    return MISSING if is_missing(share) else f"{number(100 * float(share), decimals)}%"


def probability(value: Any) -> str:
    """A probability estimated from some hundreds of draws, in whole percent; 0% and 100% only where exact."""
    if is_missing(value):
        return MISSING
    if 0 < value < 0.01:
        return "<1%"
    if 0.99 < value < 1:
        return ">99%"
    return percent(value, _DECIMALS["probability"])


def measure(value: Any, unit: str, decimals: int = _DECIMALS["percent"]) -> str:
    """A requirement's value in its own unit: ``fraction`` shown in percent, hours as hours."""
    return percent(value, decimals) if unit == "fraction" else quantity(value, unit, decimals)


def interval(low: Any, high: Any, unit: str, decimals: int = _DECIMALS["percent"]) -> str:
    """``75.8 to 77.0%``; that of a share ends at 0 and 100%."""
    if is_missing(low) or is_missing(high):
        return MISSING
    if unit == "fraction":
        return f"{number(100 * max(low, 0.0), decimals)} to {percent(min(high, 1.0), decimals)}"
    return f"{number(low, decimals)} to {quantity(high, unit, decimals)}"


def day(value: date | str) -> str:
    """``31 March 2028``."""
    d = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{d.day}{NBSP}{_MONTHS[d.month - 1]}{NBSP}{d.year}"


def plural(count: float, one: str, many: str | None = None) -> str:
    """``1 type``, ``12 types``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def symbol(currency: str) -> str:
    """The currency's sign where it has a familiar one, else its code and a space."""
    return _SYMBOLS.get(currency, currency + NBSP)


@dataclass(frozen=True, slots=True)
class MoneyScale:
    """One readable unit for a set of amounts: ``¥ bn``."""

    currency: str
    divisor: float
    name: str
    decimals: int

    @property
    def unit(self) -> str:
        """The unit as a column's heading says it."""
        return f"{symbol(self.currency).strip()}{NBSP}{self.name}" if self.name else symbol(self.currency).strip()

    def cell(self, amount: Any) -> str:
        """The amount in the scale, without its unit (the heading has it)."""
        if is_missing(amount):
            return MISSING
        least = 10.0**-self.decimals
        if 0 < amount / self.divisor < least / 2:
            return f"<{least:.{self.decimals}f}"
        return number(amount / self.divisor, self.decimals)


def money_scale(amounts: Iterable[Any], currency: str) -> MoneyScale:
    """The unit in which the largest amount has one to three digits before the point, and two or three in all."""
    largest = max((abs(float(a)) for a in amounts if not is_missing(a)), default=0.0)
    divisor, name = _scale(largest)
    return MoneyScale(currency, divisor, name, _decimals(largest, divisor))


def money(amount: Any, currency: str) -> str:
    """An amount to three significant digits at least: ``¥12.3 bn``, ``$450 k``, ``AUD 1.20 M``."""
    if is_missing(amount):
        return MISSING
    size = abs(float(amount))
    divisor, name = _scale(size)
    if name and round(size / divisor, 1) >= 1000 and divisor < 1e12:
        divisor, name = _scale(divisor * 1000)
    decimals = _decimals(size, divisor)
    sign = _MINUS if float(amount) < 0 and size > 0 else ""
    return f"{sign}{symbol(currency)}{size / divisor:,.{decimals}f}{NBSP + name if name else ''}"


def _decimals(size: float, divisor: float) -> int:
    """Decimals of an amount in a scale: none without one, more below ten."""
    return 0 if divisor == 1 else _DECIMALS["money" if size >= 10 * divisor else "money_below_ten"]


def _scale(size: float) -> tuple[float, str]:
    return next(((d, n) for d, n in _SCALES if size >= d), (1.0, ""))
