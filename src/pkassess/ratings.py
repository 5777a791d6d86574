"""Several readings of one value: which of them differ too much, and what each of the two sides says.

Every reading is kept. The value that is scored was settled in the matrix; here nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import middle
from pkassess.figures import listed
from pkassess.matrix import Matrix
from pkassess.normalise import normalise
from pkassess.tree import roll_up, roll_up_shares

if TYPE_CHECKING:
    from pkassess.observations import Observations
    from pkassess.rubric import Diagnostic, Indicator
    from pkassess.scoring import Scores

Array = NDArray[np.float64]
SIDES = ("mission", "host")
DISPUTED_SPREAD = 2.0
DISPUTED_SIDES = 1.0


def disputed(seen: Observations, together: list[int], item: Indicator | Diagnostic) -> bool:
    """Whether ratings of one value differ too much to be called agreed.

    They do when they are two or more points apart, or when mission and host differ by one or more on average.
    """
    if item.kind != "judgement":
        return False
    values = seen.value[together]
    means = [values[_of_side(seen, together, side)] for side in SIDES]
    apart = abs(means[0].mean() - means[1].mean()) if len(means[0]) and len(means[1]) else 0.0
    return bool(values.max() - values.min() >= DISPUTED_SPREAD or apart >= DISPUTED_SIDES)


def ratings_text(matrix: Matrix, row: int, unit: int) -> str:
    """The usable ratings of one value, the lowest first: ``2, 3 and 5``; '' where there are not several."""
    several = matrix.several.get((row, unit))
    if several is None or len(several.kept) < 2:  # noqa: PLR2004  # one is no several
        return ""
    return listed([f"{value:g}" for value in sorted(matrix.observations.value[several.kept].tolist())])


def disputed_rows(matrix: Matrix, items: Mapping[str, Indicator | Diagnostic]) -> dict[int, list[int]]:
    """By unit the rows of the values whose ratings differ too much to be called agreed, in order."""
    found: dict[int, list[int]] = {}
    for (row, unit), several in sorted(matrix.several.items()):
        if disputed(matrix.observations, several.kept, items[matrix.measures[row]]):
            found.setdefault(unit, []).append(row)
    return found


def _of_side(seen: Observations, together: list[int], side: str) -> NDArray[np.bool_]:
    return np.array([seen.word(int(seen.side[at])).casefold() == side for at in together], dtype=bool)


@dataclass(frozen=True, eq=False, repr=False)
class Sides:
    """What the mission's and the host's own readings give, on the indicators that both of them read.

    ``raw`` holds the two readings by measure and unit, each the median of its side. The other fields have one array
    over the units per dimension: ``mission`` and ``host`` are the scores from those indicators alone, with the
    rubric's weights, NaN where there is none or where the dimension is not published; ``gap`` is the perception gap,
    mission less host in score points; ``indicators`` counts what both read and ``weight`` is its share of applicable
    weight; ``disputed`` counts values on which ratings differ too much.
    """

    raw: dict[tuple[int, int], tuple[float, float]]
    mission: dict[str, Array]
    host: dict[str, Array]
    gap: dict[str, Array]
    indicators: dict[str, NDArray[np.int64]]
    weight: dict[str, Array]
    disputed: dict[str, NDArray[np.int64]]


def readings_of_sides(matrix: Matrix) -> dict[tuple[int, int], tuple[float, float]]:
    """The mission's and the host's reading of each value that both gave, by measure and unit."""
    seen = matrix.observations
    found = {}
    for place, several in matrix.several.items():
        together = several.kept
        values = seen.value[together]
        own = [values[_of_side(seen, together, side)] for side in SIDES]
        if len(own[0]) and len(own[1]):
            found[place] = (middle(own[0]), middle(own[1]))
    return found


def sides_of(scores: Scores) -> Sides | None:
    """The two sides' readings and scores; None where no value was read by both."""
    raw = readings_of_sides(scores.matrix)
    if not raw:
        return None
    values, quarrels = _by_side(scores, raw)
    both = ~np.isnan(values[0])
    mission, host = (_scores_of_side(scores, own) for own in values)
    share = roll_up_shares(scores.tree, np.where(scores.applicable, both.astype(np.float64), np.nan))
    rows = {name: scores.leaves_of(name) for name in scores.rubric.dimensions}
    return Sides(
        raw=raw,
        mission=mission,
        host=host,
        gap={name: mission[name] - host[name] for name in rows},
        indicators={name: both[own].sum(axis=0) for name, own in rows.items()},
        weight={name: np.nan_to_num(share[name]) for name in rows},
        disputed={name: quarrels[own].sum(axis=0) for name, own in rows.items()},
    )


def _by_side(
    scores: Scores, raw: dict[tuple[int, int], tuple[float, float]]
) -> tuple[Array, NDArray[np.bool_]]:
    """Both sides' values of each scored indicator and unit, NaN where one lacks; and where ratings are disputed."""
    values = np.full((len(SIDES), *scores.indicator.shape), np.nan)
    quarrels = np.zeros(scores.indicator.shape, dtype=bool)
    items = list(scores.rubric.indicators.values())
    for (row, unit), several in scores.matrix.several.items():
        if row < len(items) and not np.isnan(scores.indicator[row, unit]):
            values[:, row, unit] = raw.get((row, unit), (np.nan, np.nan))
            quarrels[row, unit] = disputed(scores.matrix.observations, several.kept, items[row])
    return values, quarrels


def _scores_of_side(scores: Scores, values: Array) -> dict[str, Array]:
    """The dimensions from one side's values alone."""
    items = scores.rubric.indicators.values()
    points = [
        normalise(own, item.scale, scores.rubric.frame) for own, item in zip(values, items, strict=True)
    ]
    rolled = roll_up(scores.tree, np.stack(points))
    return {
        name: np.where(np.isnan(scores.nodes[name].score), np.nan, rolled[name])
        for name in scores.rubric.dimensions
    }
