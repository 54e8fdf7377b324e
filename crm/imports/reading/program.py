"""Read a file into rows of JSON, in a process of its own with bounded memory and time.

A single cell, archive or line may need all of the memory; then only this process ends.
"""

import errno
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from crm.errors import Invalid, Sentence
from crm.imports.headers.known import is_known_header
from crm.imports.headers.unnamed import fields_by_values
from crm.imports.reading.layout import Layout, lay_out
from crm.imports.reading.opening import open_source
from crm.imports.reading.photos import store_photo
from crm.imports.reading.sheets import ReadingOptions, Row, Source, bounded, unreadable
from crm.imports.reading.staged import FACTS, ROWS, Facts, packed
from crm.imports.targets import KEEP
from crm.imports.values.days import detect_order
from crm.imports.values.numbers import detect_decimal

MEMORY_BYTES = 1024**3
SECONDS = 900
SAMPLE = 2_000
SHOWN, SHORT = 50, 200
REFUSED, NO_ROOM_LEFT = 3, 4
ONE_COLUMN = Sentence(
    "The file has one column, and its header is not known. Check the file and its separator."
)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def stage(path: Path, options: ReadingOptions, folder: Path) -> Facts:
    """Write each record of the file as a line of JSON, and the facts about the file. Raises Invalid."""
    source = open_source(path, options)
    chosen = options.header_row if source.form != "vcard" else None
    header_row = source.header_row if chosen is None else chosen
    layout, rows = lay_out(bounded(source.rows), header_row)
    first = list(islice(rows, SAMPLE))
    facts = _facts_of(source, layout, first)
    with (folder / ROWS).open("wb") as out:
        for row in _chained(first, rows):
            facts.rows += 1
            facts.hidden_rows += row.hidden
            if row.photo:
                row.photo = store_photo(folder, row.number, row.photo)
            out.write(packed(row))
    facts.skipped, facts.skipped_count = layout.skipped, layout.skipped_count
    if not facts.rows:
        raise unreadable("has no rows below its header")
    (folder / FACTS).write_bytes(orjson.dumps(asdict(facts)))
    return facts


def _chained(first: list[Row], rows: Iterator[Row]) -> Iterator[Row]:
    yield from first
    yield from rows


def _facts_of(source: Source, layout: Layout, first: list[Row]) -> Facts:
    widths = Counter(len(row.cells) for row in first)
    usual = widths.most_common(1)[0][0] if widths else 0
    headers = _padded(layout.headers, first, usual)
    cells = [cell for row in first for cell in row.cells if cell]
    return Facts(
        source.form,
        encoding=source.encoding,
        delimiter=source.delimiter,
        sheet=source.sheet,
        sheets=source.sheets,
        hidden_sheets=source.hidden_sheets,
        header_row=layout.header_row,
        headers=headers,
        decimal=source.decimal or detect_decimal(cells),
        date_order=detect_order(cells),
        from_1904=source.from_1904,
        width=max(layout.width, usual) if source.form == "csv" else 0,
        warnings=[*source.warnings, *_doubts(source, headers, first)],
        sample=[[cell[:SHORT] for cell in row.cells] for row in first[:SHOWN]],
    )


def _doubts(source: Source, headers: list[str], first: list[Row]) -> list[str]:
    """A letter or a log is a table of one column, too; a list of addresses is meant to be one."""
    if source.form != "csv" or max(len(headers), *(len(row.cells) for row in first[:SHOWN]), 0) > 1:
        return []
    known = any(map(is_known_header, headers)) or fields_by_values(1, [row.cells for row in first]) != [KEEP]
    return [] if known else [ONE_COLUMN]


def _padded(headers: list[str], first: list[Row], usual: int) -> list[str]:
    """A column without a header counts if rows of the usual width have values in it."""
    filled = max(
        (
            place + 1
            for row in first
            if len(row.cells) <= usual
            for place, cell in enumerate(row.cells)
            if cell.strip()
        ),
        default=0,
    )
    return headers + [""] * (filled - len(headers))


def main() -> int:
    """The arguments are the file, the folder to write to, and the options as JSON."""
    for limit, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY_BYTES)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    path, folder, options = sys.argv[1:4]
    try:
        stage(Path(path), ReadingOptions(**orjson.loads(options)), Path(folder))
    except Invalid as error:
        refusals = error.problems
    except MemoryError:
        refusals = unreadable("needs too much memory to read; split the file").problems
    except OSError as error:
        if error.errno in NO_ROOM:
            return NO_ROOM_LEFT
        raise
    else:
        return 0
    sys.stdout.buffer.write(orjson.dumps([_told(each.field, each.message) for each in refusals]))
    return REFUSED


def _told(field: str, message: Any) -> list[Any]:
    """With the values apart, so that the sentence can be said in the language of the reader."""
    return [field, getattr(message, "template", str(message)), dict(getattr(message, "values", {}))]


if __name__ == "__main__":
    sys.exit(main())
