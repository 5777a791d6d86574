"""The one check: format, lint, types, import contracts, generated documentation, tests.

Runs every step with the tools of the Python that runs it, goes on after a failure, and ends with the tests'
summary. The README's test command and continuous integration call it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sysconfig.get_path("scripts"))
CODE = ["src", "tests", "scripts", "benchmarks", "sample_data"]


def steps() -> list[tuple[str, list[str]]]:
    """Every step by name, with its command."""
    pages = [
        path
        for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
        if "[[[cog" in _text(path)
    ]
    return [
        ("format", [_tool("ruff"), "format", "--check", *CODE]),
        ("lint", [_tool("ruff"), "check", *CODE]),
        ("types", [_tool("ty"), "check", "src", "--python", sys.prefix]),
        ("import contracts", [_tool("lint-imports"), "--no-cache"]),
        (
            "generated documentation",
            [_tool("cog"), "--check", "-I", "scripts", "-I", "tests", *map(str, pages)],
        ),
        ("tests", [sys.executable, "-m", "pytest", "-q", "-n", "auto"]),
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _tool(name: str) -> str:
    return str(TOOLS / (f"{name}.exe" if os.name == "nt" else name))


def main() -> int:
    """Run every step; the exit code is the number of failed ones, 0 if all is well."""
    failed = []
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"}
    for name, command in steps():
        print(f"--- {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            failed.append(name)
    print(f"--- failed: {', '.join(failed)}" if failed else "--- all checks passed", flush=True)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
