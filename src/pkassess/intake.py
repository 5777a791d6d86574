"""Workbooks in, observations out: which sheet is what, and what holds between sheets and between files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pkassess.columns import Notes
from pkassess.findings import Code, Finding, Findings, InputError, Severity, finding
from pkassess.headers import (
    LONG_FIELDS,
    ColumnName,
    Header,
    Role,
    Vocabulary,
    find_header,
    quoted_columns,
    without_doubles,
)
from pkassess.ingest_log import ReadingLog
from pkassess.layouts.long import read_long
from pkassess.layouts.rows import Intake, measures_of
from pkassess.layouts.side_sheets import read_facts, read_partnerships
from pkassess.layouts.time_sheets import read_breaks, read_targets
from pkassess.layouts.wide import missing_key, read_wide
from pkassess.observations import Collector, Observations
from pkassess.texts import fold
from pkassess.values import State

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet, Workbook
    from pkassess.rubric import Rubric

LEVELS = ("national", "adm1", "adm2")
PHASES = ("pre_mission", "deployment", "drawdown", "post_exit")
_LEAST_KNOWN_COLUMNS = 2
_ORIGIN = ("reference", "assessor", "side", "source")
"""Two observations of one value that agree in all of these are the same observation given twice."""


def observe(
    workbooks: Sequence[Workbook], rubric: Rubric, findings: Findings, log: ReadingLog
) -> Observations:
    """All observations of the workbooks under a rubric; ``log`` learns what was read from each sheet.

    Raises InputError when a workbook has no table that the rubric can read, with every reason found.
    """
    measures = measures_of(rubric)
    vocabulary = Vocabulary(rubric)
    collector = Collector(tuple(measures))
    notes = Notes()
    intake = Intake(rubric, vocabulary, collector, findings, notes, measures, log=log)
    context: dict[tuple[str, ...], dict[str, str]] = {}
    for workbook in workbooks:
        context.update(_read_workbook(workbook, intake))
    notes.report(findings)
    _fill_context(intake, context)
    observations = collector.finish()
    _drop_contradictions(observations, intake, workbooks)
    return observations


def _read_workbook(workbook: Workbook, intake: Intake) -> dict[tuple[str, ...], dict[str, str]]:
    """Read every sheet of a workbook; the context that its sheet ``partnerships`` gives comes back."""
    context: dict[tuple[str, ...], dict[str, str]] = {}
    used = False
    start = len(intake.findings)
    misfits: list[tuple[Sheet, Header | None]] = []
    for sheet in workbook.sheets:
        role = fold(sheet.name)
        if sheet.state == "chart":
            intake.log.leave_out(sheet, "a chart")
        elif role == "about":
            intake.log.side(sheet, role)
        elif role == "partnerships":
            context = read_partnerships(sheet, intake)
            intake.log.side(sheet, role)
        elif role == "facts":
            read_facts(sheet, intake)
            intake.log.side(sheet, role)
        elif role in ("breaks", "targets"):
            (read_breaks if role == "breaks" else read_targets)(sheet, intake)
            intake.log.side(sheet, role)
        else:
            header = _read_table(sheet, intake)
            used = used or header is not None
            if header is None:
                misfits.append((sheet, find_header(sheet, intake.vocabulary, LONG_FIELDS)))
                intake.log.leave_out(sheet, "not a data sheet" if sheet.state == "visible" else "hidden")
    if not used:
        _nothing_usable(workbook, misfits, intake, start)
    for sheet, _ in misfits:
        intake.findings.add(
            Code.SHEET_NOT_USED,
            file=sheet.file,
            sheet=sheet.name,
            found="it lacks the columns that name a partnership",
        )
    return context


def _read_table(sheet: Sheet, intake: Intake) -> Header | None:
    """Read a data sheet in the layout that its header shows; None if it is no data sheet."""
    wide = find_header(sheet, intake.vocabulary)
    long = find_header(sheet, intake.vocabulary, LONG_FIELDS)
    is_long = long is not None and long.where(Role.FIELD, "indicator") is not None
    is_long = is_long and any(long.where(Role.FIELD, name) is not None for name in ("value", "numerator"))
    header = long if is_long else wide
    measured = header is not None and any(header.of(role) for role in (Role.VALUE, Role.SISTER, Role.ITEM))
    if header is None or not (is_long or measured) or not header.of(Role.KEY):
        return None
    if sheet.state != "visible":
        intake.findings.add(Code.HIDDEN_SHEET, file=sheet.file, sheet=sheet.name)
        return None
    single = without_doubles(header, sheet, intake.findings)
    if missing_key(sheet, header, intake) or _keys(single) != _keys(header):
        return None
    if single.tagged:
        intake.findings.add(
            Code.TAG_ROW, file=sheet.file, sheet=sheet.name, cell=f"A{single.row + 2}", found=single.row + 2
        )
    intake.log.enter(sheet, "long" if is_long else "wide", single, intake.vocabulary)
    (read_long if is_long else read_wide)(sheet, single, intake)
    return single


def _keys(header: Header) -> list[tuple[int, ColumnName]]:
    return header.of(Role.KEY) + header.of(Role.PERIOD)


def _nothing_usable(
    workbook: Workbook, misfits: list[tuple[Sheet, Header | None]], intake: Intake, start: int
) -> None:
    """Raise the reasons why a workbook holds no table for the rubric."""
    reasons = [item for item in list(intake.findings)[start:] if item.severity is Severity.ERROR]
    reasons += [item for item in list(intake.findings)[start:] if item.code is Code.HIDDEN_SHEET]
    if not reasons:
        reasons = [_no_table(sheet, header, intake) for sheet, header in misfits if sheet.state == "visible"]
    if not reasons:
        reasons = [
            finding(Code.NOTHING_TO_SCORE, file=workbook.file, found="The workbook has no data sheet.")
        ]
    raise InputError(*reasons)


def _no_table(sheet: Sheet, header: Header | None, intake: Intake) -> Finding:
    texts = header.texts if header else _first_texts(sheet)
    where = {"file": sheet.file, "sheet": sheet.name}
    if not any(texts):
        expected = ", ".join([*intake.rubric.keys, *(["period"] if intake.rubric.period else [])])
        rows = len(sheet.head())
        return finding(Code.NO_HEADER, **where, count=rows, expected=expected)
    if header and any(header.of(role) for role in (Role.VALUE, Role.SISTER, Role.ITEM)):
        name = next(iter(intake.rubric.keys))
        suggestion = f" Found: {quoted_columns(texts)}."
        return finding(
            Code.KEY_COLUMN_MISSING,
            **where,
            cell=f"A{header.row + 1}",
            column=name,
            expected=f"'{name}'",
            suggestion=suggestion,
        )
    return finding(
        Code.NO_KNOWN_COLUMN,
        **where,
        cell=f"A{header.row + 1}" if header else "A1",
        found=quoted_columns(texts),
        expected=intake.rubric.id,
        suggestion=_fitting_rubric(sheet, intake.rubric),
    )


def _first_texts(sheet: Sheet) -> tuple[str, ...]:
    """The texts of the first row that could be a header: at least half of its cells are words."""
    for row in sheet.head():
        texts = tuple(cell.strip() if isinstance(cell, str) else "" for cell in row)
        words = sum(any(map(str.isalpha, text)) for text in texts)
        filled = sum(cell not in (None, "") for cell in row)
        if words and words * 2 >= filled:
            return texts
    return ()


def _fitting_rubric(sheet: Sheet, tried: Rubric) -> str:
    """A sentence that names the bundled rubric which knows most of the sheet's columns, or ''."""
    from pkassess.library import bundled, load

    best, most = "", 0
    for name in bundled():
        if name == tried.id:
            continue
        header = find_header(sheet, Vocabulary(load(name)), LONG_FIELDS)
        known = sum(column.role is not Role.UNKNOWN for column in header.columns) if header else 0
        if known > most:
            best, most = name, known
    return f" The rubric '{best}' knows {most} of them: -r {best}." if most >= _LEAST_KNOWN_COLUMNS else ""


def _fill_context(intake: Intake, context: dict[tuple[str, ...], dict[str, str]]) -> None:
    """Context from the sheet ``partnerships`` where a row gives none, and the level of authority."""
    collector = intake.collector
    for number, unit in enumerate(collector.units):
        for name, text in context.get(unit.keys, {}).items():
            collector.context.setdefault(name, {}).setdefault(number, text)
    if "authority" in intake.rubric.keys:
        _fill_levels(intake)
    _clean_phases(intake)


def _clean_phases(intake: Intake) -> None:
    """Phases by their codes; a word that is none counts as not known."""
    collector = intake.collector
    phases = collector.context.get("phase", {})
    bad: dict[str, str] = {}
    for number, given in phases.items():
        phase = "_".join(given.casefold().replace("-", " ").replace("_", " ").split())
        phases[number] = phase if phase in PHASES else ""
        if phase and phase not in PHASES:
            bad.setdefault(given, collector.unit_files[number])
    for given, file in sorted(bad.items()):
        intake.findings.add(
            Code.BAD_PHASE, file=file, column="phase", value=given, expected=", ".join(PHASES)
        )


def _fill_levels(intake: Intake) -> None:
    collector = intake.collector
    levels = collector.context.setdefault("authority_level", {})
    assumed: set[tuple[str, ...]] = set()
    bad: dict[str, str] = {}
    for number, unit in enumerate(collector.units):
        given = levels.get(number, "")
        level = given.casefold()
        if not given:
            assumed.add(unit.keys)
        elif level not in LEVELS:
            bad.setdefault(given, collector.unit_files[number])
        levels[number] = level if level in LEVELS else "national"
    for given, file in sorted(bad.items()):
        intake.findings.add(Code.BAD_LEVEL, file=file, column="authority_level", value=given)
    if assumed:
        intake.findings.add(
            Code.LEVEL_ASSUMED, file=collector.unit_files[0], column="authority_level", count=len(assumed)
        )


def _drop_contradictions(observations: Observations, intake: Intake, workbooks: Sequence[Workbook]) -> None:
    """Leave out rows that contradict one another, and partnerships given by two files for one period."""
    if intake.duplicates:
        pairs = np.array(sorted(intake.duplicates), dtype=np.int64)
        keyed = observations.place.astype(np.int64) * len(observations.units) + observations.unit
        observations.reject(np.isin(keyed, pairs[:, 0] * len(observations.units) + pairs[:, 1]))
    if len(workbooks) > 1:
        _drop_two_files(observations, intake)
    _drop_repeated_long(observations, intake)


def _drop_two_files(observations: Observations, intake: Intake) -> None:
    files = [place.file for place in observations.places]
    of_unit: dict[int, set[str]] = defaultdict(set)
    for unit, place in set(zip(observations.unit.tolist(), observations.place.tolist(), strict=True)):
        of_unit[unit].add(files[place])
    doubled = sorted(unit for unit, named in of_unit.items() if len(named) > 1)
    for unit in doubled:
        named = sorted(of_unit[unit])
        intake.findings.add(
            Code.TWO_FILES, file=named[0], value=observations.units[unit].title, expected=" and ".join(named)
        )
    if doubled:
        observations.reject(np.isin(observations.unit, doubled))


def _drop_repeated_long(observations: Observations, intake: Intake) -> None:
    """Observations with the same key, reference and assessor, on one sheet or several: once if equal, else not."""
    count = len(observations.measures)
    cells = observations.unit.astype(np.int64) * count + observations.measure
    counts = np.bincount(cells, minlength=1)
    if counts.max() <= 1:
        return
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    repeated = np.flatnonzero(counts[cells] > 1)
    for at in repeated.tolist():
        sameness = tuple(getattr(observations, name)[at] for name in _ORIGIN)
        if observations.state[at] == State.OBSERVED:
            groups[(int(cells[at]), *map(int, sameness))].append(at)
    kept, contradicting = np.ones(len(observations), dtype=bool), np.zeros(len(observations), dtype=bool)
    for at in (group for group in groups.values() if len(group) > 1):
        same = len({float(observations.value[one]) for one in at}) == 1
        kept[at[1:]] = False
        contradicting[at[0]] = not same
        place, cell = observations.cell(at[1])
        unit = observations.units[observations.unit[at[0]]]
        measure = observations.measures[observations.measure[at[0]]]
        intake.findings.add(
            Code.DUPLICATE_SAME if same else Code.DUPLICATE_DIFFERS,
            file=place.file,
            sheet=place.sheet,
            cell=cell,
            column=measure,
            value=f"{unit.title}, {measure}",
            expected=" and ".join(_rows_of(at, observations)),
        )
    observations.reject(contradicting)
    observations.keep(kept)


def _rows_of(several: list[int], observations: Observations) -> list[str]:
    """The rows of some observations as numbers, or with their sheets where there is more than one."""
    sheets = {observations.place[one] for one in several}
    if len(sheets) == 1:
        return [str(int(observations.row[one]) + 1) for one in several]
    places = [observations.cell(one) for one in several]
    return [f"{place.sheet}!{cell}" for place, cell in places]
