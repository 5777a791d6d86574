"""An independent reader of printed derivations: every line done again from its printed numbers."""

from __future__ import annotations

import math
import re
import statistics
from decimal import ROUND_HALF_UP, Decimal

import pytest

STEP = re.compile(r"^(?P<name>[\w.]+)(?: = (?P<expression>.+?))? = (?P<value>-?[\d.e+-]+)(?:   \(.*\))?$")
FUNCTIONS = {
    "min": min,
    "max": max,
    "median": lambda *values: statistics.median(values),
    "exp": math.exp,
    "log": math.log,
    "round": lambda value, decimals: float(
        Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    ),
}


def redo(text: str) -> dict[str, float]:
    """Do a printed derivation again: every expression from the printed numbers and the names before it."""
    known: dict[str, float] = {}
    for line in filter(None, text.split("\n\n")[1].splitlines()):
        step = STEP.match(line)
        assert step, line
        value = float(step["value"])
        if step["expression"]:
            named = re.sub(
                r"[A-Za-z_][\w.]*",
                lambda name: repr(known[name[0]]) if name[0] in known else name[0],
                step["expression"],
            )
            assert eval(named, {"__builtins__": {}}, FUNCTIONS) == pytest.approx(
                value, rel=1e-12, abs=1e-9
            ), line
        known[step["name"]] = value
    return known
