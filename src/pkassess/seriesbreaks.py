"""Where a series starts anew: values before a declared break are not comparable with those after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pkassess.observations import BreakRow
    from pkassess.periods import Period
    from pkassess.scoring import Scores


def break_between(
    scores: Scores, name: str, keys: tuple[str, ...], first: Period, last: Period
) -> BreakRow | None:
    """The last break between two periods of one partnership in the series of a node or an indicator, or None.

    A node's series breaks with that of any indicator under it, an indicator's with that of its dimension. A name that
    is neither, as the overall level's, stands for everything.
    """
    breaks = scores.matrix.observations.breaks
    if not breaks:
        return None
    names = _names(scores, name)
    between = [
        one
        for one in breaks
        if one.name in names and one.concerns(keys) and first.end < one.period.start <= last.end
    ]
    return max(between, key=lambda one: one.period.start, default=None)


def told(found: BreakRow) -> str:
    """A break in words."""
    return f"series break in {found.period.label}" + (f" ({found.reason})" if found.reason else "")


def _names(scores: Scores, name: str) -> set[str]:
    indicators, dimensions = [*scores.rubric.indicators], [*scores.rubric.dimensions]
    if name in scores.tree:
        leaves = set(scores.leaves_of(name))
    elif name in indicators:
        leaves = {indicators.index(name)}
    else:
        leaves = set(range(len(indicators)))
    under = {one for one in dimensions if leaves & set(scores.leaves_of(one))}
    return {"", name, *(indicators[row] for row in leaves), *under}
