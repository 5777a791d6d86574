"""What a sheet's columns mean: matches header cells with the names a rubric knows, and finds the header row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import (
    DATA_ROLES,
    PART_OF_YEAR,
    TEMPLATE_NAMES,
    TEMPLATE_ROWS,
    UNUSED,
    ColumnName,
    Role,
    field_names,
)
from pkassess.findings import Findings, shown
from pkassess.markings import MARKING_LABELS
from pkassess.othervalues import other_value
from pkassess.surveytools import GROUP_MARKS, TOOL_COLUMNS, is_flattened, is_technical, separator_of
from pkassess.texts import fold
from pkassess.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Row, Sheet

HEADER_SEARCH_ROWS = 25
NAMELESS_ROWS = 200
"""Rows looked at for values under no column name."""
_ADM = re.compile(r"#adm(\d)")

_PERIOD = ColumnName(Role.PERIOD, "period")
_MOST_QUOTED = 6
_FLATTENED = " They are repeats of one form, put side by side: export the form as .xlsx, where repeats have a sheet of their own."
_LEAST_GROUPED = 2
"""So many columns have to mean something once groups are cut, where nothing else says that there are groups."""
_TEMPLATE_COLUMNS = 4
"""The columns in which a template of the COIN kind says what its rows are."""


@dataclass(frozen=True)
class Header:
    """The header row of a sheet (zero-based) and the meaning of each of its columns.

    ``tagged`` says that the row under it holds hashtags (HXL), which are no data.
    """

    row: int
    columns: tuple[ColumnName, ...]
    texts: tuple[str, ...]
    tagged: bool = False

    @property
    def exported(self) -> bool:
        """Whether the columns are those of an export of KoboToolbox or ODK Central."""
        return bool(separator_of(self.texts))

    @property
    def first_row(self) -> int:
        """The row (zero-based) where data begin."""
        return self.row + (2 if self.tagged else 1)

    @cached_property
    def _places(self) -> dict[ColumnName, int]:
        return {column: place for place, column in reversed(list(enumerate(self.columns)))}

    def where(self, role: Role, name: str, part: str = "") -> int | None:
        """The place of the first column with this meaning, or None."""
        return self._places.get(ColumnName(role, name, part))

    def of(self, role: Role) -> list[tuple[int, ColumnName]]:
        """All columns of one role with their places."""
        return [(place, column) for place, column in enumerate(self.columns) if column.role is role]


def find_header(
    sheet: Sheet, vocabulary: Vocabulary, fields: Sequence[str] = (), only: int | None = None
) -> Header | None:
    """The row among the first 25 that names most known columns, or None if no row names one.

    ``fields`` are column names that count besides those of the rubric, as in long tables and side sheets; ``only``
    is the one row (zero-based) to look at. Hashtags under a row tell what its texts do not.
    """
    extra = field_names(fields)
    best: Header | None = None
    most = (0, 0)
    rows = sheet.head(HEADER_SEARCH_ROWS if only is None else only + 2)
    for place, row in header_rows(sheet, only):
        texts = header_texts(row)
        if _names_indicators(texts, rows[:place]):
            continue
        columns = meanings(texts, vocabulary, extra)
        tagged = _holds_hashtags(rows[place + 1 : place + 2])
        if tagged:
            columns = _told_by_tags(columns, rows[place + 1], vocabulary, extra)
        # Titles such as "Mission: ..., Period: ..." may name as many keys as a header, but nothing measured.
        measured = sum(column.role in (*DATA_ROLES, Role.AT_ODDS) for column in columns)
        known = (count_known(columns), measured)
        if known > most:
            best, most = Header(place, columns, texts, tagged), known
    return best


def header_rows(sheet: Sheet, only: int | None) -> Iterator[tuple[int, Row]]:
    """The rows that may be the header of a sheet, with their numbers: the first 25, or the one asked for."""
    if only is None:
        yield from enumerate(sheet.head(HEADER_SEARCH_ROWS))
    else:
        yield from [*enumerate(sheet.head(only + 1))][only:]


def _names_indicators(texts: Sequence[str], above: Sequence[Sequence[object]]) -> bool:
    """Whether a row is that of a COIN template which names the indicators above their codes, below weights."""
    first = next(filter(None, texts), "")
    return fold(first) == TEMPLATE_NAMES and any(
        fold(text) in TEMPLATE_ROWS for row in above for text in header_texts(row)[:_TEMPLATE_COLUMNS]
    )


def header_texts(row: Sequence[object]) -> tuple[str, ...]:
    """The cells of a row as column names: words only, with single spaces."""
    return tuple(" ".join(cell.split()) if isinstance(cell, str) else "" for cell in row)


def count_known(columns: Sequence[ColumnName]) -> int:
    """How many columns mean something."""
    return sum(column.role not in (Role.UNKNOWN, Role.LEFT_OUT) for column in columns)


def meanings(
    texts: Sequence[str], vocabulary: Vocabulary, extra: Mapping[str, ColumnName]
) -> tuple[ColumnName, ...]:
    """What the column names of one row mean; what the user said stands before everything else."""
    found = [
        ColumnName(Role.UNKNOWN, text) if _is_upper(text, texts) else _meaning(text, vocabulary, extra)
        for text in texts
    ]
    return with_period_parts(_without_tools(_with_groups_cut(found, texts, vocabulary, extra), texts), texts)


def _without_tools(columns: list[ColumnName], texts: Sequence[str]) -> list[ColumnName]:
    """Columns in which those of a survey tool give way to answers of the same name, such as an indicator ``status``."""
    if not separator_of(texts):
        return columns
    own = {column for column, text in zip(columns, texts, strict=True) if text not in TOOL_COLUMNS}
    return [
        ColumnName(Role.UNKNOWN, text) if text in TOOL_COLUMNS and column in own else column
        for column, text in zip(columns, texts, strict=True)
    ]


def _with_groups_cut(
    columns: list[ColumnName],
    texts: Sequence[str],
    vocabulary: Vocabulary,
    extra: Mapping[str, ColumnName],
) -> list[ColumnName]:
    """Columns without the groups that survey tools put in front of names: ``grp/posts_filled_pct``.

    The mark between them can be chosen in the tools. It is the one behind which most columns mean something: one will do
    in what is an export by its other columns; elsewhere it takes two, and half of the columns that hold it.
    """
    told = separator_of(texts)
    best: dict[int, ColumnName] = {}
    for mark in dict.fromkeys((told, *GROUP_MARKS) if told else GROUP_MARKS):
        holding = [
            place for place, text in enumerate(texts) if mark in text and columns[place].role is Role.UNKNOWN
        ]
        least = 1 if mark == told else _LEAST_GROUPED
        if len(holding) < max(least, len(best) + 1):
            continue
        paths = {place: vocabulary.of_path(texts[place], mark, extra) for place in holding}
        known = {place: path for place, path in paths.items() if path}
        if (
            len(known) >= least
            and (mark == told or len(known) * 2 >= len(holding))
            and len(known) > len(best)
        ):
            best = known
    return [best.get(place, column) for place, column in enumerate(columns)]


def with_period_parts(columns: Sequence[ColumnName], texts: Sequence[str]) -> tuple[ColumnName, ...]:
    """Columns in which a quarter beside a year is its part, though either alone could be the period."""
    if sum(column == _PERIOD for column in columns) < 2:  # noqa: PLR2004
        return tuple(columns)
    return tuple(
        ColumnName(Role.PERIOD, PART_OF_YEAR.get(fold(text), "period")) if column == _PERIOD else column
        for column, text in zip(columns, texts, strict=True)
    )


def _meaning(text: str, vocabulary: Vocabulary, extra: Mapping[str, ColumnName]) -> ColumnName:
    own = vocabulary.meaning(text)
    # A rubric may call a key `unit`, which is a field of long tables as well.
    fixed = fold(text) in vocabulary.given or own.role is Role.KEY
    name = vocabulary.field_of_tag(text) if text.startswith("#") else text
    return own if fixed else extra.get(fold(name), own)


def _told_by_tags(
    columns: Sequence[ColumnName],
    tags: Sequence[object],
    vocabulary: Vocabulary,
    extra: Mapping[str, ColumnName],
) -> tuple[ColumnName, ...]:
    """Columns whose texts say nothing, by the hashtags under them; those whose tags say other values than their texts."""
    told = [
        _meaning(text, vocabulary, extra)
        if (text := str(tag or "").strip()) and not _is_upper(text, tags)
        else None
        for tag in tags
    ]
    known = set(columns)
    found = []
    for column, tag in zip_longest(columns, told[: len(columns)]):
        if tag and tag not in known and column.role is Role.UNKNOWN and tag.role is not Role.UNKNOWN:
            found.append(tag)
        elif tag and column.role is Role.VALUE and tag != column and _is_of_measure(tag, vocabulary):
            found.append(ColumnName(Role.AT_ODDS, column.title, tag.title))
        else:
            found.append(column)
    return tuple(found)


def _is_of_measure(tag: ColumnName, vocabulary: Vocabulary) -> bool:
    """Whether a hashtag speaks of an indicator, be it of its target or of some people only."""
    return tag.role is Role.VALUE or (tag.role is Role.UNKNOWN and vocabulary.names_measure(tag.name))


def _is_upper(tag: str, tags: Sequence[object]) -> bool:
    """Whether a hashtag names an administrative level above the lowest of the table, which is that of its rows."""
    own = _ADM.match(tag.casefold()) if tag.startswith("#") else None
    if own is None:
        return False
    levels = [int(match[1]) for one in tags if (match := _ADM.match(str(one or "").strip().casefold()))]
    return int(own[1]) < max(levels)


def _holds_hashtags(rows: Sequence[Sequence[object]]) -> bool:
    """Whether at least half of the filled cells of a row are hashtags, as HXL puts them under a header."""
    filled = [str(cell).strip() for row in rows for cell in row if cell not in (None, "")]
    tags = sum(text.startswith("#") and text[1:2].isalpha() for text in filled)
    return tags > 0 and tags * 2 >= len(filled)


def spread(texts: Sequence[str]) -> list[str]:
    """Group titles over all their columns: a merged cell has its text in the first one only."""
    spread, last = [], ""
    for text in texts:
        last = text or last
        spread.append(last)
    return spread


def without_other_values(header: Header, sheet: Sheet, vocabulary: Vocabulary, height: int = 1) -> Header:
    """The header, of so many rows, without columns that stand under a title such as Target in or above them."""
    for row in sheet.head(header.row)[-height:] if header.row else ():
        header = _without_other_values(header, spread(header_texts(row)), vocabulary)
    return header


def _without_other_values(header: Header, groups: list[str], vocabulary: Vocabulary) -> Header:
    groups += groups[-1:] * (len(header.columns) - len(groups))
    if not any(map(vocabulary.names_other_values, groups)):
        return header
    columns = (
        ColumnName(Role.OTHER_VALUE, column.title, group)
        if column.role in (*DATA_ROLES, Role.SERIES) and vocabulary.names_other_values(group)
        else column
        for column, group in zip(header.columns, groups, strict=False)
    )
    return replace(header, columns=tuple(columns))


def without_doubles(header: Header, sheet: Sheet, findings: Findings) -> Header:
    """The header with columns that mean the same thing set aside, each pair reported."""
    counts = Counter(column for column in header.columns if column.role not in UNUSED)
    doubled = {column for column, count in counts.items() if count > 1}
    for column in dict.fromkeys(column for column in header.columns if column in doubled):
        places = [
            sheet.cell(header.row, place) for place, known in enumerate(header.columns) if known == column
        ]
        flattened = any(
            is_flattened(text)
            for text, known in zip(header.texts, header.columns, strict=True)
            if known == column
        )
        findings.add(
            Code.DOUBLE_COLUMN,
            file=sheet.file,
            sheet=sheet.name,
            cell=places[1],
            column=column.title,
            found=places[0],
            expected=", ".join(places[1:]),
            suggestion=_FLATTENED if flattened else "",
        )
    kept = (column._replace(role=Role.DOUBLED) if column in doubled else column for column in header.columns)
    return replace(header, columns=tuple(kept))


def report_unknown(header: Header, sheet: Sheet, vocabulary: Vocabulary, findings: Findings) -> None:
    """A finding for each column that is not used: a near miss as a warning, anything else as a note."""
    _report_meaningless(header, sheet, vocabulary, findings)
    _report_nameless(header, sheet, findings)
    for place, column in header.of(Role.AT_ODDS):
        told = {"found": column.name, "expected": shown(column.part)}
        findings.add(Code.TAG_AT_ODDS, **_where(header, sheet, place), column=column.name, **told)
    for place, column in header.of(Role.OTHER_VALUE):
        text = f"{column.part} / {header.texts[place]}"
        told = {"column": text, "value": text, "expected": other_value(column.part)}
        findings.add(Code.OTHER_VALUES_COLUMN, **_where(header, sheet, place), **told)
    for place, column in header.of(Role.STRANGE_ITEM):
        items = vocabulary.items[column.name].values()
        findings.add(
            Code.UNKNOWN_ITEM,
            **_where(header, sheet, place),
            column=column.name,
            value=column.part,
            suggestion=findings.suggest(column.part, items),
            expected=", ".join(items),
        )


def _where(header: Header, sheet: Sheet, place: int) -> dict[str, str]:
    return {"file": sheet.file, "sheet": sheet.name, "cell": sheet.cell(header.row, place)}


def _report_meaningless(header: Header, sheet: Sheet, vocabulary: Vocabulary, findings: Findings) -> None:
    """Columns whose names say nothing that the rubric knows; those of survey tools and markings need no word."""
    known = list(vocabulary.known_texts())
    separator = separator_of(header.texts)
    for place, column in header.of(Role.UNKNOWN):
        technical = separator and is_technical(column.name, separator)
        if not column.name or technical or fold(column.name) in MARKING_LABELS:
            continue
        told = {"column": column.name, "value": column.name, **_where(header, sheet, place)}
        if kind := vocabulary.in_other_group(column.name):
            findings.add(Code.OTHER_VALUES_COLUMN, **told, expected=kind)
            continue
        near = vocabulary.near(column.name)
        suggestion = f" Did you mean '{near}'?" if near else findings.suggest(column.name, known)
        findings.add(
            Code.UNKNOWN_COLUMN if suggestion else Code.COLUMN_NOT_USED, **told, suggestion=suggestion
        )


def _report_nameless(header: Header, sheet: Sheet, findings: Findings) -> None:
    """Columns with values over which no name can be read, between or beside the named ones."""
    if sheet.rearranged:
        return  # the columns of a table in another order have their names elsewhere
    rows = sheet.head(header.first_row + NAMELESS_ROWS)[header.first_row :]
    width = max(map(len, rows), default=0)
    texts = [*header.texts, *[""] * (width - len(header.texts))]
    for place in (place for place, text in enumerate(texts) if not text):
        filled = sum(place < len(row) and isinstance(row[place], (int, float)) for row in rows)
        if filled:
            where = {"file": sheet.file, "sheet": sheet.name, "cell": sheet.cell(header.row, place)}
            findings.add(Code.NO_HEADER_OVER_VALUES, **where, count=filled)


def quoted_columns(header_texts: Sequence[str]) -> str:
    """The first few column names of a sheet, for a message."""
    named = [text for text in header_texts if text]
    more = f" and {len(named) - _MOST_QUOTED} more" if len(named) > _MOST_QUOTED else ""
    return ", ".join(shown(text) for text in named[:_MOST_QUOTED]) + more if named else "none"
