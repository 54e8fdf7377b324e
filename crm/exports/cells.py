"""The values of records as texts of cells, from which an import reads the same values again."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import orjson


def cell_text(value: Any) -> str:
    """Lists of texts as one line of CSV, other structures as JSON, nothing as an empty cell."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return joined_texts(value)
    return orjson.dumps(value).decode()


def split_texts(cell: str) -> list[str]:
    """The texts that `joined_texts` wrote."""
    return next(csv.reader(io.StringIO(cell, newline=""), skipinitialspace=True), [])


def joined_texts(texts: Iterable[str]) -> str:
    """`VIP, "Berlin, Mitte"`: a text with a comma stands in quotes."""
    listed = list(texts)
    if not listed:
        return ""
    line = io.StringIO()
    csv.writer(line).writerow(listed)
    return line.getvalue().removesuffix("\r\n")
