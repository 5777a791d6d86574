"""How often the trend rule is right: many made-up series of known shape, through the program's own rule.

    python scripts/simulate_trends.py [--series 2000] [--draws 1000] [--seed 1]

Every period's score is the true one plus a normal error, and the rule sees the score with its interval. Prints the
table that stands in docs/method.md: percent of series called improving / worsening / stalled / reversing or
recovering / volatile / unclear.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from pkassess.intervals import Z
from pkassess.rubric import TrendSettings
from pkassess.trendclass import Class, classify

Array = NDArray[np.float64]
Shape = Callable[[int], Array]
LENGTHS = (3, 4, 5, 6, 8, 10)
MIDDLE = 50.0
AT_A_TIME = 50
SHARES = (
    (Class.IMPROVING,),
    (Class.WORSENING,),
    (Class.STALLED,),
    (Class.REVERSING, Class.RECOVERING),
    (Class.VOLATILE,),
    (Class.UNCLEAR,),
)
"""The classes behind each number of a cell."""


def straight(change: float) -> Shape:
    """A straight line that changes by so many points over the whole span."""
    return lambda periods: MIDDLE + np.linspace(0.0, change, periods)


def tent(height: float) -> Shape:
    """Up by so many points and down again."""
    return lambda periods: MIDDLE + height * (1 - np.abs(np.linspace(-1.0, 1.0, periods)))


def in_turn(height: float) -> Shape:
    """Low and high in turn."""
    return lambda periods: MIDDLE + height * (np.arange(periods) % 2)


ROWS: dict[str, tuple[float, Shape, int]] = {
    "7, none": (7, straight(0), 3),
    "7, +10": (7, straight(10), 3),
    "7, +15": (7, straight(15), 3),
    "7, +20": (7, straight(20), 3),
    "7, +20 −20 (tent)": (7, tent(20), 4),
    "7, 0/20 in turn": (7, in_turn(20), 4),
    "4, none": (4, straight(0), 3),
    "4, +10": (4, straight(10), 3),
    "12, none": (12, straight(0), 3),
}
"""Half-width of the periods' intervals, true shape, and least number of periods by row of the table."""


def shares(row: str, periods: int, series: int, draws: int, seed: int) -> tuple[float, ...]:
    """Percent of series that the rule calls by the classes of a cell, in the order of ``SHARES``."""
    half, shape, _ = ROWS[row]
    settings = TrendSettings()
    rng = np.random.default_rng([seed, [*ROWS].index(row), periods])
    truth = shape(periods)
    counts: Counter[Class] = Counter()
    for start in range(0, series, AT_A_TIME):
        size = min(AT_A_TIME, series - start)
        point = truth + rng.standard_normal((size, periods)) * half / Z
        drawn = point[..., None] + rng.standard_normal((size, periods, draws)) * half / Z
        times = np.broadcast_to(np.arange(periods, dtype=np.float64), point.shape)
        calls = classify(times, point, drawn, settings.least_change, settings.indicative_above)
        counts.update(call.kind for call in calls)
    return tuple(100 * sum(counts[kind] for kind in kinds) / series for kinds in SHARES)


def table_lines(series: int, draws: int, seed: int) -> Iterator[str]:
    """The table as Markdown."""
    yield f"| Half-width, true change | {' | '.join(f'{periods} periods' for periods in LENGTHS)} |"
    yield f"|{' --- |' * (len(LENGTHS) + 1)}"
    for row, (_, _, least) in ROWS.items():
        cells = [
            "/".join(f"{share:.0f}" for share in shares(row, periods, series, draws, seed))
            if periods >= least
            else "–"
            for periods in LENGTHS
        ]
        yield f"| {row} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--series", type=int, default=2000, help="made-up series per cell")
    parser.add_argument("--draws", type=int, default=1000, help="draws per series")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for line in table_lines(options.series, options.draws, options.seed):
        print(line, flush=True)


if __name__ == "__main__":
    main()
