"""Exchange rates: the rows of the tables that say how each currency moves, named after the scenario's currencies."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import Field, create_model

from fleetcraft.scenario.base import Value, quantity


class RateRow(Value):
    """One row of the exchange table: a year's mean rates and volatilities."""

    year: int = quantity("year", "calendar year", ge=1900, le=2200)

    def volatility(self, currency: str) -> float | None:
        """Yearly volatility of a currency's rate; None where the cell is empty."""
        value: float | None = getattr(self, volatility_column(currency))
        return value


class CorrelationRow(Value):
    """One row of the correlation matrix: a currency against each other one."""

    currency: str = Field(description="currency code in lower case")

    def with_(self, currency: str) -> float:
        """Correlation with another currency."""
        return float(getattr(self, currency.lower()))


def _rate_column(own: str, currency: str) -> str:
    return f"{own.lower()}_per_{currency.lower()}"


def volatility_column(currency: str) -> str:
    """The column of a currency's volatility."""
    return f"vol_{currency.lower()}"


@cache
def rate_row(own: str, currencies: tuple[str, ...]) -> type[RateRow]:
    """The row of an exchange table that has the columns of these currencies."""
    fields: dict[str, Any] = {}
    for currency in currencies:
        rate = quantity(own, f"mean rate of one {currency}", gt=0)
        volatility = quantity("1/year", "standard deviation of the rate's yearly log change", ge=0)
        fields[_rate_column(own, currency)] = (float | None, rate)
        fields[volatility_column(currency)] = (float | None, volatility)
    return create_model("RateRow", __base__=RateRow, **fields)


@cache
def correlation_row(currencies: tuple[str, ...]) -> type[CorrelationRow]:
    """The row of a correlation matrix that has the columns of these currencies."""
    fields: dict[str, Any] = {
        currency.lower(): (float, quantity("", f"correlation with {currency}", ge=-1, le=1)) for currency in currencies
    }
    return create_model("CorrelationRow", __base__=CorrelationRow, **fields)
