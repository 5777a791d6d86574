"""Two assessments compared: the two sides of ``compare``, and the Python interface to what differs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pkassess.assess import DEFAULT_DRAWS, Assessment, assess
from pkassess.choices import NO_CHOICES, Choices
from pkassess.codes import Code
from pkassess.differences import Differences, find_differences
from pkassess.findings import InputError, UsageError, finding
from pkassess.frames import data_frame
from pkassess.ingest.content import STANDARD_INPUT
from pkassess.inputs import Inputs, read
from pkassess.periods import parse_period
from pkassess.render.files import format_of
from pkassess.tables.differences import difference_tables
from pkassess.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

    from pkassess.tables.fields import Table

_ANY_MONTH = 7
"""Two spellings of a fiscal year are one, whenever it begins."""


@dataclass(frozen=True, eq=False, repr=False)
class Compared:
    """Two assessments and what differs between them. Frozen; tables are data frames made on first use."""

    before: Assessment
    after: Assessment
    found: Differences
    seed: int

    @cached_property
    def differences(self) -> pd.DataFrame:
        """One row per partnership and dimension, index or overall level: both scores, the change, its parts."""
        return data_frame(self.tables()[0])

    @cached_property
    def components(self) -> pd.DataFrame:
        """One row per partnership, node and part of its change, with values, weights and cells of both sides."""
        return data_frame(self.tables()[1])

    @cached_property
    def unmatched(self) -> pd.DataFrame:
        """Partnerships that one side alone has, with near names of the other side."""
        return data_frame(self.tables()[2])

    def tables(self) -> list[Table]:
        """The tables in blocks, as the writers use them."""
        return difference_tables(self.found, self.after.rubric)

    @property
    def meta(self) -> dict[str, Any]:
        """What is needed to reproduce the comparison."""
        return {
            "program": {"name": "pkassess", "version": VERSION},
            "before": self.before.meta,
            "after": self.after.meta,
            "options": {"draws": self.found.draws, "seed": self.seed},
        }

    def write(self, path: str | os.PathLike[str], format: str | None = None) -> None:  # noqa: A002
        """Write the comparison, as :meth:`Assessment.write` writes a report."""
        from pkassess.render.differences_page import write

        write(self, str(path), format or format_of(str(path)))


def compare(before: Assessment, after: Assessment, *, draws: int = DEFAULT_DRAWS, seed: int = 0) -> Compared:
    """Compare two assessments of the same partnerships: two files, two periods or two rubrics.

    ``draws`` 0 gives no intervals and no judgement of changed levels. Raises UsageError where the rubrics have other
    keys or a side has several periods of one partnership, InputError where no partnership is on both sides.
    """
    _check_sides(before, after)
    found = find_differences(before.comparison, after.comparison, draws, seed)
    if not found.pairs:
        near = [f"'{one.partnership}' and '{one.near}'" for one in found.unmatched if one.near]
        hint = f" Near names, not taken as one: {near[0]}." if near else ""
        raise InputError(
            finding(Code.NOT_TWO_SIDES, found=f"No partnership is on both sides of the comparison.{hint}")
        )
    return Compared(before, after, found, seed)


def _check_sides(before: Assessment, after: Assessment) -> None:
    keys = [list(one.rubric.keys) for one in (before, after)]
    if keys[0] != keys[1]:
        listed = " and ".join(f"{one.rubric.id} ({', '.join(one.rubric.keys)})" for one in (before, after))
        raise _unfit(f"The rubrics name partnerships by different keys: {listed}.")
    for one in (before, after):
        scores, rows = one.comparison.scores, one.comparison.rows.tolist()
        if len({scores.matrix.units[row].keys for row in rows}) < len(rows):
            raise _unfit("A side of a comparison has one period per partnership; choose it with period.")


def compare_files(
    data: Sequence[str],
    rubric: str | None = None,
    *,
    periods: str | None = None,
    rubrics: str | None = None,
    where: str | None = None,
    peer_group: str | None = None,
    choices: Choices = NO_CHOICES,
) -> tuple[Assessment, Assessment]:
    """The two sides that the command line names, assessed without draws.

    ``periods`` and ``rubrics`` are two names with a comma between them; ``choices`` hold for both sides. Raises as :func:`compare` and
    :func:`pkassess.score`.
    """
    span: tuple[str | None, str | None] | None = _two(periods, "--periods", "2023,2024")
    versions = _two(rubrics, "--rubrics", "OLD,NEW")
    _check_choice(data, rubric, span, versions)
    paths = [data[0], data[-1]]
    names = versions or (rubric, rubric)
    first = read(paths[0], names[0], choices)
    again = paths[0] == paths[1] and not versions
    second = first if again else read(paths[1], names[1], choices)
    if not versions and first.rubric.id != second.rubric.id:
        named = f"{paths[0]} names {first.rubric.id}, {paths[1]} names {second.rubric.id}"
        raise UsageError(finding(Code.SEVERAL_RUBRICS, found=named))
    span = span or (None, None)
    return _assessed(first, span[0], where, peer_group), _assessed(second, span[1], where, peer_group)


def _assessed(inputs: Inputs, period: str | None, where: str | None, peer_group: str | None) -> Assessment:
    return assess(inputs, period=period, where=where, peer_group=peer_group, draws=0)


def _check_choice(
    data: Sequence[str],
    rubric: str | None,
    periods: tuple[str | None, str | None] | None,
    rubrics: tuple[str, str] | None,
) -> None:
    if len(data) > 2:  # noqa: PLR2004  # a comparison has two sides
        raise _unfit(f"{len(data)} files were given; a comparison has two sides.")
    if len(data) == 1 and not periods and not rubrics:
        raise _unfit("One file has nothing beside it to compare with.")
    if rubric and rubrics:
        raise _unfit("Both --rubric and --rubrics were given; --rubrics names the two sides.")
    if list(data) in ([STANDARD_INPUT] * 2, [STANDARD_INPUT]) and (len(data) > 1 or rubrics):
        raise _unfit("Standard input can be read once only.")
    if (
        periods
        and len({parse_period(period, fiscal_start=_ANY_MONTH) or period for period in periods}) == 1
        and len(data) == 1
        and not rubrics
    ):
        raise _unfit(f"--periods names the same period twice: {periods[0]} and {periods[1]}.")
    if rubrics and rubrics[0] == rubrics[1]:
        raise _unfit(f"--rubrics names the same rubric twice: {rubrics[0]}.")
    if (
        len(data) > 1
        and not periods
        and not rubrics
        and os.path.realpath(data[0]) == os.path.realpath(data[1])
    ):
        raise _unfit(f"Both sides are the same file: {data[0]}.")


def _two(text: str | None, option: str, example: str) -> tuple[str, str] | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(parts):  # noqa: PLR2004  # a comparison has two sides
        raise _unfit(
            f"{option} takes two names with a comma between them, such as {example}; found '{text}'."
        )
    return parts[0], parts[1]


def _unfit(found: str) -> UsageError:
    return UsageError(finding(Code.NOT_TWO_SIDES, found=found))
