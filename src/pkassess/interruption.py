"""How a run ends that is interrupted (Ctrl-C), at whatever moment that happens."""

from __future__ import annotations

import sys

EXIT_INTERRUPTED = 130


def interrupted() -> int:
    """Say so in one line; the exit code."""
    sys.stderr.write("interrupted\n")
    return EXIT_INTERRUPTED
