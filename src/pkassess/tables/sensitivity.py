"""The tables of a sensitivity study: alternatives, partnerships, single choices, Sobol indices, swaps, reversals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pkassess.tables.fields import Field, Table, integer, key_columns, level_names, number, text, with_keys

if TYPE_CHECKING:
    from pkassess.rubric import Rubric
    from pkassess.sensitivity.crossing import Alternative
    from pkassess.sensitivity.study import Sensitivity

OF_RANKING = "the ranking"
_ALTERNATIVE_FIELDS = (
    text("index", "How the index is formed."),
    text("weights", "given or equal."),
    text("caps", "on or off: whether rules besides the level of the index hold the overall level down."),
    text("left_out", "Id of the indicator or dimension that is left out; empty for none."),
    integer("levels_changed", "How many partnerships have another overall level than the published one."),
    number("mean_rank_shift", "Mean number of places by which ranked partnerships move, up or down."),
    integer("largest_rank_shift", "The largest such move."),
)
_PARTNERSHIP_FIELDS = (
    text("level", "The published overall level."),
    text("lowest_level", "The lowest level that any alternative gives."),
    text("highest_level", "The highest."),
    number("kept", "Share of alternatives that give the published level, 0 to 1."),
    integer("rank", "The published rank."),
    integer("rank_best", "The best rank that any alternative gives."),
    integer("rank_worst", "The worst."),
)
_CHANGE_FIELDS = (
    text("choice", "The one choice that differs from the published way."),
    text("level", "The published overall level."),
    text("level_then", "The level under that choice."),
)
_SOBOL_FIELDS = (
    text("partnership", "Whose rank; 'the ranking' for all ranks together."),
    text("period", "Its period; empty for the ranking."),
    text("choice", "The uncertain choice."),
    text("varied", "Over what it was varied."),
    number("first_order", "Share of the variance of the rank that it explains alone."),
    number("total", "Share that it explains alone and together with other choices."),
)
_SWAP_FIELDS = (
    text("above", "The partnership that ranks higher."),
    text("below", "The next one."),
    text("period", "The period of the higher one."),
    text("child", "The part of the index whose weight moves; the others keep their proportions."),
    number("weight", "Its weight as a share of the index, 0 to 1."),
    number("swap_at", "The nearest weight at which the two change places; empty where none does."),
    number("distance", "How far the weight has to move."),
)
_REVERSAL_FIELDS = (
    text("without", "The partnership that is left out."),
    text("above", "The partnership that ranks higher with it."),
    text("below", "Its neighbour, which ranks higher without it."),
    text("period", "The period of the higher one."),
)


def sensitivity_tables(found: Sensitivity) -> list[Table]:
    """All tables of a study."""
    makers = (_partnerships, _changes, _alternatives, _sobol, _swaps, _reversals)
    fields = sensitivity_fields(found.comparison.scores.rubric)
    return [
        _table(name, fields[name], own)
        for name, own in zip(fields, (make(found) for make in makers), strict=True)
    ]


def sensitivity_fields(rubric: Rubric) -> dict[str, tuple[Field, ...]]:
    """The columns of every table of a study under a rubric."""
    return {
        "partnerships": with_keys(_PARTNERSHIP_FIELDS, rubric),
        "choices": with_keys(_CHANGE_FIELDS, rubric),
        "alternatives": _ALTERNATIVE_FIELDS,
        "sobol": _SOBOL_FIELDS,
        "swaps": _SWAP_FIELDS,
        "reversals": _REVERSAL_FIELDS,
    }


def _table(name: str, fields: tuple[Field, ...], columns: list[Any]) -> Table:
    return Table(name, fields, lambda: iter([columns] if len(columns[0]) else []))


def _partnerships(found: Sensitivity) -> list[Any]:
    crossing, scores = found.crossing, found.comparison.scores
    level, ranked = crossing.level, crossing.ranked
    names = scores.overall_levels
    best = np.where(crossing.rank > 0, crossing.rank, np.iinfo(np.int64).max).min(axis=1)
    none = np.zeros(len(level), dtype=np.int64)
    ranks = (
        crossing.rank[:, 0],
        np.where(ranked, best, none),
        np.where(ranked, crossing.rank.max(axis=1), none),
    )
    return [
        *key_columns(scores, crossing.rows.tolist()),
        *(level_names(own, names) for own in (level[:, 0], level.min(axis=1), level.max(axis=1))),
        crossing.kept,
        *([rank or None for rank in own.tolist()] for own in ranks),
    ]


def _changes(found: Sensitivity) -> list[Any]:
    scores, ids = found.comparison.scores, [level.id for level in found.comparison.scores.overall_levels]
    rows = [
        (int(unit), in_words(choice), ids[found.crossing.level[place, 0]], ids[level])
        for place, unit in enumerate(found.crossing.rows)
        for choice, level in found.changes(place)
        if level >= 0
    ]
    units, *others = _transposed(rows, 4)
    return [*key_columns(scores, units), *others]


def in_words(choice: Alternative, named: Callable[[str], str] = str) -> str:
    """What a single choice differs in; ``named`` says what an indicator or dimension is called."""
    parts = [
        f"without {named(choice.left_out)}" if choice.left_out else "",
        "equal weights" if choice.equal_weights else "",
        "" if choice.caps else "caps off",
    ]
    return ", ".join(filter(None, parts)) or f"index {choice.index}"


def _alternatives(found: Sensitivity) -> list[Any]:
    crossing = found.crossing
    changed = ((crossing.level != crossing.level[:, :1]) & (crossing.level[:, :1] >= 0)).sum(axis=0)
    shift = crossing.shift if crossing.ranked.any() else np.zeros((1, len(crossing.alternatives)))
    return [
        [one.index for one in crossing.alternatives],
        ["equal" if one.equal_weights else "given" for one in crossing.alternatives],
        ["on" if one.caps else "off" for one in crossing.alternatives],
        [one.left_out for one in crossing.alternatives],
        changed.tolist(),
        np.nanmean(shift, axis=0),
        np.nanmax(shift, axis=0).astype(np.int64).tolist(),
    ]


def _sobol(found: Sensitivity) -> list[Any]:
    indices, units = found.indices, found.comparison.scores.matrix.units
    if indices is None:
        return [[]] * len(_SOBOL_FIELDS)
    named = [(units[row].partnership, units[row].period.label) for row in found.ranked.tolist()]
    first, total = indices.of_ranking
    blocks = [((OF_RANKING, ""), first, total), *zip(named, indices.first, indices.total, strict=True)]
    rows = [
        (*name, factor.name, factor.varied, float(one), float(whole))
        for name, firsts, totals in blocks
        for factor, one, whole in zip(indices.factors, firsts, totals, strict=True)
    ]
    return _transposed(rows, len(_SOBOL_FIELDS))


def _swaps(found: Sensitivity) -> list[Any]:
    units = found.comparison.scores.matrix.units
    rows = [
        (
            units[swap.above].partnership,
            units[swap.below].partnership,
            units[swap.above].period.label,
            swap.child,
            swap.weight,
            swap.at,
            swap.distance,
        )
        for swap in found.swaps
    ]
    return _transposed(rows, len(_SWAP_FIELDS))


def _reversals(found: Sensitivity) -> list[Any]:
    units = found.comparison.scores.matrix.units
    rows = [
        (*(units[row].partnership for row in reversal), units[reversal.above].period.label)
        for reversal in found.reversals
    ]
    return _transposed(rows, len(_REVERSAL_FIELDS))


def _transposed(rows: Iterable[Sequence[Any]], columns: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(columns)]
