"""Read JSON Lines as rows: each line is an object, each name in one of them a column."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from crm.errors import Sentence
from crm.exports.cells import cell_text
from crm.imports.reading.sheets import MOST_COLUMNS, Row, Source, unreadable
from crm.json_bounds import TooDeep, TooMany, check_bounds

LONGEST_LINE = 4 * 1024 * 1024
MOST_VALUES = 100_000


def read_json_lines(path: Path) -> Source:
    """Reads the file twice: first for the names. Raises Invalid."""
    names: dict[str, None] = {}
    for number, record in _objects(path):
        names.update(dict.fromkeys(record))
        if len(names) > MOST_COLUMNS:
            raise unreadable(Sentence("has more than {n} names up to line {row}", n=MOST_COLUMNS, row=number))
    return Source("jsonl", _rows(path, list(names)), encoding="utf-8", decimal=".", header_row=1)


def _rows(path: Path, names: list[str]) -> Iterator[Row]:
    """The names are row 1, so that row 2 is the first line."""
    yield Row(1, names)
    for number, record in _objects(path):
        yield Row(number + 1, [cell_text(record.get(name)) for name in names])


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise unreadable(Sentence("has a line of more than {n} bytes", n=LONGEST_LINE))
            line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if line.strip():
                yield number, _parsed(line, number)


def _parsed(line: bytes, number: int) -> dict[str, Any]:
    try:
        check_bounds(line, MOST_VALUES)
        record = orjson.loads(line)
    except TooDeep:
        raise unreadable(Sentence("has JSON that is nested too deeply in line {n}", n=number)) from None
    except TooMany:
        raise unreadable(Sentence("has too many values in line {n}", n=number)) from None
    except orjson.JSONDecodeError:
        record = None
    if not isinstance(record, dict):
        raise unreadable(Sentence("has no JSON object in line {n}", n=number))
    return record
