"""Sheets put into the order of the wide or the long layout; every cell remembers its place in the file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pkassess.columnwords import DATA_ROLES, ColumnName, Role
from pkassess.headers import Header, with_period_parts
from pkassess.ingest.sheet import Area, MemoryRows, Row, RowSource, Sheet, Value, cell_name

_VALUED = (*DATA_ROLES, Role.SERIES)
_FILLED = (Role.KEY, Role.PERIOD, Role.CONTEXT)
Spot = tuple[int, int]
"""A row and a column of the file, from zero."""


class Constant(NamedTuple):
    """A value that holds for all rows of a table, or from its own row on, and where it stands in the file."""

    text: str
    spot: Spot


class _Held(NamedTuple):
    """What holds for the rows of a file one after the other: the first from the start, each other from its row on."""

    rows: tuple[int, ...]
    constants: tuple[Constant, ...]

    def at(self, row: int) -> Constant:
        return self.constants[bisect_right(self.rows, row) - 1]


@dataclass(frozen=True)
class _Extended:
    """The rows of a sheet with further cells at the right, which depend on the row's number and its cells."""

    sheet: Sheet
    width: int
    constants: tuple[_Held, ...] = ()
    filled: Mapping[Spot, Value] | None = None
    dividing: frozenset[int] = frozenset()
    """Rows of the file that say what holds below them, which are no data."""

    def size(self) -> tuple[int, int]:
        height, _ = self.sheet.source.size()
        return height, self.width + len(self.constants)

    def blocks(self, start: int, size: int) -> Iterator[tuple[int, list[Row]]]:
        for first, rows in self.sheet.source.blocks(start, size):
            yield first, [self._row(number, row) for number, row in enumerate(rows, first)]

    def _row(self, number: int, row: Row) -> Row:
        cells = list(row)
        if self.filled:
            cells = [self.filled.get((number, column), cell) for column, cell in enumerate(cells)]
        if not self.constants:
            return cells
        cells += [None] * (self.width - len(cells))
        own = self.sheet.origin(number, 0)[0] if self.dividing else 0
        if own in self.dividing or not any(cell not in (None, "") for cell in cells):
            return [None] * (self.width + len(self.constants))
        return [*cells[: self.width], *(held.at(own).text for held in self.constants)]


def with_constants(
    sheet: Sheet, header: Header, constants: Mapping[str, Sequence[Constant]], roles: Mapping[str, Role]
) -> tuple[Sheet, Header]:
    """A table with one more column per name; blank rows stay blank.

    The first constant of a name holds from the start, each other one from its row on, which is no row of data.
    """
    width = len(header.columns)
    held = tuple(
        _Held((-1, *(constant.spot[0] for constant in those[1:])), tuple(those))
        for those in constants.values()
    )
    dividing = frozenset(row for those in held for row in those.rows[1:])

    def places(row: int, column: int) -> Spot:
        own = sheet.origin(row, min(column, width - 1))
        constant = held[column - width].at(own[0]) if column >= width else None
        if constant is None:
            return own
        return (
            constant.spot if constant.text else (own[0], width)
        )  # where it would stand in a column of its own

    source: RowSource = _Extended(sheet, width, held, dividing=dividing)
    columns = (*header.columns, *(ColumnName(roles[name], name) for name in constants))
    return (
        replace(sheet, source=source, places=places),
        replace(header, columns=columns, texts=(*header.texts, *("" for _ in constants))),
    )


class Filled(NamedTuple):
    """A column whose merged cells were filled: its name, the first of them, and how many cells took its value."""

    column: str
    cell: str
    count: int


def with_merged(sheet: Sheet, header: Header, labels: int | None = None) -> tuple[Sheet, tuple[Filled, ...]]:
    """A sheet in which merged cells of keys and context count for every row they cover; addresses stay as they are.

    ``labels`` is the column that names the indicator of each row, which counts as a key.
    """
    if not sheet.merged:
        return sheet, ()
    places = {at for at, column in enumerate(header.columns) if column.role in _FILLED or at == labels}
    last_row = sheet.height - 1
    areas = [
        (area, min(area.last_row, last_row))
        for area in sheet.merged
        if area.first_column in places and header.first_row <= area.first_row < min(area.last_row, last_row)
    ]
    if not areas:
        return sheet, ()
    corners = _cells_at(sheet, {(area.first_row, area.first_column) for area, _ in areas})
    values: dict[Spot, Value] = {}
    first: dict[int, Area] = {}
    counts: Counter[int] = Counter()
    for area, end in areas:
        place = area.first_column
        cell = corners.get((area.first_row, place))
        values.update(((row, place), cell) for row in range(area.first_row + 1, end + 1))
        first.setdefault(place, area)
        counts[place] += end - area.first_row
    filled = (
        Filled(header.columns[place].name or "indicator", sheet.cell(area.first_row, place), counts[place])
        for place, area in sorted(first.items())
    )
    return replace(sheet, source=_Extended(sheet, len(header.columns), filled=values)), tuple(filled)


def _cells_at(sheet: Sheet, spots: Collection[Spot]) -> dict[Spot, Value]:
    """The cells at some places of a sheet, found in one pass."""
    places: dict[int, list[int]] = defaultdict(list)
    for row, column in spots:
        places[row].append(column)
    return {
        (number, column): row[column]
        for first, rows in sheet.blocks(min(places, default=0))
        for number, row in enumerate(rows, first)
        for column in places.get(number, ())
        if column < len(row)
    }


def merged_values(sheet: Sheet, header: Header) -> Iterator[str]:
    """The merged areas whose value stands for several cells of measured columns: A2:A3."""
    places = [place for place, column in enumerate(header.columns) if column.role in _VALUED]
    for area in sheet.merged:
        over = bisect_right(places, area.last_column) - bisect_left(places, area.first_column)
        if area.first_row >= header.first_row and (over > 1 or (over and area.last_row > area.first_row)):
            first, last = (
                cell_name(area.first_row, area.first_column),
                cell_name(area.last_row, area.last_column),
            )
            yield f"{first}:{last}"


def melted(sheet: Sheet, header: Header, labels: int | None, kind: str = "period") -> tuple[Sheet, Header]:
    """A table with one column per period as a long one: a row for every filled cell; the header once more is none.

    ``kind`` says whether the columns are periods, or quarters, halves or months of years in a column of their own;
    ``labels`` is the column that names the indicator of each row, None where the header names it.
    """
    series = header.of(Role.SERIES)
    kept = [place for place, column in enumerate(header.columns) if column.role is not Role.SERIES]
    rows: list[Row] = [()]
    spots: list[tuple[int, int]] = [(header.row, 0)]
    names = sheet.head(header.row + 1)[header.row] if series else ()
    for first, block in sheet.blocks(header.first_row):
        for number, row in enumerate(block, first):
            if row == names:
                continue
            around = [row[place] if place < len(row) else None for place in kept]
            for place, column in series:
                value = row[place] if place < len(row) else None
                if value not in (None, ""):
                    rows.append([*around, column.name, column.part, value])
                    spots.append((number, place))
    named = ColumnName(Role.FIELD, "indicator")
    columns = (
        *(named if place == labels else header.columns[place] for place in kept),
        named if labels is None else ColumnName(Role.UNKNOWN, ""),
        ColumnName(Role.PERIOD, kind),
        ColumnName(Role.FIELD, "value"),
    )
    texts = (*(header.texts[place] for place in kept), "", "", "")
    width = len(kept)

    def places(row: int, column: int) -> Spot:
        number, place = spots[row]
        if column < width:
            place = kept[column]
        elif column == width + 1:
            number = header.row
        return sheet.origin(number, place)

    return replace(sheet, source=MemoryRows(rows), places=places), Header(0, columns, texts)


class Answer(NamedTuple):
    """What a form holds for one label, and where."""

    value: Value
    spot: Spot


def of_answers(
    sheet: Sheet, labels: Sequence[tuple[Spot, ColumnName, str]], answers: Sequence[Sequence[Answer]]
) -> tuple[Sheet, Header]:
    """A form as a wide table: a row for each of the answers that every label has.

    ``labels`` give where each stands, what it means and its text; ``answers`` as many for each of them.
    """
    count = len(answers[0])
    rows: list[Row] = [(), *([own[at].value for own in answers] for at in range(count))]

    def places(row: int, column: int) -> Spot:
        return sheet.origin(*(answers[column][row - 1].spot if row else labels[column][0]))

    texts = tuple(text for _, _, text in labels)
    columns = with_period_parts([meaning for _, meaning, _ in labels], [text.rstrip(": ") for text in texts])
    return replace(sheet, source=MemoryRows(rows), places=places), Header(0, columns, texts)


def joined(
    child: Sheet,
    header: Header,
    link: int,
    parent_of: Callable[[Row], Mapping[ColumnName, Value]],
    columns: Sequence[ColumnName],
) -> tuple[Sheet, Header]:
    """A sheet of repeats with columns of the rows it belongs to; ``link`` is the column that names the parent."""
    rows: list[Row] = []
    for _, block in child.blocks():
        for row in block:
            parent = parent_of(row)
            padded = [*row, *[None] * (len(header.columns) - len(row))]
            rows.append([*padded, *(parent.get(column) for column in columns)])
    width = len(header.columns)

    def places(row: int, column: int) -> Spot:
        return child.origin(row, column if column < width else link)

    extended = replace(
        header,
        columns=(*header.columns, *columns),
        texts=(*header.texts, *(column.name if column.role is Role.UNKNOWN else "" for column in columns)),
    )
    return replace(child, source=MemoryRows(rows), places=places), extended
