"""What holds for every command: faults end in one clear message and the right exit code, never in a traceback."""

from __future__ import annotations

import functools
import gc
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import typer

from pkassess.interruption import interrupted

if TYPE_CHECKING:
    from pkassess.findings import Finding, PkassessError

EXIT_CHECK_FAILED, EXIT_INTERNAL = 1, 70


def guarded(command: Callable[..., int | None]) -> Callable[..., None]:
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
        _settle_output(options)
        code = command(**options) or 0
        sys.stdout.flush()
        return code
    except PkassessError as error:
        print_errors(error)
        return error.exit_code
    except BrokenPipeError:
        # The reader of a pipe has seen enough; what is left of stdout must not be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if options.get("debug"):
            raise
        from pkassess.codes import Code
        from pkassess.findings import UsageError, finding

        fault = UsageError(finding(Code.CANNOT_WRITE, found=error.strerror or str(error)))
        print_errors(fault)
        return fault.exit_code
    except KeyboardInterrupt:
        return interrupted()
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


def _settle_output(options: dict[str, Any]) -> None:
    """``-o -`` is standard output; a file that is read is never written over."""
    output, data = options.get("output"), options.get("data")
    if output == "-":
        options["output"] = None
    elif output and data:
        from pkassess.render.files import refuse_inputs

        refuse_inputs(output, [data] if isinstance(data, str) else data)


def print_errors(error: PkassessError) -> None:
    """Why a command ended, on standard error."""
    from pkassess.render.messages import error_lines

    sys.stderr.writelines(error_lines(error))


def print_findings(findings: Iterable[Finding], *, quiet: bool, verbose: bool) -> None:
    """What was found in the data, on standard error; notes are among it where it is ``verbose``."""
    if not quiet:
        from pkassess.render.messages import finding_lines

        sys.stderr.writelines(finding_lines(findings, everything=verbose))
