"""JSON Schemas: of rubric files, for editors, and of the JSON report, for programs that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkassess.codes import Code
from pkassess.findings import UsageError, finding
from pkassess.library import DEFAULT_RUBRIC, load

if TYPE_CHECKING:
    from pkassess.rubric import Rubric
    from pkassess.tables.fields import Field


def schema_of(what: str, rubric: str | None) -> dict[str, Any]:
    """The schema of ``rubric`` files, or of the JSON of a ``report``, a ``sensitivity`` study or an ``audit`` under a rubric.

    Raises UsageError for anything else.
    """
    if what == "rubric":
        from pkassess.rubric import Rubric

        schema = Rubric.model_json_schema(by_alias=True)
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    if what == "report":
        from pkassess.render.json_document import document_schema
        from pkassess.tables import empty_tables

        return document_schema(empty_tables(load(rubric or DEFAULT_RUBRIC)))
    if what in _FIELDS:
        from pkassess.render.json_document import document_schema
        from pkassess.tables.fields import Table

        fields = _FIELDS[what](load(rubric or DEFAULT_RUBRIC))
        return document_schema([Table(name, own, lambda: iter(())) for name, own in fields.items()])
    found = f"There is no schema of '{what}'; choose rubric, report, {' or '.join(_FIELDS)}."
    raise UsageError(finding(Code.WRONG_CHOICE, found=found))


def _sensitivity(rubric: Rubric) -> dict[str, tuple[Field, ...]]:
    from pkassess.tables.sensitivity import sensitivity_fields

    return sensitivity_fields(rubric)


def _audit(rubric: Rubric) -> dict[str, tuple[Field, ...]]:
    from pkassess.tables.audit import audit_fields

    return audit_fields(rubric)


_FIELDS = {"sensitivity": _sensitivity, "audit": _audit}
"""Documents other than the report, and the columns of their tables under a rubric."""
