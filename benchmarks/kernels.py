"""Scoring beside plain numpy: 100,000 units x 40 indicators in two levels, with dimension scores, coverage and ranks.

python benchmarks/kernels.py [rounds]

Processor time, medians of rounds in which every contestant works once, in one process. The plain numpy does the same
arithmetic for this one rubric, in blocks of units that stay in the processor's cache; the block size that is fastest here
is taken. Both give the same numbers, which is checked. The whole path also has the bounds of missing values, the shares
of evidence, publication and levels; the plain numpy beside it has bounds and shares.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from measure import aim
from numpy.typing import NDArray

from pkassess.aggregate import competition_ranks
from pkassess.findings import Findings
from pkassess.grades import EvidenceClass
from pkassess.matrix import Matrix, build_matrix
from pkassess.normalise import normalise
from pkassess.overall import apply_rules
from pkassess.ranking import Selection, arrange
from pkassess.rubric import Rubric
from pkassess.scoring import score_nodes
from pkassess.tree import compile_tree, roll_up, roll_up_shares
from pkassess.values import State

sys.path.append(str(Path(__file__).resolve().parent.parent / "scripts"))
import simulate_coverage as simulation

Array = NDArray[np.float64]
UNITS, DIMENSIONS, EACH = 100_000, 4, 10
MISSING = 0.05
BLOCKS = (1024, 2048, 4096, 8192, 16384)
KNOTS, KNOT_SCORES = np.array([10.0, 25, 40, 55, 70, 85]), np.arange(0.0, 101, 20)
WEIGHTS = 0.05 + 0.01 * (np.arange(DIMENSIONS * EACH) % 5).reshape(DIMENSIONS, EACH)
INDEX_WEIGHTS = np.array([0.3, 0.3, 0.2, 0.2])


class Result(NamedTuple):
    """Scores and coverage of the dimensions (dimensions, units), the index, and the ranks by it."""

    score: Array
    coverage: Array
    index: Array
    rank: NDArray[np.int64]


def knots(at: int) -> Array:
    """The knots of an indicator, each a little higher than those of the one before."""
    return KNOTS + at / 10


def rubric() -> Rubric:
    """Four dimensions of ten indicators, and an index over them."""

    def child(part: int, at: int) -> dict[str, object]:
        scale = {"type": "curve", "knots": knots(part * EACH + at).tolist()}
        return {"id": f"i{part}_{at}", "label": "i", "weight": float(WEIGHTS[part, at]), "scale": scale}

    dimensions = {
        f"d{part}": {"label": "d", "children": [child(part, at) for at in range(EACH)]}
        for part in range(DIMENSIONS)
    }
    uses = [{"use": f"d{part}", "weight": float(INDEX_WEIGHTS[part])} for part in range(DIMENSIONS)]
    return Rubric.model_validate(
        {
            "pkassess": 1,
            "id": "bench",
            "version": "1",
            "label": "b",
            "keys": {"place": {}},
            "dimensions": dimensions,
            "indices": {"index": {"label": "I", "children": uses}},
        }
    )


# --- the program --------------------------------------------------------------------------------------------


def by_kernels(values: Array, used: Rubric) -> Result:
    """The kernels of the program that do this arithmetic."""
    tree = compile_tree(used)
    scales = [indicator.scale for indicator in used.indicators.values()]
    points = np.stack([normalise(own, scale, used.frame) for own, scale in zip(values, scales, strict=True)])
    shares = roll_up_shares(tree, (~np.isnan(points)).astype(np.float64))
    nodes = roll_up(tree, points)
    names = list(used.dimensions)
    return Result(
        np.stack([nodes[name] for name in names]),
        np.stack([shares[name] for name in names]),
        nodes["index"],
        competition_ranks([nodes["index"]]),
    )


def by_program(matrix: Matrix, used: Rubric) -> Result:
    """The whole scoring path, as ``score`` takes it."""
    comparison = arrange(apply_rules(score_nodes(matrix, used)), Selection())
    nodes = comparison.scores.nodes
    score, coverage = (
        np.stack([getattr(nodes[name], what) for name in used.dimensions]) for what in ("score", "coverage")
    )
    return Result(score, coverage, nodes["index"].score, comparison.rank)


# --- plain numpy --------------------------------------------------------------------------------------------


def mean_of(children: Array, weights: Array) -> tuple[Array, Array]:
    """The weighted mean of the children that are there, and their weight."""
    there = ~np.isnan(children)
    weight = weights @ there
    with np.errstate(invalid="ignore"):
        return weights @ np.where(there, children, 0.0) / weight, weight


def by_plain_numpy(values: Array, block: int, evidence: NDArray[np.int8] | None = None) -> Result:
    """The same arithmetic, written for this rubric alone; with ``evidence`` bounds and shares of evidence as well."""
    units = values.shape[1]
    score, coverage, index = np.empty((DIMENSIONS, units)), np.empty((DIMENSIONS, units)), np.empty(units)
    whole = WEIGHTS.sum(axis=1)
    extra = np.empty((4, DIMENSIONS + 1, units if evidence is not None else 0))
    for start in range(0, units, block):
        own = slice(start, start + block)
        points = np.array([np.interp(row[own], knots(at), KNOT_SCORES) for at, row in enumerate(values)])
        for part in range(DIMENSIONS):
            score[part, own], weight = mean_of(points[part * EACH : (part + 1) * EACH], WEIGHTS[part])
            coverage[part, own] = weight / whole[part]
        index[own], _ = mean_of(score[:, own], INDEX_WEIGHTS)
        if evidence is not None:
            extra[:, :, own] = _beside(points, evidence[:, own])
    return Result(score, coverage, index, ranks_of(index))


def _beside(points: Array, evidence: NDArray[np.int8]) -> Array:
    """Bounds and shares of evidence of the dimensions and the index: (four things, nodes, units)."""
    gaps = np.isnan(points)
    kinds = (
        np.where(gaps, 0.0, points),
        np.where(gaps, 100.0, points),
        np.where(gaps, np.nan, evidence <= EvidenceClass.MODERATE),
        np.where(gaps, np.nan, evidence == EvidenceClass.UNGRADED),
    )
    found = np.empty((len(kinds), DIMENSIONS + 1, points.shape[1]))
    for leaves, nodes in zip(kinds, found, strict=True):
        for part in range(DIMENSIONS):
            nodes[part], _ = mean_of(leaves[part * EACH : (part + 1) * EACH], WEIGHTS[part])
        nodes[DIMENSIONS], _ = mean_of(nodes[:DIMENSIONS], INDEX_WEIGHTS)
    return found


def ranks_of(index: Array) -> NDArray[np.int64]:
    """Competition ranks, the highest first; differences below 1e-9 are ties."""
    order = np.argsort(-index, kind="stable")
    apart = np.concatenate([[True], np.abs(np.diff(index[order])) >= 1e-9])
    rank = np.empty(len(index), dtype=np.int64)
    rank[order] = np.maximum.accumulate(np.where(apart, np.arange(1, len(index) + 1), 0))
    return rank


# --- the run ------------------------------------------------------------------------------------------------


def values_at_random() -> Array:
    """Seeded values, five in a hundred of them missing: (indicators, units)."""
    rng = np.random.default_rng(0)
    values = rng.uniform(0, 100, (DIMENSIONS * EACH, UNITS))
    return np.where(rng.random(values.shape) < MISSING, np.nan, values)


def matrix_of(values: Array, used: Rubric) -> Matrix:
    """The values as a workbook would give them, with evidence of every class."""
    classes = np.random.default_rng(1).integers(0, 4, values.shape)
    seen = simulation.observations(used, values, classes, 3)
    seen.state[np.isnan(seen.value)] = State.MISSING
    return build_matrix(seen, used, Findings())


def medians(contestants: dict[str, Callable[[], Result]], rounds: int) -> dict[str, float]:
    """Seconds of processor time of each contestant, which all give the same."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    first = next(iter(contestants.values()))()
    for _ in range(rounds):
        for name, work in contestants.items():
            started = time.process_time()
            found = work()
            seconds[name].append(time.process_time() - started)
            for own, other in zip(found, first, strict=True):
                np.testing.assert_allclose(own, other, rtol=1e-12)
    return {name: statistics.median(own) for name, own in seconds.items()}


def main() -> None:
    """Print what each contestant took, and the ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    used, values = rubric(), values_at_random()
    matrix = matrix_of(values, used)
    contestants: dict[str, Callable[[], Result]] = {
        "pkassess, kernels": lambda: by_kernels(values, used),
        "pkassess, whole scoring path": lambda: by_program(matrix, used),
        "plain numpy, whole arrays": lambda: by_plain_numpy(values, UNITS),
    }
    for block in BLOCKS:
        contestants[f"plain numpy, blocks of {block}"] = partial(by_plain_numpy, values, block)
        contestants[f"plain numpy with bounds, blocks of {block}"] = partial(
            by_plain_numpy, values, block, matrix.evidence
        )
    found = medians(contestants, rounds)
    for name, seconds in found.items():
        print(f"{name:44s} {seconds:8.3f} s")
    plain, full = (
        min(own for name, own in found.items() if name.startswith(start))
        for start in ("plain numpy, blocks", "plain numpy with bounds")
    )
    kernels, path = list(found.values())[:2]
    aim("scores, coverage and ranks beside plain numpy", kernels / plain, 2)
    aim("whole path beside plain numpy with bounds and shares", path / full, 2)
    print(f"whole path beside plain numpy with neither: {path / plain:.2f} x")


if __name__ == "__main__":
    main()
