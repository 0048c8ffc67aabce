"""Five platforms of four makers in three currencies, of which everything is uncertain."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from builders import make_scenario
from fleetcraft.scenario.scenario import Scenario

EURO_YEAR, AUSTRALIAN_YEAR, CORRELATION = 0.12, 0.3, -0.6
RATES = {
    "fx.csv": f"year,usd_per_aud,usd_per_eur,vol_aud,vol_eur\n2025,0.645,1.13,{AUSTRALIAN_YEAR},{EURO_YEAR}\n",
    "correlation.csv": f",aud,eur\naud,1.0,{CORRELATION}\neur,{CORRELATION},1.0\n",
}
FIVE: list[dict[str, Any]] = [
    {},
    {"id": "twin", "supplier_country": "US"},
    {"id": "glider", "supplier": "Southern", "supplier_country": "AU", "price_currency": "AUD"},
    {"id": "wing", "supplier": "Alpine", "supplier_country": "AT", "price_currency": "EUR"},
    {"id": "home", "supplier": "Ours", "supplier_country": "EC", "unit_price_low": 3e6, "unit_price_high": 3e6},
]
EMBARGO = 0.3
GROUNDING: dict[str, float] = {"per_type_year": 1.5, "months": 4.0}


@cache
def scenario_of(*order: int, news: date = date(2026, 12, 1), grounded: bool = False) -> Scenario:
    """Five platforms (in any order) of four makers, three foreign, in three currencies.

    By the news about one type in five has come; ``grounded`` ones are so often and long enough to overlap.
    """
    return make_scenario(
        platforms=[FIVE[i] for i in order or range(5)],
        files=RATES,
        calendar={"news": news},
        exchange={
            "start": {"AUD": 0.645, "EUR": 1.13},
            "table": "fx.csv",
            "correlation": "correlation.csv",
            "volatility_year": 2025,
        },
        acquisition={
            "integration_months": {"low": 1, "likely": 3, "high": 6},
            "slip_months": {"low": 0, "likely": 2, "high": 12},
        },
        uncertainty={
            "futures": 10,
            "embargo": {"probability": EMBARGO},
            "grounding": GROUNDING if grounded else {"per_type_year": 0.0},
        },
    )
