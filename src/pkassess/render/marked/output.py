"""Marked copies to where they were asked for: one file, or a folder with one copy of each input."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.findings import UsageError, finding
from pkassess.ingest.content import STANDARD_INPUT
from pkassess.render.colour import counted, inert
from pkassess.render.files import finished_folder, names_folder, refuse_inputs, write_bytes
from pkassess.render.marked.copy import MarkedCopy, marked_copy
from pkassess.tables.ingested import FileReport

if TYPE_CHECKING:
    from pkassess.inputs import Inputs


def write_copies(inputs: Inputs, output: str | None) -> Iterator[str]:
    """Write a marked copy of each input, and say of each what it holds.

    ``output`` is a file ending in .xlsx for one input, or a folder. Raises UsageError where nothing says where to
    write, for another ending, and for a path that is one of the inputs, which are never changed.
    """
    if output is None:
        raise _unfit("A marked copy is a file: say where with -o, such as -o marked.xlsx.")
    if not names_folder(output):
        yield from _write_one(inputs, output)
        return
    names = _names(inputs)
    for name in names.values():
        _check_target(inputs, str(Path(output) / name))
    made = {}
    with finished_folder(output) as draft:
        for file, name in names.items():
            made[name] = _copy(inputs, file)
            (draft / name).write_bytes(made[name].data)
    for name, copy in made.items():
        yield from _said(str(Path(output) / name), copy)


def _write_one(inputs: Inputs, output: str) -> Iterator[str]:
    if len(inputs.workbooks) > 1:
        count = len(inputs.workbooks)
        raise _unfit(
            f"{count} files were given: name a folder, such as -f xlsx -o marked/, for a copy of each."
        )
    if Path(output).suffix.lower() != ".xlsx":
        raise _unfit(f"A marked copy is an .xlsx file; '{output}' has another ending.")
    _check_target(inputs, output)
    copy = _copy(inputs, inputs.workbooks[0].file)
    write_bytes(output, [copy.data])
    yield from _said(output, copy)


def _names(inputs: Inputs) -> dict[str, str]:
    """The name of the copy of each input; of two with one name the second gets a number."""
    names: dict[str, str] = {}
    for book in inputs.workbooks:
        stem = "data" if book.file == STANDARD_INPUT else Path(book.file).stem
        wanted = (f"{stem}{f'-{number}' if number > 1 else ''}.xlsx" for number in range(1, len(names) + 2))
        names[book.file] = next(name for name in wanted if name not in names.values())
    return names


def _check_target(inputs: Inputs, path: str) -> None:
    refuse_inputs(path, (book.file for book in inputs.workbooks))


def _copy(inputs: Inputs, file: str) -> MarkedCopy:
    workbook = next(book for book in inputs.workbooks if book.file == file)
    if inputs.choices.conventions.decimal == ",":
        sheets = (replace(one, conventions=one.conventions._replace(commas=True)) for one in workbook.sheets)
        workbook = replace(workbook, sheets=tuple(sheets))
    report = FileReport(inputs, file)
    personal = {sheet.sheet: sheet.personal for sheet in report.sheets if sheet.personal}
    return marked_copy(workbook, report.findings, personal)


def _said(path: str, copy: MarkedCopy) -> Iterator[str]:
    """What was written, in a line for each thing to know."""
    yield f"{inert(path)}: {counted(copy.cells, 'cell')} marked, all findings on the first sheet.\n"
    yield from (f"  {remark}\n" for remark in copy.remarks)


def _unfit(found: str) -> UsageError:
    return UsageError(finding(Code.WRONG_CHOICE, found=found))
