"""Alarms and disputed ratings, each with the cell behind it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pkassess.conditions import parse
from pkassess.figures import inline, raw_text, score_text
from pkassess.page import Note
from pkassess.ratings import ratings_text
from pkassess.report.ground import LANGUAGE, SHOWN_ROWS, Ground
from pkassess.texts import say


def alarms(ground: Ground) -> list[Note]:
    """The alarms that ring, and what gets worse, by partnership."""
    ringing = set(np.flatnonzero(ground.scores.alarms.any(axis=0)).tolist())
    texts = {
        row: [*(alarm_texts(ground, row) if row in ringing else ()), *ground.directions.alarms(row)]
        for row in ground.order
    }
    rows = [row for row in ground.order if texts[row]]
    shown = rows if ground.every_row else rows[:SHOWN_ROWS]
    notes = [Note(ground.name(row), text) for row in shown for text in texts[row]]
    more = len(rows) - len(shown)
    return [*notes, Note(f"{more} more", "have alarms: -o report.md lists them")] if more else notes


def alarm_texts(ground: Ground, row: int) -> list[str]:
    """The announcements that hold, each with the cell of the value behind it where there is one."""
    texts = []
    for alarm, rings in zip(ground.rubric.alarms, ground.scores.alarms[:, row], strict=True):
        if rings:
            cell = _cell_behind(ground, alarm.when, row)
            text = say(alarm.text, LANGUAGE).format_map(_Holes(ground, row)).rstrip(".")
            cell += _other_ratings(ground, alarm.when, row) if cell else ""
            joined = f"{text.removesuffix(')')}, {cell})" if text.endswith(")") else f"{text} ({cell})"
            texts.append(joined if cell else text)
    return texts


def _other_ratings(ground: Ground, condition: str, row: int) -> str:
    """All ratings of the value behind an alarm, where they do not agree."""
    matrix = ground.scores.matrix
    named = [name for _, name in parse(condition).references() if name in matrix.measures]
    at = matrix.measures.index(named[0])
    return f"; rated {ratings_text(matrix, at, row)}" if at in ground.disputed.get(row, ()) else ""


def disputes(ground: Ground) -> Iterator[Note]:
    """Ratings of one value that differ too much to be called agreed, and what was used."""
    matrix, told = ground.scores.matrix, []
    for row in ground.order:
        for at in ground.disputed.get(row, ()):
            item = ground.items[matrix.measures[at]]
            used = raw_text(float(matrix.value[at, row]), item.unit)
            ratings = ratings_text(matrix, at, row)
            told.append(
                Note(ground.name(row), f"{inline(say(item.label, LANGUAGE))}: {ratings}; {used} used")
            )
    yield from told if ground.every_row else told[:SHOWN_ROWS]
    if len(told) > SHOWN_ROWS and not ground.every_row:
        yield Note(f"{len(told) - SHOWN_ROWS} more", "are disputed: -o report.md lists them")


def _cell_behind(ground: Ground, condition: str, row: int) -> str:
    """The address of the first value that a condition speaks of, as spreadsheets write it."""
    matrix = ground.scores.matrix
    measures = [name for _, name in parse(condition).references() if name in matrix.measures]
    origin = int(matrix.origin[matrix.measures.index(measures[0]), row]) if measures else -1
    if origin < 0:
        return ""
    place, cell = matrix.observations.cell(origin)
    sheet = place.sheet if place.sheet.isalnum() or not place.sheet else f"'{place.sheet}'"
    address = f"{sheet}!{cell}" if sheet else cell
    return address if len(ground.assessment.inputs.workbooks) == 1 else f"{place.file}, {address}"


class _Holes(dict[str, str]):
    """Fills the holes of an alarm's text with rounded scores and raw values."""

    def __init__(self, ground: Ground, row: int) -> None:
        super().__init__()
        self.ground, self.row = ground, row

    def __missing__(self, name: str) -> str:
        scores = self.ground.scores
        if name in scores.nodes and not np.isnan(scores.nodes[name].score[self.row]):
            node = scores.nodes[name]
            return score_text(float(node.score[self.row]), node.branch.levels, whole=self.ground.whole)
        if name in scores.matrix.measures:
            value = scores.matrix.value[scores.matrix.measures.index(name), self.row]
            return "unknown" if np.isnan(value) else raw_text(float(value), "")
        return "unknown"
