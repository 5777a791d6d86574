"""Page one on a terminal, in a pipe or in a text file: the same characters, with colour where there is any."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pkassess.figures import shortened
from pkassess.page import Change, Group, Note, Report, Row, Score
from pkassess.render.colour import columns_of, inert, padded, style_of
from pkassess.report import build_report

if TYPE_CHECKING:
    from pkassess.assess import Assessment
    from pkassess.rubric import Level

PLAIN_WIDTH, WIDEST, NARROWEST = 80, 140, 60
SUBJECT = 15
PAINT = {
    "good": "38;5;32",
    "warn": "38;5;166",
    "warn!": "1;38;5;166",
    "alarm": "1;38;5;161",
    "critical": "1;7;38;5;161",
    "quiet": "38;5;243",
    "strong": "1",
    "group": "4",
    "marking": "1;7",
    "": "",
}
WITHOUT_COLOUR = {**dict.fromkeys(PAINT, ""), "critical": "7", "strong": "1", "group": "4", "marking": "7"}
_ASCII = str.maketrans(
    {
        **dict(zip("─│·–−•…└", ["-", "|", ".", "-", "-", ".", "...", "`"], strict=True)),
        **dict(zip("●▲↑↓→", ["o", "x", "/", "\\", "->"], strict=True)),
    }
)


class Span(NamedTuple):
    """A stretch of text with one style."""

    text: str
    style: str = ""


Line = list[Span]


class Look(NamedTuple):
    """How wide the page is, whether it may hold signs beyond ASCII, and how styles are painted."""

    width: int = PLAIN_WIDTH
    ascii: bool = False
    paint: dict[str, str] | None = None


def plain_lines(assessment: Assessment) -> Iterator[str]:
    """Page one as plain text, 80 columns wide, for files."""
    return _rendered(assessment, Look())


def print_report(assessment: Assessment) -> None:
    """Print page one to standard output.

    A terminal gets colour and its own width up to 140; a pipe gets 80 columns unless COLUMNS says otherwise.
    """
    style = style_of(sys.stdout)
    terminal = style.bold
    given = os.environ.get("COLUMNS", "")
    width = shutil.get_terminal_size().columns if terminal or given.isdigit() else PLAIN_WIDTH
    paint = (PAINT if style.colour else WITHOUT_COLOUR) if terminal else None
    look = Look(max(NARROWEST, min(width, WIDEST)), style.ascii, paint)
    sys.stdout.writelines(_rendered(assessment, look))


def painted_lines(assessment: Assessment, width: int) -> Iterator[str]:
    """Page one as a terminal with colour shows it, for pictures of it."""
    return _rendered(assessment, Look(width, ascii=False, paint=PAINT))


def _rendered(assessment: Assessment, look: Look) -> Iterator[str]:
    for line in _page(build_report(assessment), look.width):
        yield "".join(_painted(span, look) for span in line).rstrip() + "\n"


def _painted(span: Span, look: Look) -> str:
    text = span.text.translate(_ASCII) if look.ascii else span.text
    code = look.paint.get(span.style, "") if look.paint else ""
    return f"\x1b[{code}m{text}\x1b[0m" if code and text.strip() else text


def _page(report: Report, width: int) -> Iterator[Line]:
    yield from _header(report, width)
    yield from _wrapped(report.finding, width, "strong")
    if report.confidence:
        yield from _wrapped(report.confidence, width)
    yield []
    layout = _Layout(report, width)
    yield from layout.heading()
    for place, group in enumerate(report.groups):
        if place:
            yield []
        yield from layout.group(group)
    yield []
    yield from layout.legend()
    yield from _changes(report, width)
    yield from _notes("ALARMS", "!", "alarm", report.alarms, "No alarms.", width)
    yield from _notes(
        "NOT KNOWN", "?", "quiet", report.unknown, "Everything the rubric asks for is known.", width
    )
    yield []
    for line in report.method:
        yield from _wrapped(line, width, "quiet")
    yield [Span("─" * width, "quiet")]
    marking = f" {report.marking} " if report.marking else ""
    said = "  not a finding of law or of individual responsibility"
    yield [Span(marking, "marking"), Span(said[: width - len(marking)], "quiet")]


def _header(report: Report, width: int) -> Iterator[Line]:
    marking = f" {report.marking} " if report.marking else ""
    gap = "  " if marking else ""
    room = width - len(marking) - len(gap) - len(report.rubric) - 1
    title = shortened(inert(report.title), max(room, 10))
    yield [
        Span(marking, "marking"),
        Span(gap + padded(title, room + 1), "strong"),
        Span(report.rubric, "quiet"),
    ]
    yield [Span("─" * width, "quiet")]


def _wrapped(
    text: str, width: int, style: str = "", indent: str = "", first: str | None = None
) -> Iterator[Line]:
    """Words on lines no wider than the page; a word longer than a line is cut."""
    lead = indent if first is None else first
    line, empty = lead, True
    for word in inert(text).split(" "):
        rest = word
        if not empty and columns_of(line) + 1 + columns_of(rest) > width:
            yield [Span(line, style)]
            line, empty = indent, True
        while columns_of(line) + columns_of(rest) + (not empty) > width and len(rest) > 1:
            cut = max(width - columns_of(line) - (not empty), 1)
            yield [Span(line + ("" if empty else " ") + rest[:cut], style)]
            line, empty, rest = indent, True, rest[cut:]
        line, empty = line + ("" if empty else " ") + rest, False
    yield [Span(line, style)]


# --- the table ---------------------------------------------------------------------------------------------------


class _Layout:
    """Which columns fit, and how wide each is."""

    def __init__(self, report: Report, width: int) -> None:
        self.report, self.width = report, width
        rows = [row for group in report.groups for row in group.rows]
        self.good = [node for node in report.dimensions if node.branch.positive]
        self.bad = [node for node in report.dimensions if not node.branch.positive]
        self.rank = max([4, *(len(row.rank) for row in rows)]) if any(row.rank for row in rows) else 0
        self.overall = max([len("Overall"), *(len(row.overall) for row in rows)]) if _has_overall(rows) else 0
        if width < 100 and self.overall > 12:  # noqa: PLR2004  # the narrow page shortens the longest level
            self.overall = 12
        self.index = 3 if any(row.index.text for row in rows) else 0
        self.index = max([self.index, *(len(row.index.text) for row in rows)])
        self.good_width = max(
            [5, *(_cell_width(row, place) for row in rows for place in range(len(self.good)))]
        )
        self.bar, self.coverage, self.words, self.shown = 10, 3, 0, len(self.good)
        longest = max([11, *(columns_of(row.name) for row in rows)])
        self._fit(longest)

    def _fit(self, longest: int) -> None:
        """Give up the bar, then the coverage, then dimensions; spare width goes to the names, then to the bar."""
        self.name = 11
        if not self.index:
            self.bar = 0
        if self._used() > self.width:
            self.bar = 0
        if self._used() > self.width:
            self.coverage = 0
        while self._used() > self.width and self.shown > 1:
            self.shown -= 1
        self.name = max(6, min(longest, self.name + self.width - self._used()))
        if self.width - self._used() >= 5:  # noqa: PLR2004  # a confidence word and its gap
            self.words = 4
        if self.bar and self.width - self._used() >= 5:  # noqa: PLR2004
            self.bar = 15

    def _used(self) -> int:
        parts = [self.rank, self.name, self.overall, self.index]
        used = sum(part + 1 for part in parts if part) + (self.bar + 1 if self.bar else 0)
        used += self.shown * (self.good_width + 1) + sum(2 + 9 for _ in self.bad)
        return used + (self.coverage + 1 if self.coverage else 0) + (self.words + 1 if self.words else 0)

    def heading(self) -> Iterator[Line]:
        left = sum(part + 1 for part in (self.rank, self.name, self.overall, self.index) if part)
        middle = (self.bar + 1 if self.bar else 0) + self.shown * (self.good_width + 1)
        if self.bad:
            good = " high is good "
            line = good + "─" * (middle - len(good) - 1) if middle > len(good) else ""
            yield [
                Span(" " * (left - 1)),
                Span(padded(line, middle), "quiet"),
                Span(" │ ", "quiet"),
                Span("high is bad" if left + middle + 13 <= self.width else "high bad", "warn"),
            ]
        shorts = self.report.shorts
        spans = [
            Span(padded("Rank", self.rank) + " " if self.rank else ""),
            Span(padded("Partnership"[: self.name], self.name) + " "),
        ]
        spans += [Span(padded("Overall", self.overall) + " ") if self.overall else Span("")]
        spans += [Span("Idx".rjust(self.index) + " ") if self.index else Span("")]
        spans += [Span(self._levels_heading() + " ") if self.bar else Span("")]
        spans += [
            Span(padded(short[: self.good_width], self.good_width) + " ") for short in shorts[: self.shown]
        ]
        for short in shorts[len(self.good) :]:
            spans += [Span("│ ", "quiet"), Span(padded(f"{short[:7]} ▲", 9), "warn")]
        spans += [Span(" Cov") if self.coverage else Span(""), Span(" Evid") if self.words else Span("")]
        yield spans

    def _levels_heading(self) -> str:
        rows = [row for group in self.report.groups for row in group.rows if row.index.level >= 0]
        levels = self._index_levels() if rows else []
        step = self.bar // max(len(levels), 1)
        return padded("".join(padded(level.short[:1], step) for level in levels)[: self.bar], self.bar)

    def _index_levels(self) -> Sequence[Level]:
        return self.good[0].branch.levels if self.good else ()

    def group(self, group: Group) -> Iterator[Line]:
        title = shortened(inert(group.title), max(self.width - len(group.ranked) - 2, 10))
        yield [Span(title, "group"), Span(f"  {group.ranked}"[: self.width - columns_of(title)], "quiet")]
        for row in group.rows:
            yield self._row(row)
            for reason in row.reasons:
                yield from self._reason(row, reason)
        if group.hidden:
            text = f" … {group.hidden} rows without alarm or change: -o report.md shows all"
            yield [Span(text[: self.width], "quiet")]

    def _row(self, row: Row) -> Line:
        lost = row.level < 0 and bool(self.overall)
        name_style = "strong" if row.decision else "quiet" if lost else ""
        spans = (
            [Span(padded(row.rank or "–", self.rank) + " ", "" if row.rank else "quiet")] if self.rank else []
        )
        spans.append(Span(padded(shortened(inert(row.name), self.name), self.name) + " ", name_style))
        if self.overall:
            levels = len(self._index_levels())
            style = "quiet" if lost else "critical" if row.level == 0 else _good_style(row.level, levels)
            word = _cut(row.overall, self.overall)
            spans += [Span(word, style), Span(" " * (self.overall - len(word) + 1))]
        if self.index:
            spans.append(Span(row.index.text.rjust(self.index) + " "))
        if self.bar:
            spans += [*_bar(row.index, self.bar), Span(" ")]
        for score in row.dimensions[: self.shown]:
            spans += self._good_cell(score)
        for score in row.dimensions[len(self.good) :]:
            spans += self._bad_cell(score)
        spans.append(
            Span(row.coverage.rjust(self.coverage + 1), "quiet" if lost else "")
            if self.coverage
            else Span("")
        )
        if self.words:
            spans.append(
                Span(
                    " " + ({"Moderate": "mod", "Low": "low", "High": "high"}.get(row.confidence, "–")),
                    "quiet",
                )
            )
        return spans

    def _good_cell(self, score: Score) -> Line:
        if score.value is None:
            return [Span(padded(score.word[: self.good_width], self.good_width) + " ", "quiet")]
        text = padded(f"{score.text}{score.short[:1]}", self.good_width) + " "
        return [Span(text, _good_style(score.level, len(self._index_levels())))]

    def _bad_cell(self, score: Score) -> Line:
        levels = self.bad[0].branch.levels
        if score.value is None:
            return [Span("│ ", "quiet"), Span(padded(score.word[:9], 9), "quiet")]
        place = score.level - len(levels) // 2
        style = (
            ""
            if score.level < 0 or place < 0
            else "warn"
            if place == 0
            else "warn!"
            if score.level < len(levels) - 1
            else "alarm"
        )
        return [Span("│ ", "quiet"), Span(padded(f"{score.text.rjust(2)} {score.short}"[:9], 9), style)]

    def _reason(self, row: Row, reason: str) -> Iterator[Line]:
        indent = " " * (self.rank + 1 if self.rank else 0)
        head, mark, _ = reason.partition(";")
        lines = list(_wrapped(reason, self.width, "quiet", indent + "  ", indent + "└ "))
        first = lines[0][0].text
        split = len(indent) + 2 + len(head)
        if mark and split < len(first):
            style = "alarm" if row.level == 0 else "warn"
            yield [
                Span(first[: len(indent) + 2], "quiet"),
                Span(first[len(indent) + 2 : split], style),
                Span(first[split:], "quiet"),
            ]
            yield from lines[1:]
        else:
            yield from lines

    def legend(self) -> Iterator[Line]:
        levels = [f"{level.short[:1]} {level.id}" for level in self._index_levels()]
        if levels:
            yield from _wrapped("  ".join(levels), self.width, "quiet")
        for node in self.bad:
            words = " ".join(level.id for level in node.branch.levels)
            yield from _wrapped(f"▲ high is bad: {words}".rstrip(": "), self.width, "quiet")
        drawn = any(row.index.low is not None for group in self.report.groups for row in group.rows)
        bar = (
            ("─●─ 90 % interval on the score range. " if drawn else "● the score on its range. ")
            if self.bar
            else ""
        )
        cover = "Cov: least coverage of a dimension, % of indicator weight observed" if self.coverage else ""
        hidden = len(self.good) - self.shown
        more = f" {hidden} dimension(s) more: -f csv." if hidden else ""
        yield from _wrapped((bar + cover + more).strip(), self.width, "quiet")


def _has_overall(rows: list[Row]) -> bool:
    return any(row.overall for row in rows)


def _cell_width(row: Row, place: int) -> int:
    score = row.dimensions[place]
    return len(score.text) + 1 if score.value is not None else len(score.word)


def _cut(word: str, width: int) -> str:
    """A level's name where there is no room for all of it."""
    return word if len(word) <= width else f"{word[:9]}."


def _good_style(level: int, levels: int) -> str:
    if level < 0 or levels < 3:  # noqa: PLR2004  # two levels have no middle
        return ""
    return "alarm" if level < levels // 2 else "good" if level > levels // 2 else ""


def _bar(score: Score, cells: int) -> Line:
    """A track of dotted level steps, the interval as a whisker, the score as a mark on top."""
    step = max(cells // 5, 1)
    track = ["·" if (cell // step) % 2 == 0 else " " for cell in range(cells)]
    if score.value is None:
        return [Span(" " * cells)]
    at = min(int(score.value / 100 * cells), cells - 1)
    if score.low is not None and score.high is not None:
        for cell in range(_cell(score.low, cells), _cell(score.high, cells) + 1):
            track[cell] = "─"
    return [Span("".join(track[:at]), "quiet"), Span("●", "good"), Span("".join(track[at + 1 :]), "quiet")]


def _cell(value: float, cells: int) -> int:
    return max(0, min(int(value / 100 * cells), cells - 1))


# --- the sections ------------------------------------------------------------------------------------------------


def _title(title: str, right: str, width: int) -> Line:
    right = right if len(title) + len(right) + 1 <= width else ""
    return [Span(title, "strong"), Span(right.rjust(width - len(title)), "quiet")]


def _changes(report: Report, width: int) -> Iterator[Line]:
    if not report.periods:
        return
    yield []
    if not report.changed_since:
        yield [Span("WHAT CHANGED: ", "strong"), Span("first period, nothing to compare."[: width - 14])]
        return
    yield _title(f"WHAT CHANGED since {report.changed_since}", report.unchanged, width)
    if not report.changes:
        yield [Span("No level changed.")]
    for change in report.changes:
        yield from _change(change, width)


def _change(change: Change, width: int) -> Iterator[Line]:
    mark, style = ("↑", "good") if change.direction > 0 else ("↓", "alarm")
    name = shortened(inert(change.name), SUBJECT - 2)
    text = "; ".join(change.details)
    levels = padded(change.levels, 26) if width >= 80 else change.levels  # noqa: PLR2004
    lead = padded(f"{mark} {name}", SUBJECT) + levels + " "
    if columns_of(lead) + 20 > width:
        lead = padded(f"{mark} {name}", SUBJECT)
        text = f"{change.levels}: {text}"
    lines = list(_wrapped(text, width, "", " " * min(columns_of(lead), width - 20), lead))
    first = lines[0][0].text
    yield [Span(first[:1], style), Span(first[1:SUBJECT], "strong"), Span(first[SUBJECT:])]
    yield from lines[1:]


def _notes(
    title: str, mark: str, style: str, notes: tuple[Note, ...], nothing: str, width: int
) -> Iterator[Line]:
    yield []
    if not notes:
        yield [Span(title, "strong"), Span(f": {nothing}"[: width - len(title)])]
        return
    yield [Span(title, "strong")]
    for note in notes:
        subject = shortened(inert(note.subject), SUBJECT - 3)
        lines = list(_wrapped(note.text, width, "", " " * SUBJECT, padded(f"{mark} {subject}", SUBJECT)))
        first = lines[0][0].text
        yield [Span(first[:1], style), Span(first[1:SUBJECT], "strong"), Span(first[SUBJECT:])]
        yield from lines[1:]
