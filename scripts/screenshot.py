"""Makes docs/score.svg: the report of the field sample as a terminal with colour shows it.

python scripts/screenshot.py
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from rich.console import Console
from rich.text import Text

import pkassess
from pkassess.render.terminal import painted_lines

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100
# The picture names the fonts of the reader's own machine; nothing is fetched.
FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>pkassess score field_demo.xlsx</title>
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
    """Write the picture."""
    os.chdir(ROOT)
    report = pkassess.score("sample_data/field_demo.xlsx")
    console = Console(record=True, width=WIDTH, file=io.StringIO(), color_system="256")
    for line in painted_lines(report, WIDTH):
        console.print(Text.from_ansi(line.rstrip("\n")), no_wrap=True, highlight=False)
    svg = console.export_svg(title="pkassess", code_format=FORMAT, unique_id="pkassess")
    (ROOT / "docs" / "score.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
