"""What ``validate`` prints and writes: the ingest report in every format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from pkassess.render import check_format
from pkassess.render.colour import Style, style_of
from pkassess.render.files import names_folder
from pkassess.render.ingest_page import page_lines
from pkassess.tables.findings import findings_table
from pkassess.tables.ingested import ingest_tables

if TYPE_CHECKING:
    from pkassess.inputs import Inputs


def validation_lines(inputs: Inputs, format: str, stream: TextIO | None = None) -> Iterator[str]:  # noqa: A002
    """What was read, in one format; ``stream`` is where it will be shown, without one it is made for a file.

    Raises UsageError for an unknown format.
    """
    check_format(format)
    return _FORMATS[format](inputs, Style() if stream is None else style_of(stream))


def _csv_lines(inputs: Inputs, style: Style) -> Iterator[str]:  # noqa: ARG001  # the same call for every format
    from pkassess.render.delimited import csv_lines

    return csv_lines(findings_table(tuple(inputs.findings)))


def _json_lines(inputs: Inputs, style: Style) -> Iterator[str]:  # noqa: ARG001
    from pkassess.render.json_document import json_lines

    return json_lines(ingest_tables(inputs), _meta(inputs))


def write_validation(inputs: Inputs, output: str | None, format: str) -> bool:  # noqa: A002
    """Write the whole report as a CSV package where the output is a folder; False where it is not."""
    from pkassess.render.delimited import write_package

    if output is None or not names_folder(output) or format != "csv":
        return False
    rubric = inputs.rubric
    title = f"What was read under rubric {rubric.id} {rubric.version}"
    write_package(ingest_tables(inputs), _meta(inputs), output, "validation", title)
    return True


def _meta(inputs: Inputs) -> dict[str, Any]:
    return {
        "rubric": {"id": inputs.rubric.id, "version": inputs.rubric.version, "named": inputs.named},
        "files": [{"file": book.file, "sha256": book.sha256} for book in inputs.workbooks],
    }


def _md_lines(inputs: Inputs, style: Style) -> Iterator[str]:  # noqa: ARG001
    from pkassess.render.ingest_markdown import markdown_lines

    return markdown_lines(inputs)


_FORMATS: dict[str, Callable[[Inputs, Style], Iterator[str]]] = {
    "table": page_lines,
    "csv": _csv_lines,
    "json": _json_lines,
    "md": _md_lines,
}
