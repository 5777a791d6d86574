"""Columns that look like personal data: names, telephone numbers, e-mail addresses, coordinates, identity numbers.

They are told by their header in English, French, Spanish or Arabic, by the names that KoboToolbox and ODK give
them, or by what most of their cells look like. Such a column is dropped before any of its cells is used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import ColumnName, Role
from pkassess.findings import Findings
from pkassess.headers import Header
from pkassess.ingest.sheet import Area
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Row, Sheet

SAMPLE_ROWS = 1000
"""So many rows below the header are looked at."""
E_MAIL, PHONE, NAME = "e-mail addresses", "telephone numbers", "names of persons"
PLACE, IDENTITY = "coordinates", "identity or device numbers"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TEXT_PARTS = frozenset({"source", "source_type"})
_TEXT_FIELDS = _set("source_type source_ref assessor_code public_note internal_note owner reason")
"""Columns of text that the rubric does know, which are dropped for what they hold only."""
_LEAST_LETTERS = 4
"""A name shorter than this is not looked for inside another."""

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_COUNTED = _set(
    "pct percent share rate ratio coverage access count total index score per 1000 sent delivered tracked repaired "
    "issued available with working functional functioning operational subscriptions subscribers "
    "taux pourcentage couverture disponible tasa porcentaje cobertura"
)
"""Words of a figure about many: a share of households with a phone is no phone number."""
_WORDS = {
    E_MAIL: "email emails mail courriel courriels correo correos بريد البريد",
    PHONE: "phone phones telephone telephones tel cellphone msisdn whatsapp telefono telefonos celular هاتف الهاتف "
    "جوال الجوال موبايل phonenumber simserial simid subscriberid",
    PLACE: "gps geolocation geopoint geoloc geotrace geoshape latitude longitude lat lon lng altitude coordinates "
    "coordinate coords coordonnees coordenadas latitud longitud احداثيات الاحداثيات",
    IDENTITY: "passport passeport pasaporte imei cedula dni cnic ssn deviceid nationalid جواز الجواز",
    NAME: "firstname lastname surname fullname prenom prenoms apellido apellidos username submittername",
}
_WORD_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_ALONE = {
    PHONE: "mobile movil cell portable تلفون",
    IDENTITY: "cni nin",
    NAME: "enumerator interviewer interviewee surveyor respondent informant witness enqueteur enquêté enquêtée repondant temoin "
    "encuestador encuestado entrevistador testigo informante الباحث المستجيب",
}
_ALONE_KINDS = {word: kind for kind, words in _ALONE.items() for word in words.split()}
"""Words that are a header by themselves; beside others they may speak of something else. ``Enquête`` is a survey."""
_TAG_KINDS = {"contact": NAME, "geo": PLACE}
"""Hashtags (HXL) whose attributes say no more."""
_TOGETHER = {
    IDENTITY: "national id, id card, id number, id no, identity number, identity card, device id, voter id, "
    "piece identite, carte identite, numero identite, documento identidad, numero identidad, رقم الهويه, رقم الهوية",
    PHONE: "mobile number, mobile no, contact number, contact no, cell number, cell no, numero movil, numero portable, "
    "telephone portable, رقم الموبايل, رقم تلفون",
    PLACE: "خط العرض, خط الطول",
    NAME: "submitted by, entered by, prepared by, completed by, filled by, saisi par, prepare par, rempli par, "
    "elaborado por, llenado por, contact person, personne contact, point focal, persona contacto, "
    "focal point",
}
_HOW_MANY = (["number", "of"], ["nombre", "de"])
"""How the header of a count begins."""
_LITTLE = _set("of the de du des d la le l del los el for 1 2 3")
"""Words that say nothing of what a column holds."""
_SETS = tuple((kind, _set(words)) for kind, several in _TOGETHER.items() for words in several.split(","))
_NAMES = _set("name names nom noms nombre nombres اسم الاسم اسماء الاسماء")
_PERSONS = _set(
    "resp respondent enumerator interviewer interviewee informant witness victim person officer official mayor governor "
    "focal contact staff monitor assessor participant beneficiary first last full family given middle father mother "
    "user repondant enqueteur enquete temoin victime personne agent responsable complet famille encuestado "
    "encuestador testigo victima persona contacto completo entrevistado المستجيب الباحث الشاهد الكامل الشخص"
)
"""Words that, beside one for a name, say whose it is."""

_E_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^\W\d_]{2,}")
_PHONE = re.compile(r"(?:\+|00)[\d\s().-]{7,22}|0\d(?:[\s.-]?\d\d){4}|0\d{8,11}")
_COORDINATES = re.compile(r"-?\d{1,3}\.\d{3,}[\s,;]+-?\d{1,3}\.\d{3,}(?:[\s,;].*)?")
_VALUES = ((E_MAIL, _E_MAIL), (PHONE, _PHONE), (PLACE, _COORDINATES))


def kind_of_header(text: str) -> str:
    """What kind of personal data a header or a hashtag (HXL) promises, '' for none."""
    own = text.rpartition("/")[2]  # without the groups of survey tools
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", own)).casefold()
    words = _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    words = [word.rstrip("0123456789") or word for word in words]  # phone1, email2
    if not words or not _COUNTED.isdisjoint(words) or words[:2] in _HOW_MANY:
        return ""
    kind = _kind_of_words(words)
    if not kind and len(words) == 1:
        kind = _ALONE_KINDS.get(words[0]) or _ALONE_KINDS.get(
            unicodedata.normalize("NFC", own.casefold()), ""
        )
    return kind or (_TAG_KINDS.get(words[0], "") if own.startswith("#") else "")


def _kind_of_words(words: Sequence[str]) -> str:
    """What the words of a header promise together, '' for nothing."""
    have = set(words)
    for word in (*words, "".join(words)):
        if word in _WORD_KINDS:
            return _WORD_KINDS[word]
    if have & _NAMES and (have & _PERSONS or have <= _NAMES):
        return NAME
    told = have - _LITTLE
    return next((kind for kind, together in _SETS if together <= have and len(told - together) <= 1), "")


def kind_of_value(cell: object) -> str:
    """What kind of personal data a cell looks like, '' for none."""
    if not isinstance(cell, str):
        return ""
    text = cell.strip()
    return next((kind for kind, pattern in _VALUES if pattern.fullmatch(text)), "")


def _sure_kind(cell: object) -> str:
    """What kind of personal data a cell surely is: codes of places and numbers of documents begin with zeros as well."""
    kind = kind_of_value(cell)
    return "" if kind == PHONE and not str(cell).lstrip().startswith("+") else kind


def without_personal(
    header: Header,
    sheet: Sheet,
    allowed: Collection[str],
    findings: Findings,
    measured: Callable[[str], bool],
) -> Header:
    """The header with columns that look personal set aside, each reported but for those allowed (folded) by name.

    Keys, periods and values of the rubric are never personal; its columns of text are if most cells look so, columns that
    it does not know if a single one does. ``measured`` says of a text whether it is the name of an indicator.
    """
    columns = list(header.columns)
    rows: Sequence[Row] | None = None
    for place, (column, text) in enumerate(zip(header.columns, header.texts, strict=True)):
        if not _may_be_personal(column) or (text and fold(text) in allowed):
            continue
        rows = sheet.head(header.first_row + SAMPLE_ROWS)[header.row + 1 :] if rows is None else rows
        kind = _kind(place, header, rows, measured)
        if kind:
            columns[place] = ColumnName(Role.PERSONAL, "")
            where = {"file": sheet.file, "sheet": sheet.name, "cell": sheet.cell(header.row, place)}
            findings.add(Code.PERSONAL_COLUMN, **where, column=text, value=text, kind=kind)
    return replace(header, columns=tuple(columns))


def areas_of(header: Header, sheet: Sheet) -> tuple[Area, ...]:
    """The cells of the file that stand under the personal columns of a header."""
    runs: list[Area] = []
    for place, _ in header.of(Role.PERSONAL):
        spots = {sheet.origin(row, place) for row in range(header.first_row, sheet.height)}
        for row, column in sorted(spots, key=lambda spot: (spot[1], spot[0])):
            if runs and (runs[-1].last_row, runs[-1].last_column) == (row - 1, column):
                runs[-1] = runs[-1]._replace(last_row=row)
            else:
                runs.append(Area(row, column, row, column))
    return tuple(runs)


def personal_pairs(
    sheet: Sheet, count: int, allowed: Collection[str], findings: Findings
) -> tuple[Area, ...]:
    """The cells beside labels that promise personal data, or that look so, in the first rows of a sheet of labels; each is reported."""
    areas = []
    for number, row in enumerate(sheet.head(count)):
        filled = [place for place, cell in enumerate(row) if cell not in (None, "")]
        label = str(row[filled[0]]) if len(filled) > 1 else ""
        if not label or fold(label) in allowed:
            continue
        kind = "" if fold(label) in _NAMES else kind_of_header(label)  # the name of what the workbook is
        kind = kind or next(filter(None, (_sure_kind(row[place]) for place in filled[1:])), "")
        if kind:
            where = {"file": sheet.file, "sheet": sheet.name, "cell": sheet.cell(number, filled[0])}
            findings.add(Code.PERSONAL_COLUMN, **where, column=label, value=label, kind=kind)
            areas.append(Area(number, filled[1], number, filled[-1]))
    return tuple(areas)


def _kind(place: int, header: Header, rows: Sequence[Row], measured: Callable[[str], bool]) -> str:
    """What kind of personal data a column holds by its header and hashtag, else by its cells, '' for none."""
    unknown = header.columns[place].role is Role.UNKNOWN
    tag = str(rows[0][place] or "") if header.tagged and rows and place < len(rows[0]) else ""
    kind = (kind_of_header(header.texts[place]) or kind_of_header(tag)) if unknown else ""
    rows = rows[header.first_row - header.row - 1 :]
    if kind == NAME and _names_places(place, header, rows, measured):
        return ""
    cells = [row[place] for row in rows if place < len(row) and row[place] not in (None, "")]
    if not cells:
        return ""  # a form that was printed with more columns than were filled in
    kinds = [found for found in map(kind_of_value if unknown else _sure_kind, cells) if found]
    most = kinds[0] if len(kinds) * 2 >= len(cells) and kinds else ""
    return kind or most or (next(filter(None, map(_sure_kind, cells)), "") if unknown else "")


def _names_places(place: int, header: Header, rows: Sequence[Row], measured: Callable[[str], bool]) -> bool:
    """Whether at least half of the cells of a column say again what the row is about: its authority, country or indicator."""
    others = [other for role in (Role.KEY, Role.CONTEXT) for other, _ in header.of(role)]
    indicator = header.where(Role.FIELD, "indicator")
    others += [] if indicator is None else [indicator]
    filled = [row for row in rows if place < len(row) and row[place] not in (None, "")]
    again = sum(
        any(_same(row[place], row[other]) for other in others if other < len(row))
        or measured(str(row[place]))
        for row in filled
    )
    return again > 0 and again * 2 >= len(filled)


def _same(one: object, other: object) -> bool:
    shorter, longer = sorted((fold(str(one or "")), fold(str(other or ""))), key=len)
    return shorter == longer or (len(shorter) >= _LEAST_LETTERS and shorter in longer)


def _may_be_personal(column: ColumnName) -> bool:
    if column.role is Role.FIELD:
        return column.name in _TEXT_FIELDS
    if column.role is Role.SISTER:
        return column.part in _TEXT_PARTS
    return column.role in (Role.UNKNOWN, Role.CONTEXT)
