"""What ``profile`` prints, in every format; and a derivation as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from pkassess.figures import half_up
from pkassess.profile_report import (
    AGAINST,
    MARK_WORDS,
    VERDICTS,
    Block,
    Course,
    Item,
    ProfileReport,
    build_profile,
    evidence_text,
    untested_text,
)
from pkassess.render import check_format
from pkassess.render.delimited import csv_lines, write_package
from pkassess.render.json_document import json_lines
from pkassess.render.profile_terminal import rendered
from pkassess.render.sections import Section, markdown_lines
from pkassess.render.spans import Look, look_of
from pkassess.tables import tables
from pkassess.tables.profile import profile_table, way_table
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.derivation import Derivation
    from pkassess.diagnosis import Hypothesis
    from pkassess.profile import Profile
    from pkassess.tables.fields import Table

RESULTS = {"pass": "■ met", "fail": "□ not met", "unknown": "? unknown"}


def profile_lines(profile: Profile, format: str, stream: TextIO | None = None) -> Iterator[str]:  # noqa: A002
    """The profile in one format; ``stream`` is where it will be shown. Raises UsageError for an unknown format."""
    check_format(format)
    return _FORMATS[format](profile, Look() if stream is None else look_of(stream))


def write_profile(profile: Profile, folder: str) -> None:
    """All tables of a profile as a CSV package."""
    title = profile.comparison.scores.matrix.units[profile.unit].title
    write_package(_tables(profile), profile.assessment.meta, folder, "profile", title)


def trace_lines(derivation: Derivation) -> Iterator[str]:
    """A derivation as text: one step a line, numbers in full."""
    yield f"{derivation.title}\n\n"
    yield from (f"{step.text}\n" for step in derivation.steps)
    if derivation.sentences:
        yield "\n"
    yield from (f"{sentence}\n" for sentence in derivation.sentences)


# --- Markdown ---------------------------------------------------------------------------------------------------


def _sections(report: ProfileReport) -> Iterator[Section]:
    marking = f"{report.marking}. " if report.marking else ""
    lead = f"{marking}Rubric {report.rubric}. {report.lead}"
    yield Section("", (lead, " ".join(report.sentences[1:])))
    yield _dimensions(report)
    if report.courses or report.notes:
        yield _trend(report)
    yield from map(_block, report.blocks)
    if report.readings or report.disputes or report.reply:
        yield _sides(report)
    if report.hypotheses is not None:
        yield _diagnosis(report.hypotheses)
    if report.gate is not None:
        yield _readiness(report)
    if report.way is not None:
        yield _way(report)


def _dimensions(report: ProfileReport) -> Section:
    rows = tuple(
        (
            one.label + ("" if one.positive else " ▲"),
            one.text if one.score.value is not None else "–",
            f"{half_up(one.score.low)} to {half_up(one.score.high)}"
            if one.score.low is not None and one.score.high is not None
            else "",
            one.level,
            one.coverage,
            one.trend,
        )
        for one in report.bars
    )
    note = "Cov: coverage, % of indicator weight observed. ▲ high is bad."
    return Section(
        "Dimensions", (note,), ("Dimension", "Score", "90 % interval", "Level", "Cov", "Trend"), rows
    )


def _trend(report: ProfileReport) -> Section:
    notes = tuple(note if note.endswith(".") else f"{note}." for note in report.notes)
    if not report.courses:
        return Section("Trend", notes)
    rows = tuple(_course(one) for one in report.courses)
    note = "Scores on the indicators observed in every period compared."
    return Section("Trend", (note, *notes), ("Dimension", *report.periods, "Trend"), rows)


def _course(one: Course) -> tuple[str, ...]:
    scores = ("–" if score != score else half_up(score) for score in one.scores)  # noqa: PLR0124  # NaN
    return (one.label + ("" if one.positive else " ▲"), *scores, one.reason or one.told)


def _block(block: Block) -> Section:
    bad = "" if block.positive else ", high is bad"
    sure = f", confidence {block.confidence}" if block.confidence else ""
    remark = f"{block.text} {block.level}{bad}, coverage {block.coverage} %{sure}".strip()
    heads = ("Indicator", "Value", "Knots", "Score", "Adds/of", "Cell")
    return Section(block.label, (), heads, tuple(map(_item, block.items)), remark=remark)


def _item(item: Item) -> tuple[str, ...]:
    if item.absent:
        return (item.label, "–", "", "", "", item.absent)
    address = f"{item.sheet}!{item.cell}" if item.sheet else item.cell
    told = ", ".join(filter(None, [address, *(MARK_WORDS[mark] for mark in item.marks)]))
    return (
        item.label,
        item.value,
        item.knots,
        f"{item.score} {item.short}".rstrip(),
        f"{item.adds}/{item.of}",
        told,
    )


def _sides(report: ProfileReport) -> Section:
    rows = tuple(
        (one.label, one.mission, one.host, f"{'disputed, ' if one.disputed else ''}{one.used}")
        for one in report.readings
    )
    heads = ("Reading", "Mission", "Authority", "") if rows else ()
    said = (*report.disputes, *filter(None, [report.reply]))
    return Section("Both sides", said, heads, rows)


def _diagnosis(found: tuple[Hypothesis, ...]) -> Section:
    rows: list[tuple[str, ...]] = []
    for one in found:
        if one.fired:
            rows.append((one.rule.id, f"Consistent with {say(one.rule.challenge)}"))
            rows.append(("", f"evidence {'; '.join(one.evidence)}"))
            rows.append(("", f"examine {say(one.rule.strategy)}"))
            if one.rule.against:
                rows.append(("", f"against {say(one.rule.against.text)}{AGAINST.get(one.against, '')}"))
    untested = untested_text(found)
    notes = (untested,) if untested else ()
    sentences = notes if rows else ("No rule fired.", *notes)
    return Section("Diagnosis", sentences, (), tuple(rows), remark="hypotheses to examine, not findings")


def _readiness(report: ProfileReport) -> Section:
    gate = report.gate
    assert gate is not None  # noqa: S101  # the caller looked
    rows: list[tuple[str, ...]] = []
    for one in gate.checked:
        label = f"{say(one.condition.label)} ({one.condition.kind})"
        rows.append((one.condition.id, RESULTS[one.result], label, evidence_text(one.told)))
    imposed = ("Imposed exit, which is no readiness: " + "; ".join(gate.imposed_evidence),)
    remark = f"{VERDICTS[gate.verdict]}: {gate.summary}"
    return Section(
        "Readiness", imposed if gate.imposed_exit == "pass" else (), (), tuple(rows), remark=remark
    )


def _way(report: ProfileReport) -> Section:
    way = report.way
    assert way is not None  # noqa: S101  # the caller looked
    rows = tuple((one.label, one.before, f"→ {one.after}", one.points) for one in way.changes)
    heads = ("", "Now", "Needed", "") if rows else ()
    return Section(
        f"What would it take to read {way.level}", (way.note,), heads, rows, remark="arithmetic, not advice"
    )


# --- formats ----------------------------------------------------------------------------------------------------


def _table_lines(profile: Profile, look: Look) -> Iterator[str]:
    return rendered(build_profile(profile), look)


def _md_lines(profile: Profile, look: Look) -> Iterator[str]:  # noqa: ARG001
    report = build_profile(profile)
    return markdown_lines(report.title, _sections(report))


def _csv_lines(profile: Profile, look: Look) -> Iterator[str]:  # noqa: ARG001
    return csv_lines(profile_table(profile))


def _json_lines(profile: Profile, look: Look) -> Iterator[str]:  # noqa: ARG001
    return json_lines(_tables(profile), profile.assessment.meta)


def _tables(profile: Profile) -> list[Table]:
    """The tables of the assessment for one row, with more about its indicators, and the way to a wished level."""
    findings = tuple(profile.assessment.inputs.findings)
    whole = [
        table
        for table in tables(profile.alone, findings)
        if table.name not in ("indicators", "pairs", "ranks")
    ]
    return [*whole, profile_table(profile), way_table(profile)]


_FORMATS: dict[str, Callable[[Profile, Look], Iterator[str]]] = {
    "table": _table_lines,
    "csv": _csv_lines,
    "json": _json_lines,
    "md": _md_lines,
}
