"""Start-up: what a small command costs beside a bare interpreter, a typer hello-world, and pandas with openpyxl.

python benchmarks/startup.py [rounds]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import aim, interleaved, pkassess, table

SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"
HELLO = """
import typer
app = typer.Typer()
@app.command()
def hello(name: str = "world"):
    print("hello", name)
app()
"""


def main(rounds: int) -> None:
    """Print medians and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "typer hello-world": [sys.executable, str(hello)],
            "typer hello-world --help": [sys.executable, str(hello), "--help"],
            "import pandas, openpyxl": [sys.executable, "-c", "import pandas, openpyxl"],
            "pkassess --version": pkassess("--version"),
            "pkassess --help": pkassess("--help"),
        }
        for sample in sorted(SAMPLES.glob("*.xlsx")):
            commands[f"pkassess score {sample.name}"] = pkassess("score", str(sample), "-q")
        costs = interleaved(commands, rounds)
    table(costs)
    print()
    for kind in ("wall", "cpu"):
        seconds = {name: getattr(cost, kind) for name, cost in costs.items()}
        ratio = seconds["pkassess --help"] / seconds["typer hello-world --help"]
        aim(f"{kind}: --help beside the hello-world's --help", ratio, 1.3)
        for name in (name for name in seconds if name.startswith("pkassess score")):
            aim(f"{kind}: {name[9:]} beside the hello-world", seconds[name] / seconds["typer hello-world"], 3)
            aim(
                f"{kind}: {name[9:]} beside pandas, openpyxl",
                seconds[name] / seconds["import pandas, openpyxl"],
                0.8,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
