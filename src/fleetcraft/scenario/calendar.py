"""Dates that frame the decision, and the fiscal periods between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from pydantic import Field

from fleetcraft.scenario.base import Value, remark
from fleetcraft.units import HOURS_PER_YEAR, hours_between

WINDOW_DAYS = 365


@dataclass(frozen=True, slots=True)
class Period:
    """One fiscal quarter: ``2026Q1`` is the first quarter of fiscal year 2026; orders are signed on its first day."""

    id: str
    fiscal_year: int
    start: date
    start_h: float


class Calendar(Value):
    """When orders can be placed, when news comes, when the fleet must be ready and when the books close."""

    start: date = Field(description="first day of the calendar; first order date")
    news: date = Field(description="orders from this day on may adapt to what has been revealed")
    deadline: date = Field(description="last day before the fleet is judged; the window is the 365 days after it")
    end: date = Field(description="last day of the calendar; at least 365 days after the deadline")
    fiscal_year_start: str = Field(
        default="01-01",
        pattern=r"^(0[1-9]|1[0-2])-01$",
        description="month and day on which a fiscal year starts, MM-01",
    )
    period: Literal["quarter"] = remark("length of an ordering period: the quarter alone so far", "quarter")

    @property
    def fiscal_month(self) -> int:
        """Month in which a fiscal year starts, 1 to 12."""
        return int(self.fiscal_year_start[:2])

    def fiscal_year(self, day: date) -> int:
        """The fiscal year a day lies in, named after the calendar year in which it starts."""
        return day.year if day.month >= self.fiscal_month else day.year - 1

    def fiscal_year_span(self, year: int) -> tuple[date, date]:
        """First day of a fiscal year and first day of the next."""
        return date(year, self.fiscal_month, 1), date(year + 1, self.fiscal_month, 1)

    @cached_property
    def fiscal_years(self) -> tuple[int, ...]:
        """Every fiscal year that the calendar touches."""
        return tuple(range(self.fiscal_year(self.start), self.fiscal_year(self.end) + 1))

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Every fiscal quarter that starts within the calendar and not after the deadline."""
        found = []
        for year in self.fiscal_years:
            for quarter in range(4):
                month0 = self.fiscal_month - 1 + 3 * quarter
                start = date(year + month0 // 12, month0 % 12 + 1, 1)
                if self.start <= start <= self.deadline:
                    found.append(Period(f"{year}Q{quarter + 1}", year, start, self.hours(start)))
        return tuple(found)

    def hours(self, day: date) -> float:
        """Hours from the calendar's start to the first moment of a day."""
        return hours_between(self.start, day)

    @property
    def news_h(self) -> float:
        """Hours from the calendar's start to the news."""
        return self.hours(self.news)

    @property
    def window_start(self) -> date:
        """The day after the deadline, on which the measured year opens."""
        return self.deadline + timedelta(days=1)

    @property
    def window_start_h(self) -> float:
        """Hours from the calendar's start to the opening of the window."""
        return self.hours(self.window_start)

    @property
    def window_h(self) -> float:
        """Length of the window: 365 days, in hours."""
        return HOURS_PER_YEAR
