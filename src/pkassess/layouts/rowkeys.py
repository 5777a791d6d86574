"""Whom each row of a table speaks of, and in which period; rows that say neither are reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import DATA_ROLES, Role
from pkassess.findings import or_else, shown
from pkassess.headers import Header
from pkassess.ingest.sheet import Uncomputed
from pkassess.layouts.nodata import LABEL_WORDS, are_labels, clean_name, names_total
from pkassess.layouts.rows import Intake, blanked, clean_key, note_period, period_as_written, where_in
from pkassess.layouts.submissions import Submissions
from pkassess.periods import NO_PERIOD, Period, is_part_of_year, periods_meant
from pkassess.spelling import Spot, are_countries, clean_code
from pkassess.surveytools import LINKS, names_nothing
from pkassess.texts import fold, fold_name
from pkassess.values import shows_error

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

SKIPPED = -1
"""Stands for the unit of a row that names none."""
_LABEL_ROWS = 3
_LEAST_SEPARATORS = 2
"""So many in a name of several lines are those of a table."""
_LOOKED_AT = 1000
"""Rows that show how a column is written."""
NO_YEAR = " It gives no year: put the year beside it, or a title such as Year: 2025 above the table."
PERIOD_CODES = {"fiscal": Code.FISCAL_YEAR, "ambiguous": Code.AMBIGUOUS_PERIOD, "": Code.BAD_PERIOD}
"""The finding for a text that is no period, by the reason."""


class RowKeys:
    """Finds the unit each row of a block speaks of, reporting rows without a key or with a bad period."""

    def __init__(self, header: Header, sheet: Sheet, intake: Intake) -> None:
        self.sheet, self.intake = sheet, intake
        keys = [(name, header.where(Role.KEY, name)) for name in intake.rubric.keys]
        self.keys = [(name, place) for name, place in keys if place is not None]
        self.key_places = tuple(place for _, place in self.keys)
        self.period_place = header.where(Role.PERIOD, "period") if intake.rubric.period else None
        self.data_places = [place for place, column in enumerate(header.columns) if column.role in DATA_ROLES]
        self.context_places = [place for place, _ in header.of(Role.CONTEXT)]
        self.first_row = header.first_row
        self.texts, self.ended = header.texts, False
        self.code_place = header.where(Role.CONTEXT, "place_code")
        self.submissions = Submissions(header, sheet, intake)
        link = next((text for text in LINKS if text in header.texts), None)
        self.link_place = None if link is None else header.texts.index(link)
        self._said = sheet.conventions
        if self.period_place is not None:
            self._said = self._said.beside(_column(sheet, header, self.period_place))
        own = [place for _, place in self.keys if header.texts[place]]
        self._given = len(own) < len(self.keys)
        """Whether keys are said outside the table, so that a row lacks none though it is no data."""
        self._named = own or self.data_places[:1]
        self._periods: dict[object, Period | None] = {}
        self._bad_periods: set[str] = set()
        self._totals: dict[str, bool] = {}
        self._codes: dict[object, str] = {}
        self._countries = self.code_place is not None and are_countries(
            _column(sheet, header, self.code_place)
        )
        self._namesakes = self._codes_of_names(header)

    def units(self, first: int, columns: list[Sequence[object]]) -> list[int]:
        """Unit numbers of a block's rows; -1 for a row that is blank or was reported.

        Rows that are no data, such as totals and units, are blanked in ``columns``.
        """
        keys = zip(*([*map(clean_name, columns[place])] for _, place in self.keys), strict=True)
        codes = repeat("") if self.code_place is None else map(self._code, columns[self.code_place])
        register, file, settled = self.intake.collector.unit, self.sheet.file, self.intake.names.of
        found = []
        no_data: list[int] = []
        unused = self._overlong(first, columns) | self._torn(first, columns)
        unused |= self.submissions.unusable(first, columns)
        for at, (key, period, code) in enumerate(
            zip(keys, self._periods_of(first, columns), codes, strict=False)
        ):
            if self.ended or at in unused:
                if self.ended:
                    self.intake.log.skip(first + at, "below another header")
                no_data.append(at)
                found.append(SKIPPED)
            elif (
                period is None
                or not all(key)
                or (not code and any(map(self._is_total, key)))
                or (self._given and self._is_header(at, columns))
            ):
                if self._report(first + at, at, key, columns):
                    no_data.append(at)
                found.append(SKIPPED)
            elif self._namesakes and not code and self._is_of_two(key, first + at):
                found.append(SKIPPED)
            else:
                found.append(
                    register(settled(key, code) or self._settle(key, code, first + at), period, file)
                )
        self.intake.log.rows(len(found), first)
        if no_data:
            columns[:] = blanked(columns, no_data)
        return found

    def _overlong(self, first: int, columns: list[Sequence[object]]) -> set[int]:
        """Rows of a table in a text file with more filled cells than the header has columns: their values stand askew."""
        beyond = columns[len(self.texts) :] if not self.sheet.name else []
        counts: dict[int, int] = {}
        for column in beyond:
            for at, cell in enumerate(column):
                if cell not in (None, ""):
                    counts[at] = counts.get(at, 0) + 1
        for at, count in sorted(counts.items()):
            cell = self.sheet.cell(first + at, len(self.texts))
            where = {"file": self.sheet.file, "sheet": self.sheet.name, "cell": cell}
            whole = f"{self.sheet.cell(first + at, 0)}:{self.sheet.cell(first + at, len(columns) - 1)}"
            cells = () if self.sheet.rearranged else (whole,)
            self.intake.findings.add(Code.ROW_TOO_LONG, **where, count=count, cells=cells)
            self.intake.log.skip(first + at, "longer than the header")
        return set(counts)

    def _torn(self, first: int, columns: list[Sequence[object]]) -> set[int]:
        """Rows with a key that holds lines of a text file: a quotation mark has swallowed the rows below."""
        found: set[int] = set()
        places = [place for _, place in self.keys] + (
            [] if self.period_place is None else [self.period_place]
        )
        for place in places:
            for at, cell in enumerate(columns[place]):
                if isinstance(cell, str) and "\n" in cell and _holds_rows(cell):
                    found.add(at)
                    where = {"file": self.sheet.file, "sheet": self.sheet.name}
                    where["cell"] = self.sheet.cell(first + at, place)
                    self.intake.findings.add(Code.LINES_IN_KEY, **where, count=cell.strip().count("\n") + 1)
                    self.intake.log.skip(first + at, "a name of several lines")
        return found

    def _code(self, cell: object) -> str:
        if cell not in self._codes:
            self._codes[cell] = clean_code(clean_key(cell), countries=self._countries)
        return self._codes[cell]

    def _is_of_two(self, key: tuple[str, ...], row: int) -> bool:
        """Whether a name without a place code is that of several places, which is reported."""
        codes = self._namesakes.get(tuple(map(fold_name, key)))
        if codes is None:
            return False
        where = {"file": self.sheet.file, "sheet": self.sheet.name}
        cell = self.sheet.cell(row, self.code_place or 0)
        self.intake.findings.add(
            Code.TWO_PLACES, **where, cell=cell, found=shown(key[-1]), expected=" and ".join(codes)
        )
        self.intake.log.skip(row, "a name of several places, without a code")
        return True

    def _codes_of_names(self, header: Header) -> dict[tuple[str, ...], list[str]]:
        """The place codes of the names that have several."""
        if self.code_place is None:
            return {}
        places = [place for _, place in self.keys]
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for row in self.sheet.head(_LOOKED_AT)[header.first_row :]:
            code = self._code(row[self.code_place]) if len(row) > self.code_place else ""
            if code and len(row) > max(places, default=0):
                found[tuple(fold_name(clean_name(row[place])) for place in places)].add(code)
        return {key: sorted(codes) for key, codes in found.items() if len(codes) > 1}

    def _is_total(self, name: str) -> bool:
        if name not in self._totals:
            self._totals[name] = names_total(name)
        return self._totals[name]

    def _settle(self, key: tuple[str, ...], code: str, row: int) -> tuple[str, ...]:
        return self.intake.names.settle(key, code, Spot(self.sheet, row, self.key_places))

    def _periods_of(self, first: int, columns: Sequence[Sequence[object]]) -> list[Period | None]:
        if self.period_place is None:
            return [NO_PERIOD] * len(columns[0])
        cells = columns[self.period_place]
        said = self._said
        self._periods.update((cell, said.period(cell)) for cell in set(cells) - self._periods.keys())
        periods = [self._periods[cell] for cell in cells]
        for at, (cell, period) in enumerate(zip(cells, periods, strict=True)):
            if period is not None and period.label != cell and clean_key(cell) != period.label:
                note_period(cell, period, self.intake, where_in(self.sheet, first, self.period_place), at)
        return periods

    def _report(self, row: int, at: int, keys: tuple[str, ...], columns: Sequence[Sequence[object]]) -> bool:
        """Say why a row names no unit; True if it is no data at all."""
        if all(columns[place][at] in (None, "") for place in self.data_places):
            if any(keys):
                self.intake.log.skip(row, "no values")
            else:
                self.intake.log.rows(-1)
            return False
        if self._no_data(row, at, keys, columns):
            return True
        where = {"file": self.sheet.file, "sheet": self.sheet.name}
        if self.link_place is not None and not any(keys):
            where["cell"] = self.sheet.cell(row, self.link_place)
            told = names_nothing(self.texts[self.link_place], clean_key(columns[self.link_place][at]))
            self.intake.findings.add(Code.REPEAT_ALONE, **where, found=told)
            self.intake.log.skip(self.sheet.origin(row, 0)[0], "a repeat of no row")
            return False
        for (name, place), key in zip(self.keys, keys, strict=True):
            if not key:
                where |= {"cell": self.sheet.cell(row, place), "column": name}
                if not self._is_fault(columns[place][at], where):
                    self.intake.findings.add(Code.KEY_MISSING, **where, expected=name)
                self.intake.log.skip(row, f"no {name}")
                return False
        place = self.period_place or 0
        cell, found = self.sheet.cell(row, place), columns[place][at]
        self.intake.log.skip(row, "no period" if found in (None, "") else "period not understood")
        where |= {"cell": cell, "column": "period"}
        if found in (None, ""):
            self.intake.findings.add(Code.KEY_MISSING, **where, expected="period")
        elif cell not in self._bad_periods and not self._is_fault(found, where):
            self._bad_periods.add(cell)  # one cell over a column holds for many rows
            self._report_period(found, where)
        return False

    def _report_period(self, found: object, where: dict[str, str]) -> None:
        text = period_as_written(found)
        suggestion = NO_YEAR if is_part_of_year(text) else or_else(periods_meant(found))
        code = PERIOD_CODES[self._said.why_no_period(found)]
        self.intake.findings.add(code, **where, value=text, suggestion=suggestion)

    def _is_fault(self, cell: object, where: dict[str, str]) -> bool:
        """Report a key that is an error, or a formula without a result."""
        if isinstance(cell, Uncomputed):
            self.intake.findings.add(Code.UNCOMPUTED_FORMULA, **where)
        elif shows_error(cell):
            self.intake.findings.add(Code.ERROR_CELL, **where, value=str(cell))
        else:
            return False
        return True

    def _no_data(self, row: int, at: int, keys: tuple[str, ...], columns: Sequence[Sequence[object]]) -> bool:
        """Whether a row is a total, the header once more, or units and hints under it; each is said."""
        where = {"file": self.sheet.file, "sheet": self.sheet.name}
        texts = [
            str(columns[place][at]) for place in self.data_places if columns[place][at] not in (None, "")
        ]
        total = self._total_in(at, keys, columns)
        if total:
            text, place = total
            self.intake.findings.add(Code.TOTALS_ROW, **where, cell=self.sheet.cell(row, place), value=text)
            self.intake.log.skip(row, "a total")
        elif self._is_header(at, columns):
            cell = self.sheet.cell(row, self._named[0])
            other = [
                str(columns[place][at])
                for place in self.data_places
                if columns[place][at] not in (None, "")
                and fold(str(columns[place][at])) != fold(self.texts[place])
            ]
            if other:
                self.intake.findings.add(Code.SECOND_HEADER, **where, cell=cell, value=", ".join(other))
                self.ended = True
            else:
                self.intake.findings.add(
                    Code.REPEATED_HEADER, **where, cell=cell, found=self.sheet.origin(row, 0)[0] + 1
                )
            self.intake.log.skip(row, "another header" if other else "the header once more")
        elif row - self.first_row < _LABEL_ROWS and self._labels(at, keys, texts, columns):
            cell = self.sheet.cell(row, self.data_places[0])
            self.intake.findings.add(Code.LABEL_ROW, **where, cell=cell, value=texts[0])
            self.intake.log.skip(row, "units or hints")
        else:
            return False
        return True

    def _is_header(self, at: int, columns: Sequence[Sequence[object]]) -> bool:
        """Whether a row has the names of its own columns where its keys, or without any the first of its values, belong."""
        cells = [(columns[place][at], self.texts[place]) for place in self._named]
        filled = [(cell, text) for cell, text in cells if cell not in (None, "")]
        return bool(filled) and all(
            isinstance(cell, str) and fold(cell) == fold(text) for cell, text in filled
        )

    def _total_in(
        self, at: int, keys: tuple[str, ...], columns: Sequence[Sequence[object]]
    ) -> tuple[str, int] | None:
        """The word for a total that a row has as a key, or in place of its period or context; None without one."""
        places = {place: key for key, (_, place) in zip(keys, self.keys, strict=True)}
        beside = [place for place in (self.period_place, *self.context_places) if place is not None]
        places |= {place: clean_key(columns[place][at]) for place in beside}
        return next(((text, place) for place, text in places.items() if names_total(text)), None)

    def _labels(
        self, at: int, keys: tuple[str, ...], texts: list[str], columns: Sequence[Sequence[object]]
    ) -> bool:
        """Whether a row says what belongs under the names: units or hints without keys or with hints for them, weights."""
        first = next((column[at] for column in columns if column[at] not in (None, "")), None)
        if not all(keys) and any(fold(key) in LABEL_WORDS for key in (*keys, str(first))):
            return True
        period = None if self.period_place is None else columns[self.period_place][at]
        hinted = isinstance(period, str) and not any(map(str.isdecimal, period))
        return (not any(keys) or hinted) and are_labels(texts)


def _column(sheet: Sheet, header: Header, place: int) -> list[object]:
    """The first cells of a column under the header, to see how it is written."""
    return [row[place] for row in sheet.head(_LOOKED_AT)[header.first_row :] if len(row) > place]


def _holds_rows(cell: str) -> bool:
    """Whether a text of several lines holds separators as rows do; names may be broken into lines for the look of it."""
    return "\n" in cell.strip() and max(map(cell.count, ",;\t")) >= _LEAST_SEPARATORS
