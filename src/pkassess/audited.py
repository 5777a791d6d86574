"""A rubric audited against data: the Python interface to ``rubric check --data``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pkassess.assess import Assessment, assess
from pkassess.auditing.study import Audit, audit_of
from pkassess.choices import choices_of
from pkassess.frames import data_frame
from pkassess.inputs import Inputs, read
from pkassess.ranking import ALL_PERIODS
from pkassess.render.files import format_of
from pkassess.tables.audit import audit_tables

if TYPE_CHECKING:
    import pandas as pd

    from pkassess.tables.fields import Table


@dataclass(frozen=True, eq=False, repr=False)
class Audited:
    """A rubric held against data. Frozen; tables are data frames made on first use."""

    assessment: Assessment
    found: Audit

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """One row per indicator of a dimension: how often observed, at its ends, weight, pull, what removal changes."""
        return data_frame(self.tables()[0])

    @cached_property
    def correlations(self) -> pd.DataFrame:
        """One row per pair of indicators of a dimension, with Spearman's rank correlation."""
        return data_frame(self.tables()[1])

    @cached_property
    def families(self) -> pd.DataFrame:
        """One row per family of a dimension, with its share of the observed weight."""
        return data_frame(self.tables()[2])

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row per thing that deserves a second look."""
        return data_frame(self.tables()[3])

    def tables(self) -> list[Table]:
        """The tables in blocks, as the writers use them."""
        return audit_tables(self.found)

    @property
    def meta(self) -> dict[str, Any]:
        """What is needed to reproduce the audit."""
        return self.assessment.meta

    def write(self, path: str | os.PathLike[str], format: str | None = None) -> None:  # noqa: A002
        """Write the audit, as :meth:`Assessment.write` writes a report."""
        from pkassess.render.audit_page import write

        write(self, str(path), format or format_of(str(path)))


def audit(
    data: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    rubric: str | None = None,
    *,
    layout: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    locale: str | None = None,
    column_map: str | None = None,
    allow_column: Sequence[str] | None = None,
) -> Audited:
    """Audit a rubric against all partnership-periods of one or several workbooks.

    ``rubric`` is a bundled rubric's name or the path of a YAML file; without it the one that the workbooks name, else
    ``partnership``. Says which indicators were never observed or are constant, what share of values is held at the
    ends of a scale, which indicators of a dimension go together (rank correlation above 0.9) or against each other
    (below -0.3), how far weight and pull differ, which family has more than 40 % of the observed weight, and what the
    removal of each indicator would change. Correlations and pulls need ten rows, else they are NaN.

    The other arguments say how the workbooks are to be read, as those of :func:`pkassess.score`. Raises InputError when a
    file cannot be assessed and UsageError for a wrong rubric or option.
    """
    return audit_inputs(
        read(data, rubric, choices_of(layout, sheet, header_row, locale, column_map, allow_column))
    )


def audit_inputs(inputs: Inputs) -> Audited:
    """Audit the rubric of workbooks that were read against them. Raises InputError where there is nothing to score."""
    assessment = assess(inputs, period=ALL_PERIODS, draws=0)
    return Audited(assessment, audit_of(assessment.comparison))
