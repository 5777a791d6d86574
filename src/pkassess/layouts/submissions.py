"""Submissions of survey forms that are no data, by columns of the tool: not decrypted, or rejected by who reviewed them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.columnwords import Role
from pkassess.headers import Header
from pkassess.layouts.rows import Intake, where_in
from pkassess.surveytools import ENCRYPTED, ODK_SEPARATOR, ODK_STATUS, REJECTED, REVIEWS, separator_of
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Sheet


class Submissions:
    """Finds the rows of an export that are not to be read; each is reported."""

    def __init__(self, header: Header, sheet: Sheet, intake: Intake) -> None:
        self.sheet, self.intake, self.texts = sheet, intake, header.texts
        told = dict.fromkeys(REVIEWS, (Code.SUBMISSION_REJECTED, REJECTED, "rejected in review"))
        if separator_of(header.texts) == ODK_SEPARATOR:
            told[ODK_STATUS] = (Code.NOT_DECRYPTED, ENCRYPTED, "not decrypted")
        self._told = {
            place: told[text]
            for place, text in enumerate(header.texts)
            if text in told and header.columns[place].role is Role.UNKNOWN
        }

    def unusable(self, first: int, columns: Sequence[Sequence[object]]) -> set[int]:
        """The rows of a block that are no data."""
        found: set[int] = set()
        for place, (code, words, why) in self._told.items():
            where = where_in(self.sheet, first, place)
            for at, cell in enumerate(columns[place]):
                if at not in found and isinstance(cell, str) and fold(cell) in words:
                    found.add(at)
                    self.intake.notes.count(code, where, self.texts[place], at, cell)
                    self.intake.log.skip(first + at, why)
        return found
