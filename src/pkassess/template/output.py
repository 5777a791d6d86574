"""Templates to files: what was asked for is checked, made and written in one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.findings import InputError, UsageError, finding, nearest
from pkassess.inputs import read
from pkassess.library import DEFAULT_RUBRIC, bundled, load
from pkassess.render.colour import counted, inert
from pkassess.render.files import write_bytes
from pkassess.template.plan import EXTRAS, plan_of

if TYPE_CHECKING:
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
    workbook. Raises UsageError for another ending than .xlsx, an unknown word, a wrong rubric, a place that cannot
    be written, and a file that holds data already and is not to be replaced.
    """
    if Path(output).suffix.lower() != ".xlsx":
        raise _unfit(f"A template is an .xlsx file; '{output}' has another ending.")
    wanted = frozenset(word.strip() for given in extras for word in given.split(",") if word.strip())
    for word in sorted(wanted - EXTRAS.keys()):
        raise _unfit(f"--with cannot be '{word}'; it is one of {', '.join(EXTRAS)}.{nearest(word, EXTRAS)}")
    plan = plan_of(load(rubric or DEFAULT_RUBRIC), wanted)
    if not replace and Path(output).is_file() and any(_holds_data(output, one) for one in {rubric, None}):
        raise UsageError(finding(Code.FILE_IS_THERE, file=output))
    option = "" if rubric is None or rubric in bundled() else f" -r {rubric}"
    if form:
        from pkassess.template.xlsform import form_bytes

        write_bytes(output, [form_bytes(plan)])
    else:
        from pkassess.template.workbook import workbook_bytes

        write_bytes(output, [workbook_bytes(plan, f"pkassess score FILE.xlsx{option} prints the report.")])
    yield from _said(output, plan, option, form=form)


def _holds_data(path: str, rubric: str | None) -> bool:
    """Whether a file holds rows of partnerships, as a template does that was filled in."""
    try:
        return bool(read(path, rubric).matrix.units)
    except (InputError, UsageError):
        return False


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
