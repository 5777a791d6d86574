"""Side sheets: ``about`` (what the workbook is), ``partnerships`` (context) and ``aliases`` (spellings of names)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import Role
from pkassess.findings import shown
from pkassess.headers import HEADER_SEARCH_ROWS, find_header, header_texts
from pkassess.layouts.contextcells import context_texts
from pkassess.layouts.rows import Intake, blocks_under, clean_key, drop_personal, where_in
from pkassess.spelling import Spot, clean_code
from pkassess.surveytools import RUBRIC_FIELD, VERSION_FIELD
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet, Workbook

ABOUT, ABOUT_ROWS = "about", 200


def read_about(workbook: Workbook) -> dict[str, str]:
    """Key/value rows of the sheet ``about``, keys folded; without one, what an export of our own form says of itself."""
    for sheet in workbook.sheets:
        if fold(sheet.name) == ABOUT:
            rows = [[cell for cell in row if cell not in (None, "")] for row in sheet.head(ABOUT_ROWS)]
            return {fold(str(row[0])): clean_key(row[1]) for row in rows if len(row) > 1}
    for sheet in () if is_form(workbook) else workbook.sheets:
        if sheet.state != "chart" and (found := _said_by_form(sheet)):
            return found
    return {}


FORM_SHEETS = ("survey", "choices", "settings")
"""The sheets of a survey form; none of them holds answers."""


def about_sheet(workbook: Workbook) -> str:
    """The sheet ``about``, '' where there is none."""
    return ABOUT if ABOUT in {fold(sheet.name) for sheet in workbook.sheets} else ""


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


def read_partnerships(sheet: Sheet, intake: Intake) -> dict[tuple[str, ...], dict[str, str]]:
    """Context per partnership from the sheet ``partnerships``."""
    header = find_header(sheet, intake.vocabulary)
    header = header and drop_personal(header, sheet, intake)
    keys = [header.where(Role.KEY, name) for name in intake.rubric.keys] if header else [None]
    if header is None or None in keys:
        intake.findings.add(
            Code.SHEET_NOT_USED,
            file=sheet.file,
            sheet=sheet.name,
            found="it lacks the columns that name a partnership",
        )
        return {}
    found: dict[tuple[str, ...], dict[str, str]] = {}
    context = header.of(Role.CONTEXT)
    for first, columns in blocks_under(header, sheet):
        texts = {
            place: context_texts(
                column.name, columns[place], where_in(sheet, first, place), intake, sheet.conventions
            )
            for place, column in context
        }
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


def read_aliases(sheet: Sheet, intake: Intake) -> None:
    """Other spellings of names, one row each with ``name`` and ``alias``, into the intake's names."""
    rows = [row for _, block in sheet.blocks() for row in block]
    for at, row in enumerate(rows):
        texts = [fold(text) for text in header_texts(row)]
        if "name" in texts and "alias" in texts:
            name, alias = texts.index("name"), texts.index("alias")
            for row_of, following in enumerate(rows[at + 1 :], at + 1):
                if max(name, alias) < len(following):
                    _learn_aliases(following[name], following[alias], Spot(sheet, row_of, (alias,)), intake)
            return
    found = "it lacks the columns name and alias"
    intake.findings.add(Code.SHEET_NOT_USED, file=sheet.file, sheet=sheet.name, found=found)


def _learn_aliases(name: object, alias: object, spot: Spot, intake: Intake) -> None:
    """Spellings of one name, several with semicolons; one that stands for another name already is reported."""
    known, meant = intake.names.aliases, clean_key(name)
    meant = known.get(fold(meant), meant)
    for spelling in filter(None, (clean_key(part) for part in str(alias or "").split(";"))):
        before = known.setdefault(fold(spelling), meant)
        if fold(before) != fold(meant):
            told = {"value": spelling, "expected": f"'{before}'"}
            intake.findings.add(Code.ALIAS_TWICE, **spot.facts(), **told)
        else:
            # Whoever stood for this spelling stands for its name now.
            known.update({other: meant for other, one in known.items() if fold(one) == fold(spelling)})
