"""Rows as CSV and as JSON Lines, piece by piece."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from crm.exports.cells import cell_text
from crm.exports.columns import KEY, Row, Table
from crm.formulas import neutral

BYTE_ORDER_MARK = "\ufeff"
"""By it a spreadsheet knows UTF-8; without it "Müller" opens as "MÃ¼ller"."""
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
CSV_KEY = "holdfast_csv_key"
"""Tells an import that texts stand behind an apostrophe where they would run as formulas."""


def csv_parts(table: Table, pieces: Iterable[list[Row]], delimiter: str, *, mark: bool) -> Iterator[bytes]:
    header = [CSV_KEY if name == KEY else name for name in table.names]
    yield ((BYTE_ORDER_MARK if mark else "") + _lines([header], delimiter)).encode()
    for rows in pieces:
        yield _lines(([neutral(cell_text(value)) for value in row] for row in rows), delimiter).encode()


def _lines(rows: Iterable[list[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def json_parts(table: Table, pieces: Iterable[list[Row]]) -> Iterator[bytes]:
    """One object for each record, with the names of the API."""
    for rows in pieces:
        yield b"".join(orjson.dumps(_named(table, row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def _named(table: Table, row: Row) -> dict[str, Any]:
    return dict(zip(table.names, row, strict=True))
