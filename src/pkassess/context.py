"""What is known of each partnership besides its values: context from the sheet ``partnerships``, level, phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.contextwords import read_level, read_phase
from pkassess.findings import MOST_PLACES, shown

if TYPE_CHECKING:
    from pkassess.layouts.rows import Intake


def fill_context(intake: Intake, context: dict[tuple[str, ...], dict[str, str]]) -> None:
    """Context from the sheet ``partnerships`` where a row gives none, and the level of authority.

    The sheet may list partnerships that have no data here; one whose name is nearly that of another is reported.
    """
    collector = intake.collector
    names = {" / ".join(unit.keys): unit.keys for unit in collector.units}
    known = set(names.values())
    for keys in (keys for keys in context if keys not in known):
        text, spot = " / ".join(keys), intake.names.spot(keys)
        suggestion = intake.findings.suggest(text, names)
        if spot is not None and suggestion:
            intake.findings.add(Code.ABOUT_NOBODY, **spot.facts(), value=text, suggestion=suggestion)
    for number, unit in enumerate(collector.units):
        for name, text in context.get(unit.keys, {}).items():
            collector.context.setdefault(name, {}).setdefault(number, text)
    if "authority" in intake.rubric.keys:
        _fill_levels(intake)
    _clean_phases(intake)


def _clean_phases(intake: Intake) -> None:
    """Phases by their codes; a word that is none counts as not known."""
    phases = intake.collector.context.get("phase", {})
    phases.update({number: read_phase(given) or "" for number, given in phases.items()})


def _fill_levels(intake: Intake) -> None:
    collector = intake.collector
    levels = collector.context.setdefault("authority_level", {})
    assumed: dict[tuple[str, ...], None] = {}
    for number, unit in enumerate(collector.units):
        given = levels.get(number, "")
        if not given:
            assumed[unit.keys] = None
        levels[number] = read_level(given) or "national"
    if assumed:
        named = [shown(" / ".join(keys)) for keys in [*assumed][:MOST_PLACES]]
        more = " and more" if len(assumed) > MOST_PLACES else ""
        intake.findings.add(
            Code.LEVEL_ASSUMED,
            file=collector.unit_files[0],
            column="authority_level",
            count=len(assumed),
            found=", ".join(named) + more,
        )
