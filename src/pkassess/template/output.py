"""Templates to files: what was asked for is checked, made and written in one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import is_example
from pkassess.findings import InputError, UsageError, finding, nearest
from pkassess.ingest import read_workbook
from pkassess.ingest.limits import COLUMNS
from pkassess.intake import TEMPLATE_PAGES, TEMPLATE_ROW
from pkassess.layouts.side_sheets import is_form, read_about
from pkassess.library import DEFAULT_RUBRIC, bundled, load
from pkassess.render.colour import counted, inert
from pkassess.render.files import write_bytes
from pkassess.surveytools import TOOL_COLUMNS
from pkassess.template.plan import EXTRAS, plan_of
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet
    from pkassess.template.plan import Plan


def write_template(
    output: str,
    rubric: str | None = None,
    extras: Sequence[str] = (),
    *,
    form: bool = False,
    replace: bool = False,
) -> Iterator[str]:
    """Write a template for a rubric, and say what it holds in a line or two.

    ``extras`` are words of ``EXTRAS``, also several with commas between them; ``form`` makes an XLSForm in place of a
    workbook. Raises UsageError for another ending than .xlsx, an unknown word, a wrong rubric, more columns than a sheet
    that is read may have, a place that cannot be written, and a file that holds data already and is not to be replaced.
    """
    if Path(output).suffix.lower() != ".xlsx":
        raise _unfit(f"A template is an .xlsx file; '{output}' has another ending.")
    wanted = frozenset(word.strip() for given in extras for word in given.split(",") if word.strip())
    for word in sorted(wanted - EXTRAS.keys()):
        raise _unfit(f"--with cannot be '{word}'; it is one of {', '.join(EXTRAS)}.{nearest(word, EXTRAS)}")
    plan = plan_of(load(rubric or DEFAULT_RUBRIC), wanted)
    _check_width(plan, output, form=form)
    if not replace and Path(output).is_file() and not _may_be_replaced(output):
        raise UsageError(finding(Code.FILE_IS_THERE, file=output))
    option = "" if rubric is None or rubric in bundled() else f" -r {rubric}"
    if form:
        from pkassess.template.xlsform import form_bytes

        write_bytes(output, [form_bytes(plan)])
    else:
        from pkassess.template.workbook import workbook_bytes

        write_bytes(output, [workbook_bytes(plan, f"pkassess score FILE.xlsx{option} prints the report.")])
    yield from _said(output, plan, option, form=form)


def _check_width(plan: Plan, output: str, *, form: bool) -> None:
    """Refuse what could not be read again once it is filled in; survey tools add columns of their own."""
    columns = len(plan.questions) + (len(TOOL_COLUMNS) if form else 0)
    if columns > COLUMNS:
        keys = [*plan.rubric.keys, *(["period"] if plan.rubric.period else [])]
        facts = {"count": f"{columns:,}", "expected": f"{COLUMNS:,}", "keys": ", ".join(keys)}
        raise UsageError(finding(Code.TEMPLATE_TOO_WIDE, file=output, value=plan.rubric.id, **facts))


def _may_be_replaced(path: str) -> bool:
    """Whether nothing stands in a file but a template or survey form that nobody has filled in."""
    try:
        with closing(read_workbook(path)) as workbook:
            if is_form(workbook):
                return True
            own = read_about(workbook).get(TEMPLATE_ROW)
            return bool(own) and not any(map(_is_filled, workbook.sheets))
    except InputError:
        return False


def _is_filled(sheet: Sheet) -> bool:
    """Whether a sheet that is there to be filled in holds a row below its column names that is not the example."""
    if fold(sheet.name) in (*TEMPLATE_PAGES, "about"):
        return False
    rows = (row for _, block in sheet.blocks(1) for row in block)
    return any(any(cell not in (None, "") for cell in row) and not any(map(is_example, row)) for row in rows)


def _said(path: str, plan: Plan, option: str, *, form: bool) -> Iterator[str]:
    rubric = plan.rubric
    asked = counted(len(plan.questions), "question" if form else "column")
    yield f"{inert(path)}: {asked} for the rubric {rubric.id} {rubric.version}.\n"
    if form:
        yield f"  Upload it to KoboToolbox or ODK Central; then: pkassess score EXPORT.xlsx{inert(option)}\n"
    else:
        yield f"  Fill in the sheet data; then: pkassess score {inert(path)}{inert(option)}\n"


def _unfit(found: str) -> UsageError:
    return UsageError(finding(Code.WRONG_CHOICE, found=found))
