"""Text that spreadsheets show as it is."""

from __future__ import annotations

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


def no_formula(value: object) -> object:
    """A cell's value for CSV: text that a spreadsheet would compute gets a leading ', a number written as text not."""
    if isinstance(value, str) and value.startswith(FORMULA_MARKS) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return not text[0].isspace()
