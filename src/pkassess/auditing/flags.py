"""What of an audit deserves a second look, as findings with cause and remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pkassess.auditing.correlation import LEAST_ROWS
from pkassess.auditing.seen import ends_of
from pkassess.codes import Code
from pkassess.figures import half_up, percent_text, raw_text
from pkassess.findings import Finding, finding
from pkassess.scoring import TOLERANCE
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.auditing.correlation import Pair
    from pkassess.auditing.families import Family
    from pkassess.auditing.study import Audit, Item

MOST_HELD = 0.15
"""The share of values at one end above which a scale does not reach far enough; the customary limit for questionnaires:
C. B. Terwee and others (2007), Journal of Clinical Epidemiology 60, 34-42."""


def flags(audit: Audit) -> list[Finding]:
    """Everything that stands out, by kind in the order of the codes, each kind in the order of the rubric."""
    found = [
        *_of_values(audit),
        *(_of_pair(audit, pair) for pair in audit.pairs if pair.redundant or pair.conflicting),
        *(_of_pull(audit, item) for item in audit.items if item.seen.observed and item.pull.stands_out),
        *(_of_family(audit, family) for family in audit.families if family.above),
    ]
    return sorted(found, key=lambda item: item.code.id)


def _of_values(audit: Audit) -> Iterator[Finding]:
    indicators = list(audit.scores.rubric.indicators.values())
    for at, seen in {item.at: item.seen for item in audit.items}.items():
        told = {"column": indicators[at].id, "subject": say(indicators[at].label)}
        if seen.applicable and not seen.observed:
            yield finding(Code.NEVER_OBSERVED, **told, count=seen.applicable)
        elif seen.constant:
            score = np.nanmax(audit.scores.indicator[at, audit.rows])
            yield finding(
                Code.CONSTANT_INDICATOR, **told, count=seen.observed, found=half_up(float(score), 2)
            )
        elif seen.observed >= LEAST_ROWS:
            ends = ends_of(audit.scores.rubric, indicators[at].id) or ()
            for end, share in zip(ends, (seen.below, seen.above), strict=False):
                if share > MOST_HELD + TOLERANCE:
                    where = f"{raw_text(end.raw, indicators[at].unit)} (score {half_up(end.score)})"
                    yield finding(
                        Code.HELD_AT_END,
                        **told,
                        count=seen.observed,
                        found=percent_text(share),
                        expected=where,
                    )


def _of_pair(audit: Audit, pair: Pair) -> Finding:
    indicators = list(audit.scores.rubric.indicators.values())
    first, second = indicators[pair.first], indicators[pair.second]
    shared = first.family and first.family == second.family
    return finding(
        Code.DOUBLE_COUNTING if pair.redundant else Code.CONFLICTING_INDICATORS,
        column=first.id,
        subject=say(first.label),
        other=say(second.label),
        found=signed(pair.correlation),
        count=pair.count,
        suggestion=f" Both are in the family {first.family}." if shared else "",
    )


def _of_pull(audit: Audit, item: Item) -> Finding:
    indicator = list(audit.scores.rubric.indicators.values())[item.at]
    return finding(
        Code.PULL_NOT_WEIGHT,
        column=indicator.id,
        subject=say(indicator.label),
        place=say(audit.scores.tree[item.dimension].label),
        expected=percent_text(item.pull.weight),
        found=signed(item.pull.share * 100, 0),
    )


def _of_family(audit: Audit, family: Family) -> Finding:
    return finding(
        Code.HEAVY_FAMILY,
        column=family.name,
        subject=family.name,
        place=say(audit.scores.tree[family.dimension].label),
        found=family.above,
        count=family.rows,
        expected=percent_text(family.weight),
    )


def signed(value: float, decimals: int = 2) -> str:
    """A number with a minus sign where it is below zero."""
    return half_up(value, decimals).replace("-", "\N{MINUS SIGN}")
