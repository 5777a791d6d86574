"""levels.csv, ranks.csv, pairs.csv: how often the draws give a level, a place, one partnership above another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pkassess.ranking import Comparison
from pkassess.tables.fields import (
    BLOCK_OF_INDICATOR_UNITS,
    Field,
    Table,
    blocks_of,
    integer,
    interleave,
    key_columns,
    number,
    rank_column,
    rank_field,
    rank_type,
    text,
    with_keys,
)
from pkassess.tables.shown import TOLD_APART, rank_interval

if TYPE_CHECKING:
    from pkassess.rubric import Level, Rubric
    from pkassess.uncertainty import Pool

_LEVEL_FIELDS = [
    text("node", "Id of the dimension or index, or 'overall'."),
    text("level", "A level of it."),
    number("share", "Share of draws in which the score has that level, 0 to 1."),
]


def level_fields(rubric: Rubric) -> tuple[Field, ...]:
    """The columns of levels.csv for a rubric."""
    return with_keys(_LEVEL_FIELDS, rubric)


def levels_table(comparison: Comparison) -> Table:
    """One row per partnership, period, node and level: how often the draws put it there."""
    scores, drawn = comparison.scores, comparison.uncertainty

    def blocks() -> Iterator[list[Any]]:
        if drawn is None:
            return
        shares: dict[str, tuple[Sequence[Level], Any]] = {
            "overall": (scores.overall_levels, drawn.overall_shares)
        }
        shares |= {name: (scores.tree[name].levels, share) for name, share in drawn.level_shares.items()}
        rows_of_level = [
            (name, level.id, share[at])
            for name, (levels, share) in shares.items()
            for at, level in enumerate(levels)
        ]
        for rows in blocks_of(comparison.rows, BLOCK_OF_INDICATOR_UNITS):
            keys = key_columns(scores, rows.tolist())
            count = len(rows_of_level)
            table = [
                *(interleave([column] * count) for column in keys),
                interleave([[name] * len(rows) for name, _, _ in rows_of_level]),
                interleave([[level] * len(rows) for _, level, _ in rows_of_level]),
                interleave([share[rows].tolist() for _, _, share in rows_of_level]),
            ]
            yield _where_positive(table)

    return Table("levels", level_fields(scores.rubric), blocks)


def _where_positive(table: list[list[Any]]) -> list[list[Any]]:
    """The rows whose last column is above zero."""
    kept = [at for at, share in enumerate(table[-1]) if share > 0]
    return [[column[at] for at in kept] for column in table]


_RANK_FIELDS = [
    text("peer_group", "Partnerships that are compared with one another."),
    integer("ranked", "How many of them are ranked."),
    integer("rank_low", "Best rank in the 90 % interval."),
    integer("rank_high", "Worst rank in the 90 % interval."),
    integer("band", "Number of the rank band, from 1; nothing separates the members of one band."),
    number(
        "top_third", "Share of draws in which it stands in the top third, 0 to 1; empty for fewer than three."
    ),
    number("bottom_third", "The same for the bottom third."),
]


def rank_fields(rubric: Rubric) -> tuple[Field, ...]:
    """The columns of ranks.csv for a rubric."""
    rank = rank_field(rubric, "Rank inside the peer group; equal is equal.")
    return with_keys([*_RANK_FIELDS[:2], rank, *_RANK_FIELDS[2:]], rubric)


def ranks_table(comparison: Comparison) -> Table:
    """One row per ranked partnership of each peer group, the best first."""
    scores, drawn = comparison.scores, comparison.uncertainty

    def blocks() -> Iterator[list[Any]]:
        for pool in drawn.pools if drawn else ():
            order = np.argsort(comparison.rank[pool.rows], kind="stable")
            rows = pool.rows[order]
            if drawn is None or not len(rows):
                continue
            bands = rank_bands(comparison.rank[pool.rows], pool)
            numbers = {at: place for place, band in enumerate(bands, start=1) for at in band}
            yield [
                *key_columns(scores, rows.tolist()),
                comparison.peer_group[rows].tolist(),
                [len(rows)] * len(rows),
                rank_column(comparison.counted(comparison.rank)[rows], rank_type(scores.rubric)),
                *map(rank_column, rank_interval(comparison, rows)),
                [numbers.get(at) for at in order.tolist()],
                drawn.top_third[rows],
                drawn.bottom_third[rows],
            ]

    return Table("ranks", rank_fields(scores.rubric), blocks)


def rank_bands(ranks: NDArray[np.int64], pool: Pool) -> list[list[int]]:
    """The rank bands of a pool, as positions in it; none where pairs were not counted.

    In point order a partnership joins the band above when it is told apart from no member of it, else it opens a
    new one.
    """
    bands: list[list[int]] = []
    if pool.above is None:
        return bands
    for at in np.argsort(ranks, kind="stable").tolist():
        joins = bands and all(1 - TOLD_APART < pool.above[member, at] < TOLD_APART for member in bands[-1])
        if joins:
            bands[-1].append(at)
        else:
            bands.append([at])
    return bands


_PAIR_FIELDS = (
    text("peer_group", "Partnerships that are compared with one another."),
    text("partnership", "One partnership of the pair."),
    text("period", "Its period."),
    text("other", "The other partnership, which stands below it in the ranking."),
    text("other_period", "The other's period."),
    number("above", "Share of draws in which it stands above the other, ties half."),
    text("told_apart", "yes where that is 95 % of draws or more, else no."),
)


def pair_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001  # called as the other tables are
    """The columns of pairs.csv."""
    return _PAIR_FIELDS


def pairs_table(comparison: Comparison) -> Table:
    """One row per pair of ranked partnerships of a peer group, the higher ranked first."""

    def blocks() -> Iterator[list[Any]]:
        for pool in comparison.uncertainty.pools if comparison.uncertainty else ():
            rows = [*_pairs_of(comparison, pool)]
            if rows:
                yield list(zip(*rows, strict=True))

    return Table("pairs", _PAIR_FIELDS, blocks)


def _pairs_of(comparison: Comparison, pool: Pool) -> Iterator[tuple[Any, ...]]:
    if pool.above is None:
        return
    units = comparison.scores.matrix.units
    order = np.argsort(comparison.rank[pool.rows], kind="stable").tolist()
    for place, first in enumerate(order):
        for second in order[place + 1 :]:
            one, other = units[pool.rows[first]], units[pool.rows[second]]
            share = float(pool.above[first, second])
            apart = "yes" if max(share, 1 - share) >= TOLD_APART else "no"
            group = comparison.peer_group[pool.rows[first]]
            yield (
                group,
                one.partnership,
                one.period.label,
                other.partnership,
                other.period.label,
                share,
                apart,
            )
