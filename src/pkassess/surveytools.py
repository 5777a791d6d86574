"""Columns that survey tools put into their exports: KoboToolbox and ODK Central."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pkassess.texts import fold

RUBRIC_FIELD, VERSION_FIELD = "pkassess_rubric", "pkassess_rubric_version"
"""Columns by which the export of a survey form says what its rubric is."""
_KOBO_COLUMNS = frozenset({"_uuid", "_index", "_parent_index", "_submission_time", "__version__"})
_ODK_COLUMNS = frozenset({"SubmissionDate", "KEY", "PARENT_KEY", "SubmitterID", "Status"})

LINKS = {"_parent_index": "_index", "PARENT_KEY": "KEY"}
"""How a repeat names its row in the exports of KoboToolbox and ODK, with what the row is called there."""
SUBMISSIONS = {"_submission__uuid": "_uuid", "_submission__id": "_id"}
"""How a repeat names the whole submission in exports of KoboToolbox, with what that is called in the form's own table."""
REVIEWS = ("_validation_status", "_submission__validation_status", "ReviewState")
"""The columns that say what became of a submission in review."""
REJECTED = frozenset(
    fold(word)
    for word in (
        *("not approved", "validation_status_not_approved", "rejected", "non approuvé", "rejeté"),
        *("no aprobado", "rechazado"),
    )
)
"""What they say, folded, of one that is not to be used."""
ODK_STATUS = "Status"
ENCRYPTED = frozenset(map(fold, ("not decrypted", "missing encrypted form data")))
"""What ODK Central writes in its column Status, folded, of a submission without answers."""
_REPEATED = re.compile(r"\[\d+\]/")
"""How older exports number repeats that stand side by side: ``visits[2]/period``."""
BEHIND_GROUPS = "_group"
"""What a form of this program puts behind the name of a group, with a number if need be, where that name is taken."""

ODK_SEPARATOR = "-"
GROUP_MARKS = ("/", ODK_SEPARATOR, ">", "::", "|", ".", ":", "__", "_")
"""What may stand between groups and questions; spaces around it do not count."""
TOOL_COLUMNS = frozenset(
    (
        *(*_KOBO_COLUMNS, *REVIEWS, "_id", "_notes", "_status", "_submitted_by", "_tags"),
        *("_parent_table_name", "_attachments", "_geolocation", "_xform_id_string", "_duration"),
        *(
            "start",
            "end",
            "today",
            "deviceid",
            "subscriberid",
            "simserial",
            "phonenumber",
            "username",
            "audit",
        ),
        *(*SUBMISSIONS, "_submission__submission_time", "_submission__notes"),
        *("_submission__status", "_submission__submitted_by", "_submission__tags", "_submission___version__"),
        *("formhub/uuid", "uuid", "rootUuid", "instanceID", "instanceName"),
        *(*_ODK_COLUMNS, "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "DeviceID", "Edits"),
        *("FormVersion", "isValidated", RUBRIC_FIELD, VERSION_FIELD),
    )
)
"""Columns that survey tools put beside the answers; they are technical and no part of a rubric."""
_FOLDED = frozenset(map(fold, TOOL_COLUMNS))


def separator_of(texts: Sequence[str]) -> str:
    """What joins groups and questions in the exports of KoboToolbox (/) and ODK Central (-); '' elsewhere."""
    named = set(texts)
    if named & _KOBO_COLUMNS:
        return "/"
    if len(named & _ODK_COLUMNS) > 1:
        return ODK_SEPARATOR
    return "/" if RUBRIC_FIELD in named else ""


def names_nothing(link: str, name: str) -> str:
    """What to say of a repeat whose row is not there; ``name`` is the cell under its column ``link``."""
    return f"its {link} is blank" if not name else f"its {link} {name} names no row, or several"


def is_technical(text: str, separator: str) -> bool:
    """Whether a column of an export was put there by the survey tool, groups in front of its name aside."""
    return fold(text.rpartition(separator)[2]) in _FOLDED


def is_flattened(text: str) -> bool:
    """Whether a column is one of several repeats that an export puts side by side."""
    return _REPEATED.search(text) is not None
