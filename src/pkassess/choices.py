"""What the user says of how a workbook is to be read: layout, sheet, header row, locale, and a column-map file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pkassess.codes import Code
from pkassess.findings import UsageError, finding, nearest, shown
from pkassess.ingest.sheet import UNSAID, Conventions, column_index
from pkassess.texts import fold, fold_name

LAYOUTS = ("wide", "long", "by-period", "form")
LOCALES = {
    "en": Conventions("."),
    "en-GB": Conventions(".", day_first=True),
    "en-US": Conventions(".", day_first=False),
    "fr": Conventions(",", day_first=True),
    "es": Conventions(",", day_first=True),
    "pt": Conventions(",", day_first=True),
    "de": Conventions(",", day_first=True),
    "ar": Conventions(".", day_first=True),
    "iso": Conventions(".", day_first=None),
}
"""How numbers and dates are written in text; ``en`` alone leaves the order of day and month open."""
_MAP_KEYS = ("columns", "cells", "values", "names", "fiscal_year_start")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_MONTHS = 12


@dataclass(frozen=True)
class Choices:
    """What was chosen; an empty choice leaves it to what the workbook shows.

    ``columns`` leads from header texts, folded, to names of the rubric ('' for a column to be left out); ``cells`` from
    row and column, from zero, of the answers of a form to such names; ``values``
    gives keys that a workbook does not hold, such as its mission; ``names`` leads from spellings, folded, to names.
    ``allowed`` are header texts, folded, of columns that may look personal; ``written`` gives folded header texts as
    the user wrote them. ``header_row`` counts from one, 0 is open.
    """

    layout: str = ""
    sheet: str = ""
    header_row: int = 0
    conventions: Conventions = UNSAID
    columns: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()
    written: Mapping[str, str] = field(default_factory=dict)


NO_CHOICES = Choices()


def choices_of(
    layout: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    locale: str | None = None,
    column_map: str | None = None,
    allow_column: Sequence[str] | None = None,
) -> Choices:
    """The choices from the options of a command; raises UsageError for one that cannot be."""
    if layout and layout not in LAYOUTS:
        raise _wrong("--layout", layout, LAYOUTS)
    if locale and locale not in LOCALES:
        raise _wrong("--locale", locale, tuple(LOCALES))
    if header_row is not None and header_row < 1:
        raise UsageError(
            finding(Code.WRONG_CHOICE, found=f"--header-row is {header_row}; rows count from 1.")
        )
    mapped = _read_map(column_map) if column_map else {}
    conventions = LOCALES[locale] if locale else UNSAID
    columns, allowed = mapped.get("columns", {}), allow_column or ()
    return Choices(
        layout=layout or "",
        sheet=sheet or "",
        header_row=header_row or 0,
        conventions=conventions._replace(fiscal_start=mapped.get("fiscal_year_start", 0)),
        columns={fold(text): name for text, name in columns.items()},
        cells=_cells(column_map or "", mapped.get("cells", {})),
        values=mapped.get("values", {}),
        names={fold_name(text): name for text, name in mapped.get("names", {}).items()},
        allowed=frozenset(map(fold, allowed)),
        written={fold(text): text for text in (*columns, *allowed)},
    )


def _wrong(option: str, given: str, known: tuple[str, ...]) -> UsageError:
    found = f"{option} cannot be '{given}'; it is one of {', '.join(known)}.{nearest(given, known)}"
    return UsageError(finding(Code.WRONG_CHOICE, found=found))


def _text_of(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig") as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError as error:
        raise _bad_map(path, "there is no such file") from error
    except OSError as error:
        raise _bad_map(path, f"it cannot be opened: {(error.strerror or 'read error').lower()}") from error
    except UnicodeDecodeError as error:
        raise _bad_map(path, "it is not UTF-8 text") from error


def _read_map(path: str) -> dict[str, Any]:
    """The checked content of a column-map file."""
    from pkassess.yamlfile import read_yaml

    source = read_yaml(_text_of(path))
    for trouble in source.troubles:
        raise _bad_map(path, f"line {trouble.mark.line}: {trouble.found}")
    if not isinstance(source.data, dict):
        raise _bad_map(path, f"it holds none of {', '.join(_MAP_KEYS)}")
    for key, content in source.data.items():
        if key not in _MAP_KEYS:
            raise _bad_map(path, f"unknown key '{key}'; known are {', '.join(_MAP_KEYS)}")
        if key == "fiscal_year_start":
            if not isinstance(content, int) or not 1 <= content <= _MONTHS:
                raise _bad_map(path, f"{key} is a month, 1 to 12")
        elif not isinstance(content, dict):
            raise _bad_map(path, f"{key} lists pairs such as 'text in the workbook: name'")
        else:
            source.data[key] = {
                str(name): "" if word is None else str(word) for name, word in content.items()
            }
    return source.data


def _cells(path: str, named: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Names by the row and column of cells, which the map gives by their addresses."""
    found = {}
    for address, name in named.items():
        match = _ADDRESS.fullmatch(address)
        if match is None:
            raise _bad_map(
                path, f"cells lists pairs such as 'B3: mission'; {shown(address)} is no address of a cell"
            )
        if not name:
            raise _bad_map(path, f"cells: {address} needs a name of the rubric")
        found[int(match[2]) - 1, column_index(match[1].encode())] = name
    return found


def _bad_map(path: str, found: str) -> UsageError:
    return UsageError(finding(Code.BAD_COLUMN_MAP, file=path, found=found))
