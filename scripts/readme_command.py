"""Prints one of the README's two commands as it is written there: the line in the fence after its marker."""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def command(name: str) -> str:
    """The command that follows ``<!-- command: name -->``. Raises LookupError when the README has none."""
    text = README.read_text(encoding="utf-8")
    match = re.search(rf"<!-- command: {re.escape(name)} -->\s*```sh\n(.+)\n```", text)
    if match is None:
        raise LookupError(f"README.md has no command marked '{name}'")
    return match[1].strip()


if __name__ == "__main__":
    print(command(sys.argv[1]))
