"""What ``profile`` prints: one partnership on one page, every number with its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

import numpy as np

from pkassess.diagnosis import hypotheses
from pkassess.directions import word
from pkassess.figures import half_up, inline, listed, percent_text, raw_text, score_text
from pkassess.matrix import Status
from pkassess.ratings import SIDES, disputed, readings_of_sides
from pkassess.readiness import Verdict, gates
from pkassess.render import check_format
from pkassess.render.colour import Style, style_of
from pkassess.render.delimited import csv_lines
from pkassess.render.json_document import json_lines
from pkassess.render.sections import Section, markdown_lines, terminal_lines
from pkassess.report import build_report
from pkassess.scoring import CONFIDENCE_NAMES, Publication, classify
from pkassess.tables import tables
from pkassess.tables.profile import knots_of, profile_table, way_table
from pkassess.texts import say
from pkassess.tree import weights_used
from pkassess.values import CLASS_NAMES, EvidenceClass

if TYPE_CHECKING:
    from pkassess.derivation import Derivation
    from pkassess.profile import Profile
    from pkassess.scoring import NodeScores

LANGUAGE = "en"
BAR, CELLS, BAR_POINTS = 10, 20, 2.0
SPARKS = "▁▂▃▄▅▆▇█"
RESULTS = {"pass": "■ met", "fail": "□ not met", "unknown": "? unknown"}
VERDICTS = {
    Verdict.READY: "ready",
    Verdict.WITH_CONDITIONS: "ready with conditions",
    Verdict.NOT_YET: "not yet",
    Verdict.CANNOT_SAY: "cannot say",
}


def profile_lines(profile: Profile, format: str, stream: TextIO | None = None) -> Iterator[str]:  # noqa: A002
    """The profile in one format; ``stream`` is where it will be shown. Raises UsageError for an unknown format."""
    check_format(format)
    return _FORMATS[format](profile, Style() if stream is None else style_of(stream))


def trace_lines(derivation: Derivation) -> Iterator[str]:
    """A derivation as text: one step a line, numbers in full."""
    yield f"{derivation.title}\n\n"
    yield from (f"{step.text}\n" for step in derivation.steps)
    if derivation.sentences:
        yield "\n"
    yield from (f"{sentence}\n" for sentence in derivation.sentences)


class _Page:
    def __init__(self, profile: Profile) -> None:
        self.profile, self.unit = profile, profile.unit
        self.comparison = profile.comparison
        self.scores, self.rubric = self.comparison.scores, self.comparison.scores.rubric
        self.matrix = self.scores.matrix
        self.whole = self.rubric.frame.high - self.rubric.frame.low
        self.nodes = [self.scores.nodes[name] for name in self.rubric.dimensions]

    @property
    def title(self) -> str:
        return self.matrix.units[self.unit].title

    def sections(self) -> Iterator[Section]:
        yield self._opening()
        yield self._dimensions()
        if self.comparison.trends is not None:
            yield self._trend()
        for node in self.nodes:
            yield self._indicators(node)
        for one in (self._sides(), self._diagnosis(), self._readiness(), self._way()):
            if one is not None:
                yield one

    # --- the opening ------------------------------------------------------------------------------------------

    def _opening(self) -> Section:
        report = build_report(self.profile.assessment, every_row=True)
        row = next(row for group in report.groups for row in group.rows if row.unit == self.unit)
        group = next(group for group in report.groups if row in group.rows)
        marking = f"{report.marking}. " if report.marking else ""
        lead = f"{marking}{self.title}. Rubric {report.rubric}."
        overall = f"Overall {row.overall}." if row.overall else "No overall level."
        place = (
            f"Place {row.rank} in {group.title}, {group.ranked}."
            if row.rank
            else f"Not ranked in {group.title}."
        )
        reasons = [f"{reason[:1].upper()}{reason[1:]}." for reason in row.reasons]
        confidence = f"Confidence is {row.confidence.lower()}." if row.confidence else ""
        return Section("", (lead, *filter(None, [overall, *reasons, place, confidence])))

    # --- dimensions -------------------------------------------------------------------------------------------

    def _dimensions(self) -> Section:
        shown = [*self.nodes, *([self.scores.index] if self.scores.index else [])]
        rows = tuple(self._dimension(node) for node in shown)
        heads = (
            "Dimension",
            "Score",
            f"{half_up(self.rubric.frame.low)} to {half_up(self.rubric.frame.high)}",
        )
        note = "─●─ 90 % interval. Cov: coverage, % of indicator weight observed. ▲ high is bad."
        return Section("Dimensions", (note,), (*heads, "Level", "Cov", "Trend"), rows, right=("Score", "Cov"))

    def _dimension(self, node: NodeScores) -> tuple[str, ...]:
        name, score = node.branch.id, float(node.score[self.unit])
        label = say(node.branch.label, LANGUAGE) + ("" if node.branch.positive else " ▲")
        cover = percent_text(float(node.coverage[self.unit]))
        if np.isnan(score):
            provisional = node.status[self.unit] == Publication.PROVISIONAL
            return (label, "–", "", "provisional" if provisional else "insufficient", cover, "")
        level = node.branch.levels[int(node.level[self.unit])].id if node.branch.levels else ""
        text = score_text(score, node.branch.levels, whole=self.whole)
        return (label, text, self._bar(node), level, cover, self._trend_word(name))

    def _bar(self, node: NodeScores) -> str:
        """Where the score and its interval lie between the ends of the range."""
        low, high = self._interval(node.branch.id)
        ends = [self._cell(value) for value in (low, float(node.score[self.unit]), high)]
        mark = "●" if node.branch.positive else "▲"
        return "".join(
            mark if at == ends[1] else "─" if ends[0] <= at <= ends[2] else "·" for at in range(CELLS)
        )

    def _interval(self, name: str) -> tuple[float, float]:
        drawn, score = self.comparison.uncertainty, float(self.scores.nodes[name].score[self.unit])
        return (
            (float(drawn.low[name][self.unit]), float(drawn.high[name][self.unit]))
            if drawn
            else (score, score)
        )

    def _cell(self, value: float) -> int:
        return min(CELLS - 1, max(0, int((value - self.rubric.frame.low) / self.whole * CELLS)))

    def _trend_word(self, name: str) -> str:
        trends = self.comparison.trends
        found = trends.found.get((self.unit, name)) if trends else None
        if found is None or name not in self.rubric.dimensions:
            return ""
        told = word(found.kind, positive=self.scores.tree[name].positive)
        return f"{told}, indicative" if found.indicative else told

    def _trend(self) -> Section:
        rows = []
        for node in self.nodes:
            trends = self.comparison.trends
            found = trends.found.get((self.unit, node.branch.id)) if trends else None
            if found is None:
                continue
            label = say(node.branch.label, LANGUAGE) + ("" if node.branch.positive else " ▲")
            if not found.series.scores:
                rows.append((label, "", "", found.series.reason or self._trend_word(node.branch.id)))
                continue
            periods = [self.matrix.units[at].period.label for at in found.series.units]
            scores = " ".join(half_up(score) for score in found.series.scores)
            change = "" if np.isnan(found.change) else f" {found.change:+.0f}".replace("-", "−")
            span = f"{periods[0]} to {periods[-1]}: {scores}"
            rows.append(
                (
                    label,
                    self._sparks(found.series.scores),
                    f"{self._trend_word(node.branch.id)}{change}",
                    span,
                )
            )
        note = "On indicators observed in every period compared; scores of the periods, the earliest first."
        return Section("Trend", (note,), ("Dimension", "Line", "Class", "Periods"), tuple(rows))

    def _sparks(self, scores: tuple[float, ...]) -> str:
        span = self.whole / len(SPARKS)
        return "".join(
            SPARKS[min(len(SPARKS) - 1, max(0, int((score - self.rubric.frame.low) / span)))]
            for score in scores
        )

    # --- indicators -------------------------------------------------------------------------------------------

    def _indicators(self, node: NodeScores) -> Section:
        name, score = node.branch.id, float(node.score[self.unit])
        rows = self.scores.leaves_of(name)
        present = ~np.isnan(self.scores.indicator[:, [self.unit]])
        used = weights_used(self.scores.tree, name, present, self.scores.applicable[:, [self.unit]])
        lines = tuple(self._indicator(node, row, float(used.get(row, np.zeros(1))[0])) for row in rows)
        told = "not published" if np.isnan(score) else score_text(score, node.branch.levels, whole=self.whole)
        level = (
            node.branch.levels[int(node.level[self.unit])].id
            if node.branch.levels and not np.isnan(score)
            else ""
        )
        side = "" if node.branch.positive else ", high is bad"
        remark = f"{told} {level}{side}, confidence {CONFIDENCE_NAMES[int(node.confidence[self.unit])].lower() or '–'}"
        heads = ("Indicator", "Value", "Knots", "Score", "Adds/of", "", "Cell")
        return Section(
            say(node.branch.label, LANGUAGE),
            (),
            heads,
            lines,
            remark=remark,
            right=("Value", "Score", "Adds/of"),
        )

    def _indicator(self, node: NodeScores, row: int, weight: float) -> tuple[str, ...]:
        item = list(self.rubric.indicators.values())[row]
        label, score = say(item.label, LANGUAGE), float(self.scores.indicator[row, self.unit])
        status = self.matrix.status[row, self.unit]
        if np.isnan(score):
            words = {Status.NOT_APPLICABLE: "does not apply here", Status.MISSING: "not reported"}
            return (label, "–", "", "", "", "", words.get(Status(status), Status(status).name.lower()))
        value = raw_text(float(self.matrix.value[row, self.unit]), item.unit)
        knots = knots_of(self.scores, row, self.unit)
        between = " ".join(f"{raw:g}={points:g}" for raw, points in knots) if knots else ""
        adds, of = weight * score, weight * self.whole
        bar = "█" * round(adds / BAR_POINTS) + "░" * max(0, round(of / BAR_POINTS) - round(adds / BAR_POINTS))
        levels = node.branch.levels
        short = levels[int(classify(np.array([score]), levels)[0])].short if levels else ""
        return (
            label,
            value,
            between,
            f"{half_up(score)} {short}".rstrip(),
            f"{half_up(adds)}/{half_up(of)}",
            bar,
            self._cell_of(row),
        )

    def _cell_of(self, row: int) -> str:
        """Sheet and cell, with what has to be known of the value."""
        seen, origin = self.matrix.observations, int(self.matrix.origin[row, self.unit])
        if origin < 0:
            return ""
        place, cell = seen.cell(origin)
        marks = []
        grade = self.matrix.evidence[row, self.unit]
        if grade >= EvidenceClass.WEAK:
            marks.append(CLASS_NAMES[grade])
        if self.matrix.status[row, self.unit] == Status.CARRIED:
            marks.append("carried")
        several = self.matrix.several.get((row, self.unit))
        item = list(self.rubric.indicators.values())[row]
        if several and disputed(seen, several.kept, item):
            marks.append("disputed")
        address = f"{place.sheet}!{cell}" if place.sheet else cell
        return f"{address}{f' {listed(marks)}' if marks else ''}"

    # --- both sides, diagnosis, readiness, what it would take ---------------------------------------------------

    def _sides(self) -> Section | None:
        items = {**self.rubric.indicators, **self.rubric.diagnostic_items}
        rows = []
        for (row, unit), readings in sorted(readings_of_sides(self.matrix).items()):
            if unit == self.unit:
                name = self.matrix.measures[row]
                texts = (raw_text(value, items[name].unit) for value in readings)
                several = self.matrix.several[row, unit]
                quarrel = disputed(self.matrix.observations, several.kept, items[name])
                used = raw_text(float(self.matrix.value[row, unit]), items[name].unit)
                rows.append(
                    (
                        say(items[name].label, LANGUAGE),
                        *texts,
                        f"{'disputed, ' if quarrel else ''}{used} used",
                    )
                )
        heads = ("Reading", *(side.capitalize() for side in SIDES), "")
        return Section("Both sides", (), heads, tuple(rows), right=("Mission", "Host")) if rows else None

    def _diagnosis(self) -> Section | None:
        if self.rubric.diagnosis is None:
            return None
        found = hypotheses(self.profile.alone)
        rows: list[tuple[str, ...]] = []
        for one in found:
            if one.fired:
                rule = one.rule
                rows.append((rule.id, f"Consistent with {say(rule.challenge, LANGUAGE)}"))
                rows.append(("", f"evidence {'; '.join(one.evidence)}"))
                rows.append(("", f"examine {say(rule.strategy, LANGUAGE)}"))
                if rule.against:
                    holds = {"yes": " (holds)", "no": " (does not hold)", "unknown": " (cannot be tested)"}
                    rows.append(
                        ("", f"against {say(rule.against.text, LANGUAGE)}{holds.get(one.against, '')}")
                    )
        untested = [one.rule.id for one in found if not one.fired]
        notes = (f"Could not be tested: {listed(untested)}.",) if untested else ()
        sentences = notes if rows else ("No rule fired.", *notes)
        return Section("Diagnosis", sentences, (), tuple(rows), remark="hypotheses to examine, not findings")

    def _readiness(self) -> Section | None:
        found = gates(self.profile.alone)
        if not found:
            return None
        gate = found[0]
        rows: list[tuple[str, ...]] = []
        for one in gate.checked:
            label = say(one.condition.label, LANGUAGE)
            rows.append((one.condition.id, f"{RESULTS[one.result]}  {label} ({one.condition.kind})"))
            rows.append(("", "; ".join(one.evidence)))
        imposed = ("Imposed exit, which is no readiness: " + "; ".join(gate.imposed_evidence),)
        remark = f"{VERDICTS[gate.verdict]}: {gate.summary}"
        return Section(
            "Readiness", imposed if gate.imposed_exit == "pass" else (), (), tuple(rows), remark=remark
        )

    def _way(self) -> Section | None:
        way = self.profile.way
        if way is None:
            return None
        title, remark = f"What would it take to read {way.level}", "arithmetic, not advice"
        if not way.moves:
            return Section(title, (way.reason,), remark=remark)
        rules = {rule.id: rule for rule in self.rubric.overall.rules} if self.rubric.overall else {}
        label = inline(say(rules[way.binding].label, LANGUAGE)) or way.binding
        enough = "One indicator is enough" if way.single else "Together these are enough"
        note = f"Now held down by {label}. {enough}; points are those of the indicator's score."
        items = self.rubric.indicators
        rows = tuple(
            (
                say(items[one.indicator].label, LANGUAGE),
                raw_text(one.before, items[one.indicator].unit),
                f"→ {self._enough(one.before, one.after, items[one.indicator].unit)}",
                f"{one.score_after - one.score_before:+.0f} points".replace("-", "−"),
            )
            for one in way.moves
        )
        return Section(
            title, (note,), ("Indicator", "Now", "Needed", "Score"), rows, remark=remark, right=("Now",)
        )

    def _enough(self, before: float, after: float, unit: str) -> str:
        """The needed value rounded away from the present one, so that the printed value is enough."""
        decimals = 0 if abs(after) >= 100 else 1 if abs(after) >= 10 else 2  # noqa: PLR2004  # as raw_text prints
        factor = 10.0**decimals
        rounded = (np.ceil if after > before else np.floor)(
            after * factor - (1e-9 if after > before else -1e-9)
        )
        return raw_text(float(rounded / factor), unit)


def _table_lines(profile: Profile, style: Style) -> Iterator[str]:
    return terminal_lines(_Page(profile).sections(), style)


def _md_lines(profile: Profile, style: Style) -> Iterator[str]:  # noqa: ARG001
    page = _Page(profile)
    return markdown_lines(page.title, page.sections())


def _csv_lines(profile: Profile, style: Style) -> Iterator[str]:  # noqa: ARG001
    return csv_lines(profile_table(profile))


def _json_lines(profile: Profile, style: Style) -> Iterator[str]:  # noqa: ARG001
    findings = tuple(profile.assessment.intake.findings)
    whole = [
        table
        for table in tables(profile.alone, findings)
        if table.name not in ("indicators", "pairs", "ranks")
    ]
    return json_lines([*whole, profile_table(profile), way_table(profile)], profile.assessment.meta)


_FORMATS: dict[str, Callable[[Profile, Style], Iterator[str]]] = {
    "table": _table_lines,
    "csv": _csv_lines,
    "json": _json_lines,
    "md": _md_lines,
}
