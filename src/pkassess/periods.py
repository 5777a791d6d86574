"""Reporting periods: reading them from cells, putting them in order, and the months between two days."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pkassess.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    is_ambiguous_date,
    month_name,
    names_day,
    parse_date,
    parse_month,
    plain_words,
)

_YEAR = re.compile(r"^(?:(?:YEAR|CY|ANNEE|ANO|عام|سنة)\s*)?(\d{4})(?:\.0)?$")
_PART_LAST = re.compile(r"^(\d{4})[\s\-_/.]*([QTHS])[\s\-]?([1-4])$")
_PART_FIRST = re.compile(r"^([QTHS])[\s\-]?([1-4])[\s\-_/.]*(\d{4})$")
_PART_TURNED = re.compile(r"^([1-4])[\s\-]?([QTHS])[\s\-_/.]*(\d{4})$")
_MONTH_LAST = re.compile(r"^(\d{4})(?:([\-/])(\d{1,2})|(\.)([2-9]|\d{2}))$")
_YEAR_DASH = re.compile(r"^(\d{4})-(\d{2})$")
_MONTH_FIRST = re.compile(r"^(\d{1,2})[\-/.](\d{4})$")
_FISCAL = re.compile(r"^(FY|EX|AF|EF|FISCAL YEAR|EXERCICE|EJERCICIO)?\s*(\d{4})\s*([/\-])\s*(\d{2}|\d{4})$")
_QUARTERS, _HALVES = (
    ("QUARTER", "QTR", "TRIMESTRE", "TRIM", "الربع"),
    ("SEMESTER", "SEMESTRE", "SEM", "HALF", "النصف"),
)
_PART_WORD = "|".join((*_QUARTERS, *_HALVES))
_NAMED_PART = re.compile(
    rf"^(\d)\s*\.?(?:ST|ND|RD|TH|ERE?|EME|E|O|A)?\s*({_PART_WORD})\.?[\s,]*(?:OF|DE|DEL|من عام|من سنة|من|عام)?\s*(\d{{4}})$"
)
_NUMBERED_PART = re.compile(
    rf"^({_PART_WORD})\.?\s*(\d)[\s,]*(?:OF|DE|DEL|من عام|من سنة|من|عام)?\s*(\d{{4}})$"
)
_ORDINALS = {
    **dict.fromkeys(("FIRST", "PREMIER", "PREMIERE", "PRIMER", "PRIMERO", "الاول", "I", "IER", "IERE"), "1"),
    **dict.fromkeys(("SECOND", "DEUXIEME", "SECONDE", "SEGUNDO", "الثاني", "II", "IIE", "IIEME"), "2"),
    **dict.fromkeys(("THIRD", "TROISIEME", "TERCER", "TERCERO", "الثالث", "III", "IIIE", "IIIEME"), "3"),
    **dict.fromkeys(("FOURTH", "QUATRIEME", "CUARTO", "الرابع", "IV", "IVE", "IVEME"), "4"),
}
_MONTH_NAMED = re.compile(
    r"^(?:([^\W\d]+(?: [^\W\d]+)?)\.?[\s\-,]*(\d{4})|(\d{4})[\s\-]*([^\W\d]+(?: [^\W\d]+)?))$"
)
_MONTHS_NAMED = re.compile(
    r"^([^\W\d]+)\.?[\s,]*(\d{4})?\s*(?:-|TO|AU|A|AL|الى)\s*([^\W\d]+)\.?[\s,]*(\d{4})$"
)
_YEAR_MONTH = re.compile(r"^(\d{4})(\d{2})$")
_SHORT_YEAR = re.compile(r"^(.*?[^\d'/])'?(\d{2}(?:/\d{2})?)$")
_FISCAL_ONE = re.compile(r"^(?:FY|EX|AF|EF|FISCAL YEAR|EXERCICE|EJERCICIO)\s*(\d{4})$")
_REMARK = re.compile(r"\s*(?:[*†‡]+|\([^)]*\))$")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_LETTER_OR_YEAR = re.compile(r"^\d{4}|[^\W\d_]")
"""What a text has that speaks of time; 10-15 may be a range."""
_MONTH_CUT = re.compile(r"^(\d{4})\.1$")
"""2019.1 may be January, or 2019.10 stored as a number."""
_ANY_YEAR = "2000"
_LONGEST_PERIOD = 40
KINDS = {1: "month", 3: "quarter", 6: "half"}
"""What a part of a year is called by its months."""
_FIRST_SERIAL, _LAST_SERIAL = 25_569, 73_050
"""Numbers of days that spreadsheets show as days of 1970 to 2099."""
_SERIAL_EPOCH = dt.date(1899, 12, 30)
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


def is_year(period: Period) -> bool:
    """Whether a period is a calendar year."""
    return period.label == f"{period.end.year}"


NO_PERIOD = Period(dt.date.min, 12, "")
"""Stands in where a rubric knows no periods."""


def parse_period(
    found: object, *, fiscal_start: int = 0, day_first: bool | None = None, two_years: bool | None = False
) -> Period | None:
    """A period from a cell: a year, year and quarter, half or month; None for anything else.

    ``T`` and ``S`` are the French and Spanish letters of quarter and half; months may be named in English, French,
    Spanish or Arabic, and from one to another where they make a quarter, a half or a year. A day stands for the month
    it lies in (:func:`is_inner_day` tells those that are not what a spreadsheet makes of a typed ``2025-06``).
    ``FY2019/20`` is read where ``fiscal_start``, the month in which it begins, is known (2 to 12); 2010-11 is such a
    year too where the periods beside it show that two years are meant (``two_years``), is not read where they may be
    (None, or years begin in another month than January) and nothing shows it, and is November elsewhere. ``day_first`` is the order of
    ``01/06/2025``, None where nobody said.
    """
    if isinstance(found, bool):
        return None
    if isinstance(found, (int, float)):
        return _year(int(found)) if float(found).is_integer() else None
    if isinstance(found, dt.date):
        return _month(found.year, found.month)
    if not isinstance(found, str) or not any(map(str.isdecimal, found)):
        return None  # as most names of columns
    return _from_text(found, fiscal_start, day_first, two_years)


def run_over_two_years(cells: Iterable[object]) -> bool | None:
    """Whether periods that stand together such as 2010-11 are years that run over two; None where nobody can tell.

    2019-20 among them can be nothing else; where all of several may be either, no month is meant either.
    """
    texts = {plain_words(cell) for cell in cells if isinstance(cell, str)} - {""}
    matches = map(_FISCAL.match, texts)
    if any(match[3] == "-" and _is_fiscal(match) for match in matches if match):
        return True
    return None if len(texts) > 1 and all(map(_may_be_two_years, texts)) else False


def is_inner_day(found: object, day_first: bool | None = None) -> bool:
    """Whether a cell names a day other than the first of a month."""
    day = found if isinstance(found, dt.date) else _day_of(found, day_first)
    return day is not None and day.day != 1


def why_no_period(found: object, fiscal_start: int = 0, *, two_years: bool | None = True) -> str:
    """Why a text is no period as long as nobody says more: ``fiscal``, ``ambiguous``, or '' for other reasons."""
    text = plain_words(found) if isinstance(found, str) else ""
    if (match := _FISCAL.match(text)) and (_is_fiscal(match) or _may_be_two_years(text)):
        if fiscal_start == 0 and (two_years or _is_fiscal(match)):
            return "fiscal"
        return "ambiguous" if fiscal_start != 1 else ""
    return "ambiguous" if is_ambiguous_date(found) else ""


def is_nearly_period(found: object) -> bool:
    """Whether a cell names a period but for what it leaves open: FY24, 2023/24, 2025*, 202406, Q1 without its year."""
    whole = isinstance(found, float) and found.is_integer()
    text = plain_words(str(int(found) if whole else found)) if whole or isinstance(found, str) else ""
    if len(text) > _LONGEST_PERIOD:
        return False
    if not any(map(str.isdecimal, text)):
        return is_part_of_year(text)
    speaks_of_time = _LETTER_OR_YEAR.search(text) and not _SERIAL.match(text)
    if not (speaks_of_time or is_ambiguous_date(text)) or _from_text(text) is not None:
        return False
    return bool(why_no_period(text) or periods_meant(text)) or is_part_of_year(text)


@lru_cache(maxsize=1024)  # many cells over columns may say the same
def part_of_year(text: str) -> str:
    """Which part of a year a text is without its year: ``month``, ``quarter``, ``half``; '' for anything else."""
    whole = _from_text(f"{text} {_ANY_YEAR}")
    return KINDS.get(whole.months, "") if whole and _from_text(text) is None else ""


def is_part_of_year(text: str) -> bool:
    """Whether a text is a quarter, half or month without its year."""
    return bool(part_of_year(text))


def periods_meant(found: object) -> tuple[str, ...]:
    """What a cell that is no period may have been meant as, for people to choose from; never taken by itself."""
    whole = isinstance(found, float) and found.is_integer()
    text = plain_words(_REMARK.sub("", str(int(found) if whole else found)))
    if match := _SERIAL.match(text):
        day = _SERIAL_EPOCH + dt.timedelta(days=int(match[1]))
        return (f"{day.year}-{day.month:02d}",) if _FIRST_SERIAL <= int(match[1]) <= _LAST_SERIAL else ()
    if is_ambiguous_date(text):
        return tuple(period.label for order in (True, False) if (period := _from_day(text, order)))
    if match := _MONTH_CUT.match(text):
        return f"{match[1]}-01", f"{match[1]}-10"
    if _may_be_two_years(text):
        first, second = text[:4], text[-2:]
        return f"{month_name(int(second))} {first}", f"FY{first}/{second}"
    if (match := _FISCAL.match(text)) and _is_fiscal(match):
        return match[2], str(int(match[2]) + 1)
    if match := _YEAR_MONTH.match(text):
        text = f"{match[1]}-{match[2]}"
    elif match := _SHORT_YEAR.match(text):
        text = f"{match[1]}20{match[2]}"
        if (match := _FISCAL.match(text)) and _is_fiscal(match):
            return (f"FY{match[2]}/{match[4]}",)
    if match := _FISCAL_ONE.match(text):
        year = int(match[1])
        return f"FY{year - 1}/{year % 100:02d}", f"FY{year}/{(year + 1) % 100:02d}"
    period = _from_text(text)
    return (period.label,) if period else ()


def _from_text(
    text: str, fiscal_start: int = 0, day_first: bool | None = None, two_years: bool | None = False
) -> Period | None:
    text = plain_words(text)
    if match := _YEAR.match(text):
        return _year(int(match[1]))
    if match := _PART_LAST.match(text):
        return _part(int(match[1]), match[2], int(match[3]))
    if match := _PART_FIRST.match(text):
        return _part(int(match[3]), match[1], int(match[2]))
    if match := _PART_TURNED.match(text):
        return _part(int(match[3]), match[2], int(match[1]))
    if (match := _FISCAL.match(text)) and _is_fiscal(match):
        return _fiscal(int(match[2]), fiscal_start)
    open_question = fiscal_start > 1 or (two_years is None and fiscal_start == 0)
    if (two_years or open_question) and _may_be_two_years(text):
        return _fiscal(int(text[:4]), fiscal_start) if two_years else None
    if match := _MONTH_LAST.match(text):
        year, month = int(match[1]), int(match[3] or match[5])
        if match[2] == "/" and month == (year + 1) % 100:
            return None  # 2004/05 is how a year from July to June is written
        return _month(year, month) if 1 <= month <= 12 else None  # noqa: PLR2004
    if match := _MONTH_FIRST.match(text):
        month = int(match[1])
        return _month(int(match[2]), month) if 1 <= month <= 12 else None  # noqa: PLR2004
    return _from_words(text) or _from_day(text, day_first)


def _may_be_two_years(text: str) -> bool:
    """Whether a text may be a month or a year that runs over two: 2010-11."""
    match = _YEAR_DASH.match(text)
    return match is not None and 1 <= int(match[2]) <= 12 and int(match[2]) == (int(match[1]) + 1) % 100  # noqa: PLR2004


def _from_words(text: str) -> Period | None:
    """A quarter, half or month written out."""
    if match := _MONTH_NAMED.match(text.replace(" DE ", " ")):
        # Arabic names of months hold ordinals, so they are looked for first.
        month = parse_month(match[1] or match[4])
        return _month(int(match[2] or match[3]), month) if month else _part_from_words(text)
    return _part_from_words(text)


def _part_from_words(text: str) -> Period | None:
    text = " ".join(_ORDINALS.get(word, word) for word in text.split())
    if match := _NAMED_PART.match(text):
        return _part(int(match[3]), "Q" if match[2] in _QUARTERS else "H", int(match[1]))
    if match := _NUMBERED_PART.match(text):
        return _part(int(match[3]), "Q" if match[1] in _QUARTERS else "H", int(match[2]))
    if match := _MONTHS_NAMED.match(text.removeprefix("DE ").replace(" DE ", " ")):
        first, last, year = parse_month(match[1]), parse_month(match[3]), int(match[4])
        return _months(int(match[2] or year), first, year, last) if first and last else None
    return None


def _from_day(text: str, day_first: bool | None) -> Period | None:
    day = _day_of(text, day_first)
    return _month(day.year, day.month) if day else None


def _day_of(found: object, day_first: bool | None) -> dt.date | None:
    """The day that a text names; None for what only looks like one to a calendar, such as a week."""
    return parse_date(found, day_first) if isinstance(found, str) and names_day(found) else None


def _months(first_year: int, first: int, year: int, last: int) -> Period | None:
    """The quarter, half or year that runs from one month to another; None where they make none."""
    months = (year - first_year) * 12 + last - first + 1
    if months == 12:  # noqa: PLR2004
        return _year(year) if first == 1 else _fiscal(first_year, first)
    letter = {3: "Q", 6: "H"}.get(months, "")
    return _part(year, letter, last // months) if letter and last % months == 0 else None


def _is_fiscal(match: re.Match[str]) -> bool:
    """Whether two years follow one another and cannot be a year and a month."""
    first, second = int(match[2]), int(match[4])
    follows = second in ((first + 1) % 100, first + 1)
    month = 1 <= second <= 12 and len(match[4]) == 2  # noqa: PLR2004
    return follows and bool(match[1] or match[3] == "/" or not month)


def _fiscal(year: int, start: int) -> Period | None:
    if not 2 <= start <= 12:  # noqa: PLR2004  # a year that begins in January is a plain year
        return None
    return _span(year + 1, start - 1, 12, f"FY{year}/{(year + 1) % 100:02d}")


def _month(year: int, month: int) -> Period | None:
    return _span(year, month, 1, f"{year}-{month:02d}")


def _year(year: int) -> Period | None:
    return _span(year, 12, 12, f"{year}")


def _part(year: int, letter: str, number: int) -> Period | None:
    months = _MONTHS_OF[letter]
    if number * months > 12:  # noqa: PLR2004  # there is no third half of a year
        return None
    return _span(year, number * months, months, f"{year}-{'Q' if months == 3 else 'H'}{number}")  # noqa: PLR2004


def _span(year: int, last_month: int, months: int, label: str) -> Period | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
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
