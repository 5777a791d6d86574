"""The data-entry workbook: a sheet to fill in with drop-downs and limits, and pages that explain it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from pkassess.columnwords import EXAMPLE_MARK
from pkassess.normalise import STEP_TOLERANCE
from pkassess.render.book import book_bytes, set_text
from pkassess.template.pages import CODEBOOK_FIELDS, about, codebook, instructions
from pkassess.template.plan import NOT_APPLICABLE, Question
from pkassess.template.words import CONTEXT_HINTS, digits
from pkassess.texts import say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from pkassess.template.plan import Plan, Section

LAST_ROW = 5000
"""Down to here cells have drop-downs and limits; rows below are read all the same."""
_HEADER_ROW, _FIRST_ROW = 1, 2
_INK, _GREY = "1F2933", "6B7280"
_FILLS = ("E5E7EB", "DCEAF7", "E2F0E4", "FBEFD9", "F6E1E4", "E9E4F3", "E0F0EF")
"""Tints of the sections in turn, light enough for black text."""
_LINE = Border(bottom=Side(style="thin", color="9CA3AF"))
_LONGEST_PROMPT, _LONGEST_TITLE = 255, 32
_FONT = {"name": "Calibri", "size": 11}
_TITLE_FONT = Font(name="Calibri", bold=True, size=14, color=_INK)
_BOLD = Font(bold=True, color=_INK, **_FONT)
_LINE_HEIGHT = 15
_FORMATS = {"text": "@", "number": "General", "whole": "General", "choice": "General"}


def workbook_bytes(plan: Plan, score_command: str) -> bytes:
    """The finished .xlsx file; the same plan gives the same bytes."""
    book = Workbook()
    book.properties.title = f"{say(plan.rubric.label)}, data entry"
    book.properties.creator = "pkassess"
    _Maker(book, plan).make(score_command)
    return book_bytes(book)


class _Maker:
    """Fills the sheets of one workbook."""

    def __init__(self, book: Workbook, plan: Plan) -> None:
        self.book, self.plan = book, plan
        self.lists = _Lists(book)

    def make(self, score_command: str) -> None:
        page: Any = self.book.active
        page.title = "instructions"
        _write_pairs(page, instructions(self.plan, score_command), widths=(18, 100))
        page["A1"].font = _TITLE_FONT
        self._data()
        self._side_sheets()
        self._codebook()
        sheet = self.book.create_sheet("about")
        rows = list(about(self.plan))
        _write_pairs(sheet, rows, widths=(22, 40))
        for at, (_, text) in enumerate(rows, 1):
            sheet.cell(at, 2).protection = Protection(locked=bool(text))
        self.lists.finish()
        self.book.active = 0

    # --- the sheet to fill in -------------------------------------------------------------------------------

    def _data(self) -> None:
        sheet = self.book.create_sheet("data")
        column = 1
        for number, section in enumerate((self.plan.who, *self.plan.sections)):
            fill = PatternFill("solid", fgColor=_FILLS[number % len(_FILLS)])
            for question in section.questions:
                self._column(sheet, column, question, fill, section)
                column += 1
        _mark_example(sheet, _FIRST_ROW, column - 1)
        keys = len(self.plan.rubric.keys) + (self.plan.rubric.period is not None)
        sheet.freeze_panes = sheet.cell(_FIRST_ROW, keys + 1)
        sheet.row_dimensions[_HEADER_ROW].height = 2.5 * _LINE_HEIGHT
        _protect(sheet)

    def _column(
        self, sheet: Worksheet, column: int, question: Question, fill: PatternFill, section: Section
    ) -> None:
        _header(sheet, _HEADER_ROW, column, question.name, fill, _explained(question, section))
        _open_column(sheet, column, _width_of(question), _FORMATS[question.kind])
        first = column == 1
        example = f"{EXAMPLE_MARK} {question.example}" if first else question.example
        _put_example(sheet, _FIRST_ROW, column, example, _FORMATS[question.kind])
        self._limit(sheet, column, _FIRST_ROW, question)

    def _limit(self, sheet: Worksheet, column: int, first: int, question: Question) -> None:
        cells = f"{get_column_letter(column)}{first}:{get_column_letter(column)}{LAST_ROW}"
        if question.choices:
            values = [choice.value for choice in question.choices]
            values = [str(value).replace("_", " ") if question.item else value for value in values]
            values += [NOT_APPLICABLE] if question.measured else []
            rule = DataValidation("list", formula1=self.lists.range_of(values))
            told = "Choose from the list." if len(values) > _FEW else f"One of: {_listed(values)}."
        elif question.kind in ("number", "whole"):
            rule = DataValidation(
                "custom", formula1=_formula(f"{get_column_letter(column)}{first}", question)
            )
            told = _limits_told(question)
        else:
            return
        rule.showErrorMessage, rule.errorStyle = True, "stop"
        rule.errorTitle = question.name[:_LONGEST_TITLE]
        rule.error = told[:_LONGEST_PROMPT]
        rule.add(cells)
        sheet.add_data_validation(rule)

    # --- further sheets -------------------------------------------------------------------------------------

    def _side_sheets(self) -> None:
        rubric = self.plan.rubric
        period = ["period"] if rubric.period is not None else []
        if self.plan.once:
            hints = {name: say(CONTEXT_HINTS[name]) for name in self.plan.once}
            self._side("partnerships", [*self.plan.once], dict.fromkeys(self.plan.once, ""), hints)
        if rubric.facts:
            gate = rubric.readiness
            ids = [*rubric.facts, *(one.id for one in (gate.conditions if gate else ()))]
            example = {"period": "2025", "fact": [*rubric.facts][-1], "value": "yes", "date": "2025-06-30"}
            self._side(
                "facts",
                [*period, "fact", "value", "date", "source_ref", "owner"],
                example | {"source_ref": "letter of 30 June", "owner": ""},
                _FACT_HINTS,
                {"fact": ids, "value": ["yes", "no", "unknown"]},
            )
        if rubric.period is not None:
            ids = [*rubric.dimensions, *rubric.indicators]
            low, high = rubric.frame.low, rubric.frame.high
            agreed = round(low + 0.6 * (high - low), 2)
            example = {"indicator": ids[0], "value": agreed, "date": "2026-12-31", "baseline": "2024"}
            self._side("targets", [*example], example, _TARGET_HINTS, {"indicator": ids})
            example = {"indicator": ids[-1], "period": "2025", "reason": "new survey question"}
            self._side("breaks", [*example], example, _BREAK_HINTS, {"indicator": ids})

    def _side(
        self,
        name: str,
        columns: Sequence[str],
        example: dict[str, Any],
        hints: dict[str, str],
        lists: dict[str, list[str]] | None = None,
    ) -> None:
        """A sheet with keys and some columns; ``lists`` gives the answers of columns that have a drop-down."""
        sheet = self.book.create_sheet(name)
        keys = [question for question in self.plan.who.questions if question.name in self.plan.rubric.keys]
        given = {question.name: question.example for question in keys} | example
        fill = PatternFill("solid", fgColor=_FILLS[0])
        for column, title in enumerate([*(question.name for question in keys), *columns], 1):
            _header(sheet, 1, column, title, fill, hints.get(title, ""))
            _open_column(sheet, column, max(18, len(title) + 2), "General" if title == "value" else "@")
            text = f"{EXAMPLE_MARK} {given[title]}" if column == 1 else given[title]
            _put_example(sheet, 2, column, text, "General" if title == "value" else "@")
            if lists and title in lists:
                rule = DataValidation(
                    "list", formula1=self.lists.range_of(lists[title]), showErrorMessage=True
                )
                rule.errorTitle, rule.error = title, "Choose from the list."
                letter = get_column_letter(column)
                rule.add(f"{letter}2:{letter}{LAST_ROW}")
                sheet.add_data_validation(rule)
        _mark_example(sheet, 2, len(keys) + len(columns))
        sheet.freeze_panes = "A2"
        _protect(sheet)

    def _codebook(self) -> None:
        sheet = self.book.create_sheet("codebook")
        fill = PatternFill("solid", fgColor=_FILLS[0])
        for column, (title, width) in enumerate(zip(CODEBOOK_FIELDS, _CODEBOOK_WIDTHS, strict=True), 1):
            _header(sheet, 1, column, title, fill, "")
            sheet.column_dimensions[get_column_letter(column)].width = width
        for at, row in enumerate(codebook(self.plan), 2):
            for column, text in enumerate(row, 1):
                _text(sheet, at, column, text).alignment = Alignment(wrap_text=True, vertical="top")
            _fit_height(sheet, at, row, _CODEBOOK_WIDTHS)
        sheet.freeze_panes = "B2"
        sheet.print_title_rows = "1:1"
        _fit_paper(sheet)
        _protect(sheet)


class _Lists:
    """The hidden sheet with the answers of every drop-down, each list once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.columns: dict[tuple[Any, ...], int] = {}

    def range_of(self, values: Sequence[Any]) -> str:
        """The cells that hold a list, as a formula names them."""
        column = self.columns.setdefault(tuple(values), len(self.columns) + 1)
        letter = get_column_letter(column)
        return f"{quote_sheetname('lists')}!${letter}$1:${letter}${len(values)}"

    def finish(self) -> None:
        """Write the sheet."""
        sheet = self.book.create_sheet("lists")
        sheet.sheet_state = "hidden"
        for values, column in self.columns.items():
            for at, value in enumerate(values, 1):
                _text(sheet, at, column, value) if isinstance(value, str) else sheet.cell(at, column, value)
        _protect(sheet)


# --- cells ------------------------------------------------------------------------------------------------------------

_FEW = 9
_CODEBOOK_WIDTHS = (34, 20, 24, 48, 16, 40, 52, 20, 36, 36)
_FACT_HINTS = {
    "fact": "What is stated; choose from the list. The condition of a gate may be named to say who closes a gap.",
    "value": "yes, no or unknown",
    "date": "Since when, such as 2025-06-30; of what is not so yet, by when.",
    "source_ref": "Where it is written.",
    "owner": "Who answers for it.",
}
_TARGET_HINTS = {
    "indicator": "The indicator or dimension; choose from the list.",
    "value": "The value that was agreed; for a dimension its score.",
    "date": "By when, such as 2026-12-31.",
    "baseline": "The period the way is counted from; left blank, the first one.",
}
_BREAK_HINTS = {
    "indicator": "The series that starts anew; left blank: all.",
    "period": "The first period of the new series.",
    "reason": "Why, such as a new survey question.",
}


def _explained(question: Question, section: Section) -> str:
    """The comment of a column: where it belongs, what is asked, unit, and what each described step means."""
    title = f"{say(section.label)}: {say(question.label)}"
    unit = f"Unit: {question.unit}" if question.unit else ""
    described = [say(choice.label) for choice in question.choices if _is_described(say(choice.label))]
    needed = "This column has to be filled in." if question.needed else ""
    return "\n".join(
        filter(None, (title, say(question.hint), say(question.limits), unit, *described, needed))
    )


def _is_described(label: str) -> bool:
    return " - " in label


def _formula(cell: str, question: Question) -> str:
    """What a number has to be, as a spreadsheet formula."""
    tests = [f"ISNUMBER({cell})"]
    if question.low is not None:
        tests.append(f"{cell}{'>' if question.above else '>='}{digits(question.low)}")
    if question.high is not None:
        tests.append(f"{cell}<={digits(question.high)}")
    if question.kind == "whole":
        tests.append(f"{cell}=INT({cell})")
    elif question.step:
        steps = f"({cell}-{digits(question.first)})/{digits(question.step)}"
        tests.append(f"ABS({steps}-ROUND({steps},0))<={digits(STEP_TOLERANCE)}")
    number = f"AND({','.join(tests)})"
    return f'OR({number},{cell}="{NOT_APPLICABLE}")' if question.measured else number


def _limits_told(question: Question) -> str:
    other = f" Or write: {NOT_APPLICABLE}." if question.measured else ""
    return f"{say(question.limits)} No unit, no remark.{other} Blank if nobody reported."


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(digits(value) if isinstance(value, float) else str(value) for value in values)


def _width_of(question: Question) -> float:
    """Wide enough for the name on two lines, as names have no place to break at."""
    return 22 if question.kind == "text" and not question.of else max(14, min(len(question.name) + 4, 32))


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """A cell that holds text whatever it begins with."""
    cell = sheet.cell(row, column)
    return set_text(cell, text) if text else cell


def _header(sheet: Worksheet, row: int, column: int, text: str, fill: PatternFill, comment: str) -> None:
    cell = _text(sheet, row, column, text)
    cell.font, cell.fill, cell.border = _BOLD, fill, _LINE
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    if comment:
        lines = sum(1 + len(line) // 52 for line in comment.splitlines())
        cell.comment = Comment(comment, "pkassess", height=30 + 17 * lines, width=380)


def _open_column(sheet: Worksheet, column: int, width: float, number_format: str) -> None:
    """A column whose cells may be filled in, though the sheet is protected."""
    dimension = sheet.column_dimensions[get_column_letter(column)]
    dimension.width = width
    dimension.protection = Protection(locked=False)
    dimension.number_format = number_format


def _put_example(sheet: Worksheet, row: int, column: int, value: Any, number_format: str) -> None:
    cell = _text(sheet, row, column, value) if isinstance(value, str) else sheet.cell(row, column, value)
    cell.number_format = number_format


def _mark_example(sheet: Worksheet, row: int, columns: int) -> None:
    for column in range(1, columns + 1):
        cell = sheet.cell(row, column)
        cell.font, cell.protection = Font(italic=True, color=_GREY, **_FONT), Protection(locked=False)


def _write_pairs(sheet: Worksheet, rows: Iterable[tuple[str, str]], widths: tuple[int, int]) -> None:
    for at, (title, text) in enumerate(rows, 1):
        _text(sheet, at, 1, title).font = _BOLD
        _text(sheet, at, 2, text)
        for column in (1, 2):
            sheet.cell(at, column).alignment = Alignment(wrap_text=True, vertical="top")
        _fit_height(sheet, at, (title, text), widths)
    for letter, width in zip("AB", widths, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
    _fit_paper(sheet)
    _protect(sheet)


def _fit_height(sheet: Worksheet, row: int, texts: Sequence[str], widths: Sequence[int]) -> None:
    """A row high enough for its longest cell; not every program fits heights by itself when it opens a file."""
    lines = max(
        sum(1 + len(line) // (width - 2) for line in (text.splitlines() or [""]))
        for text, width in zip(texts, widths, strict=True)
    )
    sheet.row_dimensions[row].height = _LINE_HEIGHT * lines + 3


def _fit_paper(sheet: Worksheet) -> None:
    """Printed as wide as the paper, on as many pages as it takes."""
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def _protect(sheet: Worksheet) -> None:
    """Lock what is not opened, without a password; formats, widths, filters and rows stay free."""
    protection = sheet.protection
    protection.sheet = True
    for free in (
        "formatCells",
        "formatColumns",
        "formatRows",
        "insertRows",
        "deleteRows",
        "sort",
        "autoFilter",
    ):
        setattr(protection, free, False)
