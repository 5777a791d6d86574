"""Makes host_countries.xlsx: real, published figures on fifteen hosts of UN missions, 1996 to 2023.

    python sample_data/build_host_countries.py [FIELD_DATA_FOLDER]

The folder holds copies of public data sets as text (missions.csv, indicators_long.csv and
indicator_catalogue.csv) and is no part of this project; SOURCES.md says where its figures come from. Values
are copied as they stand: nothing is filled in, smoothed or joined from two series. The same folder gives the
same bytes.
"""

from __future__ import annotations

import argparse
import csv
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

HERE = Path(__file__).resolve().parent
DEFAULT_FOLDER = HERE.parent.parent / "shared" / "field-data"
WORKBOOK = HERE / "host_countries.xlsx"
FIRST_YEAR, LAST_YEAR = 1996, 2023
CREATED = datetime.datetime(2025, 6, 30, 12, 0, 0)  # noqa: DTZ001  # a workbook's date has no zone
MISSION_SERIES = "un_fatalities_malicious_act"
REFUGEES = "refugees_per_100_people"
NOT_APPLICABLE = "not applicable"

INDICATORS = (
    "conflict_death_rate",
    "wgi_political_stability",
    "vdem_state_authority_territory_pct",
    "vdem_physical_violence_index",
    REFUGEES,
    "wgi_government_effectiveness",
    "wgi_rule_of_law",
    "vdem_rigorous_impartial_admin",
    "basic_water_access_pct",
    "vdem_public_sector_corruption_ctrl",
    "vdem_horizontal_accountability",
    "statistical_capacity",
    "hdi",
    "electricity_access_pct",
    "gdp_per_capita_growth_pct",
    "inflation_gdp_deflator_pct",
    "vdem_domestic_autonomy",
    "vdem_international_autonomy",
    "oda_pct_gni",
    MISSION_SERIES,
)
WITH_STANDARD_ERROR = tuple(name for name in INDICATORS if name.startswith("wgi_"))
"""Series whose publisher gives a standard error with each value."""
CONTEXT = (
    "mission",
    "authority",
    "country",
    "authority_level",
    "place_code",
    "peer_group",
    "phase",
    "population",
)


class Line(NamedTuple):
    """One partnership: the main line of UN work in a country and the missions that made it up."""

    mission: str
    country: str
    iso3: str
    members: tuple[str, ...]
    peer_group: str
    note: str = ""
    first_year: int = FIRST_YEAR
    known_to: int = LAST_YEAR
    """Last year for which a source says whether the mission was open."""
    drawdown: int = LAST_YEAR + 1


_WIDE, _CEASEFIRE, _ADMINISTRATION = "multidimensional", "ceasefire line", "interim administration"

LINES = (
    Line(
        "UNMIL",
        "Liberia",
        "LBR",
        ("UNMIL",),
        _WIDE,
        "The observers of 1993-1997 (UNOMIL) were an earlier mission.",
    ),
    Line(
        "UNAMSIL+",
        "Sierra Leone",
        "SLE",
        ("UNOMSIL", "UNAMSIL", "UNIOSIL", "UNIPSIL"),
        _WIDE,
        "Each took over from the one before, from observers through troops to a political office.",
    ),
    Line(
        "MINUSMA",
        "Mali",
        "MLI",
        ("MINUSMA",),
        _WIDE,
        "The mandate ended on 30 June 2023 at Mali's request, hence drawdown in 2023; no series codes that.",
        drawdown=2023,
    ),
    Line(
        "MINUSCA",
        "Central African Republic",
        "CAF",
        ("MINUSCA",),
        _WIDE,
        "Earlier missions with gaps between (MINURCA 1998-2000, MINURCAT 2008-2010) fall into pre_mission.",
    ),
    Line(
        "MONUSCO+",
        "Democratic Republic of the Congo",
        "COD",
        ("MONUC", "MONUSCO"),
        _WIDE,
        "MONUC was renamed MONUSCO in July 2010.",
    ),
    Line(
        "UNMISS",
        "South Sudan",
        "SSD",
        ("UNMISS",),
        _WIDE,
        "Rows start at independence in 2011.",
        first_year=2011,
    ),
    Line(
        "UNOCI+",
        "Côte d'Ivoire",
        "CIV",
        ("MINUCI", "UNOCI"),
        _WIDE,
        "MINUCI was the small mission UNOCI took over from.",
    ),
    Line(
        "MINUSTAH+",
        "Haiti",
        "HTI",
        ("MINUSTAH", "MINUJUSTH"),
        _WIDE,
        "The missions of 1993-2000 ended four years earlier and fall into pre_mission.",
    ),
    Line(
        "UNMISET+",
        "Timor-Leste",
        "TLS",
        ("UNTAET", "UNMISET", "UNMIT"),
        _WIDE,
        "Rows start at independence in 2002, when UNMISET took over from the administration UNTAET.",
        first_year=2002,
    ),
    Line(
        "ONUB+",
        "Burundi",
        "BDI",
        ("ONUB", "BINUB"),
        _WIDE,
        "No source at hand dates the end of the office BINUB, so the phase is left blank from 2010.",
        known_to=2009,
    ),
    Line(
        "UNAMID",
        "Sudan",
        "SDN",
        ("UNAMID",),
        _WIDE,
        "Chosen of three: it was the largest. UNMIS (2005-2011) served the south as well, so that its deaths "
        "cannot be told apart, and UNISFA holds the disputed area of Abyei. "
        "The years of UNMIS before 2007 read pre_mission.",
    ),
    Line(
        "MINURCAT",
        "Chad",
        "TCD",
        ("MINURCAT",),
        _WIDE,
        "It worked in two countries, so that its deaths cannot be assigned and are left blank.",
    ),
    Line(
        "UNMIK",
        "Kosovo",
        "XKX",
        ("UNMIK",),
        _ADMINISTRATION,
        "Rows start in 2008. Several sources have no figures. The name follows the data sets and states no "
        "position on status.",
        first_year=2008,
    ),
    Line(
        "UNIFIL",
        "Lebanon",
        "LBN",
        ("UNIFIL",),
        _CEASEFIRE,
        "Southern Lebanon only; the figures are national.",
    ),
    Line(
        "UNFICYP",
        "Cyprus",
        "CYP",
        ("UNFICYP",),
        _CEASEFIRE,
        "Buffer zone only; the figures are the Republic's.",
    ),
)

_WORLD_BANK, _V_DEM = "World Bank", "V-Dem Institute"
_WDI_LICENCE = "CC BY 4.0"
_V_DEM_LICENCE = "CC BY-SA 4.0 (V-Dem's usual terms): pass this column on under the same licence"
PUBLISHED = {
    "wgi2024": (_WORLD_BANK, "Worldwide Governance Indicators, 2024 update", "CC BY 4.0"),
    "wdi_ddf": (_WORLD_BANK, "World Development Indicators (copy by open-numbers)", _WDI_LICENCE),
    "wdi2021": (_WORLD_BANK, "World Development Indicators, October 2021", _WDI_LICENCE),
    "sg_wdi": (_WORLD_BANK, "World Development Indicators (copy by Gapminder)", _WDI_LICENCE),
    "sg_undp": ("UNDP", "Human Development Report (copy by Gapminder)", "CC BY 3.0 IGO"),
    "vdem12": (_V_DEM, "V-Dem country-year data, version 12", _V_DEM_LICENCE),
    "vdem14": (_V_DEM, "V-Dem country-year data, version 14", _V_DEM_LICENCE),
    "owid_ucdp": (
        "Uppsala Conflict Data Program",
        "Georeferenced Event Dataset 19.1, by country and year (Our World in Data)",
        "CC BY 4.0",
    ),
    "owid_pop": (
        "Gapminder and United Nations",
        "World Population Prospects 2017 (Our World in Data)",
        "CC BY 4.0",
    ),
    "un_fatalities": (
        "United Nations, Peace and Security Data Hub",
        "Fatalities of peace operations personnel, April 2025",
        "No licence text found; only counts made from the list are given, none of its records",
    ),
}
"""Publisher, title and licence of each source used."""
REFUGEES_NOTE = (
    "numerator: refugees by country of origin (UNHCR, to 2020, via World Development Indicators); "
    "denominator: population as in the column population. The program divides."
)

Values = dict[tuple[str, str, int], float]
Cell = str | int | float | None


def main() -> None:
    """Read the folder named on the command line and write the workbook beside this script."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=DEFAULT_FOLDER, help="the folder of field data"
    )
    parser.add_argument("-o", "--output", type=Path, default=WORKBOOK, help="the workbook to write")
    options = parser.parse_args()
    if not (options.folder / "indicators_long.csv").is_file():
        parser.error(f"there is no indicators_long.csv in {options.folder}")
    build(options.folder, options.output)


def build(folder: Path, output: Path) -> None:
    """Write the workbook from the field data in ``folder``."""
    country_values, mission_values = _read_values(folder)
    spans = _spans(folder)
    header: list[Cell] = [*CONTEXT, "period", *_value_columns()]
    rows = [row for line in LINES for row in _rows(line, spans[line.mission], country_values, mission_values)]
    with xlsxwriter.Workbook(str(output)) as book:
        book.set_properties({"title": "Hosts of UN missions, 1996 to 2023", "created": CREATED})
        bold = book.add_format({"bold": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        _sheet(book, "data", [header, *rows], [14, 30, 30, 14, 11, 22, 13, 12, 8], bold)
        _sheet(book, "about", list(_about()), [20, 110], None, wrap)
        head: list[Cell] = ["column of sheet data", "publisher", "title", "licence", "note"]
        _sheet(book, "sources", [head, *_sources(folder)], [36, 32, 44, 40, 70], bold, wrap)


def _read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read_values(folder: Path) -> tuple[Values, Values]:
    """Values by (indicator, country code, year), and those of missions by (mission, country code, year)."""
    errors = {f"{name}_stderr" for name in WITH_STANDARD_ERROR}
    wanted = {*INDICATORS, *errors, "refugees_by_origin", "population"}
    by_country: Values = {}
    by_mission: Values = {}
    for row in _read(folder, "indicators_long.csv"):
        if row["indicator"] == MISSION_SERIES:
            by_mission[row["mission"], row["iso3"], int(row["year"])] = float(row["value"])
        elif row["indicator"] in wanted:
            by_country[row["indicator"], row["iso3"], int(row["year"])] = float(row["value"])
    return by_country, by_mission


def _spans(folder: Path) -> dict[str, tuple[int, int]]:
    """First and last year in which any mission of a line was open; the last far ahead where one still is."""
    missions = _read(folder, "missions.csv")
    spans: dict[str, tuple[int, int]] = {}
    for line in LINES:
        own = [row for row in missions if row["mission"] in line.members and row["iso3"] == line.iso3]
        starts = [int(row["start_year"]) for row in own if row["start_year"]]
        ends = [int(row["end_year"]) if row["end_year"] else LAST_YEAR + 1 for row in own]
        spans[line.mission] = (min(starts), max(ends))
    return spans


def _phase(line: Line, span: tuple[int, int], year: int) -> str:
    """The phase of a year; a year counts as deployment when the mission was open on any day of it."""
    if year > line.known_to:
        return ""
    if year < span[0]:
        return "pre_mission"
    if year > span[1]:
        return "post_exit"
    return "drawdown" if year >= line.drawdown else "deployment"


def _value_columns() -> Iterator[str]:
    for indicator in INDICATORS:
        if indicator == REFUGEES:
            yield from (f"{REFUGEES}__numerator", f"{REFUGEES}__denominator")
        elif indicator in WITH_STANDARD_ERROR:
            yield from (indicator, f"{indicator}__standard_error")
        else:
            yield indicator


def _rows(line: Line, span: tuple[int, int], values: Values, of_missions: Values) -> Iterator[list[Cell]]:
    for year in range(line.first_year, LAST_YEAR + 1):
        people = _whole(values.get(("population", line.iso3, year)))
        refugees = _whole(values.get(("refugees_by_origin", line.iso3, year)))
        phase = _phase(line, span, year)
        row: list[Cell] = [line.mission, line.country, line.country, "national", line.iso3, line.peer_group]
        row += [phase, people, year]
        for indicator in INDICATORS:
            if indicator == REFUGEES:
                row += [refugees, people] if refugees is not None and people is not None else [None, None]
            elif indicator == MISSION_SERIES:
                row.append(_killed(line, phase, year, of_missions))
            else:
                row.append(values.get((indicator, line.iso3, year)))
                if indicator in WITH_STANDARD_ERROR:
                    row.append(values.get((f"{indicator}_stderr", line.iso3, year)))
        yield row


def _killed(line: Line, phase: str, year: int, of_missions: Values) -> Cell:
    """Deaths summed over the missions of the line; where no mission is there, there is nothing to count."""
    if phase in ("pre_mission", "post_exit"):
        return NOT_APPLICABLE
    keys = [(member, line.iso3, year) for member in line.members]
    counts = [of_missions[key] for key in keys if key in of_missions]
    return _whole(sum(counts)) if counts else None


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _about() -> Iterator[list[Cell]]:
    yield ["rubric", "public-record"]
    yield ["rubric_version", "1.0"]
    yield ["marking", "UNCLASSIFIED"]
    yield ["title", "Hosts of UN missions: published national figures, 1996 to 2023"]
    yield ["period_covered", f"{FIRST_YEAR} to {LAST_YEAR}; every year for which the state existed"]
    yield [
        "data",
        "Real, published figures as they stand. Nothing is filled in, smoothed or joined from two series.",
    ]
    yield [
        "not said",
        (
            "National figures say nothing of consent, of daily cooperation or of what a mission brought about. A "
            "score made from them is background, not an evaluation of a mission or of a government."
        ),
    ]
    yield ["partnerships", "One row per host country and year, for the main line of UN work there."]
    yield [
        "plus sign",
        "A name such as UNAMSIL+ stands for that mission with those that preceded or followed it directly.",
    ]
    yield [
        "phase",
        "deployment when a mission of the line was open on any day of the year; drawdown only where dated.",
    ]
    yield [
        NOT_APPLICABLE,
        (
            "Stands under killed by malicious acts in years without the mission: there is nobody to count. An "
            "empty cell means that no figure was found."
        ),
    ]
    yield [
        "sources",
        "Sheet sources and the file SOURCES.md beside this workbook. Cite the publishers, not this workbook.",
    ]
    for line in LINES:
        yield [line.mission, f"{line.country}: {', '.join(line.members)}. {line.note}".strip()]


def _sources(folder: Path) -> Iterator[list[Cell]]:
    """One row per value column and one for the population.

    The letter before each name also keeps a reader from taking the row for the header of a data table.
    """
    letters = _letters()
    catalogue = {row["indicator"]: row for row in _read(folder, "indicator_catalogue.csv")}
    for indicator in (*INDICATORS, "population"):
        known = catalogue["refugees_by_origin" if indicator == REFUGEES else indicator]
        note = (
            REFUGEES_NOTE
            if indicator == REFUGEES
            else f"{known['label']} ({known['unit']}). {known['note']}".strip()
        )
        yield [f"{letters[indicator]}: {indicator}", *PUBLISHED[known["source_id"]], note]


def _letters() -> dict[str, str]:
    """The spreadsheet letters of the value columns and of the population."""
    letters: dict[str, str] = {}
    for number, column in enumerate((*CONTEXT, "period", *_value_columns())):
        name = column.partition("__")[0]
        letter = xl_col_to_name(number)
        letters[name] = f"{letters[name]}, {letter}" if name in letters else letter
    return letters


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    rows: list[list[Cell]],
    widths: list[int],
    head: Format | None,
    body: Format | None = None,
) -> None:
    sheet = book.add_worksheet(name)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows):
        style = head if number == 0 and head is not None else body
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell:
                sheet.write_string(number, column, cell, style)
            elif cell is not None and cell != "":
                sheet.write_number(number, column, float(cell), style)
    if head is not None:
        sheet.freeze_panes(1, 2 if name == "data" else 1)


if __name__ == "__main__":
    main()
