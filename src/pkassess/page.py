"""The parts of page one as typed values: what is said, without how it was found out and how it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pkassess.scoring import NO_LEVEL

if TYPE_CHECKING:
    from pkassess.rubric import Level
    from pkassess.scoring import NodeScores

GROUP_WORDS = {
    "national": "National authorities",
    "adm1": "First-level authorities (adm1)",
    "adm2": "Second-level authorities (adm2)",
    "": "All partnerships",
}
"""What peer groups that are levels of authority are called."""


class Score(NamedTuple):
    """A score of one node as it is shown. ``value`` None means it is not published; ``word`` stands then.

    ``bounds`` are the lower bounds of its levels from the second on; ``trend`` says what it does over time, such as
    ``rising``, '' where nothing can be said.
    """

    value: float | None
    text: str
    low: float | None = None
    high: float | None = None
    level: int = NO_LEVEL
    short: str = ""
    word: str = ""
    bounds: tuple[float, ...] = ()
    trend: str = ""

    @property
    def levels(self) -> int:
        """How many levels there are."""
        return len(self.bounds) + 1 if self.bounds else 0


class Standings(NamedTuple):
    """How sure the ranks of one peer group are: a sentence, and a row for each partnership, the best first.

    A row has its name, the range of its places, and in what share of draws it is in the top and bottom third and stands
    above the next.
    """

    title: str
    sentence: str
    rows: tuple[tuple[str, ...], ...]


class Row(NamedTuple):
    """One partnership. ``rank`` is '' for none; ``reasons`` are lines that stand under it."""

    unit: int
    name: str
    rank: str
    overall: str
    level: int
    index: Score
    dimensions: tuple[Score, ...]
    coverage: str
    confidence: str
    reasons: tuple[str, ...] = ()
    decision: str = ""


class Group(NamedTuple):
    """A peer group: its title, how many of it are ranked, and its rows, the best first.

    ``hidden`` rows are left out, of which ``hidden_needy`` need a decision or changed.
    """

    title: str
    ranked: str
    rows: tuple[Row, ...]
    hidden: int = 0
    hidden_needy: int = 0


class Change(NamedTuple):
    """What changed in one partnership: up, down or level, the levels, and what moved."""

    direction: int
    name: str
    levels: str
    details: tuple[str, ...]


class Note(NamedTuple):
    """A line of the sections on alarms and on what is not known."""

    subject: str
    text: str


class Handover(NamedTuple):
    """The section on readiness: how many partnerships have each verdict, and those that stand out."""

    counts: str
    ready: tuple[Note, ...]
    imposed: tuple[Note, ...]


class Report(NamedTuple):
    """The whole page in the order in which it is read."""

    marking: str
    title: str
    rubric: str
    finding: str
    confidence: str
    groups: tuple[Group, ...]
    changed_since: str
    unchanged: str
    changes: tuple[Change, ...]
    alarms: tuple[Note, ...]
    unknown: tuple[Note, ...]
    method: tuple[str, ...]
    both_sides: tuple[Note, ...] = ()
    disputes: tuple[Note, ...] = ()
    standings: tuple[Standings, ...] = ()
    handover: Handover | None = None
    examine: tuple[Note, ...] = ()
    practices: tuple[Note, ...] = ()
    restructuring: tuple[Note, ...] = ()
    dimensions: tuple[NodeScores, ...] = ()
    shorts: tuple[str, ...] = ()
    periods: bool = True
    more_changes: int = 0
    score_range: tuple[float, float] = (0.0, 100.0)
    index_levels: tuple[Level, ...] = ()
    overall_levels: tuple[Level, ...] = ()
