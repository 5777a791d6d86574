"""Do 90 % intervals hold the truth? Simulated workbooks with known truth, through the program's own engine.

Run ``python scripts/simulate_coverage.py`` for the table of docs/method.md (``--write`` puts it there). Every row is a
scenario: true scores are drawn, errors are added as the uncertainty model says (or, in the rows named so, otherwise),
and the share of workbooks whose interval holds the truth is counted, per dimension and for the index.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pkassess.findings import Findings
from pkassess.grades import read_grade
from pkassess.intervals import Z
from pkassess.library import load
from pkassess.matrix import build_matrix
from pkassess.observations import Observations, Place, Unit
from pkassess.periods import Period, parse_period
from pkassess.ranking import Selection, arrange
from pkassess.rubric import Rubric
from pkassess.scoring import score_nodes
from pkassess.spread import spread_of
from pkassess.tree import compile_tree, roll_up
from pkassess.uncertainty import draw
from pkassess.values import State

Array = NDArray[np.float64]
GRADES = ("A1", "C3", "D4", "F6")
HALF_WIDTHS = np.array([3.0, 7.0, 15.0, 20.0])
CORRELATION, WEIGHT_SPREAD = 0.5, 0.25
EVENTS, SURVEYS = (0, 1), (2, 9)
"""Indicators that are counts, and those that are survey shares, in the scenario with statistics."""
ASKED, DESIGN_EFFECT = 200, 2.0
PAGE = Path(__file__).parents[1] / "docs" / "method.md"
START, END = "<!-- coverage: start -->", "<!-- coverage: end -->"


@dataclass(frozen=True)
class Scenario:
    """One row: how true scores lie, how many sources the truth and the model have, whether weights vary.

    ``sources`` and ``assumed`` are 0 for a source of its own for every value, else the number of sources. Where
    ``sampled``, some values are counts and survey shares, whose errors come from sampling alone.
    """

    title: str
    truth: Callable[[np.random.Generator, int, Rubric], Array]
    sources: int
    assumed: int
    weights: bool
    true_weights: bool
    sampled: bool = False


def _middle(rng: np.random.Generator, units: int, rubric: Rubric) -> Array:
    base = rng.uniform(30, 70, (len(rubric.dimensions), units))
    rows = [dimension for dimension, node in enumerate(rubric.dimensions.values()) for _ in node.children]
    return np.clip(base[rows] + rng.normal(0, 12, (len(rows), units)), 5, 95)


def _between(low: float, high: float) -> Callable[[np.random.Generator, int, Rubric], Array]:
    def truth(rng: np.random.Generator, units: int, rubric: Rubric) -> Array:
        return np.clip(rng.uniform(low, high, (len(rubric.indicators), units)), 0, 100)

    return truth


WIDE, HIGH, LOW = _between(0, 100), _between(80, 110), _between(-10, 20)
SCENARIOS = (
    Scenario("middle, independent", _middle, 0, 0, weights=False, true_weights=False),
    Scenario("middle, three sources", _middle, 3, 3, weights=False, true_weights=False),
    Scenario("middle, one source", _middle, 1, 1, weights=False, true_weights=False),
    Scenario("middle, independent", _middle, 0, 0, weights=True, true_weights=True),
    Scenario("middle, three sources", _middle, 3, 3, weights=True, true_weights=True),
    Scenario("middle, independent, truth at given weights", _middle, 0, 0, weights=True, true_weights=False),
    Scenario("wide, three sources", WIDE, 3, 3, weights=True, true_weights=True),
    Scenario("high, independent", HIGH, 0, 0, weights=True, true_weights=True),
    Scenario("high, three sources", HIGH, 3, 3, weights=True, true_weights=True),
    Scenario("low, independent", LOW, 0, 0, weights=True, true_weights=True),
    Scenario("low, three sources", LOW, 3, 3, weights=True, true_weights=True),
    Scenario("middle, with surveys and counts", _middle, 3, 3, weights=True, true_weights=True, sampled=True),
    Scenario("truth one source, model independent", _middle, 1, 0, weights=False, true_weights=False),
    Scenario("truth independent, model one source", _middle, 0, 1, weights=False, true_weights=False),
)


def simulation_rubric(*, weights: bool, sampled: bool) -> Rubric:
    """The default rubric with values that are scores already, without rules that ask for real indicators."""
    real = load("partnership").model_dump(by_alias=True, exclude_unset=True)
    for dimension in real["dimensions"].values():
        dimension.pop("sub_scores", None)
    children = [child for dimension in real["dimensions"].values() for child in dimension["children"]]
    for at, child in enumerate(children):
        child["scale"] = {"type": "goalposts", "bottom": 0.0, "top": 100.0}
        for name in ("limits", "max_age", "sampling", "dispersion", "unit", "scope"):
            child.pop(name, None)
        if sampled and at in (*EVENTS, *SURVEYS):
            child["sampling"] = "events" if at in EVENTS else "share"
    for name in ("overall", "alarms", "diagnostics", "facts", "readiness", "diagnosis"):
        real.pop(name, None)
    real["keys"] = {"place": {}}
    real["uncertainty"] = {"weight_spread": WEIGHT_SPREAD if weights else 0.0}
    return Rubric.model_validate(real)


def coverage(scenario: Scenario, workbooks: int, draws: int, seed: int) -> dict[str, float]:
    """The share of workbooks whose 90 % interval holds the truth, per dimension and for the index, in percent."""
    rng = np.random.Generator(
        np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(SCENARIOS.index(scenario),)))
    )
    rubric = simulation_rubric(weights=scenario.weights, sampled=scenario.sampled)
    tree = compile_tree(rubric)
    truth = scenario.truth(rng, workbooks, rubric)
    classes = rng.integers(0, len(GRADES), truth.shape)
    observed = np.clip(truth + _errors(rng, truth.shape, classes, scenario.sources, rubric), 0, 100)
    if scenario.sampled:
        observed[EVENTS, :] = rng.poisson(truth[EVENTS, :])
        effective = int(ASKED / DESIGN_EFFECT)
        observed[SURVEYS, :] = 100 * rng.binomial(effective, truth[SURVEYS, :] / 100) / effective
    matrix = build_matrix(observations(rubric, observed, classes, scenario.assumed), rubric, Findings())
    scores = score_nodes(matrix, rubric)
    comparison = arrange(scores, Selection(None, None, None))
    drawn = draw(comparison, spread_of(scores, comparison.rows), draws, seed)
    if drawn is None:
        raise SystemExit("too many values for the draws asked for")
    factors = {name: branch.weights[:, None] for name, branch in tree.items()}
    if scenario.true_weights:
        factors = {
            name: weights * rng.uniform(1 - WEIGHT_SPREAD, 1 + WEIGHT_SPREAD, (len(weights), workbooks))
            for name, weights in factors.items()
        }
    true = roll_up(tree, truth, weights=factors)
    names = [*rubric.dimensions, *rubric.indices]
    return {
        name: 100 * float(((drawn.low[name] <= true[name]) & (true[name] <= drawn.high[name])).mean())
        for name in names
    }


def _sources(count: int, indicators: int) -> NDArray[np.int64]:
    """The source of each indicator; 0 stands for one of its own each."""
    numbers = np.arange(indicators)
    return numbers % count if count else numbers


def _errors(
    rng: np.random.Generator, shape: tuple[int, ...], classes: NDArray[np.int64], sources: int, rubric: Rubric
) -> Array:
    """Errors as the model has them: half of the variance shared by the values of one source, mirrored for tension."""
    of = _sources(sources, shape[0])
    shared = rng.standard_normal((int(of.max()) + 1, shape[1]))[of]
    signs = [
        1.0 if node.polarity == "positive" else -1.0
        for node in rubric.dimensions.values()
        for _ in node.children
    ]
    latent = np.array(signs)[:, None] * np.sqrt(CORRELATION) * shared
    latent += np.sqrt(1 - CORRELATION) * rng.standard_normal(shape)
    return latent * HALF_WIDTHS[classes] / Z


def observations(rubric: Rubric, values: Array, classes: NDArray[np.int64], sources: int) -> Observations:
    """One workbook per column, every value with its grade and the source that the model is told."""
    indicators, units = values.shape
    period = parse_period("2025")
    assert isinstance(period, Period)
    grades = np.array([read_grade(grade) for grade in GRADES], dtype=np.int8)
    count = values.size
    blank: dict[str, Any] = {
        name: np.full(count, np.nan) for name in ("design_effect", "lower", "upper", "standard_error")
    }
    counted = np.isin(np.repeat(np.arange(indicators), units), EVENTS)
    return Observations(
        measures=(*rubric.indicators,),
        units=[Unit((f"W{at:05d}",), period) for at in range(units)],
        unit_files=["simulated"] * units,
        context={},
        facts=[],
        places=[Place("simulated", "")],
        words=[f"source {at}" for at in range(indicators)],
        unit=np.tile(np.arange(units, dtype=np.int32), indicators),
        measure=np.repeat(np.arange(indicators, dtype=np.int16), units),
        value=values.ravel(),
        state=np.full(count, State.OBSERVED, dtype=np.int8),
        place=np.zeros(count, dtype=np.int16),
        row=np.zeros(count, dtype=np.int32),
        column=np.zeros(count, dtype=np.int16),
        grade=grades[classes.ravel()],
        source=np.repeat(_sources(sources, indicators).astype(np.int32), units),
        reference=np.full(count, -1, dtype=np.int32),
        assessor=np.full(count, -1, dtype=np.int32),
        side=np.full(count, -1, dtype=np.int32),
        observed_on=np.zeros(count, dtype=np.int32),
        sample=np.full(count, float(ASKED)),
        events=np.where(counted, values.ravel(), np.nan),
        per_count=np.where(counted, 1.0, np.nan),
        **blank,
    )


def table_lines(workbooks: int, draws: int, seed: int) -> Iterator[str]:
    """The table as Markdown."""
    yield "| True scores, errors | Weights | Stability | Governance | Economy | Tension | Index |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for scenario in SCENARIOS:
        found = coverage(scenario, workbooks, draws, seed)
        weights = "drawn" if scenario.weights else "fixed"
        yield f"| {scenario.title} | {weights} | {' | '.join(f'{share:.1f}' for share in found.values())} |"


def main() -> None:
    """Print the table, or write it into docs/method.md."""
    parser = argparse.ArgumentParser(description="Coverage of the 90 % intervals in simulated workbooks.")
    parser.add_argument("--workbooks", type=int, default=2000)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="write the table into docs/method.md")
    asked = parser.parse_args()
    lines = []
    for line in table_lines(asked.workbooks, asked.draws, asked.seed):
        print(line, flush=True)
        lines.append(line)
    if asked.write:
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(START)
        _, _, after = rest.partition(END)
        PAGE.write_text(before + START + "\n" + "\n".join(lines) + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
