"""How sure ranks are, in words and figures: places that nothing separates, thirds, and who stands above the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from pkassess.figures import counted, listed, percent_text
from pkassess.page import GROUP_WORDS, Standings
from pkassess.tables.draws import rank_bands
from pkassess.tables.shown import TOLD_APART, rank_interval

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.uncertainty import Pool


def bands_in_words(comparison: Comparison) -> Iterator[str]:
    """Places that nothing separates: one line per peer group."""
    for pool in comparison.uncertainty.pools if comparison.uncertainty else ():
        bands, above = [], 0
        for band in rank_bands(comparison.rank[pool.rows], pool):
            if len(band) > 1:
                bands.append(f"{above + 1} to {above + len(band)}")
            above += len(band)
        if bands:
            pairs = counted(len(pool.rows) * (len(pool.rows) - 1) // 2, "pair")
            yield f"{listed(bands)} of {_group(comparison, pool)}: not distinguishable ({pairs} compared)"


def standings(comparison: Comparison, name: Callable[[int], str]) -> Iterator[Standings]:
    """The ranks of each peer group with their ranges; ``name`` tells what a row is called."""
    drawn = comparison.uncertainty
    for pool in drawn.pools if drawn else ():
        if drawn is None or len(pool.rows) < 2:  # noqa: PLR2004  # one is no ranking
            continue
        order = np.argsort(comparison.rank[pool.rows], kind="stable").tolist()
        low, high = (ends.tolist() for ends in rank_interval(comparison, pool.rows))
        rows = []
        for at, following in zip(order, [*order[1:], None], strict=True):
            row = int(pool.rows[at])
            places = f"{low[at]}–{high[at]}" if low[at] != high[at] else str(low[at])
            thirds = (_share(float(one[row])) for one in (drawn.top_third, drawn.bottom_third))
            last = following is None or pool.above is None
            rows.append(
                (name(row), places, *thirds, "" if last else _share(float(pool.above[at, following])))
            )
        yield Standings(_group(comparison, pool), _pairs_told(pool), tuple(rows))


def _pairs_told(pool: Pool) -> str:
    """How many pairs were compared, and how many of them are told apart."""
    if pool.above is None:
        return "Too many for pairs."
    shares = pool.above[np.triu_indices(len(pool.rows), 1)]
    apart = int((np.maximum(shares, 1 - shares) >= TOLD_APART).sum())
    pairs = counted(len(shares), "pair")
    return f"{pairs} compared; {apart} told apart, in {percent_text(TOLD_APART)} % of draws or more."


def _group(comparison: Comparison, pool: Pool) -> str:
    group = str(comparison.peer_group[pool.rows[0]])
    return GROUP_WORDS.get(group, group)


def _share(share: float) -> str:
    """A share of draws; '' where there is none."""
    return "" if np.isnan(share) else f"{percent_text(share)} %"
