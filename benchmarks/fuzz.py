"""Corruption: thousands of spoilt workbooks of every format, each scored under a watch.

python benchmarks/fuzz.py [--cases 5000] [--seed 0] [--processes 2] [--keep FOLDER]

Case number n depends on n alone, so that a run can be taken up at any number and one failure made again with
``--seed n --cases 1 --keep .``. A case fails if it ends otherwise than with 0, 1, 2 or 3 (a fault of the program, an
abort), takes more than 5 s of processor or 1 GiB of memory, children included.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import io
import itertools
import multiprocessing
import multiprocessing.connection
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "workbooks")]

import formats  # noqa: E402
import make  # noqa: E402
from corruption import corrupted  # noqa: E402

MOST_SECONDS, MOST_MB, WATCH_SECONDS = 5, 1024, 60
FINE = {0, 1, 2, 3}
Outcome = tuple[int | str, float, float]
"""The exit code of a case or what went wrong, its seconds of processor, and the peak of memory so far in MB."""
PROGRESS_EVERY = 250


def sources() -> dict[str, bytes]:
    """Sound files to spoil, by name: the samples, the small workbooks of the tests, and each of these in every format."""
    found = {path.name: path.read_bytes() for path in sorted((ROOT / "sample_data").glob("*.xlsx"))}
    with tempfile.TemporaryDirectory() as folder:
        for case in make.CASES:
            path = Path(folder) / case.name
            case.write(path)
            if path.stat().st_size:
                found[case.name] = path.read_bytes()
        for ending in (".xls", ".xlsb", ".ods"):
            sheets = {"Data": make.wide(2.0, 46.0), "about": [["mission", "UNMAV"]]}
            found[f"again{ending}"] = Path(
                formats.write(Path(folder) / f"again{ending}", sheets)
            ).read_bytes()
    return found


def chosen(files: dict[str, bytes], seed: int) -> str:
    """The file that a case spoils: every format comes up as often, whatever the number of its files."""
    endings = sorted({Path(name).suffix for name in files})
    ending = (*endings, ".xlsx", ".xlsx", ".xlsx")[seed % (len(endings) + 3)]
    names = sorted(name for name in files if name.endswith(ending))
    return names[seed * 2_654_435_761 % len(names)]


def spoilt(files: dict[str, bytes], seed: int) -> tuple[str, bytes]:
    """The name and the bytes of one case."""
    name = chosen(files, seed)
    return f"{seed}-{name}", corrupted(files[name], seed)


def scored(path: Path) -> int | str:
    """The exit code of scoring a file, or what was raised."""
    from pkassess.cli import app

    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        try:
            app(args=["score", str(path), "--no-uncertainty", "-f", "csv"], prog_name="pkassess")
        except SystemExit as end:
            code = end.code or 0
        except BaseException as error:  # noqa: BLE001
            return f"{type(error).__name__}: {error}"
    return code if code in FINE else said.getvalue()


def _used() -> tuple[float, float]:
    """Seconds of processor so far and the peak of memory in MB, children included."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both), max(one.ru_maxrss for one in both) / 1024


def work(files: dict[str, bytes], tasks: multiprocessing.connection.Connection) -> None:
    """A worker: seeds come in, outcomes go out, until there are no more."""
    with tempfile.TemporaryDirectory() as folder:
        while (seed := tasks.recv()) is not None:
            name, data = spoilt(files, seed)
            path = Path(folder) / name
            path.write_bytes(data)
            before, _ = _used()
            outcome = scored(path)
            after, peak = _used()
            path.unlink()
            if after - before > MOST_SECONDS:
                outcome = f"took {after - before:.1f} s of processor ({outcome})"
            elif peak > MOST_MB:
                outcome = f"took {peak:.0f} MB ({outcome})"
            tasks.send((outcome, after - before, peak))


class Worker:
    """A process that works, and the case it works on."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.line, other = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(
            target=work, args=(files, other), daemon=True
        )
        self.process.start()
        other.close()
        self.seed, self.since = -1, 0.0

    def take(self, seed: int) -> None:
        """Begin a case."""
        self.seed, self.since = seed, time.monotonic()
        self.line.send(seed)

    def outcome(self) -> Outcome | None:
        """How the case ended, or None while it goes on."""
        if self.line.poll():
            try:
                return self.line.recv()
            except EOFError:
                self.process.join()
                return f"ended the process ({self.process.exitcode})", 0, 0
        if time.monotonic() - self.since > WATCH_SECONDS:
            self.process.kill()
            return f"was not done after {WATCH_SECONDS} s", WATCH_SECONDS, 0
        return None


def run(seeds: range, processes: int) -> dict[int, Outcome]:
    """The outcome of every case."""
    import pkassess.assess  # so that no worker has to load it
    import pkassess.ingest.apart
    import pkassess.ingest.xlsx
    import pkassess.render.delimited  # noqa: F401

    files, waiting = sources(), iter(seeds)
    outcomes: dict[int, Outcome] = {}
    workers = []
    for seed in itertools.islice(waiting, processes):
        workers.append(Worker(files))
        workers[-1].take(seed)
    while workers:
        multiprocessing.connection.wait([worker.line for worker in workers], 1)
        for at, worker in reversed(list(enumerate(workers))):
            outcome = worker.outcome()
            if outcome is None:
                continue
            outcomes[worker.seed] = outcome
            if len(outcomes) % PROGRESS_EVERY == 0:
                print(f"{len(outcomes):,} of {len(seeds):,}", file=sys.stderr, flush=True)
            if outcome[0] not in FINE:
                print(f"seed {worker.seed}, {chosen(files, worker.seed)}: {outcome[0]}", flush=True)
                worker.process.kill()
                workers[at] = Worker(files)
            following = next(waiting, None)
            if following is None:
                workers.pop(at).line.send(None)
            else:
                workers[at].take(following)
    return outcomes


def main() -> int:
    """Print how many cases ended how; 1 if any failed."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--cases", type=int, default=5000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    seeds = range(given.seed, given.seed + given.cases)
    if given.keep:
        files = sources()
        for seed in seeds:
            name, data = spoilt(files, seed)
            (given.keep / name).write_bytes(data)
    begun = time.perf_counter()
    outcomes = run(seeds, given.processes)
    failed = sorted(seed for seed, (ended, _, _) in outcomes.items() if ended not in FINE)
    counts = collections.Counter(ended for ended, _, _ in outcomes.values() if ended in FINE)
    slowest = max(outcomes, key=lambda seed: outcomes[seed][1])
    memory = max(peak for _, _, peak in outcomes.values())
    print(f"{len(outcomes):,} cases in {time.perf_counter() - begun:.0f} s:", dict(sorted(counts.items())))
    print(f"most: {outcomes[slowest][1]:.2f} s of processor (seed {slowest}), {memory:.0f} MB")
    print(f"failed: {failed or 'none'}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
