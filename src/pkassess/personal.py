"""Columns that look like personal data: names, telephone numbers, e-mail addresses, coordinates, identity numbers.

They are told by their header in English, French, Spanish or Arabic, by the names that KoboToolbox and ODK give
them, or by what most of their cells look like. Such a column is dropped before any of its cells is used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
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

SAMPLE_ROWS = 200
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
    "issued available with"
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
    NAME: "enumerator interviewer interviewee surveyor respondent informant witness enqueteur enquete repondant temoin "
    "encuestador encuestado entrevistador testigo informante الباحث المستجيب",
}
_ALONE_KINDS = {word: kind for kind, words in _ALONE.items() for word in words.split()}
"""Words that are a header by themselves; beside others they may speak of something else."""
_TOGETHER = {
    IDENTITY: "national id, id card, id number, id no, identity number, identity card, device id, voter id, "
    "piece identite, carte identite, numero identite, documento identidad, numero identidad, رقم الهويه, رقم الهوية",
    PHONE: "mobile number, mobile no, contact number, contact no, cell number, cell no, numero movil, numero portable, "
    "telephone portable, رقم الموبايل, رقم تلفون",
    PLACE: "خط العرض, خط الطول",
    NAME: "submitted by, entered by, saisi par, contact person, personne contact, point focal, persona contacto, "
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
    """What kind of personal data a header promises, '' for none."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text.rpartition("/")[2])).casefold()
    words = _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    words = [word.rstrip("0123456789") or word for word in words]  # phone1, email2
    have = set(words)
    if not have or have & _COUNTED or words[:2] in _HOW_MANY:
        return ""
    for word in (*words, "".join(words)):
        if word in _WORD_KINDS:
            return _WORD_KINDS[word]
    if have & _NAMES and (have & _PERSONS or have <= _NAMES):
        return NAME
    if len(words) == 1 and words[0] in _ALONE_KINDS:
        return _ALONE_KINDS[words[0]]
    told = have - _LITTLE
    return next((kind for kind, together in _SETS if together <= have and len(told - together) <= 1), "")


def kind_of_value(cell: object) -> str:
    """What kind of personal data a cell looks like, '' for none."""
    if not isinstance(cell, str):
        return ""
    text = cell.strip()
    return next((kind for kind, pattern in _VALUES if pattern.fullmatch(text)), "")


def without_personal(header: Header, sheet: Sheet, allowed: Collection[str], findings: Findings) -> Header:
    """The header with columns that look personal set aside, each reported but for those allowed (folded) by name.

    Keys, periods and values of the rubric are never personal; its columns of text are if most cells look so.
    """
    columns = list(header.columns)
    rows: Sequence[Row] | None = None
    for place, (column, text) in enumerate(zip(header.columns, header.texts, strict=True)):
        if not _may_be_personal(column) or (text and fold(text) in allowed):
            continue
        rows = sheet.head(header.first_row + SAMPLE_ROWS)[header.first_row :] if rows is None else rows
        kind = _kind(place, header, rows)
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


def _kind(place: int, header: Header, rows: Sequence[Row]) -> str:
    """What kind of personal data a column holds by its header, else by its cells, '' for none."""
    column, text = header.columns[place], header.texts[place]
    kind = kind_of_header(text) if column.role is Role.UNKNOWN else ""
    if kind == NAME and _names_places(place, header, rows):
        return ""
    cells = [row[place] for row in rows if place < len(row)]
    if all(cell in (None, "") for cell in cells):
        return ""  # a form that was printed with more columns than were filled in
    if column.role is not Role.UNKNOWN:
        # Codes of places and numbers of documents begin with zeros too.
        cells = [cell for cell in cells if kind_of_value(cell) != PHONE or str(cell).lstrip().startswith("+")]
    return kind or _most(cells)


def _names_places(place: int, header: Header, rows: Sequence[Row]) -> bool:
    """Whether at least half of the cells of a column say again what the row is about: its authority, its country."""
    others = [other for role in (Role.KEY, Role.CONTEXT) for other, _ in header.of(role)]
    filled = [row for row in rows if place < len(row) and row[place] not in (None, "")]
    again = sum(any(_same(row[place], row[other]) for other in others if other < len(row)) for row in filled)
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


def _most(cells: Sequence[object]) -> str:
    """The kind of personal data that at least half of the filled cells look like, '' for none."""
    filled = [cell for cell in cells if cell not in (None, "")]
    kinds = [kind for kind in map(kind_of_value, filled) if kind]
    return kinds[0] if kinds and len(kinds) * 2 >= len(filled) else ""
