"""Page one on a terminal, in a pipe or in a text file: the same characters, with colour where there is any."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pkassess.diagnosis import ASSOCIATION
from pkassess.page import Change, Note
from pkassess.render.colour import columns_of, padded
from pkassess.render.names import shorten, shorten_all
from pkassess.render.scoreboard import Scoreboard
from pkassess.render.spans import (
    PAINT,
    PLAIN_WIDTH,
    Line,
    Look,
    Span,
    footer,
    header,
    heading,
    look_of,
    painted,
    wrapped,
)
from pkassess.report import build_report

if TYPE_CHECKING:
    from pkassess.assess import Assessment
    from pkassess.page import Report

SUBJECT, LEAST_DETAIL = 15, 24


def plain_lines(assessment: Assessment) -> Iterator[str]:
    """Page one as plain text, 80 columns wide, for files."""
    return rendered(assessment, Look())


def print_report(assessment: Assessment) -> None:
    """Print page one to standard output.

    A terminal gets colour and its own width up to 140; a pipe gets 80 columns unless COLUMNS says otherwise.
    """
    sys.stdout.writelines(rendered(assessment, look_of(sys.stdout)))


def painted_lines(assessment: Assessment, width: int) -> Iterator[str]:
    """Page one as a terminal with colour shows it, for pictures of it."""
    return rendered(assessment, Look(width, ascii=False, paint=PAINT))


def rendered(assessment: Assessment, look: Look) -> Iterator[str]:
    """Page one as a stream of some look shows it."""
    return painted(_Page(build_report(assessment), look).lines(), look)


class _Page:
    """Page one at one width."""

    def __init__(self, report: Report, look: Look) -> None:
        self.report, self.look, self.width, self.clean = report, look, look.width, look.clean
        rows = [row.name for group in report.groups for row in group.rows]
        names = list(map(self.clean, [*rows, *(change.name for change in report.changes)]))
        longest = max(map(columns_of, names), default=0)
        # Long names take a share of the width that a wide page has to spare.
        self.subject = min(max(SUBJECT, longest + 3), SUBJECT + max(0, self.width - PLAIN_WIDTH) // 4)
        self.names = shorten_all(names, self.subject - 3, self.look.mark)

    def lines(self) -> Iterator[Line]:
        """The page from the marking to the footer."""
        report = self.report
        yield from header(report.marking, report.title, report.rubric, self.look)
        yield from wrapped(self.clean(report.finding), self.width, "strong")
        if report.confidence:
            yield from wrapped(self.clean(report.confidence), self.width)
        yield []
        table = Scoreboard(report, self.width, self.clean, self.look.mark)
        yield from table.heading()
        for place, group in enumerate(report.groups):
            if place:
                yield []
            yield from table.group(group)
        yield []
        yield from table.legend()
        yield from self._changes()
        yield from self._notes("ALARMS", "!", "alarm", report.alarms, "No alarms.")
        if report.both_sides:
            yield from self._notes(
                "BOTH SIDES, on what both of them read", "≠", "quiet", report.both_sides, ""
            )
        if report.disputes:
            yield from self._notes("DISPUTED, ratings that differ", "≠", "quiet", report.disputes, "")
        yield from self._handover()
        if report.restructuring:
            yield from self._notes("TO RESTRUCTURE, by rule", "§", "quiet", report.restructuring, "")
        if report.practices:
            title = "PRACTICES that go with strength"
            yield from self._notes(title, "+", "quiet", report.practices, "")
            yield from wrapped(self.clean(ASSOCIATION), self.width, "quiet")
        nothing = "Everything the rubric asks for is known."
        yield from self._notes("NOT KNOWN", "?", "quiet", report.unknown, nothing)
        yield []
        for line in report.method:
            yield from wrapped(self.clean(line), self.width, "quiet")
        yield from footer(report.marking, self.look)

    def _changes(self) -> Iterator[Line]:
        report = self.report
        if not report.periods:
            return
        yield []
        if not report.changed_since:
            yield from self._nothing("WHAT CHANGED", "first period, nothing to compare.")
            return
        yield from heading(f"WHAT CHANGED since {report.changed_since}", report.unchanged, self.look)
        if not report.changes:
            yield [Span("No level changed.")]
        # Long level names go in front of what moved instead of into a column of their own.
        levels = max((columns_of(self.clean(change.levels)) for change in report.changes), default=0)
        in_column = levels if self.subject + levels + 1 + LEAST_DETAIL <= self.width else 0
        for change in report.changes:
            yield from self._change(change, in_column)
        if report.more_changes:
            yield from wrapped(f"{report.more_changes} more: -o report.md lists them", self.width, "quiet")

    def _change(self, change: Change, levels: int) -> Iterator[Line]:
        mark, style = ("↑", "good") if change.direction > 0 else ("↓", "alarm")
        title = self.clean(change.levels)
        texts = [self.clean(detail) for detail in change.details]
        lead = padded(f"{mark} {self.names[self.clean(change.name)]}", self.subject)
        if levels:
            lead += padded(title, levels) + "  "
        elif title:
            texts = [f"{title}: {texts[0]}" if texts else title, *texts[1:]]
        indent = " " * columns_of(lead)
        joined = "; ".join(texts)
        texts = [joined] if columns_of(lead + joined) <= self.width else texts
        for place, text in enumerate(texts or [""]):
            lines = list(wrapped(text, self.width, "", indent, indent if place else lead))
            yield self._marked(lines[0], style) if not place else lines[0]
            yield from lines[1:]

    def _notes(
        self, title: str, mark: str, style: str, notes: tuple[Note, ...], nothing: str
    ) -> Iterator[Line]:
        yield []
        if not notes:
            yield from self._nothing(title, nothing)
            return
        yield [Span(title, "strong")]
        for note in notes:
            yield from self._note(note, mark, style)

    def _note(self, note: Note, mark: str, style: str) -> Iterator[Line]:
        subject = self.clean(note.subject)
        subject = self.names.get(subject) or shorten(subject, self.subject - 3, self.look.mark)
        lead = padded(f"{mark} {subject}", self.subject)
        lines = list(wrapped(self.clean(note.text), self.width, "", " " * self.subject, lead))
        yield self._marked(lines[0], style)
        yield from lines[1:]

    def _handover(self) -> Iterator[Line]:
        found = self.report.handover
        if found is None:
            return
        yield []
        yield from heading("READINESS TO HAND OVER", found.counts, self.look)
        for mark, style, notes in (("+", "good", found.ready), ("!", "alarm", found.imposed)):
            for note in notes:
                yield from self._note(note, mark, style)

    def _marked(self, line: Line, style: str) -> Line:
        """A first line with its sign coloured and its subject in bold."""
        text = line[0].text
        at = next(at for at in range(1, len(text) + 1) if columns_of(text[:at]) >= self.subject - 1)
        return [Span(text[:1], style), Span(text[1:at], "strong"), Span(text[at:])]

    def _nothing(self, title: str, text: str) -> Iterator[Line]:
        """A section that has nothing to say says so."""
        if len(title) + len(text) + 2 <= self.width:
            yield [Span(f"{title}: ", "strong"), Span(text)]
        else:
            yield [Span(title, "strong")]
            yield from wrapped(text, self.width)
