"""Reporting periods: reading them from cells, putting them in order, and the months between two dates."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import NamedTuple

_YEAR = re.compile(r"^(\d{4})(?:\.0)?$")
_PART_LAST = re.compile(r"^(\d{4})[\s\-_/.]*([QTHS])[\s\-]?([1-4])$")
_PART_FIRST = re.compile(r"^([QTHS])[\s\-]?([1-4])[\s\-_/.]*(\d{4})$")
_MONTH_LAST = re.compile(r"^(\d{4})([\-/.])(\d{1,2})$")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MONTHS_OF = {"Q": 3, "T": 3, "H": 6, "S": 6}
DAYS_PER_MONTH = 31.0


class Period(NamedTuple):
    """A reporting interval. Tuples of this kind sort by their end, the shorter period first."""

    end: dt.date
    months: int
    label: str

    @property
    def start(self) -> dt.date:
        """The first day."""
        first = self.end.year * 12 + self.end.month - self.months
        return dt.date(first // 12, first % 12 + 1, 1)


NO_PERIOD = Period(dt.date.min, 12, "")
"""Stands in where a rubric knows no periods."""


def parse_period(found: object) -> Period | None:
    """A period from a cell: a year, year and quarter, half or month; None for anything else.

    ``T`` and ``S`` are the French and Spanish letters of quarter and half. A date cell is taken as its month
    when it is the first of a month, which is what spreadsheet programs make of a typed ``2025-06``.
    """
    if isinstance(found, bool):
        return None
    if isinstance(found, (int, float)):
        return _year(int(found)) if float(found).is_integer() else None
    if isinstance(found, dt.date):
        return (
            _span(found.year, found.month, 1, f"{found.year}-{found.month:02d}") if found.day == 1 else None
        )
    return _from_text(found) if isinstance(found, str) else None


def _from_text(text: str) -> Period | None:
    text = text.strip().upper().replace("\N{EN DASH}", "-")
    if match := _YEAR.match(text):
        return _year(int(match[1]))
    if match := _PART_LAST.match(text):
        return _part(int(match[1]), match[2], int(match[3]))
    if match := _PART_FIRST.match(text):
        return _part(int(match[3]), match[1], int(match[2]))
    if match := _MONTH_LAST.match(text):
        year, month = int(match[1]), int(match[3])
        if match[2] == "/" and month == (year + 1) % 100:
            return None  # 2004/05 is how a year from July to June is written
        return _span(year, month, 1, f"{year}-{month:02d}") if 1 <= month <= 12 else None  # noqa: PLR2004
    return None


def _year(year: int) -> Period | None:
    return _span(year, 12, 12, f"{year}")


def _part(year: int, letter: str, number: int) -> Period | None:
    months = _MONTHS_OF[letter]
    if number * months > 12:  # noqa: PLR2004  # there is no third half of a year
        return None
    return _span(year, number * months, months, f"{year}-{'Q' if months == 3 else 'H'}{number}")  # noqa: PLR2004


def _span(year: int, last_month: int, months: int, label: str) -> Period | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    return Period(dt.date(year, last_month, monthrange(year, last_month)[1]), months, label)


def months_between(earlier: int, later: int) -> float:
    """Months from one day to another, both as proleptic ordinals; whole months between two month ends.

    The last day of any month counts as its 31st, so that a later day is never nearer.
    """
    a, b = dt.date.fromordinal(earlier), dt.date.fromordinal(later)
    months = (b.year - a.year) * 12 + b.month - a.month
    return months + (_day_of_31(b) - _day_of_31(a)) / DAYS_PER_MONTH


def _day_of_31(day: dt.date) -> float:
    return DAYS_PER_MONTH if day.day == monthrange(day.year, day.month)[1] else float(day.day)


def parse_date(found: object) -> dt.date | None:
    """A day from a date cell or an ISO text (2025-06-30, with or without a time); None for anything else."""
    if isinstance(found, dt.datetime):
        return found.date()
    if isinstance(found, dt.date):
        return found
    if isinstance(found, str):
        try:
            return dt.datetime.fromisoformat(found.strip()).date()
        except ValueError:
            return None
    return None
