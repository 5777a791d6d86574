"""The page of one partnership: what is said of it, and why; typed values without a medium."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pkassess.diagnosis import Hypothesis, hypotheses
from pkassess.directions import move, periods_text, signed, word
from pkassess.figures import (
    half_up,
    inline,
    items_counted,
    largest_remainder,
    raw_text,
    raw_value,
    score_text,
    short_value,
)
from pkassess.grades import EvidenceClass
from pkassess.matrix import Status
from pkassess.normalise import normalise
from pkassess.page import Score
from pkassess.ratings import disputed, disputed_rows, ratings_text, readings_of_sides
from pkassess.readiness import Gate, Verdict, gates
from pkassess.report import build_report
from pkassess.scoring import CONFIDENCE_NAMES, NO_LEVEL, Publication, classify
from pkassess.tables.profile import knots_of
from pkassess.texts import say
from pkassess.tree import additive, weights_used
from pkassess.trendclass import Class
from pkassess.trendnotes import trend_notes
from pkassess.trends import window

if TYPE_CHECKING:
    from pkassess.pathway import Move
    from pkassess.profile import Profile
    from pkassess.rubric import Indicator, Level
    from pkassess.scoring import NodeScores
    from pkassess.trends import Trend

LANGUAGE = "en"
YEAR = 12
GAP = "…"
"""Stands for periods that were not reported."""
ABSENT = {
    Status.NOT_APPLICABLE: "does not apply here",
    Status.MISSING: "not reported; the weights of the others fill up",
    Status.REJECTED: "rejected; the weights of the others fill up",
    Status.EXCLUDED: "excluded; the weights of the others fill up",
}
INDICATIVE = ", indicative"
"""What the trend section adds where three periods alone were compared."""
MARK_WORDS = {"w": "weak evidence", "u": "ungraded", "d": "disputed", "c": "carried", "i": "imputed"}
"""What the letters behind a cell mean."""
VERDICTS = {
    Verdict.READY: "ready",
    Verdict.WITH_CONDITIONS: "ready with conditions",
    Verdict.NOT_YET: "not yet",
    Verdict.CANNOT_SAY: "cannot say",
}
AGAINST = {"yes": " (holds)", "no": " (does not hold)", "unknown": " (cannot be tested)"}
"""What is known of the evidence against a hypothesis."""


class Bar(NamedTuple):
    """A dimension or index: label, whether high is good, its score, and what stands beside the bar."""

    label: str
    positive: bool
    score: Score
    text: str
    level: str
    coverage: str
    trend: str
    direction: str
    levels: tuple[Level, ...]


class Course(NamedTuple):
    """The scores of a dimension over the periods shown, NaN where nothing is compared; ``reason`` where none are."""

    label: str
    positive: bool
    scores: tuple[float, ...]
    bounds: tuple[float, ...]
    told: str
    reason: str


class Item(NamedTuple):
    """An indicator: value, the knots around it, score, what it adds of what it could add, and its cell.

    ``absent`` says why there is no score. ``level`` counts from the lowest of ``levels``.
    """

    label: str
    value: str
    knots: str
    score: str
    short: str
    level: int
    adds: int
    of: int
    sheet: str
    cell: str
    marks: tuple[str, ...]
    absent: str = ""


class Block(NamedTuple):
    """A dimension with its indicators."""

    label: str
    positive: bool
    text: str
    level: str
    at: int
    levels: int
    coverage: str
    confidence: str
    items: tuple[Item, ...]


class Reading(NamedTuple):
    """One thing that both sides read."""

    label: str
    mission: str
    host: str
    used: str
    disputed: bool


class Change(NamedTuple):
    """One value or score of the way to a wished level; ``points`` are those of its dimension."""

    label: str
    before: str
    after: str
    points: str
    score: bool = False


class Way(NamedTuple):
    """What it would take: the wished level, what holds it down, and the changes."""

    level: str
    note: str
    changes: tuple[Change, ...]


class ProfileReport(NamedTuple):
    """The page in the order in which it is read."""

    marking: str
    name: str
    title: str
    rubric: str
    lead: str
    sentences: tuple[str, ...]
    bars: tuple[Bar, ...]
    periods: tuple[str, ...]
    span: str
    courses: tuple[Course, ...]
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    readings: tuple[Reading, ...]
    disputes: tuple[str, ...]
    reply: str
    hypotheses: tuple[Hypothesis, ...] | None
    gate: Gate | None
    way: Way | None
    ends: tuple[float, float]


def build_profile(profile: Profile) -> ProfileReport:
    """Decide what the page of a profile says."""
    return _Builder(profile).build()


class _Builder:
    def __init__(self, profile: Profile) -> None:
        self.profile, self.unit = profile, profile.unit
        self.comparison = profile.comparison
        self.scores, self.rubric = self.comparison.scores, self.comparison.scores.rubric
        self.matrix = self.scores.matrix
        self.items = list(self.rubric.indicators.values())
        self.whole = self.rubric.frame.high - self.rubric.frame.low
        self.report = build_report(profile.assessment, every_row=True)
        self.group = next(
            group for group in self.report.groups if any(row.unit == self.unit for row in group.rows)
        )
        self.row = next(row for row in self.group.rows if row.unit == self.unit)
        # Good dimensions come first, then those where high is bad, as on page one.
        self.nodes = list(self.report.dimensions)

    def build(self) -> ProfileReport:
        lead, *sentences = self._opening()
        courses, periods, span = self._courses()
        unit, frame = self.matrix.units[self.unit], self.rubric.frame
        others = [*unit.keys[:-1], *([unit.period.label] if unit.period.label else [])]
        return ProfileReport(
            marking=self.report.marking,
            name=unit.keys[-1],
            title=unit.title,
            rubric=self.report.rubric,
            lead=lead,
            sentences=(" · ".join([unit.keys[-1], *others]), *sentences),
            bars=tuple(self._bars()),
            periods=periods,
            span=span,
            courses=courses,
            notes=(
                *(() if courses else self._uncompared()),
                *trend_notes(self.comparison, self.profile.alone, self.unit),
            ),
            blocks=tuple(map(self._block, self.nodes)),
            readings=tuple(self._readings()),
            disputes=tuple(self._disputes()),
            reply=self._reply(),
            hypotheses=tuple(hypotheses(self.profile.alone)) if self.rubric.diagnosis else None,
            gate=next(iter(gates(self.profile.alone)), None),
            way=self._way(),
            ends=(frame.low, frame.high),
        )

    # --- the finding ------------------------------------------------------------------------------------------

    def _opening(self) -> Iterator[str]:
        """The level and what binds it, then in sentences why, its place and how sure."""
        row, report = self.row, self.report
        first, *more = row.reasons or ("",)
        head, _, tail = first.partition("; ")
        possible = first.startswith(("possibly", "not settled"))
        held = f", {head}" if tail and not possible else ""
        yield f"{row.overall}{held}." if row.overall else "No overall level."
        yield from (_sentence(part) for part in [tail if held else first, *more] if part)
        yield from (_sentence(note.text) for note in report.alarms if note.subject == row.name)
        place = f"places {row.rank}" if "–" in row.rank else f"place {row.rank}"
        yield f"{self.group.title}: {f'{place}, {self.group.ranked}' if row.rank else 'not ranked'}."
        if row.confidence:
            yield f"Confidence is {row.confidence.lower()}."

    # --- dimensions and trends --------------------------------------------------------------------------------

    def _bars(self) -> Iterator[Bar]:
        shown = [(node, self.row.dimensions[at]) for at, node in enumerate(self.nodes)]
        index = self.scores.index
        at = sum(node.branch.positive for node in self.nodes)
        for place, (node, score) in enumerate(shown):
            if place == at and index is not None:
                yield self._of_index(index)
            yield self._bar(node, score)
        if at == len(shown) and index is not None:
            yield self._of_index(index)

    def _bar(self, node: NodeScores, score: Score) -> Bar:
        return Bar(
            label=say(node.branch.label, LANGUAGE),
            positive=node.branch.positive,
            score=score,
            text=score.text,
            level=self._level(node),
            coverage=half_up(float(node.coverage[self.unit]) * 100),
            trend=self._trend_of(node).removesuffix(INDICATIVE),
            direction=score.trend,
            levels=node.branch.levels,
        )

    def _of_index(self, node: NodeScores) -> Bar:
        bar = self._bar(node, self.row.index)
        capped = self.row.level != NO_LEVEL and self.row.level < int(node.level[self.unit])
        same = [level.id for level in node.branch.levels] == [
            level.id for level in self.scores.overall_levels
        ]
        return bar._replace(trend="would be overall" if capped and same else "")

    def _level(self, node: NodeScores) -> str:
        if np.isnan(node.score[self.unit]):
            provisional = node.status[self.unit] == Publication.PROVISIONAL
            return "provisional" if provisional else "insufficient"
        return node.branch.levels[int(node.level[self.unit])].id if node.branch.levels else ""

    def _trend_of(self, node: NodeScores) -> str:
        trends = self.comparison.trends
        found = trends.found.get((self.unit, node.branch.id)) if trends else None
        if found is None or node.branch.id not in self.rubric.dimensions:
            return ""
        told = word(found.kind, positive=node.branch.positive)
        return f"{told}{INDICATIVE}" if found.indicative else told

    def _courses(self) -> tuple[tuple[Course, ...], tuple[str, ...], str]:
        """The course of every dimension, the periods of the window with a sign for each gap, and how many they are."""
        trends = self.comparison.trends
        found = [trends.found.get((self.unit, node.branch.id)) for node in self.nodes] if trends else []
        used = {at for trend in found if trend is not None for at in trend.series.units}
        units = window(self.scores, self.unit, self.matrix.units[min(used)].period) if used else []
        if len(units) < 2:  # noqa: PLR2004  # one period has no course
            return (), (), ""
        slots, missing = self._with_gaps(units)
        courses = tuple(
            self._course(node, trend, slots)
            for node, trend in zip(self.nodes, found, strict=True)
            if trend is not None
        )
        months = self.matrix.units[self.unit].period.months
        span = periods_text(len(units) + missing, months)
        labels = tuple(GAP if at is None else self.matrix.units[at].period.label for at in slots)
        return courses, labels, f"{len(units)} of {span}" if missing else span

    def _with_gaps(self, units: Sequence[int]) -> tuple[list[int | None], int]:
        """The units with None where periods between two of them were not reported, and how many those are."""
        slots: list[int | None] = [units[0]]
        missing = 0
        for before, at in pairwise(units):
            first, period = self.matrix.units[before].period.end, self.matrix.units[at].period
            apart = (period.end.year - first.year) * YEAR + period.end.month - first.month
            if apart > period.months:
                slots.append(None)
                missing += round(apart / period.months) - 1
            slots.append(at)
        return slots, missing

    def _course(self, node: NodeScores, found: Trend, slots: Sequence[int | None]) -> Course:
        known = dict(zip(found.series.units, found.series.scores, strict=True)) if found.series.scores else {}
        told = self._trend_of(node)
        if found.kind is Class.TOO_FEW and not np.isnan(found.change):
            told = f"{signed(found.change)} ({signed(found.low)} to {signed(found.high)}), {told}"
        elif move(found.kind, positive=True) and not np.isnan(found.change):
            told += f" {signed(found.change)}"
        if known and max(known) != self.unit:
            told += f", to {self.matrix.units[max(known)].period.label} only"
        reason = "" if known else found.series.reason or self._trend_of(node)
        bounds = tuple(level.from_ for level in node.branch.levels[1:])
        scores = tuple(np.nan if at is None else known.get(at, np.nan) for at in slots)
        return Course(self._short(node), node.branch.positive, scores, bounds, told, reason)

    def _short(self, node: NodeScores) -> str:
        """A dimension in one word."""
        words = say(node.branch.label, LANGUAGE).split()
        return words[0] if node.branch.positive else words[-1].capitalize()

    def _uncompared(self) -> Iterator[str]:
        """Why no dimension can be compared over time, where several periods are there."""
        trends = self.comparison.trends
        if trends is None or len(window(self.scores, self.unit, None)) < 2:  # noqa: PLR2004  # there is no course of one
            return
        for node in self.nodes:
            found = trends.found.get((self.unit, node.branch.id))
            if found is not None and found.series.reason:
                yield f"{self._short(node)}: nothing to compare, {found.series.reason}"

    # --- indicators -------------------------------------------------------------------------------------------

    def _block(self, node: NodeScores) -> Block:
        score, levels = float(node.score[self.unit]), node.branch.levels
        published = not np.isnan(score)
        return Block(
            label=say(node.branch.label, LANGUAGE),
            positive=node.branch.positive,
            text=score_text(score, levels, whole=self.whole) if published else "",
            level=self._level(node) if levels or not published else "",
            at=int(node.level[self.unit]) if published else NO_LEVEL,
            levels=len(levels),
            coverage=half_up(float(node.coverage[self.unit]) * 100),
            confidence=CONFIDENCE_NAMES[int(node.confidence[self.unit])].lower(),
            items=tuple(self._items(node, score)),
        )

    def _items(self, node: NodeScores, score: float) -> Iterator[Item]:
        rows = self.scores.leaves_of(node.branch.id)
        present = ~np.isnan(self.scores.indicator[:, [self.unit]])
        used = weights_used(self.scores.tree, node.branch.id, present, self.scores.applicable[:, [self.unit]])
        weights = np.array([float(used.get(row, np.zeros(1))[0]) for row in rows])
        points = np.nan_to_num(weights * self.scores.indicator[rows, self.unit]).tolist()
        adds = [int(half_up(point)) for point in points]
        if additive(self.scores.tree, node.branch.id) and not np.isnan(score):
            adds = largest_remainder(points, int(half_up(score)))
        for row, weight, add in zip(rows, weights, adds, strict=True):
            yield self._item(node, row, 0.0 if np.isnan(weight) else float(weight), add)

    def _item(self, node: NodeScores, row: int, weight: float, adds: int) -> Item:
        item, score = self.items[row], float(self.scores.indicator[row, self.unit])
        label = say(item.label, LANGUAGE)
        if np.isnan(score):
            status = Status(self.matrix.status[row, self.unit])
            return Item(
                label, "", "", "", "", NO_LEVEL, 0, 0, "", "", (), ABSENT.get(status, status.name.lower())
            )
        levels = node.branch.levels
        level = int(classify(np.array([score]), levels)[0]) if levels else NO_LEVEL
        origin = int(self.matrix.origin[row, self.unit])
        place, cell = self.matrix.observations.cell(origin) if origin >= 0 else (None, "")
        return Item(
            label=label,
            value=raw_value(float(self.matrix.value[row, self.unit]), item),
            knots=self._knots(row, item),
            score=half_up(score),
            short=levels[level].short if levels else "",
            level=level,
            adds=adds,
            of=int(half_up(weight * self.whole)),
            sheet=place.sheet if place else "",
            cell=cell,
            marks=tuple(self._marks(row, item)),
        )

    def _knots(self, row: int, item: Indicator) -> str:
        """The knots around the value, the lower score first."""
        knots = knots_of(self.scores, row, self.unit)
        if knots is None:
            return ""
        count = items_counted(float(self.matrix.value[row, self.unit]), item)
        ordered = sorted(knots, key=lambda knot: knot[1])
        return " ".join(
            f"{short_value(raw * count / 100 if count else raw)}={score:g}" for raw, score in ordered
        )

    @cached_property
    def _all_ungraded(self) -> bool:
        used = ~np.isnan(self.scores.indicator[:, self.unit])
        return bool((self.matrix.evidence[: len(used), self.unit][used] == EvidenceClass.UNGRADED).all())

    def _marks(self, row: int, item: Indicator) -> Iterator[str]:
        grade = self.matrix.evidence[row, self.unit]
        if grade == EvidenceClass.WEAK:
            yield "w"
        elif grade == EvidenceClass.UNGRADED and not self._all_ungraded:
            yield "u"
        several = self.matrix.several.get((row, self.unit))
        if several and disputed(self.matrix.observations, several.kept, item):
            yield "d"
        yield from {Status.CARRIED: "c", Status.IMPUTED: "i"}.get(
            Status(self.matrix.status[row, self.unit]), ""
        )

    # --- both sides and the way -------------------------------------------------------------------------------

    def _readings(self) -> Iterator[Reading]:
        items = {**self.rubric.indicators, **self.rubric.diagnostic_items}
        for (row, unit), readings in sorted(readings_of_sides(self.matrix).items()):
            if unit == self.unit:
                item = items[self.matrix.measures[row]]
                mission, host = (raw_text(value, item.unit) for value in readings)
                several = self.matrix.several[row, unit]
                quarrel = disputed(self.matrix.observations, several.kept, item)
                used = raw_text(float(self.matrix.value[row, unit]), item.unit)
                yield Reading(say(item.label, LANGUAGE), mission, host, f"{used} used", quarrel)

    def _disputes(self) -> Iterator[str]:
        """Ratings that differ too much, of values that no two sides read."""
        items = {**self.rubric.indicators, **self.rubric.diagnostic_items}
        both = readings_of_sides(self.matrix)
        for row in disputed_rows(self.matrix, items).get(self.unit, ()):
            if (row, self.unit) not in both:
                item = items[self.matrix.measures[row]]
                used = raw_text(float(self.matrix.value[row, self.unit]), item.unit)
                ratings = ratings_text(self.matrix, row, self.unit)
                yield f"{say(item.label, LANGUAGE)}, disputed: {ratings}; {used} used"

    def _reply(self) -> str:
        """What the authority answers to the assessment, in its own words."""
        replies = self.matrix.context.get("right_of_reply")
        text = str(replies[self.unit]) if replies is not None else ""
        return f"Right of reply: “{text}”" if text else ""

    def _way(self) -> Way | None:
        way = self.profile.way
        if way is None:
            return None
        if not way.moves:
            return Way(way.level, way.reason, ())
        rules = {rule.id: rule for rule in self.rubric.overall.rules} if self.rubric.overall else {}
        label = inline(say(rules[way.binding].label, LANGUAGE)) or way.binding
        enough = "One indicator is enough:" if way.single else "No single indicator is enough. Together:"
        note = f"Now held down by {label}. {enough}"
        moves = [self._printed(one) for one in way.moves]
        return Way(way.level, note, (*map(self._move, moves), *self._nodes_after(moves)))

    def _printed(self, one: Move) -> Move:
        """The change with the value that is printed, and its score."""
        item = self.rubric.indicators[one.indicator]
        after = _enough(one.before, one.after, item)
        score = float(normalise(np.array([after]), item.scale, self.rubric.frame)[0])
        return one._replace(after=after, score_after=score)

    def _move(self, one: Move) -> Change:
        item = self.rubric.indicators[one.indicator]
        return Change(
            say(item.label, LANGUAGE),
            raw_value(one.before, item),
            raw_value(one.after, item),
            f"{signed(one.score_after - one.score_before)} of its score",
        )

    def _nodes_after(self, moves: Sequence[Move]) -> Iterator[Change]:
        """Where the dimensions that the changes touch would stand, as far as they are plain weighted means."""
        present = ~np.isnan(self.scores.indicator[:, [self.unit]])
        rows = {name: row for row, name in enumerate(self.rubric.indicators)}
        for node in self.nodes:
            name, score, levels = node.branch.id, float(node.score[self.unit]), node.branch.levels
            used = weights_used(self.scores.tree, name, present, self.scores.applicable[:, [self.unit]])
            steps = [
                float(used[rows[one.indicator]][0]) * (one.score_after - one.score_before)
                for one in moves
                if rows[one.indicator] in used
            ]
            if not steps or not additive(self.scores.tree, name) or np.isnan(score) or not levels:
                continue
            after = score + sum(steps)
            before, then = (score_text(value, levels, whole=self.whole) for value in (score, after))
            level = levels[int(classify(np.array([after]), levels)[0])].id
            yield Change(say(node.branch.label, LANGUAGE), before, then, level, score=True)


def evidence_text(parts: Sequence[str]) -> str:
    """Parts of evidence as one text; what several have in front of a colon is said once."""
    told: dict[str, list[str]] = {}
    for part in parts:
        head, mark, rest = part.partition(": ")
        told.setdefault(head + mark, []).append(rest)
    return "; ".join(head + "; ".join(filter(None, own)) for head, own in told.items())


def untested_text(found: Sequence[Hypothesis]) -> str:
    """Which rules could not be tested, each with the first thing that is not known; '' where all could."""
    told = [
        f"{one.rule.id} ({one.untested[0]})" if one.untested else one.rule.id
        for one in found
        if not one.fired
    ]
    return f"Could not be tested: {'; '.join(told)}." if told else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."


def _enough(before: float, after: float, item: Indicator) -> float:
    """The needed value rounded away from the present one, as it is printed, so that the printed value is enough."""
    if items_counted(after, item):
        return after
    decimals = 0 if abs(after) >= 100 else 1 if abs(after) >= 10 else 2  # noqa: PLR2004  # as raw_text prints
    factor = 10.0**decimals
    rounded = (np.ceil if after > before else np.floor)(after * factor - (1e-9 if after > before else -1e-9))
    return float(rounded / factor)
