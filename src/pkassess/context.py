"""What is known of each partnership besides its values: context from the sheet ``partnerships``, level, phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkassess.findings import Code
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.layouts.rows import Intake

LEVELS = ("national", "adm1", "adm2")
PHASES = ("pre_mission", "deployment", "drawdown", "post_exit")
_LEVEL_WORDS = {
    **{fold(word): "national" for word in ("national", "nationale", "nacional")},
    **{f"{word}{level}": f"adm{level}" for word in ("adm", "admin") for level in (1, 2)},
}
"""What the column ``authority_level`` may say, folded."""


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
    collector = intake.collector
    phases = collector.context.get("phase", {})
    bad: dict[str, str] = {}
    for number, given in phases.items():
        phase = "_".join(_code_of(given).casefold().replace("-", " ").replace("_", " ").split())
        phases[number] = phase if phase in PHASES else ""
        if phase and phase not in PHASES:
            bad.setdefault(given, collector.unit_files[number])
    for given, file in sorted(bad.items()):
        intake.findings.add(
            Code.BAD_PHASE, file=file, column="phase", value=given, expected=", ".join(PHASES)
        )


def _code_of(text: str) -> str:
    """The code of an answer that explains it, such as ``adm1 - region or state``."""
    return text.partition(" - ")[0]


def _fill_levels(intake: Intake) -> None:
    collector = intake.collector
    levels = collector.context.setdefault("authority_level", {})
    assumed: set[tuple[str, ...]] = set()
    bad: dict[str, str] = {}
    for number, unit in enumerate(collector.units):
        given = levels.get(number, "")
        level = _LEVEL_WORDS.get(fold(_code_of(given)))
        if not given:
            assumed.add(unit.keys)
        elif level is None:
            bad.setdefault(given, collector.unit_files[number])
        levels[number] = level or "national"
    for given, file in sorted(bad.items()):
        intake.findings.add(Code.BAD_LEVEL, file=file, column="authority_level", value=given)
    if assumed:
        intake.findings.add(
            Code.LEVEL_ASSUMED, file=collector.unit_files[0], column="authority_level", count=len(assumed)
        )
