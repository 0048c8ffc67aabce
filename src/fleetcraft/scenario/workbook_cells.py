"""What the cells of a workbook mean: words, numbers and days, whatever the spreadsheet made of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from fleetcraft.scenario.csv_file import number
from fleetcraft.scenario.fragments import Fragment
from fleetcraft.scenario.workbook_file import Cell
from fleetcraft.scenario.workbook_sheets import is_text
from fleetcraft.scenario.yaml_words import number_word

FIRST_DAY = date(1899, 12, 30)
DAY_NUMBERS = range(367, 2_958_466)
"""Days from 1901 to 9999 as workbooks number them."""


def word_of(cell: Cell) -> str:
    """A cell's value as a CSV file has it."""
    value = plain_cell(cell)
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_word(value) if isinstance(value, int | float) else str(value).strip()


def plain_cell(cell: Cell) -> bool | int | float | str | date:
    """A cell's value as plain data; whole numbers as such, days without their midnight."""
    if isinstance(cell, bool | str):
        return cell
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == cell.min.time() else cell.isoformat(" ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return cell if isinstance(cell, int | float | date) else str(cell)


def day_of(cell: Cell) -> object:
    """A day, of a cell that shows it as one or as the plain number that it is in a workbook."""
    value = plain_cell(cell)
    if isinstance(value, int) and not isinstance(value, bool) and value in DAY_NUMBERS:
        return FIRST_DAY + timedelta(days=value)
    return value


def of_requirement(cell: Cell, fragment: Fragment) -> object:
    """What a cell of a requirement means: several words where the schema has a list."""
    value = plain_cell(cell)
    if fragment.get("type") == "array":
        return tuple(part.strip() for part in word_of(cell).split(";"))
    if isinstance(value, str):
        return number(value.strip()) if fragment.get("type") in ("number", "integer") else value.strip()
    return word_of(cell) if is_text(fragment) else value
