"""Tables with one column per period: which columns those are, and where the indicators of their values are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pkassess.columnwords import LONG_FIELDS, ColumnName, Role, field_names
from pkassess.headers import (
    HEADER_SEARCH_ROWS,
    Header,
    count_known,
    header_rows,
    header_texts,
    meanings,
    spread,
)
from pkassess.layouts.rearranged import Spot
from pkassess.layouts.rows import clean_key, period_as_written
from pkassess.layouts.titles import titles
from pkassess.periods import is_inner_day, is_nearly_period, is_year, part_of_year

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Conventions, Sheet
    from pkassess.vocabulary import Vocabulary

LEAST_SERIES = 2
"""So many columns of one kind make a table of that kind."""
_MOST_LOOKED_AT = 200
"""So many cells of a row are asked whether they nearly name a period, which takes time."""
_FIELDS = field_names(LONG_FIELDS)
_NO_COLUMN = ColumnName(Role.UNKNOWN, "")


class PeriodHeader(NamedTuple):
    """A header with columns of periods, and the column whose cells name the indicator of each row; None without one."""

    header: Header
    labels: int | None


def find_period_header(sheet: Sheet, vocabulary: Vocabulary, only: int | None) -> PeriodHeader | None:
    """The header that names periods, under or over indicators or beside a column that names them; None if none does.

    Of several the one with most columns that are known, then the one with most that nearly name a period: those keep
    their texts, which are reported as in rows; ``only`` looks at one row, from zero.
    """
    best: PeriodHeader | None = None
    most = (0, 0)
    for place, row in header_rows(sheet, only):
        above = sheet.head(place)[-1] if place else ()
        for header in _candidates(sheet, place, row, above, vocabulary):
            labels = _labels(sheet, header, vocabulary)
            if len({column.part for _, column in header.of(Role.SERIES)}) < LEAST_SERIES and not _one_will_do(
                header
            ):
                continue
            named = all(column.name for _, column in header.of(Role.SERIES))
            known = _known(header, sheet.conventions)
            if (labels is not None or named) and known > most:
                best, most = PeriodHeader(header, labels), known
    return best


def over_the_columns(sheet: Sheet, header: Header) -> Iterator[tuple[Spot, object]]:
    """The filled cells of the header's row and of the one above it, with their places."""
    first = max(header.row - 1, 0)
    for number, row in enumerate(sheet.head(header.row + 1)[first:], first):
        yield from (((number, place), cell) for place, cell in enumerate(row) if cell not in (None, ""))


def days_over(sheet: Sheet, header: Header) -> tuple[Spot, ...]:
    """The cells that name the periods of columns by days within their months."""
    series = {place for place, _ in header.of(Role.SERIES)}
    return tuple(
        spot
        for spot, cell in over_the_columns(sheet, header)
        if spot[1] in series and is_inner_day(cell, sheet.conventions.day_first)
    )


def _one_will_do(header: Header) -> bool:
    """Whether one period makes a table of periods: a column says by its name that rows are indicators, none holds values."""
    fields = [header.where(Role.FIELD, name) for name in ("indicator", "value", "numerator")]
    return fields[0] is not None and fields[1:] == [None, None] and not header.of(Role.PERIOD)


def part_across(header: Header) -> str:
    """Which part of a year all columns of periods are, where they give no year; '' for periods and mixed parts."""
    kinds = {part_of_year(column.part) for _, column in header.of(Role.SERIES)}
    return kinds.pop() if len(kinds) == 1 else ""


def _known(header: Header, conventions: Conventions) -> tuple[int, int]:
    """How many columns mean something without and with those that only nearly name a period."""
    nearly = sum(conventions.period(column.part) is None for _, column in header.of(Role.SERIES))
    known = count_known(header.columns)
    return known - nearly, known


# --- what a row may say, alone and with the row above ----------------------------------------------------------


class _Place(NamedTuple):
    """One column as two rows speak of it; texts and labels of periods are '' where there is none."""

    text: str
    column: ColumnName
    period: str
    over: str
    group: str
    """The text above, or the last one to the left of it: a merged cell has its text in the first column only."""
    period_above: str
    """The period above, or the last one to the left of it."""


class _Readings(NamedTuple):
    """The ways to read a column of a header with the row above it; each gives what the column then means."""

    conventions: Conventions
    vocabulary: Vocabulary
    year: str
    """The year of all columns that a title or the name of the sheet gives, '' for none."""

    def alone(self, place: _Place) -> ColumnName:
        """The column's own text is a period."""
        return _series("", place.period) or place.column

    def under_measure(self, place: _Place) -> ColumnName:
        """A period below an indicator."""
        period = place.period if place.group else ""
        return _series(self.vocabulary.measure(place.group) or "", period) or self._own_or_above(place)

    def over_measure(self, place: _Place) -> ColumnName:
        """An indicator below a period."""
        period = place.period_above if place.column.role is Role.VALUE else ""
        return _series(place.column.name, period) or self._own_or_above(place)

    def under_year(self, place: _Place) -> ColumnName:
        """A quarter or month below its year."""
        return _series("", self._whole(place.text, place.period_above)) or self._own_or_above(place)

    def under_title(self, place: _Place) -> ColumnName:
        """A quarter or month of a year said elsewhere."""
        return _series("", self._whole(place.text, self.year)) or place.column

    def all(self) -> tuple[Callable[[_Place], ColumnName], ...]:
        return self.alone, self.under_measure, self.over_measure, self.under_year, self.under_title

    def _own_or_above(self, place: _Place) -> ColumnName:
        return self.vocabulary.meaning(place.over) if place.over and not place.text else place.column

    def _whole(self, text: str, year: str) -> str:
        period = self.conventions.period(f"{text} {year}") if text and year else None
        return period.label if period else ""


def _series(measure: str, period: str) -> ColumnName | None:
    return ColumnName(Role.SERIES, measure, period) if period else None


def _candidates(
    sheet: Sheet, place: int, row: Sequence[object], above: Sequence[object], vocabulary: Vocabulary
) -> Iterator[Header]:
    """The headers with periods that a row makes alone, and together with the row above."""
    said = sheet.conventions.beside([*row, *above])
    texts, upper = header_texts(row), header_texts(above)
    columns = list(meanings(texts, vocabulary, _FIELDS))
    groups = spread(upper) if any(upper) else []
    periods_above = spread(_periods(said, above, [_NO_COLUMN] * len(above)))
    two_rows = (_as_wide(one, len(columns)) for one in (upper, groups, periods_above))
    places = [*map(_Place, texts, columns, _periods(said, row, columns), *two_rows)]
    readings = _Readings(said, vocabulary, _year_said(sheet, place, vocabulary))
    for reading in readings.all():
        candidate = tuple(map(reading, places))
        if any(column.role is Role.SERIES for column in candidate):
            yield Header(place, candidate, texts)


def _as_wide(texts: Sequence[str], width: int) -> list[str]:
    return [*texts[:width], *[""] * (width - len(texts))]


def _year_said(sheet: Sheet, place: int, vocabulary: Vocabulary) -> str:
    """The year that the rows above a header give, or else the name of the sheet; '' for none."""
    title = titles(sheet, place, vocabulary).get("period")
    period = sheet.conventions.period(title.text if title else clean_key(sheet.name))
    return period.label if period and is_year(period) else ""


def _periods(said: Conventions, row: Sequence[object], columns: Sequence[ColumnName]) -> list[str]:
    """The labels of the periods that cells of a row name, the texts of those that nearly do, '' for all others."""
    found = []
    looked_at = 0
    for cell, column in zip(row, columns, strict=False):
        period = None
        nearly = False
        if cell not in (None, "") and column.role is Role.UNKNOWN:
            period = said.period(cell)
            looked_at += period is None
            nearly = period is None and looked_at <= _MOST_LOOKED_AT and is_nearly_period(cell)
        found.append(period.label if period else period_as_written(cell) if nearly else "")
    return found


def _labels(sheet: Sheet, header: Header, vocabulary: Vocabulary) -> int | None:
    """The column that names the indicator of each row: by its header, else by what its cells say."""
    place = header.where(Role.FIELD, "indicator")
    if place is not None:
        return place
    rows = sheet.head(HEADER_SEARCH_ROWS)[header.first_row :]
    for place, column in enumerate(header.columns):
        if column.role in (Role.UNKNOWN, Role.PERIOD):
            words = [
                row[place] for row in rows if place < len(row) and isinstance(row[place], str) and row[place]
            ]
            known = sum(vocabulary.measure(str(word)) is not None for word in words)
            if known and known * 2 >= len(words):
                return place
    return None
