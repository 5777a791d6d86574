"""How far several assessors agree on what they rated: plain agreement, Krippendorff's alpha, kappas.

A rating is a usable observation by a named assessor, or by a side where no assessor is named. Observations that
settle a disagreement, or that nobody in particular made, are no ratings. Sources: K. Krippendorff, Content Analysis
(3rd ed. 2013), chapter 12; A. F. Hayes and K. Krippendorff (2007), Communication Methods and Measures 1, 77-89, also
for the bootstrap; J. Cohen (1968), Psychological Bulletin 70, 213-220; J. L. Fleiss (1971), ibid. 76, 378-382.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pkassess.aggregate import middle
from pkassess.codes import Code
from pkassess.findings import MissingLibraryError, UsageError, finding
from pkassess.matrix import RECONCILED_BY

if TYPE_CHECKING:
    from pkassess.matrix import Matrix
    from pkassess.rubric import Diagnostic, Indicator, Rubric

Array = NDArray[np.float64]
Measurement = Literal["nominal", "ordinal", "interval", "ratio"]
LEAST_UNITS = 10
RESAMPLES = 1000
RELIABLE, TENTATIVE = 0.800, 0.667
"""Krippendorff's customary requirement, and his lowest limit for tentative conclusions."""
INTERVAL = (0.05, 0.95)


@dataclass(frozen=True, eq=False, repr=False)
class Ratings:
    """The ratings of one item: for each unit that at least two raters rated, rater to rating.

    ``level`` is the level of measurement: ordinal for ratings on steps, else interval.
    """

    name: str
    level: Measurement
    units: list[Mapping[str, float]]

    @property
    def domain(self) -> Array:
        """The ratings given, each once, the lowest first."""
        return np.unique([value for unit in self.units for value in unit.values()])

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many raters of each unit gave each rating of the domain: (units, ratings)."""
        domain = self.domain
        counts = np.zeros((len(self.units), len(domain)), dtype=np.int64)
        for at, unit in enumerate(self.units):
            np.add.at(counts[at], np.searchsorted(domain, list(unit.values())), 1)
        return counts


class Kappas(NamedTuple):
    """Kappas of one item, NaN where they cannot be computed; ``pair`` are the two raters of Cohen's."""

    cohen: float
    pair: str
    pair_units: int
    fleiss: float
    fleiss_units: int


class Agreement(NamedTuple):
    """How far the ratings of one item agree.

    ``agreement`` is the share of pairs of ratings of one unit that are equal, 0 to 1. ``alpha`` and the ends of its
    90 % interval are NaN where it is not computed; ``verdict`` says what follows in words.
    """

    name: str
    units: int
    raters: int
    ratings: int
    agreement: float
    alpha: float
    low: float
    high: float
    verdict: str
    kappas: Kappas | None


def ratings_of(matrix: Matrix, rubric: Rubric) -> Iterator[Ratings]:
    """The ratings of every judgement that several raters made, in the order of the rubric."""
    items: dict[str, Indicator | Diagnostic] = {**rubric.indicators, **rubric.diagnostic_items}
    by_row: dict[int, list[Mapping[str, float]]] = {}
    for (row, _), several in sorted(matrix.several.items()):
        if items[matrix.measures[row]].kind == "judgement":
            raters = _raters(matrix, several.kept)
            if len(raters) > 1:
                by_row.setdefault(row, []).append(raters)
    for row, units in by_row.items():
        name = matrix.measures[row]
        scale = getattr(items[name], "scale", None)
        level: Measurement = "ordinal" if scale is None or scale.type == "likert" else "interval"
        yield Ratings(name, level, units)


def _raters(matrix: Matrix, together: list[int]) -> dict[str, float]:
    """Rater to rating for one value; of several ratings by one rater their median."""
    seen = matrix.observations
    given: dict[str, list[float]] = {}
    for at in together:
        rater = (seen.word(int(seen.assessor[at])) or seen.word(int(seen.side[at]))).casefold()
        if rater and rater != RECONCILED_BY:
            given.setdefault(rater, []).append(float(seen.value[at]))
    return {rater: middle(np.array(values)) for rater, values in sorted(given.items())}


def agreements(matrix: Matrix, rubric: Rubric, *, seed: int = 0, kappa: str | None = None) -> list[Agreement]:
    """The agreement on every judgement that several raters made.

    ``kappa`` is ``linear`` or ``quadratic``; without it kappas are not computed. Raises UsageError for another.
    """
    if kappa not in (None, "linear", "quadratic"):
        found = f"There is no weighting '{kappa}' for kappa; choose linear or quadratic."
        raise UsageError(finding(Code.WRONG_CHOICE, found=found))
    return [
        agreement_of(ratings, seed=seed, stream=at, kappa=kappa)
        for at, ratings in enumerate(ratings_of(matrix, rubric))
    ]


def plain_agreement(ratings: Ratings) -> float:
    """The share of pairs of ratings of one unit that are equal, over all units; 0 to 1."""
    counts = ratings.counts
    of_unit = counts.sum(axis=1)
    return float((counts * (counts - 1)).sum() / (of_unit * (of_unit - 1)).sum())


def agreement_of(ratings: Ratings, *, seed: int = 0, stream: int = 0, kappa: str | None = None) -> Agreement:
    """Everything known of one item's agreement; ``kappa`` asks for the kappas, with Cohen's so weighted.

    Where the library for alpha is not installed, alpha is NaN and the verdict says so.
    """
    low = high = alpha = np.nan
    if len(ratings.units) < LEAST_UNITS:
        verdict = f"alpha is not computed: fewer than {LEAST_UNITS} rated by two or more"
    elif len(ratings.domain) == 1:
        verdict = "alpha is not computed: every rating is the same, so it cannot be told from chance"
    else:
        try:
            alpha = krippendorff_alpha(ratings.counts, ratings.domain, ratings.level)
            low, high = _bootstrap(ratings, seed, stream)
            verdict = _verdict(alpha)
        except MissingLibraryError as error:
            verdict = f"alpha is not computed: {error.findings[0].remedy}"
    return Agreement(
        name=ratings.name,
        units=len(ratings.units),
        raters=len({rater for unit in ratings.units for rater in unit}),
        ratings=sum(map(len, ratings.units)),
        agreement=plain_agreement(ratings),
        alpha=alpha,
        low=low,
        high=high,
        verdict=verdict,
        kappas=kappas_of(ratings, kappa) if kappa else None,
    )


def _verdict(alpha: float) -> str:
    if alpha >= RELIABLE:
        return f"reliable: alpha is {RELIABLE:.3f} or more"
    if alpha >= TENTATIVE:
        return f"tentative conclusions only: alpha is below {RELIABLE:.3f}"
    return f"confidence in it is Low and its descriptor needs rewording: alpha is below {TENTATIVE:.3f}"


def krippendorff_alpha(counts: NDArray[np.int64], domain: Array, level: Measurement) -> float:
    """Krippendorff's alpha of (units, ratings) counts; NaN where the ratings do not vary.

    ``level`` of measurement is nominal, ordinal, interval or ratio. 1 is perfect agreement, 0 what chance would give; below 0 is worse than chance. Raises MissingLibraryError
    where krippendorff is not installed.
    """
    try:
        from krippendorff import alpha
    except ImportError as error:
        raise MissingLibraryError("krippendorff") from error
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(alpha(value_counts=counts, value_domain=domain, level_of_measurement=level))


def _bootstrap(ratings: Ratings, seed: int, stream: int) -> tuple[float, float]:
    """Ends of alpha's 90 % interval: units drawn with replacement; drawings without variation are left out."""
    counts, domain = ratings.counts, ratings.domain
    numbers = np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(stream,))))
    picks = numbers.integers(len(counts), size=(RESAMPLES, len(counts)))
    found = np.array([krippendorff_alpha(counts[pick], domain, ratings.level) for pick in picks])
    low, high = np.quantile(found[~np.isnan(found)], INTERVAL)
    return float(low), float(high)


# --- kappas -------------------------------------------------------------------------------------------------


def kappas_of(ratings: Ratings, weighting: str) -> Kappas:
    """Cohen's kappa of the two raters with most units in common, and Fleiss' of the units rated equally often."""
    pair, shared = _best_pair(ratings)
    both = [(unit[pair[0]], unit[pair[1]]) for unit in shared]
    cohen = cohen_kappa(np.array(both), ratings.domain, weighting)
    sizes = Counter(map(len, ratings.units))
    size = max(sizes, key=lambda one: (sizes[one], one))
    counts = ratings.counts
    alike = counts[counts.sum(axis=1) == size]
    return Kappas(cohen, " and ".join(pair), len(both), fleiss_kappa(alike), len(alike))


def _best_pair(ratings: Ratings) -> tuple[tuple[str, str], list[Mapping[str, float]]]:
    together: Counter[tuple[str, str]] = Counter()
    for unit in ratings.units:
        together.update(combinations(sorted(unit), 2))
    pair = min(together, key=lambda one: (-together[one], one))
    return pair, [unit for unit in ratings.units if pair[0] in unit and pair[1] in unit]


def cohen_kappa(pairs: Array, domain: Array, weighting: str = "quadratic") -> float:
    """Cohen's weighted kappa of two raters; ``pairs`` is (units, 2). NaN where chance alone gives full agreement.

    Disagreement weighs as the difference of the two ratings, or as its square.
    """
    size = len(domain)
    observed = np.zeros((size, size))
    np.add.at(observed, tuple(np.searchsorted(domain, pairs.T)), 1.0 / len(pairs))
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
    apart = np.abs(np.subtract.outer(domain, domain))
    weights = apart if weighting == "linear" else apart**2
    chance = float((weights * expected).sum())
    return 1.0 - float((weights * observed).sum()) / chance if chance else np.nan


def fleiss_kappa(counts: NDArray[np.int64]) -> float:
    """Fleiss' kappa of (units, categories) counts with equally many raters each; NaN where nothing varies."""
    size = int(counts[0].sum())
    shares = counts.sum(axis=0) / counts.sum()
    chance = float((shares**2).sum())
    agreed = float(((counts * (counts - 1)).sum(axis=1) / (size * (size - 1))).mean())
    return (agreed - chance) / (1 - chance) if chance < 1 else np.nan
