"""The rows of a file, each stored as a line of JSON, and the facts about the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from crm.errors import Sentence
from crm.imports.reading.sheets import Row

ROWS, FACTS = "rows.jsonl", "facts.json"


@dataclass(slots=True)
class Facts:
    """What was detected. `sample` has the first records; `width` is the number of cells in a row."""

    form: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: list[str] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    header_row: int = 0
    headers: list[str] = field(default_factory=list)
    decimal: str | None = None
    date_order: str | None = None
    from_1904: bool = False
    width: int = 0
    rows: int = 0
    hidden_rows: int = 0
    skipped: list[tuple[int, str]] = field(default_factory=list)
    skipped_count: int = 0
    sample: list[list[str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def packed(row: Row) -> bytes:
    """Without empty parts at the end, as there may be a million rows."""
    lost = {str(place): why for place, why in row.lost.items()}
    rest: list[Any] = [row.hidden, lost, row.otherwise, row.photo]
    while rest and not rest[-1]:
        rest.pop()
    return orjson.dumps([row.number, row.cells, *rest]) + b"\n"


def unpacked(line: bytes) -> Row:
    parts: list[Any] = orjson.loads(line)
    unsaid: list[Any] = [False, {}, None, ""]
    number, cells, hidden, lost, otherwise, photo = [*parts, *unsaid[len(parts) - 2 :]]
    reasons: dict[int, str] = {int(place): Sentence(why) for place, why in lost.items()}
    return Row(number, cells, hidden, reasons, otherwise, photo)


def staged_rows(folder: Path, place: int = 0) -> Iterator[Row]:
    """The rows from that place in the file on."""
    yield from (row for row, _ in placed_rows(folder, place))


def placed_rows(folder: Path, place: int = 0) -> Iterator[tuple[Row, int]]:
    """Each row with the place in the file where the next one begins."""
    with (folder / ROWS).open("rb") as lines:
        lines.seek(place)
        for line in lines:
            place += len(line)
            yield unpacked(line), place


def staged_facts(folder: Path) -> Facts:
    return Facts(**orjson.loads((folder / FACTS).read_bytes()))
