"""How sure scores, levels and ranks are: many draws of the errors, through the one scoring path.

Every draw adds to each observed score an error that makes its interval ends the 5 % and 95 % points, varies the
weights, and goes through the same tree and the same rules as the point result. Draws never replace a published
score or level. What is random and what is held fixed is told in docs/method.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pkassess.conditions import Column, Truth
from pkassess.grades import EvidenceClass
from pkassess.intervals import Z
from pkassess.matrix import Status
from pkassess.overall import allowed_levels
from pkassess.scope import ScoreScope
from pkassess.scoring import CONFIDENCE_NAMES, NO_LEVEL, TOLERANCE, Publication, classify
from pkassess.tree import roll_up, roll_up_shares

if TYPE_CHECKING:
    from pkassess.observations import Unit
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores
    from pkassess.spread import Spread
    from pkassess.tree import Tree

Array = NDArray[np.float64]
BLOCK = 250
"""Draws made from one seed; whoever asks for fewer draws gets the beginning of the same series."""
OWN, SHARED, WEIGHTS, EXPERTS = 1, 2, 3, 4
ALL, FIRST = slice(None), slice(1)
BUDGET = 4e8
"""Drawn values at most; above it there are fewer draws, and the report says how many."""
LEAST_DRAWS = 200
KEPT_DRAWS = 1_000_000
"""Numbers held at a time for the quantiles of one chunk of partnerships."""
WORKING_VALUES, RANKED_VALUES = 500_000, 200_000
"""Drawn values and rank keys in work at a time; enough to outweigh the cost of a call, few enough for the cache."""
PAIRS_UP_TO = 200
LOW, HIGH = 0.05, 0.95
HIGH_COVERAGE, HIGH_SHARE, HIGH_SOURCES, HIGH_WIDTH = 0.85, 0.70, 2, 15.0
"""High confidence: coverage, share of strong weight, source types at least; width of the interval at most."""
HIGH_WORD = CONFIDENCE_NAMES.index("High")
LEVEL_STEP = 1e6
"""Distance of two levels in a rank key; no index reaches it."""


@dataclass(frozen=True, eq=False, repr=False)
class Pool:
    """Partnerships ranked against one another: ``above[i, j]`` is the share of draws with i above j, ties half."""

    rows: NDArray[np.intp]
    above: Array | None


@dataclass(frozen=True, eq=False, repr=False)
class Uncertainty:
    """Summaries of the draws, one element per unit of the matrix; NaN or 0 where nothing was drawn."""

    draws: int
    asked: int
    seed: int
    low: dict[str, Array]
    high: dict[str, Array]
    level_shares: dict[str, Array]
    overall_shares: Array
    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]
    top_third: Array
    bottom_third: Array
    high_confidence: dict[str, NDArray[np.bool_]]
    pools: list[Pool] = field(default_factory=list)


def affordable_draws(asked: int, values: int) -> int:
    """Draws that the budget allows for so many observed values; 0 where even the least would exceed it."""
    draws = min(asked, max(LEAST_DRAWS, int(BUDGET // max(values, 1))))
    return draws if draws * values <= BUDGET or draws < LEAST_DRAWS else 0


def draw(comparison: Comparison, spread: Spread, asked: int, seed: int) -> Uncertainty | None:
    """Draw for the rows of a comparison. None where the budget allows no run at all."""
    scores = comparison.scores
    rows = comparison.rows
    draws = affordable_draws(asked, int((~np.isnan(scores.indicator[:, rows])).sum()))
    if draws == 0:
        return None
    result = _empty(scores, draws, asked, seed)
    keys = _Keys(rows, draws) if comparison.rank.any() else None
    vary = scores.rubric.uncertainty.weight_spread
    weights = draw_weights(scores.tree, vary, seed, all_blocks(draws))
    for chunk in _chunks(rows, draws, len(scores.tree)):
        _summarise(scores, spread, chunk, weights, result, keys)
    if keys is not None:
        for pool in comparison.pools:
            _rank(pool[~np.isnan(keys.of(pool, FIRST)[:, 0])], keys, comparison.rank, result)
    for name, words in result.high_confidence.items():
        words[:] = _high_confidence(scores, spread, name, result.high[name] - result.low[name])
    return result


def with_high_confidence(scores: Scores, drawn: Uncertainty) -> Scores:
    """Scores whose confidence is High where the evidence is much, strong and varied and the interval narrow."""
    nodes = dict(scores.nodes)
    for name, sure in drawn.high_confidence.items():
        node = nodes[name]
        words = np.where(sure & (node.confidence > 0), HIGH_WORD, node.confidence).astype(np.int8)
        nodes[name] = replace(node, confidence=words)
    return replace(scores, nodes=nodes)


def _high_confidence(scores: Scores, spread: Spread, name: str, width: Array) -> NDArray[np.bool_]:
    """Where a dimension rests on much, strong and varied evidence, and its interval is narrow."""
    used = ~np.isnan(scores.indicator)
    strong = (scores.matrix.evidence[: len(used)] == EvidenceClass.STRONG) | spread.statistical
    strong &= scores.matrix.status[: len(used)] != Status.CARRIED
    share = roll_up_shares(scores.tree, np.where(used, strong.astype(np.float64), np.nan))[name]
    with np.errstate(invalid="ignore"):
        high = (scores.nodes[name].coverage >= HIGH_COVERAGE - TOLERANCE) & (share >= HIGH_SHARE - TOLERANCE)
        high &= width <= HIGH_WIDTH + TOLERANCE
    rows = scores.leaves_of(name)
    for unit in np.flatnonzero(high).tolist():
        high[unit] = _source_types(scores, rows, unit) >= HIGH_SOURCES
    return high


def _source_types(scores: Scores, rows: list[int], unit: int) -> int:
    """Number of different source types behind the used values of some indicators."""
    seen = scores.matrix.observations
    used = [row for row in rows if not np.isnan(scores.indicator[row, unit])]
    origins = [origin for origin in scores.matrix.origin[used, unit].tolist() if origin >= 0]
    return len({seen.word(int(seen.source[origin])).casefold() for origin in origins} - {""})


class _Keys:
    """The rank key of each row shown in each draw: overall level first, then index; NaN where not published."""

    def __init__(self, rows: NDArray[np.intp], draws: int) -> None:
        self.rows = rows
        self.values = np.full((len(rows), draws), np.nan)

    def write(self, units: NDArray[np.intp], values: Array) -> None:
        self.values[np.searchsorted(self.rows, units)] = values

    def of(self, units: NDArray[np.intp], draws: slice) -> Array:
        return self.values[np.searchsorted(self.rows, units), draws]


def _empty(scores: Scores, draws: int, asked: int, seed: int) -> Uncertainty:
    units = len(scores.matrix.units)
    blank = lambda: np.full(units, np.nan)  # noqa: E731  # one line for four fields
    return Uncertainty(
        draws=draws,
        asked=asked,
        seed=seed,
        low={name: blank() for name in scores.tree},
        high={name: blank() for name in scores.tree},
        level_shares={
            name: np.zeros((len(branch.levels), units))
            for name, branch in scores.tree.items()
            if branch.levels
        },
        overall_shares=np.zeros((len(scores.overall_levels), units)),
        rank_low=np.zeros(units, dtype=np.int64),
        rank_high=np.zeros(units, dtype=np.int64),
        top_third=blank(),
        bottom_third=blank(),
        high_confidence={name: np.zeros(units, dtype=bool) for name in scores.rubric.dimensions},
    )


def _chunks(rows: NDArray[np.intp], draws: int, nodes: int) -> Iterator[NDArray[np.intp]]:
    size = max(1, KEPT_DRAWS // (draws * nodes))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def generator(seed: int, stream: int, words: tuple[int, int, int, int], block: int) -> np.random.Generator:
    """The random numbers of one stream, partnership-period and block; nothing else changes them."""
    sequence = np.random.SeedSequence(seed, spawn_key=(stream, *words, block))
    return np.random.Generator(np.random.SFC64(sequence))


@lru_cache(maxsize=1024)
def unit_words(unit: Unit, reading: str = "") -> tuple[int, int, int, int]:
    """Four 32-bit words that stand for a partnership in a period: the BLAKE2b digest of its keys and period.

    ``reading`` names another reading of the same partnership and period, which has errors of its own.
    """
    text = "\x1f".join((*unit.keys, unit.period.label, *([reading] if reading else [])))
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
    words = [int.from_bytes(digest[at : at + 4], "big") for at in range(0, 16, 4)]
    return words[0], words[1], words[2], words[3]


def draw_weights(tree: Tree, spread: float, seed: int, blocks: Sequence[int]) -> dict[str, Array]:
    """Weights of each node's children in each draw: (children, 1, draws of the blocks one after the other).

    There is one set for all partnerships. Where the rubric holds several sets, of experts or samples, a draw takes one
    whole set; other weights vary by ``spread``. A sub-score has no weights of its own: its indicators keep those of
    their dimension.
    """
    drawn = [_weights_of_block(tree, spread, seed, block) for block in blocks]
    return {name: np.concatenate([weights[name] for weights in drawn], axis=2) for name in tree}


def in_blocks(weights: dict[str, Array], blocks: Sequence[int]) -> dict[str, Array]:
    """The weights in the draws of consecutive blocks, of those drawn for all blocks."""
    draws = slice(blocks[0] * BLOCK, (blocks[-1] + 1) * BLOCK)
    return {name: own[..., draws] for name, own in weights.items()}


def all_blocks(draws: int) -> range:
    """Numbers of the blocks that so many draws need."""
    return range(-(-draws // BLOCK))


def _weights_of_block(tree: Tree, spread: float, seed: int, block: int) -> dict[str, Array]:
    own = [(name, branch) for name, branch in tree.items() if branch.kind != "sub_score"]
    edges = sum(len(branch.weights) for _, branch in own)
    factors = generator(seed, WEIGHTS, (0, 0, 0, 0), block).uniform(1 - spread, 1 + spread, (BLOCK, edges)).T
    chosen = _choose_sets(tree, seed, block)
    drawn: dict[str, Array] = {}
    at = 0
    for name, branch in own:
        count = len(branch.weights)
        varied = branch.weights[:, None] * factors[at : at + count]
        drawn[name] = chosen.get(name, varied)[:, None, :]
        at += count
    for name, branch in tree.items():
        if branch.kind == "sub_score":
            rows = [row for row, _ in tree[branch.parent].leaves]
            drawn[name] = drawn[branch.parent][[rows.index(row) for row, _ in branch.leaves]]
    return drawn


def _choose_sets(tree: Tree, seed: int, block: int) -> dict[str, Array]:
    """The weights of nodes with several sets in each draw: (children, draws).

    Every expert of a panel is equally likely, and the same one decides all nodes in a draw; in a node that the expert
    did not judge, the mean of those who did holds.
    """
    several = {name: branch.sets for name, branch in tree.items() if len(branch.sets.values) > 1}
    labels: dict[str, dict[str, None]] = {}
    for sets in several.values():
        labels.setdefault(sets.source, {}).update(dict.fromkeys(sets.labels))
    if not labels:
        return {}
    uniform = generator(seed, EXPERTS, (0, 0, 0, 0), block).uniform(size=(BLOCK, len(labels))).T
    chosen = {
        source: [list(names)[at] for at in (share * len(names)).astype(int).tolist()]
        for (source, names), share in zip(labels.items(), uniform, strict=True)
    }
    return {
        name: np.stack(
            [
                dict(zip(sets.labels, sets.values, strict=True)).get(one, sets.mean)
                for one in chosen[sets.source]
            ],
            axis=1,
        )
        for name, sets in several.items()
    }


def draw_errors(
    scores: Scores,
    spread: Spread,
    units: NDArray[np.intp],
    seed: int,
    blocks: Sequence[int],
    rows: Sequence[int] | slice = ALL,
) -> Array:
    """Scores with errors: (indicators ``rows``, units, draws of the blocks one after the other)."""
    drawn = np.empty((len(spread.labels[rows]), len(units), len(blocks) * BLOCK))
    # One partnership at a time: its numbers stay in the processor's cache.
    for at, unit in enumerate(units.tolist()):
        z = draw_normals(scores, spread, unit, seed, blocks, rows=rows)
        drawn[:, at] = with_errors(scores, spread, unit, z, rows)
    return drawn


def draw_normals(
    scores: Scores,
    spread: Spread,
    unit: int,
    seed: int,
    blocks: Sequence[int],
    reading: str = "",
    rows: Sequence[int] | slice = ALL,
) -> Array:
    """The standard normal errors of one partnership and period: (indicators ``rows``, draws).

    Each is made of the indicator's own part and its source's, which enters with the indicator's sign.
    """
    words, labels = unit_words(scores.matrix.units[unit], reading), spread.labels[:, unit]
    correlation, sources = scores.rubric.uncertainty.correlation, int(labels.max(initial=0)) + 1
    own = np.empty((len(blocks) * BLOCK, len(labels)))
    common = np.empty((2 * sources, len(own)))
    for place, block in enumerate(blocks):
        part = slice(place * BLOCK, (place + 1) * BLOCK)
        generator(seed, OWN, words, block).standard_normal(out=own[part])
        common[:sources, part] = generator(seed, SHARED, words, block).standard_normal((BLOCK, sources)).T
    common[:sources] *= np.sqrt(correlation)
    np.negative(common[:sources], out=common[sources:])
    z = np.multiply(own.T[rows], np.sqrt(1 - correlation), order="C")
    z += common[labels[rows] + sources * (spread.signs[rows] < 0)]
    return z


def with_errors(
    scores: Scores, spread: Spread, unit: int, z: Array, rows: Sequence[int] | slice = ALL
) -> Array:
    """Scores with errors whose ends of the interval lie at the 5 % and 95 % points; ``z`` is used up."""
    point = scores.indicator[rows, unit, None]
    above = np.maximum(z, 0.0)
    above *= (spread.high[rows, unit, None] - point) / Z
    np.minimum(z, 0.0, out=z)
    z *= (point - spread.low[rows, unit, None]) / Z
    z += above
    z += point
    return z


def roll_up_draws(
    scores: Scores, units: NDArray[np.intp], drawn: Array, weights: dict[str, Array]
) -> tuple[dict[str, Array], dict[str, NDArray[np.int8]]]:
    """Scores and levels of all nodes in each draw: (units, draws).

    A dimension is cut to the score range once, when it is formed; cutting each value would pull scores at the ends
    inwards. Under a parent that is no weighted arithmetic mean, children are cut first.
    """
    unrounded: dict[str, Array] = {}
    nodes = roll_up(
        scores.tree,
        drawn,
        weights=weights,
        cut=(scores.rubric.frame.low, scores.rubric.frame.high),
        applicable=scores.applicable[:, units],
        unrounded=unrounded,
    )
    return nodes, levels_of_draws(scores, nodes, unrounded)


def _summarise(
    scores: Scores,
    spread: Spread,
    units: NDArray[np.intp],
    weights: dict[str, Array],
    result: Uncertainty,
    keys: _Keys | None,
) -> None:
    """Draw for one chunk of partnerships and write its summaries into the result."""
    kept: dict[str, list[Array]] = {name: [] for name in scores.tree}
    kept_levels: dict[str, list[NDArray[np.int8]]] = {name: [] for name in result.level_shares}
    overall: list[NDArray[np.int8]] = []
    for blocks in block_groups(result.draws, len(units) * len(scores.indicator)):
        left = min(result.draws - blocks[0] * BLOCK, len(blocks) * BLOCK)
        errors = draw_errors(scores, spread, units, result.seed, blocks)
        nodes, by_node = roll_up_draws(scores, units, errors, in_blocks(weights, blocks))
        for name, values in nodes.items():
            kept[name].append(values[:, :left])
        for name, parts in kept_levels.items():
            parts.append(by_node[name][:, :left])
        overall.append(overall_levels(scores, units, nodes, by_node)[:, :left])
    levels = np.concatenate(overall, axis=1)
    for name, parts in kept.items():
        _write_interval(scores, name, units, np.concatenate(parts, axis=1), result)
    for name, parts in kept_levels.items():
        _write_shares(scores, name, units, np.concatenate(parts, axis=1), result)
    published = scores.overall_status[units] == Publication.PUBLISHED
    for level in range(len(result.overall_shares)):
        result.overall_shares[level, units] = np.where(published, (levels == level).mean(axis=1), 0.0)
    if keys is not None and scores.index is not None:
        index = scores.index.branch.merit(np.concatenate(kept[scores.index.branch.id], axis=1))
        keys.write(units, np.where(published[:, None], np.maximum(levels, 0) * LEVEL_STEP + index, np.nan))


def block_groups(draws: int, values: int) -> Iterator[list[int]]:
    """Numbers of the blocks, as many at a time as keep the numbers in work few."""
    blocks = list(all_blocks(draws))
    size = max(1, WORKING_VALUES // (values * BLOCK))
    for start in range(0, len(blocks), size):
        yield blocks[start : start + size]


def _write_interval(
    scores: Scores, name: str, units: NDArray[np.intp], values: Array, result: Uncertainty
) -> None:
    """The 90 % interval of one node, widened to hold the point score, and the share of draws per level."""
    point = scores.nodes[name].score[units]
    published = ~np.isnan(point)
    if not published.any():
        return
    shown = units[published]
    drawn = values[published]
    # A formula may need a child that is missing in some draws only; what such a draw would give is not known.
    quantile = np.nanquantile if np.isnan(drawn).any() else np.quantile
    low, high = quantile(drawn, [LOW, HIGH], axis=1)
    result.low[name][shown] = np.fmin(low, point[published])
    result.high[name][shown] = np.fmax(high, point[published])


def _write_shares(
    scores: Scores, name: str, units: NDArray[np.intp], levels: NDArray[np.int8], result: Uncertainty
) -> None:
    """The share of draws per level of one node, where its score is published."""
    published = ~np.isnan(scores.nodes[name].score[units])
    for level in range(len(result.level_shares[name])):
        result.level_shares[name][level, units[published]] = (levels[published] == level).mean(axis=1)


def overall_levels(
    scores: Scores, units: NDArray[np.intp], nodes: dict[str, Array], levels: dict[str, NDArray[np.int8]]
) -> NDArray[np.int8]:
    """The overall level in each draw; bars and caps from the draw's scores, vetoes as they are."""
    if scores.rubric.overall is None:
        draws = next(iter(nodes.values())).shape[1]
        return np.full((len(units), draws), NO_LEVEL, dtype=np.int8)
    allowed = allowed_in_draws(scores, units, nodes, levels)
    return np.min(np.broadcast_arrays(*allowed), axis=0).astype(np.int8)


def levels_of_draws(
    scores: Scores, nodes: dict[str, Array], unrounded: dict[str, Array]
) -> dict[str, NDArray[np.int8]]:
    """The level of every node in each draw; -1 where it has none. ``unrounded`` are scores as :func:`roll_up` gives."""
    return {
        name: classify(scores.tree[name].banded(values, unrounded.get(name)), scores.tree[name].levels)
        for name, values in nodes.items()
    }


def allowed_in_draws(
    scores: Scores, units: NDArray[np.intp], nodes: dict[str, Array], levels: dict[str, NDArray[np.int8]]
) -> list[NDArray[np.int8]]:
    """The highest level that each overall rule allows in each draw, in the order of the rules."""
    return allowed_levels(scores, levels, DrawScope(scores, units, nodes, levels))


class DrawScope(ScoreScope):
    """The names of a condition in a draw: scores and levels are the draw's, everything else is held fixed."""

    def __init__(
        self,
        scores: Scores,
        units: NDArray[np.intp],
        nodes: dict[str, Array],
        levels: dict[str, NDArray[np.int8]],
    ) -> None:
        super().__init__(scores)
        self.units, self.nodes, self.levels = units, nodes, levels

    def column(self, name: str) -> Column | None:
        """A node's draws, or the fixed column as one column per unit."""
        if name in self.nodes:
            return Column(self.nodes[name])
        node = name.removesuffix("_level")
        if node != name and node in self.levels and self.scores.tree[node].levels:
            order = tuple(level.id for level in self.scores.tree[node].levels)
            return Column(self.levels[node].astype(np.float64), order)
        return self._fixed(super().column(name))

    def call(self, function: str, argument: str, *more: float | str) -> Column | Truth | None:
        """The fixed result as one column per unit."""
        found = super().call(function, argument, *more)
        return found[self.units][:, None] if isinstance(found, np.ndarray) else self._fixed(found)

    def _fixed(self, column: Column | None) -> Column | None:
        return column and Column(column.values[self.units][:, None], column.order)


def _rank(pool: NDArray[np.intp], keys: _Keys, point: NDArray[np.int64], result: Uncertainty) -> None:
    """Rank intervals, thirds and pairs of one pool, counted some draws at a time."""
    count = len(pool)
    if count == 0:
        return
    counts = np.zeros((count, count), dtype=np.int64)
    above = np.zeros((count, count)) if count <= PAIRS_UP_TO else None
    step = max(1, RANKED_VALUES // count)
    for start in range(0, result.draws, step):
        ranks = ranks_per_draw(keys.of(pool, slice(start, start + step)))
        for at, row in enumerate(ranks):
            counts[at] += np.bincount(row, minlength=count + 1)[1:]
        if above is not None:
            _count_pairs(ranks, above)
    cumulated = np.cumsum(counts, axis=1) / result.draws
    low = (cumulated >= LOW - 1e-12).argmax(axis=1) + 1
    high = (cumulated >= HIGH - 1e-12).argmax(axis=1) + 1
    result.rank_low[pool] = np.minimum(low, point[pool])
    result.rank_high[pool] = np.maximum(high, point[pool])
    third = -(-count // 3)
    if count >= 3:  # noqa: PLR2004  # thirds of two are no thirds
        result.top_third[pool] = cumulated[:, third - 1]
        result.bottom_third[pool] = counts[:, count - third :].sum(axis=1) / result.draws
    result.pools.append(Pool(pool, None if above is None else above / result.draws))


def ranks_per_draw(keys: Array) -> NDArray[np.int64]:
    """1 + the number of rows strictly higher, per column."""
    order = np.argsort(-keys, axis=0, kind="stable")
    ordered = np.take_along_axis(keys, order, axis=0)
    places = np.arange(1, len(keys) + 1)[:, None]
    first = np.concatenate([np.ones((1, keys.shape[1]), dtype=bool), ordered[1:] != ordered[:-1]])
    ranks = np.empty(keys.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.maximum.accumulate(np.where(first, places, 0), axis=0), axis=0)
    return ranks


def _count_pairs(ranks: NDArray[np.int64], above: Array) -> None:
    """Add to ``above[i, j]`` the draws in which row i stands above row j; exact ties count half."""
    count, draws = ranks.shape
    # Comparing bytes is several times faster than comparing numbers of 8 bytes.
    small = ranks.astype(np.uint8 if count < 256 else np.int64)  # noqa: PLR2004  # what a byte holds
    above[np.diag_indices(count)] += draws / 2
    for at, row in enumerate(small[:-1]):
        below = small[at + 1 :]
        higher, level = np.count_nonzero(row < below, axis=1), np.count_nonzero(row == below, axis=1)
        above[at, at + 1 :] += higher + level / 2
        above[at + 1 :, at] += draws - higher - level / 2
