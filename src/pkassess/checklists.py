"""Checklists: the percentage of items met, from one column per item or from one of all chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pkassess.codes import Code
from pkassess.columns import NAN, Cells, Measure, Where, report_cell
from pkassess.findings import Findings
from pkassess.texts import fold
from pkassess.values import (
    MISSING_TOKENS,
    Answer,
    State,
    read_answer,
)

LEAST_SHARE_OF_ITEMS = 2 / 3


_NONE_CHOSEN = frozenset(
    map(fold, ("none", "none of these", "aucun", "aucune", "ninguno", "ninguna", "لا شيء"))
)
"""What a list of chosen items says where nothing was chosen."""


_LETTER = re.compile(r"[^\W\d_]")


def read_checklist(
    columns: dict[str, Sequence[object]], measure: Measure, wheres: dict[str, Where], findings: Findings
) -> Cells:
    """Percent of applicable items met, from one column of answers per item.

    Yes counts 1, partial one half. Items marked not applicable leave the count; of the others two thirds have
    to be answered, else the checklist is missing. An item without a column is unanswered.
    """
    rows = len(next(iter(columns.values())))
    answers = {item: [read_answer(cell) for cell in cells] for item, cells in columns.items()}
    values, states = np.full(rows, NAN), np.full(rows, State.MISSING, dtype=np.int8)
    for place in range(rows):
        given = [answers[item][place] if item in answers else Answer.UNKNOWN for item in measure.items]
        _reject_bad(given, columns, place, measure, wheres, findings)
        values[place], states[place], lacking = _met(given)
        if lacking:
            first = next(iter(wheres.values()))
            report_cell(
                Code.TOO_FEW_ITEMS, "", place, measure, first, findings, found=lacking[0], whole=lacking[1]
            )
    return Cells(values, states)


def read_selected(cells: Sequence[object], measure: Measure) -> list[dict[str, str]] | None:
    """Answers to each item from cells that list the items chosen (``item_a item_b``); None if they do not.

    In a submitted form an item that was not chosen was answered with no; a blank cell answers nothing, and a cell that names
    something else as well gives that as the answer to its first item, which is none.
    """
    known = {fold(item): item for item in measure.items}
    found: list[dict[str, str]] = []
    listed = False
    for cell in cells:
        if cell not in (None, "") and not (isinstance(cell, str) and _LETTER.search(cell)):
            return None  # a number is the share that is met
        words = [fold(word) for word in re.split(r"[\s,;|]+", cell) if word] if isinstance(cell, str) else []
        chosen = known.keys() & set(words)
        listed |= bool(chosen)
        if not words or str(cell).strip().casefold() in MISSING_TOKENS - {"none"}:
            found.append({})
        elif len(chosen) == len(set(words)) or (len(words) == 1 and words[0] in _NONE_CHOSEN):
            found.append({item: "yes" if word in words else "no" for word, item in known.items()})
        else:
            found.append({measure.items[0]: str(cell)})
    return found if listed else None


def _reject_bad(
    given: list[Answer],
    columns: dict[str, Sequence[object]],
    place: int,
    measure: Measure,
    wheres: dict[str, Where],
    findings: Findings,
) -> None:
    for item, answer in zip(measure.items, given, strict=True):
        if answer is Answer.BAD:
            where = wheres[item]
            findings.add(
                Code.BAD_ITEM_ANSWER,
                file=where.file,
                sheet=where.sheet,
                cell=where.address(place),
                column=f"{measure.id}.{item}",
                value=str(columns[item][place]),
            )


def _met(given: list[Answer]) -> tuple[float, State, tuple[int, int] | None]:
    """Percent met, the state, and (answered, applicable) where too few are answered."""
    applicable = [answer for answer in given if answer is not Answer.NOT_APPLICABLE]
    answered = [answer for answer in applicable if answer in (Answer.YES, Answer.PARTIAL, Answer.NO)]
    if not applicable:
        return NAN, State.NOT_APPLICABLE, None
    if not answered:
        return NAN, State.REJECTED if Answer.BAD in given else State.MISSING, None
    if len(answered) < LEAST_SHARE_OF_ITEMS * len(applicable) - 1e-9:
        return NAN, State.MISSING, (len(answered), len(applicable))
    points = sum({Answer.YES: 1.0, Answer.PARTIAL: 0.5}.get(answer, 0.0) for answer in answered)
    return points / len(answered) * 100.0, State.OBSERVED, None
