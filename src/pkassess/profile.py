"""One partnership by itself: which row a name means, and the comparison seen through that row alone."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pkassess.findings import Code, InputError, UsageError, finding
from pkassess.pathway import Pathway, levels_above, pathway
from pkassess.scoring import NO_LEVEL
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.assess import Assessment
    from pkassess.ranking import Comparison


class Profile(NamedTuple):
    """One partnership in one period: its place in the matrix, the whole assessment, and the way to a wished level."""

    assessment: Assessment
    unit: int
    way: Pathway | None

    @property
    def comparison(self) -> Comparison:
        """The comparison with all its rows."""
        return self.assessment.comparison

    @property
    def alone(self) -> Comparison:
        """The comparison with this row only; ranks stay those among all."""
        return replace(self.comparison, rows=np.array([self.unit], dtype=np.intp), pools=[])


def profile_of(assessment: Assessment, name: str, level: str | None = None) -> Profile:
    """The profile of the partnership that a name means, with the way to a level or to the next one up.

    A name is the whole partnership (``UNMAV / Karuvel``) or any of its keys, case and accents aside. Raises UsageError for
    a name that several or none have, with the names that are near; nothing is guessed.
    """
    comparison = assessment.comparison
    unit = _unit(assessment, name)
    scores = comparison.scores
    above = list(levels_above(scores, unit)) if scores.overall_levels else []
    wished = _level(assessment, level) if level else above[0] if above else None
    no_way = wished is None or (scores.overall_level[unit] == NO_LEVEL and level is None)
    return Profile(assessment, unit, None if no_way or wished is None else pathway(scores, unit, wished))


def _unit(assessment: Assessment, name: str) -> int:
    comparison = assessment.comparison
    units, wanted = comparison.scores.matrix.units, fold(name)
    rows = comparison.rows.tolist()
    whole = [row for row in rows if fold(units[row].partnership) == wanted]
    found = whole or [row for row in rows if wanted in map(fold, units[row].keys)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "; ".join(units[row].title for row in found[:10])
        more = f"; {len(found) - 10} more" if len(found) > 10 else ""  # noqa: PLR2004  # as many as can be read
        text = f"'{name}' means several: {listed}{more}. Give the whole name, or a period with --period."
        raise UsageError(finding(Code.WRONG_CHOICE, found=text))
    by_fold = {fold(units[row].keys[-1]): units[row].partnership for row in rows}
    by_fold |= {fold(units[row].partnership): units[row].partnership for row in rows}
    near = list(dict.fromkeys(by_fold[one] for one in get_close_matches(wanted, by_fold, n=3, cutoff=0.6)))
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise InputError(finding(Code.NOTHING_TO_SCORE, found=f"There is no partnership '{name}'.{hint}"))


def _level(assessment: Assessment, level: str) -> int:
    levels = [one.id for one in assessment.comparison.scores.overall_levels]
    for at, known in enumerate(levels):
        if fold(known) == fold(level):
            return at
    found = f"There is no level '{level}'; the levels are {', '.join(levels) or 'none'}."
    raise UsageError(finding(Code.WRONG_CHOICE, found=found))
