"""Checklists: the percentage of items met, from one column per item or from one of all chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from pkassess.answers import Answer, read_answer
from pkassess.codes import Code
from pkassess.columns import NAN, Cells, Measure, Where, report_cell
from pkassess.findings import Findings
from pkassess.texts import fold
from pkassess.values import State, says_missing

LEAST_SHARE_OF_ITEMS = 2 / 3


_NONE_CHOSEN = frozenset(
    map(fold, ("none", "none of these", "aucun", "aucune", "ninguno", "ninguna", "لا شيء"))
)
"""What a list of chosen items says where nothing was chosen."""


_LETTER = re.compile(r"[^\W\d_]")


def read_checklist(
    columns: Mapping[str, Sequence[object]], measure: Measure, wheres: Mapping[str, Where], findings: Findings
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


def read_listed(
    cells: Sequence[object], measure: Measure, names: Mapping[str, str]
) -> dict[str, Sequence[object]] | None:
    """Answers to each item from cells that list the items chosen, by ids or labels; None if they do not.

    ``names`` leads from folded ids and labels to items. In a submitted form an item that was not chosen was answered with
    no; a blank cell answers nothing, and a cell that names something else as well gives that as the answer to its first
    item, which is none.
    """
    if any(cell not in (None, "") and not (isinstance(cell, str) and _LETTER.search(cell)) for cell in cells):
        return None  # a number is the share that is met
    found: list[dict[str, str]] = []
    listed = False
    for cell in cells:
        text = str(cell or "").strip()
        chosen = _chosen(fold(text), names)
        listed |= bool(chosen) or any(fold(word) in names for word in text.split())
        if not text or (says_missing(text) and text.casefold() != "none"):
            found.append({})
        elif chosen is not None or fold(text) in _NONE_CHOSEN:
            found.append({item: "yes" if item in (chosen or ()) else "no" for item in measure.items})
        else:
            found.append({measure.items[0]: text})
    return {item: [answer.get(item) for answer in found] for item in measure.items} if listed else None


def with_listed(
    columns: Mapping[str, Sequence[object]],
    listed: Mapping[str, Sequence[object]],
    cells: Sequence[object],
    measure: Measure,
    where: Where,
    findings: Findings,
) -> dict[str, Sequence[object]]:
    """Answers from a column per item, completed by ``cells`` that list the items chosen; where the two differ is said."""
    found: dict[str, Sequence[object]] = dict(listed)
    differing: dict[int, list[str]] = {}
    for item, answers in columns.items():
        known = [read_answer(answer) for answer in answers]
        for at, (answer, other) in enumerate(zip(known, map(read_answer, listed[item]), strict=True)):
            if {answer, other} == {Answer.YES, Answer.NO}:
                differing.setdefault(at, []).append(item)
        found[item] = [
            other if answer is Answer.UNKNOWN else cell
            for cell, answer, other in zip(answers, known, listed[item], strict=True)
        ]
    for at, items in sorted(differing.items()):
        told = ", ".join(items)
        report_cell(Code.CHOICES_DISAGREE, str(cells[at]), at, measure, where, findings, expected=told)
    return found


def _chosen(text: str, names: Mapping[str, str]) -> frozenset[str] | None:
    """The items that a folded text names one after the other, as survey tools write them; None if it holds more."""
    reached: dict[int, frozenset[str]] = {0: frozenset()}
    for at in range(len(text)):
        if at in reached:
            for name, item in names.items():
                if text.startswith(name, at):
                    reached.setdefault(at + len(name), reached[at] | {item})
    return reached.get(len(text)) if text else None


def _reject_bad(
    given: list[Answer],
    columns: Mapping[str, Sequence[object]],
    place: int,
    measure: Measure,
    wheres: Mapping[str, Where],
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
