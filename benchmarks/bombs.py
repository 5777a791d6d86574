"""Bombs: what each file made to exhaust a reader costs a whole process, from its start to its end.

python benchmarks/bombs.py [--all]

Without --all the ones that are promised to be refused or read within 2 s and 300 MB; with it every hostile file of the
tests. 1 if one took more, or ended otherwise than it should.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import Cost, pkassess

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
MOST_SECONDS, MOST_MB = 2, 300
_MAKE = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
import hostile
for name in hostile.BOMBS if sys.argv[3:] else hostile.PROMISED:
    make, code = hostile.BOMBS[name]
    pathlib.Path(sys.argv[2], name).write_bytes(make())
    print(name, code)
"""


def made(folder: str, options: list[str]) -> dict[str, str]:
    """The files written, with the code that each is refused with, by a process that may grow: its peak would be inherited."""
    command = [sys.executable, "-c", _MAKE, str(TESTS), folder, *options]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: code for name, _, code in (line.partition(" ") for line in lines)}


def scored(path: Path) -> tuple[int, str, Cost]:
    """How the command ended, what it said, and what it cost."""
    started = time.perf_counter()
    command = pkassess("score", str(path), "--no-uncertainty")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read() if process.stderr else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cost = Cost(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    return process.returncode, said, cost


def main() -> int:
    """Print a line for each file; 1 if any missed what is promised."""
    missed = []
    print(f"{'file':40s} {'exit':>4s} {'said':5s} {'wall s':>7s} {'cpu s':>7s} {'MB':>6s}")
    with tempfile.TemporaryDirectory() as folder:
        for name, code in made(folder, sys.argv[1:]).items():
            ended, said, cost = scored(Path(folder) / name)
            fine = ended == (3 if code else 0) and code in said
            if not fine or cost.wall > MOST_SECONDS or cost.memory > MOST_MB:
                missed.append(name)
            print(f"{name:40s} {ended:4d} {code:5s} {cost.wall:7.2f} {cost.cpu:7.2f} {cost.memory:6.0f}")
    names = ", ".join(missed)
    print(f"within {MOST_SECONDS} s and {MOST_MB} MB: {'all but ' + names if missed else 'all'}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
