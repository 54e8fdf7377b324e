"""Read a report of an advertising platform: what it tells of each campaign on each day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from crm.campaigns.platform_rows import PlatformRow, add_up
from crm.errors import Invalid
from crm.imports.advertising.cells import Writing, detect_writing
from crm.imports.advertising.columns import Columns, choose_columns, find_columns
from crm.imports.advertising.platforms import platform_of
from crm.imports.advertising.report import Report, ReportWishes
from crm.imports.advertising.report_rows import RowRefused, read_row
from crm.imports.advertising.totals import HEADER, why_left_out
from crm.imports.reading.sheets import ReadingOptions, Row, bounded
from crm.imports.values.cells import clean
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.imports.reading import opening
else:
    opening = WhenUsed("crm.imports.reading.opening")

LOOKED_AT = 500
"""In so many rows the header must come: some exports have a chart's figures before the table."""
SAMPLE = 2_000
NOT_A_REPORT = "has no columns of the day, the campaign and a figure: say which columns these are"


def read_report(path: Path, wishes: ReportWishes) -> Report:
    """Raises Invalid for a file that is no table, or without the columns that a report needs."""
    source = opening.open_source(path, wishes.reading)
    rows = bounded(source.rows)
    first = list(islice(rows, LOOKED_AT))
    place, columns = _find_header(first, wishes)
    headers = [clean(cell) for cell in first[place].cells]
    rest = chain(first[place + 1 :], rows)
    sample = list(islice(rest, SAMPLE))
    writing = detect_writing(
        columns,
        [row.cells for row in sample if why_left_out(columns, row.cells) is None],
        decimal=wishes.decimal or source.decimal,
        order=wishes.order,
        usual="," if source.delimiter == ";" else ".",
    )
    report = Report(headers, columns, platform_of(headers))
    read = _rows(report, chain(sample, rest), replace(writing, from_1904=source.from_1904))
    report.rows = add_up(read)
    return report


def headers_of(path: Path, reading: ReadingOptions) -> list[str]:
    """Of a file that is no known report: the first row that is as wide as most. Raises Invalid."""
    rows = list(islice(bounded(opening.open_source(path, reading).rows), LOOKED_AT))
    wide = [sum(bool(cell.strip()) for cell in row.cells) for row in rows]
    if not any(wide):
        raise Invalid.field("file", "is empty")
    usual = max(set(wide), key=lambda width: (wide.count(width) * (width > 1), width))
    place = next(place for place, width in enumerate(wide) if width >= usual)
    return [clean(cell) for cell in rows[place].cells]


def _find_header(first: Sequence[Row], wishes: ReportWishes) -> tuple[int, Columns]:
    """Raises Invalid."""
    if wishes.columns is None:
        for place, row in enumerate(first):
            if (columns := find_columns(row.cells)).are_a_report:
                return place, columns
        raise Invalid.field("file", NOT_A_REPORT)
    refusals: list[tuple[int, Invalid]] = []
    for place, row in enumerate(first):
        try:
            return place, choose_columns([clean(cell) for cell in row.cells], wishes.columns)
        except Invalid as error:
            refusals.append((len([cell for cell in row.cells if cell.strip()]), error))
    raise max(refusals, key=lambda each: each[0])[1] if refusals else Invalid.field("file", "is empty")


def _rows(report: Report, rows: Iterable[Row], writing: Writing) -> Iterator[PlatformRow]:
    for row in rows:
        if row.is_empty:
            continue
        if [clean(cell) for cell in row.cells] == report.headers:
            report.leave_out(row.number, HEADER)
        elif (why := why_left_out(report.columns, row.cells)) is not None:
            report.leave_out(row.number, why)
        else:
            yield from _read(report, row, writing)


def _read(report: Report, row: Row, writing: Writing) -> Iterator[PlatformRow]:
    try:
        found = read_row(report.columns, row.cells, writing)
    except RowRefused as error:
        for name, message in error.problems:
            report.refuse(row.number, name, message)
    else:
        report.counted += 1
        yield found
