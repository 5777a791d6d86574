"""Page one: what is said, in which order, and why; typed values without a medium."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from pkassess.changes import Changes
from pkassess.conditions import parse
from pkassess.diagnosis import CANDIDATE, ONE_PLACE, Hypothesis, hypotheses, practices, restructuring
from pkassess.directions import Directions
from pkassess.figures import counted, inline, listed, percent_text, raw_text, score_text
from pkassess.matrix import Status
from pkassess.overall import allowed_levels
from pkassess.page import GROUP_WORDS, Group, Handover, Note, Report, Row, Score
from pkassess.ranknotes import bands_in_words, standings
from pkassess.ratings import disputed_rows, ratings_text, sides_of
from pkassess.readiness import Gate, Verdict, gates
from pkassess.scope import ScoreScope
from pkassess.scoring import NO_LEVEL, Publication
from pkassess.tables.shown import confidence_words, interval, level_ranges
from pkassess.texts import say
from pkassess.trendclass import UNTOLD, Class
from pkassess.values import EvidenceClass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pkassess.assess import Assessment
    from pkassess.periods import Period
    from pkassess.ratings import Sides
    from pkassess.rubric import OverallRule
    from pkassess.scoring import NodeScores

LANGUAGE = "en"
NAMED_AT_MOST = 4
SHOWN_PRACTICES = 3
POSSIBLE_SHARE = 0.20
SHOWN_ROWS = 20
NOTABLE_GAP = 10.0
"""Score points from which the readings of the two sides are told apart on page one."""
LOW_LEVELS = 2
"""The levels, counted from the lowest, that need a decision."""
CONFIDENCE_ORDER = ("", "Low", "Moderate", "High")
VERDICT_WORDS = {
    Verdict.READY: "ready",
    Verdict.WITH_CONDITIONS: "with conditions",
    Verdict.NOT_YET: "not yet",
    Verdict.CANNOT_SAY: "cannot say",
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
        self.rows = self.comparison.rows
        self.names = self._names()
        self.periods = Counter(self.units[row].period for row in self.rows.tolist())
        self.main_period: Period = self.periods.most_common(1)[0][0]
        nodes = [self.scores.nodes[name] for name in self.rubric.dimensions]
        self.dimensions = sorted(nodes, key=lambda node: not node.branch.positive)
        self.members = self._members()
        self.order = [row for members in self.members.values() for row in members]
        self.ranks = self.comparison.counted(self.comparison.rank)
        self.tied = self._tied()
        self.items = {**self.rubric.indicators, **self.rubric.diagnostic_items}
        self.disputed = disputed_rows(self.scores.matrix, self.items)
        self.directions = Directions(self.comparison, self.dimensions)
        self.needy = self._needy()
        self.confidence = self._least_confidence()

    def build(self) -> Report:
        told = Changes(self.comparison, self.dimensions)
        changed = told.changed(self.order)
        shown = changed if self.every_row else changed[:SHOWN_ROWS]
        index = self.scores.index
        return Report(
            marking=self.assessment.inputs.marking,
            title=self._title(),
            rubric=f"{self.rubric.id} {self.rubric.version}",
            finding=self._finding(),
            confidence=self._confidence(),
            groups=tuple(self._groups(set(changed))),
            changed_since=told.since,
            unchanged=told.unchanged(),
            changes=tuple(told.change(row, self._name(row)) for row in shown),
            alarms=tuple(self._alarms()),
            unknown=tuple(self._unknown()),
            method=self._method(),
            both_sides=tuple(self._both_sides()),
            disputes=tuple(self._disputes()),
            standings=tuple(standings(self.comparison, self._name)) if self.every_row else (),
            handover=self._handover(),
            examine=tuple(self._examine()) if self.every_row else (),
            practices=tuple(self._practices()),
            restructuring=tuple(self._restructuring()),
            dimensions=tuple(self.dimensions),
            periods=self.rubric.period is not None and not self.comparison.all_periods,
            shorts=tuple(self._short(node) for node in self.dimensions),
            more_changes=len(changed) - len(shown),
            score_range=(self.rubric.frame.low, self.rubric.frame.high),
            index_levels=index.branch.levels if index else (),
            overall_levels=tuple(self.scores.overall_levels),
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
        missions = sorted({self.units[row].keys[0] for row in self.rows.tolist()})
        periods = sorted(period for period in self.periods if period.label)
        when = periods[0].label if len(periods) == 1 else ""
        if len(periods) > 1:
            what = "" if self.comparison.all_periods else "latest of each, "
            when = f"{what}{periods[0].label} to {periods[-1].label}"
        parts = [counted(len(self.rows), "row" if self.comparison.all_periods else "partnership"), when]
        if len(self.rubric.keys) > 1 and len(missions) <= 3:  # noqa: PLR2004  # more would not fit the line
            parts.insert(0, listed(missions))
        return " · ".join(part for part in parts if part)

    # --- rows -------------------------------------------------------------------------------------------------

    def _members(self) -> dict[str, list[int]]:
        """The rows of every peer group by name, the best first."""
        members: dict[str, list[int]] = {}
        for row in self.rows.tolist():
            members.setdefault(str(self.comparison.peer_group[row]), []).append(row)
        return {name: sorted(members[name], key=self._place) for name in sorted(members)}

    def _tied(self) -> set[int]:
        """Rows that share their rank."""
        tied: set[int] = set()
        for pool in self.comparison.pools:
            ranks = self.comparison.rank[pool]
            _, place, count = np.unique(ranks, return_inverse=True, return_counts=True)
            tied.update(pool[(count[place] > 1) & (ranks > 0)].tolist())
        return tied

    def _needy(self) -> set[int]:
        """Rows that need a decision: a cap or veto binds, one of the two lowest levels, an alarm, or a worsening."""
        rows, overall = self.rows, self.rubric.overall
        need = self.scores.alarms[:, rows].any(axis=0)
        if overall:
            level, rule = self.scores.overall_level[rows], self.scores.overall_rule[rows]
            caps = np.array([one.at_most is not None for one in overall.rules])
            low = (level < LOW_LEVELS) & (len(self.scores.overall_levels) > LOW_LEVELS + 1)
            need = need | ((level != NO_LEVEL) & (caps[rule] | low))
        return {*rows[need].tolist(), *self.directions.worse}

    def _groups(self, changed: set[int]) -> Iterator[Group]:
        """The peer groups; of a large one only rows that need a decision, changed, or stand first or last."""
        for name, members in self.members.items():
            ranked = [row for row in members if self.comparison.rank[row]]
            title, count = GROUP_WORDS.get(name, name), f"{len(ranked)} of {len(members)} ranked"
            kept, left = members, 0
            if len(members) > SHOWN_ROWS and not self.every_row:
                count = f"{count}   {self._level_counts(ranked)}".rstrip()
                wanted = {*ranked[:1], *ranked[-1:], *(row for row in members if row in changed)}
                wanted |= self.needy.intersection(members)
                first = sorted(wanted, key=lambda row: row not in self.needy)[:SHOWN_ROWS]
                kept, left = [row for row in members if row in set(first)], len(wanted) - len(first)
            yield Group(title, count, tuple(map(self._row, kept)), len(members) - len(kept), left)

    def _level_counts(self, rows: list[int]) -> str:
        count = Counter(self.scores.overall_level[rows].tolist())
        levels = list(enumerate(self.scores.overall_levels))
        return "  ".join(f"{level.short} {count[at]}" for at, level in reversed(levels) if count[at])

    def _place(self, row: int) -> tuple[str, int, int]:
        rank = int(self.comparison.rank[row])
        period = self.units[row].period.label if self.comparison.all_periods else ""
        return period, rank or len(self.units) + 1, row

    def _row(self, row: int) -> Row:
        index = self.scores.index
        published = self.scores.overall_status[row] == Publication.PUBLISHED
        level = int(self.scores.overall_level[row])
        status = ("insufficient", "provisional", "published")[self.scores.overall_status[row]]
        levels = self.scores.overall_levels
        return Row(
            unit=row,
            name=self._name(row),
            rank=self._rank(row),
            overall=levels[level].id if level != NO_LEVEL else "" if published else status,
            level=level,
            index=self._score(index, row) if index and published else Score(None, ""),
            dimensions=tuple(self._score(node, row) for node in self.dimensions),
            coverage=percent_text(min(float(node.coverage[row]) for node in self.dimensions)),
            confidence=CONFIDENCE_ORDER[self.confidence[row]],
            reasons=tuple(self._reasons(row)),
            decision=self._decision(row),
        )

    def _name(self, row: int) -> str:
        """The name of a row; with its period where that is not the one most rows have."""
        period = self.units[row].period
        return self.names[row] if period == self.main_period else f"{self.names[row]} ({period.label})"

    def _rank(self, row: int) -> str:
        rank = int(self.comparison.rank[row])
        if not rank:
            return ""
        tie = "=" if row in self.tied else ""
        if self.drawn is None:
            return f"{self.ranks[row]:g}{tie}"
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
            bounds=tuple(one.from_ for one in levels[1:]),
            trend=self.directions.move(row, node),
        )

    def _least_confidence(self) -> dict[int, int]:
        """The lowest confidence word of any dimension by row, as its place in the order of the words."""
        place = {word: at for at, word in enumerate(CONFIDENCE_ORDER)}
        words = [confidence_words(self.scores, name, self.rows) for name in self.rubric.dimensions]
        least = np.min([[place[word] for word in column] for column in words], axis=0)
        return dict(zip(self.rows.tolist(), least.tolist(), strict=True))

    def _reasons(self, row: int) -> list[str]:
        """Lines under a row: the rule that binds, and a second level that many draws give."""
        lines = []
        index = self.scores.index
        binding = int(self.scores.overall_rule[row])
        overall = self.rubric.overall
        if overall and binding != NO_LEVEL and overall.rules[binding].level_of is None and index:
            alone = index.branch.levels[int(index.level[row])].id
            value = score_text(float(index.score[row]), index.branch.levels, whole=self.whole)
            label = inline(say(index.branch.label, LANGUAGE))
            lines.append(
                f"{self._binding(row)}{self._as_well(row)}; {label} {value} alone would read {alone}"
            )
        elif self.scores.overall_status[row] != Publication.PUBLISHED and self.scores.alarms[:, row].any():
            lines.append(f"{self._alarm_texts(row)[0]}; announced although no overall level is published")
        lines.extend(self._possible(row))
        return lines

    @cached_property
    def _allowed(self) -> list[NDArray[np.int8]]:
        """The highest level that each rule allows, by rule and unit."""
        levels = {name: node.level for name, node in self.scores.nodes.items()}
        return allowed_levels(self.scores, levels, ScoreScope(self.scores))

    def _as_well(self, row: int) -> str:
        """Further rules that hold the overall level as low as the one that is named."""
        level, binding = int(self.scores.overall_level[row]), int(self.scores.overall_rule[row])
        rules = self.rubric.overall.rules if self.rubric.overall else []
        others = [
            inline(say(rule.label, LANGUAGE)) or rule.id
            for place, rule in enumerate(rules)
            if place != binding
            and rule.level_of is None
            and int(np.broadcast_to(self._allowed[place], self.scores.overall_level.shape)[row]) == level
        ]
        return f", {listed(others)} as well" if others else ""

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
            return f"capped by weakest link; {inline(say(node.branch.label, LANGUAGE))} is {level}"
        return self._cap(rule, row, with_figure=True)

    def _cap(self, rule: OverallRule, row: int, *, with_figure: bool) -> str:
        """A cap that speaks of a dimension names it; any other rule goes by its own name."""
        named = [name for step in rule.at_most or [] for _, name in parse(step.when).references()]
        node = next((self.scores.nodes[name] for name in named if name in self.rubric.dimensions), None)
        if node is None or np.isnan(node.score[row]):
            return inline(say(rule.label, LANGUAGE)) or rule.id
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
        own, levels = int(self.scores.overall_level[row]), self.scores.overall_levels
        if shares[own] < 0.5:  # noqa: PLR2004  # less than half of the draws
            largest = np.argsort(-shares, kind="stable")[:2].tolist()
            named = [f"{levels[at].id} in {_of_draws(float(shares[at]))}" for at in largest if shares[at] > 0]
            return [f"not settled: {listed(named)}"]
        shares[own] = 0.0
        second = int(shares.argmax())
        if shares[second] < POSSIBLE_SHARE:
            return []
        return [f"possibly {levels[second].id} ({percent_text(float(shares[second]))} of 100 draws)"]

    def _decision(self, row: int) -> str:
        """Why a partnership needs a decision; '' where it does not."""
        overall, level = self.rubric.overall, int(self.scores.overall_level[row])
        if overall and level != NO_LEVEL:
            rule = overall.rules[int(self.scores.overall_rule[row])]
            if rule.at_most is not None:
                return self._cap(rule, row, with_figure=False)
            if level < LOW_LEVELS and len(self.scores.overall_levels) > LOW_LEVELS + 1:
                good = [
                    node for node in self.dimensions if node.branch.positive and not np.isnan(node.score[row])
                ]
                if not good:
                    return f"overall {self.scores.overall_levels[level].id}"
                weakest = min(good, key=lambda node: float(node.score[row]))
                own = weakest.branch.levels[int(weakest.level[row])].id if weakest.branch.levels else "low"
                return f"{inline(say(weakest.branch.label, LANGUAGE))} {own}"
        ringing = np.flatnonzero(self.scores.alarms[:, row])
        if len(ringing):
            return self.rubric.alarms[ringing[0]].id.replace("_", " ")
        return self.directions.reason(row) if row in self.directions.worse else ""

    # --- sentences --------------------------------------------------------------------------------------------

    def _finding(self) -> str:
        count, levels = len(self.rows), self.scores.overall_level[self.rows]
        if not self.scores.overall_levels:
            label = say(self.rubric.label, LANGUAGE)
            return f"{counted(count, 'partnership')} assessed with the rubric {label}."
        if count == 1:
            return self._finding_of_one(self.order[0])
        if (levels == NO_LEVEL).all():
            alarms = f" {self._need()}" if self.needy else ""
            return f"None of {count} partnerships can be scored overall: too little was reported.{alarms}"
        return f"{self._need()} {self._standing(levels)}"

    def _finding_of_one(self, unit: int) -> str:
        row = self._row(unit)
        if row.level == NO_LEVEL:
            return f"{row.name} cannot be scored overall: too little was reported."
        reason = f", {row.reasons[0].split(';')[0]}" if row.reasons and row.decision else ""
        alone = "One partnership: no ranks and no comparison with others."
        return f"{row.name} reads {row.overall}{reason}. {alone}"

    def _need(self) -> str:
        if not self.needy:
            return "No partnership needs a decision" + (" this period." if self.rubric.period else ".")
        levels = self.scores.overall_level
        # Alarms of what cannot be scored come last; Python keeps the order of the table among equals.
        needy = sorted(
            (row for row in self.order if row in self.needy), key=lambda row: int(levels[row]) % 128
        )
        named = [f"{self._name(row)} ({self._decision(row)})" for row in needy[:NAMED_AT_MOST]]
        more = len(needy) - len(named)
        names = f"{', '.join(named)}, and {more} more below" if more else listed(named)
        verb = "needs" if len(needy) == 1 else "need"
        return f"{_word(len(needy))} of {len(self.rows)} partnerships {verb} a decision: {names}."

    def _standing(self, levels: NDArray[np.int8]) -> str:
        from_level = max(len(self.scores.overall_levels) - 2, 0)
        good, lost = int((levels >= from_level).sum()), int((levels == NO_LEVEL).sum())
        verb = "stands" if good == 1 else "stand"
        first = f"{_word(good)} {verb} at {self.scores.overall_levels[from_level].id} or better"
        return f"{first}; {_word(lost).lower()} cannot be scored overall." if lost else f"{first}."

    def _confidence(self) -> str:
        scored = self.rows[self.scores.overall_level[self.rows] != NO_LEVEL].tolist()
        words = Counter(CONFIDENCE_ORDER[self.confidence[row]] for row in scored)
        known = [word for word in reversed(CONFIDENCE_ORDER) if word and words[word]]
        if not known:
            return ""
        if len(scored) == 1:
            return f"Confidence is {known[0].lower()}."
        if len(known) == 1:
            return f"Confidence is {known[0].lower()} in all {len(scored)} scored."
        parts = [f"{word.lower()} in {words[word]}" for word in known]
        return f"Confidence is {listed(parts)} of the {len(scored)} scored."

    # --- alarms and gaps --------------------------------------------------------------------------------------

    def _alarms(self) -> list[Note]:
        ringing = set(np.flatnonzero(self.scores.alarms.any(axis=0)).tolist())
        texts = {
            row: [*(self._alarm_texts(row) if row in ringing else ()), *self.directions.alarms(row)]
            for row in self.order
        }
        rows = [row for row in self.order if texts[row]]
        shown = rows if self.every_row else rows[:SHOWN_ROWS]
        notes = [Note(self._name(row), text) for row in shown for text in texts[row]]
        more = len(rows) - len(shown)
        return [*notes, Note(f"{more} more", "have alarms: -o report.md lists them")] if more else notes

    def _alarm_texts(self, row: int) -> list[str]:
        """The announcements that hold, each with the cell of the value behind it where there is one."""
        texts = []
        for alarm, rings in zip(self.rubric.alarms, self.scores.alarms[:, row], strict=True):
            if rings:
                cell = self._cell_behind(alarm.when, row)
                text = say(alarm.text, LANGUAGE).format_map(_Holes(self, row)).rstrip(".")
                cell += self._other_ratings(alarm.when, row) if cell else ""
                joined = f"{text.removesuffix(')')}, {cell})" if text.endswith(")") else f"{text} ({cell})"
                texts.append(joined if cell else text)
        return texts

    def _other_ratings(self, condition: str, row: int) -> str:
        """All ratings of the value behind an alarm, where they do not agree."""
        matrix = self.scores.matrix
        named = [name for _, name in parse(condition).references() if name in matrix.measures]
        at = matrix.measures.index(named[0])
        return f"; rated {ratings_text(matrix, at, row)}" if at in self.disputed.get(row, ()) else ""

    def _disputes(self) -> Iterator[Note]:
        """Ratings of one value that differ too much to be called agreed, and what was used."""
        matrix, told = self.scores.matrix, []
        for row in self.order:
            for at in self.disputed.get(row, ()):
                item = self.items[matrix.measures[at]]
                used = raw_text(float(matrix.value[at, row]), item.unit)
                ratings = ratings_text(matrix, at, row)
                told.append(
                    Note(self._name(row), f"{inline(say(item.label, LANGUAGE))}: {ratings}; {used} used")
                )
        yield from told if self.every_row else told[:SHOWN_ROWS]
        if len(told) > SHOWN_ROWS and not self.every_row:
            yield Note(f"{len(told) - SHOWN_ROWS} more", "are disputed: -o report.md lists them")

    def _cell_behind(self, condition: str, row: int) -> str:
        """The address of the first value that a condition speaks of, as spreadsheets write it."""
        matrix = self.scores.matrix
        measures = [name for _, name in parse(condition).references() if name in matrix.measures]
        origin = int(matrix.origin[matrix.measures.index(measures[0]), row]) if measures else -1
        if origin < 0:
            return ""
        place, cell = matrix.observations.cell(origin)
        sheet = place.sheet if place.sheet.isalnum() or not place.sheet else f"'{place.sheet}'"
        address = f"{sheet}!{cell}" if sheet else cell
        return address if len(self.assessment.inputs.workbooks) == 1 else f"{place.file}, {address}"

    def _handover(self) -> Handover | None:
        """How many partnerships have each verdict; who is ready, and who is left because leaving is imposed."""
        found = {gate.unit: gate for gate in gates(self.comparison, with_evidence=False)}
        if not found:
            return None
        counts = Counter(gate.verdict for gate in found.values())
        words = {verdict: counts[verdict] for verdict in VERDICT_WORDS}
        told = ", ".join(f"{VERDICT_WORDS[verdict]} {count}" for verdict, count in words.items())
        ready, imposed = [], []
        for row in self.order:
            gate = found[row]
            if gate.verdict in (Verdict.READY, Verdict.WITH_CONDITIONS):
                ready.append(Note(self._name(row), _ready(gate)))
            if gate.imposed_exit == "pass":
                gaps = gate.count("fail")
                stay = f"{_word(gaps)} gap{' would stay' if gaps == 1 else 's would stay'} open"
                unknown = f", {gate.count('unknown')} unknown" if gate.count("unknown") else ""
                imposed.append(Note(self._name(row), f"Imposed exit, which is no readiness. {stay}{unknown}"))
        return Handover(f"{told[:1].lower()}{told[1:]}", tuple(ready), tuple(imposed))

    def _examine(self) -> Iterator[Note]:
        """The hypotheses that the evidence is consistent with."""
        for one in hypotheses(self.comparison):
            if one.fired:
                rule = one.rule
                parts = [
                    f"{rule.id}, consistent with {say(rule.challenge, LANGUAGE)}: {'; '.join(one.evidence)}"
                ]
                parts.append(f"Examine whether this helps: {say(rule.strategy, LANGUAGE)}")
                if rule.against:
                    parts.append(f"Against it would count: {say(rule.against.text, LANGUAGE)}{_counter(one)}")
                yield Note(self._name(one.unit), ". ".join(parts))

    def _practices(self) -> Iterator[Note]:
        """Practices that go with strength, with counts and places; where every row is told, those of one place too."""
        found = [one for one in practices(self.comparison) if one.verdict in (CANDIDATE, ONE_PLACE)]
        if not self.every_row:
            found = [one for one in found if one.verdict == CANDIDATE]
        for one in found if self.every_row else found[:SHOWN_PRACTICES]:
            item = self.rubric.diagnostic_items[one.diagnostic]
            strong, weak = (f"{high} of {known}" for high, known in (one.strong, one.weak))
            places = listed([self.names.get(unit, "") for unit in one.places])
            text = f"strong are good at {inline(say(item.label, LANGUAGE))} ({places}), {weak} weak"
            text += "; one place only, an anecdote" if one.verdict == ONE_PLACE else ""
            yield Note(strong, f"{text}. {GROUP_WORDS.get(one.peer_group, one.peer_group)}")
        if len(found) > SHOWN_PRACTICES and not self.every_row:
            yield Note(f"{len(found) - SHOWN_PRACTICES} more", "practices: -o report.md lists them")

    def _restructuring(self) -> Iterator[Note]:
        """What needs restructuring by rule, and what a rule takes off the list again."""
        found = {one.unit: one for one in restructuring(self.comparison)}
        rows = [row for row in self.order if row in found]
        for row in rows if self.every_row else rows[:SHOWN_ROWS]:
            one = found[row]
            reasons = "; ".join(say(reason.label, LANGUAGE) for reason in one.reasons)
            spared = (
                f"; off the list by {one.spared.id}: {say(one.spared.challenge, LANGUAGE)}"
                if one.spared
                else ""
            )
            yield Note(self._name(row), f"{reasons}{spared}")
        if len(rows) > SHOWN_ROWS and not self.every_row:
            yield Note(f"{len(rows) - SHOWN_ROWS} more", "are listed in -o report.md")

    def _both_sides(self) -> Iterator[Note]:
        """Where mission and host read the same things differently, and how many partnerships they agree on."""
        sides = sides_of(self.scores)
        if sides is None:
            return
        rows = [row for row in self.order if any(sides.indicators[name][row] for name in sides.indicators)]
        told = {row: self._apart(sides, row) for row in rows}
        apart = [row for row in rows if told[row]]
        shown = apart if self.every_row else apart[:SHOWN_ROWS]
        for row in shown:
            yield Note(self._name(row), "; ".join(told[row]))
        if len(apart) > len(shown):
            yield Note(f"{len(apart) - len(shown)} more", "differ as well: -o report.md lists them")
        if len(rows) > len(apart):
            close = f"mission and host are within {NOTABLE_GAP:g} points on what both read"
            yield Note(f"{len(rows) - len(apart)} of {len(rows)}", close)

    def _apart(self, sides: Sides, row: int) -> list[str]:
        """The dimensions of a partnership on which the two sides differ, in words."""
        texts = []
        for node in self.dimensions:
            name = node.branch.id
            mission, host, gap = (
                float(column[name][row]) for column in (sides.mission, sides.host, sides.gap)
            )
            quarrels = int(sides.disputed[name][row])
            if np.isnan(gap) or (abs(gap) < NOTABLE_GAP - 1e-9 and not quarrels):
                continue
            label = inline(say(node.branch.label, LANGUAGE))
            scores = (score_text(value, node.branch.levels, whole=self.whole) for value in (mission, host))
            basis = f"{sides.indicators[name][row]} of {len(self.scores.leaves_of(name))} indicators"
            text = "{} {} as the mission reads it, {} as the host does".format(label, *scores)
            texts.append(f"{text} ({basis}{f', {quarrels} disputed' if quarrels else ''})")
        return texts

    def _unknown(self) -> list[Note]:
        open_rows = [row for row in self.order if self.scores.overall_status[row] != Publication.PUBLISHED]
        shown = open_rows if self.every_row else open_rows[:SHOWN_ROWS]
        notes = [self._gap(row) for row in shown]
        if len(open_rows) > len(shown):
            notes.append(Note(f"{len(open_rows) - len(shown)} more", "are not published overall either"))
        bands = list(bands_in_words(self.comparison))
        notes += [Note("Places", text) for text in bands[:SHOWN_ROWS]]
        notes += self._missing()
        if len(self.periods) > 1 and not self.comparison.all_periods:
            other = len(self.rows) - self.periods[self.main_period]
            text = f"{other} of {len(self.rows)} stand at another period than {self.main_period.label}"
            notes.append(Note("Periods", text))
        return [*notes, *self._ended_trends(), *self._floors(), *self._evidence(), *self._moving()]

    def _ended_trends(self) -> list[Note]:
        """Trends that end before the period shown, because what is observed now can be compared with too little."""
        ended: dict[int, list[str]] = {}
        trends = self.comparison.trends
        for (row, name), trend in trends.found.items() if trends else ():
            units = trend.series.units
            told = row in self.order and trend.kind not in (*UNTOLD, Class.UNCLEAR)
            if units and told and max(units) != row:
                short = self._short(self.scores.nodes[name]).lower()
                ended.setdefault(row, []).append(f"{short} {self.units[max(units)].period.label}")
        if not ended:
            return []
        rows = [row for row in self.order if row in ended]
        named = [f"{self._name(row)} ({listed(ended[row])})" for row in rows[:NAMED_AT_MOST]]
        named += [f"{len(rows) - NAMED_AT_MOST} more"] if len(rows) > NAMED_AT_MOST else []
        return [Note("Trends", f"end before the period shown: {listed(named)}")]

    def _floors(self) -> list[Note]:
        """Indices in which a score counts as the floor, because a zero would wipe out the rest."""
        notes = []
        for name in self.rubric.indices:
            node = self.scores.nodes[name]
            floor = node.branch.settings.floor
            if not floor or not node.branch.branches:
                continue
            inner = np.array([self.scores.nodes[child].score[self.rows] for child, _ in node.branch.branches])
            used = int(((inner < floor).any(axis=0) & ~np.isnan(node.score[self.rows])).sum())
            if used:
                label = say(node.branch.label, LANGUAGE)
                text = f"a score below {floor:g} counts as {floor:g} in {used} of {len(self.rows)}"
                notes.append(Note(label, text))
        return notes

    def _gap(self, row: int) -> Note:
        """Why a partnership has no overall level."""
        few, partly, undefined = [], [], []
        for node in self.dimensions:
            label = inline(say(node.branch.label, LANGUAGE))
            if node.branch.id in self.scores.undefined and self.scores.undefined[node.branch.id][row]:
                undefined.append(label)
                continue
            indicators = self.scores.leaves_of(node.branch.id)
            status = self.scores.matrix.status[indicators, row]
            known = int((~np.isnan(self.scores.indicator[indicators, row])).sum())
            whole = int((status != Status.NOT_APPLICABLE).sum())
            if node.status[row] == Publication.INSUFFICIENT:
                few.append(f"{known} of {whole} {label}")
            elif node.status[row] == Publication.PROVISIONAL:
                span = level_ranges(self.comparison, node.branch.id, np.array([row]))[0].replace("..", " to ")
                cover = f"{label} coverage {percent_text(float(node.coverage[row]))} %"
                partly.append(f"{cover}, {span}" if span else cover)
        parts = [f"Insufficient evidence: {listed(few)} indicators reported"] if few else []
        parts += [f"Provisional: {listed(partly)}"] if partly else []
        parts += [f"Not defined for these scores: {listed(undefined)}"] if undefined else []
        end = "No overall level, no rank" if self.scores.overall_levels else "Not ranked"
        return Note(self._name(row), ". ".join([*parts, end]))

    def _missing(self) -> list[Note]:
        """Indicators that many published partnerships lack; those of all where none is published."""
        published = self.rows[self.scores.overall_status[self.rows] == Publication.PUBLISHED]
        units = published if len(published) else self.rows
        status = self.scores.matrix.status[: len(self.scores.indicator)][:, units]
        lacking = (np.isnan(self.scores.indicator[:, units]) & (status != Status.NOT_APPLICABLE)).sum(axis=1)
        items = list(self.rubric.indicators.values())
        # Key indicators come first where nothing is published: without one of them nothing can be.
        first = [not (items[at].key and not len(published)) for at in range(len(items))]
        order = sorted(range(len(items)), key=lambda at: (first[at], -lacking[at], at))
        worst = [at for at in order if lacking[at] * 3 >= len(units)][:3]
        tail = "; their score rests on the rest" if len(published) else ""
        return [
            Note(f"{lacking[at]} of {len(units)}", f"lack {inline(say(items[at].label, LANGUAGE))}{tail}")
            for at in worst
        ]

    def _evidence(self) -> list[Note]:
        rows = self.comparison.rows
        used = ~np.isnan(self.scores.indicator[:, rows])
        evidence = self.scores.matrix.evidence[: len(used)][:, rows]
        status = self.scores.matrix.status[: len(used)][:, rows]
        carried, imputed = (int((status == kind).sum()) for kind in (Status.CARRIED, Status.IMPUTED))
        notes = []
        if used.any() and (evidence[used] == EvidenceClass.UNGRADED).all():
            notes.append(Note("Evidence", "no value is graded, so confidence is Low and intervals are wide"))
        if carried:
            notes.append(
                Note("Carried", f"{carried} of {int(used.sum())} values are carried from earlier periods")
            )
        if imputed:
            said = (
                "values are imputed: nobody reported them, the rubric fills them in from other partnerships"
            )
            notes.append(Note("Imputed", f"{imputed} of {int(used.sum())} {said}"))
        return notes

    def _moving(self) -> list[Note]:
        """Which scores depend on who else is in the data."""
        moving = list(self.rubric.relative.values())
        if not moving:
            return []
        named = [inline(say(label, LANGUAGE)) for label in moving[:NAMED_AT_MOST]]
        named += [f"{len(moving) - NAMED_AT_MOST} more"] if len(moving) > NAMED_AT_MOST else []
        text = f"the scores of {listed(named)} move when a partnership is added or left out"
        return [Note("Relative", text)]

    def _method(self) -> tuple[str, ...]:
        file = self.assessment.inputs.workbooks[0].file
        run = f"{self.drawn.draws:,} draws, seed {self.drawn.seed}." if self.drawn else "No uncertainty run."
        chosen = f" -r {self.assessment.inputs.chosen}" if self.assessment.inputs.chosen else ""
        first = self.units[self.order[0]].keys[-1]
        return (
            run,
            f"Every number with its cell: pkassess score {file}{chosen} -f csv -o out/",
            f"One row unfolded: pkassess profile {file}{chosen} '{first}'",
        )


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


def _of_draws(share: float) -> str:
    return f"{percent_text(share)} of 100 draws"


def _ready(gate: Gate) -> str:
    """The verdict, how many conditions are met, and which are open."""
    open_ones = [one.condition for one in gate.checked if one.result != "pass"]
    named = listed([f"{one.id} {inline(say(one.label, LANGUAGE))}" for one in open_ones])
    word = "Ready" if gate.verdict is Verdict.READY else "Ready with conditions"
    return f"{word}, {gate.summary}{f'; open: {named}' if named else ''}"


def _counter(one: Hypothesis) -> str:
    """Whether what counts against a hypothesis holds, in brackets."""
    basis = f": {'; '.join(one.against_evidence)}" if one.against_evidence else ""
    words = {"yes": "which holds", "no": "which does not hold", "unknown": "which cannot be tested"}
    return f" ({words[one.against]}{basis})" if one.against else ""


def _word(number: int) -> str:
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else str(number)
