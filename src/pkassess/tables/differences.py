"""differences.csv, components.csv and unmatched.csv: two assessments beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pkassess.decompose import Effect, Part, Side
from pkassess.differences import Difference, Differences, Pair
from pkassess.matrix import STATUS_NAMES
from pkassess.scoring import PUBLICATION_NAMES
from pkassess.tables.fields import Field, Table, fields_of_keys, number, text
from pkassess.tree import weights_used

if TYPE_CHECKING:
    from pkassess.rubric import Rubric

_SIDES = ("before", "after")
_PAIRS_AT_A_TIME = 256
_DIFFERENCE_FIELDS = (
    text("node", "Id of the dimension or index; overall for the overall level."),
    text("kind", "dimension, index or overall."),
    number("before", "Score before; empty unless published."),
    number("after", "Score after; empty unless published."),
    number("change", "after - before; empty where one side is not published."),
    number("change_low", "Lower end of the 90 % interval of the change."),
    number("change_high", "Upper end of the 90 % interval of the change."),
    number("indicators", "Points of the change that come from raw values."),
    number("coverage", "Points that come from what was observed on one side only."),
    number("rubric", "Points that come from weights, scales, aggregation and the choice of indicators."),
    text("level_before", "Level before."),
    text("level_after", "Level after."),
    text(
        "level_change",
        "confirmed; crossed the boundary, not confirmed; or not comparable. Empty without a change of level.",
    ),
    text("status_before", "published, provisional or insufficient_evidence."),
    text("status_after", "The same, after."),
    text("reason", "Why there is no change to speak of."),
    text("series_break", "A declared series break between the two periods; nothing is judged across it."),
)
_COMPONENT_FIELDS = (
    text("node", "Id of the dimension or index whose change is taken apart."),
    text("part", "indicator, coverage or rubric."),
    text("name", "Id of the indicator, group or node that the points come from."),
    number("points", "Points of the change; they add up to it for each node."),
    *(
        field
        for side in _SIDES
        for field in (
            number(f"value_{side}", f"Raw value {side}."),
            number(f"score_{side}", f"Score of the indicator {side}."),
            number(
                f"weight_{side}", f"Its share of its dimension {side}, after filling up for what is missing."
            ),
            text(f"indicator_status_{side}", f"observed, carried, missing and so on, {side}."),
            text(f"file_{side}", f"File of the value {side}."),
            text(f"sheet_{side}", f"Its sheet {side}."),
            text(f"cell_{side}", f"Its cell {side}."),
        )
    ),
)
_UNMATCHED_FIELDS = (
    text("side", "before or after: the side that has the partnership."),
    text("partnership", "Its name."),
    text("near", "A name of the other side that may mean the same; never used."),
)


def difference_tables(found: Differences, rubric: Rubric) -> list[Table]:
    """All tables of a comparison; ``rubric`` names the keys."""
    differences, components = (_keyed(own, rubric) for own in (_DIFFERENCE_FIELDS, _COMPONENT_FIELDS))
    return [
        Table("differences", differences, lambda: _blocks(found.pairs, _difference_rows)),
        Table("components", components, lambda: _blocks(found.pairs, _component_rows)),
        Table("unmatched", _UNMATCHED_FIELDS, lambda: iter(_columns(list(found.unmatched)))),
    ]


def _keyed(own: Sequence[Field], rubric: Rubric) -> tuple[Field, ...]:
    """A table's own fields after the partnership and both periods."""
    periods = (text("period_before", "The period before."), text("period_after", "The period after."))
    return (
        text("partnership", "The key values joined by ' / ', as the later side writes them."),
        *fields_of_keys(rubric, (*periods, *own)),
        *periods,
        *own,
    )


def _blocks(pairs: Sequence[Pair], rows_of: Any) -> Iterator[list[Any]]:
    for start in range(0, len(pairs), _PAIRS_AT_A_TIME):
        yield from _columns(
            [row for pair in pairs[start : start + _PAIRS_AT_A_TIME] for row in rows_of(pair)]
        )


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [[list(column) for column in zip(*rows, strict=True)]] if rows else []


def _keys(pair: Pair) -> tuple[str, ...]:
    units = [side.scores.matrix.units[side.unit] for side in (pair.before, pair.after)]
    return (units[1].partnership, *units[1].keys, *(unit.period.label for unit in units))


def part_points(difference: Difference, part: Part) -> float:
    """Points of a change that come from one part; NaN where there is no change to speak of."""
    if difference.reason or np.isnan(difference.change):
        return float("nan")
    return sum(effect.points for effect in difference.effects if effect.part == part)


def _difference_rows(pair: Pair) -> Iterator[tuple[Any, ...]]:
    for one in pair.differences:
        yield (
            *_keys(pair),
            *(one.node, one.kind, one.before, one.after, one.change, one.low, one.high),
            *(part_points(one, part) for part in Part),
            *(one.level_before, one.level_after, one.judgement),
            *(_status(side, one.node) for side in (pair.before, pair.after)),
            one.reason,
            one.series_break,
        )


def _status(side: Side, node: str) -> str:
    scores = side.scores
    if node in scores.nodes:
        return PUBLICATION_NAMES[int(scores.nodes[node].status[side.unit])]
    return PUBLICATION_NAMES[int(scores.overall_status[side.unit])] if node == "overall" else ""


def _component_rows(pair: Pair) -> Iterator[tuple[Any, ...]]:
    for one in pair.differences:
        for effect in one.effects:
            sides = [column for side in (pair.before, pair.after) for column in evidence(side, effect)]
            yield (*_keys(pair), one.node, effect.part.value, effect.name, effect.points, *sides)


def evidence(side: Side, effect: Effect) -> tuple[Any, ...]:
    """What stands behind an effect on one side: value, score, weight, status, file, sheet and cell."""
    row = side.row(effect.name)
    if row < 0:
        return (np.nan, np.nan, np.nan, "", "", "", "")
    matrix, unit = side.scores.matrix, side.unit
    origin = int(matrix.origin[row, unit])
    file, sheet, cell = "", "", ""
    if origin >= 0:
        place, cell = matrix.observations.cell(origin)
        file, sheet = place
    return (
        float(matrix.value[row, unit]),
        float(side.scores.indicator[row, unit]),
        _weight(side, row),
        STATUS_NAMES[int(matrix.status[row, unit])],
        file,
        sheet,
        cell,
    )


def _weight(side: Side, row: int) -> float:
    """An indicator's share of the dimension that it lies in."""
    scores = side.scores
    present = ~np.isnan(scores.indicator[:, [side.unit]])
    for name in scores.rubric.dimensions:
        if row in scores.leaves_of(name):
            share = weights_used(scores.tree, name, present)[row]
            return float(share[0]) if present[row, 0] else float("nan")
    return float("nan")
