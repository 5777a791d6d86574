"""Page one as GitHub Markdown: the same content in tables and lists, with names that cannot act as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pkassess.diagnosis import ASSOCIATION
from pkassess.figures import half_up
from pkassess.page import Group, Note, Report, Row, Score
from pkassess.render.colour import inert
from pkassess.report import build_report
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.assess import Assessment

# Entities where a backslash would not do: links, mentions and characters that HTML takes for its own.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "://": "&#58;//"}
_MARKUP = re.compile(r"[\\`*_{}\[\]#|~$&<>@]|://|www(?=\.)", re.IGNORECASE)
SMALL_RANGE = 10
"""Up to here an interval needs the decimals of its score."""


def assessment_lines(assessment: Assessment) -> Iterator[str]:
    """The report in pieces that end where lines end."""
    for line in _page(build_report(assessment, every_row=True)):
        yield line + "\n"


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKUP.sub(_escaped, inert(text))


def _escaped(match: re.Match[str]) -> str:
    sign = match[0]
    # An entity for the last letter keeps a name such as www.example from turning into a link.
    return _ENTITIES.get(sign) or (f"\\{sign}" if len(sign) == 1 else f"{sign[:-1]}&#{ord(sign[-1])};")


def _page(report: Report) -> Iterator[str]:
    if report.marking:
        yield f"**{report.marking}**\n"
    yield f"# {plain(report.title)}\n\nRubric {plain(report.rubric)}\n\n**{plain(report.finding)}**"
    if report.confidence:
        yield f"\n{plain(report.confidence)}"
    for group in report.groups:
        yield from _group(group, report)
    yield from _legend(report)
    yield from _changes(report)
    yield from _notes("Alarms", report.alarms, "No alarms.")
    yield from _standings(report)
    for title, notes in (
        ("Both sides, on what both of them read", report.both_sides),
        ("Disputed, ratings that differ", report.disputes),
    ):
        if notes:
            yield from _notes(title, notes, "")
    yield from _conclusions(report)
    yield from _notes("Not known", report.unknown, "Everything the rubric asks for is known.")
    yield "\n---\n"
    yield from (plain(line) + "  " for line in report.method)
    yield f"\n{report.marking} Not a finding of law or of individual responsibility.".replace("\n ", "\n")


def _group(group: Group, report: Report) -> Iterator[str]:
    yield f"\n## {plain(group.title)}\n\n{plain(group.ranked)}\n"
    names = [
        f"{plain(say(node.branch.label))}{'' if node.branch.positive else ' (high is bad)'}"
        for node in report.dimensions
    ]
    heads = ["Rank", "Partnership", "Overall", "Index", *names, "Coverage", "Confidence"]
    yield f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}"
    for row in group.rows:
        yield _row(row)


def _row(row: Row) -> str:
    name = plain(row.name)
    reasons = "".join(f"<br>{plain(reason)}" for reason in row.reasons)
    cells = [
        row.rank or "–",
        f"**{name}**" if row.decision else name,
        (row.overall or "–") + reasons,
        _score(row.index) or "–",
    ]
    cells += [_score(score) for score in row.dimensions]
    return f"| {' | '.join([*cells, f'{row.coverage} %', row.confidence or '–'])} |"


def _score(score: Score) -> str:
    if score.value is None:
        return plain(score.word)
    interval = ""
    if score.low is not None and score.high is not None:
        decimals = 0 if "." not in score.text or score.high > SMALL_RANGE else len(score.text.split(".")[1])
        interval = f" ({half_up(score.low, decimals)}–{half_up(score.high, decimals)})"
    trend = f", {score.trend}" if score.trend else ""
    return f"{score.text}{interval} {plain(score.short)}".rstrip() + trend


def _legend(report: Report) -> Iterator[str]:
    sets = [report.overall_levels, report.index_levels, *(node.branch.levels for node in report.dimensions)]
    texts = [
        ", ".join(f"{plain(level.short)} {plain(level.id)}" for level in levels) for levels in sets if levels
    ]
    yield from (f"\nLevels, the lowest score first: {text}." for text in dict.fromkeys(texts))
    low, high = (f"{end:g}" for end in report.score_range)
    yield (
        f"\nScores run from {low} to {high}; in brackets the 90 % interval, where there is one. Coverage is the share of"
        " indicator weight observed in the dimension that has least of it; confidence is the lowest of any dimension."
    )
    if any(score.trend for group in report.groups for row in group.rows for score in row.dimensions):
        yield "\nBehind a score stands what it did over time; no word: unclear, or too little to compare."


def _changes(report: Report) -> Iterator[str]:
    if not report.periods:
        return
    if not report.changed_since:
        yield "\n## What changed\n\nFirst period, nothing to compare."
        return
    yield f"\n## What changed since {plain(report.changed_since)}\n\n{report.unchanged}\n"
    if not report.changes:
        yield "No level changed."
    for change in report.changes:
        arrow = "↑" if change.direction > 0 else "↓"
        yield f"- {arrow} **{plain(change.name)}** {plain(': '.join(filter(None, [change.levels, '; '.join(change.details)])))}"


def _conclusions(report: Report) -> Iterator[str]:
    """Readiness, what to restructure, hypotheses, practices."""
    if report.handover:
        yield f"\n## Readiness to hand over\n\n{plain(report.handover.counts)}\n"
        for note in (*report.handover.ready, *report.handover.imposed):
            yield f"- **{plain(note.subject)}** {plain(note.text)}"
    for title, notes in (
        ("To restructure, by rule", report.restructuring),
        ("Diagnosis: hypotheses to examine, not findings", report.examine),
        ("Practices that go with strength", report.practices),
    ):
        if notes:
            yield from _notes(title, notes, "")
    if report.practices:
        yield f"\n{ASSOCIATION}\n"


def _standings(report: Report) -> Iterator[str]:
    """The ranks of every peer group with their ranges."""
    if report.standings:
        yield "\n## Ranks and how sure they are\n"
    for one in report.standings:
        yield f"\n**{plain(one.title)}**: {plain(one.sentence)}\n"
        yield "| Partnership | Places | In the top third | In the bottom third | Above the next in |"
        yield "| --- | --- | --- | --- | --- |"
        for row in one.rows:
            yield f"| {' | '.join(map(plain, row))} |"


def _notes(title: str, notes: tuple[Note, ...], nothing: str) -> Iterator[str]:
    yield f"\n## {title}\n"
    if not notes:
        yield nothing
    for note in notes:
        yield f"- **{plain(note.subject)}** {plain(note.text)}"
