"""Workbooks in, observations out: which sheet is what, and what holds between sheets and between files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pkassess.choices import FORM, NO_CHOICES, Choices
from pkassess.codes import Code, Severity
from pkassess.columnmap import ColumnMap
from pkassess.columns import Notes
from pkassess.columnwords import DATA_ROLES, LONG_FIELDS, ColumnName, Role, field_names
from pkassess.context import fill_context
from pkassess.contradictions import drop_contradictions
from pkassess.dates import parse_month
from pkassess.findings import LIST_SHEET, Finding, Findings, InputError, UsageError, finding, nearest, shown
from pkassess.headers import HEADER_SEARCH_ROWS, Header, without_doubles
from pkassess.ingest.sheet import Conventions
from pkassess.ingest_log import ReadingLog
from pkassess.layouts.aliases import holds_aliases, read_aliases
from pkassess.layouts.facts_sheet import read_facts
from pkassess.layouts.formrest import report_unread
from pkassess.layouts.hidden import report_hidden
from pkassess.layouts.long import read_long
from pkassess.layouts.nodata import clean_name
from pkassess.layouts.otherrows import told_as_planned, with_kinds
from pkassess.layouts.repeats import Repeats
from pkassess.layouts.rows import Intake, drop_personal
from pkassess.layouts.shape import Shape, rivalry, shape_of
from pkassess.layouts.sheet_names import side_of
from pkassess.layouts.sheets_of_one import ask_of_sheets
from pkassess.layouts.side_sheets import (
    FORM_SHEETS,
    about_place,
    drop_personal_pairs,
    holds_values,
    is_form,
    read_about,
    read_partnerships,
)
from pkassess.layouts.surroundings import Surroundings, complete, is_summary, lacks_last_key, rows_above
from pkassess.layouts.time_sheets import read_breaks, read_targets
from pkassess.layouts.unitcells import without_other_units
from pkassess.layouts.wide import missing_key, read_wide
from pkassess.markings import MARKINGS, markings_above, markings_below, read_marking
from pkassess.measures import measures_of
from pkassess.observations import Collector, Observations
from pkassess.rubric import CONTEXT_COLUMNS
from pkassess.spelling import MOST_NAMES
from pkassess.texts import fold
from pkassess.unusable import nothing_usable
from pkassess.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet, Workbook
    from pkassess.rubric import Rubric

TEMPLATE_PAGES = ("instructions", "codebook", "lists")
"""Sheets of a template that are no data."""
TEMPLATE_ROW = "template"
"""The row of the sheet ``about`` that says that a workbook is a template."""
_Place = TypeVar("_Place", str, tuple[int, int])


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
    choices = _understood(choices, vocabulary)
    collector = Collector(tuple(measures))
    notes = Notes()
    intake = Intake(rubric, vocabulary, collector, findings, notes, measures, log=log, choices=choices)
    context: dict[tuple[str, ...], dict[str, str]] = {}
    unreadable: list[Finding] = []
    data = [_to_read(workbook, intake) for workbook in workbooks]
    names = [sheet for workbook in data for sheet in workbook.sheets if _holds_names(sheet, vocabulary)]
    for sheet in names:
        read_aliases(sheet, intake)
    repeats = Repeats(data, vocabulary)
    children = repeats.of_other_files()
    valueless = {*children.values(), *_of_names_only(data, names)}
    for workbook in data:
        try:
            context.update(
                _read_workbook(workbook, intake, repeats, names, may_lack=workbook.file in valueless)
            )
        except InputError as error:
            # What the file really is may be the reason.
            unreadable += (one for one in workbook.findings if one.code is Code.NAME_SAYS_OTHER)
            unreadable += error.findings
    if unreadable:
        raise InputError(*unreadable)
    for sheet in intake.put_off:
        log.side(sheet, side_of(sheet))
        _SIDE_SHEETS[side_of(sheet)](sheet, intake)
    for workbook in workbooks:
        log.arrange(workbook.file, [sheet.name for sheet in workbook.sheets])
    notes.report(findings)
    fill_context(intake, context)
    observations = collector.finish()
    drop_contradictions(observations, intake, children)
    _propose_names(observations, intake)
    ask_of_sheets((unit.keys[-1] for unit in observations.units if unit.keys), intake)
    _report_unmet(intake, workbooks[0].file)
    return observations


def _report_unmet(intake: Intake, file: str) -> None:
    """Name the columns that the user's options speak of and no sheet has."""
    texts = {fold(text): text for text in (*intake.vocabulary.met(), *intake.headers)}
    of_options = (("--allow-column", intake.choices.allowed), ("The column map", intake.choices.map.columns))
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


def _understood(choices: Choices, vocabulary: Vocabulary) -> Choices:
    """The choices with the keys of the column map's values by their names; its columns and cells go into the vocabulary.

    Raises UsageError for every name that the rubric does not have.
    """
    problems: list[Finding] = []
    vocabulary.given = _meanings("columns", choices.map.columns, choices.map, vocabulary, problems)
    vocabulary.cells = _meanings("cells", choices.map.cells, choices.map, vocabulary, problems)
    values = {}
    for name, text in choices.map.values.items():
        meaning = vocabulary.meaning(name)
        if meaning.role in (Role.KEY, Role.PERIOD, Role.CONTEXT):
            values["period" if meaning.role is Role.PERIOD else meaning.name] = text
        else:
            known = [*vocabulary.rubric.keys, "period", *CONTEXT_COLUMNS]
            found = f"in values, {shown(name)} is no key"
            problems.append(
                choices.map.problem("values", name, found, f"one of {', '.join(known)}", nearest(name, known))
            )
    if problems:
        raise UsageError(*problems)
    return replace(choices, map=replace(choices.map, values=values))


def _meanings(
    part: str,
    named: Mapping[_Place, str],
    column_map: ColumnMap,
    vocabulary: Vocabulary,
    problems: list[Finding],
) -> dict[_Place, ColumnName]:
    """What a part of the column map says, as meanings; names that the rubric does not have become problems."""
    fields = field_names(LONG_FIELDS)
    given = {}
    for place, name in named.items():
        given[place] = fields.get(fold(name)) or vocabulary.meaning(name)
        if not name:
            given[place] = ColumnName(Role.LEFT_OUT, "")
        elif given[place].role in (Role.UNKNOWN, Role.STRANGE_ITEM):
            found = f"in {part}, {shown(name)} is no column of the rubric {vocabulary.rubric.id}"
            expected = f"a name as 'pkassess rubric show {vocabulary.rubric.id}' prints it"
            near = nearest(name, vocabulary.known_texts())
            problems.append(column_map.problem(part, place, found, expected, near))
    return given


def _read_workbook(
    workbook: Workbook, intake: Intake, repeats: Repeats, names: Sequence[Sheet], *, may_lack: bool
) -> dict[tuple[str, ...], dict[str, str]]:
    """Read every sheet of a workbook; the context that its sheet ``partnerships`` gives comes back.

    ``names`` are the sheets of aliases. ``may_lack`` says that the workbook need not hold values itself: it gives names, or
    repeats in another file belong to its rows.
    """
    context: dict[tuple[str, ...], dict[str, str]] = {}
    start = len(intake.findings)
    about = _by_names(read_about(workbook), intake.vocabulary)
    conventions = _conventions(workbook, about, intake)
    _read_marking(workbook, about.get("marking", ""), intake)
    form_sheets = FORM_SHEETS if is_form(workbook) else ()
    tables: list[Sheet] = []
    for given in workbook.sheets:
        sheet = replace(given, conventions=conventions._replace(commas=given.conventions.commas))
        role = "aliases" if given in names else side_of(sheet)
        if fold(sheet.name) in form_sheets:
            intake.log.leave_out(sheet, "a page of a survey form")
        elif role in ("about", "aliases"):
            intake.log.side(sheet, role, "" if side_of(sheet) else "its columns are name and alias")
            if role == "about":
                drop_personal_pairs(sheet, intake)
        elif role == "partnerships" and not holds_values(sheet, intake):
            context |= read_partnerships(sheet, intake)
            intake.log.side(sheet, role)
        elif role in _SIDE_SHEETS:
            intake.put_off.append(sheet)
        else:
            tables.append(sheet)
        if sheet.state in ("hidden", "veryhidden") and sheet not in tables:
            intake.findings.add(Code.HIDDEN_SIDE_SHEET, file=sheet.file, sheet=sheet.name)
    shapes = _Shapes(intake)
    chosen = _without_summaries(_chosen(tables, workbook, intake), shapes, intake)
    chosen = _without_targets(chosen, shapes, intake)
    around = Surroundings(
        repeats=repeats,
        about=about,
        known_names={fold(key[-1]): key[-1] for key in context},
        alike=lambda: sum(shapes.lacks_last_key(sheet) for sheet in chosen if sheet.state == "visible"),
    )
    misfits = _read_tables(chosen, shapes, around, intake)
    if len(misfits) == len(chosen) and not may_lack:
        nothing_usable(workbook, misfits, intake, start)
    explained = _explained(workbook, intake, start)
    for sheet in (sheet for sheet in misfits if sheet.name not in explained):
        parent = may_lack or repeats.is_parent(sheet)
        found = (
            "its rows only say whom repeats belong to"
            if parent
            else "it lacks the columns that name a partnership"
        )
        intake.findings.add(Code.SHEET_NOT_USED, file=sheet.file, sheet=sheet.name, found=found)
    return context


def _holds_names(sheet: Sheet, vocabulary: Vocabulary) -> bool:
    """Whether a sheet gives other spellings of names, by its own name or by its columns."""
    try:
        return (side_of(sheet) or (holds_aliases(sheet, vocabulary) and "aliases")) == "aliases"
    except InputError:
        return False  # it is reported when the sheet is read


def _of_names_only(workbooks: Sequence[Workbook], names: Sequence[Sheet]) -> set[str]:
    """The workbooks that hold nothing but aliases for the other ones."""
    files = {sheet.file for sheet in names}
    only = {
        book.file
        for book in workbooks
        if book.file in files and all(sheet in names or side_of(sheet) == "about" for sheet in book.sheets)
    }
    return only if len(only) < len(workbooks) else set()


def _explained(workbook: Workbook, intake: Intake, start: int) -> set[str]:
    """The sheets of which a finding from ``start`` on says why they were not read."""
    found = (item for item in list(intake.findings)[start:] if item.file == workbook.file)
    return {item.sheet for item in found if item.severity is Severity.ERROR or item.code is Code.HIDDEN_SHEET}


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


def _by_names(about: dict[str, str], vocabulary: Vocabulary) -> dict[str, str]:
    """What the sheet ``about`` says, also by the names of keys, periods and context whose labels it uses."""
    meanings = {label: vocabulary.meaning(label) for label in about}
    roles = (Role.KEY, Role.PERIOD, Role.CONTEXT)
    named = {fold(one.name): about[label] for label, one in meanings.items() if one.role in roles}
    return named | about


_FIRST_OF = re.compile(r"^\s*1(?:st|er|º|o)?\s+(?:of\s+|de\s+)?|\s+1(?:st|er|º|o)?\s*$", re.IGNORECASE)
"""The first day of a month, as in 1 July."""


def _conventions(workbook: Workbook, about: dict[str, str], intake: Intake) -> Conventions:
    """How the workbook writes numbers, dates and years; the user's word stands before the workbook's."""
    chosen = intake.choices.conventions
    named = about.get("fiscalyearstart", "")
    if chosen.fiscal_start or not named:
        return chosen
    month = parse_month(_FIRST_OF.sub("", named))
    if not month:
        where = about_place(workbook, "fiscalyearstart") | {"column": "fiscal_year_start"}
        intake.findings.add(Code.BAD_ABOUT, **where, value=named, expected="a month, such as July or 7")
    return chosen._replace(fiscal_start=month)


def _read_marking(workbook: Workbook, given: str, intake: Intake) -> None:
    """The marking that the sheet about gives; another word than the known ones is reported."""
    marking = read_marking(given)
    intake.log.markings.add(marking)
    if not marking and clean_name(given):
        where = about_place(workbook, "marking") | {"column": "marking"}
        intake.findings.add(Code.BAD_ABOUT, **where, value=given, expected=", ".join(MARKINGS))


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


def _without_summaries(sheets: list[Sheet], shapes: _Shapes, intake: Intake) -> list[Sheet]:
    """The sheets without those that, by their names, sum up others with the same columns."""
    kept = [sheet for sheet in sheets if not (is_summary(sheet) and shapes.repeats_others(sheet, sheets))]
    for sheet in sheets:
        if sheet not in kept:
            found = (
                f"by its name it sums up or explains the others; --sheet {shown(sheet.name)} reads it alone"
            )
            intake.findings.add(Code.SHEET_NOT_USED, file=sheet.file, sheet=sheet.name, found=found)
            intake.log.leave_out(sheet, "sums up or explains others")
    return kept


def _without_targets(sheets: list[Sheet], shapes: _Shapes, intake: Intake) -> list[Sheet]:
    """The sheets without tables that hold targets, plans or baselines by their name or title, unless asked for."""
    if intake.choices.sheet:
        return sheets
    kept = []
    for sheet in sheets:
        shape = shapes.readable(sheet)
        found, kind = told_as_planned(sheet, shape) if shape else ("", "")
        if not kind:
            kept.append(sheet)
            continue
        way = f" --sheet {shown(sheet.name)} reads it" if sheet.name else " delete the title"
        facts = {"found": found, "expected": kind, "suggestion": way}
        intake.findings.add(Code.OTHER_VALUES_SHEET, file=sheet.file, sheet=sheet.name, **facts)
        intake.log.leave_out(sheet, kind)
    return kept


def _read_tables(sheets: list[Sheet], shapes: _Shapes, around: Surroundings, intake: Intake) -> list[Sheet]:
    """Read the data sheets of a workbook; those that are none come back."""
    used = [sheet for sheet in sheets if _read_table(sheet, shapes, around, intake)]
    misfits = [sheet for sheet in sheets if sheet not in used]
    for sheet in misfits:
        intake.log.markings.update(markings_above(sheet, HEADER_SEARCH_ROWS))
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

    def repeats_others(self, sheet: Sheet, sheets: Sequence[Sheet]) -> bool:
        """Whether a sheet has columns of values that another one, which is no summary itself, has as well."""
        mine = self._measured(sheet)
        return any(mine & self._measured(other) for other in sheets if not is_summary(other))

    def readable(self, sheet: Sheet) -> Shape | None:
        """The shape of a visible sheet, None for one without."""
        try:
            return self.of(sheet) if sheet.state == "visible" else None
        except InputError:
            return None  # it is reported when the sheet is read

    def _measured(self, sheet: Sheet) -> set[ColumnName]:
        shape = self.readable(sheet)
        return {column for column in shape.header.columns if column.role in DATA_ROLES} if shape else set()

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
    if shape.rivals:
        intake.findings.extend([rivalry(shape)])
        return False
    single = with_kinds(drop_personal(single, table, intake), table)
    single = single if shape.long else without_other_units(single, shape, sheet, intake)
    if single.tagged:
        intake.findings.add(
            Code.TAG_ROW, file=sheet.file, sheet=sheet.name, cell=f"A{single.row + 2}", found=single.row + 2
        )
    report_unread(shape, sheet, intake)
    intake.log.enter(table, shape.layout, single, intake.vocabulary, shape.why)
    above = HEADER_SEARCH_ROWS if shape.layout == FORM else rows_above(shape)
    intake.log.markings.update(
        markings_above(sheet, above), markings_below(table, header.texts, header.first_row)
    )
    (read_long if shape.long else read_wide)(table, single, intake)
    report_hidden(sheet, shape, intake)
    return True


def _keys(header: Header) -> list[tuple[int, ColumnName]]:
    return header.of(Role.KEY) + header.of(Role.PERIOD)
