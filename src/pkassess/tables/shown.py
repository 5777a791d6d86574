"""What may be shown of a row besides its scores: intervals, the levels left open, the confidence word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pkassess.ranking import UNRANKED, Comparison
from pkassess.scoring import CONFIDENCE_NAMES, Publication, Scores, classify

TOLD_APART = 0.95
"""Share of draws from which two partnerships are called different."""
TOO_FEW = "too_few_periods"
"""The trend class where no partnership has a second period."""


def interval(
    comparison: Comparison, name: str, rows: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of the 90 % interval of a node's score; NaN without an uncertainty run."""
    drawn = comparison.uncertainty
    if drawn is None or name not in drawn.low:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    return drawn.low[name][rows], drawn.high[name][rows]


def rank_interval(
    comparison: Comparison, rows: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Best and worst rank of the 90 % interval, widened to hold the rank as it is counted; 0 for none."""
    drawn = comparison.uncertainty
    if drawn is None:
        return np.full(len(rows), UNRANKED), np.full(len(rows), UNRANKED)
    low, high = drawn.rank_low[rows], drawn.rank_high[rows]
    shown = comparison.counted(comparison.rank)[rows]
    ranked = low != UNRANKED
    low = np.where(ranked, np.minimum(low, np.floor(shown)), low).astype(np.int64)
    return low, np.where(ranked, np.maximum(high, np.ceil(shown)), high).astype(np.int64)


def confidence_words(scores: Scores, name: str, rows: NDArray[np.intp]) -> list[str]:
    """The confidence word of a dimension per row."""
    return [CONFIDENCE_NAMES[word] for word in scores.nodes[name].confidence[rows].tolist()]


def level_ranges(comparison: Comparison, name: str, rows: NDArray[np.intp]) -> list[str]:
    """Levels that missing indicators and the interval leave open: ``Developing..Established``, or one."""
    node = comparison.scores.nodes[name]
    low, high = interval(comparison, name, rows)
    levels = node.branch.levels
    first = classify(np.fmin(node.bound_low[rows], low), levels).tolist()
    last = classify(np.fmax(node.bound_high[rows], high), levels).tolist()
    ids = [*(level.id for level in levels), ""]
    pairs = {
        (a, b): ids[a] if a == b else f"{ids[a]}..{ids[b]}" for a, b in set(zip(first, last, strict=True))
    }
    return [pairs[pair] for pair in zip(first, last, strict=True)]


def trend_words(comparison: Comparison, name: str, rows: NDArray[np.intp]) -> list[str]:
    """The trend class of a dimension per row; '' where it is not published or nothing was drawn."""
    status = comparison.scores.nodes[name].status[rows]
    trends = comparison.trends
    if comparison.uncertainty is None or (trends is not None and not trends.found):
        return [""] * len(rows)
    words = [str(trends.found[row, name].kind) if trends else TOO_FEW for row in rows.tolist()]
    return [word if own == Publication.PUBLISHED else "" for word, own in zip(words, status, strict=True)]
