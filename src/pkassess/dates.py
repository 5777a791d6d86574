"""Days: reading them from cells and texts, with months named in four languages."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache

FIRST_YEAR, LAST_YEAR = 1900, 2200
_DAY_ISO = re.compile(r"^(\d{4})([\-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?$")
_DAY_NUMBERS = re.compile(r"^(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d{2}.*)?$")
_DAY_NAMED = re.compile(r"^(\d{1,2})(?:ER|ST|ND|RD|TH)?[\s\-]+([^\W\d]+)\.?[\s\-]+(\d{4})$")
_MONTH_THEN_DAY = re.compile(r"^([^\W\d]+)\.?\s+(\d{1,2})(?:ST|ND|RD|TH)?,?\s+(\d{4})$")
_MONTH_NAMES = (
    ("january", "jan", "janvier", "janv", "enero", "ene", "يناير", "كانون الثاني"),
    ("february", "feb", "fevrier", "fevr", "fev", "febrero", "فبراير", "شباط"),
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


def plain_words(text: str) -> str:
    """A text without accents, invisible characters, kinds of dashes and of digits, in capitals."""
    if not text.isascii():
        plain = map(_plain_sign, unicodedata.normalize("NFKD", text))
        text = "".join(plain)
    return " ".join(text.upper().split())


def _plain_sign(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Mn", "Cf"):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    return "-" if category == "Pd" else character


def parse_month(text: str) -> int:
    """The number of a month from its name in English, French, Spanish or Arabic, or from its number; 0 for none."""
    word = plain_words(text)
    if word.isdecimal():
        return int(word) if 1 <= int(word) <= 12 else 0  # noqa: PLR2004
    return _numbers_of_months().get(word, 0)


@cache
def _numbers_of_months() -> dict[str, int]:
    return {plain_words(name): number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}


def month_name(number: int) -> str:
    """The English name of a month from its number, 1 to 12."""
    return _MONTH_NAMES[number - 1][0].title()


def parse_date(found: object, day_first: bool | None = None) -> dt.date | None:
    """A day from a date cell or a text; None for anything else, and for a text that can be read two ways.

    Texts are days that begin with the year (2025-06-30, with or without a time), days with the month's name (30 June
    2025, June 30, 2025), and 30/06/2025, which no month makes 6/30. 03/04/2025 is read only where ``day_first`` says how.
    Days before 1900 are none: spreadsheets show a zero as one, and a slip in the year makes one.
    """
    day = _day_of(found, day_first)
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _day_of(found: object, day_first: bool | None) -> dt.date | None:
    if isinstance(found, dt.datetime):
        return found.date()
    if isinstance(found, dt.date):
        return found
    if isinstance(found, str):
        try:
            return dt.datetime.fromisoformat(found.strip()).date()
        except ValueError:
            return _day_from_words(plain_words(found), day_first)
    return None


def _day_from_words(text: str, day_first: bool | None) -> dt.date | None:
    if match := _DAY_ISO.match(text):
        return _date(int(match[1]), int(match[3]), int(match[4]))
    if match := _DAY_NAMED.match(text.replace(" DE ", " ")):
        return _date(int(match[3]), parse_month(match[2]), int(match[1]))
    if match := _MONTH_THEN_DAY.match(text):
        return _date(int(match[3]), parse_month(match[1]), int(match[2]))
    match = _DAY_NUMBERS.match(text)
    if match is None or (day_first is None and is_ambiguous_date(text)):
        return None
    one, other, year = int(match[1]), int(match[3]), int(match[4])
    if day_first is None:
        day_first = one > 12 or one == other  # noqa: PLR2004
    return _date(year, other, one) if day_first else _date(year, one, other)


def names_day(text: str) -> bool:
    """Whether a text has one of the forms of a day, whether or not there is such a day."""
    plain = plain_words(text)
    forms = (_DAY_ISO, _DAY_NUMBERS, _DAY_NAMED, _MONTH_THEN_DAY)
    return any(form.match(plain.replace(" DE ", " ")) for form in forms)


def is_ambiguous_date(found: object) -> bool:
    """Whether a text such as 03/04/2025 is one day in some countries and another in others."""
    match = _DAY_NUMBERS.match(plain_words(found)) if isinstance(found, str) else None
    return match is not None and match[1] != match[3] and max(int(match[1]), int(match[3])) <= 12  # noqa: PLR2004


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
