"""The command line: arguments in, one call, one rendering, an exit code out."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from pkassess.cli.data import app
from pkassess.cli.rubrics import rubric_app
from pkassess.version import VERSION

__all__ = ["app", "main"]

app.add_typer(rubric_app, name="rubric")


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"pkassess {VERSION}\n")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Scores partnerships between UN missions and host governments from field workbooks."""


def main() -> None:
    """Run the command that was asked for."""
    # Windows consoles may have a legacy encoding; a name that it lacks must not end the run.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="pkassess")
