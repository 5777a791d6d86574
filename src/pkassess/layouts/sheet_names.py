"""What sheets beside the data are called, in English, French, Spanish and Arabic; those that cannot be read are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pkassess.codes import Code
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.findings import Findings
    from pkassess.ingest.sheet import Sheet

_NAMES = {
    "about": ("about", "à propos", "acerca de", "حول"),
    "partnerships": (
        *("partnerships", "partnership", "partenariats", "partenariat", "asociaciones", "asociación"),
        *("alianzas", "alianza", "الشراكات", "الشراكة"),
    ),
    "facts": ("facts", "fact", "faits", "fait", "hechos", "hecho", "الوقائع", "الحقائق"),
    "targets": (
        *("targets", "target", "objectifs", "objectif", "cibles", "cible", "objetivos", "objetivo", "metas"),
        *("الأهداف", "المستهدفات"),
    ),
    "breaks": (
        *(
            "breaks",
            "break",
            "series breaks",
            "ruptures",
            "rupture",
            "ruptures de série",
            "rupturas",
            "ruptura",
        ),
        *("rupturas de serie", "الانقطاعات", "انقطاع السلسلة"),
    ),
    "aliases": (
        *(
            "aliases",
            "alias",
            "autres noms",
            "autres graphies",
            "otros nombres",
            "أسماء أخرى",
            "الأسماء البديلة",
        ),
    ),
}
_SIDE_OF = {fold(name): side for side, names in _NAMES.items() for name in names}


def side_of(sheet: Sheet) -> str:
    """Which side sheet a sheet is by its name, in English; '' for none."""
    return _SIDE_OF.get(fold(sheet.name), "")


def report_unread(sheet: Sheet, lacking: str, findings: Findings) -> None:
    """Say that a side sheet lacks columns that it needs, or that it is empty."""
    where = {"file": sheet.file, "sheet": sheet.name}
    if any(cell not in (None, "") for _, block in sheet.blocks() for row in block for cell in row):
        findings.add(Code.SIDE_SHEET_UNREAD, **where, found=side_of(sheet), expected=lacking)
    else:
        findings.add(Code.SHEET_NOT_USED, **where, found="it is empty")
