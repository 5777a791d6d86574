"""The marked copy of a workbook: which cells are marked, what their comments say, and how the copy is put together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pkassess.codes import Code, Severity
from pkassess.findings import LIST_SHEET, Finding
from pkassess.ingest import read_workbook
from pkassess.ingest.content import Content, failure, load
from pkassess.ingest.package import STYLES, Package
from pkassess.render.colour import counted, inert
from pkassess.render.marked.active import Active, active_of
from pkassess.render.marked.cells import SheetXml, Spot, spot_of, top_of_merged
from pkassess.render.marked.comments import Comments, no_comments, no_drawing, with_boxes, without_boxes
from pkassess.render.marked.listing import listing
from pkassess.render.marked.made import TABLE, made_from
from pkassess.render.marked.parts import Parts
from pkassess.render.marked.styles import MINIMAL, Styles
from pkassess.render.marked.xml import (
    Splice,
    UnfitError,
    ascii_xml,
    prefix_of,
    space_of,
    spliced,
    tags,
    with_attributes,
)
from pkassess.texts import fold

if TYPE_CHECKING:
    from pkassess.ingest.sheet import Area, Workbook

MOST_MARKED, MOST_IN_CELL = 5_000, 5
_LIST_PART = "xl/worksheets/pkassess{}.xml"
_SELECTED = re.compile(rb"""(<(?:[\w.-]+:)?sheetView\b[^>]*?)\stabSelected\s*=\s*["'](?:1|true)["']""")
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_MADE = (
    "This copy was made from the values that were read; the formats and formulas of the file are not in it."
)
_WITHOUT_PERSONAL = "Columns that look like personal data are blank in it; --allow-column keeps them."

_UNTOLD = ("docprops/core.xml",)
"""What a copy made from values does not hold: the moment at which it was made."""
Marks = dict[str, dict[Spot, list[Finding]]]


@dataclass(frozen=True)
class MarkedCopy:
    """A finished copy: the bytes of an .xlsx file, how many cells are marked, and what is to be said of it."""

    data: bytes
    cells: int
    remarks: tuple[str, ...]


def marked_copy(
    workbook: Workbook, findings: Sequence[Finding], personal: Mapping[str, Sequence[Area]]
) -> MarkedCopy:
    """A copy of a workbook with its problem cells marked and its findings listed on a first sheet.

    A file of another format, or one whose parts cannot be changed safely, is made anew from its values; so is one
    that holds ``personal`` cells (by sheet), which are left out. Raises InputError for a file that cannot be read any
    more, or that is too large.
    """
    remarks = [_MADE, _WITHOUT_PERSONAL] if personal else [_MADE]
    if workbook.kind == "xlsx" and workbook.content:
        _check_unchanged(workbook.content)
        try:
            active = _active(workbook.content)
            remarks += active.remarks(made=True)
            if active.fit and not personal:
                return _marked(workbook.content, findings, active.remarks(made=False), active.never_kept, {})
        except UnfitError:
            pass
        workbook = read_workbook(workbook.file)
    made = Content(workbook.file, b"PK", "", made_from(workbook, personal))
    renamed = {"": TABLE} if workbook.kind == "csv" else {}
    return _marked(made, findings, remarks, _UNTOLD, renamed)


def _active(content: Content) -> Active:
    with closing(Package.open(content)) as package:
        return active_of(Parts(package))


def _check_unchanged(content: Content) -> None:
    if content.data is None and load(content.file).sha256 != content.sha256:
        raise failure(Code.CANNOT_OPEN, content.file, found="it was changed while it was read")


def _marked(
    content: Content,
    findings: Sequence[Finding],
    remarks: Iterable[str],
    without: Iterable[str],
    renamed: Mapping[str, str],
) -> MarkedCopy:
    """The marked copy of an .xlsx file, some parts left out; sheets may be called otherwise in the findings."""
    with closing(Package.open(content)) as package:
        parts = Parts(package)
        sheets = {name: part.lower() for name, part in package.sheet_parts.items()}
        parts.drop(without)
        names = {name: name for name in sheets if fold(name) != fold(LIST_SHEET)} | dict(renamed)
        marks, left_out = _marks(findings, names)
        said = [*remarks, *left_out]
        styles_part = next((one.part for one in parts.relations(parts.workbook) if one.kind == "styles"), "")
        styles = Styles(parts.read(styles_part) if styles_part else MINIMAL)
        for name in dict.fromkeys(names.values()):
            _mark_sheet(parts, sheets[name], marks.get(name, {}), styles)
        space = space_of(parts.read(parts.workbook))
        _put_first(parts, sheets, listing(findings, names, styles, said, space))
        if not styles_part:
            styles_part = STYLES
            parts.write(styles_part, MINIMAL, "styles+xml")
            parts.relate(parts.workbook, "styles", styles_part)
        parts.write(styles_part, styles.write())
        return MarkedCopy(parts.save(), sum(map(len, marks.values())), tuple(said))


# --- what is marked -----------------------------------------------------------------------------------------


def _marks(findings: Sequence[Finding], names: Mapping[str, str]) -> tuple[Marks, list[str]]:
    """The findings of each cell by sheet, the worst first, for as many cells as a workbook bears; what is left out."""
    order = list(Severity)
    marks: Marks = defaultdict(lambda: defaultdict(list))
    count, left_out = 0, set()
    for item in sorted(findings, key=lambda item: order.index(item.severity)):
        sheet = names.get(item.sheet)
        if sheet is None:
            continue
        for spot in _spots(item):
            if spot not in marks[sheet] and count == MOST_MARKED:
                left_out.add((sheet, spot))
                continue
            count += spot not in marks[sheet]
            marks[sheet][spot].append(item)
    total = f"{count:,} of {count + len(left_out):,} cells"
    said = [f"{total} are coloured and commented, errors first; the list names all."] if left_out else []
    return {sheet: cells for sheet, cells in marks.items() if cells}, said


def _spots(item: Finding) -> Iterator[Spot]:
    """The cells of a finding: all of an error or warning; of a note, where nothing needs doing, the first."""
    listed = item.cells if item.cells and item.severity is not Severity.NOTE else (item.cell,)
    for address in listed:
        first, _, last = address.partition(":")
        start, end = spot_of(first), spot_of(last or first)
        if start and end:
            yield from product(range(start[0], end[0] + 1), range(start[1], end[1] + 1))


def comment_of(findings: Sequence[Finding]) -> str:
    """What the comment of a cell says: code, what was found and expected, and how to mend it."""
    told = [
        f"{item.code.id} {item.severity.value}: {item.code.value.title}\n{inert(item.message)}\n"
        f"To mend: {inert(item.remedy)}"
        for item in findings[:MOST_IN_CELL]
    ]
    more = len(findings) - MOST_IN_CELL
    if more > 0:
        told.append(f"{counted(more, 'more finding')} of this cell: see the sheet {LIST_SHEET}.")
    return "\n\n".join(told)


# --- sheets -------------------------------------------------------------------------------------------------


def _mark_sheet(parts: Parts, part: str, cells: Mapping[Spot, list[Finding]], styles: Styles) -> None:
    """Mark the cells of a sheet, and take away the marks of an earlier copy; a sheet with neither stays as it is."""
    data = parts.read(part)
    earlier = styles.earlier if _holds_style(data, styles.earlier) else {}
    if not cells and not earlier and not _holds_comments_of_ours(parts, part):
        return
    tops = top_of_merged(data)
    shown: dict[Spot, list[Finding]] = defaultdict(list)
    for spot, found in cells.items():
        shown[tops.get(spot, spot)] += found
    order = list(Severity)
    worst = {spot: min((one.severity for one in found), key=order.index) for spot, found in shown.items()}
    sheet = SheetXml(data, worst, styles.marked, earlier)
    relation = _comment(
        parts, part, sheet.drawing, {spot: comment_of(found) for spot, found in shown.items()}
    )
    parts.write(part, sheet.write(relation, parts.relation_types))


def _holds_style(data: bytes, styles: Collection[int]) -> bool:
    """Whether any cell of a sheet may have one of the styles."""
    numbers = "|".join(map(str, styles))
    return bool(styles) and re.search(rf"""\ss\s*=\s*["'](?:{numbers})["']""".encode(), data) is not None


def _holds_comments_of_ours(parts: Parts, part: str) -> bool:
    kept = _comments_part(parts, part)
    return bool(kept) and Comments(parts.read(kept)).ours


def _comments_part(parts: Parts, part: str) -> str:
    """The part with the comments of a sheet, '' where it has none."""
    return next((one.part for one in parts.relations(part) if one.kind == "comments"), "")


def _comment(parts: Parts, part: str, drawing_id: str, texts: Mapping[Spot, str]) -> str:
    """Write the comments of a sheet and the boxes of new ones; the id of a drawing that the sheet did not have."""
    relations = parts.relations(part)
    kept = _comments_part(parts, part)
    if not kept and not texts:
        return ""
    comments = Comments(parts.read(kept) if kept else no_comments(space_of(parts.read(parts.workbook))))
    if not kept:
        kept = parts.fresh("xl/pkassess_comments{}.xml")
        parts.write(kept, b"", "comments+xml")
        parts.relate(part, "comments", kept)
    parts.write(kept, comments.write(texts))
    fresh = {spot: text for spot, text in texts.items() if spot not in comments.known}
    drawing = next((one.part for one in relations if one.id == drawing_id), "") if drawing_id else ""
    if drawing:
        boxes = without_boxes(parts.read(drawing), comments.gone(texts))
        parts.write(drawing, with_boxes(boxes, fresh))
        return ""
    if not fresh:
        return ""
    drawing = parts.fresh("xl/drawings/pkassess{}.vml")
    parts.know_ending("vml", _VML)
    parts.write(drawing, with_boxes(no_drawing(), fresh))
    return parts.relate(part, "vmlDrawing", drawing)


def _put_first(parts: Parts, sheets: Mapping[str, str], data: bytes) -> None:
    """Put the list of findings in front of the other sheets, in place of one from an earlier copy, and open it."""
    earlier = next((part for name, part in sheets.items() if fold(name) == fold(LIST_SHEET)), "")
    for part in sheets.values():
        if part in parts and part != earlier:
            before = parts.read(part)
            if (after := _SELECTED.sub(rb"\1", before)) != before:
                parts.write(part, after)
    if earlier:
        parts.write(earlier, data)
        return
    part = parts.fresh(_LIST_PART)
    parts.write(part, data, "worksheet+xml")
    relation = parts.relate(parts.workbook, "worksheet", part)
    book = parts.read(parts.workbook)
    splices, ids, first = [], [0], None
    for tag in tags(book):
        if tag.name == "sheet":
            first = first or tag
            ids.append(int(tag.attributes.get("sheetId", "0")))
        elif tag.name == "workbookView":
            new = with_attributes(book[tag.start : tag.end], activeTab="0", firstSheet="0")
            splices.append(Splice(tag.start, tag.end, new))
        elif tag.name == "definedName" and "localSheetId" in tag.attributes:
            number = str(int(tag.attributes["localSheetId"]) + 1)
            splices.append(
                Splice(tag.start, tag.end, with_attributes(book[tag.start : tag.end], localSheetId=number))
            )
    if first is None:
        raise UnfitError
    entry = (
        f'<{prefix_of(book, first)}sheet name="{LIST_SHEET}" sheetId="{max(ids) + 1}" '
        f'xmlns:r="{parts.relation_types}" r:id="{relation}"/>'
    )
    splices.append(Splice(first.start, first.start, ascii_xml(entry)))
    parts.write(parts.workbook, spliced(book, splices))
