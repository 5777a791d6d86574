"""What ``rubric check --data`` prints: what stands out, then every dimension, families and removals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

import numpy as np

from pkassess.auditing.correlation import LEAST_ROWS
from pkassess.auditing.flags import flags, signed
from pkassess.figures import counted, half_up, listed, percent_text
from pkassess.render import check_format
from pkassess.render.colour import Style, style_of
from pkassess.render.delimited import csv_lines, write_package
from pkassess.render.files import names_folder, write_text
from pkassess.render.json_document import json_lines
from pkassess.render.sections import Section, markdown_lines, terminal_lines
from pkassess.scoring import Publication
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.audited import Audited
    from pkassess.auditing.removal import Removal
    from pkassess.auditing.study import Audit, Item

_OF_VALUES = (
    "Observed: in how many of the partnership-periods to which it applies, in the period itself. At ends: percent of "
    "those values at or beyond the lower and the upper end of the scale."
)
_OF_WEIGHTS = (
    "Weight: percent of the dimension by the rubric. Pull: percent of the differences between the dimension's published "
    "scores that come with the indicator; all pulls of a dimension add up to 100. r: correlation of the indicator with "
    "the dimension, higher being better."
)
_OF_REMOVALS = (
    "Mean and largest change of the dimension's score in points; changed levels of the dimension and overall; the "
    "largest move in a ranking; scores that are lost. What is published stays published."
)
MOST_NAMED = 6
SHORT_RANGE = 10.0
"""A range of scores up to which one decimal says too little."""
_RIGHT = (
    "Observed",
    "At ends",
    "Weight",
    "Pull",
    "Score",
    "Largest",
    "Levels",
    "Overall",
    "Observed %",
    "Above 40 %",
    "Rank",
    "Lost",
)


def audit_lines(audited: Audited, format: str, stream: TextIO | None = None) -> Iterator[str]:  # noqa: A002
    """The audit in one format; ``stream`` is where it will be shown. Raises UsageError for an unknown format."""
    check_format(format)
    return _FORMATS[format](audited, Style() if stream is None else style_of(stream))


def write(audited: Audited, path: str, format: str) -> None:  # noqa: A002
    """Write the audit under a path: a CSV package for a folder, one file otherwise."""
    check_format(format)
    if format == "csv" and names_folder(path):
        write_package(audited.tables(), audited.meta, path, "audit", _title(audited))
    else:
        write_text(path, audit_lines(audited, format))


# --- what is said -------------------------------------------------------------------------------------------


def sections(audited: Audited) -> Iterator[Section]:
    """The audit in words and small tables, in the order in which it is read."""
    audit = audited.found
    found = flags(audit)
    second = "Nothing stands out." if not found else f"{counted(len(found), 'thing')} to look at."
    yield Section("", (f"{_title(audited)}: {_extent(audit)}. {second}",))
    for code, alike in groupby(found, key=lambda item: item.code):
        rows = tuple((item.column, item.message) for item in alike)
        yield Section(_capital(code.value.title), (code.value.remedy,), (), rows, code.id)
    for home in audit.scores.homes:
        yield _dimension(audit, home)
    if audit.families:
        yield _families(audit)
    yield _removals(audit)
    yield Section("How to read it", (_OF_VALUES, _OF_WEIGHTS, *_not_computed(audit)))


def _title(audited: Audited) -> str:
    rubric, files = audited.assessment.rubric, [book.file for book in audited.assessment.inputs.workbooks]
    return f"Rubric {rubric.id} {rubric.version} against {listed(files)}"


def _extent(audit: Audit) -> str:
    units = [audit.scores.matrix.units[row] for row in audit.rows.tolist()]
    partnerships, periods = len({unit.keys for unit in units}), sorted({unit.period for unit in units})
    if not periods[-1].label:
        return counted(partnerships, "partnership")
    span = f"{periods[0].label} to {periods[-1].label}" if len(periods) > 1 else periods[0].label
    return f"{counted(len(units), 'partnership-period')} of {counted(partnerships, 'partnership')}, {span}"


def _dimension(audit: Audit, home: str) -> Section:
    rows = tuple(_item_row(audit, item) for item in audit.items if item.dimension == home)
    heads = ("Indicator", "Observed", "At ends", "Weight", "Pull", "r")
    return Section(_label(audit, home), (), heads, rows, right=_RIGHT)


def _item_row(audit: Audit, item: Item) -> tuple[str, ...]:
    seen, pull = item.seen, item.pull
    ends = "" if np.isnan(seen.below) else f"{percent_text(seen.below)} + {percent_text(seen.above)}"
    return (
        _name(audit, item.at),
        f"{seen.observed}/{seen.applicable}" if seen.applicable else "nowhere",
        "same" if seen.constant else ends,
        percent_text(pull.weight),
        "–" if np.isnan(pull.share) or not seen.observed else signed(pull.share * 100, 0),
        "–" if np.isnan(pull.correlation) else signed(pull.correlation),
    )


def _families(audit: Audit) -> Section:
    rows = tuple(
        (
            f"{one.name} ({_label(audit, one.dimension)})",
            percent_text(one.weight),
            "–" if np.isnan(one.mean) else percent_text(one.mean),
            f"{one.above}/{one.rows}",
            ", ".join(_name(audit, at) for at in one.members),
        )
        for one in audit.families
    )
    note = "Weight by the rubric, mean share of the observed weight, and how often that is above 40 %."
    return Section(
        "Families",
        (note,),
        ("Family", "Weight", "Observed %", "Above 40 %", "Indicators"),
        rows,
        right=_RIGHT,
    )


def _removals(audit: Audit) -> Section:
    # Without levels and ranks it is the score alone that a removal can change.
    graded = audit.scores.index is not None or any(
        audit.scores.tree[home].levels for home in audit.scores.homes
    )
    moving = [item for item in audit.items if _moves(item.removal, graded=graded)]
    moving.sort(
        key=lambda item: (
            *(-item.removal.lost, -item.removal.overall, -item.removal.levels, -item.removal.places),
            0.0 if graded or np.isnan(item.removal.largest) else -item.removal.largest,
        )
    )
    rows = tuple(
        (
            _own_name(audit, item),
            _points(audit, item.removal.mean),
            _points(audit, item.removal.largest),
            *map(str, (item.removal.levels, item.removal.overall, item.removal.places, item.removal.lost)),
        )
        for item in moving
    )
    published = int((audit.scores.overall_status[audit.rows] == Publication.PUBLISHED).sum())
    words = [
        _OF_REMOVALS,
        f"Overall levels are those of {counted(published, 'partnership-period')}."
        if audit.scores.overall_levels
        else "",
    ]
    still = [_own_name(audit, item) for item in audit.items if item.seen.observed and item not in moving]
    if still:
        named = listed(still) if len(still) <= MOST_NAMED else f"any of {len(still)} other indicators"
        what = "No level and no rank changes" if graded else "No score changes"
        words.append(f"{what} without {named}.")
    heads = ("Left out", "Score", "Largest", "Levels", "Overall", "Rank", "Lost")
    return Section("Without one indicator", tuple(filter(None, words)), heads, rows, right=_RIGHT)


def _moves(removal: Removal, *, graded: bool) -> bool:
    """Whether a removal changes something that deserves a row."""
    if removal.levels or removal.overall or removal.places or removal.lost:
        return True
    return not graded and removal.largest > 0


def _not_computed(audit: Audit) -> Iterator[str]:
    """What could not be computed, so that a blank is not taken for 'nothing found'."""
    few = sum(pair.count < LEAST_ROWS for pair in audit.pairs)
    if few:
        yield (
            f"{few} of {counted(len(audit.pairs), 'pair')} of indicators have fewer than {LEAST_ROWS} partnership-periods in "
            "common: too few for a rank correlation."
        )
    nowhere = [_name(audit, item.at) for item in audit.items if not item.seen.applicable]
    if nowhere:
        yield f"None of these partnership-periods has use for {listed(nowhere)}."
    bare = [
        _label(audit, home)
        for home in audit.scores.homes
        if all(np.isnan(item.pull.share) for item in audit.items if item.dimension == home)
    ]
    if bare:
        yield (
            f"No pull for {listed(bare)}: fewer than {LEAST_ROWS} published scores, scores that are all the same, or no plain "
            "weighted mean."
        )


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _points(audit: Audit, change: float) -> str:
    """A change of a score, with decimals for the length of the range."""
    low, high = audit.scores.rubric.score_range
    return "–" if np.isnan(change) else half_up(change, 1 if high - low > SHORT_RANGE else 3)


def _own_name(audit: Audit, item: Item) -> str:
    """An indicator's label, with its dimension where it serves in several."""
    several = sum(other.at == item.at for other in audit.items) > 1
    return _name(audit, item.at) + (f" ({_label(audit, item.dimension)})" if several else "")


def _label(audit: Audit, home: str) -> str:
    return say(audit.scores.tree[home].label)


def _name(audit: Audit, at: int) -> str:
    return say(audit.scores.rubric.indicators[audit.scores.matrix.measures[at]].label)


# --- how it looks -------------------------------------------------------------------------------------------


def _table_lines(audited: Audited, style: Style) -> Iterator[str]:
    return terminal_lines(sections(audited), style)


def _md_lines(audited: Audited, style: Style) -> Iterator[str]:  # noqa: ARG001
    return markdown_lines("A rubric held against data", sections(audited))


def _csv_lines(audited: Audited, style: Style) -> Iterator[str]:  # noqa: ARG001
    return csv_lines(audited.tables()[0])


def _json_lines(audited: Audited, style: Style) -> Iterator[str]:  # noqa: ARG001
    return json_lines(audited.tables(), audited.meta)


_FORMATS: dict[str, Callable[[Audited, Style], Iterator[str]]] = {
    "table": _table_lines,
    "csv": _csv_lines,
    "json": _json_lines,
    "md": _md_lines,
}
