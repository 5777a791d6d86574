"""What a table takes from outside its own columns: keys given once, the rows its repeats belong to, merged cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pkassess.choices import FORM, Choices
from pkassess.codes import Code
from pkassess.columnwords import MEASURED, PERIOD_PARTS, TEMPLATE_ROWS, ColumnName, Role
from pkassess.headers import Header, header_texts
from pkassess.layouts.rearranged import Constant, Filled, merged_values, with_constants, with_merged
from pkassess.layouts.repeats import Repeats
from pkassess.layouts.rows import Intake, clean_key, note_period, where_in
from pkassess.layouts.shape import Shape
from pkassess.layouts.titles import dividing_lines, titles
from pkassess.layouts.yearparts import part_said, with_parts_alone, with_whole_periods
from pkassess.periods import is_nearly_period, is_part_of_year, is_year
from pkassess.rubric import CONTEXT_COLUMNS
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet

_NAMES_NOTHING = frozenset(
    fold(word)
    for word in (
        *("data", "sheet", "feuil", "hoja", "table", "tabelle", "indicators", "values", "results", "export"),
        *("données", "datos", "database", "form", "input", "entry"),
    )
)
_SUMMARIES = frozenset(
    fold(word)
    for word in (
        "summary",
        "total",
        "totals",
        "overview",
        "synthèse",
        "résumé",
        "resumen",
        "récapitulatif",
        *("récap", "consolidated", "consolidé", "consolidée", "consolidado", "dashboard", "tableau de bord"),
        *(
            "overall",
            "ensemble",
            "moyenne",
            "moyennes",
            "average",
            "averages",
            "promedio",
            "promedios",
            "instructions",
            "readme",
            "ملخص",
            "المجموع",
        ),
        *("all", "pivot", "pivots", "tcd", "dinámica", "chart", "charts", "graph", "graphs", "graphique"),
        *("structure", "framework", "codebook", "dictionary", "dictionnaire", "diccionario", "metadata"),
        *("métadonnées", "metadatos", "definitions", "définitions", "definiciones", "estructura"),
    )
)
"""Words in the names of sheets that sum others up or explain them."""
_TEMPLATE_NAMES, _TEMPLATE_CODES = (
    frozenset({"name", "unitname", "uname"}),
    ("pcode", "unitcode", "ucode", "iso3"),
)
_TEMPLATE_COLUMNS = 4
_LEAST_TEMPLATE_ROWS = 2
_TEMPLATE_ROWS_SEEN = 20
_LONGEST_SHEET_NAME = 31


@dataclass(frozen=True)
class Surroundings:
    """The workbook around a sheet: what it says once, and the tables that its rows may belong to.

    ``known_names`` are the last keys that the sheet ``partnerships`` lists, by their folded texts. ``alike`` says of how many sheets the table lacks the same key, which tells sheets per partnership.
    """

    repeats: Repeats
    about: Mapping[str, str]
    known_names: Mapping[str, str]
    alike: Callable[[], int]


def complete(shape: Shape, origin: Sheet, around: Surroundings, choices: Choices, intake: Intake) -> Shape:
    """The shape with the keys that its table lacks, as far as its surroundings give them; each is said.

    ``origin`` is the sheet as the file has it.
    """
    shape = around.repeats.complete(shape, intake)
    shape = _with_template_keys(shape, origin, [*intake.rubric.keys][-1])
    shape = with_parts_alone(_filled_down(shape, intake))
    roles = dict.fromkeys(intake.rubric.keys, Role.KEY)
    roles |= {"period": Role.PERIOD} if intake.rubric.period is not None else {}
    roles |= dict.fromkeys((name for name in CONTEXT_COLUMNS if name not in roles), Role.CONTEXT)
    lacking = [name for name, role in roles.items() if shape.header.where(role, name) is None]
    said = _said(lacking, shape, origin, around, choices, intake)
    if said:
        constants = {name: [constant for constant, _ in those] for name, those in said.items()}
        table, header = with_constants(
            shape.sheet, shape.header, constants, roles | dict.fromkeys(PERIOD_PARTS, Role.PERIOD)
        )
        shape = replace(shape, sheet=table, header=header)
    for name, those in said.items():
        where = {"file": origin.file, "sheet": origin.name, "column": name}
        for constant, source in those:
            if source:
                intake.findings.add(Code.KEY_FROM_ELSEWHERE, **where, value=constant.text, expected=source)
    _note_days(shape, origin, intake)
    return with_whole_periods(shape, intake)


_Said = tuple[Constant, str]
"""What holds for rows of a table, and where it is said; '' where nobody says anything."""


def _said(
    lacking: Sequence[str],
    shape: Shape,
    origin: Sheet,
    around: Surroundings,
    choices: Choices,
    intake: Intake,
) -> dict[str, list[_Said]]:
    """What is said of the lacking keys and context, and of the part of its years: for all rows, then from lines on."""
    above = titles(origin, rows_above(shape), intake.vocabulary)
    given = _given(lacking, above, shape, origin, around, choices, intake) if lacking else {}
    below = _said_below(lacking, shape, origin, intake)
    nothing: _Said = Constant("", (shape.header.row, 0)), ""
    said = {
        name: [given.get(name, nothing), *below.get(name, ())]
        for name in lacking
        if name in given or name in below
    }
    part = part_said(shape, origin, above, around.about)
    return said | ({part.kind: [(part.constant, part.source)]} if part else {})


def _said_below(
    lacking: Sequence[str], shape: Shape, origin: Sheet, intake: Intake
) -> dict[str, list[_Said]]:
    """The lacking keys that lines among the rows of the table give for the rows below them."""
    keys = [name for name in lacking if name in (*intake.rubric.keys, "period")]
    if not keys or shape.layout == FORM or not shape.header.columns:
        return {}
    first = shape.sheet.origin(shape.header.row, 0)[0] + 1
    lines = dividing_lines(origin, first, keys, intake.vocabulary)
    return {
        name: [(one, f"cell {origin.cell(*one.spot)}, from there on") for one in those]
        for name, those in lines.items()
    }


def is_summary(sheet: Sheet) -> bool:
    """Whether a sheet among sheets of partnerships sums them up, by a word of its name."""
    words = (fold(word) for word in re.split(r"[\W_\d]+", sheet.name))
    return fold(sheet.name) in _SUMMARIES or not _SUMMARIES.isdisjoint(words)


def _given(
    lacking: Sequence[str],
    above: Mapping[str, Constant],
    shape: Shape,
    origin: Sheet,
    around: Surroundings,
    choices: Choices,
    intake: Intake,
) -> dict[str, _Said]:
    """The lacking keys and context that are said somewhere, each with where."""
    found: dict[str, _Said] = {}
    for name in lacking:
        if text := choices.map.values.get(name):
            found[name] = Constant(text, (shape.header.row, 0)), "the column map"
        elif name in above:
            found[name] = above[name], f"cell {origin.cell(*above[name].spot)}"
        elif text := around.about.get(fold(name)):
            found[name] = Constant(text, (shape.header.row, 0)), "the sheet about"
    if "period" in found and _has_parts(shape) and not _is_year(found["period"][0].text, origin):
        del found["period"]  # the table says itself which quarter each row is about
    rest = [name for name in lacking if name not in found and name in (*intake.rubric.keys, "period")]
    named = clean_key(origin.name)
    if "period" in found and (whole := _part_of_it(found["period"][0].text, origin, named)):
        constant, source = found["period"]
        found["period"] = constant._replace(text=whole), f"{source} and the name of the sheet"
    elif "period" in rest and _may_be_period(named, origin):
        found["period"] = Constant(named, (shape.header.row, 0)), "the name of the sheet"
    elif [name for name in rest if name != "period"] == [*intake.rubric.keys][-1:] and _names(
        origin, around, intake
    ):
        key, cut = [*intake.rubric.keys][-1], ""
        intake.named_sheets += [] if fold(named) in around.known_names else [origin]
        if len(origin.name) >= _LONGEST_SHEET_NAME:
            whole = [name for text, name in around.known_names.items() if text.startswith(fold(named))]
            named, cut = whole[0] if len(whole) == 1 else named, ", which may have been cut at 31 characters"
        found[key] = Constant(named, (shape.header.row, 0)), f"the name of the sheet{cut}"
    return {name: found[name] for name in lacking if name in found}


def _has_parts(shape: Shape) -> bool:
    return any(shape.header.where(Role.PERIOD, kind) is not None for kind in PERIOD_PARTS)


def _is_year(text: str, sheet: Sheet) -> bool:
    period = sheet.conventions.period(text)
    return period is not None and is_year(period)


def _part_of_it(year: str, sheet: Sheet, named: str) -> str:
    """The quarter, half or month of a year that the name of a sheet gives; '' where it gives none."""
    period, said = sheet.conventions.period(year), sheet.conventions
    whole = (
        said.period(f"{named} {period.label}")
        if period and is_year(period) and is_part_of_year(named)
        else None
    )
    return whole.label if whole else ""


def _may_be_period(named: str, sheet: Sheet) -> bool:
    """Whether the name of a sheet is a period, or nearly one, which is then reported; a bare quarter needs a year."""
    return sheet.conventions.period(named) is not None or (
        is_nearly_period(named) and not is_part_of_year(named)
    )


def rows_above(shape: Shape) -> int:
    """How many rows of the file stand above the table."""
    return shape.sheet.origin(shape.header.row, 0)[0] if shape.header.columns else 0


def _names(sheet: Sheet, around: Surroundings, intake: Intake) -> bool:
    """Whether a sheet's name is that of a partnership: known from elsewhere, or one of several such sheets."""
    folded = fold(sheet.name)
    rubric = intake.rubric
    words = {fold(word) for name, part in rubric.dimensions.items() for word in (name, *part.label.values())}
    if not folded or folded.rstrip("0123456789") in _NAMES_NOTHING or folded in words or is_summary(sheet):
        return False
    return folded in around.known_names or around.alike() > 1


# --- templates of other tools, merged cells -----------------------------------------------------------------


def _with_template_keys(shape: Shape, origin: Sheet, name: str) -> Shape:
    """In a template of the COIN kind, told by its rows of weights and directions, Name is the last key ``name``."""
    above = origin.head(shape.header.row) if shape.header.row and not shape.sheet.rearranged else []
    labels = {fold(text) for row in above for text in header_texts(row)[:_TEMPLATE_COLUMNS]}
    if len(labels & TEMPLATE_ROWS) < _LEAST_TEMPLATE_ROWS:
        return shape
    columns = _with_nameless(shape, name)
    for place, text in enumerate(shape.header.texts):
        folded = fold(text)
        if columns[place].role is Role.UNKNOWN and folded in _TEMPLATE_NAMES:
            columns[place] = ColumnName(Role.KEY, name)
        elif columns[place].role is Role.UNKNOWN and folded.endswith(_TEMPLATE_CODES):
            columns[place] = ColumnName(Role.CONTEXT, "place_code")
    why = (*shape.why, "rows of weights and directions above the header, as in COIN templates")
    return replace(shape, header=replace(shape.header, columns=tuple(columns)), why=why)


def _with_nameless(shape: Shape, name: str) -> list[ColumnName]:
    """The columns of a template; where none has a name, the first texts under no name are names, the second codes."""
    columns = list(shape.header.columns)
    named = any(fold(text) in _TEMPLATE_NAMES for text in shape.header.texts)
    if named or shape.header.where(Role.KEY, name) is not None:
        return columns
    rows = shape.sheet.head(shape.header.first_row + _TEMPLATE_ROWS_SEEN)[shape.header.first_row :]
    nameless = [
        place
        for place, text in enumerate(shape.header.texts[:_TEMPLATE_COLUMNS])
        if not text and any(place < len(row) and isinstance(row[place], str) and row[place] for row in rows)
    ]
    meant = (ColumnName(Role.KEY, name), ColumnName(Role.CONTEXT, "place_code"))
    for place, meaning in zip(nameless, meant, strict=False):
        columns[place] = meaning
    return columns


def _note_days(shape: Shape, origin: Sheet, intake: Intake) -> None:
    """Say that days over columns were read as their months."""
    for row, column in shape.days:
        cell = origin.head(row + 1)[row][column]
        if period := origin.conventions.period(cell):
            note_period(cell, period, intake, where_in(origin, row, column), 0)


def _filled_down(shape: Shape, intake: Intake) -> Shape:
    """Merged cells of key columns count for every row they cover; each column is said once."""
    merged = shape.merged
    if shape.sheet.rearranged:
        _report_filled(shape.filled, shape.sheet, intake)
    else:
        merged = tuple(merged_values(shape.sheet, shape.header))
        shape = replace(shape, sheet=fill_merged(shape.sheet, shape.header, intake))
    for area in merged:
        where = {"file": shape.sheet.file, "sheet": shape.sheet.name, "cell": area.partition(":")[0]}
        intake.findings.add(Code.VALUE_MERGED, **where, found=area)
    return shape


def fill_merged(sheet: Sheet, header: Header, intake: Intake) -> Sheet:
    """A sheet whose merged cells of keys and context count for every row they cover; each column is said once."""
    sheet, filled = with_merged(sheet, header)
    _report_filled(filled, sheet, intake)
    return sheet


def _report_filled(filled: Sequence[Filled], sheet: Sheet, intake: Intake) -> None:
    for column, cell, count in filled:
        where = {"file": sheet.file, "sheet": sheet.name, "cell": cell, "column": column}
        intake.findings.add(Code.MERGED_KEYS, **where, count=count)


def lacks_last_key(header: Header, intake: Intake) -> bool:
    """Whether a table of values has every key but the last, which the name of its sheet may give."""
    measured = any(header.of(role) for role in MEASURED) or header.where(Role.FIELD, "indicator") is not None
    return measured and header.where(Role.KEY, [*intake.rubric.keys][-1]) is None
