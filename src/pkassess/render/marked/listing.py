"""The sheet that lists every finding, put in front of the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pkassess.codes import Severity
from pkassess.findings import Finding
from pkassess.ingest.sheet import cell_name
from pkassess.render.colour import inert
from pkassess.render.marked.cells import Spot, spot_of
from pkassess.render.marked.styles import Styles
from pkassess.render.marked.xml import ascii_xml, quoted, told

COLUMNS = ("severity", "code", "sheet", "cell", "value", "message", "remedy")
_WIDTHS = (10, 8, 20, 8, 24, 60, 60)
_LINE_HEIGHT, _HIGHEST_ROW = 15, 400
_LONGEST = 2_000
MOST_LISTED = 20_000


def listing(
    findings: Sequence[Finding], sheets: Mapping[str, str], styles: Styles, remarks: Sequence[str], space: str
) -> bytes:
    """The sheet as XML: one row per finding, errors first, then by place; each cell a link; ``remarks`` below.

    ``sheets`` leads from the name of a sheet in the findings to its name in the workbook, ``space`` is the namespace
    of the workbook. At most 20,000 findings are listed; a remark says how many there are.
    """
    severities, names = list(Severity), list(sheets)

    def order(item: Finding) -> tuple[int, int, Spot]:
        place = names.index(item.sheet) if item.sheet in sheets else -1
        return severities.index(item.severity), place, spot_of(item.cell) or (-1, -1)

    listed = sorted(findings, key=order)[:MOST_LISTED]
    if len(listed) < len(findings):
        more = f"{len(listed):,} of {len(findings):,} findings are listed. pkassess validate FILE -f csv lists all."
        remarks = [*remarks, more]
    rows = list(_rows(listed, sheets, styles, remarks))
    links = "".join(_links(listed, sheets))
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(_WIDTHS, 1)
    )
    end = cell_name(len(listed), len(COLUMNS) - 1)
    return ascii_xml(
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{space}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView tabSelected="1" workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="A1:{end}"/>{f"<hyperlinks>{links}</hyperlinks>" if links else ""}'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _rows(
    listed: Sequence[Finding], sheets: Mapping[str, str], styles: Styles, remarks: Sequence[str]
) -> Iterator[str]:
    plain, link, bold = styles.plain(), styles.plain(link=True), styles.plain(bold=True)
    of_severity = {kind: styles.plain(severity=kind) for kind in Severity}
    yield _row(0, COLUMNS, [bold] * len(COLUMNS))
    at = 0
    for at, item in enumerate(listed, 1):
        texts = (
            item.severity.value,
            item.code.id,
            sheets.get(item.sheet, item.sheet),
            item.cell,
            item.value,
            item.message,
            item.remedy,
        )
        shown = [inert(text[:_LONGEST]) for text in texts]
        where = link if _target(item, sheets) else plain
        yield _row(at, shown, [of_severity[item.severity], plain, plain, where, plain, plain, plain])
    for number, remark in enumerate(remarks, at + 2):
        yield _row(number, ["", "", "", "", "", remark, ""], [plain] * len(COLUMNS))


def _row(number: int, texts: Sequence[str], styles: Sequence[int]) -> str:
    cells = (
        f'<c r="{cell_name(number, column)}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{told(text)}</t></is></c>'
        for column, (text, style) in enumerate(zip(texts, styles, strict=True))
        if text
    )
    lines = max(-(-len(text) // (width - 2)) for text, width in zip(texts, _WIDTHS, strict=True))
    height = min(max(lines, 1) * _LINE_HEIGHT, _HIGHEST_ROW)
    return f'<row r="{number + 1}" ht="{height}" customHeight="1">{"".join(cells)}</row>'


def _links(listed: Sequence[Finding], sheets: Mapping[str, str]) -> Iterator[str]:
    for at, item in enumerate(listed, 1):
        if target := _target(item, sheets):
            yield f'<hyperlink ref="{cell_name(at, 3)}" location="{quoted(target)}" display="{quoted(item.cell)}"/>'


def _target(item: Finding, sheets: Mapping[str, str]) -> str:
    """The place in the workbook that a finding is about, as a link inside it; '' where it has none."""
    if not item.cell or item.sheet not in sheets:
        return ""
    name = sheets[item.sheet].replace("'", "''")
    return f"'{name}'!{item.cell}"
