"""The commands about rubrics."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pkassess.cli.guard import EXIT_CHECK_FAILED, guarded, print_findings
from pkassess.cli.options import (
    DebugOption,
    ForceOption,
    FormatOption,
    NoColorOption,
    OutputOption,
    QuietOption,
    RubricOption,
    VerboseOption,
)
from pkassess.cli.output import write_lines
from pkassess.cli.reading import FROM_OPTIONS, Choices, reading

if TYPE_CHECKING:
    from pkassess.inputs import Inputs

rubric_app = typer.Typer(no_args_is_help=True, help="Look at rubrics and check your own.")


@rubric_app.command("list", epilog="Example: pkassess rubric list")
@guarded
def rubric_list(debug: DebugOption = False) -> int:  # noqa: ARG001
    """List the bundled rubrics."""
    from pkassess.render.rubric_page import list_lines

    sys.stdout.writelines(list_lines())
    return 0


@rubric_app.command("show", epilog="Example: pkassess rubric show partnership")
@guarded
def rubric_show(
    name: Annotated[str, typer.Argument(help="A bundled rubric or a YAML file.")] = "partnership",
    lang: Annotated[str, typer.Option("--lang", help="Language of its texts.")] = "en",
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Print a rubric so that it can be read without the file."""
    from pkassess.library import load
    from pkassess.render.rubric_page import rubric_lines

    sys.stdout.writelines(rubric_lines(load(name), lang))
    return 0


@rubric_app.command(
    "check", epilog="Example: pkassess rubric check partnership --data sample_data/field_demo.xlsx"
)
@guarded
@reading
def rubric_check(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Bundled rubrics or YAML files; with --data one, or what the workbook names."),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option("--data", help="Hold the rubric against this workbook or table; may be given again."),
    ] = None,
    output: OutputOption = None,
    format: FormatOption = None,  # noqa: A002
    choices: Choices = FROM_OPTIONS,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Check rubric files: every problem with its line, and what to write instead. With --data, audit one against data."""
    from pkassess.choices import NO_CHOICES
    from pkassess.findings import UsageError

    if data:
        inputs = _audited_inputs(names or [], data, choices)
        _deliver_audit(inputs, output, format)
        print_findings(inputs.findings, quiet=quiet, verbose=verbose)
        return 0
    if not names:
        raise _wrong("Name a rubric to check.")
    if output or format or choices != NO_CHOICES:
        raise _wrong("-o, -f and how a workbook is read belong to --data.")
    from pkassess.library import check

    findings = [item for name in names for item in check(name)]
    if findings:
        raise UsageError(*findings)
    for name in names:
        sys.stdout.write(f"{name}: no problem found.\n")
    return 0


def _audited_inputs(names: list[str], data: list[str], choices: Choices) -> Inputs:
    from pkassess.inputs import read

    if len(names) > 1:
        raise _wrong(f"{len(names)} rubrics were given; --data takes one.")
    return read(data, names[0] if names else None, choices)


def _deliver_audit(inputs: Inputs, output: str | None, format: str | None) -> None:  # noqa: A002
    from pkassess.audited import audit_inputs
    from pkassess.render.audit_page import audit_lines

    audited = audit_inputs(inputs)
    if output:
        audited.write(output, format)
    else:
        write_lines(lambda kind, stream: audit_lines(audited, kind, stream), None, format)


def _wrong(found: str) -> Exception:
    from pkassess.codes import Code
    from pkassess.findings import UsageError, finding

    return UsageError(finding(Code.WRONG_CHOICE, found=found))


@rubric_app.command("schema", epilog="Example: pkassess rubric schema > rubric.schema.json")
@guarded
def rubric_schema(
    of: Annotated[
        str, typer.Option("--of", help="rubric (for editors), report, sensitivity or audit (of -f json).")
    ] = "rubric",
    rubric: RubricOption = None,
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Print the JSON Schema of rubric files, or of the JSON report under a rubric."""
    from pkassess.render.json_document import dumped
    from pkassess.schemas import schema_of

    sys.stdout.write(dumped(schema_of(of, rubric), indent=2) + "\n")
    return 0


@rubric_app.command("new", epilog='Example: pkassess rubric new -o own.yaml --dimensions "Safety,Services"')
@guarded
def rubric_new(
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write here, such as own.yaml; else it is printed.")
    ] = None,
    rubric_id: Annotated[
        str | None, typer.Option("--id", help="Its short name. Default: the name of the file.")
    ] = None,
    dimensions: Annotated[
        str, typer.Option("--dimensions", help="Names with commas between, or how many.")
    ] = "Safety,Services",
    force: ForceOption = False,
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Write a starter rubric with a remark on every line."""
    from pkassess.rubricfiles import new

    sys.stdout.writelines(new(output, rubric_id, dimensions, replace=force))
    return 0


@rubric_app.command(
    "convert", epilog="Example: pkassess rubric convert rubrics/partnership.yaml -o partnership.xlsx"
)
@guarded
def rubric_convert(
    file: Annotated[
        str,
        typer.Argument(help="A rubric (a YAML file, or a bundled one by its name), or a workbook of one."),
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="Write here: .xlsx for a rubric, .yaml for a workbook."),
    ] = None,
    force: ForceOption = False,
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Turn a rubric into a workbook for Excel, or such a workbook back into a rubric."""
    from pkassess.rubricfiles import convert

    sys.stdout.write(convert(file, output, replace=force))
    return 0


@rubric_app.command("migrate", epilog="Example: pkassess rubric migrate rubrics/partnership.yaml --check")
@guarded
def rubric_migrate(
    file: Annotated[str, typer.Argument(help="A rubric: a YAML file of an older version of the language.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write here and leave the file as it is.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if the file is of an older version.")
    ] = False,
    force: ForceOption = False,
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Bring a rubric of an older version of the language to the newest one, comments kept."""
    from pkassess.rubricfiles import migrate_file

    done = migrate_file(file, output, only_check=check, replace=force)
    sys.stdout.writelines(done.lines)
    return EXIT_CHECK_FAILED if check and done.needed else 0
