"""One partnership by itself: which row a name means, and the comparison seen through that row alone."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pkassess.codes import Code
from pkassess.findings import InputError, UsageError, finding
from pkassess.pathway import Pathway, levels_above, pathway
from pkassess.scoring import NO_LEVEL
from pkassess.texts import fold, fold_name

if TYPE_CHECKING:
    from pkassess.assess import Assessment
    from pkassess.findings import Finding
    from pkassess.ranking import Comparison

MOST_NAMED = 10
"""As many names as can be read in a message."""


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
    units, wanted = comparison.scores.matrix.units, fold_name(name)
    rows = comparison.rows.tolist()
    whole = [row for row in rows if fold_name(units[row].partnership) == wanted]
    found = whole or [row for row in rows if wanted in map(fold_name, units[row].keys)]
    if len(found) == 1:
        return found[0]
    if found:
        periods = len({units[row].period for row in found}) == len(found)
        more = ", or a period with --period" if periods else ""
        text = f"'{name}' means several: {_some([units[row].title for row in found])}. Give the whole name{more}."
        raise UsageError(finding(Code.WRONG_CHOICE, found=text))
    raise InputError(_unknown(assessment, name, wanted))


def _unknown(assessment: Assessment, name: str, wanted: str) -> Finding:
    """What can be said of a name that no row shown has: its other periods, names that are near, or all."""
    units, rows = assessment.comparison.scores.matrix.units, assessment.comparison.rows.tolist()
    elsewhere = [
        unit for unit in units if wanted in (fold_name(unit.partnership), *map(fold_name, unit.keys))
    ]
    if elsewhere:
        periods = _some(list(dict.fromkeys(unit.period.label for unit in elsewhere)))
        hint = f" in the period asked for. It has data in {periods}."
        return finding(Code.UNKNOWN_PARTNERSHIP, value=name, suggestion=hint)
    by_fold = {fold_name(units[row].keys[-1]): units[row].partnership for row in rows}
    by_fold |= {fold_name(units[row].partnership): units[row].partnership for row in rows}
    near = list(dict.fromkeys(by_fold[one] for one in get_close_matches(wanted, by_fold, n=3, cutoff=0.6)))
    known = _some([units[row].partnership for row in rows])
    hint = f". Did you mean {' or '.join(near)}?" if near else f". There are {known}."
    return finding(Code.UNKNOWN_PARTNERSHIP, value=name, suggestion=hint)


def _some(names: list[str]) -> str:
    """The first names of many."""
    more = f"; {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return "; ".join(names[:MOST_NAMED]) + more


def _level(assessment: Assessment, level: str) -> int:
    levels = [one.id for one in assessment.comparison.scores.overall_levels]
    for at, known in enumerate(levels):
        if fold(known) == fold(level):
            return at
    found = f"There is no level '{level}'; the levels are {', '.join(levels) or 'none'}."
    raise UsageError(finding(Code.WRONG_CHOICE, found=found))
