"""Read ODS with python-calamine, which gives values only: no hidden rows, no formulas."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from crm.errors import Sentence
from crm.imports.reading.number_formats import plain_number
from crm.imports.reading.sheets import MOST_COLUMNS, MOST_ROWS, ReadingOptions, Row, Source, unreadable
from crm.imports.reading.xml_parts import NOT_A_WORKBOOK, opened_zip


def read_opendocument(path: Path, options: ReadingOptions) -> Source:
    """Raises Invalid."""
    with opened_zip(path):  # which bounds what it unpacks to
        pass
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = {each.name: each.visible == SheetVisibleEnum.Visible for each in book.sheets_metadata}
        wanted = options.sheet or next((name for name, shown in names.items() if shown), "")
        if wanted not in names:
            raise unreadable(Sentence("{name} is not in the file", name=wanted), "sheet")
        sheet = book.get_sheet_by_name(wanted)
    except (CalamineError, OSError):
        raise unreadable(NOT_A_WORKBOOK) from None
    if sheet.height > MOST_ROWS or sheet.width > MOST_COLUMNS:
        raise unreadable(
            Sentence("has more than {rows} rows or {columns} columns", rows=MOST_ROWS, columns=MOST_COLUMNS)
        )
    hidden = [name for name, shown in names.items() if not shown]
    return Source("ods", _rows(sheet), sheet=wanted, sheets=list(names), hidden_sheets=hidden, decimal=".")


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    first = sheet.start[0] if sheet.start else 0
    for number, cells in enumerate(sheet.iter_rows(), start=first + 1):
        yield Row(number, [_shown(cell) for cell in cells])


def _shown(value: int | float | str | bool | time | date | datetime | timedelta) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return plain_number(float(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    return str(value)
