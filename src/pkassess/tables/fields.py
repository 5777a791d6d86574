"""What tables are made of: fields, blocks of rows, and the columns that name a partnership."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.ranking import UNRANKED

if TYPE_CHECKING:
    from pkassess.rubric import Level, Rubric
    from pkassess.scoring import Scores

BLOCK_OF_UNITS = 4096
BLOCK_OF_INDICATOR_UNITS = 512
NOT_RANKED = None


class Field(NamedTuple):
    """One column of a table: its name, its type (``string``, ``number``, ``integer``) and what it means."""

    name: str
    type: str
    description: str


class Table(NamedTuple):
    """A table: its fields, and a function that yields blocks of rows, one sequence per field.

    Numbers are floats with NaN, integers are ints or None, texts are strings with '' for no value.
    """

    name: str
    fields: tuple[Field, ...]
    blocks: Callable[[], Iterator[list[Any]]]


IMPUTED = "Share of the used weight that the rubric filled in or carried; only under a rubric that imputes."


def text(name: str, description: str) -> Field:
    """A column of texts, '' for no value."""
    return Field(name, "string", description)


def number(name: str, description: str) -> Field:
    """A column of numbers, NaN for no value."""
    return Field(name, "number", description)


def integer(name: str, description: str) -> Field:
    """A column of whole numbers, None for no value."""
    return Field(name, "integer", description)


def key_fields(rubric: Rubric, own: Sequence[Field]) -> list[Field]:
    """The columns that name a partnership and its period, before the ``own`` columns of a table."""
    return [
        text("partnership", "The key values joined by ' / '."),
        *fields_of_keys(rubric, own),
        text("period", "The period assessed, such as 2025-Q2."),
    ]


def fields_of_keys(rubric: Rubric, own: Sequence[Field]) -> list[Field]:
    """One column for each key. A key called like a column that the table has anyway gets ``_key`` behind its name."""
    taken = {"file", "partnership", *(field.name for field in own)}
    return [
        text(f"{name}_key" if name in taken else name, f"Key of the partnership: {name}.")
        for name in rubric.keys
    ]


def key_columns(scores: Scores, rows: Sequence[int]) -> list[Sequence[str]]:
    """Partnership, keys and period of some rows, in the order of the fields."""
    units = [scores.matrix.units[row] for row in rows]
    keys = list(zip(*(unit.keys for unit in units), strict=True)) or [() for _ in scores.rubric.keys]
    return [[unit.partnership for unit in units], *keys, [unit.period.label for unit in units]]


def with_keys(own: Sequence[Field], rubric: Rubric) -> tuple[Field, ...]:
    """A table's own fields after the keys."""
    return (*key_fields(rubric, own), *own)


def with_file(own: Sequence[Field], rubric: Rubric) -> tuple[Field, ...]:
    """A table's own fields after the file and the keys."""
    return (text("file", "The file that the row came from."), *with_keys(own, rubric))


def blocks_of(rows: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    """Rows in blocks of bounded size, which bound the memory that a table takes."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def rank_field(rubric: Rubric, description: str) -> Field:
    """A column of ranks, which are whole numbers unless equal ones share their average."""
    return Field("rank", rank_type(rubric), description)


def rank_type(rubric: Rubric) -> str:
    """The type of a column of ranks."""
    return "number" if rubric.ranks == "average" else "integer"


def rank_column(ranks: NDArray[np.int64] | NDArray[np.float64], kind: str = "integer") -> list[float | None]:
    """Ranks as a column of a kind; no number for what is not ranked."""
    if kind == "number":
        return np.where(ranks == UNRANKED, np.nan, ranks).tolist()
    return [NOT_RANKED if rank == UNRANKED else int(rank) for rank in ranks.tolist()]


def level_names(levels: NDArray[np.int8], names: Sequence[Level]) -> list[str]:
    """Ids of levels from their positions; '' for -1."""
    ids = [*(level.id for level in names), ""]
    return [ids[level] for level in levels.tolist()]


def interleave(columns: Sequence[Sequence[Any]]) -> list[Any]:
    """First all columns' first elements, then all second ones, and so on."""
    return [value for values in zip(*columns, strict=True) for value in values]
