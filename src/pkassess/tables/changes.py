"""changes.csv: every change of level since the period before, and whether it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pkassess.tables.fields import Field, Table, number, text

if TYPE_CHECKING:
    from pkassess.ranking import Comparison
    from pkassess.rubric import Rubric

_FIELDS = (
    text("partnership", "The key values joined by ' / '."),
    text("period", "The period assessed."),
    text("previous_period", "The partnership's period before it that has a usable value."),
    text("node", "Id of the dimension, or 'overall'."),
    text("level_before", "The level before."),
    text("level", "The level now."),
    text("direction", "up or down on the scale of levels; for tension, up is worse."),
    number("share", "Share of draws in which the level moved that way, 0 to 1."),
    text(
        "persists",
        "yes where the change stays with every doubtful indicator held at its earlier value, else no.",
    ),
    text("confirmed", "yes where it persists and the share is 80 % or more, else no; empty without draws."),
    text("series_break", "A series break between the two periods, which are not comparable then."),
)


def change_fields(rubric: Rubric) -> tuple[Field, ...]:  # noqa: ARG001  # called as the other tables are
    """The columns of changes.csv."""
    return _FIELDS


def changes_table(comparison: Comparison) -> Table:
    """One row per row shown and dimension, or overall, whose level changed."""

    def blocks() -> Iterator[list[Any]]:
        lines = [_line(comparison, row, name) for row, name in comparison.crossings]
        if lines:
            yield list(zip(*lines, strict=True))

    return Table("changes", _FIELDS, blocks)


def _line(comparison: Comparison, row: int, name: str) -> tuple[Any, ...]:
    scores, crossing = comparison.scores, comparison.crossings[row, name]
    before = int(comparison.previous[row])
    node = scores.nodes.get(name)
    levels = node.branch.levels if node else scores.overall_levels
    level = node.level if node else scores.overall_level
    drawn = crossing.share == crossing.share  # NaN is not equal to itself
    return (
        scores.matrix.units[row].partnership,
        scores.matrix.units[row].period.label,
        scores.matrix.units[before].period.label,
        name,
        levels[int(level[before])].id,
        levels[int(level[row])].id,
        "up" if crossing.direction > 0 else "down",
        crossing.share,
        "yes" if crossing.persists else "no",
        ("yes" if crossing.confirmed else "no")
        if drawn or not crossing.persists or crossing.series_break
        else "",
        crossing.series_break,
    )
