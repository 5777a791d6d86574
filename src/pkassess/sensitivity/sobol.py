"""Sobol indices of the ranking: which uncertain choice moves it, alone and together with the others.

Design and estimators are scipy's (``scipy.stats.sobol_indices``: Saltelli et al. 2010, Computer Physics Communications
181, 259-270, for first-order, Jansen's for total indices). A choice that changes no rank gets exactly 0 in both: the
estimators are sums of products with a difference that is then exactly 0. Shares of several outputs are joined by
their variances (F. Gamboa et al. 2014, Electronic Journal of Statistics 8, 575-603).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.findings import MissingLibraryError
from pkassess.sensitivity.crossing import ranks_in_pools
from pkassess.sensitivity.scenarios import (
    NOTHING,
    Scenarios,
    can_be_left_out,
    equal_weights,
    index_methods,
    keys_of,
)
from pkassess.uncertainty import BLOCK, all_blocks, draw_errors, draw_weights

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.scoring import Scores
    from pkassess.spread import Spread

Array = NDArray[np.float64]
SAMPLES = 512
"""Points of the design; every choice adds as many runs again, and two more go without."""
ERRORS = 4 * BLOCK
"""Draws of errors and of weights among which the design chooses."""
VALUES_AT_A_TIME = 4_000_000
Progress = Callable[[int, int], None]
LeftOut = tuple[list[int], list[int]]
"""Positions of the indicators and of the dimensions that the design may leave out."""


class Factor(NamedTuple):
    """An uncertain choice and the range over which it was varied, in words."""

    name: str
    varied: str


@dataclass(frozen=True, eq=False, repr=False)
class Indices:
    """First-order and total indices, (outputs, factors), and the outputs' variances; 0 where nothing varies."""

    factors: list[Factor]
    first: Array
    total: Array
    variance: Array

    @property
    def of_ranking(self) -> tuple[Array, Array]:
        """First-order and total index of each factor for all outputs together, weighed by their variances."""
        whole = self.variance.sum()
        if not whole:
            return np.zeros(len(self.factors)), np.zeros(len(self.factors))
        share = self.variance / whole
        return share @ self.first, share @ self.total


def factors_of(scores: Scores, left_out: LeftOut, *, errors: bool) -> list[Factor]:
    """The uncertain choices of an assessment. Without an uncertainty run values have no errors."""
    indicators, dimensions = left_out
    methods = index_methods(scores)
    spread = scores.rubric.uncertainty.weight_spread
    found = [
        Factor("index", " or ".join(methods)),
        Factor("weights", f"given × {1 - spread:g} to {1 + spread:g}, or equal, with even chance"),
        Factor("caps", "on or off, with even chance"),
        Factor("indicator left out", f"none or one of {len(indicators)}, each as likely"),
        Factor("dimension left out", f"none or one of {len(dimensions)}, each as likely"),
    ]
    return [*found, Factor("evidence", f"one of {ERRORS:,} draws of errors")] if errors else found


def indices_of_function(
    function: Callable[[Array], Array], factors: list[Factor], samples: int, seed: int
) -> Indices:
    """Sobol indices of a function of numbers from 0 to 1.

    ``function`` takes (factors, points) and gives (outputs, points). ``samples`` is a power of 2. Raises MissingLibraryError
    where scipy is not installed.
    """
    try:
        from scipy.stats import sobol_indices, uniform
    except ImportError as error:
        raise MissingLibraryError("scipy") from error
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed)))
    plain: list[Array] = []

    def remembered(points: Array) -> Array:
        values = function(points)
        plain.append(values[:, :samples].copy())
        return values

    # Half open, as for a draw: 1 itself would stand for a choice that is not there.
    below_one = uniform(0, np.nextafter(1.0, 0.0))
    found = sobol_indices(func=remembered, n=samples, dists=[below_one] * len(factors), rng=rng)
    variance = np.concatenate(plain[:2], axis=1).var(axis=1)
    return Indices(factors, np.atleast_2d(found.first_order), np.atleast_2d(found.total_order), variance)


def indices_of_ranks(
    comparison: Comparison, spread: Spread | None, seed: int, progress: Progress, samples: int = SAMPLES
) -> Indices:
    """Sobol indices of every ranked partnership's rank, in the order of the rows shown that have one."""
    scores = comparison.scores
    ranked = comparison.rank[comparison.rows] > 0
    left_out = can_be_left_out(scores, comparison.rows[ranked])
    factors = factors_of(scores, left_out, errors=spread is not None)
    done = [0]

    def ranks(points: Array) -> Array:
        scenarios = _scenarios(scores, left_out, points, seed)
        picks = _pick(points[-1], ERRORS) if spread is not None else None
        key = np.empty((len(comparison.rows), points.shape[1]))
        for start, stop in _chunks(len(comparison.rows), points.shape[1], len(scores.indicator)):
            units = comparison.rows[start:stop]
            key[start:stop] = _keys(scores, spread, units, scenarios, picks, seed)
            done[0] += (stop - start) * points.shape[1]
            progress(done[0], len(comparison.rows) * samples * (len(factors) + 2))
        return ranks_in_pools(comparison, key)[ranked].astype(np.float64)

    return indices_of_function(ranks, factors, samples, seed)


def _chunks(rows: int, points: int, indicators: int) -> Iterator[tuple[int, int]]:
    """First and last row of each part of the partnerships, so small that the numbers in work stay few."""
    size = max(1, VALUES_AT_A_TIME // (points * indicators))
    for start in range(0, rows, size):
        yield start, min(start + size, rows)


def _pick(points: Array, count: int) -> NDArray[np.int64]:
    """A position below ``count`` for each number from 0 to 1."""
    return np.minimum((points * count).astype(np.int64), count - 1)


def _scenarios(scores: Scores, left_out: LeftOut, points: Array, seed: int) -> Scenarios:
    """The scenarios that the points of a design stand for, in the order of the factors."""
    method, weights, caps, *left = points[:5]
    # The lower half of the factor chooses one of the drawn sets of weights, the upper half stands for equal ones.
    picks = _pick(weights * 2 % 1.0, ERRORS)
    equal = weights >= 0.5  # noqa: PLR2004  # one half
    vary = scores.rubric.uncertainty.weight_spread
    drawn = draw_weights(scores.tree, vary, seed, all_blocks(ERRORS))
    indicator, dimension = (
        np.array([NOTHING, *own])[_pick(part, len(own) + 1)] for own, part in zip(left_out, left, strict=True)
    )
    return Scenarios(
        method=_pick(method, len(index_methods(scores))),
        caps=caps < 0.5,  # noqa: PLR2004  # one half
        indicator=indicator,
        dimension=dimension,
        weights={
            name: np.where(equal, own, drawn[name][:, 0, picks])
            for name, own in equal_weights(scores).items()
        },
    )


def _keys(
    scores: Scores,
    spread: Spread | None,
    units: NDArray[np.intp],
    scenarios: Scenarios,
    picks: NDArray[np.int64] | None,
    seed: int,
) -> Array:
    """The rank keys of some units in every scenario, with the errors that it picks."""
    points = None
    if spread is not None and picks is not None:
        points = draw_errors(scores, spread, units, seed, all_blocks(ERRORS))[:, :, picks]
    return keys_of(scores, units, scenarios, points).key
