"""What the benchmarks share: running a command and reading what it cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds of wall clock and of processor, children included, and the peak memory in MB."""

    wall: float
    cpu: float
    memory: float


def run(command: list[str]) -> Cost:
    """Run a command to its end. Raises CalledProcessError when it fails; 1 from the program is a failed check."""
    # Installed packages have their byte code; a checkout has it from the second run on, unless this forbids it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    _, errors = process.stderr.read(), process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    allowed = (0, 1) if "pkassess" in command else (0,)
    if process.returncode not in allowed:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)
    return Cost(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def interleaved(commands: dict[str, list[str]], rounds: int) -> dict[str, Cost]:
    """Medians of several rounds in which every command runs once, so that noise falls on all alike."""
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    for command in commands.values():
        run(command)  # byte code and file cache
    for _ in range(rounds):
        for name, command in commands.items():
            seen[name].append(run(command))
    return {name: Cost(*map(statistics.median, zip(*costs, strict=True))) for name, costs in seen.items()}


def pkassess(*arguments: str) -> list[str]:
    """The command line of the program, with the Python that runs the benchmark."""
    return [sys.executable, "-m", "pkassess", *arguments]


def table(costs: dict[str, Cost]) -> None:
    """Print what each command cost."""
    print(f"{'command':44s} {'wall s':>8s} {'cpu s':>8s} {'MB':>7s}")
    for name, cost in costs.items():
        print(f"{name:44s} {cost.wall:8.3f} {cost.cpu:8.3f} {cost.memory:7.0f}")


def aim(what: str, found: float, most: float) -> None:
    """Print one ratio beside its aim."""
    word = "met" if found <= most else "MISSED"
    print(f"{what:60s} {found:6.2f} x   aim {most:g} x   {word}")
