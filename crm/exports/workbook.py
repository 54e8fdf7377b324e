"""Rows as XLSX, written while they are read: texts as texts, numbers as numbers, days as days.

This is ours, as XlsxWriter and openpyxl need the whole workbook on the disk before its first byte can be
sent. The format is that of ECMA-376, with texts in their cells.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import chain, count
from typing import Any

from crm import clock
from crm.exports.cells import cell_text
from crm.exports.columns import Column, Form, Row, Table
from crm.when_used import WhenUsed

saxutils = WhenUsed("xml.sax.saxutils")

MOST_ROWS = 1_048_576
MOST_BYTES = 1_500_000_000
"""Of one sheet: beyond 2 GB its archive would need what Excel does not open."""
SAFE_DIGITS = 15
FIRST_DAY = date(1899, 12, 30)
FIRST_EXACT = date(1900, 3, 1)
DAY_STYLE, MOMENT_STYLE = 1, 2
_SPECIAL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = f"""{HEAD}<styleSheet xmlns="{MAIN}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>
<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""


class _Pipe:
    """What the archive has written since it was last asked."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, content: bytes) -> int:
        self._written.append(bytes(content))
        return len(content)

    def flush(self) -> None: ...

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def workbook_parts(table: Table, pieces: Iterable[list[Row]], name: str) -> Iterator[bytes]:
    """Rows that one sheet cannot hold go to further ones."""
    pipe, sheets = _Pipe(), list[str]()
    rows = _Rows(pieces)
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        while rows.more or not sheets:
            sheets.append(name if not sheets else f"{name} {len(sheets) + 1}")
            with archive.open(f"xl/worksheets/sheet{len(sheets)}.xml", "w") as sheet:
                for text in _sheet(table, rows):
                    sheet.write(text.encode())
                    yield pipe.take()
        for part, content in _frame(sheets):
            archive.writestr(part, content)
    yield pipe.take()


class _Rows:
    """The pieces of rows, of which one sheet may take only some."""

    def __init__(self, pieces: Iterable[list[Row]]) -> None:
        self._pieces = iter(pieces)
        self._waiting: list[Row] = []
        self._fill()

    @property
    def more(self) -> bool:
        return bool(self._waiting)

    def take(self, most: int) -> list[Row]:
        taken, self._waiting = self._waiting[:most], self._waiting[most:]
        if not self._waiting:
            self._fill()
        return taken

    def _fill(self) -> None:
        self._waiting = next((piece for piece in self._pieces if piece), [])


def _sheet(table: Table, rows: _Rows) -> Iterator[str]:
    size, numbers = 0, count(1)
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<sheetData>{_row(next(numbers), [(_text(name)) for name in table.names])}"
    )
    left = MOST_ROWS - 1
    while left and size < MOST_BYTES and rows.more:
        taken = rows.take(left)
        left -= len(taken)
        text = "".join(_row(next(numbers), _cells(table.columns, row)) for row in taken)
        size += len(text)
        yield text
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Iterable[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cells(columns: Iterable[Column], row: Row) -> Iterator[str]:
    return (_cell(column.form, value) for column, value in zip(columns, row, strict=True))


def _cell(form: Form, value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    written = WRITERS.get(form)
    return (written and written(value)) or _text(cell_text(value))


def _text(text: str) -> str:
    """What XML cannot hold is written as `_x000D_`, as Excel does, and what looks like it too."""
    safe = saxutils.escape(_SPECIAL.sub(lambda found: f"_x{ord(found[0]):04X}_", text))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def _number(value: int | float) -> str | None:
    """A longer one would be rounded."""
    digits = str(value)
    fits = len(digits.lstrip("-").replace(".", "")) <= SAFE_DIGITS and "e" not in digits
    return f"<c><v>{digits}</v></c>" if fits else None


def _yes(value: bool) -> str:
    return f'<c t="b"><v>{int(value)}</v></c>'


def _day(text: str) -> str | None:
    day = date.fromisoformat(text)
    return f'<c s="{DAY_STYLE}"><v>{(day - FIRST_DAY).days}</v></c>' if day >= FIRST_EXACT else None


def _moment(text: str) -> str | None:
    """In UTC."""
    moment = clock.from_text(text)
    if moment.date() < FIRST_EXACT:
        return None
    since = moment - datetime(1899, 12, 30, tzinfo=UTC)
    days = since.days + since.seconds / 86_400 + since.microseconds / 864e8
    return f'<c s="{MOMENT_STYLE}"><v>{days!r}</v></c>'


WRITERS: dict[str, Callable[[Any], str | None]] = {
    "number": _number,
    "yes": _yes,
    "day": _day,
    "moment": _moment,
}


def _frame(sheets: list[str]) -> Iterator[tuple[str, str]]:
    """The parts beside the sheets."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name={saxutils.quoteattr(name[:31])} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, sheets, strict=True)
    )
    yield (
        "xl/workbook.xml",
        (f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'),
    )
    yield "xl/styles.xml", STYLES
    targets = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles", "styles.xml")])
    yield "_rels/.rels", _relations([("book", "officeDocument", "xl/workbook.xml")])
    yield "[Content_Types].xml", _types(numbers)


def _relations(targets: Iterable[tuple[str, str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for name, kind, target in targets
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _types(numbers: Iterable[int]) -> str:
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = chain(
        [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")],
        ((f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers),
    )
    listed = "".join(
        f'<Override PartName="{part}" ContentType="{office}.{kind}+xml"/>' for part, kind in parts
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )
