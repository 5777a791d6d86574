"""What nobody knows: who cannot be scored and why, what is missing, what scores rest on."""

from __future__ import annotations

import numpy as np

from pkassess.figures import inline, listed, percent_text
from pkassess.grades import EvidenceClass
from pkassess.matrix import Status
from pkassess.page import Note
from pkassess.ranknotes import bands_in_words
from pkassess.report.ground import LANGUAGE, NAMED_AT_MOST, SHOWN_ROWS, Ground
from pkassess.scoring import Publication
from pkassess.tables.shown import level_ranges
from pkassess.texts import say
from pkassess.trendclass import UNTOLD, Class


def unknown(ground: Ground) -> list[Note]:
    """Everything that the reader should know is not known."""
    open_rows = [row for row in ground.order if ground.scores.overall_status[row] != Publication.PUBLISHED]
    shown = open_rows if ground.every_row else open_rows[:SHOWN_ROWS]
    notes = [_gap(ground, row) for row in shown]
    if len(open_rows) > len(shown):
        notes.append(Note(f"{len(open_rows) - len(shown)} more", "are not published overall either"))
    bands = list(bands_in_words(ground.comparison))
    notes += [Note("Places", text) for text in bands[:SHOWN_ROWS]]
    notes += _missing(ground)
    if len(ground.periods) > 1 and not ground.comparison.all_periods:
        other = len(ground.rows) - ground.periods[ground.main_period]
        text = f"{other} of {len(ground.rows)} stand at another period than {ground.main_period.label}"
        notes.append(Note("Periods", text))
    return [*notes, *_ended_trends(ground), *_floors(ground), *_evidence(ground), *_moving(ground)]


def _ended_trends(ground: Ground) -> list[Note]:
    """Trends that end before the period shown, because what is observed now can be compared with too little."""
    ended: dict[int, list[str]] = {}
    trends = ground.comparison.trends
    for (row, name), trend in trends.found.items() if trends else ():
        units = trend.series.units
        told = row in ground.order and trend.kind not in (*UNTOLD, Class.UNCLEAR)
        if units and told and max(units) != row:
            short = ground.short(ground.scores.nodes[name]).lower()
            ended.setdefault(row, []).append(f"{short} {ground.units[max(units)].period.label}")
    if not ended:
        return []
    rows = [row for row in ground.order if row in ended]
    named = [f"{ground.name(row)} ({listed(ended[row])})" for row in rows[:NAMED_AT_MOST]]
    named += [f"{len(rows) - NAMED_AT_MOST} more"] if len(rows) > NAMED_AT_MOST else []
    return [Note("Trends", f"end before the period shown: {listed(named)}")]


def _floors(ground: Ground) -> list[Note]:
    """Indices in which a score counts as the floor, because a zero would wipe out the rest."""
    notes = []
    for name in ground.rubric.indices:
        node = ground.scores.nodes[name]
        floor = node.branch.settings.floor
        if not floor or not node.branch.branches:
            continue
        inner = np.array([ground.scores.nodes[child].score[ground.rows] for child, _ in node.branch.branches])
        used = int(((inner < floor).any(axis=0) & ~np.isnan(node.score[ground.rows])).sum())
        if used:
            label = say(node.branch.label, LANGUAGE)
            text = f"a score below {floor:g} counts as {floor:g} in {used} of {len(ground.rows)}"
            notes.append(Note(label, text))
    return notes


def _gap(ground: Ground, row: int) -> Note:
    """Why a partnership has no overall level."""
    few, partly, undefined = [], [], []
    for node in ground.dimensions:
        label = inline(say(node.branch.label, LANGUAGE))
        if node.branch.id in ground.scores.undefined and ground.scores.undefined[node.branch.id][row]:
            undefined.append(label)
            continue
        indicators = ground.scores.leaves_of(node.branch.id)
        status = ground.scores.matrix.status[indicators, row]
        known = int((~np.isnan(ground.scores.indicator[indicators, row])).sum())
        whole = int((status != Status.NOT_APPLICABLE).sum())
        if node.status[row] == Publication.INSUFFICIENT:
            few.append(f"{known} of {whole} {label}")
        elif node.status[row] == Publication.PROVISIONAL:
            span = level_ranges(ground.comparison, node.branch.id, np.array([row]))[0].replace("..", " to ")
            cover = f"{label} coverage {percent_text(float(node.coverage[row]))} %"
            partly.append(f"{cover}, {span}" if span else cover)
    parts = [f"Insufficient evidence: {listed(few)} indicators reported"] if few else []
    parts += [f"Provisional: {listed(partly)}"] if partly else []
    parts += [f"Not defined for these scores: {listed(undefined)}"] if undefined else []
    end = "No overall level, no rank" if ground.scores.overall_levels else "Not ranked"
    return Note(ground.name(row), ". ".join([*parts, end]))


def _missing(ground: Ground) -> list[Note]:
    """Indicators that many published partnerships lack; those of all where none is published."""
    published = ground.rows[ground.scores.overall_status[ground.rows] == Publication.PUBLISHED]
    units = published if len(published) else ground.rows
    status = ground.scores.matrix.status[: len(ground.scores.indicator)][:, units]
    lacking = (np.isnan(ground.scores.indicator[:, units]) & (status != Status.NOT_APPLICABLE)).sum(axis=1)
    items = list(ground.rubric.indicators.values())
    # Key indicators come first where nothing is published: without one of them nothing can be.
    first = [not (items[at].key and not len(published)) for at in range(len(items))]
    order = sorted(range(len(items)), key=lambda at: (first[at], -lacking[at], at))
    worst = [at for at in order if lacking[at] * 3 >= len(units)][:3]
    tail = "; their score rests on the rest" if len(published) else ""
    return [
        Note(f"{lacking[at]} of {len(units)}", f"lack {inline(say(items[at].label, LANGUAGE))}{tail}")
        for at in worst
    ]


def _evidence(ground: Ground) -> list[Note]:
    rows = ground.comparison.rows
    used = ~np.isnan(ground.scores.indicator[:, rows])
    evidence = ground.scores.matrix.evidence[: len(used)][:, rows]
    status = ground.scores.matrix.status[: len(used)][:, rows]
    carried, imputed = (int((status == kind).sum()) for kind in (Status.CARRIED, Status.IMPUTED))
    notes = []
    if used.any() and (evidence[used] == EvidenceClass.UNGRADED).all():
        notes.append(Note("Evidence", "no value is graded, so confidence is Low and intervals are wide"))
    if carried:
        notes.append(
            Note("Carried", f"{carried} of {int(used.sum())} values are carried from earlier periods")
        )
    if imputed:
        said = "values are imputed: nobody reported them, the rubric fills them in from other partnerships"
        notes.append(Note("Imputed", f"{imputed} of {int(used.sum())} {said}"))
    return notes


def _moving(ground: Ground) -> list[Note]:
    """Which scores depend on who else is in the data."""
    moving = list(ground.rubric.relative.values())
    if not moving:
        return []
    named = [inline(say(label, LANGUAGE)) for label in moving[:NAMED_AT_MOST]]
    named += [f"{len(moving) - NAMED_AT_MOST} more"] if len(moving) > NAMED_AT_MOST else []
    text = f"the scores of {listed(named)} move when a partnership is added or left out"
    return [Note("Relative", text)]
