"""The command line: arguments in, one call, one rendering, an exit code out."""

from __future__ import annotations

import functools
import gc
import io
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from pkassess.version import VERSION

if TYPE_CHECKING:
    from pkassess.assess import Assessment
    from pkassess.findings import Finding, PkassessError
    from pkassess.reading import Reading

EXIT_CHECK_FAILED, EXIT_INTERNAL, EXIT_INTERRUPTED = 1, 70, 130

app = typer.Typer(
    name="pkassess",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Scores partnerships between UN missions and host governments from field workbooks.",
    epilog="Example: pkassess score sample_data/field_demo.xlsx",
)
rubric_app = typer.Typer(no_args_is_help=True, help="Look at rubrics and check your own.")
app.add_typer(rubric_app, name="rubric")

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
LayoutOption = Annotated[
    str | None, typer.Option("--layout", help="Read sheets as wide, long, by-period or form.")
]
SheetOption = Annotated[str | None, typer.Option("--sheet", help="Read this sheet of the workbook only.")]
HeaderRowOption = Annotated[
    int | None, typer.Option("--header-row", min=1, help="The row of the column names, from 1.")
]
LocaleOption = Annotated[
    str | None,
    typer.Option(
        "--locale", help="How numbers and dates are written: en, en-GB, en-US, fr, es, pt, de, ar, iso."
    ),
]
ColumnMapOption = Annotated[
    str | None, typer.Option("--column-map", help="A YAML file that says what columns and names mean.")
]
AllowColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-column", help="Use this column though it looks like personal data; may be repeated."
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing about findings.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print every finding, notes too.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="No colour (NO_COLOR does the same).")]
DebugOption = Annotated[
    bool, typer.Option("--debug", help="Show where a fault of the program itself happened.")
]


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


def _guarded(command: Callable[..., int | None]) -> Callable[..., None]:
    """A command whose faults end in one clear message and the right exit code, never in a traceback."""

    @functools.wraps(command)
    def run(**options: Any) -> None:
        # The engine uses no linear algebra; starting its threads costs more than a small assessment.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # A run makes millions of cells and no cycles of them; looking for cycles would cost a tenth of its time.
        gc.disable()
        if options.get("no_color"):
            os.environ["NO_COLOR"] = "1"
        raise typer.Exit(_exit_code(command, options))

    return run


def _exit_code(command: Callable[..., int | None], options: dict[str, Any]) -> int:
    from pkassess.findings import PkassessError

    try:
        code = command(**options) or 0
        sys.stdout.flush()
        return code
    except PkassessError as error:
        _print_errors(error)
        return error.exit_code
    except BrokenPipeError:
        # The reader of a pipe has seen enough; what is left of stdout must not be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return EXIT_INTERRUPTED
    except Exception as error:
        if options.get("debug"):
            raise
        from pkassess.render.colour import inert

        fault = inert(f"{type(error).__name__}: {error}")
        sys.stderr.write(
            f"pkassess has a fault of its own ({fault}). Nothing is wrong with your data for\n"
            "all we know. Run again with --debug, and send what it prints with the version to the maintainers.\n"
        )
        return EXIT_INTERNAL


def _print_errors(error: PkassessError) -> None:
    from pkassess.render.messages import error_lines

    sys.stderr.writelines(error_lines(error))


def _print_findings(findings: Iterable[Finding], *, quiet: bool, verbose: bool) -> None:
    if not quiet:
        from pkassess.render.messages import finding_lines

        sys.stderr.writelines(finding_lines(findings, everything=verbose))


@app.command(epilog="Example: pkassess score sample_data/field_demo.xlsx --period 2025-Q2")
@_guarded
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
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    locale: LocaleOption = None,
    column_map: ColumnMapOption = None,
    allow_column: AllowColumnOption = None,
    strict: StrictOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001  # used by every command's guard
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Score every partnership and print a comparative report."""
    from pkassess.assess import assess
    from pkassess.choices import choices_of
    from pkassess.reading import read
    from pkassess.render import check_format
    from pkassess.render.files import format_of

    format = format or (format_of(output) if output else "table")  # noqa: A001
    check_format(format)
    conditions = _conditions(fail_on or [])
    reading = read(data, rubric, choices_of(layout, sheet, header_row, locale, column_map, allow_column))
    if strict and _has_errors(reading):
        _print_findings(reading.findings, quiet=False, verbose=verbose)
        return EXIT_CHECK_FAILED
    draws = 0 if no_uncertainty else draws
    assessment = assess(
        reading, period=period, where=where, peer_group=peer_group, draws=draws, seed=seed, since=since
    )
    failed = _failed_checks(assessment, conditions)
    _deliver(assessment, output, format)
    _print_findings(reading.findings, quiet=quiet, verbose=verbose)
    return EXIT_CHECK_FAILED if failed else 0


def _write_lines(
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


def _has_errors(reading: Reading) -> bool:
    from pkassess.codes import Severity

    return bool(reading.findings.of(Severity.ERROR))


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
        findings = assessment.reading.findings
        results = [failed(assessment.comparison, condition, findings) for condition in conditions]
        return any(results)
    except ConditionError as error:
        raise UsageError(finding(Code.BAD_CONDITION, place="--fail-on", found=str(error))) from error


def _deliver(assessment: Assessment, output: str | None, format: str) -> None:  # noqa: A002
    if output:
        assessment.write(output, format)
        return
    if format == "table":
        from pkassess.render.terminal import print_report

        print_report(assessment)
        return
    from pkassess.render import lines

    sys.stdout.writelines(lines(assessment, format))


@app.command(epilog="Example: pkassess validate sample_data/field_demo.xlsx")
@_guarded
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
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    locale: LocaleOption = None,
    column_map: ColumnMapOption = None,
    allow_column: AllowColumnOption = None,
    strict: StrictOption = False,  # noqa: ARG001  # accepted for symmetry: errors fail in any case
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Say what was read and list every finding, without scoring."""
    from pkassess.choices import choices_of
    from pkassess.reading import read
    from pkassess.render.files import format_of
    from pkassess.render.ingest_report import validation_lines, write_validation

    reading = read(data, rubric, choices_of(layout, sheet, header_row, locale, column_map, allow_column))
    format = format or (format_of(output) if output else "table")  # noqa: A001
    if format == "xlsx":
        from pkassess.render.marked.output import write_copies

        sys.stderr.writelines(write_copies(reading, output))
    elif not write_validation(reading, output, format):
        _write_lines(lambda kind, stream: validation_lines(reading, kind, stream), output, format)
    return EXIT_CHECK_FAILED if _has_errors(reading) else 0


@app.command(epilog="Example: pkassess profile sample_data/field_demo.xlsx Karuvel")
@_guarded
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
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    locale: LocaleOption = None,
    column_map: ColumnMapOption = None,
    allow_column: AllowColumnOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Show one partnership on one page, every number with its cell."""
    from pkassess.assess import assess
    from pkassess.choices import choices_of
    from pkassess.derivation import derive
    from pkassess.profile import profile_of
    from pkassess.reading import read
    from pkassess.render.profile_page import profile_lines, trace_lines, write_profile

    reading = read(data, rubric, choices_of(layout, sheet, header_row, locale, column_map, allow_column))
    draws = 0 if no_uncertainty else draws
    assessment = assess(reading, period=period, draws=draws, seed=seed, since=since)
    found = profile_of(assessment, name, to)
    if trace:
        derivation = derive(found.comparison, found.unit, trace)
        _write_lines(lambda _kind, _stream: trace_lines(derivation), output, format or "table")
        return 0
    _write_lines(
        lambda kind, stream: profile_lines(found, kind, stream),
        output,
        format,
        lambda folder: write_profile(found, folder),
    )
    _print_findings(reading.findings, quiet=quiet, verbose=verbose)
    return 0


@app.command(epilog="Example: pkassess sensitivity sample_data/field_demo.xlsx")
@_guarded
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
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    locale: LocaleOption = None,
    column_map: ColumnMapOption = None,
    allow_column: AllowColumnOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Say how far levels and ranks depend on methods, weights and single indicators."""
    from pkassess.assess import assess
    from pkassess.choices import choices_of
    from pkassess.reading import read
    from pkassess.render.progress import reported
    from pkassess.render.sensitivity_page import Study, sensitivity_lines, write_study
    from pkassess.sensitivity.study import study

    reading = read(data, rubric, choices_of(layout, sheet, header_row, locale, column_map, allow_column))
    assessment = assess(reading, period=period, where=where, peer_group=peer_group, draws=0, seed=seed)
    with reported("Sobol runs") as progress:
        found = study(assessment.comparison, seed=seed, errors=not no_uncertainty, progress=progress)
    done = Study(found, assessment.meta)
    reading.findings.extend(found.lacking)
    if not write_study(done, output, format):
        _write_lines(lambda kind, stream: sensitivity_lines(done, kind, stream), output, format)
    _print_findings(reading.findings, quiet=quiet, verbose=verbose)
    return 0


@app.command(epilog="Example: pkassess compare sample_data/host_countries.xlsx --periods 2022,2023")
@_guarded
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
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    locale: LocaleOption = None,
    column_map: ColumnMapOption = None,
    allow_column: AllowColumnOption = None,
    strict: StrictOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Compare two workbooks, periods or rubrics: what changed, how sure, and what changed it."""
    from pkassess.choices import choices_of
    from pkassess.compared import compare as compare_sides
    from pkassess.compared import compare_files
    from pkassess.render import check_format
    from pkassess.render.differences_page import deliver
    from pkassess.render.files import format_of

    format = format or (format_of(output) if output else "table")  # noqa: A001
    check_format(format)
    choices = choices_of(layout, sheet, header_row, locale, column_map, allow_column)
    options = {"periods": periods, "rubrics": rubrics, "where": where, "peer_group": peer_group}
    sides = compare_files(data, rubric, choices=choices, **options)
    readings = list(dict.fromkeys(side.reading for side in sides))
    if failed := strict and any(map(_has_errors, readings)):
        quiet = False
    else:
        compared = compare_sides(*sides, draws=0 if no_uncertainty else draws, seed=seed)
        deliver(compared, output, format)
    for reading in readings:
        _print_findings(reading.findings, quiet=quiet, verbose=verbose)
    return EXIT_CHECK_FAILED if failed else 0


@app.command(epilog="Example: pkassess agreement sample_data/field_demo.xlsx")
@_guarded
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
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    locale: LocaleOption = None,
    column_map: ColumnMapOption = None,
    allow_column: AllowColumnOption = None,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Say how far several assessors, or the two sides, agree on what they rated."""
    from pkassess.agreement import agreements
    from pkassess.choices import choices_of
    from pkassess.reading import read
    from pkassess.render.agreement_page import agreement_lines, write_agreement

    reading = read(data, rubric, choices_of(layout, sheet, header_row, locale, column_map, allow_column))
    found = agreements(reading.matrix, reading.rubric, seed=seed, kappa=kappa)
    return _write_lines(
        lambda kind, stream: agreement_lines(reading, found, kind, stream),
        output,
        format,
        lambda folder: write_agreement(reading, found, folder),
    )


@app.command(epilog="Example: pkassess template -r partnership -o template.xlsx")
@_guarded
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
@_guarded
def explain(
    code: Annotated[str, typer.Argument(help="The code of a finding, such as PK002.")],
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Say what a finding code means, its usual cause and how to mend it."""
    from pkassess.render.messages import explanation

    sys.stdout.write(explanation(code))
    return 0


@rubric_app.command("list", epilog="Example: pkassess rubric list")
@_guarded
def rubric_list(debug: DebugOption = False) -> int:  # noqa: ARG001
    """List the bundled rubrics."""
    from pkassess.render.rubric_page import list_lines

    sys.stdout.writelines(list_lines())
    return 0


@rubric_app.command("show", epilog="Example: pkassess rubric show partnership")
@_guarded
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
@_guarded
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
    layout: LayoutOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    locale: LocaleOption = None,
    column_map: ColumnMapOption = None,
    allow_column: AllowColumnOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_color: NoColorOption = False,  # noqa: ARG001
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Check rubric files: every problem with its line, and what to write instead. With --data, audit one against data."""
    from pkassess.findings import UsageError

    how_read = (layout, sheet, header_row, locale, column_map, allow_column)
    if data:
        reading = _audited_reading(names or [], data, how_read)
        _deliver_audit(reading, output, format)
        _print_findings(reading.findings, quiet=quiet, verbose=verbose)
        return 0
    if not names:
        raise _wrong("Name a rubric to check.")
    if any((output, format, *how_read)):
        raise _wrong("-o, -f and how a workbook is read belong to --data.")
    from pkassess.library import check

    findings = [item for name in names for item in check(name)]
    if findings:
        raise UsageError(*findings)
    for name in names:
        sys.stdout.write(f"{name}: no problem found.\n")
    return 0


def _audited_reading(names: list[str], data: list[str], how_read: tuple[Any, ...]) -> Reading:
    from pkassess.choices import choices_of
    from pkassess.reading import read

    if len(names) > 1:
        raise _wrong(f"{len(names)} rubrics were given; --data takes one.")
    return read(data, names[0] if names else None, choices_of(*how_read))


def _deliver_audit(reading: Reading, output: str | None, format: str | None) -> None:  # noqa: A002
    from pkassess.audited import audit_intake
    from pkassess.render.audit_page import audit_lines

    audited = audit_intake(reading)
    if output:
        audited.write(output, format)
    else:
        _write_lines(lambda kind, stream: audit_lines(audited, kind, stream), None, format)


def _wrong(found: str) -> Exception:
    from pkassess.codes import Code
    from pkassess.findings import UsageError, finding

    return UsageError(finding(Code.WRONG_CHOICE, found=found))


@rubric_app.command("schema", epilog="Example: pkassess rubric schema > rubric.schema.json")
@_guarded
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
@_guarded
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
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Write a starter rubric with a remark on every line."""
    from pkassess.rubricfiles import new

    sys.stdout.writelines(new(output, rubric_id, dimensions, replace=force))
    return 0


@rubric_app.command(
    "convert", epilog="Example: pkassess rubric convert rubrics/partnership.yaml -o partnership.xlsx"
)
@_guarded
def rubric_convert(
    file: Annotated[
        str,
        typer.Argument(help="A rubric (a YAML file, or a bundled one by its name), or a workbook of one."),
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="Write here: .xlsx for a rubric, .yaml for a workbook."),
    ] = None,
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Turn a rubric into a workbook for Excel, or such a workbook back into a rubric."""
    from pkassess.rubricfiles import convert

    sys.stdout.write(convert(file, output))
    return 0


@rubric_app.command("migrate", epilog="Example: pkassess rubric migrate rubrics/partnership.yaml --check")
@_guarded
def rubric_migrate(
    file: Annotated[str, typer.Argument(help="A rubric: a YAML file of an older version of the language.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="Write here and leave the file as it is.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if the file is of an older version.")
    ] = False,
    debug: DebugOption = False,  # noqa: ARG001
) -> int:
    """Bring a rubric of an older version of the language to the newest one, comments kept."""
    from pkassess.rubricfiles import migrate_file

    done = migrate_file(file, output, only_check=check)
    sys.stdout.writelines(done.lines)
    return EXIT_CHECK_FAILED if check and done.needed else 0


def main() -> None:
    """The console script."""
    # Windows consoles may have a legacy encoding; a name that it lacks must not end the run.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="pkassess")
