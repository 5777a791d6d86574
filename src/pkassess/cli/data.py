"""The commands that read workbooks, and those that help to fill them in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pkassess.cli.guard import EXIT_CHECK_FAILED, guarded, print_findings
from pkassess.cli.options import (
    Data,
    DebugOption,
    DrawsOption,
    FailOnOption,
    FormatOption,
    NoColorOption,
    NoUncertaintyOption,
    OutputOption,
    PeerGroupOption,
    PeriodOption,
    QuietOption,
    RubricOption,
    SeedOption,
    SinceOption,
    StrictOption,
    VerboseOption,
    WhereOption,
)
from pkassess.cli.output import deliver, write_lines
from pkassess.cli.reading import FROM_OPTIONS, Choices, reading

if TYPE_CHECKING:
    from pkassess.assess import Assessment
    from pkassess.inputs import Inputs

app = typer.Typer(
    name="pkassess",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Scores partnerships between UN missions and host governments from field workbooks.",
    epilog="Example: pkassess score sample_data/field_demo.xlsx",
)


@app.command(epilog="Example: pkassess score sample_data/field_demo.xlsx --period 2025-Q2")
@guarded
@reading
def score(
    data: Data,
    rubric: RubricOption = None,
    output: OutputOption = None,
    format: FormatOption = None,  # noqa: A002
    period: PeriodOption = None,
    where: WhereOption = None,
    peer_group: PeerGroupOption = None,
    fail_on: FailOnOption = None,
    draws: DrawsOption = 2000,
    seed: SeedOption = 0,
    since: SinceOption = None,
    no_uncertainty: NoUncertaintyOption = False,
    choices: Choices = FROM_OPTIONS,
    strict: StrictOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001  # used by every command's guard
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Score every partnership and print a comparative report."""
    from pkassess.assess import assess
    from pkassess.inputs import read
    from pkassess.render import check_format
    from pkassess.render.files import format_of

    format = format or (format_of(output) if output else "table")  # noqa: A001
    check_format(format)
    conditions = _conditions(fail_on or [])
    inputs = read(data, rubric, choices)
    if strict and _has_errors(inputs):
        print_findings(inputs.findings, quiet=False, verbose=verbose)
        return EXIT_CHECK_FAILED
    draws = 0 if no_uncertainty else draws
    assessment = assess(
        inputs, period=period, where=where, peer_group=peer_group, draws=draws, seed=seed, since=since
    )
    failed = _failed_checks(assessment, conditions)
    deliver(assessment, output, format)
    print_findings(inputs.findings, quiet=quiet, verbose=verbose)
    return EXIT_CHECK_FAILED if failed else 0


def _has_errors(inputs: Inputs) -> bool:
    from pkassess.codes import Severity

    return bool(inputs.findings.of(Severity.ERROR))


def _conditions(texts: list[str]) -> list[Any]:
    from pkassess.codes import Code
    from pkassess.conditions import ConditionError, parse
    from pkassess.findings import UsageError, finding

    try:
        return [parse(text) for text in texts]
    except ConditionError as error:
        raise UsageError(finding(Code.BAD_CONDITION, place="--fail-on", found=str(error))) from error


def _failed_checks(assessment: Assessment, conditions: list[Any]) -> bool:
    from pkassess.codes import Code
    from pkassess.conditions import ConditionError
    from pkassess.findings import UsageError, finding
    from pkassess.gate import failed

    try:
        # Every condition is looked at, so that each one that cannot be decided is warned about.
        findings = assessment.inputs.findings
        results = [failed(assessment.comparison, condition, findings) for condition in conditions]
        return any(results)
    except ConditionError as error:
        raise UsageError(finding(Code.BAD_CONDITION, place="--fail-on", found=str(error))) from error


@app.command(epilog="Example: pkassess validate sample_data/field_demo.xlsx")
@guarded
@reading
def validate(
    data: Data,
    rubric: RubricOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="Write here; FILE.xlsx is a copy of the workbook with every problem cell marked.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002
        str | None,
        typer.Option("--format", "-f", help="table, csv, json, md or xlsx; follows the ending of -o."),
    ] = None,
    choices: Choices = FROM_OPTIONS,
    strict: StrictOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Say what was read and list every finding, without scoring."""
    from pkassess.inputs import read
    from pkassess.render.files import format_of
    from pkassess.render.ingest_report import validation_lines, write_validation

    inputs = read(data, rubric, choices)
    format = format or (format_of(output) if output else "table")  # noqa: A001
    if strict and output and _has_errors(inputs):
        print_findings(inputs.findings, quiet=False, verbose=False)
        return EXIT_CHECK_FAILED
    if format == "xlsx":
        from pkassess.render.marked.output import write_copies

        sys.stderr.writelines(write_copies(inputs, output))
    elif not write_validation(inputs, output, format):
        write_lines(lambda kind, stream: validation_lines(inputs, kind, stream), output, format)
    return EXIT_CHECK_FAILED if _has_errors(inputs) else 0


@app.command(epilog="Example: pkassess profile sample_data/field_demo.xlsx Karuvel")
@guarded
@reading
def profile(
    data: Annotated[
        str, typer.Argument(help="A workbook (.xlsx) or table (.csv); - is CSV on standard input.")
    ],
    name: Annotated[
        str, typer.Argument(help="The partnership, such as 'UNMAV / Karuvel', or one of its keys.")
    ],
    rubric: RubricOption = None,
    output: OutputOption = None,
    format: FormatOption = None,  # noqa: A002
    period: PeriodOption = None,
    trace: Annotated[
        str | None,
        typer.Option(
            "--trace", help="Print how one figure came about: an indicator, a dimension, index or overall."
        ),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="The level of 'what would it take'. Default: the next one up.")
    ] = None,
    draws: DrawsOption = 2000,
    seed: SeedOption = 0,
    since: SinceOption = None,
    no_uncertainty: NoUncertaintyOption = False,
    choices: Choices = FROM_OPTIONS,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Show one partnership on one page, every number with its cell."""
    from pkassess.assess import assess
    from pkassess.derivation import derive
    from pkassess.inputs import read
    from pkassess.profile import profile_of
    from pkassess.render.profile_page import profile_lines, trace_lines, write_profile

    inputs = read(data, rubric, choices)
    draws = 0 if no_uncertainty else draws
    assessment = assess(inputs, period=period, draws=draws, seed=seed, since=since)
    found = profile_of(assessment, name, to)
    if trace:
        derivation = derive(found.comparison, found.unit, trace)
        write_lines(lambda _kind, _stream: trace_lines(derivation), output, format or "table")
        return 0
    write_lines(
        lambda kind, stream: profile_lines(found, kind, stream),
        output,
        format,
        lambda folder: write_profile(found, folder),
    )
    print_findings(inputs.findings, quiet=quiet, verbose=verbose)
    return 0


@app.command(epilog="Example: pkassess sensitivity sample_data/field_demo.xlsx")
@guarded
@reading
def sensitivity(
    data: Data,
    rubric: RubricOption = None,
    output: OutputOption = None,
    format: FormatOption = None,  # noqa: A002
    period: PeriodOption = None,
    where: WhereOption = None,
    peer_group: PeerGroupOption = None,
    seed: SeedOption = 0,
    no_uncertainty: NoUncertaintyOption = False,
    choices: Choices = FROM_OPTIONS,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Say how far levels and ranks depend on methods, weights and single indicators."""
    from pkassess.assess import assess
    from pkassess.inputs import read
    from pkassess.render.progress import reported
    from pkassess.render.sensitivity_page import Study, sensitivity_lines, write_study
    from pkassess.sensitivity.study import study

    inputs = read(data, rubric, choices)
    assessment = assess(inputs, period=period, where=where, peer_group=peer_group, draws=0, seed=seed)
    with reported("Sobol runs") as progress:
        found = study(assessment.comparison, seed=seed, errors=not no_uncertainty, progress=progress)
    done = Study(found, assessment.meta)
    inputs.findings.extend(found.lacking)
    if not write_study(done, output, format):
        write_lines(lambda kind, stream: sensitivity_lines(done, kind, stream), output, format)
    print_findings(inputs.findings, quiet=quiet, verbose=verbose)
    return 0


@app.command(epilog="Example: pkassess compare sample_data/host_countries.xlsx --periods 2022,2023")
@guarded
@reading
def compare(
    data: Data,
    rubric: RubricOption = None,
    periods: Annotated[
        str | None, typer.Option("--periods", help="The period of each side, such as 2023,2024.")
    ] = None,
    rubrics: Annotated[
        str | None, typer.Option("--rubrics", help="The rubric of each side: two names or files, OLD,NEW.")
    ] = None,
    output: OutputOption = None,
    format: FormatOption = None,  # noqa: A002
    where: WhereOption = None,
    peer_group: PeerGroupOption = None,
    draws: DrawsOption = 2000,
    seed: SeedOption = 0,
    no_uncertainty: NoUncertaintyOption = False,
    choices: Choices = FROM_OPTIONS,
    strict: StrictOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Compare two workbooks, periods or rubrics: what changed, how sure, and what changed it."""
    from pkassess.compared import compare as compare_sides
    from pkassess.compared import compare_files
    from pkassess.render import check_format
    from pkassess.render.differences_page import deliver
    from pkassess.render.files import format_of

    format = format or (format_of(output) if output else "table")  # noqa: A001
    check_format(format)
    options = {"periods": periods, "rubrics": rubrics, "where": where, "peer_group": peer_group}
    sides = compare_files(data, rubric, choices=choices, **options)
    read = list(dict.fromkeys(side.inputs for side in sides))
    if failed := strict and any(map(_has_errors, read)):
        quiet = False
    else:
        compared = compare_sides(*sides, draws=0 if no_uncertainty else draws, seed=seed)
        deliver(compared, output, format)
    for inputs in read:
        print_findings(inputs.findings, quiet=quiet, verbose=verbose)
    return EXIT_CHECK_FAILED if failed else 0


@app.command(epilog="Example: pkassess agreement sample_data/field_demo.xlsx")
@guarded
@reading
def agreement(
    data: Data,
    rubric: RubricOption = None,
    output: OutputOption = None,
    format: FormatOption = None,  # noqa: A002
    kappa: Annotated[
        str | None,
        typer.Option("--kappa", help="Kappas as well: Cohen's with linear or quadratic weights, Fleiss'."),
    ] = None,
    seed: SeedOption = 0,
    choices: Choices = FROM_OPTIONS,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Say how far several assessors, or the two sides, agree on what they rated."""
    from pkassess.agreement import agreements
    from pkassess.inputs import read
    from pkassess.render.agreement_page import agreement_lines, write_agreement

    inputs = read(data, rubric, choices)
    found = agreements(inputs.matrix, inputs.rubric, seed=seed, kappa=kappa)
    write_lines(
        lambda kind, stream: agreement_lines(inputs, found, kind, stream),
        output,
        format,
        lambda folder: write_agreement(inputs, found, folder),
    )
    print_findings(inputs.findings, quiet=quiet, verbose=verbose)
    return 0


@app.command(epilog="Example: pkassess template -r partnership -o template.xlsx")
@guarded
def template(
    output: Annotated[str, typer.Option("--output", "-o", help="Write here; the name ends in .xlsx.")],
    rubric: Annotated[
        str | None,
        typer.Option("--rubric", "-r", help="A bundled rubric or a YAML file. Default: partnership."),
    ] = None,
    xlsform: Annotated[
        bool, typer.Option("--xlsform", help="A survey form for KoboToolbox or ODK in place of a workbook.")
    ] = False,
    extras: Annotated[
        list[str] | None,
        typer.Option(
            "--with", help="Further columns: grades, sources, sides, parts, samples; several with commas."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file though it has been filled in.")
    ] = False,
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Make an empty workbook to fill in for a rubric, or a survey form."""
    from pkassess.template.output import write_template

    sys.stdout.writelines(write_template(output, rubric, extras or (), form=xlsform, replace=force))
    return 0


@app.command(epilog="Example: pkassess explain PK002")
@guarded
def explain(
    code: Annotated[str, typer.Argument(help="The code of a finding, such as PK002.")],
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Say what a finding code means, its usual cause and how to mend it."""
    from pkassess.render.messages import explanation

    sys.stdout.write(explanation(code))
    return 0
