"""Page one put together: its title, its finding, the groups and their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pkassess.changes import Changes
from pkassess.figures import counted, listed, percent_text, score_text
from pkassess.page import GROUP_WORDS, Group, Report, Row, Score
from pkassess.ranknotes import standings
from pkassess.report.advice import both_sides, examine, handover, practices_told, restructuring_told
from pkassess.report.announcements import alarms, disputes
from pkassess.report.decisions import confidence, decision, need, reasons, standing
from pkassess.report.gaps import unknown
from pkassess.report.ground import CONFIDENCE_ORDER, LANGUAGE, SHOWN_ROWS, Ground
from pkassess.scoring import NO_LEVEL, Publication
from pkassess.tables.shown import interval, level_ranges
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.assess import Assessment
    from pkassess.scoring import NodeScores


def build_report(assessment: Assessment, *, every_row: bool = False) -> Report:
    """Decide what page one says. Large groups are cut to the rows that matter unless ``every_row`` is set."""
    ground = Ground(assessment, every_row=every_row)
    told = Changes(ground.comparison, ground.dimensions)
    changed = told.changed(ground.order)
    shown = changed if ground.every_row else changed[:SHOWN_ROWS]
    index = ground.scores.index
    return Report(
        marking=ground.assessment.inputs.marking,
        title=_title(ground),
        rubric=f"{ground.rubric.id} {ground.rubric.version}",
        finding=_finding(ground),
        confidence=confidence(ground),
        groups=tuple(_groups(ground, set(changed))),
        changed_since=told.since,
        unchanged=told.unchanged(),
        changes=tuple(told.change(row, ground.name(row)) for row in shown),
        alarms=tuple(alarms(ground)),
        unknown=tuple(unknown(ground)),
        method=_method(ground),
        both_sides=tuple(both_sides(ground)),
        disputes=tuple(disputes(ground)),
        standings=tuple(standings(ground.comparison, ground.name)) if ground.every_row else (),
        handover=handover(ground),
        examine=tuple(examine(ground)) if ground.every_row else (),
        practices=tuple(practices_told(ground)),
        restructuring=tuple(restructuring_told(ground)),
        dimensions=tuple(ground.dimensions),
        periods=ground.rubric.period is not None and not ground.comparison.all_periods,
        shorts=tuple(ground.short(node) for node in ground.dimensions),
        more_changes=len(changed) - len(shown),
        score_range=(ground.rubric.frame.low, ground.rubric.frame.high),
        index_levels=index.branch.levels if index else (),
        overall_levels=tuple(ground.scores.overall_levels),
    )


def _title(ground: Ground) -> str:
    missions = sorted({ground.units[row].keys[0] for row in ground.rows.tolist()})
    periods = sorted(period for period in ground.periods if period.label)
    when = periods[0].label if len(periods) == 1 else ""
    if len(periods) > 1:
        what = "" if ground.comparison.all_periods else "latest of each, "
        when = f"{what}{periods[0].label} to {periods[-1].label}"
    parts = [counted(len(ground.rows), "row" if ground.comparison.all_periods else "partnership"), when]
    if len(ground.rubric.keys) > 1 and len(missions) <= 3:  # noqa: PLR2004  # more would not fit the line
        parts.insert(0, listed(missions))
    return " · ".join(part for part in parts if part)


def _groups(ground: Ground, changed: set[int]) -> Iterator[Group]:
    """The peer groups; of a large one only rows that need a decision, changed, or stand first or last."""
    for name, members in ground.members.items():
        ranked = [row for row in members if ground.comparison.rank[row]]
        title, count = GROUP_WORDS.get(name, name), f"{len(ranked)} of {len(members)} ranked"
        kept, left = members, 0
        if len(members) > SHOWN_ROWS and not ground.every_row:
            count = f"{count}   {_level_counts(ground, ranked)}".rstrip()
            wanted = {*ranked[:1], *ranked[-1:], *(row for row in members if row in changed)}
            wanted |= ground.needy.intersection(members)
            first = sorted(wanted, key=lambda row: row not in ground.needy)[:SHOWN_ROWS]
            kept, left = [row for row in members if row in set(first)], len(wanted) - len(first)
        yield Group(title, count, tuple(_row(ground, row) for row in kept), len(members) - len(kept), left)


def _level_counts(ground: Ground, rows: list[int]) -> str:
    count = Counter(ground.scores.overall_level[rows].tolist())
    levels = list(enumerate(ground.scores.overall_levels))
    return "  ".join(f"{level.short} {count[at]}" for at, level in reversed(levels) if count[at])


def _row(ground: Ground, row: int) -> Row:
    index = ground.scores.index
    published = ground.scores.overall_status[row] == Publication.PUBLISHED
    level = int(ground.scores.overall_level[row])
    status = ("insufficient", "provisional", "published")[ground.scores.overall_status[row]]
    levels = ground.scores.overall_levels
    return Row(
        unit=row,
        name=ground.name(row),
        rank=_rank(ground, row),
        overall=levels[level].id if level != NO_LEVEL else "" if published else status,
        level=level,
        index=_score(ground, index, row) if index and published else Score(None, ""),
        dimensions=tuple(_score(ground, node, row) for node in ground.dimensions),
        coverage=percent_text(min(float(node.coverage[row]) for node in ground.dimensions)),
        confidence=CONFIDENCE_ORDER[ground.confidence[row]],
        reasons=tuple(reasons(ground, row)),
        decision=decision(ground, row),
    )


def _rank(ground: Ground, row: int) -> str:
    rank = int(ground.comparison.rank[row])
    if not rank:
        return ""
    tie = "=" if row in ground.tied else ""
    if ground.drawn is None:
        return f"{ground.ranks[row]:g}{tie}"
    low, high = int(ground.drawn.rank_low[row]), int(ground.drawn.rank_high[row])
    return f"{low}{tie}" if low == high else f"{low}–{high}{tie}"


def _score(ground: Ground, node: NodeScores, row: int) -> Score:
    levels = node.branch.levels
    if np.isnan(node.score[row]):
        provisional = node.status[row] == Publication.PROVISIONAL
        ids = {level.id: level.short for level in levels}
        span = level_ranges(ground.comparison, node.branch.id, np.array([row]))[0] if provisional else ""
        return Score(None, "", word="..".join(ids.get(name, name) for name in span.split("..")) or "n/a")
    value = float(node.score[row])
    low, high = (float(end[0]) for end in interval(ground.comparison, node.branch.id, np.array([row])))
    level = int(node.level[row])
    drawn = not np.isnan(low)
    return Score(
        value,
        score_text(value, levels, whole=ground.whole),
        low if drawn else None,
        high if drawn else None,
        level,
        levels[level].short if levels else "",
        bounds=tuple(one.from_ for one in levels[1:]),
        trend=ground.directions.move(row, node),
    )


def _finding(ground: Ground) -> str:
    """The first sentence of the report."""
    count, levels = len(ground.rows), ground.scores.overall_level[ground.rows]
    if not ground.scores.overall_levels:
        label = say(ground.rubric.label, LANGUAGE)
        return f"{counted(count, 'partnership')} assessed with the rubric {label}."
    if count == 1:
        return _finding_of_one(ground, ground.order[0])
    if (levels == NO_LEVEL).all():
        why = f" {need(ground)}" if ground.needy else ""
        return f"None of {count} partnerships can be scored overall: too little was reported.{why}"
    return f"{need(ground)} {standing(ground, levels)}"


def _finding_of_one(ground: Ground, unit: int) -> str:
    row = _row(ground, unit)
    if row.level == NO_LEVEL:
        return f"{row.name} cannot be scored overall: too little was reported."
    reason = f", {row.reasons[0].split(';')[0]}" if row.reasons and row.decision else ""
    alone = "One partnership: no ranks and no comparison with others."
    return f"{row.name} reads {row.overall}{reason}. {alone}"


def _method(ground: Ground) -> tuple[str, ...]:
    file = ground.assessment.inputs.workbooks[0].file
    run = (
        f"{ground.drawn.draws:,} draws, seed {ground.drawn.seed}." if ground.drawn else "No uncertainty run."
    )
    chosen = f" -r {ground.assessment.inputs.chosen}" if ground.assessment.inputs.chosen else ""
    first = ground.units[ground.order[0]].keys[-1]
    return (
        run,
        f"Every number with its cell: pkassess score {file}{chosen} -f csv -o out/",
        f"One row unfolded: pkassess profile {file}{chosen} '{first}'",
    )
