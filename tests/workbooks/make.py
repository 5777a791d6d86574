"""Small field workbooks, each with one defect or layout from real life, and what is expected of them.

    python tests/workbooks/make.py FOLDER

writes all of them, the same bytes on every run. ``tests/test_workbooks.py`` makes each in a temporary folder, scores
it, and compares the findings with the ones listed here.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import formats

from pkassess.ingest.sheet import UNCOMPUTED, CellError, Percent

Rows = list[list[Any]]
KEYS = ["mission", "authority", "authority_level", "period"]
MADE = dt.datetime(2025, 6, 30)


@dataclass(frozen=True)
class Case:
    """One workbook: how it is written, the options it is read with, and what has to be found.

    ``findings`` are codes with their cells, apart from those every small workbook has; ``values`` are
    ``authority, period, indicator, value, cell`` of what has to be read from where. ``code`` is the exit code.
    """

    name: str
    write: Callable[[Path], None]
    findings: tuple[str, ...] = ()
    values: tuple[tuple[str, str, str, float, str], ...] = ()
    options: tuple[str, ...] = ()
    code: int = 0
    says: str = ""
    """Words that have to be in the messages."""
    more: tuple[str, ...] = ()
    """Names of files that are written beside it and given with it."""


CASES: list[Case] = []


def case(name: str, content: Any, *findings: str, **expected: Any) -> None:
    """Add a case; ``content`` is rows, sheets of rows, text, bytes, or a function that writes the file."""
    writer = content if callable(content) else lambda path: write(path, content)
    values = tuple(expected.pop("values", ()))
    CASES.append(Case(name, writer, findings, values, **expected))


def write(path: Path, content: Any) -> None:
    """Write text, bytes, rows of one sheet, or sheets of rows."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_bytes(content.encode("utf-8"))
    else:
        sheets = content if isinstance(content, dict) else {"Data": content}
        (xlsx if path.suffix == ".xlsx" else formats.write)(path, sheets)


def xlsx(
    path: Path,
    sheets: dict[str, Rows],
    change: Callable[[Any, dict[str, Any]], None] | None = None,
    **options: Any,
) -> None:
    """Write an .xlsx file; ``change`` may hide, merge and format what was written."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": MADE})
        made = {}
        for name, rows in sheets.items():
            made[name] = sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(at, column, cell, book.add_format({"num_format": "yyyy-mm-dd"}))
                    elif isinstance(cell, str):
                        sheet.write_string(at, column, cell)
                    elif cell is not None:
                        sheet.write(at, column, cell)
        if change:
            change(book, made)


def changed(
    rows: Rows | dict[str, Rows], change: Callable[[Any, dict[str, Any]], None], **options: Any
) -> Callable[[Path], None]:
    """A writer of rows that are changed afterwards."""
    return lambda path: xlsx(path, rows if isinstance(rows, dict) else {"Data": rows}, change, **options)


def wide(*values: Any, names: tuple[str, ...] = ("consent_status", "posts_filled_pct"), **keys: Any) -> Rows:
    """A header, a row of sound values, and a second row with these values."""
    key = {"mission": "UNMAV", "authority": "Karuvel", "authority_level": "adm2", "period": "2025", **keys}
    return [
        [*KEYS, *names],
        ["UNMAV", "Ostra", "adm2", "2025", *([3.0] * len(names))],
        [*key.values(), *values],
    ]


def csv(rows: Rows, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as delimited text."""
    lines = (separator.join("" if cell is None else str(cell) for cell in row) for row in rows)
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def with_fiscal_map(*content: Any) -> Callable[[Path], None]:
    """A changed workbook, and beside it a map that says when its years begin."""

    def write(path: Path) -> None:
        changed(*content)(path)
        path.with_suffix(".yaml").write_text("fiscal_year_start: 7\n", encoding="utf-8")

    return write


LONG = ["mission", "authority", "authority_level", "period", "indicator", "value"]


def long(*rows: list[Any], more: tuple[str, ...] = ()) -> Rows:
    """A long table of one partnership and year; a row begins with its indicator and value."""
    return [[*LONG, *more], *(["UNMAV", "Karuvel", "adm2", "2025", *row] for row in rows)]


# --- layouts ------------------------------------------------------------------------------------------------

KARUVEL, OSTRA = "Karuvel", "Ostra"
WORDS_FOR_NOBODY = ("Tous", "Toutes", "Mission-wide", "Gap", "Écart", "Variance")
OTHER_GROUPS = (
    *("objectif_2026", "plan_2026", "prévision", "annee_precedente", "last_quarter", "q4_2024", "t_1"),
    *("baseline_grp", "men"),
)
case("wide.xlsx", wide(2.0, 46.0), values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")])
case("long.xlsx", long(["posts_filled_pct", 46.0]), values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")])
case(
    "by_period.xlsx",
    [
        ["mission", "authority", "authority_level", "indicator", "2024", "2025"],
        ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 40.0, 46.0],
        ["UNMAV", KARUVEL, "adm2", "Consent status", 3.0, None],
    ],
    values=[
        (KARUVEL, "2024", "posts_filled_pct", 40, "E2"),
        (KARUVEL, "2025", "posts_filled_pct", 46, "F2"),
        (KARUVEL, "2024", "consent_status", 3, "E3"),
    ],
)
case(
    "by_period_numbers_and_dates.xlsx",
    [
        [
            "mission",
            "authority",
            "authority_level",
            "indicator",
            dt.datetime(2025, 4, 1),
            dt.datetime(2025, 5, 1),
        ],
        ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 40.0, 46.0],
    ],
    values=[
        (KARUVEL, "2025-04", "posts_filled_pct", 40, "E2"),
        (KARUVEL, "2025-05", "posts_filled_pct", 46, "F2"),
    ],
)
case(
    "by_period_french_quarters.csv",
    csv(
        [
            ["mission", "autorité", "authority_level", "indicateur", "T1 2025", "T2 2025"],
            ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", "40,5", "46"],
        ],
        ";",
    ),
    "PK032 E2",
    values=[
        (KARUVEL, "2025-Q1", "posts_filled_pct", 40.5, "E2"),
        (KARUVEL, "2025-Q2", "posts_filled_pct", 46, "F2"),
    ],
)
case(
    "by_period_over_indicators.xlsx",
    [
        ["mission", "authority", "authority_level", "2024", None, "2025", None],
        [None, None, None, "posts_filled_pct", "consent_status", "posts_filled_pct", "consent_status"],
        ["UNMAV", KARUVEL, "adm2", 40.0, 3.0, 46.0, 2.0],
    ],
    values=[(KARUVEL, "2024", "posts_filled_pct", 40, "D3"), (KARUVEL, "2025", "consent_status", 2, "G3")],
)
case(
    "by_period_under_indicators.xlsx",
    [
        ["mission", "authority", "authority_level", "posts_filled_pct", None, "consent_status", None],
        [None, None, None, 2024.0, 2025.0, 2024.0, 2025.0],
        ["UNMAV", KARUVEL, "adm2", 40.0, 46.0, 3.0, 2.0],
    ],
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E3"), (KARUVEL, "2024", "consent_status", 3, "F3")],
)
case(
    "by_period_quarters_under_years.xlsx",
    changed(
        [
            ["mission", "authority", "authority_level", "indicator", 2024.0, None, 2025.0, None],
            [None, None, None, None, "Q3", "Q4", "T1", "Trim. 2"],
            ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 30.0, 40.0, 46.0, 50.0],
        ],
        lambda book, sheets: (
            sheets["Data"].merge_range("E1:F1", 2024.0),
            sheets["Data"].merge_range("G1:H1", 2025.0),
        ),
    ),
    values=[
        (KARUVEL, "2024-Q3", "posts_filled_pct", 30, "E3"),
        (KARUVEL, "2024-Q4", "posts_filled_pct", 40, "F3"),
        (KARUVEL, "2025-Q1", "posts_filled_pct", 46, "G3"),
        (KARUVEL, "2025-Q2", "posts_filled_pct", 50, "H3"),
    ],
)
case(
    "by_period_merged_keys.xlsx",
    with_fiscal_map(
        [
            ["mission", "authority", "authority_level", "indicateur", "2023/24", "2024/25"],
            ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 40.0, 46.0],
            [None, None, None, "consent_status", 3.0, 2.0],
        ],
        lambda book, sheets: [
            sheets["Data"].merge_range(f"{at}2:{at}3", word)
            for at, word in zip("ABC", ("UNMAV", KARUVEL, "adm2"), strict=True)
        ],
    ),
    *("PK134 Data!A2", "PK134 Data!B2", "PK134 Data!C2"),
    options=("--column-map", "by_period_merged_keys.yaml"),
    values=[
        (KARUVEL, "FY2024/25", "consent_status", 2, "F3"),
        (KARUVEL, "FY2023/24", "posts_filled_pct", 40, "E2"),
    ],
)


def by_period(*periods: Any) -> Rows:
    """A table with columns of these periods."""
    return [
        ["mission", "authority", "authority_level", "indicator", *periods],
        ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", *(40.0 + at for at in range(len(periods)))],
        ["UNMAV", KARUVEL, "adm2", "trust_in_authority_pct", *(50.0 + at for at in range(len(periods)))],
    ]


for name, periods, code, says in (
    ("fiscal", ("2023/24", "2024/25"), "PK158", "in which month"),
    ("short_years", ("FY24", "FY25"), "PK143", "'FY2023/24' or 'FY2024/25'"),
    ("months_of_short_years", ("Jan-25", "Feb-25"), "PK143", "Did you mean '2025-01'?"),
    ("months_as_numbers", (202501.0, 202502.0), "PK143", "Did you mean '2025-01'?"),
    ("quarters_alone", ("Q1", "Q2"), "PK143", "It gives no year"),
    ("days_in_two_orders", ("01/02/2025", "01/03/2025"), "PK159", "'2025-02' or '2025-01'"),
    ("months_or_two_years", ("2010-11", "2011-12"), "PK159", "'November 2010' or 'FY2010/11'"),
):
    told = ("PK123", f"{code} Data!E1", f"{code} Data!F1")
    case(f"by_period_{name}.xlsx", by_period(*periods), *told, code=3, says=says)
case(
    "by_period_provisional.xlsx",
    by_period("2023", "2024", "2025*"),
    "PK143 Data!G1",
    values=[(KARUVEL, "2024", "posts_filled_pct", 41, "F2")],
    says="Did you mean '2025'?",
)
case(
    "sheets_of_years_over_two.xlsx",
    {name: [row[:3] + row[4:] for row in wide(2.0, 46.0)] for name in ("2023-24", "2024-25")},
    *("PK123", "PK158 2023-24!A1", "PK158 2024-25!A1"),
    code=3,
)
case(
    "sheets_of_quarters.xlsx",
    {
        name: [["Year: 2025"], *([row[:3] + row[4:] for row in wide(2.0, value)])]
        for name, value in (("Q1", 46.0), ("T2", 50.0))
    },
    *("PK135 Q1", "PK135 T2"),
    values=[
        (KARUVEL, "2025-Q1", "posts_filled_pct", 46, "E4"),
        (KARUVEL, "2025-Q2", "posts_filled_pct", 50, "E4"),
    ],
)
case(
    "sheets_of_quarters_without_year.xlsx",
    {name: [row[:3] + row[4:] for row in wide(2.0, 46.0)] for name in ("Q1", "Q2")},
    *("PK122 Q1!A1", "PK122 Q2!A1"),
    code=3,
    says="'Q1' gives no year",
)
case(
    "keys_below_indicators.xlsx",
    [
        ["Partnership", None, None, None, "Stability", "Governance"],
        [None, None, None, None, "Consent status", "posts_filled_pct"],
        [*KEYS, "1-5", "%"],
        *wide(2.0, 46.0)[1:],
    ],
    values=[(KARUVEL, "2025", "consent_status", 2, "E5"), (KARUVEL, "2025", "posts_filled_pct", 46, "F5")],
)
case(
    "keys_below_indicators_of_two_kinds.xlsx",
    [
        [None, None, None, None, "consent_status", "posts_filled_pct"],
        [*KEYS, None, "Target"],
        *wide(2.0, 46.0)[1:],
    ],
    "PK125 Data!F2",
    values=[(KARUVEL, "2025", "consent_status", 2, "E4")],
)
case(
    "parts_unknown.xlsx",
    [
        [*KEYS, "posts_filled_pct", None, "consent_status"],
        [None, None, None, None, "Target", "Actual", None],
        ["UNMAV", KARUVEL, "adm2", "2025", 60.0, 46.0, 2.0],
    ],
    "PK132 Data!E2",
    code=3,
    says="'Target' or 'Actual' under 'posts_filled_pct'",
)
case(
    "parts_of_years_unknown.xlsx",
    [
        ["mission", "authority", "authority_level", "indicator", "2024", None, "2025", None],
        [None, None, None, None, "cible", "réalisé", "cible", "réalisé"],
        ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 60.0, 40.0, 60.0, 46.0],
    ],
    "PK132 Data!E2",
    code=3,
    says="'cible' or 'réalisé' under '2024'",
)
case(
    "parts_in_french.xlsx",
    [
        ["Rapport trimestriel"],
        [*KEYS, "Postes pourvus", None, "consent_status", None],
        [None, None, None, None, "valeur", "cote", "valeur", "cote"],
        ["UNMAV", KARUVEL, "adm2", "T3 2025", 46.0, "B2", 2.0, "bon"],
    ],
    "PK173 Data!D4",
    "PK013 Data!H4",
    values=[(KARUVEL, "2025-Q3", "posts_filled_pct", 46, "E4")],
)
case(
    "items_under_checklist.xlsx",
    [
        ["period", "authority", "mission", "authority_level", "accountability_checklist", *[None] * 5],
        [
            None,
            None,
            None,
            None,
            "budget_published",
            "accounts_audited",
            "council_met",
            "awards_published",
            "hearing_held",
            "complaints_answered",
        ],
        ["2025", KARUVEL, "UNMAV", "adm2", "\u2713", "oui", "partly", "Non", "\u2718", "لا"],
    ],
    values=[(KARUVEL, "2025", "accountability_checklist", 2.5 / 6 * 100, "E3")],
)
case(
    "sheet_per_partnership.xlsx",
    {
        "about": [["mission", "UNMAV"]],
        KARUVEL: [
            ["period", "authority_level", "posts_filled_pct"],
            ["2024", "adm2", 40.0],
            ["2025", "adm2", 46.0],
        ],
        OSTRA: [["period", "authority_level", "posts_filled_pct"], ["2025", "adm2", 50.0]],
        "Summary": [["period", "posts_filled_pct"], ["2025", 48.0]],
    },
    "PK135 Karuvel",
    "PK135 Karuvel",
    "PK135 Ostra",
    "PK135 Ostra",
    "PK127 Summary",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "C3"), (OSTRA, "2025", "posts_filled_pct", 50, "C2")],
)
case(
    "sheet_per_partnership_by_period.xlsx",
    {
        KARUVEL: [
            ["Mission: UNMAV"],
            [None],
            ["indicator", "2024", "2025"],
            ["posts_filled_pct", 40.0, 46.0],
        ],
        OSTRA: [["Mission: UNMAV"], [None], ["indicator", "2024", "2025"], ["posts_filled_pct", 50.0, 55.0]],
    },
    "PK135 Karuvel",
    "PK135 Karuvel",
    "PK135 Ostra",
    "PK135 Ostra",
    "PK146",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "C4"), (OSTRA, "2024", "posts_filled_pct", 50, "B4")],
)
case(
    "sheet_per_dimension.xlsx",
    {
        "Governance capacity": [[*KEYS, "posts_filled_pct"], ["UNMAV", KARUVEL, "adm2", "2025", 46.0]],
        "Sovereignty tension": [[*KEYS, "consent_status"], ["UNMAV", KARUVEL, "adm2", "2025", 2.0]],
    },
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2"), (KARUVEL, "2025", "consent_status", 2, "E2")],
)
case(
    "form.xlsx",
    [
        ["Quarterly visit report"],
        [None],
        ["Mission", "UNMAV"],
        ["Authority:", KARUVEL],
        ["authority_level", "adm2"],
        ["Period", "2025-Q2"],
        [None],
        ["posts_filled_pct", 46.0, "seen in the register"],
        ["Consent status", 2.0],
    ],
    values=[
        (KARUVEL, "2025-Q2", "posts_filled_pct", 46, "B8"),
        (KARUVEL, "2025-Q2", "consent_status", 2, "B9"),
    ],
)
case(
    "form_misspelt.xlsx",
    [
        [None, "FICHE DE VISITE"],
        [None, "Mission :", "UNMAV"],
        [None, "Autorité :", KARUVEL],
        [None, "Période :", "T2 2025"],
        [None, "Indicateurs"],
        [None, "Postes pourvus", 46.0],
        [None, "consent_stattus", 2.0],
        [None, "Remarques", "voir PV"],
    ],
    "PK173 Data!C4",
    *("PK124 Data!B7", "PK125 Data!B8", "PK146"),
    says="consent_stattus",
    values=[(KARUVEL, "2025-Q2", "posts_filled_pct", 46, "C6")],
)
FORM_VALUES = [
    (KARUVEL, "2025-Q2", "posts_filled_pct", 46),
    (KARUVEL, "2025-Q2", "consent_status", 2),
    (KARUVEL, "2025-Q2", "budget_execution_pct", 70),
]
FORM_KEYS = [["Mission", "UNMAV"], ["Authority", KARUVEL], ["authority_level", "adm2"], ["Period", "2025-Q2"]]


def at(*cells: str) -> list[tuple[str, str, str, float, str]]:
    """The values of the little form, each from its cell."""
    return [(*value, cell) for value, cell in zip(FORM_VALUES, cells, strict=True)]


case(
    "coin_template_with_codes_of_its_own.xlsx",
    {
        "about": [["mission", "UNMAV"], ["period", "2025"]],
        "Data": [
            ["Initial weight -->", None, None, 1.0, 1.0],
            ["Direction -->", None, None, 1.0, -1.0],
            ["Group -->", None, None, "cap", "ten"],
            [None, "Indicator name -->", None, "Posts filled", "Consent status"],
            ["admin2Pcode", "Name", "authority_level", "P01", "P02"],
            ["MAV01", KARUVEL, "adm2", 46.0, 2.0],
        ],
    },
    *("PK135 Data", "PK135 Data"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "D6"), (KARUVEL, "2025", "consent_status", 2, "E6")],
)
case(
    "summary_beside_sheets_of_partnerships.xlsx",
    {
        "Synth\u00e8se": [[*KEYS, "posts_filled_pct"], ["UNMAV", KARUVEL, "adm2", "2025", 99.0]],
        "K": [[*KEYS, "posts_filled_pct"], ["UNMAV", KARUVEL, "adm2", "2025", 46.0]],
        "O": [[*KEYS, "posts_filled_pct"], ["UNMAV", "Ostra", "adm2", "2025", 47.0]],
    },
    "PK127 Synth\u00e8se",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2"), ("Ostra", "2025", "posts_filled_pct", 47, "E2")],
)
case(
    "summary_alone.xlsx",
    {"Summary": [[*KEYS, "posts_filled_pct"], ["UNMAV", KARUVEL, "adm2", "2025", 46.0]], "Notes": [["x"]]},
    "PK127 Notes",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "odk_not_decrypted.csv",
    "SubmissionDate,mission,authority,authority_level,period,posts_filled_pct,KEY,SubmitterID,Status\n"
    f"2025-07-01,UNMAV,{KARUVEL},adm2,2025,46,uuid:1,1,\n"
    "2025-07-01,UNMAV,Ostra,adm2,2025,47,uuid:2,1,not decrypted\n"
    "2025-07-01,,,,,,uuid:3,1,missing encrypted form data\n",
    "PK179 I3",
    "PK179 I4",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "values_in_merged_cells.xlsx",
    changed(
        [
            [*KEYS, "posts_filled_pct", "consent_status"],
            ["UNMAV", KARUVEL, "adm2", "2025", None, 2.0],
            ["UNMAV", "Ostra", "adm2", "2025", None, 3.0],
        ],
        lambda book, sheets: sheets["Data"].merge_range("E2:E3", 46.0),
    ),
    "PK178 Data!E2",
    values=[
        (KARUVEL, "2025", "posts_filled_pct", 46, "E2"),
        (KARUVEL, "2025", "consent_status", 2, "F2"),
        ("Ostra", "2025", "consent_status", 3, "F3"),
    ],
)
case(
    "values_merged_over_periods.xlsx",
    changed(
        [
            ["mission", "authority", "authority_level", "indicator", "2024", "2025"],
            ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", None, None],
        ],
        lambda book, sheets: sheets["Data"].merge_range("E2:F2", 46.0),
    ),
    "PK178 Data!E2",
    values=[(KARUVEL, "2024", "posts_filled_pct", 46, "E2")],
)
case(
    "form_two_pairs_to_a_row.xlsx",
    [
        ["Mission:", "UNMAV", None, "Authority:", KARUVEL],
        ["authority_level", "adm2", None, "Period", "2025-Q2"],
        ["posts_filled_pct", 46.0, None, "Consent status", 2.0],
        ["budget_execution_pct", 70.0],
    ],
    values=at("B3", "E3", "B4"),
)
case(
    "form_answers_in_the_same_cell.xlsx",
    [
        ["Mission: UNMAV"],
        [f"Authority: {KARUVEL}"],
        ["authority_level: adm2"],
        ["Period : 2025-Q2"],
        ["posts_filled_pct: 46"],
        ["Consent status: 2"],
        ["budget_execution_pct: 70"],
    ],
    *("PK006 Data!A5", "PK006 Data!A6", "PK006 Data!A7"),
    values=at("A5", "A6", "A7"),
)
case(
    "form_numbered_with_titles.xlsx",
    [
        *FORM_KEYS,
        ["N\u00b0", "Question", "Unit", "Answer", "Remark"],
        [1.0, "posts_filled_pct", "%", 46.0, "register"],
        [2.0, "Consent status", "1-5", 2.0, None],
        [3.0, "budget_execution_pct", "%", 70.0, 2025.0],
        [4.0, "wells_drilled", "number", 5.0, None],
    ],
    *("PK125 Data!B9", "PK125 Data!E8"),
    values=at("D6", "D7", "D8"),
)
case(
    "form_units_before_answers.xlsx",
    [
        *FORM_KEYS,
        ["posts_filled_pct", "%", 46.0],
        ["Consent status", "1-5", 2.0],
        ["budget_execution_pct", "%", 70.0],
        ["clearance_delay_days", "days", None],
    ],
    values=at("C5", "C6", "C7"),
)
case(
    "form_with_targets.xlsx",
    [
        *FORM_KEYS,
        ["posts_filled_pct", 46.0, "target", 80.0],
        ["Consent status", 2.0, "target", 1.0],
        ["budget_execution_pct", None, "target", 90.0],
    ],
    "PK132 Data",
    code=3,
    says="a form with its answers in column B or as a form with its answers in column D",
)
case(
    "form_with_targets_titled.xlsx",
    [
        *FORM_KEYS,
        [None, "Target", "Actual"],
        ["posts_filled_pct", 80.0, 46.0],
        ["Consent status", 1.0, 2.0],
        ["budget_execution_pct", 90.0, 70.0],
    ],
    "PK058 Data!B6",
    values=at("C6", "C7", "C8"),
)
case(
    "form_with_columns_of_other_values.xlsx",
    [
        *FORM_KEYS,
        ["Label", "Answer", "Previous", "Baseline", "Remark"],
        ["posts_filled_pct", 46.0, 30.0, 20.0, None],
        ["Consent status", 2.0, 1.0, 3.0, "as agreed"],
        ["budget_execution_pct", 70.0, None, 50.0, 7.0],
    ],
    *("PK058 Data!C6", "PK058 Data!D6", "PK125 Data!E8"),
    values=at("B6", "B7", "B8"),
)
case(
    "form_with_an_answer_one_column_off.xlsx",
    [
        *FORM_KEYS,
        ["posts_filled_pct", 46.0],
        ["Consent status", 2.0],
        ["budget_execution_pct", 70.0],
        ["clearance_delay_days", None, 20.0],
    ],
    "PK174 Data!C8",
    values=at("B5", "B6", "B7"),
)
case(
    "form_with_a_value_under_its_label.xlsx",
    [
        *FORM_KEYS,
        ["posts_filled_pct", 46.0, 99.0],
        ["Consent status", 2.0],
        ["budget_execution_pct", 70.0],
        ["clearance_delay_days"],
        [20.0],
    ],
    *("PK174 Data!A9", "PK174 Data!C5"),
    values=at("B5", "B6", "B7"),
)
case(
    "form_with_a_column_per_year.xlsx",
    [*FORM_KEYS[:3], ["Period", "2025"], [None, "2024", "2025"], ["posts_filled_pct", 45.0, 46.0]],
    *["PK135 Data"] * 3,
    values=[
        (KARUVEL, "2024", "posts_filled_pct", 45, "B6"),
        (KARUVEL, "2025", "posts_filled_pct", 46, "C6"),
    ],
)
case(
    "table_under_titles_with_remarks_beside.xlsx",
    [
        ["Mission", "UNMAV"],
        ["Period", "2025"],
        ["Prepared by", "the sector office"],
        ["authority", "authority_level", "posts_filled_pct", "remarks"],
        [KARUVEL, "adm2", 46.0, "register"],
    ],
    *("PK125 Data!D4", "PK135 Data", "PK135 Data"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "C5")],
)
case(
    "form_numbers_in_front_of_names.xlsx",
    [*FORM_KEYS, ["1. posts_filled_pct", 46.0], ["2) Consent status", 2.0], ["3 budget_execution_pct", 70.0]],
    "PK121 Data!A1",
    code=3,
    says="Did you mean 'posts_filled_pct' by '1. posts_filled_pct' in A5?",
)
case(
    "units_in_column_names.xlsx",
    [
        [*KEYS, "1. Posts filled (%)", "Consent status [1-5]", "budget_execution_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, 2.0, 70.0],
    ],
    "PK124 Data!E1",
    "PK124 Data!F1",
    values=[(KARUVEL, "2025", "budget_execution_pct", 70, "G2")],
    says="Did you mean 'posts_filled_pct'?",
)
case(
    "titles_that_say_two_things.xlsx",
    [[f"Mission: UNMAV   Authority: {KARUVEL}"], ["Period: 2025"], ["posts_filled_pct"], [46.0]],
    "PK122 Data!A3",
    code=3,
)


def with_cells(path: Path) -> None:
    """A form that no rule could read, and beside it the map that names its cells."""
    rows: Rows = [[None] * 6 for _ in range(6)]
    for row, column, cell in ((0, 5, KARUVEL), (1, 0, "2025-Q2"), (3, 2, 46.0), (3, 5, 2.0), (5, 1, 70.0)):
        rows[row][column] = cell
    xlsx(path, {"Visit": rows, "Notes": [["nothing here"]]})
    path.with_suffix(".yaml").write_text(
        "cells:\n  F1: authority\n  A2: period\n  C4: posts_filled_pct\n  F4: consent_status\n"
        "  $B$6: budget_execution_pct\nvalues: {mission: UNMAV}\n",
        encoding="utf-8",
    )


case(
    "form_by_cells.xlsx",
    with_cells,
    *("PK127 Notes", "PK135 Visit", "PK146"),
    options=("--column-map", "form_by_cells.yaml"),
    values=at("C4", "F4", "B6"),
)


def with_cells_and_a_table(path: Path) -> None:
    """A form and a table in one workbook, and a map that names the form's cells."""
    rows = [["For", "UNMAV"], ["Place", KARUVEL], ["Kind", "adm2"], ["When", "2025"], ["How many", 46.0]]
    table = [
        [*KEYS, "posts_filled_pct"],
        *(["UNMAV", name, "adm2", "2025", 50.0] for name in (OSTRA, "Bria")),
    ]
    xlsx(
        path,
        {"Visit": rows, "Table": [*table, *[["UNMAV", f"D{n}", "adm2", "2025", 60.0] for n in range(3)]]},
    )
    path.with_suffix(".yaml").write_text(
        "cells: {B1: mission, B2: authority, B3: authority_level, B4: period, B5: posts_filled_pct}\n",
        encoding="utf-8",
    )


case(
    "form_by_cells_beside_a_table.xlsx",
    with_cells_and_a_table,
    options=("--column-map", "form_by_cells_beside_a_table.yaml"),
    values=[
        (KARUVEL, "2025", "posts_filled_pct", 46, "B5"),
        (OSTRA, "2025", "posts_filled_pct", 50, "E2"),
    ],
)
case(
    "turned.xlsx",
    [
        ["mission", "UNMAV", "UNMAV"],
        ["authority", KARUVEL, OSTRA],
        ["authority_level", "adm2", "adm2"],
        ["period", "2025", "2025"],
        ["posts_filled_pct", 46.0, 50.0],
        ["consent_status", 2.0, 3.0],
    ],
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "B5"), (OSTRA, "2025", "consent_status", 3, "C6")],
)
case(
    "titles_and_merged_groups.xlsx",
    changed(
        [
            ["MISSION REPORT 2025"],
            ["UNCLASSIFIED"],
            [None],
            [*KEYS, "posts_filled_pct", None, None, "consent_status", None],
            [None, None, None, None, "value", "grade", "source", "value", "grade"],
            ["UNMAV", KARUVEL, "adm2", "2025", 46.0, "B2", "register", 2.0, "C3"],
        ],
        lambda book, sheets: (
            sheets["Data"].merge_range("E4:G4", "posts_filled_pct"),
            sheets["Data"].merge_range("H4:I4", "consent_status"),
        ),
    ),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E6"), (KARUVEL, "2025", "consent_status", 2, "H6")],
)
case(
    "merged_keys.xlsx",
    changed(
        [
            [*KEYS, "posts_filled_pct"],
            ["UNMAV", KARUVEL, "adm2", "2024", 40.0],
            [None, None, "adm2", "2025", 46.0],
        ],
        lambda book, sheets: (
            sheets["Data"].merge_range("A2:A3", "UNMAV"),
            sheets["Data"].merge_range("B2:B3", KARUVEL),
        ),
    ),
    "PK134 Data!A2",
    "PK134 Data!B2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E3")],
)
KOBO = [
    "start",
    "grp/mission",
    "grp/authority",
    "grp/authority_level",
    "grp/period",
    "scores/posts_filled_pct",
]
case(
    "kobo_names.xlsx",
    {
        "Partnership visit": [
            [*KOBO, "_id", "_uuid", "_submission_time", "_index"],
            ["2025-03-04", "UNMAV", KARUVEL, "adm2", "2025", "46", "7", "5b2c", "2025-03-04T10:11:12", "1"],
        ]
    },
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "kobo_labels.xlsx",
    {
        "Visite": [
            [
                "Groupe/Mission",
                "Groupe/Autorité",
                "Groupe/authority_level",
                "Groupe/Période",
                "Notes/Posts filled",
                "_uuid",
            ],
            ["UNMAV", KARUVEL, "adm2", "2025", "46", "5b2c"],
        ]
    },
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
CHECK = "accountability_checklist"
ITEMS = (
    "budget_published",
    "accounts_audited",
    "council_met",
    "awards_published",
    "hearing_held",
    "complaints_answered",
)
case(
    "kobo_select_multiple_both.xlsx",
    {
        "Form": [
            [*KEYS, CHECK, *(f"{CHECK}/{item}" for item in ITEMS), "_uuid"],
            [
                "UNMAV",
                KARUVEL,
                "adm2",
                "2025",
                f"{ITEMS[0]} {ITEMS[1]} {ITEMS[2]}",
                "1",
                "1",
                "1",
                "0",
                "0",
                "0",
                "5b2c",
            ],
        ]
    },
    values=[(KARUVEL, "2025", CHECK, 50, "F2")],
)
case(
    "kobo_select_multiple_summary.xlsx",
    {
        "Form": [
            [*KEYS, CHECK, "_uuid"],
            ["UNMAV", KARUVEL, "adm2", "2025", f"{ITEMS[0]} {ITEMS[1]} {ITEMS[2]}", "5b2c"],
        ]
    },
    values=[(KARUVEL, "2025", CHECK, 50, "E2")],
)
case(
    "kobo_repeats.xlsx",
    {
        "Visit": [
            ["mission", "authority", "authority_level", "period", "_index"],
            ["UNMAV", KARUVEL, "adm2", "2025", "1"],
            ["UNMAV", OSTRA, "adm2", "2025", "2"],
        ],
        "obs": [
            ["obs/indicator", "obs/value", "_index", "_parent_table_name", "_parent_index"],
            ["posts_filled_pct", "46", "1", "Visit", "1"],
            ["posts_filled_pct", "50", "2", "Visit", "2"],
        ],
    },
    "PK127 Visit",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "B2"), (OSTRA, "2025", "posts_filled_pct", 50, "B3")],
)
case(
    "odk_groups.csv",
    csv(
        [
            [
                "SubmissionDate",
                "grp-mission",
                "grp-authority",
                "grp-authority_level",
                "grp-period",
                "scores-posts_filled_pct",
                "KEY",
                "Status",
            ],
            ["2025-03-04T10:11:12Z", "UNMAV", KARUVEL, "adm2", "2025", "46", "uuid:5b2c", ""],
        ]
    ),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)


def files(**contents: str | bytes) -> Callable[[Path], None]:
    """A writer of several files; ``first`` is the case's own, the others are named ``NAME.csv`` beside it."""

    def write(path: Path) -> None:
        for name, content in contents.items():
            target = path if name == "first" else path.with_name(f"{name}.csv")
            target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))

    return write


ODK_FORM = [
    [
        "SubmissionDate",
        "grp-mission",
        "grp-authority",
        "grp-authority_level",
        "grp-period",
        "consent_status",
        "KEY",
    ],
    ["2025-03-04", "UNMAV", KARUVEL, "adm2", "2025", "2", "uuid:a"],
    ["2025-03-05", "UNMAV", OSTRA, "adm2", "2025", "3", "uuid:b"],
]
ODK_VISITS = [
    ["obs-indicator", "obs-value", "PARENT_KEY", "KEY"],
    ["posts_filled_pct", "46", "uuid:a", "uuid:a/obs[1]"],
    ["posts_filled_pct", "50", "uuid:b", "uuid:b/obs[1]"],
    ["budget_execution_pct", "80", "uuid:gone", "uuid:gone/obs[1]"],
]
case(
    "odk_repeats.csv",
    files(first=csv(ODK_FORM), visits=csv(ODK_VISITS)),
    "PK172 C4",
    more=("visits.csv",),
    values=[
        (KARUVEL, "2025", "posts_filled_pct", 46, "B2"),
        (OSTRA, "2025", "posts_filled_pct", 50, "B3"),
        (KARUVEL, "2025", "consent_status", 2, "F2"),
    ],
)
case(
    "odk_repeats_first.csv",
    files(first=csv(ODK_VISITS[:3]), form=csv([row[:5] + row[6:] for row in ODK_FORM])),
    "PK127",
    more=("form.csv",),
    says="its rows only say whom repeats belong to",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "B2"), (OSTRA, "2025", "posts_filled_pct", 50, "B3")],
)
case(
    "odk_repeats_in_repeats.csv",
    files(
        first=csv([row[:5] + row[6:] for row in ODK_FORM]),
        visits=csv(
            [["place", "PARENT_KEY", "KEY"], ["x", "uuid:a", "uuid:a/v[1]"], ["y", "uuid:b", "uuid:b/v[1]"]]
        ),
        scores=csv([["posts_filled_pct", "PARENT_KEY", "KEY"], ["46", "uuid:a/v[1]", "uuid:a/v[1]/s[1]"]]),
    ),
    *("PK127", "PK127"),
    more=("visits.csv", "scores.csv"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "A2")],
)
case(
    "odk_repeats_alone.csv",
    csv(ODK_VISITS),
    "PK172",
    code=3,
    says="Give the file with the form's own answers in the same call",
)
case(
    "kobo_repeats_in_two_files.csv",
    files(
        first=csv(
            [
                ["mission", "authority", "authority_level", "period", "_index"],
                ["UNMAV", KARUVEL, "adm2", "2025", "1"],
            ],
            ";",
        ),
        obs=csv(
            [["indicator", "value", "_index", "_parent_index"], ["posts_filled_pct", "46,5", "1", "1"]], ";"
        ),
    ),
    *("PK032 B2", "PK127"),
    more=("obs.csv",),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46.5, "B2")],
)
case(
    "kobo_two_repeats.xlsx",
    {
        "Visit": [
            ["mission", "authority", "authority_level", "period", "_index"],
            ["UNMAV", KARUVEL, "adm2", "2025", 1.0],
            ["UNMAV", OSTRA, "adm2", "2025", 2.0],
        ],
        "people": [
            ["name", "_index", "_parent_table_name", "_parent_index"],
            ["A", 1.0, "Visit", 2.0],
            ["B", 2.0, "Visit", 2.0],
        ],
        "obs": [
            ["consent_status", "_index", "_parent_table_name", "_parent_index"],
            [3.0, 1.0, "Visit", 2.0],
            [2.0, 2.0, "Visit", 1.0],
        ],
    },
    *("PK127 Visit", "PK127 people"),
    values=[(OSTRA, "2025", "consent_status", 3, "A2"), (KARUVEL, "2025", "consent_status", 2, "A3")],
)
case(
    "hxl.xlsx",
    [
        ["¿Quién?", "¿Dónde?", "Nivel", "¿Cuándo?", "Puestos ocupados"],
        ["#org+mission", "#adm2+name", "", "#date", "#indicator+posts_filled_pct"],
        ["UNMAV", KARUVEL, None, "2025", 46.0],
    ],
    "PK131 Data!A2",
    "PK125 Data!C1",
    "PK146",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E3")],
)
case(
    "coin_template.xlsx",
    {
        "about": [["mission", "UNMAV"], ["period", "2025"]],
        "Data": [
            [None, "Initial weight -->", 1.0, 1.0],
            [None, "Direction -->", 1.0, -1.0],
            [None, "Group -->", "a", "b"],
            [None, "Indicator name -->", "Posts", "Consent"],
            ["admin2Pcode", "Name", "posts_filled_pct", "consent_status"],
            ["AV01", KARUVEL, 46.0, 2.0],
        ],
    },
    "PK135 Data",
    "PK135 Data",
    "PK146",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "C6")],
)
case(
    "semicolons.csv",
    csv(wide("2", "46,5"), ";"),
    "PK032 F3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46.5, "F3")],
)
case(
    "utf16.csv",
    csv(wide("2", "46"), "\t", "utf-16"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "windows_1252.csv",
    csv(wide("2", "46", authority="Préfecture"), ";", "cp1252"),
    "PK114",
    values=[("Préfecture", "2025", "posts_filled_pct", 46, "F3")],
)
for ending, told in ((".xls", ()), (".xlsb", ("PK113",)), (".ods", ())):
    case(f"other{ending}", wide(2.0, 46.0), *told, values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")])
for ending in (".xls", ".ods"):
    case(
        f"percent_formats{ending}",
        [
            [*KEYS, "posts_filled_pct", "budget_execution_pct"],
            ["UNMAV", KARUVEL, "adm2", 2025.0, Percent(0.46), 70.0],
            ["UNMAV", "Ostra", "adm2", 2025.0, 47.0, CellError("#DIV/0!")],
        ],
        "PK033 Data!E2",
        "PK002 Data!F3",
        values=[
            (KARUVEL, "2025", "posts_filled_pct", 46, "E2"),
            (KARUVEL, "2025", "budget_execution_pct", 70, "F2"),
            ("Ostra", "2025", "posts_filled_pct", 47, "E3"),
        ],
    )
case(
    "formula_without_result.ods",
    [[*KEYS, "posts_filled_pct", "consent_status"], ["UNMAV", KARUVEL, "adm2", 2025.0, UNCOMPUTED, 2.0]],
    "PK003 Data!E2",
    values=[(KARUVEL, "2025", "consent_status", 2, "F2")],
)
case(
    "renamed.csv",
    lambda path: xlsx(path, {"Data": wide(2.0, 46.0)}),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)

# --- what cannot be told, and what settles it ----------------------------------------------------------------

BOTH = [
    [*LONG, "consent_status", "posts_filled_pct"],
    ["UNMAV", KARUVEL, "adm2", "2025", "hostile_statements", 1.0, 3.0, 46.0],
]
case("wide_or_long.xlsx", BOTH, "PK132 Data", code=3, says="--layout wide or --layout long")
case(
    "wide_or_long_chosen.xlsx",
    BOTH,
    "PK125 Data!E1",
    "PK125 Data!F1",
    options=("--layout", "wide"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "H2")],
)
TWICE = [
    [*KEYS, "2024", "2025", "indicator"],
    ["UNMAV", KARUVEL, "adm2", "2025", 40.0, 46.0, "posts_filled_pct"],
]
case("period_twice.xlsx", TWICE, "PK132 Data", code=3, says="by-period")
TWO_SHEETS = {"Old": wide(2.0, 40.0), "New": wide(2.0, 46.0)}
case(
    "two_versions.xlsx",
    TWO_SHEETS,
    "PK140 New!F3",
    "PK141 New!E2",
    "PK141 New!F2",
    "PK141 New!E3",
    values=[(KARUVEL, "2025", "consent_status", 2, "E3")],
    options=(),
)
case(
    "two_versions_chosen.xlsx",
    TWO_SHEETS,
    options=("--sheet", "new"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "no_such_sheet.xlsx", TWO_SHEETS, "PK136", options=("--sheet", "Newd"), code=3, says="Did you mean 'New'?"
)
case(
    "form_definition.xlsx",
    {"survey": [["type", "name", "label"]], "choices": [["list_name", "name"]]},
    "PK138",
    code=3,
)
case(
    "own_names.xlsx",
    [["Opération", "Lieu", "Année", "Postes"], ["UNMAV", KARUVEL, "2025", 46.0]],
    "PK121 Data!A1",
    code=3,
)
case("chosen_layout_does_not_fit.xlsx", wide(2.0, 46.0), "PK137 Data", options=("--layout", "long"), code=3)
case(
    "header_row.xlsx",
    [
        [*KEYS, "posts_filled_pct"],
        ["old", KARUVEL, "adm2", "2024", 1.0],
        [*KEYS, "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0],
    ],
    options=("--header-row", "3"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E4")],
)


def with_map(path: Path) -> None:
    """A workbook with names of its own, and beside it the map that explains them."""
    xlsx(path, {"Data": [["Opération", "Lieu", "Postes pourvus"], ["UNMAV", "Karuvel Prefecture", 46.0]]})
    text = "columns: {Opération: mission, Lieu: authority, Postes pourvus: posts_filled_pct}\nvalues: {period: '2025'}\n"
    path.with_suffix(".yaml").write_text(text + "names: {Karuvel Prefecture: Karuvel}\n", encoding="utf-8")


case(
    "column_map.xlsx",
    with_map,
    "PK135 Data",
    "PK146",
    "PK155 Data!B2",
    options=("--column-map", "column_map.yaml"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "C2")],
)

case(
    "header_row_beyond.xlsx",
    wide(2.0, 46.0),
    "PK137 Data",
    options=("--header-row", "99"),
    code=3,
    says="row 99",
)
case(
    "chosen_layout_beside_notes.xlsx",
    {"Data": wide(2.0, 46.0), "Notes": [["filled in by the field office"]]},
    "PK127 Notes",
    options=("--layout", "wide"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)

# --- rows and columns ---------------------------------------------------------------------------------------

case(
    "totals.xlsx",
    [*wide(2.0, 46.0), ["UNMAV", "Total", None, "2025", 5.0, 49.0], [None, None, None, "Average", 2.5, 24.5]],
    "PK152 Data!B4",
    "PK152 Data!D5",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "totals_of_all_kinds.xlsx",
    [
        *wide(2.0, 46.0),
        ["UNMAV", "TOTAL GÉNÉRAL", None, "2025", 5.0, 49.0],
        ["Sous-total UNMAV", None, None, "2025", 5.0, 49.0],
        ["UNMAV", "Total (2):", "adm2", "2025", 5.0, 49.0],
        ["Moyenne", None, None, None, 2.5, 24.5],
        ["UNMAV", "المجموع", None, "2025", 5.0, 49.0],
        ["UNMAV", "Totaville", "adm2", "2025", 3.0, 49.0],
    ],
    *("PK152 Data!B4", "PK152 Data!A5", "PK152 Data!B6", "PK152 Data!A7", "PK152 Data!B8"),
    values=[("Totaville", "2025", "posts_filled_pct", 49, "F9")],
)
case(
    "weights_and_units_under_header.xlsx",
    [
        wide()[0],
        ["(text)", "(text)", "(level)", "(year)", "(1-5)", "(0-100)"],
        ["Weight", None, None, None, 0.2, 0.14],
        *wide(2.0, 46.0)[1:],
    ],
    *("PK153 Data!E2", "PK153 Data!E3"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F5")],
)
case(
    "units_under_header.xlsx",
    [wide()[0], [None, None, None, None, "1 to 5", "%"], *wide(2.0, 46.0)[1:]],
    "PK153 Data!E2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F4")],
)
case(
    "hints_under_header.xlsx",
    [wide()[0], [None, None, None, None, "rating", "percent"], *wide(2.0, 46.0)[1:]],
    "PK153 Data!E2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F4")],
)
case(
    "header_again.xlsx",
    [*wide(2.0, 46.0), wide()[0], ["UNMAV", "Lume", "adm2", "2025", 3.0, 30.0]],
    "PK139 Data!A4",
    values=[("Lume", "2025", "posts_filled_pct", 30, "F5")],
)
case(
    "notes_below.xlsx",
    [*wide(2.0, 46.0), [None], ["Source: field offices, June 2025"]],
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "hidden_rows.xlsx",
    changed(wide(2.0, 46.0), lambda book, sheets: sheets["Data"].set_row(2, None, None, {"hidden": True})),
    "PK133 Data!A3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "hidden_columns.xlsx",
    changed(
        wide(2.0, 46.0, 3.0, names=("consent_status", "posts_filled_pct", "remarks")),
        lambda book, sheets: (
            sheets["Data"].set_column("F:G", 8, None, {"hidden": True}),
            sheets["Data"].set_column("B:B", 8, None, {"hidden": True, "level": 1}),
        ),
    ),
    "PK170 Data!B1",
    "PK125 Data!G1",
    says="2 hidden columns were read like the others: B, F.",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "hidden_columns_of_periods.xlsx",
    changed(
        [
            ["mission", "authority", "authority_level", "indicator", 2024.0, 2025.0],
            ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 40.0, 46.0],
        ],
        lambda book, sheets: sheets["Data"].set_column("E:E", 8, None, {"hidden": True}),
    ),
    "PK170 Data!E1",
    values=[(KARUVEL, "2024", "posts_filled_pct", 40, "E2")],
)
case(
    "filtered_rows.xlsx",
    changed(
        [*wide(2.0, 46.0), ["UNMAV", "Lume", "adm2", "2025", 3.0, 30.0]],
        lambda book, sheets: (
            sheets["Data"].autofilter("A1:F4"),
            sheets["Data"].filter_column("B", "x == Karuvel"),
            *(sheets["Data"].set_row(row, None, None, {"hidden": True}) for row in (1, 3)),
        ),
    ),
    "PK133 Data!A2",
    says="2 hidden rows were read like the others: rows 2, 4.",
    values=[("Lume", "2025", "posts_filled_pct", 30, "F4")],
)
case(
    "grouped_rows.xlsx",
    changed(
        wide(2.0, 46.0),
        lambda book, sheets: sheets["Data"].set_row(2, None, None, {"level": 1, "hidden": True}),
    ),
    "PK133 Data!A3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "hidden_about.xlsx",
    changed(
        {"about": [["fiscal_year_start", "July"]], "Data": wide(2.0, 46.0, period="2019/20")},
        lambda book, sheets: (sheets["Data"].activate(), sheets["about"].very_hidden()),
    ),
    "PK173 Data!D3",
    "PK171 about",
    values=[(KARUVEL, "FY2019/20", "posts_filled_pct", 46, "F3")],
)
case(
    "hidden_sheet.xlsx",
    changed({"Data": wide(2.0, 46.0), "Old": wide(2.0, 99.0)}, lambda book, sheets: sheets["Old"].hide()),
    "PK130 Old",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "duplicate_header.xlsx",
    wide(2.0, 46.0, 50.0, names=("consent_status", "posts_filled_pct", "Posts filled")),
    "PK126 Data!G1",
    values=[(KARUVEL, "2025", "consent_status", 2, "E3")],
)
case(
    "duplicate_headers_of_two_kinds.xlsx",
    [
        [*KEYS, "Posts filled", "posts_filled_pct", "mission"],
        ["UNMAV", KARUVEL, "adm2", "2025", 40.0, 41.0, "X"],
    ],
    *("PK126 Data!G1", "PK126 Data!F1"),
    code=3,
)
case("misspelt_header.xlsx", wide(2.0, 46.0, names=("consent_status", "post_filled_pct")), "PK124 Data!F1")
case("row_twice.xlsx", [*wide(2.0, 46.0), ["UNMAV", KARUVEL, "adm2", "2025", 2.0, 50.0]], "PK140 Data!A4")
case(
    "long_twice.xlsx",
    long(
        ["posts_filled_pct", 46.0, "survey", "r1"],
        ["posts_filled_pct", 50.0, "joint register", "r1"],
        ["consent_status", 3.0, None, None],
        more=("source_type", "source_ref"),
    ),
    "PK140 Data!F3",
    says="rows 2 and 3",
)
case(
    "unit_mixture.xlsx",
    long(["posts_filled_pct", 46.0, "%"], ["budget_execution_pct", 0.8, "share"], more=("unit",)),
    "PK030 Data!G3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "partnerships_differ.xlsx",
    {
        "Data": wide(2.0, 46.0),
        "partnerships": [
            ["mission", "authority", "peer_group"],
            ["UNMAV", KARUVEL, "north"],
            ["UNMAV", KARUVEL, "south"],
        ],
    },
    "PK156 partnerships!C3",
)

# --- values -------------------------------------------------------------------------------------------------

for name, cell, code in (
    ("error_as_text", "#DIV/0!", "PK002"),
    ("between", "entre 3 y 4", "PK025"),
    ("money", "46 €", "PK026"),
    ("less_than", "<5", "PK023"),
    ("more_than", ">90", "PK023"),
    ("about", "~40", "PK024"),
    ("range", "3-4", "PK025"),
    ("unit", "46 posts", "PK026"),
    ("remark", "see annex", "PK001"),
    ("two_separators", "1,234", "PK027"),
    ("above_limit", 146.0, "PK004"),
):
    case(f"value_{name}.xlsx", wide(2.0, cell), f"{code} Data!F3")
for name, cell, value in (
    ("percent_text", "46 %", 46),
    ("decimal_comma", "46,5", 46.5),
    ("arabic_marks", "\u200e46\u200f", 46),
    ("zero_width", "\ufeff46\u200b", 46),
):
    case(
        f"value_{name}.xlsx",
        wide(2.0, cell),
        "PK006 Data!F3",
        values=[(KARUVEL, "2025", "posts_filled_pct", value, "F3")],
    )
case(
    "value_thin_space.xlsx",
    wide("2\u2009500", names=("local_work_days_per_1000",)),
    "PK006 Data!E3",
    values=[(KARUVEL, "2025", "local_work_days_per_1000", 2500, "E3")],
)
case(
    "value_locale.csv",
    csv(wide("1.234,5", names=("local_work_days_per_1000",)), ";"),
    "PK032 E3",
    options=("--locale", "fr"),
    values=[(KARUVEL, "2025", "local_work_days_per_1000", 1234.5, "E3")],
)
case(
    "value_percent_format.xlsx",
    changed(
        wide(2.0, None),
        lambda book, sheets: sheets["Data"].write(2, 5, 0.46, book.add_format({"num_format": "0%"})),
    ),
    "PK033 Data!F3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "value_error.xlsx",
    changed(
        wide(2.0, None), lambda book, sheets: sheets["Data"].write_formula(2, 5, "=1/0", None, "#DIV/0!")
    ),
    "PK002 Data!F3",
)
case(
    "value_uncomputed.xlsx",
    changed(wide(2.0, None), lambda book, sheets: sheets["Data"].write_formula(2, 5, "=40+6", None, "")),
    "PK003 Data!F3",
)
case("value_date.xlsx", wide(2.0, dt.datetime(2025, 4, 3)), "PK005 Data!F3")
case("value_yes.xlsx", wide(2.0, True), "PK005 Data!F3")
case("value_missing_words.xlsx", wide("n/a", "ND"), "PK007 Data!E3", "PK007 Data!F3")
case("value_not_applicable.xlsx", wide(2.0, "sans objet"), "PK008 Data!F3")
for language, word in (
    *(
        ("en", "High"),
        ("fr", "Élevé"),
        ("es", "Alto"),
        ("ar", "مرتفع"),
        ("fr_feminine", "ÉLEVÉE"),
        ("es_feminine", "alta"),
    ),
    *(("ar_feminine", "مُرتفعة"), ("number_first", "4 (high)"), ("number_last", "High (4)")),
):
    case(
        f"rating_{language}.xlsx",
        wide(word, 46.0, names=("political_volatility", "posts_filled_pct")),
        "PK028 Data!E3",
        values=[(KARUVEL, "2025", "political_volatility", 4, "E3")],
    )
for language, word in (("en", "Compromised"), ("fr", "compromis"), ("number", "4 - Compromised")):
    case(
        f"rating_own_word_{language}.xlsx",
        wide(word, 46.0),
        "PK028 Data!E3",
        values=[(KARUVEL, "2025", "consent_status", 4, "E3")],
    )
for kind, word in (
    *(
        ("other_words", "High"),
        ("none", "N/A (5)"),
        ("dont_know", "Don't know (5)"),
        ("contradiction", "5 - Strong"),
    ),
    *(("day", "4-Mar"), ("out_of_ten", "4 (out of 10)")),
):
    code = "PK026" if kind == "out_of_ten" else "PK001"
    case(f"rating_refused_{kind}.xlsx", wide(word, 46.0), f"{code} Data!E3")
case(
    "row_longer_than_its_header.csv",
    "mission,authority,authority_level,period,posts_filled_pct,consent_status\n"
    f"UNMAV,{KARUVEL},adm2,2025,46,2\nUNMAV,Ostra,adm2,2025,46,5,3\n",
    "PK168 G3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "second_table_below.xlsx",
    [
        [*KEYS, "posts_filled_pct", "budget_execution_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, 70.0],
        [],
        [*KEYS, "posts_filled_pct", "safe_walking_pct"],
        ["UNMAV", "Ostra", "adm2", "2025", 50.0, 80.0],
    ],
    "PK169 Data!A4",
    values=[(KARUVEL, "2025", "budget_execution_pct", 70, "F2")],
)
case(
    "values_under_no_name.xlsx",
    [[*KEYS, "posts_filled_pct", None], ["UNMAV", KARUVEL, "adm2", "2025", 46.0, 70.0]],
    "PK174 Data!F1",
)
case(
    "name_place_code_missing.xlsx",
    [
        [*KEYS, "place_code", "posts_filled_pct"],
        ["UNMAV", "Gbarpolu", "adm1", "2025", "n/a", 40.0],
        ["UNMAV", "Lofa", "adm1", "2025", "n/a", 46.0],
    ],
    "PK007 Data!E2",
    values=[
        ("Gbarpolu", "2025", "posts_filled_pct", 40, "F2"),
        ("Lofa", "2025", "posts_filled_pct", 46, "F3"),
    ],
)
case(
    "name_two_codes.xlsx",
    [
        [*KEYS, "place_code", "posts_filled_pct"],
        ["UNMAV", "Centre", "adm1", "2025", "HT01", 40.0],
        ["UNMAV", "Centre", "adm1", "2025", "HT02", 46.0],
    ],
    "PK155 Data!B3",
    values=[
        ("Centre", "2025", "posts_filled_pct", 40, "F2"),
        ("Centre (HT02)", "2025", "posts_filled_pct", 46, "F3"),
    ],
)
case(
    "name_sectors.xlsx",
    [
        [*KEYS, "posts_filled_pct"],
        *(
            ["UNMAV", name, "adm1", "2025", 46.0]
            for name in ("Sector 11", "Sector 1.1", "Zone 12", "Zone 1/2")
        ),
    ],
    values=[
        (name, "2025", "posts_filled_pct", 46, f"E{at}")
        for at, name in enumerate(("Sector 11", "Sector 1.1"), 2)
    ],
)
case(
    "totals_targets_and_errors.xlsx",
    [
        [*KEYS, "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm1", "2025", 46.0],
        *(
            ["UNMAV", name, "adm1", "2025", 50.0]
            for name in ("Country total", "Moyenne nationale", "Median", "Target")
        ),
        *(["UNMAV", name, "adm1", "2025", 50.0] for name in ("#N/A", "n/a", "-", "TBD")),
    ],
    *(f"PK152 Data!B{row}" for row in range(3, 7)),
    "PK002 Data!B7",
    *(f"PK142 Data!B{row}" for row in range(8, 11)),
)
case(
    "points_beside_decimal_commas.csv",
    "mission;authority;authority_level;period;clearance_delay_days\n"
    f"UNMAV;{KARUVEL};adm2;2024;7,25\nUNMAV;{KARUVEL};adm2;2025;1.250\n",
    "PK027 E3",
    "PK032 E2",
    values=[(KARUVEL, "2024", "clearance_delay_days", 7.25, "E2")],
)
YES = {
    "en": ("Yes", "Partly", "No"),
    "fr": ("Oui", "Partiellement", "Non"),
    "es": ("Sí", "Parcial", "No"),
    "ar": ("نعم", "جزئي", "لا"),
}
for language, (yes, partly, no) in YES.items():
    case(
        f"answers_{language}.xlsx",
        wide(
            2.0,
            yes,
            yes,
            partly,
            no,
            no,
            no,
            names=("consent_status", *(f"{CHECK}.{item}" for item in ITEMS)),
        ),
        "PK015 Data!F2",
        "PK015 Data!G2",
        "PK015 Data!H2",
        "PK015 Data!I2",
        "PK015 Data!J2",
        "PK015 Data!K2",
        values=[(KARUVEL, "2025", CHECK, 2.5 / 6 * 100, "F3")],
    )
case(
    "answer_remark.xlsx",
    [[*KEYS, f"{CHECK}.{ITEMS[0]}", "consent_status"], ["UNMAV", KARUVEL, "adm2", "2025", "see file", 3.0]],
    "PK015 Data!E2",
)

# --- periods and dates --------------------------------------------------------------------------------------

for name, written, label in (
    ("quarter", "2019-Q3", "2019-Q3"),
    ("french_quarter", "T3 2019", "2019-Q3"),
    ("month_name", "juin 2019", "2019-06"),
    ("month_first", "06/2019", "2019-06"),
    ("day_as_text", "2019-06-01", "2019-06"),
    ("ordinal", "troisième trimestre 2019", "2019-Q3"),
    ("arabic", "الربع الثالث 2019", "2019-Q3"),
    ("number", 2019.0, "2019"),
    ("first_of_month", dt.datetime(2019, 6, 1), "2019-06"),
):
    case(
        f"period_{name}.xlsx",
        wide(2.0, 46.0, period=written),
        *([] if written in (label, 2019.0) else ["PK173 Data!D3"]),
        values=[(KARUVEL, label, "posts_filled_pct", 46, "F3")],
    )
case(
    "period_1904.xlsx",
    changed(wide(2.0, 46.0, period=dt.datetime(2019, 6, 1)), lambda book, sheets: None, date_1904=True),
    "PK173 Data!D3",
    values=[(KARUVEL, "2019-06", "posts_filled_pct", 46, "F3")],
)
case(
    "period_fiscal_from_the_first_day.xlsx",
    {"about": [["fiscal_year_start", "1er juillet"]], "Data": wide(2.0, 46.0, period="FY2019/20")},
    values=[(KARUVEL, "FY2019/20", "posts_filled_pct", 46, "F3")],
)
case(
    "period_fiscal.xlsx",
    {"about": [["fiscal_year_start", "July"]], "Data": wide(2.0, 46.0, period="FY2019/20")},
    values=[(KARUVEL, "FY2019/20", "posts_filled_pct", 46, "F3")],
)
case("period_fiscal_unsaid.xlsx", wide(2.0, 46.0, period="2019/20"), "PK158 Data!D3")
case("period_ambiguous.xlsx", wide(2.0, 46.0, period="01/06/2025"), "PK159 Data!D3")
case(
    "period_ambiguous_said.xlsx",
    wide(2.0, 46.0, period="01/06/2025"),
    "PK173 Data!D3",
    options=("--locale", "en-GB"),
    values=[(KARUVEL, "2025-06", "posts_filled_pct", 46, "F3")],
)
case("period_words.xlsx", wide(2.0, 46.0, period="last year"), "PK143 Data!D3")
case(
    "date_ambiguous.xlsx",
    long(["posts_filled_pct", 46.0, "03/04/2025"], more=("observed_on",)),
    "PK029 Data!G2",
)
case("date_words.xlsx", long(["posts_filled_pct", 46.0, "in spring"], more=("observed_on",)), "PK019 Data!G2")

# --- names --------------------------------------------------------------------------------------------------

SPELT = [
    wide()[0],
    ["UNMAV", "Gbarpolu", "adm1", "2024", 2.0, 40.0],
    ["UNMAV", "Gbarpolu County", "adm1", "2025", 2.0, 46.0],
]
case("name_near.xlsx", SPELT, "PK154 Data!B3", says="Gbarpolu County")
case(
    "name_case.xlsx",
    [
        wide()[0],
        ["UNMAV", "Gbarpolu", "adm1", "2024", 2.0, 40.0],
        ["UNMAV", "GBARPOLU", "adm1", "2025", 2.0, 46.0],
    ],
    "PK155 Data!B3",
    values=[("Gbarpolu", "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "name_alias.xlsx",
    {"Data": SPELT, "aliases": [["name", "alias"], ["Gbarpolu", "Gbarpolu County"]]},
    "PK155 Data!B3",
    values=[("Gbarpolu", "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "name_place_code.xlsx",
    [
        [*KEYS, "place_code", "posts_filled_pct"],
        ["UNMAV", "Gbarpolu", "adm1", "2024", "LR-GP", 40.0],
        ["UNMAV", "Bopolu district", "adm1", "2025", "LR-GP", 46.0],
    ],
    "PK155 Data!B3",
    "PK167 Data!B3",
    values=[("Gbarpolu", "2025", "posts_filled_pct", 46, "F3")],
)


# --- the other codes, one small workbook each -----------------------------------------------------------------


RATE = "movement_denied_pct"
case(
    "part_above_whole.xlsx",
    wide(2.0, 9.0, 4.0, names=("consent_status", f"{RATE}__numerator", f"{RATE}__denominator")),
    "PK009 Data!F3",
)
case(
    "part_missing.xlsx",
    wide(2.0, 9.0, None, names=("consent_status", f"{RATE}__numerator", f"{RATE}__denominator")),
    "PK010 Data!F3",
)
case(
    "denominator_zero.xlsx",
    wide(2.0, 1.0, 0.0, names=("consent_status", f"{RATE}__numerator", f"{RATE}__denominator")),
    "PK011 Data!F3",
)
case(
    "parts_disagree.xlsx",
    wide(40.0, 1.0, 4.0, names=(RATE, f"{RATE}__numerator", f"{RATE}__denominator")),
    "PK012 Data!E2",
    "PK012 Data!E3",
)
case(
    "grade.xlsx",
    wide(2.0, "good", names=("consent_status", "consent_status__grade")),
    "PK013 Data!F3",
)
case(
    "few_items.xlsx",
    [[*KEYS, f"{CHECK}.{ITEMS[0]}", "consent_status"], ["UNMAV", KARUVEL, "adm2", "2025", "yes", 3.0]],
    "PK014 Data!E2",
)
case(
    "unknown_item.xlsx",
    [[*KEYS, f"{CHECK}.budget_publishd", "consent_status"], ["UNMAV", KARUVEL, "adm2", "2025", "yes", 3.0]],
    "PK016 Data!E1",
)
case(
    "observed_too_late.xlsx",
    long(["posts_filled_pct", 46.0, "2027-06-30"], ["consent_status", 3.0, None], more=("observed_on",)),
    "PK018 Data!G2",
)
case(
    "percent_of_no_percent.xlsx",
    changed(
        wide(2.0, names=("consent_status",)),
        lambda book, sheets: sheets["Data"].write(2, 4, 0.03, book.add_format({"num_format": "0%"})),
    ),
    "PK022 Data!E3",
    "PK004 Data!E3",
)
case("damaged.xlsx", b"PK\x03\x04 cut short", "PK105", code=3)
case("empty.xlsx", b"", "PK103", code=3)
case("web_page.xlsx", b"<html><body>Sign in</body></html>", "PK104", code=3)
case("document.csv", b"%PDF-1.7", "PK107", code=3)
case("not_text.csv", b"mission,period\nA,\x81\n", "PK109", code=3)
case("no_header.xlsx", [[1.0, 2.0], [3.0, 4.0]], "PK120 Data", code=3)
case("no_period.xlsx", [["mission", "authority", "consent_status"], ["UNMAV", KARUVEL, 3.0]], "PK122", code=3)
case("all_missing.xlsx", wide("n/a", "n/a")[:1] + wide("n/a", "n/a")[2:], "PK123", code=3)
case("about_rubric.xlsx", {"about": [["rubric", "partnershp"]], "Data": wide(2.0, 46.0)}, "PK128", code=2)
case(
    "about_version.xlsx",
    {"about": [["rubric", "partnership"], ["rubric_version", "0.3"]], "Data": wide(2.0, 46.0)},
    "PK129 about!B2",
)
case(
    "fiscal_start.xlsx", {"about": [["fiscal_year_start", "soon"]], "Data": wide(2.0, 46.0)}, "PK115 about!B1"
)
case(
    "unknown_indicator.xlsx",
    long(["posts_filled", 46.0], ["post_filled_percent", 46.0], ["consent_status", 3.0]),
    "PK145 Data!E3",
)
case(
    "context_changes.xlsx",
    [
        [*LONG, "peer_group"],
        ["UNMAV", KARUVEL, "adm2", "2025", "consent_status", 3.0, "north"],
        ["UNMAV", KARUVEL, "adm2", "2025", "posts_filled_pct", 46.0, "south"],
    ],
    "PK147 Data!G3",
)
case("level.xlsx", wide(2.0, 46.0, authority_level="county"), "PK148 Data!C3")
case(
    "fact.xlsx",
    {
        "Data": wide(2.0, 46.0),
        "facts": [["mission", "authority", "fact", "value"], ["UNMAV", KARUVEL, "no such fact", "yes"]],
    },
    "PK149 facts!C2",
)
case(
    "target.xlsx",
    {
        "Data": wide(2.0, 46.0),
        "targets": [
            ["mission", "authority", "indicator", "value", "date"],
            ["UNMAV", KARUVEL, "posts_filled_pct", "more", None],
            ["UNMAV", KARUVEL, "posts", 50.0, None],
        ],
    },
    "PK161 targets!D2",
    "PK160 targets!C3",
)
case(
    "several_records.xlsx",
    long(["posts_filled_pct", 46.0, "r1"], ["posts_filled_pct", 50.0, "r2"], more=("source_ref",)),
    "PK150 Data!F2",
)


case(
    "unclear_fact.xlsx",
    {
        "Data": wide(2.0, 46.0),
        "facts": [["mission", "authority", "fact", "value"], ["UNMAV", KARUVEL, "agreed_exit", "perhaps"]],
    },
    "PK151 facts!D2",
)
case(
    "frozen.xlsx",
    [wide()[0], *(["UNMAV", KARUVEL, "adm2", str(year), 3.0, 46.0] for year in range(2021, 2026))],
    "PK051 Data!F6",
)
case(
    "one_hand.xlsx",
    [
        [*LONG, "assessor_code"],
        *(["UNMAV", f"Place {letter}", "adm2", "2025", "consent_status", 3.0, "A7"] for letter in "KLMNPQ"),
    ],
    "PK053 Data!F2",
)
case(
    "heaped.xlsx",
    [
        wide()[0],
        *(
            ["UNMAV", f"Town {letter * 3}", "adm2", "2025", 3.0 + at % 2, 40.0 + 5 * at]
            for at, letter in enumerate("ABCDEFGHKLM")
        ),
    ],
    "PK052 Data!F2",
)


def write_all(folder: Path) -> None:
    """Write every workbook into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in CASES:
        one.write(folder / one.name)


# --- as offices really write them ---------------------------------------------------------------------------

ABOUT = [["mission", "UNMAV"], ["period", "2025"]]
FORM = [["Mission", "UNMAV"], ["Authority", KARUVEL], ["Authority level", "adm2"], ["Period", "2025-Q1"]]
case(
    "form_text_answer_after_a_number.xlsx",
    [*FORM, ["Posts filled", 46.0], ["Political volatility", "High"], ["Consent", "not applicable"]],
    "PK008 Data!B7",
    "PK028 Data!B6",
    values=[
        (KARUVEL, "2025-Q1", "posts_filled_pct", 46, "B5"),
        (KARUVEL, "2025-Q1", "political_volatility", 4, "B6"),
    ],
)
case(
    "long_in_french.xlsx",
    [
        ["Mission", "Autorité", "authority_level", "Période", "Indicateur", "Valeur"],
        ["UNMAV", KARUVEL, "adm2", "2025", "Postes pourvus", 46.0],
    ],
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "groups_without_tool_columns.xlsx",
    [[*KEYS, "gov/posts_filled_pct", "sov/consent_status"], ["UNMAV", KARUVEL, "adm2", "2025", 46.0, 2.0]],
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2"), (KARUVEL, "2025", "consent_status", 2, "F2")],
)
for _name, _mark in (("dots", "."), ("colons", "::"), ("arrows", " > "), ("underscores", "__")):
    case(
        f"groups_with_{_name}.xlsx",
        [
            [*KEYS, f"gov{_mark}posts_filled_pct", f"sov{_mark}consent_status", "_uuid"],
            ["UNMAV", KARUVEL, "adm2", "2025", "46", "2", "5b2c"],
        ],
        values=[
            (KARUVEL, "2025", "posts_filled_pct", 46, "E2"),
            (KARUVEL, "2025", "consent_status", 2, "F2"),
        ],
    )
case(
    "groups_of_targets.xlsx",
    [
        [*KEYS, "now/posts_filled_pct", "target/posts_filled_pct", "_uuid"],
        ["UNMAV", KARUVEL, "adm2", "2025", "46", "80", "5b2c"],
    ],
    "PK058 Data!F1",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "groups_of_other_values.xlsx",
    [
        [
            *KEYS,
            "section_men/posts_filled_pct",
            *(f"{group}/posts_filled_pct" for group in OTHER_GROUPS),
            "_uuid",
        ],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, *([80.0] * len(OTHER_GROUPS)), "5b2c"],
    ],
    *(f"PK058 Data!{letter}1" for letter in "FGHIJKLMN"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "rows_of_targets.xlsx",
    [
        [*KEYS, "Type", "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", "Actual", 46.0],
        ["UNMAV", KARUVEL, "adm2", "2026", "Target", 80.0],
        ["UNMAV", KARUVEL, "adm2", "2027", "Target", 90.0],
    ],
    "PK057 Data!E3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
    says="2 rows are marked as 'Target': a target or plan",
)
case(
    "rows_of_targets_by_period.xlsx",
    [
        ["mission", "authority", "authority_level", "Statut", "Indicator", "2024", "2025"],
        ["UNMAV", KARUVEL, "adm2", "Réalisé", "posts_filled_pct", 40.0, 46.0],
        ["UNMAV", KARUVEL, "adm2", "Cible 2026", "posts_filled_pct", 70.0, 80.0],
    ],
    "PK057 Data!D3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "G2")],
)
case(
    "rows_of_baselines_in_long.xlsx",
    long(
        ["posts_filled_pct", 46.0, "Real"],
        ["posts_filled_pct", 20.0, "Línea de base"],
        more=("tipo de valor",),
    ),
    "PK057 Data!G3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "status_that_is_no_kind_of_value.xlsx",
    [[*KEYS, "Status", "posts_filled_pct"], ["UNMAV", KARUVEL, "adm2", "2025", "Targeted sanctions", 46.0]],
    "PK125 Data!E1",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "sheets_of_targets.xlsx",
    {
        "Data": wide(2.0, 46.0),
        "Cibles 2026": wide(4.0, 80.0, period="2026"),
        "Plan 2026": wide(4.0, 80.0, period="2026"),
        "Next": [["TARGETS 2026"], *wide(4.0, 80.0, period="2026")],
    },
    *("PK183 Cibles 2026", "PK183 Plan 2026", "PK183 Next"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
    says="By the title 'TARGETS 2026', what the sheet holds is a target or plan",
)
case("only_targets.xlsx", {"Cibles 2026": wide(4.0, 80.0)}, "PK183 Cibles 2026", code=3)
case(
    "targets_asked_for.xlsx",
    {"Cibles 2026": wide(4.0, 80.0)},
    options=("--sheet", "Cibles 2026"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 80, "F3")],
)
case(
    "title_that_speaks_of_targets.xlsx",
    [["Performance against targets"], *wide(2.0, 46.0)],
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F4")],
)
case(
    "targets_beside_what_was_reached.xlsx",
    [
        [*KEYS, "Indicator", "Cible", "Réalisé"],
        ["UNMAV", KARUVEL, "adm2", "2025", "posts_filled_pct", 80.0, 46.0],
    ],
    "PK125 Data!F1",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "G2")],
)
case(
    "sheet_of_means.xlsx",
    {"Data": wide(2.0, 46.0), "Moyennes par mission": wide(2.0, 40.0, authority="Toutes")},
    "PK127 Moyennes par mission",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
UNITS = [None] * 4 + ["ratio (0-1)", "(weeks)", "per million", "rating 1 to 5"]
UNITS_AND_VALUES = [
    [*KEYS, "posts_filled_pct", "clearance_delay_days", "conflict_deaths_per_100k", "consent_status"],
    ["UNMAV", KARUVEL, "adm2", "2025", 46.0, 20.0, 3.0, 2.0],
]
case(
    "other_units_under_the_header.xlsx",
    [UNITS_AND_VALUES[0], UNITS, UNITS_AND_VALUES[1]],
    *("PK030 Data!E2", "PK030 Data!F2", "PK030 Data!G2", "PK153 Data!H2"),
    values=[(KARUVEL, "2025", "consent_status", 2, "H3")],
)
case(
    "other_units_over_the_header.xlsx",
    [UNITS, *UNITS_AND_VALUES],
    *("PK030 Data!E1", "PK030 Data!F1", "PK030 Data!G1"),
    values=[(KARUVEL, "2025", "consent_status", 2, "H3")],
)
case(
    "units_under_the_header_that_fit.xlsx",
    [UNITS_AND_VALUES[0], [None] * 4 + ["%", "days", "per 100,000", "points"], UNITS_AND_VALUES[1]],
    *("PK153 Data!E2", "PK038 Data!H2"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E3")],
)
case(
    "only_other_units_under_the_header.xlsx",
    [[*KEYS, "posts_filled_pct"], [None] * 4 + ["per mille"], ["UNMAV", KARUVEL, "adm2", "2025", 46.0]],
    "PK030 Data!E2",
    code=3,
)
case(
    "form_with_other_units.xlsx",
    [
        ["Question", "Answer", "Unit"],
        *(["mission", "UNMAV"], ["authority", KARUVEL], ["authority_level", "adm2"], ["period", "2025"]),
        *(["posts_filled_pct", 46.0, "\u2030"], ["clearance_delay_days", 20.0, "days"]),
        ["budget_execution_pct", 50.0, "blips"],
    ],
    *("PK030 Data!C6", "PK038 Data!C8"),
    values=[(KARUVEL, "2025", "clearance_delay_days", 20, "B7")],
)
case(
    "turned_with_other_units.xlsx",
    [
        [None, "Unit\u00e9"],
        *(["mission", None, "UNMAV", "UNMAV"], ["authority", None, KARUVEL, OSTRA]),
        *(["authority_level", None, "adm2", "adm2"], ["period", None, "2025", "2025"]),
        *(["posts_filled_pct", "\u2030", 46.0, 50.0], ["clearance_delay_days", "jours", 20.0, 30.0]),
    ],
    "PK030 Data!B6",
    values=[(OSTRA, "2025", "clearance_delay_days", 30, "D7")],
)
case(
    "other_units_by_period.xlsx",
    [
        ["mission", "authority", "authority_level", "Indicator", "Unit", "2024", "2025"],
        ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", "\u2030", 40.0, 46.0],
        ["UNMAV", KARUVEL, "adm2", "clearance_delay_days", "days", 20.0, 30.0],
    ],
    "PK030 Data!E2",
    values=[(KARUVEL, "2025", "clearance_delay_days", 30, "G3")],
)
case(
    "unit_of_measure_in_long.xlsx",
    long(
        ["posts_filled_pct", 46.0, "\u2030"],
        ["clearance_delay_days", 20.0, "jours"],
        more=("Unit\u00e9 de mesure",),
    ),
    "PK030 Data!G2",
    values=[(KARUVEL, "2025", "clearance_delay_days", 20, "F3")],
)
case(
    "words_for_all_and_for_gaps.xlsx",
    [
        [*KEYS, "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0],
        *(["UNMAV", word, "adm2", "2025", 50.0] for word in WORDS_FOR_NOBODY),
    ],
    *(f"PK152 Data!B{row}" for row in range(3, 3 + len(WORDS_FOR_NOBODY))),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "numerators_with_one_line_between.xlsx",
    wide(
        46.0,
        23.0,
        50.0,
        names=("posts_filled_pct", "posts_filled_pct_numerator", "posts_filled_pct denominator"),
    ),
    *("PK124 Data!F1", "PK124 Data!G1"),
    says="Did you mean 'posts_filled_pct__numerator'?",
)
case(
    "rating_in_words_of_another_scale.xlsx",
    wide("élevé", 46.0),
    "PK001 Data!E3",
    says="Accepted are 1 (Strong), 2",
)
case(
    "fraction_of_a_percent.xlsx",
    wide(2.0, "23/50"),
    "PK025 Data!F3",
    says="'23/50', a fraction",
)
case("fraction_of_a_rating.xlsx", wide("5/5", 46.0), "PK025 Data!E3", says="a fraction")
case(
    "limits_under_the_header.xlsx",
    [
        [*KEYS, "posts_filled_pct", "consent_status"],
        [None, None, None, None, "0-100", "1-5"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, 2.0],
    ],
    "PK153 Data!E2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E3")],
)
case("text_of_a_percent_among_days.xlsx", wide("3 %", names=("clearance_delay_days",)), "PK026 Data!E3")
case(
    "coin_template_names_and_codes.xlsx",
    {
        "about": ABOUT,
        "Data": [
            [None, "Initial weight -->", 1.0, 1.0],
            [None, "Direction -->", 1.0, -1.0],
            [None, "Group -->", "a", "b"],
            [None, "Indicator name -->", "Posts filled", "Consent"],
            ["admin2Pcode", "Name", "posts_filled_pct", "consent_status"],
            ["MV01", KARUVEL, 46.0, 2.0],
        ],
    },
    "PK135 Data",
    "PK135 Data",
    "PK146",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "C6")],
)
COIN_TOOL = [
    [],
    [None, "Database"],
    *([] for _ in range(4)),
    [None, None, None, "Weight", 1.0, 1.0],
    [None, None, None, "Direction", 1.0, 1.0],
    [None, None, None, "Lower goalpost", 1.0, 0.0],
    [None, None, None, "Upper goalpost", 5.0, 100.0],
    [None, None, None, "Pillar", "stability", "governance_capacity"],
    *([] for _ in range(3)),
    [None, None, None, "Indicator name", "Consent", "Posts filled"],
    [None, None, None, "Code", "consent_status", "posts_filled_pct"],
    [None, OSTRA, "MV02", None, 3.0, "n/a"],
    [None, KARUVEL, "MV01", None, 2.0, 46.0],
]
case(
    "coin_tool_database.xlsx",
    {"about": ABOUT, "Framework": [["--"]], "Database": COIN_TOOL},
    *(
        "PK007 Database!F17",
        "PK125 Database!D16",
        "PK127 Framework",
        "PK135 Database",
        "PK135 Database",
        "PK146",
    ),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F18"), (OSTRA, "2025", "consent_status", 3, "E17")],
)
case(
    "structure_and_pivot_beside_data.xlsx",
    {
        "Data": wide(2.0, 46.0),
        "Structure": [
            ["iCode", "iName", "Level", "Weight"],
            *([name, name, 1.0, 0.5] for name in wide(2.0, 46.0)[0]),
        ],
        "Pivot 2": [["authority", "posts_filled_pct"], [KARUVEL, 46.0], ["Grand Total", 46.0]],
    },
    *("PK127 Pivot 2", "PK127 Structure"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
TURNED = [
    ["mission", "UNMAV", None, None],
    ["authority", KARUVEL, None, OSTRA],
    ["authority_level", "adm2", "adm2", "adm2"],
    ["period", "2024", "2025", "2025"],
    ["consent_status", 3.0, 2.0, 4.0],
    ["posts_filled_pct", 30.0, 46.0, None],
]
case(
    "turned_with_merged_keys.xlsx",
    changed(
        TURNED,
        lambda book, sheets: (
            sheets["Data"].merge_range("B1:D1", "UNMAV"),
            sheets["Data"].merge_range("B2:C2", KARUVEL),
            sheets["Data"].merge_range("C6:D6", 46.0),
        ),
    ),
    *("PK134 Data!B1", "PK134 Data!B2", "PK178 Data!C6"),
    values=[
        (KARUVEL, "2024", "posts_filled_pct", 30, "B6"),
        (KARUVEL, "2025", "consent_status", 2, "C5"),
        (OSTRA, "2025", "consent_status", 4, "D5"),
    ],
)
case(
    "turned_with_blank_keys.xlsx",
    TURNED,
    *("PK142 Data!C1", "PK142 Data!D1"),
    values=[(KARUVEL, "2024", "posts_filled_pct", 30, "B6")],
)
case(
    "titles_of_several_partnerships.xlsx",
    [
        ["mission", "UNMAV"],
        ["authority", KARUVEL, OSTRA],
        [],
        ["indicator", "2024", "2025"],
        ["posts_filled_pct", 40.0, 41.0],
    ],
    "PK122 Data!A4",
    code=3,
    says="no column 'authority'",
)
case(
    "names_of_keys.csv",
    f"[Mission].[Name],District name,authority_level,period,posts_filled_pct\nUNMAV,{KARUVEL},adm2,2025,46\n",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "weights_under_the_header.xlsx",
    {
        "INFORM Severity - all crises": [
            ["INFORM Severity 2025"],
            ["CRISIS", *KEYS, "posts_filled_pct", "trust_in_authority_pct"],
            ["Weights", None, None, None, None, 0.5, 0.5],
            ["(a-z)", "(a-z)", None, None, None, "(0-100)", "(0-100)"],
            ["MAV001", "UNMAV", KARUVEL, "adm2", "2025", 46.0, "x"],
        ]
    },
    *(
        f"PK{code} INFORM Severity - all crises!{cell}"
        for code, cell in (("007", "G5"), ("125", "A2"), ("153", "F3"), ("153", "F4"))
    ),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F5")],
)
case(
    "names_in_a_title.csv",
    f"mission,authority,authority_level,period,country\n{','.join(KEYS)},posts_filled_pct\n"
    f"UNMAV,{KARUVEL},adm2,2025,46\n",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E3")],
)
case(
    "fiscal_start_of_the_map_beside_another.xlsx",
    with_fiscal_map(
        {"about": [["fiscal_year_start", "soon"]], "Data": wide(2.0, 46.0, period="2019/20")},
        lambda book, sheets: None,
    ),
    "PK173 Data!D3",
    options=("--column-map", "fiscal_start_of_the_map_beside_another.yaml"),
    values=[(KARUVEL, "FY2019/20", "posts_filled_pct", 46, "F3")],
)
case(
    "the_same_row_far_below.csv",
    csv(
        [
            [*KEYS, "posts_filled_pct"],
            *(["UNMAV", f"P{at}", "adm2", "2025", at % 60 + 20] for at in range(1500)),
            ["UNMAV", "P3", "adm2", "2025", 24],
        ]
    ),
    "PK140 A1502",
    values=[("P1200", "2025", "posts_filled_pct", 20, "E1202")],
    says="rows 5 and 1502",
)
case(
    "targets_beside_results.xlsx",
    changed(
        [
            ["mission", "authority", "authority_level", "indicator", "Réalisations", None, "Cibles", None],
            [None, None, None, None, "2024", "2025", "2025", "2026"],
            ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 40.0, 46.0, 60.0, 80.0],
        ],
        lambda book, sheets: (
            sheets["Data"].merge_range("E1:F1", "Réalisations"),
            sheets["Data"].merge_range("G1:H1", "Cibles"),
        ),
    ),
    *("PK058 Data!G2", "PK058 Data!H2"),
    values=[(KARUVEL, "2024", "posts_filled_pct", 40, "E3"), (KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "targets_over_indicators.xlsx",
    [
        [None, None, None, None, "Target", "Results", None],
        [*KEYS, "posts_filled_pct", "posts_filled_pct", "consent_status"],
        ["UNMAV", KARUVEL, "adm2", "2025", 80.0, 46.0, 2.0],
    ],
    "PK058 Data!E2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3"), (KARUVEL, "2025", "consent_status", 2, "G3")],
)
case(
    "by_period_of_one.xlsx",
    by_period("2025"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 40, "E2")],
)
case(
    "by_period_quarters_of_years_beside.xlsx",
    [
        ["mission", "authority", "authority_level", "indicator", "Année", "T1", "T2"],
        ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 2024.0, 40.0, 41.0],
        ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 2025.0, 46.0, None],
    ],
    values=[
        (KARUVEL, "2024-Q2", "posts_filled_pct", 41, "G2"),
        (KARUVEL, "2025-Q1", "posts_filled_pct", 46, "F3"),
    ],
)
case(
    "sample_beside_percent.xlsx",
    changed(
        [
            [*KEYS, "Trust in authority", None],
            [None, None, None, None, "n", "%"],
            ["UNMAV", KARUVEL, "adm2", "2025", 400.0, 46.0],
        ],
        lambda book, sheets: sheets["Data"].merge_range("E1:F1", "Trust in authority"),
    ),
    "PK037 Data!F3",
    values=[(KARUVEL, "2025", "trust_in_authority_pct", 46, "F3")],
)
case(
    "hxl_all_at_odds.csv",
    f"mission,authority,authority_level,period,posts_filled_pct\n#org,#adm2,#adm2+level,#date,#indicator+consent_status\nUNMAV,{KARUVEL},adm2,2025,2\n",
    *("PK123", "PK190 E1"),
    code=3,
)
case(
    "lines_between_partnerships.xlsx",
    [
        ["Mission: UNMAV"],
        ["Period", "2024"],
        ["authority", "authority_level", "posts_filled_pct"],
        [KARUVEL, "adm2", 46.0],
        [],
        ["Mission: UNOKA"],
        ["Period", "2025"],
        ["authority", "authority_level", "posts_filled_pct"],
        [OSTRA, "adm2", 50.0],
    ],
    *("PK135 Data" for _ in range(4)),
    "PK139 Data!A8",
    values=[(KARUVEL, "2024", "posts_filled_pct", 46, "C4"), (OSTRA, "2025", "posts_filled_pct", 50, "C9")],
)
case(
    "lines_between_periods_across.xlsx",
    [
        ["Mission: UNMAV"],
        ["Authority", KARUVEL],
        ["indicator", "2024", "2025"],
        ["posts_filled_pct", 40.0, 46.0],
        ["Authority", OSTRA],
        ["indicator", "2024", "2025"],
        ["posts_filled_pct", 50.0, None],
    ],
    *("PK135 Data" for _ in range(3)),
    "PK146",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "C4"), (OSTRA, "2024", "posts_filled_pct", 50, "B7")],
)
case(
    "rows_before_the_first_line.xlsx",
    [
        ["mission", "authority", "authority_level", "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", 46.0],
        ["Period: 2025"],
        ["UNMAV", OSTRA, "adm2", 50.0],
    ],
    *("PK135 Data", "PK142 Data!E2"),
    values=[(OSTRA, "2025", "posts_filled_pct", 50, "D4")],
)


def of_years(*columns: tuple[str, Any], title: Rows = ()) -> Rows:
    """A table of the year 2025 with further columns, each by its name and cell."""
    return [
        *title,
        [
            "mission",
            "authority",
            "authority_level",
            "Année",
            *(name for name, _ in columns),
            "posts_filled_pct",
        ],
        ["UNMAV", KARUVEL, "adm2", 2025.0, *(cell for _, cell in columns), 46.0],
    ]


case(
    "sheets_of_quarters_beside_years.xlsx",
    {"T1": of_years(), "T2": of_years()},
    *("PK135 T1", "PK135 T2"),
    values=[
        (KARUVEL, "2025-Q1", "posts_filled_pct", 46, "E2"),
        (KARUVEL, "2025-Q2", "posts_filled_pct", 46, "E2"),
    ],
)
case(
    "quarter_in_a_title.xlsx",
    of_years(title=[["Trimestre : T2"]]),
    "PK135 Data",
    values=[(KARUVEL, "2025-Q2", "posts_filled_pct", 46, "E3")],
)
case(
    "quarter_of_a_title_beside_its_year.xlsx",
    of_years(title=[["Period: T2 2025"]]),
    "PK135 Data",
    values=[(KARUVEL, "2025-Q2", "posts_filled_pct", 46, "E3")],
)
case(
    "quarter_in_about.xlsx",
    {"about": [["quarter", "Q3"]], "Data": of_years()},
    "PK135 Data",
    values=[(KARUVEL, "2025-Q3", "posts_filled_pct", 46, "E2")],
)
case(
    "quarters_by_numerals.xlsx",
    of_years(("Trim.", "IV")),
    "PK175 Data!E1",
    values=[(KARUVEL, "2025-Q4", "posts_filled_pct", 46, "F2")],
)
case(
    "quarters_under_an_unknown_name.xlsx",
    of_years(("Tranche", "T4")),
    *("PK124 Data!E1", "PK125 Data!E1"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
    says="It may hold the quarter of the year beside it",
)
case(
    "quarters_of_years_over_two.xlsx",
    {
        "about": [["fiscal_year_start", "July"]],
        "Data": [
            [*row[:3], "2024/25" if at else "Année", *row[4:]]
            for at, row in enumerate(of_years(("Trimestre", "T1")))
        ],
    },
    *("PK123", "PK143 Data!D2"),
    code=3,
)
case(
    "quarters_beside_another_period.xlsx",
    {
        "about": [["period", "2025-Q2"]],
        "Data": [[*KEYS[:3], "Quarter", "posts_filled_pct"], ["UNMAV", KARUVEL, "adm2", "Q1", 46.0]],
    },
    "PK122 Data!A1",
    code=3,
    says="'Quarter' gives no year",
)
case(
    "summary_in_words.xlsx",
    {
        "about": ABOUT,
        KARUVEL: [["posts_filled_pct"], [40.0]],
        OSTRA: [["posts_filled_pct"], [50.0]],
        "Tableau de synthèse": [["posts_filled_pct"], [45.0]],
    },
    *(f"PK135 {sheet}" for sheet in (KARUVEL, OSTRA) for _ in range(3)),
    "PK127 Tableau de synthèse",
    "PK146",
    values=[(KARUVEL, "2025", "posts_filled_pct", 40, "A2")],
)
CHOSEN = ["The budget is published", "Last year's accounts were audited or examined"]
case(
    "decimal_commas_beside_points.csv",
    csv(
        [
            [*KEYS, "local_work_days_per_1000", "posts_filled_pct"],
            ["UNMAV", KARUVEL, "adm2", "2025", "1.250", "46,5"],
            ["UNMAV", OSTRA, "adm2", "2025", "900", "47,5"],
        ],
        ";",
    ),
    "PK027 E2",
    "PK032 F2",
    values=[(OSTRA, "2025", "local_work_days_per_1000", 900, "E3")],
)
case(
    "counts_for_a_rating.xlsx",
    [
        [*KEYS, "consent_status__numerator", "consent_status__denominator", "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", 20.0, 50.0, 46.0],
    ],
    "PK039 Data!E2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "G2")],
)
case(
    "errors_in_context.xlsx",
    [
        [*KEYS, "peer_group", "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", "#N/A", 46.0],
        ["UNMAV", OSTRA, "adm2", "2025", "-", 40.0],
    ],
    "PK002 Data!E2",
    "PK007 Data!E3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "mission_dates.xlsx",
    [
        [*KEYS, "mission_start", "drawdown_start", "mission_end", "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", "2003-10-01", "03/04/2015", "soon", 46.0],
    ],
    "PK029 Data!F2",
    "PK019 Data!G2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "H2")],
)
case(
    "same_row_with_another_grade.xlsx",
    [
        [*KEYS, "posts_filled_pct", "posts_filled_pct__grade"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, "B2"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, "E5"],
        ["UNMAV", OSTRA, "adm2", "2025", 40.0, "B2"],
    ],
    "PK140 Data!A3",
    values=[(OSTRA, "2025", "posts_filled_pct", 40, "E4")],
)
case(
    "namesakes_and_a_row_without_code.xlsx",
    [
        [*KEYS, "place_code", "posts_filled_pct"],
        ["UNMAV", "Centre", "adm1", "2024", "HT01", 40.0],
        ["UNMAV", "Centre", "adm1", "2024", "HT02", 46.0],
        ["UNMAV", "Centre", "adm1", "2025", None, 90.0],
    ],
    "PK155 Data!B3",
    "PK180 Data!E4",
    values=[
        ("Centre", "2024", "posts_filled_pct", 40, "F2"),
        ("Centre (HT02)", "2024", "posts_filled_pct", 46, "F3"),
    ],
)
case(
    "namibia.xlsx",
    [
        [*KEYS, "place_code", "posts_filled_pct"],
        ["UNMAV", "Namibia", "national", "2024", "NA", 40.0],
        ["UNMAV", "Republic of Namibia", "national", "2025", "NA", 46.0],
        ["UNMAV", "Angola", "national", "2025", "AO", 50.0],
    ],
    "PK155 Data!B3",
    "PK167 Data!B3",
    values=[("Namibia", "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "a_place_called_meta.xlsx",
    [
        [*KEYS, "place_code", "posts_filled_pct"],
        ["UNMAV", "Meta", "adm1", "2025", "CO50", 46.0],
        ["UNMAV", "Moyenne générale", "adm1", "2025", None, 43.0],
        ["UNMAV", "Moyenne Guinée", "adm1", "2025", None, 41.0],
        ["UNMAV", "Target 2025", "adm1", "2025", None, 80.0],
    ],
    "PK152 Data!B3",
    "PK152 Data!B5",
    values=[
        ("Meta", "2025", "posts_filled_pct", 46, "F2"),
        ("Moyenne Guinée", "2025", "posts_filled_pct", 41, "F4"),
    ],
)
case(
    "years_with_a_dash.xlsx",
    {
        "about": [["fiscal_year_start", "July"]],
        "Data": [
            [*KEYS, "posts_filled_pct"],
            *(
                ["UNMAV", KARUVEL, "adm2", year, 40.0 + at]
                for at, year in enumerate(("2010-11", "2011-12", "2012-13"))
            ),
        ],
    },
    "PK173 Data!D2",
    values=[(KARUVEL, "FY2010/11", "posts_filled_pct", 40, "E2")],
)
case(
    "month_or_year_with_a_dash.xlsx",
    {
        "about": [["fiscal_year_start", "July"]],
        "Data": [
            [*KEYS, "posts_filled_pct"],
            ["UNMAV", KARUVEL, "adm2", "2010-11", 40.0],
            ["UNMAV", OSTRA, "adm2", "2010", 46.0],
        ],
    },
    "PK159 Data!D2",
    says="Did you mean 'November 2010' or 'FY2010/11'?",
    values=[(OSTRA, "2010", "posts_filled_pct", 46, "E3")],
)
case(
    "zeros_nobody_reported.xlsx",
    [
        [*KEYS, "hostile_statements", "report_received", "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", 0.0, "no", 46.0],
        ["UNMAV", OSTRA, "adm2", "2025", 0.0, "yes", 40.0],
    ],
    "PK056 Data!E2",
    values=[(OSTRA, "2025", "hostile_statements", 0, "E3"), (KARUVEL, "2025", "posts_filled_pct", 46, "G2")],
)
case(
    "not_applicable_beside_sides.xlsx",
    [
        [*KEYS, "consent_status", "consent_status__mission", "consent_status__host", "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", "2025", "not applicable", 4.0, 2.0, 46.0],
    ],
    "PK008 Data!E2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "H2")],
)
case(
    "counts_in_place_of_a_rate.xlsx",
    [
        [
            *KEYS,
            "conflict_deaths_per_100k",
            "conflict_deaths_per_100k__numerator",
            "conflict_deaths_per_100k__denominator",
        ],
        ["UNMAV", KARUVEL, "adm2", "2025", None, 3.0, 84_000.0],
    ],
    values=[(KARUVEL, "2025", "conflict_deaths_per_100k", 300_000 / 84_000, "F2")],
)
case(
    "title_with_commas_above_semicolons.csv",
    b"Rapport trimestriel, mission UNMAV, 2025\r\n" + csv(wide(2, 46), ";"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F4")],
)
case(
    "database_export.xls",
    csv(wide(2, 46), ";", "cp1252"),
    "PK119",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "points_of_thousands_in_french.csv",
    csv([[*KEYS, "local_work_days_per_1000"], ["UNMAV", KARUVEL, "adm2", "2025", "1.250"]], ";"),
    "PK032 E2",
    options=("--locale", "fr"),
    values=[(KARUVEL, "2025", "local_work_days_per_1000", 1250, "E2")],
)
case(
    "one_reference_two_sides.xlsx",
    long(
        ["consent_status", 2.0, "report 7", "A1", "mission"],
        ["consent_status", 5.0, "report 7", "A1", "host"],
        ["posts_filled_pct", 46.0, None, None, None],
        more=("source_ref", "assessor_code", "assessor_side"),
    ),
    "PK140 Data!F3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F4")],
)
case(
    "one_sheet_called_like_a_place.xlsx",
    {"about": ABOUT, KARUVEL: [["posts_filled_pct"], [40.0]]},
    "PK122 Karuvel!A1",
    code=3,
)
case(
    "aliases_in_any_order.xlsx",
    {
        "aliases": [["name", "alias"], ["Old K", "Older K"], [KARUVEL, "Old K"]],
        "Data": [
            [*KEYS, "posts_filled_pct"],
            ["UNMAV", KARUVEL, "adm2", "2024", 40.0],
            ["UNMAV", "Older K", "adm2", "2025", 46.0],
        ],
    },
    "PK155 Data!B3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E3")],
)
case(
    "quotation_mark_too_many.csv",
    b"mission,authority,authority_level,period,posts_filled_pct\n"
    b'UNMAV,"Karuvel,adm2,2025,46\nUNMAV,Ostra,adm2,2025,50\nUNMAV,"Lofa",adm2,2025,60\nUNMAV,Gbarpolu,adm2,2025,40\n',
    "PK181 B2",
    values=[("Gbarpolu", "2025", "posts_filled_pct", 40, "E3")],
)
LONG_NAME = "Gouvernement provincial du Karuvel-Sud"
case(
    "sheet_name_cut_with_partnerships.xlsx",
    {
        "about": ABOUT,
        "partnerships": [["mission", "authority", "authority_level"], ["UNMAV", LONG_NAME, "adm1"]],
        LONG_NAME[:31]: [["posts_filled_pct"], [40.0]],
        OSTRA: [["posts_filled_pct"], [50.0]],
    },
    *(f"PK135 {sheet}" for sheet in (LONG_NAME[:31], OSTRA) for _ in range(3)),
    "PK146",
    values=[(LONG_NAME, "2025", "posts_filled_pct", 40, "A2")],
)


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))


# --- what the reading of hashtags, lists of choices, units and periods keeps apart -----------------------------------

case(
    "years_as_text_under_indicators.csv",
    "mission,authority,authority_level,posts_filled_pct,,budget_execution_pct,\n"
    f",,,2024,2025,2024,2025\nUNMAV,{KARUVEL},adm2,50,51,80,81\n",
    values=[
        (KARUVEL, "2024", "posts_filled_pct", 50, "D3"),
        (KARUVEL, "2025", "posts_filled_pct", 51, "E3"),
        (KARUVEL, "2025", "budget_execution_pct", 81, "G3"),
    ],
)
case(
    "hxl_two_levels.csv",
    "Mission,Region,District,Period,Posts\n"
    "#org,#adm1+name,#adm2+name,#date,#indicator+posts_filled_pct+num\n"
    f"UNMAV,North,{KARUVEL},2025,46\n",
    "PK131 A2",
    "PK125 B1",
    "PK146",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E3")],
)
case(
    "hxl_long.csv",
    "Org,Lugar,Nivel,Fecha,Medida,Cantidad,En\n"
    "#org,#adm2+name,#adm2+level,#date,#indicator+name,#indicator+value+num,#indicator+unit\n"
    f"UNMAV,{KARUVEL},adm2,2025,posts_filled_pct,46,%\nUNMAV,{KARUVEL},adm2,2025,Consent status,2,\n",
    "PK131 A2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3"), (KARUVEL, "2025", "consent_status", 2, "F4")],
)
case(
    "hxl_long_without_header.csv",
    "#org,#adm2+name,#adm2+level,#date,#indicator+code,#value\n"
    f"UNMAV,{KARUVEL},adm2,2025,posts_filled_pct,46\n",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "hxl_at_odds.csv",
    f"{','.join(KEYS)},consent_status,posts_filled_pct,trust_in_authority_pct\n"
    "#org,#adm2+name,,#date,#indicator+posts_filled_pct,#indicator+posts_filled_pct,"
    "#indicator+trust_in_authority_pct+target\n"
    f"UNMAV,{KARUVEL},adm2,2025,30,46,80\n",
    "PK131 A2",
    "PK190 E1",
    "PK190 G1",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
    says="The header of the column says consent_status, the hashtag under it 'posts_filled_pct'",
)
case(
    "hxl_target_and_women.csv",
    "Mission,District,Period,Posts,Target,Women\n"
    "#org,#adm1+name,#date,#indicator+posts_filled_pct,#indicator+posts_filled_pct+target,#indicator+trust_in_authority_pct+f\n"
    f"UNMAV,{KARUVEL},2025,46,80,30\n",
    "PK131 A2",
    "PK125 E1",
    "PK125 F1",
    "PK146",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "D3")],
)
case(
    "chosen_items_none_and_other.csv",
    f"mission,authority,authority_level,period,{CHECK}\n"
    f"UNMAV,A,adm2,2025,{' '.join(ITEMS)}\nUNMAV,B,adm2,2025,none\nUNMAV,C,adm2,2025,{ITEMS[0]} other\n",
    "PK015 E4",
    values=[("A", "2025", CHECK, 100, "E2"), ("B", "2025", CHECK, 0, "E3")],
)
case(
    "items_as_rows.xlsx",
    long(
        *(
            [f"{CHECK}.{item}", answer]
            for item, answer in zip(ITEMS, ("yes", "no", "yes", "partial", "no"), strict=False)
        ),
        ["posts_filled_pct", 46.0],
        ["Accountability: Complaints were answered within the stated time", "yes"],
    ),
    values=[(KARUVEL, "2025", CHECK, 350 / 6, "F2"), (KARUVEL, "2025", "posts_filled_pct", 46, "F7")],
)
case(
    "items_as_rows_spoilt.xlsx",
    long(
        *([f"{CHECK}.{item}", "yes"] for item in ITEMS),
        [f"{CHECK}.{ITEMS[0]}", "no"],
        [f"{CHECK}.{ITEMS[1]}", "yes"],
        [f"{CHECK}.audits_published", "yes"],
        ["Total", 12.0],
    ),
    *("PK140 Data!F8", "PK141 Data!F9", "PK145 Data!E10", "PK152 Data!E11"),
    values=[(KARUVEL, "2025", CHECK, 100, "F3")],
)
case(
    "items_as_rows_of_two_sources.xlsx",
    long(
        *([f"{CHECK}.{item}", "yes", "register"] for item in ITEMS),
        *([f"{CHECK}.{item}", "no", "visit"] for item in ITEMS),
        more=("source_ref",),
    ),
    "PK150 Data!F2",
    values=[(KARUVEL, "2025", CHECK, 50, "F2")],
)
case(
    "items_by_label_alone.csv",
    "mission,authority,authority_level,period,The budget is published,Les comptes de l'année dernière ont été vérifiés ou examinés,"
    f"{CHECK}.council_met,{CHECK}.hearing_held\nUNMAV,{KARUVEL},adm2,2025,yes,no,yes,yes\n",
    values=[(KARUVEL, "2025", CHECK, 75, "E2")],
)
case(
    "items_chosen_in_a_long_table.xlsx",
    long([CHECK, f"{ITEMS[0]} {ITEMS[2]} {ITEMS[3]}"]),
    values=[(KARUVEL, "2025", CHECK, 50, "F2")],
)
UNITS = [*KEYS, "indicator", "value", "unit"]
case(
    "units_of_long_rows.xlsx",
    [
        UNITS,
        ["UNMAV", "A", "adm2", "2025", "conflict_deaths_per_100k", 3.0, "per million"],
        ["UNMAV", "B", "adm2", "2025", "clearance_delay_days", 30.0, "hours"],
        ["UNMAV", "C", "adm2", "2025", "posts_filled_pct", 46.0, "% of posts"],
        ["UNMAV", "D", "adm2", "2025", "posts_filled_pct", 46.0, "established posts"],
        ["UNMAV", "E", "adm2", "2025", "conflict_deaths_per_100k", 3.0, "per 100,000"],
    ],
    "PK030 Data!G2",
    "PK030 Data!G3",
    "PK038 Data!G5",
    values=[
        ("C", "2025", "posts_filled_pct", 46, "F4"),
        ("D", "2025", "posts_filled_pct", 46, "F5"),
        ("E", "2025", "conflict_deaths_per_100k", 3, "F6"),
    ],
)
case(
    "year_and_month.csv",
    f"mission,authority,authority_level,year,month,posts_filled_pct\nUNMAV,{KARUVEL},adm2,2025,6,46\n",
    "PK175 E1",
    values=[(KARUVEL, "2025-06", "posts_filled_pct", 46, "F2")],
)
case(
    "year_and_quarter.xlsx",
    [
        ["mission", "authority", "authority_level", "Year", "Quarter", "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", 2025.0, "T2", 46.0],
        ["UNMAV", KARUVEL, "adm2", 2025.0, 3.0, 47.0],
        ["UNMAV", KARUVEL, "adm2", 2025.0, None, 48.0],
        ["UNMAV", KARUVEL, "adm2", 2025.0, 5.0, 49.0],
    ],
    "PK175 Data!E1",
    "PK143 Data!D4",
    "PK143 Data!D5",
    values=[
        (KARUVEL, "2025-Q2", "posts_filled_pct", 46, "F2"),
        (KARUVEL, "2025-Q3", "posts_filled_pct", 47, "F3"),
    ],
    says="The period '2025, quarter left blank' is not understood",
)
case(
    "year_and_quarter_above_the_table.xlsx",
    [
        ["Mission: UNMAV", None, "Quarter", "2"],
        ["Year", 2025.0],
        ["authority", "authority_level", "posts_filled_pct"],
        [KARUVEL, "adm2", 46.0],
    ],
    "PK135 Data",
    "PK135 Data",
    values=[(KARUVEL, "2025-Q2", "posts_filled_pct", 46, "C4")],
)
QUARTERS = ["mission", "authority", "authority_level", "Quarter", "posts_filled_pct"]
case(
    "quarters_on_a_sheet_per_year.xlsx",
    {
        "2024": [QUARTERS, ["UNMAV", KARUVEL, "adm2", "Q1", 46.0], ["UNMAV", KARUVEL, "adm2", 2.0, 47.0]],
        "2025": [QUARTERS, ["UNMAV", KARUVEL, "adm2", "Q1", 48.0]],
    },
    *("PK135 2024", "PK135 2025", "PK175 2024!D1", "PK175 2025!D1"),
    values=[
        (KARUVEL, "2024-Q1", "posts_filled_pct", 46, "E2"),
        (KARUVEL, "2024-Q2", "posts_filled_pct", 47, "E3"),
        (KARUVEL, "2025-Q1", "posts_filled_pct", 48, "E2"),
    ],
)
case(
    "quarters_without_a_year.xlsx",
    [QUARTERS, ["UNMAV", KARUVEL, "adm2", "Q1", 46.0]],
    "PK122 Data!A1",
    code=3,
    says="'Quarter' gives no year",
)
case(
    "months_over_columns_year_in_the_title.xlsx",
    [
        ["Year: 2025"],
        ["mission", "authority", "authority_level", "indicator", "Jan", "Février"],
        ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 46.0, 47.0],
    ],
    values=[
        (KARUVEL, "2025-01", "posts_filled_pct", 46, "E3"),
        (KARUVEL, "2025-02", "posts_filled_pct", 47, "F3"),
    ],
)
case(
    "merged_years_beside_months.xlsx",
    changed(
        [
            ["Mission: UNMAV"],
            ["authority", "authority_level", "Year", "Month", "posts_filled_pct"],
            [None, "adm2", None, 6.0, 46.0],
            [None, "adm2", None, 7.0, 47.0],
        ],
        lambda book, sheets: (
            sheets["Data"].merge_range("A3:A4", KARUVEL),
            sheets["Data"].merge_range("C3:C4", 2025.0),
        ),
    ),
    *("PK134 Data!A3", "PK134 Data!C3", "PK135 Data", "PK175 Data!D2"),
    values=[
        (KARUVEL, "2025-06", "posts_filled_pct", 46, "E3"),
        (KARUVEL, "2025-07", "posts_filled_pct", 47, "E4"),
    ],
)
case(
    "days_for_periods.xlsx",
    [
        [*KEYS, "posts_filled_pct"],
        ["UNMAV", KARUVEL, "adm2", dt.datetime(2025, 6, 30), 46.0],
        ["UNMAV", "Ostra", "adm2", "30/06/2025", 47.0],
        ["UNMAV", "Tevli", "adm2", 45838.0, 48.0],
    ],
    "PK177 Data!D2",
    "PK143 Data!D4",
    values=[
        (KARUVEL, "2025-06", "posts_filled_pct", 46, "E2"),
        ("Ostra", "2025-06", "posts_filled_pct", 47, "E3"),
    ],
    says="Did you mean '2025-06'?",
)
case(
    "days_over_columns.xlsx",
    [
        ["mission", "authority", "authority_level", "indicator", dt.datetime(2025, 3, 31), "30/06/2025"],
        ["UNMAV", KARUVEL, "adm2", "posts_filled_pct", 46.0, 47.0],
    ],
    "PK177 Data!E1",
    values=[
        (KARUVEL, "2025-03", "posts_filled_pct", 46, "E2"),
        (KARUVEL, "2025-06", "posts_filled_pct", 47, "F2"),
    ],
)
case(
    "invisible_signs_everywhere.xlsx",
    [
        [*KEYS, "posts_filled_pct", "posts_filled_pct__grade"],
        ["UNMAV", f"\u2067{KARUVEL}\u2069", "ADM-2", "2025", "\u206646\u2069", "B2\u200b"],
        ["UNMAV", "Os\u00adtra", "admin 2", "2025", "4\u00ad7", "B2\ufe0f"],
    ],
    "PK006 Data!E2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2"), ("Ostra", "2025", "posts_filled_pct", 47, "E3")],
)
case(
    "dimension_titles_over_indicators.xlsx",
    [
        ["Quarterly review"],
        [
            "Mission",
            "Authority",
            "authority_level",
            "Period",
            "Governance capacity",
            None,
            "Sovereignty tension",
        ],
        [None, None, None, None, "Posts filled", "Budget execution", "Consent"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, 70.0, 2.0],
    ],
    values=[
        (KARUVEL, "2025", "posts_filled_pct", 46, "E4"),
        (KARUVEL, "2025", "budget_execution_pct", 70, "F4"),
        (KARUVEL, "2025", "consent_status", 2, "G4"),
    ],
)
case(
    "aliases_listed_chained_and_twice.xlsx",
    {
        "Data": [
            [*KEYS, "posts_filled_pct"],
            *(
                ["UNMAV", name, "adm1", str(2021 + at), 46.0 + at]
                for at, name in enumerate(("Karuvel", "Old K", "K town", "Kv", "Kay"))
            ),
        ],
        "aliases": [
            ["name", "alias"],
            ["Karuvel", "Old K; K town"],
            ["K town", "Kv"],
            ["Kv", "Kay"],
            ["Ostra", "Old K"],
        ],
    },
    *(f"PK155 Data!B{row}" for row in range(3, 7)),
    "PK176 aliases!B5",
    values=[("Karuvel", str(2021 + at), "posts_filled_pct", 46 + at, f"E{2 + at}") for at in range(5)],
)


# --- names that may be one --------------------------------------------------------------------------------------


def named(*who: tuple[Any, Any, str]) -> Rows:
    """A wide table of missions and authorities with their periods."""
    rows = [[mission, name, "adm2", period, 40.0 + at] for at, (mission, name, period) in enumerate(who)]
    return [[*KEYS, "posts_filled_pct"], *rows]


for slip, (one, other) in {
    "letter_of_another_alphabet": ("Ituri", "\u0406turi"),
    "short_name": ("Ituri", "Itury"),
    "first_letter": ("Ituri", "Uturi"),
    "other_order_of_words": ("Nord Kivu", "Kivu Nord"),
    "abbreviated_word": ("Nord Kivu", "N. Kivu"),
    "saint": ("Saint-Marc", "St. Marc"),
    "kind_of_place": ("Ituri", "Province de l'Ituri"),
    "greek_letters": ("Karuvel", "\u039a\u03b1ruvel"),
}.items():
    case(
        f"name_near_by_{slip}.xlsx",
        named(("UNMAV", one, "2024"), ("UNMAV", other, "2025")),
        "PK154 Data!B3",
        values=[(one, "2024", "posts_filled_pct", 40, "E2"), (other, "2025", "posts_filled_pct", 41, "E3")],
    )
case(
    "name_of_a_series.xlsx",
    named(*(("UNMAV", f"Sector {mark}", str(2020 + at)) for at, mark in enumerate(("A", "B", "II", "III")))),
)
case(
    "names_that_begin_otherwise.xlsx",
    named(("UNMAV", "East Equatoria", "2024"), ("UNMAV", "West Equatoria", "2025")),
)
case(
    "mission_with_a_slip.xlsx",
    named(("MINUSCA", "Bria", "2024"), ("MINUSAC", "Bangui", "2025")),
    "PK154 Data!A3",
    says="'MINUSAC' is nearly 'MINUSCA'",
)
case(
    "missions_with_near_names.xlsx",
    named(("UNMIL", "Bria", "2024"), ("UNMIK", "Bangui", "2025")),
)
case(
    "mission_near_by_a_shared_authority.xlsx",
    named(("UNMIS", "Juba", "2010"), ("UNMISS", "Juba", "2012")),
    "PK154 Data!A3",
)
case(
    "mission_with_points.xlsx",
    named(("UNMAV", KARUVEL, "2024"), ("U.N.M.A.V.", KARUVEL, "2025")),
    "PK155 Data!A3",
)
case(
    "header_with_a_cyrillic_letter.xlsx",
    [[*KEYS, "p\u043ests_filled_pct", "consent_status"], ["UNMAV", KARUVEL, "adm2", "2025", 46.0, 2.0]],
    "PK124 Data!E1",
    says="Did you mean 'posts_filled_pct'? It holds a letter that only looks Latin: \u043e (Cyrillic).",
)

# --- side sheets --------------------------------------------------------------------------------------------------

TWO_PLACES = named(("UNMAV", KARUVEL, "2025"), ("UNMAV", OSTRA, "2025"))
FACT = ["mission", "authority", "period", "fact", "value", "date"]
TARGET = ["mission", "authority", "indicator", "value", "date", "baseline"]
case(
    "side_sheets_in_french.xlsx",
    {
        "Donn\u00e9es": [
            ["autorit\u00e9", "niveau d'autorit\u00e9", "posts_filled_pct"],
            [KARUVEL, "adm2", 46.0],
            ["Vieux K", "adm2", 47.0],
        ],
        "\u00c0 propos": [
            ["Mission :", "UNMAV"],
            ["P\u00e9riode : 2025"],
            ["D\u00e9but de l'exercice", "bient\u00f4t"],
        ],
        "Partenariats": [
            ["mission", "autorit\u00e9", "d\u00e9but de la mission"],
            ["UNMAV", KARUVEL, "hier"],
        ],
        "Faits": [[*FACT[:3], "fait", "valeur"], ["UNMAV", KARUVEL, "2025", "agreed_exit", "peut-\u00eatre"]],
        "Objectifs": [
            [*FACT[:2], "indicateur", "valeur"],
            ["UNMAV", KARUVEL, "posts_filled_pct", "beaucoup"],
        ],
        "Ruptures": [["indicateur", "p\u00e9riode"], ["posts_filled_pct", "bient\u00f4t"]],
        "Alias": [["nom", "alias"], ["Ostra", "Vieux K"]],
    },
    *("PK135 Donn\u00e9es", "PK135 Donn\u00e9es", "PK115 \u00c0 propos!B3", "PK019 Partenariats!C2"),
    *("PK151 Faits!E2", "PK161 Objectifs!D2", "PK143 Ruptures!B2", "PK155 Donn\u00e9es!A3"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "C2"), (OSTRA, "2025", "posts_filled_pct", 47, "C3")],
)
case(
    "side_sheets_in_spanish_and_arabic.xlsx",
    {
        "Data": [
            ["mission", "authority", "nivel de autoridad", "period", "posts_filled_pct"],
            ["UNMAV", KARUVEL, "adm2", "2025", 46.0],
        ],
        "Hechos": [[*FACT[:3], "hecho", "valor"], ["UNMAV", KARUVEL, "2025", "agreed_exit", "quiz\u00e1s"]],
        "\u0627\u0644\u0623\u0647\u062f\u0627\u0641": [
            [*TARGET[:4]],
            ["UNMAV", KARUVEL, "posts_filled_pct", "?!"],
        ],
    },
    *("PK151 Hechos!E2", "PK161 \u0627\u0644\u0623\u0647\u062f\u0627\u0641!D2"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "data_on_a_sheet_partnerships.xlsx",
    {"Partnerships": TWO_PLACES},
    values=[(KARUVEL, "2025", "posts_filled_pct", 40, "E2")],
)
case(
    "side_sheets_that_cannot_be_read.xlsx",
    {
        "Data": TWO_PLACES,
        "facts": [["what", "answer"], ["agreed_exit", "yes"]],
        "partnerships": [["place", "country"], [KARUVEL, "Mavia"]],
        "aliases": [["one", "other"], [KARUVEL, "K"]],
        "breaks": [[None]],
    },
    *("PK186 facts", "PK186 partnerships", "PK186 aliases", "PK127 breaks"),
    says="By its name the sheet holds facts, but it lacks the columns fact, mission, authority.",
)
case(
    "facts_with_all_that_is_wrong.xlsx",
    {
        "Data": TWO_PLACES,
        "facts": [
            FACT,
            ["UNMAV", KARUVEL, "2019/20", "agreed_exitt", "perhaps", "05/06/2025"],
            ["UNMAV", None, "2025", "agreed_exit", "yes", "-"],
            ["UNMAV", OSTRA, "05/06/2025", "agreed_exit", "yes", CellError("#N/A")],
            ["UNMAV", OSTRA, "2025", None, "yes", None],
            ["UNMAV", OSTRA, "2025", "Both sides agreed on the mission's departure", "yes", "soon"],
        ],
    },
    *("PK158 facts!C2", "PK149 facts!D2", "PK151 facts!E2", "PK029 facts!F2", "PK142 facts!B3"),
    *("PK159 facts!C4", "PK002 facts!F4", "PK142 facts!D5", "PK019 facts!F6"),
)
case(
    "targets_with_all_that_is_wrong.xlsx",
    {
        "Data": TWO_PLACES,
        "targets": [
            TARGET,
            ["UNMAV", KARUVEL, "posts_filed", "many", "05/06/2026", "2019/20"],
            ["UNMAV", KARUVEL, "posts_filled_pct", 60.0, "2025-12-31", "2025"],
            ["UNMAV", KARUVEL, "conflict_deaths_per_100k", "50 %", "2026-12-31", None],
        ],
        "breaks": [["indicator", "period"], ["posts_filled_pct", None], ["posts_filed", "201906"]],
    },
    *("PK160 targets!C2", "PK161 targets!D2", "PK029 targets!E2", "PK158 targets!F2", "PK187 targets!E3"),
    *("PK022 targets!D4", "PK142 breaks!B2", "PK160 breaks!A3", "PK143 breaks!B3"),
)
case(
    "mission_that_ends_before_it_starts.xlsx",
    {
        "Data": [
            [*TWO_PLACES[0], "mission_start", "mission_end"],
            [*TWO_PLACES[1], "2020-01-01", "2019-12-31"],
            [*TWO_PLACES[2], "2020-01-01", None],
        ],
        "partnerships": [
            ["mission", "authority", "mission_start", "drawdown_start", "mission_end"],
            ["UNMAV", OSTRA, "2020-01-01", "2024", "2023"],
        ],
    },
    *("PK187 Data!G2", "PK187 partnerships!E2"),
    says="The mission_end is '2019-12-31'; it has to lie after the mission_start, '2020-01-01'.",
)
case(
    "side_sheets_with_merged_keys.xlsx",
    changed(
        {
            "Data": TWO_PLACES,
            "facts": [
                FACT[:5],
                ["UNMAV", KARUVEL, "2025", "agreed_exit", "yes"],
                [None, None, "2025", "exit_demanded", "perhaps"],
            ],
        },
        lambda book, sheets: [
            sheets["facts"].merge_range(f"{at}2:{at}3", word)
            for at, word in zip("AB", ("UNMAV", KARUVEL), strict=True)
        ],
    ),
    *("PK134 facts!A2", "PK134 facts!B2", "PK151 facts!E3"),
)
case(
    "aliases_without_a_name.xlsx",
    {
        "Data": TWO_PLACES,
        "aliases": [["Name", "Aliases"], [None, KARUVEL], [CellError("#REF!"), OSTRA]],
    },
    *("PK142 aliases!A2", "PK002 aliases!A3"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 40, "E2"), (OSTRA, "2025", "posts_filled_pct", 41, "E3")],
)
case(
    "aliases_that_are_numbers_or_hold_them.xlsx",
    {
        "Data": named(
            *(
                ("UNMAV", name, str(2021 + at))
                for at, name in enumerate((KARUVEL, 12.0, "Sector 1.1", "Sector 11"))
            )
        ),
        "aliases": [["name", "alias"], [KARUVEL, 12.0], [KARUVEL, "Sector 1.1"]],
    },
    *("PK155 Data!B3", "PK155 Data!B4"),
    values=[
        (KARUVEL, "2022", "posts_filled_pct", 41, "E3"),
        ("Sector 11", "2024", "posts_filled_pct", 43, "E5"),
    ],
)


def with_aliases_in_a_second_file(path: Path) -> None:
    """A workbook whose names are settled by the aliases of another one."""
    xlsx(path, {"Data": named(("UNMAV", "Old K", "2024"))})
    rows = named(("UNMAV", KARUVEL, "2025"))
    xlsx(path.with_name("second.xlsx"), {"Data": rows, "aliases": [["name", "alias"], [KARUVEL, "Old K"]]})


case(
    "aliases_of_a_second_file.xlsx",
    with_aliases_in_a_second_file,
    "PK155 Data!B2",
    values=[(KARUVEL, "2024", "posts_filled_pct", 40, "E2"), (KARUVEL, "2025", "posts_filled_pct", 40, "E2")],
    more=("second.xlsx",),
)

# --- what a careful reader would ask about ---------------------------------------------------------------------------

THREE = ((KARUVEL, 46.0), (OSTRA, 52.0), ("Mirev", 61.0))
case(
    "values_frozen_in_several_places.xlsx",
    [
        [*KEYS, "posts_filled_pct"],
        *(
            ["UNMAV", name, "adm2", year, value]
            for name, value in THREE[:2]
            for year in ("2022", "2023", "2024")
        ),
        *(
            ["UNMAV", "Mirev", "adm2", year, value]
            for year, value in (("2022", 61.0), ("2023", 61.0), ("2024", 62.0))
        ),
    ],
    "PK051 Data!E4",
    says="46 in 3 (UNMAV / Karuvel), 52 in 3 (UNMAV / Ostra). Cells E4, E7.",
)
case(
    "values_copied_from_the_targets.xlsx",
    {
        "Data": [
            [*KEYS, "posts_filled_pct", "budget_execution_pct"],
            *(["UNMAV", name, "adm2", "2024", value - 5, 70.0] for name, value in THREE),
            *(["UNMAV", name, "adm2", "2025", value, None] for name, value in THREE),
        ],
        "targets": [
            TARGET[:4],
            *(["UNMAV", name, "posts_filled_pct", value] for name, value in THREE),
            *(["UNMAV", name, "budget_execution_pct", value] for name, value in THREE),
        ],
    },
    "PK188 Data!E5",
    says="All 3 targets of posts_filled_pct are what the partnerships reported last",
)


# --- exports of survey tools that contradict themselves or lack a part -------------------------------------------------


def chosen(listed: str | None, *answers: str | None) -> Rows:
    """A select-multiple question as one list and as a column per choice."""
    head = [*KEYS, CHECK, *(f"{CHECK}/{item}" for item in ITEMS), "_uuid"]
    return [head, ["UNMAV", KARUVEL, "adm2", "2025", listed, *answers, "5b2c"]]


case(
    "kobo_select_multiple_that_disagrees.xlsx",
    chosen(f"{ITEMS[0]} {ITEMS[1]} {ITEMS[2]}", "0", "1", "1", "1", "0", "0"),
    "PK189 Data!E2",
    says=f"say otherwise: {ITEMS[0]}, {ITEMS[3]}.",
    values=[(KARUVEL, "2025", CHECK, 50, "F2")],
)
case(
    "kobo_select_multiple_with_blank_columns.xlsx",
    chosen(f"{ITEMS[0]} {ITEMS[1]} {ITEMS[2]}", *[None] * 6),
    values=[(KARUVEL, "2025", CHECK, 50, "F2")],
)
case(
    "kobo_repeats_side_by_side.xlsx",
    [
        [*KEYS, "visits[1]/posts_filled_pct", "visits[2]/posts_filled_pct", "consent_status", "_uuid"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, 50.0, 2.0, "5b2c"],
    ],
    "PK126 Data!F1",
    says="They are repeats of one form, put side by side",
    values=[(KARUVEL, "2025", "consent_status", 2, "G2")],
)
REPEATED = ["obs/indicator", "obs/value", "_index", "_parent_table_name", "_parent_index"]
case(
    "kobo_repeats_of_a_row_that_is_gone.xlsx",
    {
        "Visit": [[*KEYS, "_index"], ["UNMAV", KARUVEL, "adm2", "2025", "1"]],
        "obs": [
            REPEATED,
            ["posts_filled_pct", "46", "1", "Visit", "1"],
            ["consent_status", "2", "2", "Visit", "7"],
            ["consent_status", "2", "3", "Visit", None],
        ],
    },
    *("PK172 obs!E3", "PK172 obs!E4", "PK127 Visit"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "B2")],
)

MONTH = ["mission", "authority", "authority_level", "period", "consent_status", "_uuid", "_index"]
IN_MAY, IN_JUNE = (
    ["UNMAV", KARUVEL, "adm2", "2025-05", 2.0, "a", 1.0],
    ["UNMAV", OSTRA, "adm2", "2025-06", 3.0, "b", 1.0],
)
OF_JUNE = [
    ["posts_filled_pct", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"],
    [50.0, 1.0, "Suivi", 1.0, "b"],
]
case(
    "kobo_repeats_of_one_of_two_months.csv",
    files(first=csv([MONTH, IN_MAY]), june=csv([MONTH, IN_JUNE]), visits=csv(OF_JUNE)),
    more=("june.csv", "visits.csv"),
    values=[(OSTRA, "2025-06", "posts_filled_pct", 50, "A2")],
)
case(
    "kobo_repeats_of_two_months_in_one_table.xlsx",
    {"Suivi": [MONTH, IN_MAY, IN_JUNE], "visits": OF_JUNE},
    values=[(OSTRA, "2025-06", "posts_filled_pct", 50, "A2")],
)
case(
    "kobo_repeats_of_two_months_without_ids.xlsx",
    {"Suivi": [MONTH, IN_MAY, IN_JUNE], "visits": [row[:4] for row in OF_JUNE]},
    "PK172 visits!D2",
    says="its _parent_index 1 names no row, or several",
)
case(
    "kobo_repeats_that_may_be_of_two_files.csv",
    files(first=csv([MONTH, IN_MAY]), june=csv([MONTH, IN_JUNE]), visits=csv([row[:4] for row in OF_JUNE])),
    "PK184 visits.csv:D1",
    more=("june.csv", "visits.csv"),
    code=3,
    says="and such rows are in 'kobo_repeats_that_may_be_of_two_files.csv' and 'june.csv'",
)
case(
    "kobo_repeats_that_may_be_of_two_sheets.xlsx",
    {
        "May": [MONTH, IN_MAY],
        "June": [MONTH, IN_JUNE],
        "visits": [[*row[:2], row[3]] for row in OF_JUNE],
    },
    "PK184 visits!C1",
    says="such rows are in 'May' and 'June'",
)

REVIEWED = [*KEYS, "posts_filled_pct", "_uuid", "_validation_status"]
case(
    "kobo_submission_that_was_not_approved.xlsx",
    [
        REVIEWED,
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, "a", "Approved"],
        ["UNMAV", OSTRA, "adm2", "2025", 99.0, "b", "Not Approved"],
        ["UNMAV", "Tessaran", "adm2", "2025", 98.0, "c", "validation_status_not_approved"],
        ["UNMAV", "Bria", "adm2", "2025", 50.0, "d", "On Hold"],
    ],
    *("PK185 Data!G3", "PK185 Data!G4"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2"), ("Bria", "2025", "posts_filled_pct", 50, "E5")],
)


def with_review_left_out(path: Path) -> None:
    """An export, and a map that says that its reviews do not count."""
    xlsx(path, {"Data": [REVIEWED, ["UNMAV", OSTRA, "adm2", "2025", 46.0, "b", "Not Approved"]]})
    path.with_suffix(".yaml").write_text('columns:\n  _validation_status: ""\n', encoding="utf-8")


case(
    "kobo_reviews_that_do_not_count.xlsx",
    with_review_left_out,
    options=("--column-map", "kobo_reviews_that_do_not_count.yaml"),
    values=[(OSTRA, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "odk_rejected_submission_with_repeats.csv",
    files(
        first=csv(
            [
                [*row, state]
                for row, state in zip(ODK_FORM, ("ReviewState", "approved", "rejected"), strict=True)
            ]
        ),
        visits=csv(ODK_VISITS[:3]),
    ),
    *("PK185 H3", "PK185 C3"),
    more=("visits.csv",),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "B2"), (KARUVEL, "2025", "consent_status", 2, "F2")],
)
WITHOUT_NAME = [["mission", "authority_level", "period", "posts_filled_pct"], ["UNMAV", "adm2", "2025", 46.0]]
LATER = [WITHOUT_NAME[0], ["UNMAV", "adm2", "2024", 40.0]]


def sheets_of(*names: str) -> dict[str, Rows]:
    """Sheets that do not say whom they are about, but by their names."""
    return {name: [LATER, WITHOUT_NAME][at] for at, name in enumerate(names)}


for name, first, second, how in (
    ("a_period", "Bria 2024", "Bria 2025", "is 'Bria 2024' but for a period"),
    ("quarters", "Bria - T1", "Bria - T2", "is 'Bria - T1' but for a period"),
    ("copies", "Bria", "Bria (2)", "is 'Bria' but for the mark of a copy"),
    ("numbers", "Bria", "1. Bria", "is 'Bria' but for a number in front"),
):
    case(
        f"sheets_that_differ_by_{name}.xlsx",
        sheets_of(first, second),
        *(f"PK135 {first}", f"PK135 {second}", f"PK059 {second}"),
        says=how,
        values=[
            (first, "2024", "posts_filled_pct", 40, "D2"),
            (second, "2025", "posts_filled_pct", 46, "D2"),
        ],
    )
case(
    "sheets_that_differ_by_numbers_of_their_own.xlsx",
    sheets_of("Sector 1", "Sector 2"),
    *("PK135 Sector 1", "PK135 Sector 2"),
    values=[("Sector 2", "2025", "posts_filled_pct", 46, "D2")],
)
HALVES = wide(None, 46.0)
case(
    "rows_that_complete_one_another.xlsx",
    [*HALVES, [*HALVES[2][:4], 2.0, None], [*HALVES[2][:4], 2.0, 46.0]],
    *("PK141 Data!A4", "PK141 Data!A5"),
    values=[(KARUVEL, "2025", "consent_status", 2, "E4"), (KARUVEL, "2025", "posts_filled_pct", 46, "F3")],
)
case(
    "rows_that_complete_one_another_and_one_that_differs.xlsx",
    [*HALVES, [*HALVES[2][:4], 2.0, None], [*HALVES[2][:4], 3.0, None]],
    *("PK141 Data!A4", "PK140 Data!A5"),
    values=[(OSTRA, "2025", "consent_status", 3, "E2")],
)
for place in ("County", "Nom de la Commune", "Barangay"):
    case(
        f"authority_called_{place.split()[-1].lower()}.xlsx",
        [
            ["mission", place, "authority_level", "period", "consent_status"],
            ["UNMAV", KARUVEL, "adm2", "2025", 2.0],
        ],
        "PK122 Data!A1",
        code=3,
        says=f"Is '{place}' the authority? Then call it so, or say so in a column map.",
    )
case(
    "keys_in_more_french_words.xlsx",
    [
        [
            "mission",
            "Autorit\u00e9 partenaire",
            "Niveau administratif",
            "P\u00e9riode de r\u00e9f\u00e9rence",
            "consent_status",
        ],
        ["UNMAV", KARUVEL, "adm2", "2025", 2.0],
    ],
    values=[(KARUVEL, "2025", "consent_status", 2, "E2")],
)
case(
    "words_that_say_nothing.xlsx",
    long(
        ["posts_filled_pct", 46.0, "hearsay", "maybe"],
        ["consent_status", 2.0, "Mission record", "Oui"],
        ["budget_execution_pct", 70.0, "n/a", None],
        more=("source_type", "report_received"),
    ),
    *("PK036 Data!G2", "PK036 Data!H2"),
    says="'maybe' is no word for the column report_received; expected yes or no.",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "words_that_say_nothing_in_columns.xlsx",
    [
        [*KEYS, "posts_filled_pct", "posts_filled_pct__source_type", "report_received"],
        ["UNMAV", KARUVEL, "adm2", "2025", 46.0, "hearsay", "maybe"],
        ["UNMAV", OSTRA, "adm2", "2025", 50.0, "survey", "no"],
    ],
    *("PK036 Data!F2", "PK036 Data!G2"),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "keys_and_no_indicator.csv",
    csv([[*KEYS, "Remarks"], ["UNMAV", KARUVEL, "adm2", "2025", "none"]]),
    "PK121",
    code=3,
    says="No column holds an indicator of the rubric partnership",
)
case(
    "long_table_without_keys.csv",
    csv([["indicator", "value", "period"], ["posts_filled_pct", 46.0, "2025"]]),
    "PK122",
    code=3,
    says="has indicator columns but no column 'mission'",
)
case(
    "long_table_without_values.csv",
    csv(
        [[*KEYS, "indicator", "Niveau atteint"], ["UNMAV", KARUVEL, "adm2", "2025", "posts_filled_pct", 46.0]]
    ),
    "PK122",
    code=3,
    says="has indicator columns but no column 'value'",
)
SPELT = [["name", "alias"], [KARUVEL, "Kar District"]]
OTHER_SPELLING = [[*KEYS, "posts_filled_pct"], ["UNMAV", "Kar District", "adm2", "2025", 46.0]]
case(
    "aliases_in_a_file.csv",
    files(first=csv(OTHER_SPELLING), names=csv(SPELT)),
    "PK155 B2",
    more=("names.csv",),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)


def with_aliases_beside(path: Path) -> None:
    """A workbook that holds nothing but aliases."""
    write(path, csv(OTHER_SPELLING))
    xlsx(path.with_name("names.xlsx"), {"aliases": SPELT})


case(
    "aliases_in_a_workbook.csv",
    with_aliases_beside,
    "PK155 B2",
    more=("names.xlsx",),
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case(
    "aliases_on_a_sheet_of_another_name.xlsx",
    {"Data": OTHER_SPELLING, "Feuil2": SPELT},
    "PK155 Data!B2",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "E2")],
)
case("aliases_alone.csv", csv(SPELT), "PK123", code=3)


def zipped(*names: str) -> bytes:
    """A zip archive of tables."""
    import io
    import zipfile

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "mission,authority,period\n")
    return whole.getvalue()


case(
    "odk_export.zip",
    zipped("form.csv", "form-visits.csv"),
    "PK107",
    code=3,
    says="a zip archive that holds 'form-visits.csv', 'form.csv'",
)
case(
    "marking_that_is_not_known.xlsx",
    {"about": [["marking", "top secret"]], "Data": TWO_PLACES},
    "PK115 about!B1",
    says="expected UNCLASSIFIED, CONFIDENTIAL, STRICTLY CONFIDENTIAL",
)

# --- forms with more than labels and values -----------------------------------------------------------------------------

GRADED = [["posts_filled_pct", 46.0, "B2", "register"], ["Consent status", 2.0, "zz", "talks"]]
case(
    "form_with_grades_and_sources.xlsx",
    [*FORM_KEYS, ["Question", "R\u00e9ponse", "Cote", "Source"], *GRADED],
    "PK013 Data!C7",
    values=[(KARUVEL, "2025-Q2", "posts_filled_pct", 46, "B6")],
)
case(
    "long_table_with_grades_and_sources.xlsx",
    [
        [*KEYS, "indicator", "value", "Grade", "Source"],
        *(["UNMAV", KARUVEL, "adm2", "2025", *row] for row in GRADED),
    ],
    "PK013 Data!G3",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "F2")],
)
case(
    "form_with_items_as_rows.xlsx",
    [
        *FORM_KEYS,
        ["posts_filled_pct", 46.0],
        ["Accountability checklist"],
        ["Budget published", "yes"],
        ["Last year's accounts were audited or examined", "no"],
        *([item, "partly"] for item in ITEMS[2:]),
    ],
    values=[(KARUVEL, "2025-Q2", CHECK, 50, "B7"), (KARUVEL, "2025-Q2", "posts_filled_pct", 46, "B5")],
)
BY_ITEM = [*LONG[:5], "item", "value"]
case(
    "long_table_with_a_column_of_items.xlsx",
    [
        BY_ITEM,
        *(
            ["UNMAV", KARUVEL, "adm2", "2025", CHECK, item, answer]
            for item, answer in zip(ITEMS, (1, 0, "yes", 1, "No", 0.5), strict=True)
        ),
        ["UNMAV", KARUVEL, "adm2", "2025", CHECK, "audits_published", 1.0],
        ["UNMAV", KARUVEL, "adm2", "2025", "posts_filled_pct", 7.0, 46.0],
    ],
    "PK145 Data!F8",
    says=f"names the indicator '{CHECK}.audits_published'",
    values=[(KARUVEL, "2025", CHECK, 350 / 6, "G2"), (KARUVEL, "2025", "posts_filled_pct", 46, "G9")],
)
case(
    "by_period_with_a_column_of_items.xlsx",
    [
        [*KEYS[:3], "Indicateur", "\u00c9l\u00e9ment", "2024", "2025"],
        *(["UNMAV", KARUVEL, "adm2", CHECK, item, "oui", "non"] for item in ITEMS),
    ],
    "PK050 Data!G2",
    values=[(KARUVEL, "2024", CHECK, 100, "F2"), (KARUVEL, "2025", CHECK, 0, "G2")],
)
case(
    "long_table_whose_items_number_its_rows.xlsx",
    [BY_ITEM, ["UNMAV", KARUVEL, "adm2", "2025", "posts_filled_pct", 1.0, 46.0]],
    "PK125 Data!F1",
    values=[(KARUVEL, "2025", "posts_filled_pct", 46, "G2")],
)
case(
    "form_with_items_behind_colons.xlsx",
    [*FORM_KEYS, ["posts_filled_pct", 46.0], *([f"{item.replace('_', ' ')}: yes"] for item in ITEMS)],
    values=[(KARUVEL, "2025-Q2", CHECK, 100, "A6")],
)
case(
    "units_of_another_size.xlsx",
    long(
        ["posts_filled_pct", 46.0, "\u2030"],
        ["security_incidents_per_100k", 3.0, "in thousands"],
        ["unplanned_leadership_changes", 2.0, "milliers"],
        ["budget_execution_pct", 70.0, "\u20ac"],
        ["own_revenue_share_pct", 20.0, "%"],
        more=("unit",),
    ),
    *("PK030 Data!G2", "PK030 Data!G3", "PK030 Data!G4", "PK038 Data!G5"),
    values=[(KARUVEL, "2025", "own_revenue_share_pct", 20, "F6")],
)
case(
    "targets_that_contradict_each_other.xlsx",
    {
        "Data": TWO_PLACES,
        "targets": [
            TARGET[:5],
            *(["UNMAV", KARUVEL, "posts_filled_pct", value, "2026"] for value in (60.0, 65.0)),
            *(["UNMAV", OSTRA, "posts_filled_pct", 60.0, due] for due in ("2026", "2026-12-31", "2027")),
        ],
    },
    *("PK140 targets!D3", "PK141 targets!D5"),
    says="'UNMAV / Karuvel, target of posts_filled_pct' stands in rows 2 and 3 with different values",
)
