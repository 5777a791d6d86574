"""What the user says of how a workbook is to be read: layout, sheet, header row, locale, and a column-map file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pkassess.codes import Code
from pkassess.columnmap import NO_MAP, ColumnMap, read_column_map
from pkassess.findings import UsageError, finding, nearest
from pkassess.ingest.sheet import UNSAID, Conventions
from pkassess.texts import fold

BY_PERIOD = "by-period"
"""The layout in which each row of a file holds values of several periods."""
FORM = "form"
LAYOUTS = ("wide", "long", BY_PERIOD, FORM)
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


@dataclass(frozen=True)
class Choices:
    """What was chosen; an empty choice leaves it to what the workbook shows.

    ``map`` is the column map: its ``columns`` lead from header texts to names of the rubric ('' for a column to be left
    out), its ``cells`` from the answers of a form to such names; its ``values`` are keys that a workbook does not hold,
    its ``names`` lead from spellings to names. ``allowed`` are header texts, folded, of columns that may look personal; ``written`` gives folded header texts as
    the user wrote them. ``header_row`` counts from one, 0 is open.
    """

    layout: str = ""
    sheet: str = ""
    header_row: int = 0
    conventions: Conventions = UNSAID
    map: ColumnMap = NO_MAP
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
    mapped = read_column_map(column_map) if column_map else NO_MAP
    conventions = LOCALES[locale] if locale else UNSAID
    allowed = {fold(text): text for text in allow_column or ()}
    return Choices(
        layout=layout or "",
        sheet=sheet or "",
        header_row=header_row or 0,
        conventions=conventions._replace(fiscal_start=mapped.fiscal_start),
        map=mapped,
        allowed=frozenset(allowed),
        written={**mapped.written, **allowed},
    )


def _wrong(option: str, given: str, known: tuple[str, ...]) -> UsageError:
    found = f"{option} cannot be '{given}'; it is one of {', '.join(known)}.{nearest(given, known)}"
    return UsageError(finding(Code.WRONG_CHOICE, found=found))
