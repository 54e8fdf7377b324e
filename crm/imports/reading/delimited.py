"""Read CSV, TSV and the like, with any delimiter, even with misplaced quotes."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from crm.errors import Sentence
from crm.exports.tables import CSV_KEY
from crm.imports.reading.encodings import check_encoding, detect_encoding, is_suspect, share_of_utf8
from crm.imports.reading.sheets import LONGEST_CELL, ReadingOptions, Row, Source, unreadable

SAMPLE_BYTES = 256 * 1024
SAMPLE_ROWS = 60
DELIMITERS = (",", ";", "\t", "|")
MOST_LINES, MOST_EXPORTED = 2_000, 25_000
"""The most of one row: an unclosed quote would otherwise swallow the rest of the file. Longer notes than that
are in a file only if Holdfast exported it.
"""

WHOLE = ("utf-8", "utf-8-sig")
DAMAGED_TEXT = Sentence("Some characters of the file are damaged. The check lists each cell that has one.")
SEVERAL_ENCODINGS = Sentence(
    "The file may mix several encodings. Check the letters with accents in the preview."
)


def read_delimited(path: Path, options: ReadingOptions) -> Source:
    """Raises Invalid."""
    sample, letters = _samples(path)
    encoding = check_encoding(options.encoding) if options.encoding else detect_encoding(letters)
    text = sample.decode(encoding, "replace")
    named = _named_delimiter(text)
    delimiter = options.delimiter or named or detect_delimiter(text)
    most = MOST_EXPORTED if CSV_KEY in text.split("\n", 1)[0] else MOST_LINES
    rows = _decoded(_rows(path, encoding, delimiter, most, skip=1 if named else 0), encoding, options)
    warnings = list(_warnings_of(letters, encoding))
    return Source("csv", rows, encoding=encoding, delimiter=delimiter, warnings=warnings)


def _samples(path: Path) -> tuple[bytes, bytes]:
    """The beginning of the file, and the first part of it that has other letters than ASCII."""
    with path.open("rb") as file:
        first = letters = file.read(SAMPLE_BYTES)
        while letters.isascii() and (more := file.read(SAMPLE_BYTES)):
            # Begun behind the end of a line: no letter is cut in two.
            letters = more.partition(b"\n")[2]
    return first, letters or first


def _warnings_of(letters: bytes, encoding: str) -> Iterator[str]:
    if encoding in WHOLE and share_of_utf8(letters) < 1:
        yield DAMAGED_TEXT
    if is_suspect(letters, encoding):
        yield SEVERAL_ENCODINGS


def detect_delimiter(text: str) -> str:
    """The one that splits most rows into the same number of cells."""
    return max(DELIMITERS, key=lambda each: _evenness(text, each))


def _preferred(delimiter: str) -> float:
    """If several fit, the comma comes last: it also occurs within numbers."""
    return {"\t": 3.0, ";": 2.0, "|": 1.0}.get(delimiter, 0.0) * 100


def _named_delimiter(text: str) -> str | None:
    """Excel writes `sep=;` as the first line."""
    first = text.lstrip("\ufeff").split("\n", 1)[0].rstrip("\r").strip('"')
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def _evenness(text: str, delimiter: str) -> float:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: list[int] = []
    try:
        for row in reader:
            if any(row):
                widths.append(len(row))
            if len(widths) == SAMPLE_ROWS:
                break
    except csv.Error:
        return 0.0
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0.0
    width, rows = max(several.items(), key=lambda each: each[1] * min(each[0], 4))
    whole = _preferred(delimiter) if rows == len(widths) else 0.0
    return rows / len(widths) * min(width, 12) + whole


def _decoded(rows: Iterator[Row], encoding: str, options: ReadingOptions) -> Iterator[Row]:
    try:
        yield from rows
    except UnicodeError:
        if options.encoding:
            raise unreadable("is not the encoding of this file", "encoding") from None
        raise unreadable(Sentence("is not text in the encoding {name}", name=encoding)) from None


def _rows(path: Path, encoding: str, delimiter: str, most: int, *, skip: int) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL * 4)
    with path.open("rb") as raw:
        strict = "replace" if encoding in WHOLE else "strict"
        lines = _Lines(io.TextIOWrapper(raw, encoding, strict, newline=""), most)
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            for number, cells in enumerate(reader, start=1):
                # In a file that mixes encodings a byte order mark may follow `sep=`.
                if number > skip:
                    yield from _parted(number, lines, delimiter) or (_row(number, cells, lines, delimiter),)
                lines.begin_row()
        except csv.Error:
            raise unreadable(Sentence("cannot be read from line {n} on", n=lines.number)) from None


def _parted(number: int, lines: "_Lines", delimiter: str) -> list[Row]:
    """The lines of the last row, if it has a quote that nothing closes: each is a row."""
    if not lines.ended or len(lines.text) < 2 or not "".join(lines.text).count('"') % 2:
        return []
    rows = csv.reader(lines.text, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    parts = [Row(number + place, cells) for place, cells in enumerate(rows)]
    parts[0].otherwise = [cell.replace('"', "") for cell in parts[0].cells]
    return parts


def _row(number: int, cells: list[str], lines: "_Lines", delimiter: str) -> Row:
    if number == 1 and cells:
        cells[0] = cells[0].removeprefix("\ufeff")
    misquoted = any('"' in cell for cell in cells)
    return Row(number, cells, otherwise=_cut_outside_quotes(lines.text, delimiter) if misquoted else None)


def _cut_outside_quotes(lines: list[str], delimiter: str) -> list[str]:
    """Quotes may begin anywhere in a cell; a formula such as `=LINK("a","b")` is not split."""
    cells, cell, inside, depth = list[str](), list[str](), False, 0
    for char in "".join(lines).rstrip("\r\n"):
        if char == delimiter and not inside and not depth:
            cells.append("".join(cell))
            cell.clear()
            continue
        inside ^= char == '"'
        if not inside and cell[:1] == ["="]:
            depth = max(0, depth + (char == "(") - (char == ")"))
        cell.append(char)
    cells.append("".join(cell))
    return [_unquoted(each) for each in cells]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


class _Lines:
    """The lines of a file, counted, without zeros; `text` has those of the current row."""

    def __init__(self, file: IO[str], most: int) -> None:
        self._file, self._most = file, most
        self.number, self.ended = 0, False
        self.text: list[str] = []

    def begin_row(self) -> None:
        self.text.clear()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        try:
            line = next(self._file).replace("\x00", "")
        except StopIteration:
            self.ended = True
            raise
        self.number += 1
        self.text.append(line)
        if len(self.text) > self._most:
            first = self.number - self._most
            raise unreadable(Sentence("has a quote in line {n} that is not closed", n=first))
        return line
