"""The table of partnerships: which columns fit a width, and how each cell reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from pkassess.render.bars import bad_style, bar, good_style, levels_heading
from pkassess.render.colour import columns_of, padded
from pkassess.render.names import shorten, shorten_all
from pkassess.render.spans import Line, Span, wrapped

if TYPE_CHECKING:
    from pkassess.page import Group, Report, Row, Score
    from pkassess.scoring import NodeScores


MIDDLE, WIDE = 100, 120
"""Widths from which there is room for a confidence word, and for a bar of every dimension."""
LEAST_NAME, READABLE_NAME, NARROW_NAME, BAD_WIDTH, SHORT_LEVEL = 11, 14, 6, 10, 12
TREND_MARKS = {
    "rising": "↑",
    "falling": "↓",
    "stalled": "→",
    "volatile": "↕",
    "turned down": "∩",
    "turned up": "∪",
}
CONFIDENCE_SHORT = {"Moderate": "mod", "Low": "low", "High": "high"}


class Plan(NamedTuple):
    """Widths of the columns that are shown; 0 is left out. ``own`` are bars of the dimensions themselves."""

    name: int = LEAST_NAME
    rank: int = 0
    overall: int = 0
    index: int = 0
    bar: int = 0
    good: tuple[int, ...] = ()
    bad: int = 0
    own: int = 0
    coverage: int = 0
    evidence: int = 0

    @property
    def left(self) -> int:
        """Columns before the index."""
        return sum(part + 1 for part in (self.rank, self.name, self.overall) if part)

    @property
    def middle(self) -> int:
        """Columns from the index up to the rule."""
        own = self.own + 1 if self.own else 0
        parts = [self.index, self.bar, *(width + own for width in self.good)]
        return sum(part + 1 for part in parts if part)

    @property
    def used(self) -> int:
        """Columns of the whole table."""
        bad = self.bad * (1 + BAD_WIDTH + (self.own + 1 if self.own else 0))
        return (
            self.left + self.middle + bad + sum(part + 1 for part in (self.coverage, self.evidence) if part)
        )


class Scoreboard:
    """The table of a report at one width. ``clean`` makes texts harmless and fit for the stream."""

    def __init__(self, report: Report, width: int, clean: Callable[[str], str], mark: str) -> None:
        self.report, self.width, self.clean, self.mark = report, width, clean, mark
        self.rows = [row for group in report.groups for row in group.rows]
        self.good = [node for node in report.dimensions if node.branch.positive]
        self.bad = [node for node in report.dimensions if not node.branch.positive]
        self.levels = report.overall_levels
        # A level goes by its letter only where there is no room for its name.
        self.letters = False
        self.plan = self._plan()
        self.names = shorten_all((clean(row.name) for row in self.rows), self.plan.name, mark)

    # --- which columns ---------------------------------------------------------------------------------------

    def _plan(self) -> Plan:
        """The richest plan that fits: own bars, then one bar, and less and less below 80 columns."""
        longest = max([LEAST_NAME, *(columns_of(self.clean(row.name)) for row in self.rows)])
        plan = next((plan for plan in self._plans(longest) if plan.used <= self.width), None)
        if plan is None:
            plan = Plan(name=min(longest, self.width - 1))
        plan = plan._replace(name=min(longest, plan.name + self.width - plan.used))
        for cells in (20, 15) if plan.own else (15,):
            wider = plan._replace(own=cells) if plan.own else plan._replace(bar=cells if plan.bar else 0)
            if wider.used <= self.width:
                return wider
        return plan

    def _plans(self, longest: int) -> Iterator[Plan]:
        full = self._full()
        if self.width >= WIDE and any(
            score.value is not None for row in self.rows for score in row.dimensions
        ):
            own = full._replace(bar=0, own=10)
            # A name that can be read is worth more than the longest level's last letters or a confidence word.
            named = own._replace(name=max(LEAST_NAME, min(longest, READABLE_NAME)))
            yield named
            yield named._replace(overall=min(own.overall, SHORT_LEVEL))
            yield named._replace(overall=min(own.overall, SHORT_LEVEL), evidence=0)
            yield own
        if self.width >= MIDDLE:
            yield full._replace(bar=15 if full.bar else 0)
            yield full
        full = full._replace(evidence=0)
        yield full
        yield full._replace(bar=0)
        yield full._replace(bar=0, coverage=0)
        self.letters = bool(full.overall)
        full = full._replace(bar=0, coverage=0, overall=3 if full.overall else 0)
        for name in (LEAST_NAME, NARROW_NAME):
            for rank in (full.rank, 0):
                yield full._replace(name=name, rank=rank)
        full = full._replace(name=NARROW_NAME, rank=0)
        for shown in range(len(full.good) - 1, -1, -1):
            yield full._replace(good=full.good[:shown])
        for shown in range(full.bad - 1, -1, -1):
            yield full._replace(good=(), bad=shown)

    def _full(self) -> Plan:
        """Every column with one bar, at the widths that the contents need."""
        rows = self.rows
        words = [
            self._level_word(row, SHORT_LEVEL if self.width < MIDDLE else 99) for row in rows if row.overall
        ]
        index = max((len(row.index.text) for row in rows), default=0)
        good = tuple(max(5, *map(columns_of, self._good_texts(place))) for place in range(len(self.good)))
        return Plan(
            rank=max([4, *(len(row.rank) for row in rows)]) if any(row.rank for row in rows) else 0,
            overall=max(len("Overall"), *map(columns_of, words)) if words else 0,
            index=max(3, index) if index else 0,
            bar=10 if index else 0,
            good=good,
            bad=len(self.bad),
            coverage=3,
            evidence=4 if any(row.confidence for row in rows) else 0,
        )

    def _good_texts(self, place: int) -> Iterator[str]:
        yield self.clean(self.report.shorts[place])
        for row in self.rows:
            yield self._good_text(row.dimensions[place])

    # --- heading ---------------------------------------------------------------------------------------------

    def heading(self) -> Iterator[Line]:
        """The line that says which way is good, and the names of the columns."""
        plan = self.plan
        if plan.bad:
            room = plan.middle - 1
            line = f"high is good {'─' * room}" if room > len("high is good ") else "high is good"
            right = self.width - plan.left - plan.middle - 2
            yield [
                Span(" " * plan.left),
                Span(padded(line[: max(room, 0)], plan.middle), "quiet"),
                Span("│ ", "quiet"),
                Span("high is bad" if right >= len("high is bad") else "high: bad", "warn"),
            ]
        spans = [Span(padded("Rank", plan.rank) + " ")] if plan.rank else []
        spans.append(Span(padded("Partnership" if plan.name >= LEAST_NAME else "Name", plan.name) + " "))
        spans += (
            [Span(padded("Lvl" if self.letters else "Overall", plan.overall) + " ")] if plan.overall else []
        )
        spans += [Span("Idx".rjust(plan.index) + " ")] if plan.index else []
        spans += (
            [Span(levels_heading(self.report.index_levels, plan.bar, self.report.score_range) + " ")]
            if plan.bar
            else []
        )
        for place, width in enumerate(plan.good):
            spans.append(Span(padded(self.clean(self.report.shorts[place]), width) + " "))
            spans += self._own_heading(self.good[place]) if plan.own else []
        for place, node in enumerate(self.bad[: plan.bad]):
            short = self.clean(self.report.shorts[len(self.good) + place])[:7]
            spans += [Span("│ ", "quiet"), Span(padded(f"{short} ▲", BAD_WIDTH - 1), "warn")]
            spans += [Span(" "), *self._own_heading(node, "warn")][:-1] if plan.own else []
        spans += [Span(" Cov")] if plan.coverage else []
        spans += [Span(" Evid")] if plan.evidence else []
        yield spans

    def _own_heading(self, node: NodeScores, style: str = "") -> Line:
        return [
            Span(levels_heading(node.branch.levels, self.plan.own, self.report.score_range), style),
            Span(" "),
        ]

    # --- rows ------------------------------------------------------------------------------------------------

    def group(self, group: Group) -> Iterator[Line]:
        """A peer group: its title and its rows, each with the reasons that stand under it."""
        title = shorten(self.clean(group.title), max(self.width - len(group.ranked) - 2, 10), self.mark)
        count = f"  {group.ranked}"
        yield [Span(title, "group"), Span(count if columns_of(title + count) <= self.width else "", "quiet")]
        for row in group.rows:
            yield self._row(row)
            for reason in row.reasons:
                yield from self._reason(row, reason)
        if group.hidden:
            what = f"{group.hidden} rows without alarm or change"
            if group.hidden_needy:
                what = f"{group.hidden} rows more, {group.hidden_needy} of them need a decision or changed"
            yield from wrapped(
                f"{what}: -o report.md shows all", self.width, "quiet", "   ", f" {self.mark} "
            )

    def _row(self, row: Row) -> Line:
        plan = self.plan
        lost = row.level < 0 and bool(plan.overall)
        quiet = "quiet" if lost else ""
        spans = (
            [Span(padded(row.rank or "–", plan.rank) + " ", "" if row.rank else "quiet")] if plan.rank else []
        )
        name = self.names[self.clean(row.name)]
        spans.append(Span(padded(name, plan.name) + " ", "strong" if row.decision else quiet))
        if plan.overall:
            word = self._level_word(row, plan.overall)
            style = "critical" if row.level == 0 else good_style(row.level, len(self.levels))
            spans += [Span(word, quiet or style), Span(" " * (plan.overall - columns_of(word) + 1))]
        spans += [Span(row.index.text.rjust(plan.index) + " ")] if plan.index else []
        spans += [*self._bar(row.index, plan.bar, "●", "good"), Span(" ")] if plan.bar else []
        for place, width in enumerate(plan.good):
            spans += self._good_cell(row.dimensions[place], width)
        for place, node in enumerate(self.bad[: plan.bad]):
            spans += self._bad_cell(row.dimensions[len(self.good) + place], node)
        spans += [Span(row.coverage.rjust(plan.coverage + 1), quiet)] if plan.coverage else []
        spans += [Span(f" {CONFIDENCE_SHORT.get(row.confidence, '–')}", quiet)] if plan.evidence else []
        return spans

    def _level_word(self, row: Row, width: int) -> str:
        """The overall level, or its letter on the narrowest pages; a status where there is none."""
        if self.letters and width <= 4:  # noqa: PLR2004  # as many characters as a short name may have
            return self.levels[row.level].short[:width] if row.level >= 0 else "n/a"[:width]
        word = self.clean(row.overall)
        return word if columns_of(word) <= width else f"{word[:9].rstrip('-')}."[:width]

    def _good_text(self, score: Score) -> str:
        if score.value is None:
            return self.clean(score.word)
        gap = " " if len(score.short) > 1 else ""
        return self.clean(f"{score.text}{gap}{score.short}") + TREND_MARKS.get(score.trend, "")

    def _good_cell(self, score: Score, width: int) -> Line:
        known = score.value is not None
        style = good_style(score.level, score.levels) if known else "quiet"
        spans = [Span(padded(self._good_text(score), width) + " ", style)]
        mark = "alarm" if style == "alarm" else "good"
        return [*spans, *self._bar(score, self.plan.own, "●", mark), Span(" ")] if self.plan.own else spans

    def _bad_cell(self, score: Score, node: NodeScores) -> Line:
        own = self.plan.own
        if score.value is None:
            word = self.clean(score.word)
            if columns_of(word) >= BAD_WIDTH:
                word = "..".join(part[:4] for part in word.split(".."))
            text = padded((word if len(word) >= BAD_WIDTH else f" {word}")[:BAD_WIDTH], BAD_WIDTH)
            return [Span("│", "quiet"), Span(text + " " * (own + 1 if own else 0), "quiet")]
        style = bad_style(score.level, len(node.branch.levels))
        text = self.clean(f"{score.text.rjust(3)} {score.short}")
        mark = TREND_MARKS.get(score.trend, "")
        text = padded(text + (f" {mark}" if columns_of(text) + 2 <= BAD_WIDTH else mark), BAD_WIDTH)
        bar = [Span(" "), *self._bar(score, own, "▲", style)] if own else []
        return [Span("│", "quiet"), Span(text, style), *bar]

    def _bar(self, score: Score, cells: int, mark: str, style: str) -> Line:
        return bar(score, cells, mark, style, self.report.score_range)

    def _reason(self, row: Row, reason: str) -> Iterator[Line]:
        """A line under a row: what binds is coloured, the rest of it quiet."""
        indent = " " * (self.plan.rank + 1 if self.plan.rank else 0)
        head, mark, _ = reason.partition(";")
        lines = list(wrapped(self.clean(reason), self.width, "quiet", indent + "  ", indent + "└ "))
        text = lines[0][0].text
        start = len(indent) + 2
        end = start + len(self.clean(head)) if mark else len(text.partition(" (")[0])
        style = ("alarm" if row.level < len(self.levels) // 2 else "warn") if mark else ""
        yield [Span(text[:start], "quiet"), Span(text[start:end], style), Span(text[end:], "quiet")]
        yield from lines[1:]

    # --- legend ----------------------------------------------------------------------------------------------

    def legend(self) -> Iterator[Line]:
        """What the letters, signs and short headings mean; only of what is shown."""
        sets = [
            self.report.overall_levels,
            self.report.index_levels,
            *(node.branch.levels for node in self.good),
        ]
        for levels in dict.fromkeys(tuple(level.id for level in levels) for levels in sets if levels):
            shorts = {level.id: level.short for one in sets for level in one}
            text = "  ".join(f"{shorts[name]} {name}".replace(" ", "\u00a0") for name in levels)
            yield from wrapped(self.clean(text), self.width, "quiet")
        for levels in dict.fromkeys(tuple(level.id for level in node.branch.levels) for node in self.bad):
            text = self.clean(f"▲ high is bad: {' '.join(levels)}".removesuffix(": "))
            for place, line in enumerate(wrapped(text, self.width, "quiet")):
                head = line[0].text
                yield [Span(head[:1], "warn"), Span(head[1:], "quiet")] if not place else line
        trends = self._legend_of_trends()
        yield from wrapped(trends, self.width, "quiet") if trends else ()
        columns = self._legend_of_columns()
        yield from wrapped(self.clean(columns), self.width, "quiet") if columns else ()

    def _legend_of_trends(self) -> str:
        shown = {score.trend for row in self.rows for score in row.dimensions}
        marks = [
            f"{mark} {trend}".replace(" ", "\u00a0") for trend, mark in TREND_MARKS.items() if trend in shown
        ]
        return f"{' '.join(marks)}; no mark: unclear, or too little to compare" if marks else ""

    def _legend_of_columns(self) -> str:
        plan, parts = self.plan, []
        low, high = (f"{end:g}" for end in self.report.score_range)
        if plan.bar or plan.own:
            drawn = any(score.low is not None for row in self.rows for score in (row.index, *row.dimensions))
            parts.append(f"─●─ 90 % interval on {low} to {high}." if drawn else f"● on {low} to {high}.")
        if plan.coverage:
            parts.append("Cov: % of indicator weight observed, in the dimension that has least of it.")
        if plan.evidence:
            parts.append("Evid: the lowest confidence of any dimension.")
        hidden = len(self.report.dimensions) - len(plan.good) - plan.bad
        if hidden:
            parts.append(
                f"{hidden} more dimension{'s' if hidden > 1 else ''} not shown: widen the window, or -f csv."
            )
        return " ".join(parts)
