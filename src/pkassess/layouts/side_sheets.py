"""Side sheets: ``about`` (what the workbook is) and ``partnerships`` (context)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pkassess.codes import Code
from pkassess.columnwords import MEASURED, Role
from pkassess.findings import shown
from pkassess.headers import HEADER_SEARCH_ROWS, find_header, header_texts
from pkassess.layouts.contextcells import context_texts
from pkassess.layouts.rows import Intake, blocks_under, clean_key, drop_personal
from pkassess.layouts.sheet_names import report_unread, side_of
from pkassess.layouts.surroundings import fill_merged
from pkassess.personal import personal_pairs
from pkassess.spelling import Spot, clean_code
from pkassess.surveytools import RUBRIC_FIELD, VERSION_FIELD
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet, Workbook

ABOUT_ROWS = 200
_LABELS = {
    fold(word): fold(name)
    for name, words in {
        "rubric": ("grille", "référentiel", "rúbrica"),
        "rubric_version": ("version de la grille", "versión de la rúbrica"),
        "marking": ("classification", "security classification", "clasificación", "التصنيف"),
        "fiscal_year_start": (
            *("start of the fiscal year", "début de l'exercice", "début de l'exercice budgétaire"),
            *(
                "début de l'année budgétaire",
                "inicio del ejercicio",
                "inicio del año fiscal",
                "بداية السنة المالية",
            ),
        ),
    }.items()
    for word in words
}
"""What the labels of ``about`` are called besides their names, folded."""


class Said(NamedTuple):
    """What a row of ``about`` says: its label as it was written, the answer, and the answer's cell."""

    label: str
    text: str
    cell: str


def read_about(workbook: Workbook) -> dict[str, str]:
    """What the sheet ``about`` says by its labels, folded; without one, what an export of our own form says of itself."""
    if sheet := about_sheet(workbook):
        return {name: said.text for name, said in about_rows(sheet).items()}
    for sheet in () if is_form(workbook) else workbook.sheets:
        if sheet.state != "chart" and (found := _said_by_form(sheet)):
            return found
    return {}


def drop_personal_pairs(sheet: Sheet, intake: Intake) -> None:
    """Enter in the log the cells of the sheet ``about`` that look personal, such as whom to call."""
    allowed = intake.choices.allowed
    intake.log.set_aside(sheet, personal_pairs(sheet, ABOUT_ROWS, allowed, intake.findings))


FORM_SHEETS = ("survey", "choices", "settings")
"""The sheets of a survey form; none of them holds answers."""


def about_sheet(workbook: Workbook) -> Sheet | None:
    """The sheet ``about``, None where there is none."""
    return next((sheet for sheet in workbook.sheets if side_of(sheet) == "about"), None)


def about_rows(sheet: Sheet) -> dict[str, Said]:
    """The rows of a sheet ``about`` by their labels, folded: label and answer side by side, or with a colon in one cell."""
    found = {}
    for number, row in enumerate(sheet.head(ABOUT_ROWS)):
        filled = [(place, cell) for place, cell in enumerate(row) if cell not in (None, "")]
        if not filled:
            continue
        (first, label), *rest = filled
        before, colon, behind = str(label).partition(":")
        if rest:
            said = Said(str(label), clean_key(rest[0][1]), sheet.cell(number, rest[0][0]))
        elif colon and behind.strip():
            said = Said(before, clean_key(behind), sheet.cell(number, first))
        else:
            continue
        folded = fold(said.label)
        found[_LABELS.get(folded, folded)] = said
    return found


def about_place(workbook: Workbook, name: str) -> dict[str, str]:
    """The file, sheet and cell of what the workbook says of itself under a label, as findings have it."""
    where = {"file": workbook.file}
    if sheet := about_sheet(workbook):
        said = about_rows(sheet).get(name)
        where |= {"sheet": sheet.name, "cell": said.cell if said else ""}
    return where


def is_form(workbook: Workbook) -> bool:
    """Whether a workbook is a survey form and not its answers: its questions have types and names."""
    sheets = {fold(sheet.name): sheet for sheet in workbook.sheets}
    if not {"survey", "choices"} <= sheets.keys():
        return False
    return any(
        {"type", "name"} <= {fold(text) for text in header_texts(row)}
        for row in sheets["survey"].head(HEADER_SEARCH_ROWS)
    )


def _said_by_form(sheet: Sheet) -> dict[str, str]:
    """The rubric and its version from the columns that a form made by ``pkassess template`` fills in itself.

    Where submissions differ, as after a new version of the form, all values are named.
    """
    for at, row in enumerate(sheet.head(HEADER_SEARCH_ROWS)):
        texts = header_texts(row)
        if RUBRIC_FIELD not in texts:
            continue
        places = {"rubric": texts.index(RUBRIC_FIELD)}
        if VERSION_FIELD in texts:
            places["rubricversion"] = texts.index(VERSION_FIELD)
        said: dict[str, dict[str, None]] = {name: {} for name in places}
        for _, block in sheet.blocks(at + 1):
            for cells in block:
                for name, place in places.items():
                    said[name] |= {clean_key(cells[place]): None} if place < len(cells) else {}
        return {name: ", ".join(filter(None, values)) for name, values in said.items()}
    return {}


def holds_values(sheet: Sheet, intake: Intake) -> bool:
    """Whether a sheet called like partnerships is a table of values, with its context beside them."""
    header = find_header(sheet, intake.vocabulary)
    return header is not None and any(header.of(role) for role in MEASURED)


def read_partnerships(sheet: Sheet, intake: Intake) -> dict[tuple[str, ...], dict[str, str]]:
    """Context per partnership from the sheet ``partnerships``."""
    header = find_header(sheet, intake.vocabulary)
    header = header and drop_personal(header, sheet, intake)
    keys = [header.where(Role.KEY, name) if header else None for name in intake.rubric.keys]
    if header is None or None in keys:
        lacking = [name for name, place in zip(intake.rubric.keys, keys, strict=True) if place is None]
        report_unread(sheet, ", ".join(lacking), intake.findings)
        return {}
    sheet = fill_merged(sheet, header, intake)
    found: dict[tuple[str, ...], dict[str, str]] = {}
    context = header.of(Role.CONTEXT)
    for first, columns in blocks_under(header, sheet):
        texts = context_texts(header, sheet, first, columns, intake)
        for at in range(len(columns[0])):
            key = tuple(clean_key(columns[place][at]) for place in keys if place is not None)
            if not all(key):
                continue
            cells = {column.name: (texts[place][at], place) for place, column in context}
            spot = Spot(sheet, first + at, tuple(place or 0 for place in keys))
            key = intake.names.settle(key, clean_code(cells.get("place_code", ("", 0))[0]), spot)
            known = found.setdefault(key, {})
            for name, (text, place) in cells.items():
                if text and known.setdefault(name, text) != text:
                    intake.findings.add(
                        Code.CONTEXT_DIFFERS,
                        file=sheet.file,
                        sheet=sheet.name,
                        cell=sheet.cell(first + at, place),
                        column=name,
                        value=text,
                        expected=shown(known[name]),
                        whom=" / ".join(key),
                    )
    return found
