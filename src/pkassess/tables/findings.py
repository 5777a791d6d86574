"""findings.csv: one row per finding about the input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pkassess.findings import Finding
from pkassess.tables.fields import Field, Table, text

if TYPE_CHECKING:
    from pkassess.rubric import Rubric

_FINDING_FIELDS = (
    text("severity", "error, warning or note."),
    text("code", "Code of the kind of finding; pkassess explain tells more."),
    text("file", "File it was found in."),
    text("sheet", "Sheet it was found in."),
    text("cell", "Cell it was found in."),
    text("column", "Column or indicator it concerns."),
    text("value", "What was found there."),
    text("message", "What is wrong, in words."),
    text("remedy", "What to do about it."),
)


def finding_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001  # called as the other tables are
    """The columns of findings.csv."""
    return _FINDING_FIELDS


def findings_table(findings: Sequence[Finding]) -> Table:
    """One row per finding."""

    def blocks() -> Iterator[list[Any]]:
        rows = [
            (
                item.severity.value,
                item.code.id,
                item.file,
                item.sheet,
                item.cell,
                item.column,
                item.value,
                item.message,
                item.remedy,
            )
            for item in findings
        ]
        if rows:
            yield list(zip(*rows, strict=True))

    return Table("findings", _FINDING_FIELDS, blocks)
