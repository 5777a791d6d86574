"""Workbooks in, observations out: which sheet is what, and what holds between sheets and between files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pkassess.choices import NO_CHOICES, Choices
from pkassess.columns import Notes
from pkassess.findings import (
    LIST_SHEET,
    Code,
    Finding,
    Findings,
    InputError,
    Severity,
    UsageError,
    finding,
    nearest,
    shown,
)
from pkassess.headers import (
    HEADER_SEARCH_ROWS,
    LONG_FIELDS,
    ColumnName,
    Header,
    Role,
    Vocabulary,
    field_names,
    find_header,
    quoted_columns,
    without_doubles,
)
from pkassess.ingest.sheet import Conventions, cell_name
from pkassess.ingest_log import ReadingLog
from pkassess.layouts.facts_sheet import read_facts
from pkassess.layouts.long import read_long
from pkassess.layouts.repeats import Repeats
from pkassess.layouts.rows import Intake, drop_personal, measures_of
from pkassess.layouts.shape import Shape, shape_of
from pkassess.layouts.side_sheets import (
    FORM_SHEETS,
    is_form,
    read_about,
    read_aliases,
    read_partnerships,
)
from pkassess.layouts.surroundings import Surroundings, complete, is_summary, lacks_last_key
from pkassess.layouts.time_sheets import read_breaks, read_targets
from pkassess.layouts.wide import missing_key, read_wide
from pkassess.observations import NOT_GIVEN, Collector, Observations
from pkassess.periods import parse_month
from pkassess.spelling import MOST_NAMES
from pkassess.texts import fold
from pkassess.values import State

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet, Workbook
    from pkassess.rubric import Rubric

LEVELS = ("national", "adm1", "adm2")
PHASES = ("pre_mission", "deployment", "drawdown", "post_exit")
TEMPLATE_PAGES = ("instructions", "codebook", "lists")
"""Sheets of a template that are no data."""
TEMPLATE_ROW = "template"
"""The row of the sheet ``about`` that says that a workbook is a template."""
_LEAST_KNOWN_COLUMNS = 2
_MOST_ROWS_NAMED = 6


def observe(
    workbooks: Sequence[Workbook],
    rubric: Rubric,
    findings: Findings,
    log: ReadingLog,
    choices: Choices = NO_CHOICES,
) -> Observations:
    """All observations of the workbooks under a rubric; ``log`` learns what was read from each sheet.

    Raises InputError when workbooks have no table that the rubric can read, with every reason found, and
    UsageError for a column map that names what the rubric does not have.
    """
    measures = measures_of(rubric)
    vocabulary = Vocabulary(rubric)
    vocabulary.given = _given_columns(choices, vocabulary)
    collector = Collector(tuple(measures))
    notes = Notes()
    intake = Intake(rubric, vocabulary, collector, findings, notes, measures, log=log, choices=choices)
    context: dict[tuple[str, ...], dict[str, str]] = {}
    unreadable: list[Finding] = []
    data = [_to_read(workbook, intake) for workbook in workbooks]
    repeats = Repeats(data, vocabulary)
    children = repeats.of_other_files()
    for workbook in data:
        try:
            context.update(
                _read_workbook(workbook, intake, repeats, is_parent=workbook.file in children.values())
            )
        except InputError as error:
            unreadable.extend(error.findings)
    if unreadable:
        raise InputError(*unreadable)
    for sheet in intake.put_off:
        log.side(sheet, fold(sheet.name))
        _SIDE_SHEETS[fold(sheet.name)](sheet, intake)
    for workbook in workbooks:
        log.arrange(workbook.file, [sheet.name for sheet in workbook.sheets])
    notes.report(findings)
    _fill_context(intake, context)
    observations = collector.finish()
    _drop_contradictions(observations, intake, children)
    _propose_names(observations, intake)
    _report_unmet(intake, workbooks[0].file)
    return observations


def _report_unmet(intake: Intake, file: str) -> None:
    """Name the columns that the user's options speak of and no sheet has."""
    texts = {fold(text): text for text in (*intake.vocabulary.met(), *intake.headers)}
    of_options = (("--allow-column", intake.choices.allowed), ("The column map", intake.choices.columns))
    for option, named in of_options:
        for folded in sorted(set(named) - set(texts)):
            text = intake.choices.written.get(folded, folded)
            intake.findings.add(
                Code.COLUMN_NOT_MET,
                file=file,
                found=option,
                value=text,
                expected=text,
                suggestion=nearest(text, texts.values()),
            )


def _propose_names(observations: Observations, intake: Intake) -> None:
    """Name partnerships that may be one."""
    if len(observations.units) > MOST_NAMES:
        return
    values: dict[tuple[str, ...], set[tuple[int, int]]] = defaultdict(set)
    for number, measure in set(zip(observations.unit.tolist(), observations.measure.tolist(), strict=True)):
        unit = observations.units[number]
        values[unit.keys].add((unit.period.end.toordinal() * 100 + unit.period.months, measure))
    intake.names.propose(values)


def _given_columns(choices: Choices, vocabulary: Vocabulary) -> dict[str, ColumnName]:
    """What the column map says, as meanings; raises UsageError for a name that the rubric does not have."""
    fields = field_names(LONG_FIELDS)
    given = {}
    for text, name in choices.columns.items():
        meaning = fields.get(fold(name)) or vocabulary.meaning(name)
        if name and meaning.role is Role.UNKNOWN:
            found = f"the rubric {vocabulary.rubric.id} has no column '{name}'"
            raise UsageError(
                finding(Code.BAD_COLUMN_MAP, found=found + nearest(name, vocabulary.known_texts()))
            )
        given[text] = meaning
    return given


def _read_workbook(
    workbook: Workbook, intake: Intake, repeats: Repeats, *, is_parent: bool
) -> dict[tuple[str, ...], dict[str, str]]:
    """Read every sheet of a workbook; the context that its sheet ``partnerships`` gives comes back.

    ``is_parent`` says that repeats in another file belong to its rows, so that it need not hold values itself.
    """
    context: dict[tuple[str, ...], dict[str, str]] = {}
    start = len(intake.findings)
    about = read_about(workbook)
    conventions = _conventions(workbook, about, intake)
    form_sheets = FORM_SHEETS if is_form(workbook) else ()
    tables: list[Sheet] = []
    for given in sorted(workbook.sheets, key=lambda sheet: fold(sheet.name) != "aliases"):
        sheet = replace(given, conventions=conventions)
        role = fold(sheet.name)
        if role in form_sheets:
            intake.log.leave_out(sheet, "a page of a survey form")
        elif role == "about":
            intake.log.side(sheet, role)
        elif role == "aliases":
            read_aliases(sheet, intake)
            intake.log.side(sheet, role)
        elif role == "partnerships":
            context = read_partnerships(sheet, intake)
            intake.log.side(sheet, role)
        elif role in _SIDE_SHEETS:
            intake.put_off.append(sheet)
        else:
            tables.append(sheet)
        if sheet.state in ("hidden", "veryhidden") and sheet not in tables:
            intake.findings.add(Code.HIDDEN_SIDE_SHEET, file=sheet.file, sheet=sheet.name)
    shapes = _Shapes(intake)
    chosen = _chosen(tables, workbook, intake)
    around = Surroundings(
        repeats=repeats,
        about=about,
        known_names=frozenset(fold(key[-1]) for key in context),
        alike=lambda: sum(shapes.lacks_last_key(sheet) for sheet in chosen if sheet.state == "visible"),
    )
    misfits = _read_tables(chosen, shapes, around, intake)
    if len(misfits) == len(chosen) and not is_parent:
        _nothing_usable(workbook, misfits, intake, start)
    for sheet in misfits:
        parent = is_parent or repeats.is_parent(sheet)
        found = (
            "its rows only say whom repeats belong to"
            if parent
            else "it lacks the columns that name a partnership"
        )
        intake.findings.add(Code.SHEET_NOT_USED, file=sheet.file, sheet=sheet.name, found=found)
    return context


def _to_read(workbook: Workbook, intake: Intake) -> Workbook:
    """The workbook without charts, and without the sheets that the program made to be read by people.

    The latter are the list of findings that a marked copy begins with, and the pages that explain a template.
    """
    own = {fold(LIST_SHEET): "the findings of an earlier run"}
    if read_about(workbook).get(TEMPLATE_ROW):
        own |= dict.fromkeys(TEMPLATE_PAGES, "a page of the template")
    kept = []
    for sheet in workbook.sheets:
        if note := "a chart" if sheet.state == "chart" else own.get(fold(sheet.name)):
            intake.log.leave_out(sheet, note)
        else:
            kept.append(sheet)
    return replace(workbook, sheets=tuple(kept))


_SIDE_SHEETS = {"facts": read_facts, "breaks": read_breaks, "targets": read_targets}


def _conventions(workbook: Workbook, about: dict[str, str], intake: Intake) -> Conventions:
    """How the workbook writes numbers, dates and years; the user's word stands before the workbook's."""
    chosen = intake.choices.conventions
    named = about.get("fiscalyearstart", "")
    if chosen.fiscal_start or not named:
        return chosen
    month = parse_month(named)
    if not month:
        intake.findings.add(Code.BAD_FISCAL_START, file=workbook.file, sheet="about", value=named)
    return chosen._replace(fiscal_start=month)


def _chosen(sheets: list[Sheet], workbook: Workbook, intake: Intake) -> list[Sheet]:
    """The sheets to look at: all, or the one that was asked for, hidden or not."""
    name = intake.choices.sheet
    if not name or workbook.kind == "csv":
        return sheets
    chosen = [sheet for sheet in sheets if fold(sheet.name) == fold(name)]
    if not chosen:
        names = [sheet.name for sheet in workbook.sheets]
        expected, suggestion = ", ".join(map(shown, names)), nearest(name, names)
        raise InputError(
            finding(
                Code.NO_SUCH_SHEET, file=workbook.file, value=name, expected=expected, suggestion=suggestion
            )
        )
    for sheet in sheets:
        if sheet not in chosen:
            intake.log.leave_out(sheet, "not the sheet asked for")
    return [replace(sheet, state="visible") for sheet in chosen]


def _read_tables(sheets: list[Sheet], shapes: _Shapes, around: Surroundings, intake: Intake) -> list[Sheet]:
    """Read the data sheets of a workbook; those that are none come back."""
    used = [sheet for sheet in sheets if _read_table(sheet, shapes, around, intake)]
    misfits = [sheet for sheet in sheets if sheet not in used]
    for sheet in misfits:
        intake.log.leave_out(sheet, "not a data sheet" if sheet.state == "visible" else "hidden")
    return misfits


class _Shapes:
    """The shapes of a workbook's sheets, each told once."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.known: dict[str, Shape | None] = {}

    def of(self, sheet: Sheet) -> Shape | None:
        if sheet.name not in self.known:
            self.known[sheet.name] = shape_of(sheet, self.intake.vocabulary, self.intake.choices)
        return self.known[sheet.name]

    def lacks_last_key(self, sheet: Sheet) -> bool:
        shape = self.of(sheet)
        return shape is not None and not is_summary(sheet) and lacks_last_key(shape.header, self.intake)


def _read_table(sheet: Sheet, shapes: _Shapes, around: Surroundings, intake: Intake) -> bool:
    """Read a data sheet in the layout that its header shows; False if it is none that can be read."""
    try:
        shape = shapes.of(sheet)
    except InputError as error:
        intake.findings.extend(error.findings)
        return False
    if shape is None:
        return False
    if sheet.state != "visible":
        intake.findings.add(Code.HIDDEN_SHEET, file=sheet.file, sheet=sheet.name)
        return False
    if is_summary(sheet) and shape.header.where(Role.KEY, [*intake.rubric.keys][-1]) is None:
        return False
    shape = complete(shape, sheet, around, intake.choices, intake)
    if not shape.header.of(Role.KEY):
        return False
    table, header = shape.sheet, shape.header
    if header.exported:
        table = replace(table, conventions=table.conventions._replace(all_text=True))
    single = without_doubles(header, table, intake.findings)
    if missing_key(table, header, intake) or _keys(single) != _keys(header):
        return False
    single = drop_personal(single, table, intake)
    if single.tagged:
        intake.findings.add(
            Code.TAG_ROW, file=sheet.file, sheet=sheet.name, cell=f"A{single.row + 2}", found=single.row + 2
        )
    intake.log.enter(table, shape.layout, single, intake.vocabulary, shape.why)
    (read_long if shape.long else read_wide)(table, single, intake)
    _report_hidden_rows(sheet, shape, intake)
    _report_hidden_columns(sheet, shape, intake)
    return True


def _report_hidden_rows(sheet: Sheet, shape: Shape, intake: Intake) -> None:
    first = shape.sheet.origin(shape.header.row, 0)[0]
    hidden = sorted(row for row in sheet.hidden_rows if row > first and row < sheet.height)
    if hidden:
        rows = ", ".join(str(row + 1) for row in hidden[:_MOST_ROWS_NAMED])
        more = " and more" if len(hidden) > _MOST_ROWS_NAMED else ""
        intake.findings.add(
            Code.HIDDEN_ROWS,
            file=sheet.file,
            sheet=sheet.name,
            cell=cell_name(hidden[0], 0),
            count=len(hidden),
            found=f"row {rows}{more}" if len(hidden) == 1 else f"rows {rows}{more}",
        )


def _report_hidden_columns(sheet: Sheet, shape: Shape, intake: Intake) -> None:
    """Name the hidden columns that were used; of a table in another order those that have a name."""
    row = shape.sheet.origin(shape.header.row, 0)[0]
    named = [place for place, cell in enumerate(sheet.head(row + 1)[row]) if cell not in (None, "")]
    if not shape.sheet.rearranged:
        named = [
            place for place, column in enumerate(shape.header.columns) if column.role is not Role.UNKNOWN
        ]
    hidden = [place for place in named if any(place in span for span in sheet.hidden_columns)]
    if hidden:
        letters = [cell_name(row, place).rstrip("0123456789") for place in hidden]
        more = " and more" if len(hidden) > _MOST_ROWS_NAMED else ""
        intake.findings.add(
            Code.HIDDEN_COLUMNS,
            file=sheet.file,
            sheet=sheet.name,
            cell=cell_name(row, hidden[0]),
            count=len(hidden),
            found=", ".join(letters[:_MOST_ROWS_NAMED]) + more,
        )


def _keys(header: Header) -> list[tuple[int, ColumnName]]:
    return header.of(Role.KEY) + header.of(Role.PERIOD)


def _nothing_usable(workbook: Workbook, misfits: list[Sheet], intake: Intake, start: int) -> None:
    """Raise the reasons why a workbook holds no table for the rubric."""
    reasons = [item for item in list(intake.findings)[start:] if item.severity is Severity.ERROR]
    reasons += [item for item in list(intake.findings)[start:] if item.code is Code.HIDDEN_SHEET]
    if not reasons and is_form(workbook):
        reasons = [finding(Code.FORM_NOT_DATA, file=workbook.file)]
    if not reasons:
        reasons = [_no_table(sheet, intake) for sheet in misfits if sheet.state == "visible"]
    if not reasons:
        reasons = [
            finding(Code.NOTHING_TO_SCORE, file=workbook.file, found="The workbook has no data sheet.")
        ]
    raise InputError(*reasons)


def _no_table(sheet: Sheet, intake: Intake) -> Finding:
    choices = intake.choices
    if choices.layout or choices.header_row:
        row = f"row {choices.header_row}" if choices.header_row else f"its first {HEADER_SEARCH_ROWS} rows"
        return finding(
            Code.LAYOUT_DOES_NOT_FIT,
            file=sheet.file,
            sheet=sheet.name,
            found=choices.layout or "a table",
            expected=f"no such header is in {row}",
        )
    header = find_header(sheet, intake.vocabulary, LONG_FIELDS)
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
    """Context from the sheet ``partnerships`` where a row gives none, and the level of authority.

    The sheet may list partnerships that have no data here; one whose name is nearly that of another is reported.
    """
    collector = intake.collector
    names = {" / ".join(unit.keys): unit.keys for unit in collector.units}
    known = set(names.values())
    for keys in (keys for keys in context if keys not in known):
        text, spot = " / ".join(keys), intake.names.spot(keys)
        suggestion = intake.findings.suggest(text, names)
        if spot is not None and suggestion:
            intake.findings.add(Code.ABOUT_NOBODY, **spot.facts(), value=text, suggestion=suggestion)
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
        phase = "_".join(_code_of(given).casefold().replace("-", " ").replace("_", " ").split())
        phases[number] = phase if phase in PHASES else ""
        if phase and phase not in PHASES:
            bad.setdefault(given, collector.unit_files[number])
    for given, file in sorted(bad.items()):
        intake.findings.add(
            Code.BAD_PHASE, file=file, column="phase", value=given, expected=", ".join(PHASES)
        )


def _code_of(text: str) -> str:
    """The code of an answer that explains it, such as ``adm1 - region or state``."""
    return text.partition(" - ")[0]


def _fill_levels(intake: Intake) -> None:
    collector = intake.collector
    levels = collector.context.setdefault("authority_level", {})
    assumed: set[tuple[str, ...]] = set()
    bad: dict[str, str] = {}
    for number, unit in enumerate(collector.units):
        given = levels.get(number, "")
        level = fold(_code_of(given)).replace("admin", "adm").removesuffix("e")
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


def _drop_contradictions(observations: Observations, intake: Intake, children: Mapping[str, str]) -> None:
    """Leave out rows that contradict one another, and partnerships given by two files for one period.

    ``children`` are files of repeats with the file that they belong to; the two speak as one.
    """
    if intake.duplicates:
        pairs = np.array(sorted(intake.duplicates), dtype=np.int64)
        keyed = observations.place.astype(np.int64) * len(observations.units) + observations.unit
        observations.reject(np.isin(keyed, pairs[:, 0] * len(observations.units) + pairs[:, 1]))
    _drop_two_files(observations, intake, children)
    _drop_repeated(observations, intake)


def _drop_two_files(observations: Observations, intake: Intake, children: Mapping[str, str]) -> None:
    files = [_first_file(place.file, children) for place in observations.places]
    if len(set(files)) == 1:
        return
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


def _first_file(file: str, children: Mapping[str, str]) -> str:
    """The file that the rows of a file belong to in the end."""
    for _ in children:
        file = children.get(file, file)
    return file


def _drop_repeated(observations: Observations, intake: Intake) -> None:
    """Observations with the same key, reference and assessor, on one sheet or several: once if equal, else not.

    In the wide layout the readings of the two sides stand in one row and are two observations.
    """
    count = len(observations.measures)
    cells = observations.unit.astype(np.int64) * count + observations.measure
    counts = np.bincount(cells, minlength=1)
    if counts.max() <= 1:
        return
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    repeated = np.flatnonzero(counts[cells] > 1)
    sides = np.where(np.isin(observations.place, [*intake.long_places]), NOT_GIVEN, observations.side)
    for at in repeated.tolist():
        sameness = (observations.reference[at], observations.assessor[at], sides[at])
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
