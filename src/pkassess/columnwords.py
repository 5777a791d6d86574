"""What columns can be for, and what those that are no part of a rubric are called."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from pkassess.texts import fold

SISTER_PARTS = (
    *("grade", "source", "source_type", "n", "design_effect", "numerator", "denominator", "mission", "host"),
    *("lower", "upper", "standard_error", "flag"),
)
STATISTICS = {
    "sample": ("n", "n_sample"),
    "design_effect": ("design_effect", "design_effect"),
    "lower": ("lower", "lower"),
    "upper": ("upper", "upper"),
    "standard_error": ("standard_error", "standard_error"),
}
"""What intervals are computed from: the sister column of the wide layout, and the column of the long one."""
LONG_FIELDS = (
    *("indicator", "value", "numerator", "denominator", "unit", "source_type", "source_ref", "source_grade"),
    *("info_grade", "observed_on", "assessor_code", "assessor_side", "n_sample", "design_effect", "marking"),
    *("public_note", "internal_note", "lower", "upper", "standard_error", "flag", "report_received", "item"),
)
FIELD_WORDS = {
    "report_received": ("rapport reçu", "informe recibido", "report received"),
    "indicator": (
        *("indicator id", "indicator code", "indicator name", "indicateur", "code de l'indicateur"),
        *("nom de l'indicateur", "indicador", "código del indicador", "nombre del indicador", "المؤشر"),
    ),
    "item": ("checklist item", "élément", "point", "elemento", "punto", "البند"),
    "value": (
        *(
            "valeur",
            "valor",
            "القيمة",
            "actual",
            "actual value",
            "observed value",
            "réalisé",
            "valeur réalisée",
        ),
        *("realizado", "valor observado", "valeur observée"),
    ),
    "numerator": ("numérateur", "numerador", "البسط"),
    "denominator": ("dénominateur", "denominador", "المقام"),
    "unit": (
        *("unité", "unidad", "الوحدة", "units", "unit of measure", "measurement unit", "unité de mesure"),
        *("unidad de medida", "وحدة القياس"),
    ),
    "observed_on": ("date d'observation", "fecha de observación", "date of observation"),
    "source_type": ("type de source", "tipo de fuente", "type of source"),
    "source_ref": ("source", "reference", "référence", "fuente", "referencia", "المصدر"),
    "source_grade": ("grade", "evidence grade", "cote", "grado", "الدرجة"),
    "n_sample": ("sample size", "taille de l'échantillon", "tamaño de la muestra"),
    "fact": ("fait", "hecho", "الواقعة"),
    "date": (
        "fecha",
        "التاريخ",
        "échéance",
        "date d'échéance",
        "due date",
        "fecha límite",
        "fecha de vencimiento",
    ),
    "owner": ("responsable", "المسؤول"),
    "dimension": ("dimensión", "البعد"),
    "reason": ("motif", "raison", "razón", "motivo", "السبب"),
    "baseline": ("référence", "situation de référence", "période de référence", "línea de base", "خط الأساس"),
}
"""What columns of long tables and side sheets are called besides their names."""
FACT_FIELDS = ("fact", "value", "date", "source_ref", "owner")

BREAK_FIELDS = ("indicator", "dimension", "reason")
TARGET_FIELDS = ("indicator", "dimension", "value", "date", "baseline")

SISTER_WORDS = {
    "grade": {"en": "grade", "fr": "cote", "es": "grado"},
    "source": {"en": "source", "fr": "source", "es": "fuente"},
    "source_type": {"en": "type of source", "fr": "type de source", "es": "tipo de fuente"},
    "n": {"en": "sample size", "fr": "taille de l'échantillon", "es": "tamaño de la muestra"},
    "design_effect": {"en": "design effect", "fr": "effet de plan", "es": "efecto de diseño"},
    "numerator": {"en": "numerator", "fr": "numérateur", "es": "numerador"},
    "denominator": {"en": "denominator", "fr": "dénominateur", "es": "denominador"},
    "mission": {"en": "as the mission reads it", "fr": "selon la mission", "es": "según la misión"},
    "host": {"en": "as the host reads it", "fr": "selon l'hôte", "es": "según el anfitrión"},
    "lower": {"en": "lower bound", "fr": "borne inférieure", "es": "límite inferior"},
    "upper": {"en": "upper bound", "fr": "borne supérieure", "es": "límite superior"},
    "standard_error": {"en": "standard error", "fr": "erreur type", "es": "error estándar"},
    "flag": {"en": "holds in full", "fr": "vrai en entier", "es": "se cumple del todo"},
}
"""What sister columns are called where columns have labels: ``Posts filled: numerator``."""
SIDE_WORDS = {
    side: frozenset(map(fold, words))
    for side, words in {
        "mission": ("mission", "UN mission", "misión"),
        "host": ("host", "host government", "authority", "hôte", "autorité", "autoridad"),
    }.items()
}
"""What the column ``assessor_side`` may say, folded."""
CONTEXT_WORDS = {
    "country": {"en": "Country", "fr": "Pays"},
    "authority_level": {"en": "Authority level", "fr": "Niveau de l'autorité"},
    "place_code": {"en": "Place code", "fr": "Code du lieu"},
    "peer_group": {"en": "Peer group", "fr": "Groupe de comparaison"},
    "phase": {"en": "Phase", "fr": "Phase"},
    "population": {"en": "Population", "fr": "Population"},
    "right_of_reply": {"en": "Right of reply", "fr": "Droit de réponse"},
}
"""What context columns are called where columns have labels."""
CONTEXT_ALSO = {
    "country": ("país", "البلد", "الدولة"),
    "authority_level": (
        *(
            "level of authority",
            "administrative level",
            "admin level",
            "niveau d'autorité",
            "niveau administratif",
        ),
        *("niveau de la collectivité", "nivel de autoridad", "nivel de la autoridad", "nivel administrativo"),
        *("مستوى السلطة", "المستوى الإداري"),
    ),
    "place_code": (
        *(
            "p-code",
            "code of the place",
            "code de lieu",
            "code lieu",
            "code géographique",
            "code du territoire",
        ),
        *("código del lugar", "código de lugar", "código geográfico", "رمز المكان", "رمز الموقع"),
    ),
    "parent": ("parent authority", "autorité supérieure", "autoridad superior", "السلطة الأعلى"),
    "neighbours": ("neighbors", "voisins", "autorités voisines", "vecinos", "الجيران"),
    "peer_group": (
        *("group of peers", "groupe de pairs", "grupo de comparación", "grupo de pares", "مجموعة المقارنة"),
        "مجموعة النظراء",
    ),
    "phase": ("mission phase", "phase de la mission", "fase", "fase de la misión", "المرحلة", "مرحلة البعثة"),
    "population": ("población", "nombre d'habitants", "عدد السكان", "السكان"),
    "mission_start": ("start of mission", "début de la mission", "inicio de la misión", "بداية البعثة"),
    "drawdown_start": (
        *("start of drawdown", "début du retrait", "inicio de la retirada", "inicio de la reducción"),
        "بداية الانسحاب",
    ),
    "mission_end": ("end of mission", "fin de la mission", "fin de la misión", "نهاية البعثة"),
    "right_of_reply": ("derecho de réplica", "derecho de respuesta", "حق الرد"),
}
"""What context columns are called besides, where no measure of the rubric has that name."""
TEMPLATE_ROWS = frozenset(
    map(
        fold,
        ("initial weight -->", "weight", "direction -->", "direction", "group -->", "indicator name -->"),
    )
)
"""How the rows begin that templates of the COIN kind have above their codes, folded."""
TEMPLATE_NAMES = "indicatorname"
"""How the one of them begins that names the indicators, folded."""
EXAMPLE_MARK = "[example]"
"""A row whose first key begins with this shows how a template is filled in; it is never read."""
PERIOD_PARTS = {
    "month": ("month", "mois", "mes", "شهر", "reporting month", "mois de référence"),
    "quarter": ("quarter", "qtr", "trim", "trimestre", "الربع", "reporting quarter"),
    "half": ("half", "half-year", "semester", "semestre"),
}
"""What columns are called that say which part of a year a row is about, the finest first."""
PART_OF_YEAR = {fold(word): part for part, words in PERIOD_PARTS.items() for word in words}


class Role(Enum):
    """What a column is for."""

    KEY = "key"
    PERIOD = "period"
    CONTEXT = "context"
    VALUE = "value"
    SISTER = "sister"
    ITEM = "item"
    FIELD = "field"
    SERIES = "series"
    PERSONAL = "personal"
    STRANGE_ITEM = "strange item"
    """A point of a checklist that the rubric does not have; the part is its text."""
    DOUBLED = "doubled"
    """Another column means the same, and neither is used."""
    KIND = "kind of value"
    """Says of each row whether it holds an observed value or, say, a target."""
    OTHER_UNIT = "other unit"
    """What stands at its name says that it is counted in another unit than the indicator."""
    LEFT_OUT = "left out"
    """The column map says that it is not to be used."""
    OTHER_VALUE = "other value"
    """What was aimed at, planned or found before, as the title above says, which is the part."""
    AT_ODDS = "at odds"
    """Its header means one value, the hashtag under it another, which is its part."""
    UNKNOWN = "unknown"


MEASURED = (Role.VALUE, Role.SISTER, Role.ITEM)
"""The roles of columns of one indicator each."""
DATA_ROLES = (*MEASURED, Role.FIELD)
"""The roles of columns that say something of a value."""
UNUSED = (
    Role.UNKNOWN,
    Role.KIND,
    Role.OTHER_UNIT,
    Role.STRANGE_ITEM,
    Role.DOUBLED,
    Role.LEFT_OUT,
    Role.OTHER_VALUE,
    Role.AT_ODDS,
)
"""The roles of columns whose cells are not looked at."""


class ColumnName(NamedTuple):
    """The meaning of one column: its role, what it belongs to, and which part of that it is.

    A column of the role SERIES holds one period of the measure ``name`` ('' where each row names its own).
    """

    role: Role
    name: str
    part: str = ""

    @property
    def title(self) -> str:
        """The meaning as it would stand in a header of the wide layout."""
        mark = "." if self.role is Role.ITEM else "__" if self.part else ""
        return f"{self.name}{mark}{self.part}"


REPORTED = ColumnName(Role.FIELD, "report_received")
"""Whether the unit that counts reported at all, without which a zero says nothing."""


def is_example(cell: object) -> bool:
    """Whether a cell marks its row as the example row of a template."""
    return isinstance(cell, str) and cell.lstrip()[: len(EXAMPLE_MARK)].casefold() == EXAMPLE_MARK


def field_names(fields: Sequence[str]) -> dict[str, ColumnName]:
    """Column names that are no part of a rubric, folded."""
    return {
        fold(word): ColumnName(Role.FIELD, name)
        for name in fields
        for word in (name, *FIELD_WORDS.get(name, ()))
    }
