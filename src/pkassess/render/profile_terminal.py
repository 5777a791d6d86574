"""The page of one partnership on a terminal, in a pipe or in a text file, with colour where there is any."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

from pkassess.figures import half_up
from pkassess.profile_report import (
    AGAINST,
    MARK_WORDS,
    VERDICTS,
    Bar,
    Block,
    Course,
    Item,
    ProfileReport,
    Way,
    evidence_text,
    untested_text,
)
from pkassess.render.bars import bad_style, bar, good_style, levels_heading
from pkassess.render.colour import columns_of, padded
from pkassess.render.names import shorten
from pkassess.render.scoreboard import TREND_MARKS
from pkassess.render.spans import Line, Look, Span, footer, header, heading, painted, wrapped
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.diagnosis import Hypothesis
    from pkassess.profile_report import Reading

CELLS, BAR, BAR_POINTS = 20, 10, 2.0
LABEL, LEVEL, TREND = 20, 15, 12
NAME, LEAST_NAME, VALUE, KNOTS, SCORE = 22, 12, 9, 15, 9
COURSE = 12
FULL, MIDDLE = 80, 62
"""Widths from which there is room for bars, and for lines of sparks and words of trends."""
SPARKS, PLAIN_SPARKS = "▁▂▃▄▅▆▇█", "12345678"
LEAST_WINDOW = 0.4
"""The least window of a line of sparks, as a share of the score range: one step of eight is then 5 points of 100."""
RESULTS = {
    "pass": ("■", "[x]", "met", "good"),
    "fail": ("□", "[ ]", "not met", "alarm"),
    "unknown": ("?", "[?]", "unknown", "quiet"),
}
KINDS = ("minimum", "support")
LEAST_END = 20
"""Columns below which the end of a line goes to lines of its own."""


def rendered(report: ProfileReport, look: Look) -> Iterator[str]:
    """The page as a stream of some look shows it."""
    return painted(_Page(report, look).lines(), look)


class _Columns(NamedTuple):
    """Widths of the columns of indicators; 0 is left out."""

    name: int
    adds: int
    knots: int = KNOTS
    bar: int = BAR + 2


class _Page:
    """The page at one width."""

    def __init__(self, report: ProfileReport, look: Look) -> None:
        self.report, self.look, self.width, self.clean = report, look, look.width, look.clean
        self.items = [item for block in report.blocks for item in block.items]
        self.sheets = list(dict.fromkeys(item.sheet for item in self.items if item.cell))
        self.columns = self._plan()

    def _plan(self) -> _Columns:
        """The bar goes first where there is no room, then knots and shares; the rest belongs to the name."""
        rest = VALUE + SCORE + 1 + max((columns_of(self._cell(item)) for item in self.items), default=0)
        longest = max([LEAST_NAME, *(columns_of(self.clean(item.label)) for item in self.items)])
        adds = 4 + max((len(str(item.of)) for item in self.items), default=0)
        plans = [
            _Columns(NAME, adds),
            _Columns(NAME, adds, bar=0),
            _Columns(NAME, adds, knots=0, bar=0),
            _Columns(LEAST_NAME, 0, knots=0, bar=0),
        ]
        plan = next((plan for plan in plans if sum(plan) + rest <= self.width), plans[-1])
        spare = self.width - sum(plan) - rest
        return plan._replace(name=max(1, min(longest, plan.name + spare)))

    def _cell(self, item: Item) -> str:
        """The cell, with its sheet where there are several, and what has to be known of the value."""
        address = f"{item.sheet}!{item.cell}" if len(self.sheets) > 1 and item.cell else item.cell
        return self.clean(" ".join(filter(None, [address, "".join(item.marks)])))

    def lines(self) -> Iterator[Line]:
        """The page from the marking to the footer."""
        report = self.report
        title, *sentences = report.sentences
        yield from header(report.marking, title, report.rubric, self.look)
        yield from wrapped(self.clean(report.lead), self.width, "strong")
        yield from wrapped(self.clean(" ".join(sentences)), self.width)
        yield []
        yield from self._bars()
        if report.courses or report.notes:
            yield []
            span = f"{report.span}, matched indicators" if report.courses else ""
            yield from heading("TREND", span, self.look)
        if report.courses:
            yield from self._trend()
        for note in report.notes:
            yield from wrapped(self.clean(note), self.width, "", "  ", "")
        for block in report.blocks:
            yield from self._block(block)
        yield from self._legend()
        yield from self._sides()
        yield from self._diagnosis()
        yield from self._readiness()
        if report.way is not None:
            yield from self._way(report.way)
        yield []
        yield from footer(report.marking, self.look)

    def _fitted(self, text: str, width: int) -> str:
        return padded(shorten(self.clean(text), width, self.look.mark), width)

    # --- dimensions -------------------------------------------------------------------------------------------

    def _bars(self) -> Iterator[Line]:
        """Every dimension with its interval on the range, the levels written above."""
        bars = self.report.bars
        label = min(max(LABEL, *(columns_of(self.clean(one.label)) for one in bars)), self.width // 3)
        above: tuple[str, ...] | None = None
        for one in bars:
            names = tuple(level.short for level in one.levels)
            if names != above and self.width >= FULL:
                above = names
                text = self.clean(levels_heading(one.levels, CELLS, self.report.ends))
                right = f"  {padded('Level', LEVEL)} {padded('Trend', TREND)} Cov" if one is bars[0] else ""
                style = "quiet" if one.positive else "warn"
                yield [Span(" " * (label + 5)), Span(text, style), Span(right, "quiet")]
            yield self._bar(one, label)
            if not one.positive:
                yield [Span("  high is bad", "warn")]

    def _bar(self, one: Bar, label: int) -> Line:
        known = one.score.value is not None
        levels = one.score.level, one.score.levels
        style = good_style(*levels) if one.positive else bad_style(*levels)
        text = one.text if known else "–"
        line = [Span(self._fitted(one.label, label)), Span(text.rjust(4), style or "strong")]
        if self.width >= FULL:
            mark = "●" if one.positive else "▲"
            line += [Span(" "), *bar(one.score, CELLS, mark, style or "good", self.report.ends)]
        line.append(
            Span(f"  {self._fitted(one.level, LEVEL)}".rstrip().ljust(LEVEL + 2), style if known else "quiet")
        )
        if self.width < MIDDLE:
            return line
        told = self.clean(f"{TREND_MARKS[one.direction]} {one.trend}" if one.direction else one.trend)
        mood = "quiet" if not one.direction else "" if one.positive else style
        line.append(Span(f" {padded(told, TREND)}", mood))
        # Long words of a trend take the place of the coverage.
        return line if columns_of(told) > TREND else [*line, Span(one.coverage.rjust(4))]

    # --- trend ------------------------------------------------------------------------------------------------

    def _trend(self) -> Iterator[Line]:
        report = self.report
        sparks = len(report.periods) + 1 if self.width >= MIDDLE else 0
        cell = max(4, *(columns_of(label) + 1 for label in _short_periods(report.periods)))
        told = max(columns_of(self.clean(course.told)) + 2 for course in report.courses) if sparks else 0
        shown = min(len(report.periods), max(1, (self.width - COURSE - sparks - told) // cell))
        lead = " " * (COURSE + sparks)
        labels = _short_periods(report.periods[-shown:])
        yield [Span(lead + "".join(label.rjust(cell) for label in labels), "quiet")]
        for course in report.courses:
            name = self._fitted(course.label + ("" if course.positive else " ▲"), COURSE)
            if course.reason:
                yield from wrapped(self.clean(course.reason), self.width, "quiet", lead, name)
                continue
            scores = ("–" if isnan(score) else half_up(score) for score in course.scores[-shown:])
            drawn = (
                [Span(f"{self._sparks(course)} ", "good" if course.positive else "warn")] if sparks else []
            )
            told = self.clean(course.told)
            style = "" if " " in told else "quiet"
            said = [Span(name), *drawn, Span("".join(score.rjust(cell) for score in scores))]
            if sum(columns_of(span.text) for span in said) + 2 + columns_of(told) <= self.width:
                yield [*said, Span(f"  {told}", style)]
            else:
                yield said
                yield from wrapped(told, self.width, style, "  ", "  ")
        if sparks:
            yield from self._steps(shown)

    def _steps(self, shown: int) -> Iterator[Line]:
        """What one step of a line of sparks is worth."""
        windows = [self._window(course) for course in self.report.courses if not course.reason]
        steps = sorted({(high - low) / len(SPARKS) for low, high in windows})
        if steps:
            ends = dict.fromkeys(half_up(step, 1).removesuffix(".0") for step in (steps[0], steps[-1]))
            text = f"One step of the line: {' to '.join(ends)} points. –: nothing to compare."
            if shown < len(self.report.periods):
                text += f" The line begins in {self.report.periods[0]}."
            yield from wrapped(self.clean(text), self.width, "quiet")

    def _window(self, course: Course) -> tuple[float, float]:
        """Whole levels that hold the series, and at least a window of the range."""
        known = [score for score in course.scores if not isnan(score)]
        low, high = self.report.ends
        edges = (
            [low, *course.bounds, high]
            if course.bounds
            else [low + (high - low) * fifth / 5 for fifth in range(6)]
        )
        first = max(0, bisect_right(edges, min(known)) - 1)
        last = min(len(edges) - 1, bisect_right(edges, max(known)))
        while edges[last] - edges[first] < LEAST_WINDOW * (high - low) - 1e-9 and (
            first > 0 or last < len(edges) - 1
        ):
            nearer_below = min(known) - edges[first] < edges[last] - max(known)
            if first > 0 and (nearer_below or last == len(edges) - 1):
                first -= 1
            else:
                last += 1
        return edges[first], edges[last]

    def _sparks(self, course: Course) -> str:
        low, high = self._window(course)
        signs = PLAIN_SPARKS if self.look.ascii else SPARKS
        places = [
            None if isnan(score) else min(7, max(0, int((score - low) / (high - low) * 8)))
            for score in course.scores
        ]
        return "".join(" " if place is None else signs[place] for place in places)

    # --- indicators -------------------------------------------------------------------------------------------

    def _block(self, block: Block) -> Iterator[Line]:
        yield []
        bad = "" if block.positive else " ▲ high is bad"
        title = self.clean(f"{block.label.upper()}{bad}")
        style = good_style(block.at, block.levels) if block.positive else bad_style(block.at, block.levels)
        score = self.clean(f"  {block.text} {block.level}".rstrip())
        told = f"   coverage {block.coverage} %"
        sure = f", confidence {block.confidence}" if block.confidence else ""
        room = self.width - columns_of(title + score)
        told = told + sure if columns_of(told + sure) <= room else told if columns_of(told) <= room else ""
        if room < 0:
            yield from wrapped(title, self.width, "strong")
            title = ""
        yield [Span(title, "strong"), Span(score, style or "strong"), Span(told, "quiet")]
        plan = self.columns
        heads = [padded("Indicator", plan.name)[: plan.name], "Value".rjust(VALUE)]
        heads += ["  Knots".ljust(plan.knots)] if plan.knots else []
        heads += [" Score", ("Adds/of" if plan.adds else "").rjust(SCORE - 6 + plan.adds)]
        heads += [" " * plan.bar, " Cell"]
        yield [Span("".join(heads), "quiet")]
        for item in block.items:
            yield from self._item(item, block)

    def _item(self, item: Item, block: Block) -> Iterator[Line]:
        plan = self.columns
        name = self._fitted(item.label, plan.name)
        if item.absent:
            yield from wrapped(item.absent, self.width, "quiet", " " * (plan.name + 2), f"{name} ")
            return
        levels = item.level, block.levels
        style = good_style(*levels) if block.positive else bad_style(*levels)
        value = self.clean(item.value)
        # A value wider than its column takes from the knots behind it, or from the name.
        over = max(0, columns_of(value) + 1 - VALUE)
        name = name if plan.knots else self._fitted(item.label, plan.name - over)
        line = [Span(name), Span(value.rjust(VALUE) if not over else f" {value}")]
        if plan.knots:
            line.append(
                Span(
                    padded(f"  {self._knots(item.knots, plan.knots - 2 - over)}", plan.knots - over), "quiet"
                )
            )
        line += [Span(item.score.rjust(4)), Span(padded(f" {self.clean(item.short)}", SCORE - 4), style)]
        line += (
            [Span(f"{item.adds:>3}"), Span(padded(f"/{item.of}", plan.adds - 3), "quiet")]
            if plan.adds
            else []
        )
        line += self._weight(item, positive=block.positive) if plan.bar else []
        yield [*line, Span(f" {self._cell(item)}", "quiet")]

    def _weight(self, item: Item, *, positive: bool) -> Line:
        """What the indicator adds of what its weight allows."""
        full, rest = ("#", "-") if self.look.ascii else ("█", "░")
        filled, whole = (min(BAR, int(points / BAR_POINTS + 0.5)) for points in (item.adds, item.of))
        left = max(0, whole - filled)
        style = "good" if positive else "warn"
        return [Span(f"  {full * filled}", style), Span(padded(rest * left, BAR - filled), "quiet")]

    def _knots(self, knots: str, room: int) -> str:
        """Both knots, or where they are too long the upper one."""
        text = self.clean(knots)
        return text if columns_of(text) <= room else text.split(" ")[-1][: max(room, 0)]

    def _legend(self) -> Iterator[Line]:
        """Where the cells are, what the letters behind them mean, and what a mark of a bar is worth."""
        used = {mark for block in self.report.blocks for item in block.items for mark in item.marks}
        letters = ", ".join(f"{mark} {word}" for mark, word in MARK_WORDS.items() if mark in used)
        where = f"Cells are in sheet {self.sheets[0]}. " if len(self.sheets) == 1 and self.sheets[0] else ""
        full, rest = ("#", "-") if self.look.ascii else ("█", "░")
        text = f"{where}{letters}{'. ' if letters else ''}"
        if self.columns.adds:
            text += "Adds/of: points added to the score, of those the weight allows. "
        if self.columns.bar:
            text += f"Bar: {full} added, {rest} left; one mark is {BAR_POINTS:g} points."
        yield from wrapped(self.clean(text), self.width, "quiet")

    # --- both sides, diagnosis, readiness, the way ------------------------------------------------------------

    def _sides(self) -> Iterator[Line]:
        said = [*self.report.disputes, *filter(None, [self.report.reply])]
        if not self.report.readings and not said:
            return
        yield []
        yield from heading("BOTH SIDES", "the mission's and the authority's own reading", self.look)
        yield from self._readings(self.report.readings)
        for text in said:
            yield from wrapped(self.clean(text), self.width, "")

    def _readings(self, readings: tuple[Reading, ...]) -> Iterator[Line]:
        """A line for each thing that both sides read."""
        if not readings:
            return
        name = min(
            max(34, *(columns_of(self.clean(one.label)) for one in readings)), max(12, self.width - 46)
        )
        yield [Span(" " * name + "Mission".rjust(10) + "Authority".rjust(11), "quiet")]
        for one in readings:
            told, style = (f"disputed, {one.used}", "warn") if one.disputed else (one.used, "quiet")
            both = self.clean(one.mission).rjust(10) + self.clean(one.host).rjust(11)
            yield from self._ended([Span(f"{self._fitted(one.label, name)}{both}  ")], told, style)

    def _ended(self, lead: Line, text: str, style: str) -> Iterator[Line]:
        """A line whose last part goes on under itself where it is long; on a narrow page it stands below the rest."""
        taken = sum(columns_of(span.text) for span in lead)
        if self.width - taken < LEAST_END:
            yield lead
            yield from wrapped(self.clean(text), self.width, style, " " * 6, " " * 6)
            return
        indent = " " * taken
        first, *more = wrapped(self.clean(text), self.width, style, indent, indent)
        yield [*lead, Span(first[0].text[taken:], style)]
        yield from more

    def _diagnosis(self) -> Iterator[Line]:
        found = self.report.hypotheses
        if found is None:
            return
        yield []
        yield from heading("DIAGNOSIS", "hypotheses to examine, not findings", self.look)
        fired = [one for one in found if one.fired]
        for one in fired:
            yield from self._hypothesis(one)
        if not fired:
            yield [Span("No rule fired.")]
        untested = untested_text(found)
        if untested:
            yield from wrapped(self.clean(untested), self.width, "quiet")

    def _hypothesis(self, one: Hypothesis) -> Iterator[Line]:
        rule = one.rule
        lead = padded(self.clean(rule.id), 4)
        yield from wrapped(
            self.clean(f"Consistent with {say(rule.challenge)}"), self.width, "strong", "    ", lead
        )
        parts = [("evidence", "; ".join(one.evidence)), ("examine", say(rule.strategy))]
        if rule.against:
            parts.append(("against", f"{say(rule.against.text)}{AGAINST.get(one.against, '')}"))
        for label, text in parts:
            first = f"    {padded(label, 9)}"
            rows = list(wrapped(self.clean(text), self.width, "", " " * 13, first))
            yield [Span(first, "quiet"), Span(rows[0][0].text[len(first) :])]
            yield from rows[1:]

    def _readiness(self) -> Iterator[Line]:
        gate = self.report.gate
        if gate is None:
            return
        yield []
        yield from heading("READINESS", f"{VERDICTS[gate.verdict]}: {gate.summary}", self.look)
        if gate.imposed_exit == "pass":
            text = f"Imposed exit, which is no readiness: {'; '.join(gate.imposed_evidence)}"
            yield from wrapped(self.clean(text), self.width, "alarm")
        label = max(len(self.clean(say(one.condition.label))) for one in gate.checked)
        label = min(label, self.width // 3)
        for kind in KINDS:
            own = [one for one in gate.checked if one.condition.kind == kind]
            if own:
                yield [Span(kind, "quiet")]
            for one in own:
                sign, plain, word, style = RESULTS[one.result]
                mark = f"{plain if self.look.ascii else sign} "
                lead = f"  {padded(self.clean(one.condition.id), 4)}"
                name = self._fitted(say(one.condition.label), label)
                said = [
                    Span(lead, "quiet"),
                    Span(mark, style),
                    Span(padded(word, 9), "" if one.result == "pass" else style),
                    Span(f"{name}  "),
                ]
                quiet = "quiet" if one.result == "unknown" else ""
                yield from self._ended(said, evidence_text(one.told), quiet)

    def _way(self, way: Way) -> Iterator[Line]:
        yield []
        title = f"WHAT WOULD IT TAKE to read {self.clean(way.level)}"
        yield from heading(title, "arithmetic, not advice", self.look)
        yield from wrapped(self.clean(way.note), self.width)
        label = min(24, max(12, self.width - 56))
        for one in way.changes:
            change = (
                f"{self.clean(one.before).rjust(10)} {self.clean('→')} {padded(self.clean(one.after), 12)}"
            )
            yield from self._ended(
                [Span(f"  {self._fitted(one.label, label)}{change} ")], one.points, "strong"
            )


def _short_periods(labels: tuple[str, ...]) -> list[str]:
    """Periods as short as they can be: 23Q3 Q4 24Q1; the year is said once."""
    found, year = [], ""
    for label in labels:
        head, mark, tail = label.partition("-")
        if not mark:
            found.append(label)
            continue
        found.append(
            tail if head == year else f"{head[-2:]}{tail}" if tail.startswith("Q") else f"{head[-2:]}-{tail}"
        )
        year = head
    return found
