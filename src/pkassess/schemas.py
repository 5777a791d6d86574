"""JSON Schemas: of rubric files, for editors, and of the JSON report, for programs that read it."""

from __future__ import annotations

from typing import Any

from pkassess.findings import Code, UsageError, finding
from pkassess.library import DEFAULT_RUBRIC, load


def schema_of(what: str, rubric: str | None) -> dict[str, Any]:
    """The schema of ``rubric`` files or of the ``report`` under a rubric. Raises UsageError for anything else."""
    if what == "rubric":
        from pkassess.rubric import Rubric

        schema = Rubric.model_json_schema(by_alias=True)
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    if what == "report":
        from pkassess.render.json_document import document_schema
        from pkassess.tables import empty_tables

        return document_schema(empty_tables(load(rubric or DEFAULT_RUBRIC)))
    raise UsageError(
        finding(Code.WRONG_CHOICE, found=f"There is no schema of '{what}'; choose rubric or report.")
    )
