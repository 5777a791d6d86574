"""What all layouts share: whom a row speaks of, and the blocks of rows under a header."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pkassess.choices import NO_CHOICES, Choices
from pkassess.codes import Code
from pkassess.columns import Measure, Notes, Where
from pkassess.columnwords import DATA_ROLES, Role, is_example
from pkassess.findings import Findings
from pkassess.headers import Header
from pkassess.ingest.sheet import CellError, Uncomputed
from pkassess.ingest_log import ReadingLog
from pkassess.observations import Collector
from pkassess.periods import Period, is_inner_day
from pkassess.personal import areas_of, without_personal
from pkassess.spelling import Names
from pkassess.texts import INVISIBLE
from pkassess.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet
    from pkassess.rubric import Rubric

BLOCK_ROWS = 1024
"""Rows read at a time: few enough that their cells stay in the processor's cache while columns are made."""


@dataclass(eq=False, repr=False)
class Intake:
    """What reading a workbook works with: the rubric's words, and where results and findings go."""

    rubric: Rubric
    vocabulary: Vocabulary
    collector: Collector
    findings: Findings
    notes: Notes
    measures: dict[str, Measure]
    duplicates: set[tuple[int, int]] = field(default_factory=set)
    """(place, unit) of rows that contradict one another; none of their values is used."""
    long_places: set[int] = field(default_factory=set)
    """Places of sheets in the long layout, whose rows are told apart by reference and assessor only."""
    log: ReadingLog = field(default_factory=ReadingLog)
    choices: Choices = NO_CHOICES
    put_off: list[Sheet] = field(default_factory=list)
    """Side sheets that are read when the names of all partnerships are known."""
    named_sheets: list[Sheet] = field(default_factory=list)
    """Sheets whose names were taken for the last key of their rows, though nothing else names such a partnership."""
    peer_groups: dict[str, str] = field(default_factory=dict)
    """The names of peer groups as they were written first, by their folded texts."""
    headers: set[str] = field(default_factory=set)
    """The header texts of all sheets that were read."""

    def __post_init__(self) -> None:
        self.names = Names(self.findings, dict(self.choices.map.names))

    def number(self, measure: str) -> int:
        """The position of an indicator or diagnostic."""
        return self.collector.measures.index(measure)


def drop_personal(header: Header, sheet: Sheet, intake: Intake) -> Header:
    """The header without columns that look personal; their cells are entered in the log."""
    intake.headers.update(header.texts)
    kept = without_personal(
        header,
        sheet,
        intake.choices.allowed,
        intake.findings,
        lambda text: intake.vocabulary.meaning(text).role in DATA_ROLES,
    )
    intake.log.set_aside(sheet, areas_of(kept, sheet))
    return kept


def blocks_under(
    header: Header, sheet: Sheet, log: ReadingLog | None = None
) -> Iterator[tuple[int, list[Sequence[object]]]]:
    """Blocks under the header as (zero-based first row, one tuple of cells per column).

    Example rows of a template come as blank ones; ``log`` learns of them.
    """
    width = len(header.columns)
    marked = next((place for place, _ in header.of(Role.KEY)), None)
    for first, rows in sheet.blocks(header.first_row, BLOCK_ROWS):
        columns: list[Sequence[object]] = list(zip_longest(*rows))
        blank = (None,) * len(rows)
        columns.extend([blank] * (width - len(columns)))
        examples = _examples(columns[marked]) if marked is not None else ()
        if log:
            for at in examples:
                log.rows(1)
                log.skip(first + at, "the template's example")
        yield first, blanked(columns, examples) if examples else columns


def _examples(keys: Sequence[object]) -> tuple[int, ...]:
    """The rows whose key is marked as that of an example."""
    marked = set(filter(is_example, set(keys)))
    return tuple(at for at, key in enumerate(keys) if key in marked) if marked else ()


def blanked(columns: list[Sequence[object]], rows: Collection[int]) -> list[Sequence[object]]:
    """Columns with some rows blank."""
    rows = frozenset(rows)
    return [tuple(None if at in rows else cell for at, cell in enumerate(column)) for column in columns]


def origins(sheet: Sheet, rows: NDArray[np.intp], column: int | NDArray[np.intp]) -> dict[str, Any]:
    """Where values of one column, or of one for each row, stand in the file: their ``row`` and ``column``."""
    if not sheet.rearranged:
        return {"row": rows, "column": column}
    spots = zip(rows.tolist(), np.broadcast_to(column, rows.shape).tolist(), strict=True)
    places = np.array([sheet.origin(*spot) for spot in spots], dtype=np.int32).reshape(-1, 2)
    return {"row": places[:, 0], "column": places[:, 1]}


def where_in(sheet: Sheet, first: int, column: int | NDArray[np.intp]) -> Where:
    """The place of a stretch of cells that starts at row ``first``, in one column or in one for each row."""

    def spot(at: int) -> tuple[int, int]:
        return sheet.origin(first + at, column if isinstance(column, int) else int(column[at]))

    return Where(sheet.file, sheet.name, spot, plain_text=not sheet.name, said=sheet.conventions)


def where_at(sheet: Sheet, rows: Sequence[int], column: int) -> Where:
    """The place of cells in rows here and there, in one column."""
    return where_in(sheet, 0, column)._replace(spot=lambda at: sheet.origin(rows[at], column))


def clean_key(cell: object) -> str:
    """A key as it is compared and printed: composed, trimmed, single spaces, nothing invisible."""
    if cell.__class__ is str:
        text: str = cell
        if text.isascii():
            return " ".join(text.split())
        return " ".join(unicodedata.normalize("NFC", text.translate(INVISIBLE)).split())
    if cell is None or isinstance(cell, (CellError, Uncomputed)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean_key(str(cell))


def note_period(cell: object, period: Period, intake: Intake, where: Where, at: int) -> None:
    """Say of a cell that it was read as a period; a single day may have been meant as another one."""
    inner = is_inner_day(cell, intake.choices.conventions.day_first)
    code = Code.DAY_AS_PERIOD if inner else Code.PERIOD_SPELLING
    intake.notes.count(code, where, "period", at, period_as_written(cell), period.label)


def period_as_written(cell: object) -> str:
    """A cell where a period belongs, as the user sees it."""
    return cell.date().isoformat() if isinstance(cell, dt.datetime) else clean_key(cell) or str(cell)
