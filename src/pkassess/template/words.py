"""What templates say in words of their own, in the languages that forms can be made in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pkassess.texts import PLAIN, Text, say

LANGUAGE_NAMES = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic", "pt": "Portuguese"}
"""Names that survey tools know languages by."""

WHO = {"en": "Partnership and period", "fr": "Partenariat et période"}
PERIOD_HINT = {
    "en": "A year, quarter, half or month: 2025, 2025-Q2, 2025-H1, 2025-06.",
    "fr": "Une année, un trimestre, un semestre ou un mois : 2025, 2025-Q2, 2025-H1, 2025-06.",
}
CONTEXT_HINTS: dict[str, Text] = {
    "country": {"en": "The host country.", "fr": "Le pays hôte."},
    "authority_level": {
        "en": "National, or the level of administration below it. National indicators score national partners only.",
        "fr": "National, ou le niveau d'administration. Les indicateurs nationaux ne notent que le niveau national.",
    },
    "place_code": {
        "en": "Code of the place. It tells that two spellings are one place.",
        "fr": "Code du lieu. Il permet de reconnaître deux graphies d'un même lieu.",
    },
    "peer_group": {
        "en": "With whom it is ranked. Left blank: those of the same authority level.",
        "fr": "Avec qui le classement se fait. À défaut : le même niveau d'autorité.",
    },
    "phase": {
        "en": "Phase of the mission in this period.",
        "fr": "Phase de la mission pendant cette période.",
    },
    "population": {"en": "Number of residents.", "fr": "Nombre d'habitants."},
    "parent": {"en": "The authority that this one belongs to."},
    "neighbours": {"en": "Authorities next to this one, separated by semicolons."},
    "mission_start": {"en": "First day of the mission, such as 2011-07-09."},
    "drawdown_start": {"en": "First day of its drawdown."},
    "mission_end": {"en": "Its last day."},
    "right_of_reply": {"en": "What the authority answers to the assessment, with office and date."},
}
LEVEL_LABELS: dict[str, Text] = {
    "national": {"en": "national", "fr": "national"},
    "adm1": {"en": "adm1 - region, state or province", "fr": "adm1 - région, état ou province"},
    "adm2": {"en": "adm2 - district or county", "fr": "adm2 - district ou comté"},
}
PHASE_LABELS: dict[str, Text] = {
    "pre_mission": {"en": "pre_mission - before the mission", "fr": "pre_mission - avant la mission"},
    "deployment": {"en": "deployment - while it is there", "fr": "deployment - pendant sa présence"},
    "drawdown": {"en": "drawdown - while it leaves", "fr": "drawdown - pendant son retrait"},
    "post_exit": {"en": "post_exit - after it left", "fr": "post_exit - après son départ"},
}
ANSWER_LABELS: dict[str, Text] = {
    "yes": {"en": "Yes", "fr": "Oui"},
    "partial": {"en": "Partly", "fr": "En partie"},
    "no": {"en": "No", "fr": "Non"},
    "not_applicable": {"en": "Not applicable", "fr": "Sans objet"},
}
PART_HINTS: dict[str, Text] = {
    "grade": {
        "en": "Source A (reliable) to E, F not known; then information 1 (confirmed) to 5, 6 not known. Such as B2.",
        "fr": "Source A (fiable) à E, F inconnue ; puis information 1 (confirmée) à 5, 6 inconnue. Par exemple B2.",
    },
    "source": {
        "en": "Document, register or person behind the value.",
        "fr": "Document, registre ou personne.",
    },
    "source_type": {"en": "What kind of source it is.", "fr": "De quel type de source il s'agit."},
    "n": {"en": "Number of people who answered.", "fr": "Nombre de personnes qui ont répondu."},
    "design_effect": {"en": "Design effect of the survey; 1 for a simple sample."},
    "numerator": {"en": "The count above the line.", "fr": "Le nombre au-dessus de la barre."},
    "denominator": {
        "en": "The count below the line; above zero.",
        "fr": "Le nombre sous la barre ; supérieur à zéro.",
    },
    "mission": {"en": "The mission's own reading.", "fr": "La valeur selon la mission."},
    "host": {"en": "The host's own reading.", "fr": "La valeur selon l'hôte."},
    "lower": {"en": "Lower bound that the source publishes."},
    "upper": {"en": "Upper bound that the source publishes."},
    "standard_error": {"en": "Standard error that the source publishes."},
    "flag": {
        "en": "1 if the step holds in full, 0 if in part.",
        "fr": "1 si l'échelon vaut en entier, 0 en partie.",
    },
}
RATE_HINT = {
    "en": "Only where the two counts are not known.",
    "fr": "Seulement si les deux nombres ne sont pas connus.",
}
NATIONAL_HINT = {"en": "National partnerships only.", "fr": "Partenariats nationaux seulement."}
_NUMBER: dict[str, str] = {"en": "A number", "fr": "Un nombre"}
_WHOLE: dict[str, str] = {"en": "A whole number", "fr": "Un nombre entier"}
_LIMITS: dict[str, Text] = {
    "both": {"en": " from {low} to {high}.", "fr": " de {low} à {high}."},
    "above": {"en": " above {low}.", "fr": " supérieur à {low}."},
    "low": {"en": ", {low} or more.", "fr": ", {low} ou plus."},
    "high": {"en": ", {high} or less.", "fr": ", {high} ou moins."},
    "none": {"en": ".", "fr": "."},
}
_STEPS: dict[str, str] = {"en": ", in steps of {step}.", "fr": ", par pas de {step}."}
PART_OF_WHOLE = {
    "en": "Above zero, and no less than the numerator.",
    "fr": "Supérieur à zéro, et au moins égal au numérateur.",
}
PERIOD_MESSAGE = {
    "en": "Write a period such as 2025, 2025-Q2 or 2025-06.",
    "fr": "Par exemple 2025, 2025-Q2 ou 2025-06.",
}
GRADE_MESSAGE = {
    "en": "A letter from A to F and a digit from 1 to 6.",
    "fr": "Une lettre de A à F et un chiffre de 1 à 6.",
}


def digits(number: float) -> str:
    """A number with all its digits and no exponent, as formulas of forms take it."""
    return f"{_exact(number):f}"


def _exact(number: float) -> Decimal:
    return Decimal(repr(float(number))).normalize()


def limits_in_words(
    low: float | None, high: float | None, *, whole: bool = False, above: bool = False, step: float = 0.0
) -> Text:
    """What numbers may be written, as a sentence in each language; ``above`` leaves out the lower limit itself.

    ``step`` is how far apart they lie, 0 where any will do.
    """
    kind = "none" if low is None else "above" if above else "low"
    if high is not None:
        kind = "high" if low is None else "both"
    ends = {"low": f"{_exact(low or 0):,f}", "high": f"{_exact(high or 0):,f}"}
    number = _WHOLE if whole else _NUMBER
    said = {language: number[language] + text.format(**ends) for language, text in _LIMITS[kind].items()}
    if not step or (whole and step == 1):
        return said
    steps = {language: text.format(step=f"{_exact(step):f}") for language, text in _STEPS.items()}
    return {language: text.removesuffix(".") + steps[language] for language, text in said.items()}


def joined(*texts: Mapping[str, str], mark: str = " ") -> Text:
    """Texts one after the other, in each language that any of them has."""
    given = [text for text in texts if text]
    languages = dict.fromkeys(language for text in given for language in text)
    if len(languages) > 1:
        languages.pop(PLAIN, None)
    return {
        language: mark.join(filter(None, (say(text, language) for text in given))) for language in languages
    }
