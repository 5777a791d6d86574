"""Where results go: a file, a folder, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from pkassess.assess import Assessment


def write_lines(
    make: Callable[[str, TextIO | None], Iterable[str]],
    output: str | None,
    kind: str | None,
    package: Callable[[str], None] | None = None,
) -> int:
    """Lines made for a format, and for the stream that shows them, to a file or to standard output.

    Where CSV goes into a folder, ``package`` writes all tables there.
    """
    from pkassess.render.files import format_of

    kind = kind or (format_of(output) if output else "table")
    lines = make(kind, None if output else sys.stdout)
    if output:
        from pkassess.render.files import names_folder, write_text

        if package and kind == "csv" and names_folder(output):
            package(output)
        else:
            write_text(output, lines)
    else:
        sys.stdout.writelines(lines)
    return 0


def deliver(assessment: Assessment, output: str | None, format: str) -> None:  # noqa: A002
    """A report to a file or folder, or to standard output."""
    if output:
        assessment.write(output, format)
        return
    if format == "table":
        from pkassess.render.terminal import print_report

        print_report(assessment)
        return
    from pkassess.render import lines

    sys.stdout.writelines(lines(assessment, format))
