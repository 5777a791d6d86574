"""What columns of context may say: the level of an authority, the phase of a mission."""

from __future__ import annotations

from pkassess.texts import fold

LEVELS = ("national", "adm1", "adm2")
PHASES = ("pre_mission", "deployment", "drawdown", "post_exit")
_LEVEL_WORDS = {
    **{fold(word): "national" for word in ("national", "nationale", "nacional", "وطني", "وطنية")},
    **{f"{word}{level}": f"adm{level}" for word in ("adm", "admin", "adminlevel") for level in (1, 2)},
}
"""What the column ``authority_level`` may say, folded."""


def read_level(text: str) -> str | None:
    """The level of an authority from its word or code; None for a word that is none."""
    return _LEVEL_WORDS.get(fold(_code_of(text)))


def read_phase(text: str) -> str | None:
    """The phase of a mission from its code; None for a word that is none."""
    phase = "_".join(_code_of(text).casefold().replace("-", " ").replace("_", " ").split())
    return phase if phase in PHASES else None


def _code_of(text: str) -> str:
    """The code of an answer that explains it, such as ``adm1 - region or state``."""
    return text.partition(" - ")[0]
