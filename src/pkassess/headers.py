"""What a sheet's columns mean: matches header cells with the names a rubric knows, and finds the header row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from pkassess.findings import Code, Findings, shown
from pkassess.rubric import CONTEXT_COLUMNS
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet
    from pkassess.rubric import Diagnostic, Indicator, Key, Rubric
    from pkassess.texts import Text

HEADER_SEARCH_ROWS = 25
NAMELESS_ROWS = 200
"""Rows looked at for values under no column name."""
SISTER_PARTS = (
    *("grade", "source", "source_type", "n", "design_effect", "numerator", "denominator", "mission", "host"),
    *("lower", "upper", "standard_error", "flag"),
)
STATISTICS = {
    "sample": ("n", "n_sample"),
    "design_effect": ("design_effect", "design_effect"),
    "lower": ("lower", "lower"),
    "upper": ("upper", "upper"),
    "standard_error": ("standard_error", "standard_error"),
}
"""What intervals are computed from: the sister column of the wide layout, and the column of the long one."""
LONG_FIELDS = (
    *("indicator", "value", "numerator", "denominator", "unit", "source_type", "source_ref", "source_grade"),
    *("info_grade", "observed_on", "assessor_code", "assessor_side", "n_sample", "design_effect", "marking"),
    *("public_note", "internal_note", "lower", "upper", "standard_error", "flag"),
)
FACT_FIELDS = ("fact", "value", "date", "source_ref", "owner")
BREAK_FIELDS = ("indicator", "dimension", "reason")
TARGET_FIELDS = ("indicator", "dimension", "value", "date", "baseline")


SISTER_WORDS = {
    "grade": {"en": "grade", "fr": "cote"},
    "source": {"en": "source", "fr": "source"},
    "source_type": {"en": "type of source", "fr": "type de source"},
    "n": {"en": "sample size", "fr": "taille de l'échantillon"},
    "design_effect": {"en": "design effect", "fr": "effet de plan"},
    "numerator": {"en": "numerator", "fr": "numérateur"},
    "denominator": {"en": "denominator", "fr": "dénominateur"},
    "mission": {"en": "as the mission reads it", "fr": "selon la mission"},
    "host": {"en": "as the host reads it", "fr": "selon l'hôte"},
    "lower": {"en": "lower bound", "fr": "borne inférieure"},
    "upper": {"en": "upper bound", "fr": "borne supérieure"},
    "standard_error": {"en": "standard error", "fr": "erreur type"},
    "flag": {"en": "holds in full", "fr": "vrai en entier"},
}
"""What sister columns are called where columns have labels: ``Posts filled: numerator``."""
SIDE_WORDS = {
    side: frozenset(map(fold, words))
    for side, words in {
        "mission": ("mission", "UN mission", "misión"),
        "host": ("host", "host government", "authority", "hôte", "autorité", "autoridad"),
    }.items()
}
"""What the column ``assessor_side`` may say, folded."""
CONTEXT_WORDS = {
    "country": {"en": "Country", "fr": "Pays"},
    "authority_level": {"en": "Authority level", "fr": "Niveau de l'autorité"},
    "place_code": {"en": "Place code", "fr": "Code du lieu"},
    "peer_group": {"en": "Peer group", "fr": "Groupe de comparaison"},
    "phase": {"en": "Phase", "fr": "Phase"},
    "population": {"en": "Population", "fr": "Population"},
    "right_of_reply": {"en": "Right of reply", "fr": "Droit de réponse"},
}
"""What context columns are called where columns have labels."""
_SISTER_OF = {fold(word): part for part, words in SISTER_WORDS.items() for word in (part, *words.values())}
EXAMPLE_MARK = "[example]"
"""A row whose first key begins with this shows how a template is filled in; it is never read."""
RUBRIC_FIELD, VERSION_FIELD = "pkassess_rubric", "pkassess_rubric_version"
"""Columns by which the export of a survey form says what its rubric is."""
_KOBO_COLUMNS = frozenset({"_uuid", "_index", "_parent_index", "_submission_time", "__version__"})
_ODK_COLUMNS = frozenset({"SubmissionDate", "KEY", "PARENT_KEY", "SubmitterID", "Status"})
ODK_SEPARATOR = "-"
_TOOL_COLUMNS = frozenset(
    fold(name)
    for name in (
        *(*_KOBO_COLUMNS, "_id", "_validation_status", "_notes", "_status", "_submitted_by", "_tags"),
        *("_parent_table_name", "_attachments", "_geolocation", "_xform_id_string", "_duration"),
        *(
            "start",
            "end",
            "today",
            "deviceid",
            "subscriberid",
            "simserial",
            "phonenumber",
            "username",
            "audit",
        ),
        *("formhub/uuid", "uuid", "rootUuid", "instanceID", "instanceName"),
        *(*_ODK_COLUMNS, "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "DeviceID", "Edits"),
        *("FormVersion", "ReviewState", "isValidated", RUBRIC_FIELD, VERSION_FIELD),
    )
)
"""Columns that survey tools put beside the answers, folded; they are technical and no part of a rubric."""
_TAGS = {
    "org": "mission",
    "adm": "authority",
    "loc": "authority",
    "country": "country",
    "date": "period",
    "period": "period",
}
"""The key and context columns that HXL hashtags stand for."""


_ADM = re.compile(r"#adm(\d)")
_NUMBER_BEFORE = re.compile(r"^\s*[A-Za-z]{0,2}\d+(?:\.\d+)*[a-z]?\s*[.):-]?\s+|^\s*[A-Za-z]{0,2}\d+[.):]\s*")
_REMARK_BEHIND = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|%|\*)\s*$")
_NEUTRAL = re.compile(r"num|value|pct|percent|rate|index|total|all|observed|\d{4}|i[a-z]{2}|v[a-z]+")
"""HXL attributes, folded, that say nothing of whose value it is: kind of number, year, indicator set, vocabulary."""


PERIOD_PARTS = {
    "month": ("month", "mois", "mes", "شهر", "reporting month", "mois de référence"),
    "quarter": ("quarter", "qtr", "trimestre", "الربع", "reporting quarter"),
    "half": ("half", "half-year", "semester", "semestre"),
}
"""What columns are called that say which part of a year a row is about, the finest first."""


PART_OF_YEAR = {fold(word): part for part, words in PERIOD_PARTS.items() for word in words}


class Role(Enum):
    """What a column is for."""

    KEY = "key"
    PERIOD = "period"
    CONTEXT = "context"
    VALUE = "value"
    SISTER = "sister"
    ITEM = "item"
    FIELD = "field"
    SERIES = "series"
    PERSONAL = "personal"
    UNKNOWN = "unknown"


class ColumnName(NamedTuple):
    """The meaning of one column: its role, what it belongs to, and which part of that it is.

    A column of the role SERIES holds one period of the measure ``name`` ('' where each row names its own).
    """

    role: Role
    name: str
    part: str = ""


_MEASURED = (Role.VALUE, Role.SISTER, Role.ITEM, Role.FIELD)
_PERIOD = ColumnName(Role.PERIOD, "period")


@dataclass(frozen=True)
class Header:
    """The header row of a sheet (zero-based) and the meaning of each of its columns.

    ``tagged`` says that the row under it holds hashtags (HXL), which are no data.
    """

    row: int
    columns: tuple[ColumnName, ...]
    texts: tuple[str, ...]
    tagged: bool = False

    @property
    def exported(self) -> bool:
        """Whether the columns are those of an export of KoboToolbox or ODK Central."""
        return bool(separator_of(self.texts))

    @property
    def first_row(self) -> int:
        """The row (zero-based) where data begin."""
        return self.row + (2 if self.tagged else 1)

    @cached_property
    def _places(self) -> dict[ColumnName, int]:
        return {column: place for place, column in reversed(list(enumerate(self.columns)))}

    def where(self, role: Role, name: str, part: str = "") -> int | None:
        """The place of the first column with this meaning, or None."""
        return self._places.get(ColumnName(role, name, part))

    def of(self, role: Role) -> list[tuple[int, ColumnName]]:
        """All columns of one role with their places."""
        return [(place, column) for place, column in enumerate(self.columns) if column.role is role]


@dataclass
class Vocabulary:
    """Every header name that a rubric knows, folded."""

    rubric: Rubric
    measures: dict[str, str] = field(default_factory=dict)
    others: dict[str, ColumnName] = field(default_factory=dict)
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    given: dict[str, ColumnName] = field(default_factory=dict)
    """What the user said that columns mean, by folded header text."""
    cells: dict[tuple[int, int], ColumnName] = field(default_factory=dict)
    """What the user said that single cells of a form hold, by row and column."""
    _meanings: dict[str, ColumnName] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in CONTEXT_COLUMNS:
            for word in (name, *CONTEXT_WORDS.get(name, {}).values()):
                self.others[fold(word)] = ColumnName(Role.CONTEXT, name)
        if self.rubric.period is not None:
            self._learn_key("period", self.rubric.period, Role.PERIOD)
        for name, key in self.rubric.keys.items():
            self._learn_key(name, key, Role.KEY)
        for indicator in self.rubric.indicators.values():
            self._learn_measure(indicator, getattr(indicator.scale, "items", {}))
        for diagnostic in self.rubric.diagnostic_items.values():
            self._learn_measure(diagnostic, diagnostic.items)
        for part, words in PERIOD_PARTS.items() if self.rubric.period is not None else ():
            for word in set(map(fold, words)) - self.measures.keys():
                self.others.setdefault(word, ColumnName(Role.PERIOD, part))

    def _learn_key(self, name: str, key: Key, role: Role) -> None:
        for word in (name, *key.label.values(), *key.aliases):
            self.others[fold(word)] = ColumnName(role, name)

    def _learn_measure(self, measure: Indicator | Diagnostic, items: Mapping[str, Text]) -> None:
        for word in (measure.id, *measure.label.values(), *measure.aliases):
            self.measures.setdefault(fold(word), measure.id)
        if items:
            words = {fold(word): item for item, label in items.items() for word in label.values()}
            self.items[measure.id] = words | {fold(item): item for item in items}

    def measure(self, text: str) -> str | None:
        """The id of the indicator or diagnostic that a text names, or None."""
        return self.measures.get(fold(text))

    def met(self) -> list[str]:
        """Every header text that was looked up."""
        return list(self._meanings)

    def meaning(self, text: str) -> ColumnName:
        """What a header text of a wide table or of a table of keys means."""
        if text not in self._meanings:
            self._meanings[text] = self._look_up(text)
        return self._meanings[text]

    def _look_up(self, text: str) -> ColumnName:
        folded = fold(text)
        if not folded:
            return ColumnName(Role.UNKNOWN, "")
        if folded in self.given:
            return self.given[folded]
        if text.startswith("#") and (tagged := self._of_tag(text)):
            return tagged
        if folded in self.others:
            return self.others[folded]
        if folded in self.measures:
            return ColumnName(Role.VALUE, self.measures[folded])
        return self._compound(text) or ColumnName(Role.UNKNOWN, text)

    def _compound(self, text: str) -> ColumnName | None:
        base, mark, part = text.rpartition("__")
        if mark and (name := self.measure(base)) and part.strip().lower() in SISTER_PARTS:
            return ColumnName(Role.SISTER, name, part.strip().lower())
        base, mark, part = text.rpartition(".")
        if mark and (name := self.measure(base)) in self.items:
            return ColumnName(Role.ITEM, name, self.items[name].get(fold(part), f"?{part.strip()}"))
        return self._labelled(text, "__") or self._labelled(text, ":")

    def _labelled(self, text: str, mark: str) -> ColumnName | None:
        """A part or an item behind its measure, each by its id or label: ``Posts filled: numerator``."""
        pieces = text.split(mark)
        for cut in range(1, len(pieces)):
            name, part = self.measure(mark.join(pieces[:cut])), fold(mark.join(pieces[cut:]))
            if name and part in _SISTER_OF:
                return ColumnName(Role.SISTER, name, _SISTER_OF[part])
            if name in self.items and part in self.items[name]:
                return ColumnName(Role.ITEM, name, self.items[name][part])
        return None

    def of_path(self, text: str, separator: str, extra: Mapping[str, ColumnName]) -> ColumnName | None:
        """What a header means once the groups in front of it are cut; a choice of a question is its item."""
        pieces = text.split(separator)
        for cut in range(1, len(pieces)):
            # A label may hold the separator too, so the longest end that means something counts.
            group, last = pieces[cut - 1], separator.join(pieces[cut:])
            name = self.measure(group)
            if name in self.items and fold(last) in self.items[name]:
                return ColumnName(Role.ITEM, name, self.items[name][fold(last)])
            found = extra.get(fold(last)) or self.meaning(last)
            if found.role is not Role.UNKNOWN:
                return found
        return None

    def _of_tag(self, tag: str) -> ColumnName | None:
        """What an HXL hashtag says, if it says something that the rubric knows."""
        base, *attributes = (fold(part) for part in tag.split("+"))
        for attribute in attributes:
            if base in ("indicator", "value", "meta") and attribute in self.measures:
                rest = {other for other in attributes if other != attribute and not _NEUTRAL.fullmatch(other)}
                # A target, or the value of women alone, is not the value.
                return None if rest else ColumnName(Role.VALUE, self.measures[attribute])
        if base.startswith("adm") and "code" in attributes:
            return ColumnName(Role.CONTEXT, "place_code")
        wanted = _TAGS.get(base.rstrip("0123456789") if base.startswith("adm") else base)
        return self.others.get(wanted) if wanted else None

    def behind_colon(self, text: str) -> tuple[ColumnName, str, str] | None:
        """What ``Mission: UNMAV`` says: the meaning, its name and the answer; None where it says more than one thing."""
        name, _, rest = text.partition(":")
        meaning = self.meaning(name.strip()) if rest.strip() else None
        if meaning is None or meaning.role is Role.UNKNOWN:
            return None
        words = rest.split(":")[0].split()
        more = ":" in rest and any(
            self.meaning(" ".join(words[at:])).role is not Role.UNKNOWN for at in range(len(words))
        )
        return None if more else (meaning, name.strip(), rest.strip())

    def near(self, text: str) -> str:
        """The name that a text is but for a number in front and a unit or remark behind; '' for none.

        ``1. Posts filled (%)`` may mean ``Posts filled``. It is proposed and never taken: 1.1 and 1.2 may ask two things.
        """
        bare = _REMARK_BEHIND.sub("", _NUMBER_BEFORE.sub("", text))
        meaning = self.meaning(bare)
        if bare == text or meaning.role not in _MEASURED:
            return ""
        return f"{meaning.name}{'.' if meaning.role is Role.ITEM else '__' if meaning.part else ''}{meaning.part}"

    def known_texts(self) -> Iterator[str]:
        """Names as they are written, for suggestions."""
        yield from self.rubric.keys
        yield from self.rubric.indicators
        yield from self.rubric.diagnostic_items


def find_header(
    sheet: Sheet, vocabulary: Vocabulary, fields: Sequence[str] = (), only: int | None = None
) -> Header | None:
    """The row among the first 25 that names most known columns, or None if no row names one.

    ``fields`` are column names that count besides those of the rubric, as in long tables and side sheets; ``only``
    is the one row (zero-based) to look at. Hashtags under a row tell what its texts do not.
    """
    extra = field_names(fields)
    best: Header | None = None
    most = (0, 0)
    rows = sheet.head(HEADER_SEARCH_ROWS if only is None else only + 2)
    for place, row in enumerate(rows):
        if only is not None and place != only:
            continue
        texts = header_texts(row)
        columns = meanings(texts, vocabulary, extra)
        tagged = _holds_hashtags(rows[place + 1 : place + 2])
        if tagged:
            columns = _told_by_tags(columns, rows[place + 1], vocabulary)
        # Titles such as "Mission: ..., Period: ..." may name as many keys as a header, but nothing measured.
        measured = sum(column.role in _MEASURED for column in columns)
        known = (count_known(columns), measured)
        if known > most:
            best, most = Header(place, columns, texts, tagged), known
    return best


def is_example(cell: object) -> bool:
    """Whether a cell marks its row as the example row of a template."""
    return isinstance(cell, str) and cell.lstrip()[: len(EXAMPLE_MARK)].casefold() == EXAMPLE_MARK


def field_names(fields: Sequence[str]) -> dict[str, ColumnName]:
    """Column names that are no part of a rubric, folded."""
    return {fold(name): ColumnName(Role.FIELD, name) for name in fields}


def header_texts(row: Sequence[object]) -> tuple[str, ...]:
    """The cells of a row as column names: words only, with single spaces."""
    return tuple(" ".join(cell.split()) if isinstance(cell, str) else "" for cell in row)


def count_known(columns: Sequence[ColumnName]) -> int:
    """How many columns mean something."""
    return sum(column.role is not Role.UNKNOWN for column in columns)


def meanings(
    texts: Sequence[str], vocabulary: Vocabulary, extra: Mapping[str, ColumnName]
) -> tuple[ColumnName, ...]:
    """What the column names of one row mean; what the user said stands before everything else."""
    found = [
        ColumnName(Role.UNKNOWN, text) if _is_upper(text, texts) else _meaning(text, vocabulary, extra)
        for text in texts
    ]
    separator = separator_of(texts)
    if separator:
        cut = (vocabulary.of_path(text, separator, extra) for text in texts)
        found = [
            path if path and column.role is Role.UNKNOWN else column
            for column, path in zip(found, cut, strict=True)
        ]
    return with_period_parts(found, texts)


def with_period_parts(columns: Sequence[ColumnName], texts: Sequence[str]) -> tuple[ColumnName, ...]:
    """Columns in which a quarter beside a year is its part, though either alone could be the period."""
    if sum(column == _PERIOD for column in columns) < 2:  # noqa: PLR2004
        return tuple(columns)
    return tuple(
        ColumnName(Role.PERIOD, PART_OF_YEAR.get(fold(text), "period")) if column == _PERIOD else column
        for column, text in zip(columns, texts, strict=True)
    )


def _meaning(text: str, vocabulary: Vocabulary, extra: Mapping[str, ColumnName]) -> ColumnName:
    own = vocabulary.meaning(text)
    # A rubric may call a key `unit`, which is a field of long tables as well.
    fixed = fold(text) in vocabulary.given or own.role is Role.KEY
    return own if fixed else extra.get(fold(text), own)


def separator_of(texts: Sequence[str]) -> str:
    """What joins groups and questions in the exports of KoboToolbox (/) and ODK Central (-); '' elsewhere."""
    named = set(texts)
    if named & _KOBO_COLUMNS:
        return "/"
    if len(named & _ODK_COLUMNS) > 1:
        return ODK_SEPARATOR
    return "/" if RUBRIC_FIELD in named else ""


def is_technical(text: str, separator: str) -> bool:
    """Whether a column of an export was put there by the survey tool, groups in front of its name aside."""
    return fold(text.rpartition(separator)[2]) in _TOOL_COLUMNS


def _told_by_tags(
    columns: Sequence[ColumnName], tags: Sequence[object], vocabulary: Vocabulary
) -> tuple[ColumnName, ...]:
    """Columns whose texts say nothing, by the hashtags under them."""
    told = [
        vocabulary.meaning(text) if (text := str(tag or "").strip()) and not _is_upper(text, tags) else None
        for tag in tags
    ]
    known = set(columns)
    return tuple(
        tag
        if tag and tag not in known and column.role is Role.UNKNOWN and tag.role is not Role.UNKNOWN
        else column
        for column, tag in zip_longest(columns, told[: len(columns)])
    )


def _is_upper(tag: str, tags: Sequence[object]) -> bool:
    """Whether a hashtag names an administrative level above the lowest of the table, which is that of its rows."""
    own = _ADM.match(tag.casefold()) if tag.startswith("#") else None
    if own is None:
        return False
    levels = [int(match[1]) for one in tags if (match := _ADM.match(str(one or "").strip().casefold()))]
    return int(own[1]) < max(levels)


def _holds_hashtags(rows: Sequence[Sequence[object]]) -> bool:
    """Whether at least half of the filled cells of a row are hashtags, as HXL puts them under a header."""
    filled = [str(cell).strip() for row in rows for cell in row if cell not in (None, "")]
    tags = sum(text.startswith("#") and text[1:2].isalpha() for text in filled)
    return tags > 0 and tags * 2 >= len(filled)


def without_doubles(header: Header, sheet: Sheet, findings: Findings) -> Header:
    """The header with columns that mean the same thing set aside, each pair reported."""
    counts = Counter(column for column in header.columns if column.role is not Role.UNKNOWN)
    doubled = {column for column, count in counts.items() if count > 1}
    for column in dict.fromkeys(column for column in header.columns if column in doubled):
        places = [
            sheet.cell(header.row, place) for place, known in enumerate(header.columns) if known == column
        ]
        title = "__".join(part for part in (column.name, column.part) if part)
        findings.add(
            Code.DOUBLE_COLUMN,
            file=sheet.file,
            sheet=sheet.name,
            cell=places[1],
            column=title,
            found=places[0],
            expected=", ".join(places[1:]),
        )
    kept = tuple(ColumnName(Role.UNKNOWN, "") if column in doubled else column for column in header.columns)
    return replace(header, columns=kept)


def report_unknown(header: Header, sheet: Sheet, vocabulary: Vocabulary, findings: Findings) -> None:
    """A finding for each column that is not used: a near miss as a warning, anything else as a note."""
    known = list(vocabulary.known_texts())
    separator = separator_of(header.texts)
    for place, column in header.of(Role.UNKNOWN):
        if not column.name or (separator and is_technical(column.name, separator)):
            continue
        where = {"file": sheet.file, "sheet": sheet.name, "cell": sheet.cell(header.row, place)}
        near = vocabulary.near(column.name)
        suggestion = f" Did you mean '{near}'?" if near else findings.suggest(column.name, known)
        code = Code.UNKNOWN_COLUMN if suggestion else Code.COLUMN_NOT_USED
        findings.add(code, **where, column=column.name, value=column.name, suggestion=suggestion)
    _report_nameless(header, sheet, findings)
    for place, column in header.of(Role.ITEM):
        if column.part.startswith("?"):
            items = vocabulary.items[column.name].values()
            findings.add(
                Code.UNKNOWN_ITEM,
                file=sheet.file,
                sheet=sheet.name,
                cell=sheet.cell(header.row, place),
                column=column.name,
                value=column.part[1:],
                suggestion=findings.suggest(column.part[1:], items),
                expected=", ".join(items),
            )


def _report_nameless(header: Header, sheet: Sheet, findings: Findings) -> None:
    """Columns with values over which no name can be read, between or beside the named ones."""
    if sheet.rearranged:
        return  # the columns of a table in another order have their names elsewhere
    rows = sheet.head(header.first_row + NAMELESS_ROWS)[header.first_row :]
    width = max(map(len, rows), default=0)
    texts = [*header.texts, *[""] * (width - len(header.texts))]
    for place in (place for place, text in enumerate(texts) if not text):
        filled = sum(place < len(row) and isinstance(row[place], (int, float)) for row in rows)
        if filled:
            where = {"file": sheet.file, "sheet": sheet.name, "cell": sheet.cell(header.row, place)}
            findings.add(Code.NO_HEADER_OVER_VALUES, **where, count=filled)


def quoted_columns(header_texts: Sequence[str], limit: int = 6) -> str:
    """The first few column names of a sheet, for a message."""
    named = [text for text in header_texts if text]
    more = f" and {len(named) - limit} more" if len(named) > limit else ""
    return ", ".join(shown(text) for text in named[:limit]) + more if named else "none"
