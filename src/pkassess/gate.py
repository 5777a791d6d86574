"""Checks that scripts ask for: whether a condition holds for any partnership shown."""

from __future__ import annotations

import numpy as np

from pkassess.codes import Code
from pkassess.conditions import TRUE, UNKNOWN, Condition
from pkassess.findings import Findings
from pkassess.ranking import Comparison
from pkassess.scope import ScoreScope


def failed(comparison: Comparison, condition: Condition, findings: Findings) -> bool:
    """Whether the condition holds for any row shown.

    An unknown value does not make it hold; where it leaves the answer open, that is a warning. Raises
    ConditionError for a name that does not exist.
    """
    truth = condition.evaluate(ScoreScope(comparison.scores))[comparison.rows]
    for row in comparison.rows[truth == UNKNOWN].tolist():
        unit = comparison.scores.matrix.units[row]
        file = comparison.scores.matrix.files[row]
        findings.add(Code.CHECK_UNKNOWN, file=file, found=unit.title, expected=f"'{condition.text}'")
    return bool(np.any(truth == TRUE))
