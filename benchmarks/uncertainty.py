"""The uncertainty run beside plain numpy: 10,000 draws x 200 units x 40 indicators, with rank intervals.

python benchmarks/uncertainty.py [rounds]

Each contestant runs in a process of its own, so that processor time and peak memory are its own. The plain numpy draws
independent errors and weights in blocks, forms four weighted means and a geometric mean, ranks, and counts how often
each unit has each rank; pkassess does so with correlated errors, and gives intervals, level shares and pairs besides.
scikit-criteria and pymcdm rank one matrix at a time (weighted sum), so they are timed on 200 draws and multiplied.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

from measure import Cost, aim, interleaved, run, table

DRAWS, FEW_DRAWS, UNITS, INDICATORS = 10_000, 1_000, 200, 40
TIMED_DRAWS = 200
ENGINE = """
import sys
sys.path[:0] = ["scripts"]
import numpy as np
import simulate_coverage as simulation
from pkassess.findings import Findings
from pkassess.matrix import build_matrix
from pkassess.ranking import Selection, arrange
from pkassess.rubric import Rubric
from pkassess.scoring import score_nodes
from pkassess.spread import spread_of
from pkassess.uncertainty import draw

draws, units, indicators = map(int, sys.argv[1:])
child = lambda at: {"id": f"i{at}", "label": str(at), "scale": {"type": "goalposts", "bottom": 0.0, "top": 100.0}}
dimensions = {
    f"d{part}": {"label": str(part), "children": [child(at) for at in range(part, indicators, 4)]} for part in range(4)
}
index = {"label": "I", "aggregate": "geometric", "floor": 1.0, "children": [{"use": name} for name in dimensions]}
rubric = Rubric.model_validate(
    {"pkassess": 1, "id": "bench", "version": "1", "label": "b", "keys": {"place": {}}, "dimensions": dimensions,
     "indices": {"index": index}}
)
rng = np.random.default_rng(0)
values = rng.uniform(20, 80, (indicators, units))
classes = rng.integers(0, 4, values.shape)
matrix = build_matrix(simulation.observations(rubric, values, classes, 3), rubric, Findings())
scores = score_nodes(matrix, rubric)
comparison = arrange(scores, Selection())
result = draw(comparison, spread_of(scores, comparison.rows), draws, 0)
assert result.draws == draws and result.rank_high.max() <= units
"""
PLAIN = """
import sys
import numpy as np

draws, units, indicators = map(int, sys.argv[1:])
rng = np.random.default_rng(0)
values = rng.uniform(20, 80, (units, indicators))
half = np.array([3.0, 7.0, 15.0, 20.0])[rng.integers(0, 4, values.shape)] / 1.645
counts = np.zeros((units, units), dtype=np.int64)
places = np.arange(units)
for start in range(0, draws, 250):
    x = values + rng.standard_normal((250, units, indicators)) * half
    w = rng.uniform(0.75, 1.25, (250, 1, indicators))
    means = []
    for part in range(4):
        own = w[:, :, part::4]
        means.append(np.clip((x[:, :, part::4] * own).sum(axis=2) / own.sum(axis=2), 1, 100))
    v = rng.uniform(0.75, 1.25, (250, 1, 4))
    index = np.exp((np.log(np.stack(means, axis=2)) * v).sum(axis=2) / v.sum(axis=2))
    order = np.argsort(-index, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, places[None], axis=1)
    np.add.at(counts, (np.broadcast_to(places, ranks.shape), ranks), 1)
shares = counts.cumsum(axis=1) / draws
low, high = (shares >= 0.05).argmax(axis=1) + 1, (shares >= 0.95).argmax(axis=1) + 1
assert (low <= high).all()
"""
SKCRITERIA = """
import sys
import numpy as np
import skcriteria
from skcriteria.agg.simple import WeightedSumModel

draws, units, indicators = map(int, sys.argv[1:])
rng = np.random.default_rng(0)
values = rng.uniform(20, 80, (units, indicators))
model, counts = WeightedSumModel(), np.zeros((units, units), dtype=np.int64)
for _ in range(draws):
    matrix = np.clip(values + rng.standard_normal(values.shape) * 5, 1, None)
    weights = rng.uniform(0.75, 1.25, indicators)
    ranks = model.evaluate(skcriteria.mkdm(matrix, [max] * indicators, weights=weights)).rank_
    counts[np.arange(units), ranks - 1] += 1
"""
PYMCDM = """
import sys
import numpy as np
from pymcdm.helpers import rrankdata
from pymcdm.methods import WSM

draws, units, indicators = map(int, sys.argv[1:])
rng = np.random.default_rng(0)
values = rng.uniform(20, 80, (units, indicators))
model, counts = WSM(), np.zeros((units, units), dtype=np.int64)
for _ in range(draws):
    weights = rng.uniform(0.75, 1.25, indicators)
    scores = model(values + rng.standard_normal(values.shape), weights / weights.sum(), np.ones(indicators))
    counts[np.arange(units), rrankdata(scores).astype(int) - 1] += 1
"""
LIBRARIES = {"scikit-criteria": ("skcriteria", SKCRITERIA), "pymcdm": ("pymcdm", PYMCDM)}


def command(program: str, draws: int) -> list[str]:
    """A contestant as a process of its own."""
    return [sys.executable, "-c", program, str(draws), str(UNITS), str(INDICATORS)]


def main() -> None:
    """Print what each contestant cost, and the ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    commands = {
        f"pkassess, {DRAWS:,} draws": command(ENGINE, DRAWS),
        f"pkassess, {FEW_DRAWS:,} draws": command(ENGINE, FEW_DRAWS),
        "pkassess, start": command(ENGINE, 250),
        f"plain numpy, {DRAWS:,} draws": command(PLAIN, DRAWS),
        "plain numpy, start": command(PLAIN, 0),
    }
    costs = interleaved(commands, rounds)
    few, many, start, plain, plain_start = (
        costs[name]
        for name in (
            f"pkassess, {FEW_DRAWS:,} draws",
            f"pkassess, {DRAWS:,} draws",
            "pkassess, start",
            f"plain numpy, {DRAWS:,} draws",
            "plain numpy, start",
        )
    )
    for name, (module, program) in LIBRARIES.items():
        if find_spec(module) is None:
            print(f"{name}: not installed (pip install '.[bench]')")
            continue
        short, none = run(command(program, TIMED_DRAWS)), run(command(program, 0))
        scale = DRAWS / TIMED_DRAWS
        costs[f"{name}, {DRAWS:,} draws (from {TIMED_DRAWS})"] = Cost(
            (short.wall - none.wall) * scale, (short.cpu - none.cpu) * scale, short.memory
        )
    table(costs)
    work = (many.cpu - start.cpu) * DRAWS / (DRAWS - 250)
    aim("run beside plain numpy, start-up apart", work / (plain.cpu - plain_start.cpu), 1.5)
    aim(f"peak memory, {DRAWS:,} draws beside {FEW_DRAWS:,}", many.memory / few.memory, 1.1)


if __name__ == "__main__":
    main()
