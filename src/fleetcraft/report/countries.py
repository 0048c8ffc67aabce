"""English short names of the countries (ISO 3166-1) that a catalogue of unmanned craft is likely to name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "AE": "United Arab Emirates", "AR": "Argentina", "AT": "Austria", "AU": "Australia", "BE": "Belgium",
        "BG": "Bulgaria", "BR": "Brazil", "CA": "Canada", "CH": "Switzerland", "CL": "Chile", "CN": "China",
        "CO": "Colombia", "CZ": "Czechia", "DE": "Germany", "DK": "Denmark", "EC": "Ecuador", "EE": "Estonia",
        "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "United Kingdom", "GR": "Greece", "HR": "Croatia",
        "HU": "Hungary", "ID": "Indonesia", "IE": "Ireland", "IL": "Israel", "IN": "India", "IS": "Iceland",
        "IT": "Italy", "JP": "Japan", "KR": "South Korea", "LT": "Lithuania", "LV": "Latvia", "MX": "Mexico",
        "MY": "Malaysia", "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PE": "Peru", "PH": "Philippines",
        "PL": "Poland", "PT": "Portugal", "RO": "Romania", "SA": "Saudi Arabia", "SE": "Sweden", "SG": "Singapore",
        "SI": "Slovenia", "SK": "Slovakia", "TH": "Thailand", "TR": "Türkiye", "TW": "Taiwan", "UA": "Ukraine",
        "US": "United States", "VN": "Viet Nam", "ZA": "South Africa",
    }
)  # fmt: skip


def country(code: str) -> str:
    """The country's name, or its code where the list does not have it."""
    return NAMES.get(code, code)


def country_in_words(code: str) -> str:
    """The country's name as a sentence has it: with its article."""
    name = country(code)
    return f"the {name}" if name.startswith("United ") or name in {"Netherlands", "Philippines"} else name
