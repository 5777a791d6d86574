"""Page one: what is said, in which order, and why; typed values without a medium."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from pkassess.changes import Changes
from pkassess.conditions import parse
from pkassess.figures import percent_text, raw_text, score_text
from pkassess.matrix import Status
from pkassess.page import Change, Group, Note, Report, Row, Score
from pkassess.scoring import NO_LEVEL, Publication
from pkassess.tables import TOLD_APART, confidence_words, interval, level_ranges
from pkassess.texts import say

if TYPE_CHECKING:
    from pkassess.assess import Assessment
    from pkassess.rubric import OverallRule
    from pkassess.scoring import NodeScores
    from pkassess.uncertainty import Pool

LANGUAGE = "en"
NAMED_AT_MOST = 4
POSSIBLE_SHARE = 0.20
SHOWN_ROWS = 20
GROUP_WORDS = {
    "national": "National authorities",
    "adm1": "First-level authorities (adm1)",
    "adm2": "Second-level authorities (adm2)",
    "": "All partnerships",
}
NUMBER_WORDS = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def build_report(assessment: Assessment, *, every_row: bool = False) -> Report:
    """Decide what page one says. Large groups are cut to the rows that matter unless ``every_row`` is set."""
    return _Builder(assessment, every_row=every_row).build()


class _Builder:
    def __init__(self, assessment: Assessment, *, every_row: bool) -> None:
        self.assessment, self.every_row = assessment, every_row
        self.comparison = assessment.comparison
        self.scores = assessment.comparison.scores
        self.rubric = assessment.rubric
        self.units = self.scores.matrix.units
        self.drawn = self.comparison.uncertainty
        self.whole = self.rubric.frame.high - self.rubric.frame.low
        self.names = self._names()
        rows = self.comparison.rows
        self.main_period = Counter(self.units[row].period.label for row in rows.tolist()).most_common(1)[0][0]
        nodes = [self.scores.nodes[name] for name in self.rubric.dimensions]
        self.dimensions = sorted(nodes, key=lambda node: not node.branch.positive)

    def build(self) -> Report:
        groups = self._groups()
        rows = [row for group in groups for row in group.rows]
        told = Changes(self.comparison, self.dimensions)
        changes = told.of(rows)
        return Report(
            marking=self.assessment.intake.marking,
            title=self._title(),
            rubric=f"{self.rubric.id} {self.rubric.version}",
            finding=self._finding(rows),
            confidence=self._confidence(rows),
            groups=tuple(self._fitting(group, changes) for group in groups),
            changed_since=told.since(),
            unchanged=told.unchanged(rows, changes),
            changes=tuple(changes),
            alarms=tuple(self._alarms(rows)),
            unknown=tuple(self._unknown(rows)),
            method=self._method(),
            dimensions=tuple(self.dimensions),
            periods=self.rubric.period is not None and not self.comparison.all_periods,
            shorts=tuple(self._short(node) for node in self.dimensions),
        )

    def _short(self, node: NodeScores) -> str:
        """The short name of a dimension; the last word of its label where high is bad."""
        label = say(node.branch.label, LANGUAGE)
        given = say(self.rubric.dimensions[node.branch.id].short, LANGUAGE)
        return label.split()[-1].capitalize() if not node.branch.positive else given or label[:4]

    def _names(self) -> dict[int, str]:
        """Short names: the last key alone where it is enough to tell all rows apart."""
        rows = self.comparison.rows.tolist()
        last = [self.units[row].keys[-1] for row in rows]
        keys = {self.units[row].keys for row in rows}
        enough = len(set(last)) == len(keys)
        return {
            row: name if enough else self.units[row].partnership for row, name in zip(rows, last, strict=True)
        }

    def _title(self) -> str:
        missions = sorted({self.units[row].keys[0] for row in self.comparison.rows.tolist()})
        count = len(self.comparison.rows)
        periods = {self.units[row].period.label for row in self.comparison.rows.tolist()} - {""}
        when = (
            next(iter(periods))
            if len(periods) == 1
            else f"{min(periods)} to {max(periods)}"
            if periods
            else ""
        )
        parts = [f"{count} partnership{'s' if count != 1 else ''}", when]
        if len(self.rubric.keys) > 1 and len(missions) <= 3:  # noqa: PLR2004  # more would not fit the line
            parts.insert(0, " and ".join(missions) if len(missions) < 3 else ", ".join(missions))  # noqa: PLR2004
        return " · ".join(part for part in parts if part)

    # --- rows -------------------------------------------------------------------------------------------------

    def _groups(self) -> list[Group]:
        members: dict[str, list[int]] = {}
        for row in self.comparison.rows.tolist():
            members.setdefault(str(self.comparison.peer_group[row]), []).append(row)
        groups = []
        for name in sorted(members):
            rows = sorted(members[name], key=self._order)
            ranked = sum(self.comparison.rank[row] > 0 for row in rows)
            title = GROUP_WORDS.get(name, name)
            groups.append(Group(title, f"{ranked} of {len(rows)} ranked", tuple(map(self._row, rows))))
        return groups

    def _order(self, row: int) -> tuple[str, int, int]:
        rank = int(self.comparison.rank[row])
        period = self.units[row].period.label if self.comparison.all_periods else ""
        return period, rank or len(self.units) + 1, row

    def _row(self, row: int) -> Row:
        index = self.scores.index
        published = self.scores.overall_status[row] == Publication.PUBLISHED
        level = int(self.scores.overall_level[row])
        name = self.names[row]
        if self.units[row].period.label != self.main_period:
            name = f"{name} ({self.units[row].period.label})"
        status = ("insufficient", "provisional", "published")[self.scores.overall_status[row]]
        levels = self.scores.overall_levels
        return Row(
            unit=row,
            name=name,
            rank=self._rank(row),
            overall=levels[level].id if level != NO_LEVEL else "" if published else status,
            level=level,
            index=self._score(index, row) if index and published else Score(None, ""),
            dimensions=tuple(self._score(node, row) for node in self.dimensions),
            coverage=percent_text(min(float(node.coverage[row]) for node in self.dimensions)),
            confidence=self._least_confidence(row),
            reasons=tuple(self._reasons(row)),
            decision=self._decision(row),
        )

    def _rank(self, row: int) -> str:
        rank = int(self.comparison.rank[row])
        if not rank:
            return ""
        pool = next(pool for pool in self.comparison.pools if row in pool)
        tie = "=" if (self.comparison.rank[pool] == rank).sum() > 1 else ""
        if self.drawn is None:
            return f"{rank}{tie}"
        low, high = int(self.drawn.rank_low[row]), int(self.drawn.rank_high[row])
        return f"{low}{tie}" if low == high else f"{low}–{high}{tie}"

    def _score(self, node: NodeScores, row: int) -> Score:
        levels = node.branch.levels
        if np.isnan(node.score[row]):
            provisional = node.status[row] == Publication.PROVISIONAL
            ids = {level.id: level.short for level in levels}
            span = level_ranges(self.comparison, node.branch.id, np.array([row]))[0] if provisional else ""
            return Score(None, "", word="..".join(ids.get(name, name) for name in span.split("..")) or "n/a")
        value = float(node.score[row])
        low, high = (float(end[0]) for end in interval(self.comparison, node.branch.id, np.array([row])))
        level = int(node.level[row])
        drawn = not np.isnan(low)
        return Score(
            value,
            score_text(value, levels, whole=self.whole),
            low if drawn else None,
            high if drawn else None,
            level,
            levels[level].short if levels else "",
        )

    def _least_confidence(self, row: int) -> str:
        words = [confidence_words(self.scores, name, np.array([row]))[0] for name in self.rubric.dimensions]
        order = ("", "Low", "Moderate", "High")
        return min(words, key=order.index)

    def _reasons(self, row: int) -> list[str]:
        """Lines under a row: the rule that binds, and a second level that many draws give."""
        lines = []
        index = self.scores.index
        binding = int(self.scores.overall_rule[row])
        overall = self.rubric.overall
        if overall and binding != NO_LEVEL and overall.rules[binding].level_of is None and index:
            alone = index.branch.levels[int(index.level[row])].id
            value = score_text(float(index.score[row]), index.branch.levels, whole=self.whole)
            label = say(index.branch.label, LANGUAGE).lower()
            lines.append(f"{self._binding(row)}; {label} {value} alone would read {alone}")
        elif self.scores.overall_status[row] != Publication.PUBLISHED and self.scores.alarms[:, row].any():
            lines.append(f"{self._alarm_texts(row)[0]}; announced although no overall is published")
        lines.extend(self._possible(row))
        return lines

    def _binding(self, row: int) -> str:
        """The rule that sets the overall level, in words."""
        overall = self.rubric.overall
        rule = overall.rules[int(self.scores.overall_rule[row])] if overall else None
        if rule is None:
            return ""
        if rule.weakest_of is not None:
            weakest = min(rule.weakest_of, key=lambda name: float(self.scores.nodes[name].score[row]))
            node = self.scores.nodes[weakest]
            level = node.branch.levels[int(node.level[row])].id
            return f"capped by weakest link; {say(node.branch.label, LANGUAGE).lower()} is {level}"
        return self._cap(rule, row, with_figure=True)

    def _cap(self, rule: OverallRule, row: int, *, with_figure: bool) -> str:
        """A cap that speaks of a dimension names it; any other rule goes by its own name."""
        named = [name for step in rule.at_most or [] for _, name in parse(step.when).references()]
        node = next((self.scores.nodes[name] for name in named if name in self.rubric.dimensions), None)
        if node is None or np.isnan(node.score[row]):
            return say(rule.label, LANGUAGE).lower() or rule.id
        figure = (
            f" {score_text(float(node.score[row]), node.branch.levels, whole=self.whole)}"
            if with_figure
            else ""
        )
        return f"capped by {say(node.branch.label, LANGUAGE).split()[-1].lower()}{figure}"

    def _possible(self, row: int) -> list[str]:
        if self.drawn is None or self.scores.overall_level[row] == NO_LEVEL:
            return []
        shares = self.drawn.overall_shares[:, row].copy()
        own = int(self.scores.overall_level[row])
        settled = shares[own]
        shares[own] = 0.0
        second = int(shares.argmax()) if len(shares) else 0
        if not len(shares) or shares[second] < POSSIBLE_SHARE:
            return []
        word = "not settled, " if settled < 0.5 else ""  # noqa: PLR2004  # less than half of the draws
        other = self.scores.overall_levels[second].id
        return [f"{word}possibly {other} ({percent_text(float(shares[second]))} of 100 draws)"]

    def _decision(self, row: int) -> str:
        """Why a partnership needs a decision; '' where it does not."""
        overall, level = self.rubric.overall, int(self.scores.overall_level[row])
        if overall and level != NO_LEVEL:
            rule = overall.rules[int(self.scores.overall_rule[row])]
            if rule.at_most is not None:
                return self._cap(rule, row, with_figure=False)
            if level < 2 and len(self.scores.overall_levels) > 3:  # noqa: PLR2004  # the two lowest of five
                good = [
                    node for node in self.dimensions if node.branch.positive and not np.isnan(node.score[row])
                ]
                weakest = min(good, key=lambda node: float(node.score[row]))
                own = weakest.branch.levels[int(weakest.level[row])].id if weakest.branch.levels else "low"
                return f"{say(weakest.branch.label, LANGUAGE).lower()} {own}"
        ringing = np.flatnonzero(self.scores.alarms[:, row])
        return "an alarm" if len(ringing) else ""

    # --- sentences --------------------------------------------------------------------------------------------

    def _finding(self, rows: list[Row]) -> str:
        scored = [row for row in rows if row.overall and row.level != NO_LEVEL]
        if not self.scores.overall_levels:
            return f"{len(rows)} partnerships assessed with the rubric {say(self.rubric.label, LANGUAGE)}."
        if not scored:
            return f"None of {len(rows)} partnerships can be scored overall: too little was reported."
        if len(rows) == 1:
            row = rows[0]
            reason = f", {row.reasons[0].split(';')[0]}" if row.reasons and row.decision else ""
            return f"{row.name} reads {row.overall}{reason}. One partnership: no ranks and no comparison with others."
        return " ".join(filter(None, (self._need(rows), self._standing(rows, scored))))

    def _need(self, rows: list[Row]) -> str:
        needy = sorted(
            (row for row in rows if row.decision), key=lambda row: row.level if row.level >= 0 else 9
        )
        if not needy:
            return "No partnership needs a decision this period."
        named = [f"{row.name} ({row.decision})" for row in needy[:NAMED_AT_MOST]]
        more = len(needy) - len(named)
        listed = ", ".join(named) if more or len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
        tail = f", and {more} more below" if more else ""
        verb = "needs" if len(needy) == 1 else "need"
        return f"{_word(len(needy))} of {len(rows)} partnerships {verb} a decision: {listed}{tail}."

    def _standing(self, rows: list[Row], scored: list[Row]) -> str:
        levels = self.scores.overall_levels
        from_level = max(len(levels) - 2, 0)
        good = sum(row.level >= from_level for row in scored)
        lost = len(rows) - len(scored)
        first = f"{_word(good)} stand{'s' if good == 1 else ''} at {levels[from_level].id} or better"
        return f"{first}; {_word(lost).lower()} cannot be scored overall." if lost else f"{first}."

    def _confidence(self, rows: list[Row]) -> str:
        words = Counter(row.confidence for row in rows if row.level != NO_LEVEL)
        total = sum(words.values())
        parts = [f"{word.lower()} in {words[word]}" for word in ("High", "Moderate", "Low") if words[word]]
        if not total:
            return ""
        listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
        return f"Confidence is {listed} of the {total} scored."

    # --- alarms and gaps --------------------------------------------------------------------------------------

    def _alarms(self, rows: list[Row]) -> list[Note]:
        return [Note(row.name, text) for row in rows for text in self._alarm_texts(row.unit)]

    def _alarm_texts(self, row: int) -> list[str]:
        alarms = [
            alarm
            for alarm, rings in zip(self.rubric.alarms, self.scores.alarms[:, row], strict=True)
            if rings
        ]
        return [say(alarm.text, LANGUAGE).format_map(_Holes(self, row)) for alarm in alarms]

    def _unknown(self, rows: list[Row]) -> list[Note]:
        notes = [
            self._gap(row) for row in rows if self.scores.overall_status[row.unit] != Publication.PUBLISHED
        ]
        if len(notes) > SHOWN_ROWS:
            notes = [
                *notes[:SHOWN_ROWS],
                Note(f"{len(notes) - SHOWN_ROWS} more", "are not published overall either"),
            ]
        notes += [Note("Places", text) for text in self._bands()]
        notes += self._missing(rows)
        other = sorted({self.units[row.unit].period.label for row in rows} - {self.main_period})
        if other and not self.comparison.all_periods:
            notes.append(
                Note("Periods", f"most are shown for {self.main_period}, some for {', '.join(other)}")
            )
        return [*notes, *self._evidence()]

    def _gap(self, row: Row) -> Note:
        parts = []
        for node in self.dimensions:
            label = say(node.branch.label, LANGUAGE).lower()
            indicators = self.scores.leaves_of(node.branch.id)
            status = self.scores.matrix.status[indicators, row.unit]
            known = int((~np.isnan(self.scores.indicator[indicators, row.unit])).sum())
            whole = int((status != Status.NOT_APPLICABLE).sum())
            if node.status[row.unit] == Publication.INSUFFICIENT:
                parts.append(f"{known} of {whole} {label} indicators reported")
            elif node.status[row.unit] == Publication.PROVISIONAL:
                parts.append(f"{label} coverage {percent_text(float(node.coverage[row.unit]))} %")
        worst = self.scores.overall_status[row.unit] == Publication.INSUFFICIENT
        word = "Insufficient evidence" if worst else "Provisional"
        return Note(row.name, f"{word}: {' and '.join(parts)}. No overall level, no rank")

    def _bands(self) -> list[str]:
        """Places that nothing separates, in words."""
        texts = []
        for pool in self.drawn.pools if self.drawn else ():
            for first, last in _rank_bands(self.comparison.rank[pool.rows], pool):
                group = str(self.comparison.peer_group[pool.rows[0]])
                texts.append(f"{first} to {last} of {GROUP_WORDS.get(group, group)}: not distinguishable")
        return texts[:SHOWN_ROWS]

    def _missing(self, rows: list[Row]) -> list[Note]:
        """Indicators that many published partnerships lack."""
        units = [row.unit for row in rows if self.scores.overall_status[row.unit] == Publication.PUBLISHED]
        if not units:
            return []
        status = self.scores.matrix.status[: len(self.scores.indicator)][:, units]
        lacking = (np.isnan(self.scores.indicator[:, units]) & (status != Status.NOT_APPLICABLE)).sum(axis=1)
        names = [say(item.label, LANGUAGE).lower() for item in self.rubric.indicators.values()]
        worst = [at for at in np.argsort(-lacking, kind="stable").tolist() if lacking[at] * 3 >= len(units)][
            :3
        ]
        return [
            Note(f"{lacking[at]} of {len(units)}", f"lack {names[at]}; their score rests on the rest")
            for at in worst
        ]

    def _evidence(self) -> list[Note]:
        rows = self.comparison.rows
        used = ~np.isnan(self.scores.indicator[:, rows])
        evidence = self.scores.matrix.evidence[: len(used)][:, rows]
        carried = int((self.scores.matrix.status[: len(used)][:, rows] == Status.CARRIED).sum())
        notes = []
        if used.any() and (evidence[used] == 3).all():  # noqa: PLR2004  # EvidenceClass.UNGRADED
            notes.append(Note("Evidence", "no value is graded, so confidence is Low and intervals are wide"))
        if carried:
            notes.append(
                Note("Carried", f"{carried} of {int(used.sum())} values are carried from earlier periods")
            )
        return notes

    def _fitting(self, group: Group, changes: list[Change]) -> Group:
        """Of a large group only rows that need a decision, changed, or stand first or last."""
        if self.every_row or len(group.rows) <= SHOWN_ROWS:
            return group
        changed = {change.name for change in changes}
        ranked = [row for row in group.rows if row.rank]
        ends = {row.unit for row in (*ranked[:1], *ranked[-1:])}
        kept = [row for row in group.rows if row.decision or row.name in changed or row.unit in ends][
            :SHOWN_ROWS
        ]
        levels = Counter(row.level for row in ranked)
        counts = [
            f"{level.short} {levels[at]}" for at, level in enumerate(self.scores.overall_levels) if levels[at]
        ]
        title = f"{group.ranked}   {'  '.join(reversed(counts))}".rstrip()
        return Group(group.title, title, tuple(kept), len(group.rows) - len(kept))

    def _method(self) -> tuple[str, ...]:
        file = self.assessment.intake.workbooks[0].file
        run = f"{self.drawn.draws:,} draws, seed {self.drawn.seed}." if self.drawn else "No uncertainty run."
        chosen = f" -r {self.assessment.intake.chosen}" if self.assessment.intake.chosen else ""
        return (run, f"Every number with its cell: pkassess score {file}{chosen} -f csv -o out/")


class _Holes(dict[str, str]):
    """Fills the holes of an alarm's text with rounded scores and raw values."""

    def __init__(self, builder: _Builder, row: int) -> None:
        super().__init__()
        self.builder, self.row = builder, row

    def __missing__(self, name: str) -> str:
        scores = self.builder.scores
        if name in scores.nodes and not np.isnan(scores.nodes[name].score[self.row]):
            node = scores.nodes[name]
            return score_text(float(node.score[self.row]), node.branch.levels, whole=self.builder.whole)
        if name in scores.matrix.measures:
            value = scores.matrix.value[scores.matrix.measures.index(name), self.row]
            return "unknown" if np.isnan(value) else raw_text(float(value), "")
        return "unknown"


def _rank_bands(ranks: np.ndarray, pool: Pool) -> list[tuple[int, int]]:
    """First and last place of each band of two or more: each member is told apart from none of the others.

    In point order a partnership joins the band above when it is told apart from no member of it, else it opens a
    new one.
    """
    if pool.above is None:
        return []
    bands: list[list[int]] = []
    for at in np.argsort(ranks, kind="stable").tolist():
        joins = bands and all(1 - TOLD_APART < pool.above[member, at] < TOLD_APART for member in bands[-1])
        if joins:
            bands[-1].append(at)
        else:
            bands.append([at])
    places = {at: place for place, at in enumerate(np.argsort(ranks, kind="stable").tolist(), start=1)}
    return [(places[band[0]], places[band[-1]]) for band in bands if len(band) > 1]


def _word(number: int) -> str:
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else str(number)
