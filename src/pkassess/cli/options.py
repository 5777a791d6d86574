"""The options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Data = Annotated[
    list[str],
    typer.Argument(help="Workbooks (.xlsx, .xls, .xlsb, .ods) or tables (.csv); - is CSV on standard input."),
]
RubricOption = Annotated[
    str | None,
    typer.Option("--rubric", "-r", help="A bundled rubric or a YAML file. Default: what the workbook names."),
]
OutputOption = Annotated[
    str | None, typer.Option("--output", "-o", help="Write here; a folder for csv gets the whole package.")
]
FormatOption = Annotated[
    str | None, typer.Option("--format", "-f", help="table, csv, json or md; follows the ending of -o.")
]
PeriodOption = Annotated[
    str | None,
    typer.Option("--period", help="Assess this period (2025-Q2), or all. Default: each one's latest."),
]
WhereOption = Annotated[
    str | None, typer.Option("--where", help="Only partnerships for which this condition holds.")
]
PeerGroupOption = Annotated[
    str | None, typer.Option("--peer-group", help="Only partnerships of this peer group.")
]
FailOnOption = Annotated[
    list[str] | None, typer.Option("--fail-on", help="Exit 1 when this condition holds for any partnership.")
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Write nothing and exit 1 if any value is rejected.")
]
DrawsOption = Annotated[int, typer.Option("--draws", min=1, help="Draws of the uncertainty run.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of the uncertainty run.")]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="First period of trends. Default: the last ten periods.")
]
NoUncertaintyOption = Annotated[
    bool, typer.Option("--no-uncertainty", help="No uncertainty run: no intervals, no rank ranges.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing about findings.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print every finding, notes too.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="No colour (NO_COLOR does the same).")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")]
DebugOption = Annotated[
    bool, typer.Option("--debug", help="Show where a fault of the program itself happened.")
]
