"""Makes docs/score.svg and docs/profile.svg: reports of the field sample as a terminal with colour shows them.

python scripts/screenshot.py
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

import pkassess
from pkassess.profile import profile_of
from pkassess.profile_report import build_profile
from pkassess.render.profile_terminal import rendered
from pkassess.render.spans import PAINT, Look
from pkassess.render.terminal import painted_lines

ROOT = Path(__file__).resolve().parent.parent
# The picture names the fonts of the reader's own machine; nothing is fetched.
FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>TITLE</title>
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>{lines}</defs>
<rect fill="#1b1d21" width="100%" height="100%" rx="8"/>
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def main() -> None:
    """Write the pictures."""
    os.chdir(ROOT)
    assessment = pkassess.score("sample_data/field_demo.xlsx")
    profile = build_profile(profile_of(assessment, "Karuvel"))
    _picture("score", painted_lines(assessment, 100), 100)
    _picture("profile", rendered(profile, Look(80, ascii=False, paint=PAINT)), 80)


def _picture(name: str, lines: Iterable[str], width: int) -> None:
    console = Console(record=True, width=width, file=io.StringIO(), color_system="256")
    for line in lines:
        console.print(Text.from_ansi(line.rstrip("\n")), no_wrap=True, highlight=False)
    code = FORMAT.replace("TITLE", f"pkassess {name} field_demo.xlsx")
    svg = console.export_svg(code_format=code, unique_id=f"pkassess-{name}")
    (ROOT / "docs" / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
