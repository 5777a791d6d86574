"""Reporting periods: reading them from cells, putting them in order, and the months between two dates."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from typing import NamedTuple

_YEAR = re.compile(r"^(\d{4})(?:\.0)?$")
_PART_LAST = re.compile(r"^(\d{4})[\s\-_/.]*([QTHS])[\s\-]?([1-4])$")
_PART_FIRST = re.compile(r"^([QTHS])[\s\-]?([1-4])[\s\-_/.]*(\d{4})$")
_PART_TURNED = re.compile(r"^([1-4])[\s\-]?([QTHS])[\s\-_/.]*(\d{4})$")
_MONTH_LAST = re.compile(r"^(\d{4})([\-/.])(\d{1,2})$")
_MONTH_FIRST = re.compile(r"^(\d{1,2})[\-/.](\d{4})$")
_FISCAL = re.compile(r"^(FY|EX|AF|EF|FISCAL YEAR|EXERCICE|EJERCICIO)?\s*(\d{4})\s*([/\-])\s*(\d{2}|\d{4})$")
_QUARTERS, _HALVES = (
    ("QUARTER", "TRIMESTRE", "TRIM", "الربع"),
    ("SEMESTER", "SEMESTRE", "SEM", "HALF", "النصف"),
)
_PART_WORD = "|".join((*_QUARTERS, *_HALVES))
_NAMED_PART = re.compile(
    rf"^(\d)\s*(?:ST|ND|RD|TH|ERE?|EME|E|O|A)?\s*({_PART_WORD})\.?[\s,]*(?:OF|DE|DEL|من)?\s*(\d{{4}})$"
)
_NUMBERED_PART = re.compile(rf"^({_PART_WORD})\.?\s*(\d)[\s,]*(?:OF|DE|DEL|من)?\s*(\d{{4}})$")
_ORDINALS = {
    **dict.fromkeys(("FIRST", "PREMIER", "PREMIERE", "PRIMER", "PRIMERO", "الاول"), "1"),
    **dict.fromkeys(("SECOND", "DEUXIEME", "SECONDE", "SEGUNDO", "الثاني"), "2"),
    **dict.fromkeys(("THIRD", "TROISIEME", "TERCER", "TERCERO", "الثالث"), "3"),
    **dict.fromkeys(("FOURTH", "QUATRIEME", "CUARTO", "الرابع"), "4"),
}
_MONTH_NAMED = re.compile(
    r"^(?:([^\W\d]+(?: [^\W\d]+)?)\.?[\s\-,]*(\d{4})|(\d{4})[\s\-]*([^\W\d]+(?: [^\W\d]+)?))$"
)
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ].*)?$")
_DAY_NUMBERS = re.compile(r"^(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})$")
_DAY_NAMED = re.compile(r"^(\d{1,2})\s+([^\W\d]+)\.?\s+(\d{4})$")
_MONTH_NAMES = (
    ("january", "jan", "janvier", "janv", "enero", "ene", "يناير", "كانون الثاني"),
    ("february", "feb", "fevrier", "fevr", "febrero", "فبراير", "شباط"),
    ("march", "mar", "mars", "marzo", "مارس", "آذار"),
    ("april", "apr", "avril", "avr", "abril", "abr", "أبريل", "ابريل", "نيسان"),
    ("may", "mai", "mayo", "مايو", "أيار"),
    ("june", "jun", "juin", "junio", "يونيو", "حزيران"),
    ("july", "jul", "juillet", "juil", "julio", "يوليو", "تموز"),
    ("august", "aug", "aout", "agosto", "ago", "أغسطس", "اغسطس", "آب"),
    ("september", "sep", "sept", "septembre", "septiembre", "setiembre", "سبتمبر", "أيلول"),
    ("october", "oct", "octobre", "octubre", "أكتوبر", "اكتوبر", "تشرين الأول"),
    ("november", "nov", "novembre", "noviembre", "نوفمبر", "تشرين الثاني"),
    ("december", "dec", "decembre", "diciembre", "dic", "ديسمبر", "كانون الأول"),
)
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


def parse_period(found: object, *, fiscal_start: int = 0, day_first: bool | None = None) -> Period | None:
    """A period from a cell: a year, year and quarter, half or month; None for anything else.

    ``T`` and ``S`` are the French and Spanish letters of quarter and half; months may be named in English, French,
    Spanish or Arabic. A date is taken as its month when it is the first of a month, which is what spreadsheet
    programs make of a typed ``2025-06``; so is such a day in text. ``FY2019/20`` is read where ``fiscal_start``, the month in which it begins,
    is known (2 to 12); ``day_first`` is the order of ``01/06/2025``, None where nobody said.
    """
    if isinstance(found, bool):
        return None
    if isinstance(found, (int, float)):
        return _year(int(found)) if float(found).is_integer() else None
    if isinstance(found, dt.date):
        return _month(found.year, found.month) if found.day == 1 else None
    return _from_text(found, fiscal_start, day_first) if isinstance(found, str) else None


def why_no_period(found: object) -> str:
    """Why a text is no period as long as nobody says more: ``fiscal``, ``ambiguous``, or '' for other reasons."""
    text = _plain(found) if isinstance(found, str) else ""
    if (match := _FISCAL.match(text)) and _is_fiscal(match):
        return "fiscal"
    return "ambiguous" if is_ambiguous_date(found) else ""


def _plain(text: str) -> str:
    """A text without accents, invisible characters and kinds of dashes, in capitals."""
    if not text.isascii():
        text = "".join(
            character
            for character in unicodedata.normalize("NFKD", text.replace("\N{EN DASH}", "-"))
            if unicodedata.category(character) not in ("Mn", "Cf")
        )
    return " ".join(text.upper().split())


def _from_text(text: str, fiscal_start: int, day_first: bool | None) -> Period | None:
    text = _plain(text)
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
    if match := _MONTH_LAST.match(text):
        year, month = int(match[1]), int(match[3])
        if match[2] == "/" and month == (year + 1) % 100:
            return None  # 2004/05 is how a year from July to June is written
        return _month(year, month) if 1 <= month <= 12 else None  # noqa: PLR2004
    if match := _MONTH_FIRST.match(text):
        month = int(match[1])
        return _month(int(match[2]), month) if 1 <= month <= 12 else None  # noqa: PLR2004
    return _from_words(text) or _from_day(text, day_first)


def _from_words(text: str) -> Period | None:
    """A quarter, half or month written out."""
    text = " ".join(_ORDINALS.get(word, word) for word in text.split())
    if match := _NAMED_PART.match(text):
        return _part(int(match[3]), "Q" if match[2] in _QUARTERS else "H", int(match[1]))
    if match := _NUMBERED_PART.match(text):
        return _part(int(match[3]), "Q" if match[1] in _QUARTERS else "H", int(match[2]))
    if match := _MONTH_NAMED.match(text.replace(" DE ", " ")):
        month = parse_month(match[1] or match[4])
        return _month(int(match[2] or match[3]), month) if month else None
    return None


def _from_day(text: str, day_first: bool | None) -> Period | None:
    """The month of a day that is the first of one."""
    day = parse_date(text, day_first) if _DAY_NUMBERS.match(text) or _ISO_DAY.match(text) else None
    return _month(day.year, day.month) if day and day.day == 1 else None


def parse_month(text: str) -> int:
    """The number of a month from its name in English, French, Spanish or Arabic, or from its number; 0 for none."""
    word = _plain(text)
    if word.isdecimal():
        return int(word) if 1 <= int(word) <= 12 else 0  # noqa: PLR2004
    return next(
        (number for number, names in enumerate(_MONTH_NAMES, 1) if word in map(_plain, names)),
        0,
    )


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


def parse_date(found: object, day_first: bool | None = None) -> dt.date | None:
    """A day from a date cell or a text; None for anything else, and for a text that can be read two ways.

    Texts are ISO days (2025-06-30, with or without a time), days with the month's name (30 June 2025), and
    30/06/2025, which no month makes 6/30. 03/04/2025 is read only where ``day_first`` says how.
    """
    if isinstance(found, dt.datetime):
        return found.date()
    if isinstance(found, dt.date):
        return found
    if isinstance(found, str):
        try:
            return dt.datetime.fromisoformat(found.strip()).date()
        except ValueError:
            return _day_from_words(_plain(found), day_first)
    return None


def _day_from_words(text: str, day_first: bool | None) -> dt.date | None:
    if match := _DAY_NAMED.match(text.replace(" DE ", " ")):
        return _date(int(match[3]), parse_month(match[2]), int(match[1]))
    match = _DAY_NUMBERS.match(text)
    if match is None or (day_first is None and is_ambiguous_date(text)):
        return None
    one, other, year = int(match[1]), int(match[3]), int(match[4])
    if day_first is None:
        day_first = one > 12 or one == other  # noqa: PLR2004
    return _date(year, other, one) if day_first else _date(year, one, other)


def is_ambiguous_date(found: object) -> bool:
    """Whether a text such as 03/04/2025 is one day in some countries and another in others."""
    match = _DAY_NUMBERS.match(_plain(found)) if isinstance(found, str) else None
    return match is not None and match[1] != match[3] and max(int(match[1]), int(match[3])) <= 12  # noqa: PLR2004


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
