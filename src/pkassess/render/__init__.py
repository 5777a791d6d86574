"""Renderers: one module per medium. Each turns results that are already decided into text or files."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pkassess.codes import Code
from pkassess.findings import UsageError, finding

if TYPE_CHECKING:
    from pkassess.assess import Assessment

FORMATS = {
    "table": "pkassess.render.terminal:plain_lines",
    "csv": "pkassess.render.delimited:assessment_lines",
    "json": "pkassess.render.json_document:assessment_lines",
    "md": "pkassess.render.markdown:assessment_lines",
}
"""Every format and the function that gives its lines, as text, so that listing them loads nothing."""


def lines(assessment: Assessment, format: str) -> Iterator[str]:  # noqa: A002
    """The report in one format, in pieces that end where lines end."""
    module, _, name = check_format(format).partition(":")
    function: Any = getattr(import_module(module), name)
    return function(assessment)


def write(assessment: Assessment, path: str, format: str) -> None:  # noqa: A002
    """Write the report under a path: the CSV package for a folder, one file otherwise."""
    from pkassess.render.files import names_folder, write_text

    check_format(format)
    if format == "csv" and names_folder(path):
        from pkassess.render.delimited import write_package

        write_package(assessment.tables(), assessment.meta, path)
    else:
        write_text(path, lines(assessment, format))


def check_format(format: str) -> str:  # noqa: A002
    """Where a format is rendered. Raises UsageError for an unknown one."""
    if format not in FORMATS:
        raise UsageError(
            finding(Code.WRONG_CHOICE, found=f"There is no format '{format}'; choose {', '.join(FORMATS)}.")
        )
    return FORMATS[format]
