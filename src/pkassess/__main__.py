"""``python -m pkassess`` and the console script."""

from __future__ import annotations

import sys

from pkassess.interruption import interrupted


def main() -> None:
    """Run the command line, which takes a moment to load: an interruption ends that in one line too."""
    try:
        from pkassess.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(interrupted())


if __name__ == "__main__":
    main()
