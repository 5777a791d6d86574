"""Rounding of scores inside the calculation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TOLERANCE = 1e-9
"""In units of the last decimal kept: what arithmetic on binary numbers may lose of an exact half."""
LAST_DIGITS = 2 * np.finfo(np.float64).eps
MOST = 0.25
"""The most that may be lost, in the same units."""
FINEST = 2.0**50
"""In these units too: from here on a binary number has no decimals left to round."""


def round_half_up(values: Array, decimals: int) -> Array:
    """Values rounded half up, away from zero, as if they were decimal numbers; any shape, NaN stays NaN.

    2.675 with two decimals is 2.68, although the binary number nearest to 2.675 lies below it.
    """
    power = 10.0**decimals
    scaled = np.abs(values) * power
    whole = np.floor(scaled + 0.5 + np.clip(scaled * LAST_DIGITS, TOLERANCE, MOST))
    rounded = np.where(scaled < FINEST, whole / power, np.abs(values))
    return np.copysign(rounded, values) + 0.0  # a -0.0, which would print as "-0", becomes 0.0
