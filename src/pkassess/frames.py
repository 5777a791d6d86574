"""A table as a pandas data frame, for users of the Python interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pkassess.tables.fields import Table

if TYPE_CHECKING:
    import pandas as pd


def data_frame(table: Table) -> pd.DataFrame:
    """A table as a pandas data frame; no value is None for texts, NaN for numbers."""
    import pandas as pd

    columns: list[list[Any]] = [[] for _ in table.fields]
    for block in table.blocks():
        for column, part in zip(columns, block, strict=True):
            column.extend(part)
    kinds = {"string": "object", "number": "float64", "integer": "Int64"}
    return pd.DataFrame(
        {
            field.name: pd.Series(
                [value or None for value in column] if field.type == "string" else column,
                dtype=kinds[field.type],
            )
            for field, column in zip(table.fields, columns, strict=True)
        }
    )
