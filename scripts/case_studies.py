"""Three cases in public figures, for docs/case-studies.md: what the program says of them and the figures behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from doc_tables import table

import pkassess
from pkassess.directions import signed, word
from pkassess.figures import counted, half_up, listed, raw_text
from pkassess.scoring import Scores
from pkassess.texts import say
from pkassess.trends import Trend

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = "sample_data/host_countries.xlsx"


class Case(NamedTuple):
    """A country and the years over which it is followed."""

    country: str
    first: str
    last: str


CASES = {
    "liberia": Case("Liberia", "2003", "2018"),
    "sierra-leone": Case("Sierra Leone", "1999", "2014"),
    "mali": Case("Mali", "2013", "2023"),
}


def case(name: str) -> str:
    """The command, the class of each dimension, and the figures that carry it."""
    return "\n".join(_lines(CASES[name]))


def _lines(asked: Case) -> Iterator[str]:
    where = f'authority == "{asked.country}"'
    command = f"pkassess score {SAMPLE} --where '{where}' --period {asked.last} --since {asked.first} -f csv -o out/"
    yield f"\n```sh\n{command}\n```\n"
    a = pkassess.score(ROOT / SAMPLE, where=where, period=asked.last, since=asked.first)
    scores, found = a.comparison.scores, a.comparison.trends.found if a.comparison.trends else {}
    row = int(a.comparison.rows[0])
    trends = {name: found[row, name] for name in scores.rubric.dimensions}
    head = ("Dimension", "Trend", "Change", "90 % interval", "Score", "Years compared")
    yield table(head, (_said(scores, name, trend) for name, trend in trends.items()))
    asked_units = [
        unit for unit in range(row + 1) if scores.matrix.units[unit].keys == scores.matrix.units[row].keys
    ]
    asked_units = [unit for unit in asked_units if scores.matrix.units[unit].period.label >= asked.first]
    for name, trend in trends.items():
        yield from _figures(scores, name, trend, asked_units)


def _said(scores: Scores, name: str, trend: Trend) -> Sequence[str]:
    positive = scores.tree[name].positive
    label = say(scores.tree[name].label) + ("" if positive else " (high is bad)")
    kind = f"**{word(trend.kind, positive=positive)}**" + (", indicative" if trend.indicative else "")
    if not trend.series.scores:
        return (label, kind, "", "", "", trend.series.reason)
    first, last = (half_up(trend.series.scores[at]) for at in (0, -1))
    labels = [scores.matrix.units[at].period.label for at in trend.series.units]
    span = f"{labels[0]} to {labels[-1]}, {counted(len(labels), 'year')}"
    interval = f"{signed(trend.low)} to {signed(trend.high)}"
    return (label, kind, signed(trend.change), interval, f"{first} → {last}", span)


def _figures(scores: Scores, name: str, trend: Trend, units: Sequence[int]) -> Iterator[str]:
    """The matched indicators with their values at both ends and at every turning point, and what was left out."""
    series, items = trend.series, list(scores.rubric.indicators.values())
    if not series.units:
        return
    shown = sorted({0, *trend.pivots, len(series.units) - 1})
    labels = [scores.matrix.units[series.units[at]].period.label for at in shown]
    yield f"\n**{say(scores.tree[name].label)}**\n"
    rows = [
        (
            say(items[place].label),
            *(
                raw_text(float(scores.matrix.value[place, series.units[at]]), items[place].unit)
                for at in shown
            ),
            say(items[place].source).rstrip("."),
        )
        for place in series.indicators
    ]
    mean = ("*Score on these*", *(half_up(series.scores[at]) for at in shown), "")
    yield table(("Indicator", *labels, "Source"), [*rows, mean])
    out = [at for at in scores.leaves_of(name) if at not in series.indicators]
    left = [scores.matrix.units[at].period.label for at in units if at not in series.units]
    notes = []
    if out:
        notes.append(
            f"Not compared, because not observed in every year: {listed([say(items[at].label) for at in out])}."
        )
    if left:
        notes.append(f"Years left out: {listed(left)}.")
    yield " ".join([*notes, f"{half_up(100 * series.share)} % of the weight is compared."])
