"""Read XLSX as a stream: cells as the workbook shows them, and values that it has lost."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from crm.errors import Sentence
from crm.imports.reading.number_formats import NumberFormat
from crm.imports.reading.sheets import LONGEST_CELL, MOST_COLUMNS, ReadingOptions, Row, Source, unreadable
from crm.imports.reading.workbook_parts import Book, unescaped
from crm.imports.reading.xml_parts import NOT_A_WORKBOOK, Puller, opened_zip, read_part

_COLUMN = re.compile(r"[A-Z]{1,4}")
NO_VALUE = "The file holds the formula, but not its value."
NO_DAY = "This number is no day of the calendar."
NO_DATES = frozenset({"0", "60"})
"""Where there is no date: an empty cell that was calculated with, and the day that the calendar never had."""
AN_ERROR = "The file holds an error in place of the value."


def read_workbook(path: Path, options: ReadingOptions) -> Source:
    """Raises Invalid."""
    with opened_zip(path) as archive:
        book = Book(archive)
        visible = [name for name, (_, hidden) in book.sheets.items() if not hidden]
        wanted = options.sheet or (visible or list(book.sheets))[0]
        if wanted not in book.sheets:
            raise unreadable(Sentence("{name} is not in the file", name=wanted), "sheet")
        part = book.sheets[wanted][0]
    hidden = [name for name in book.sheets if name not in visible]
    rows = _rows(path, part, book)
    return Source(
        "xlsx",
        rows,
        sheet=wanted,
        sheets=list(book.sheets),
        hidden_sheets=hidden,
        decimal=".",
        from_1904=book.from_1904,
    )


def _rows(path: Path, part: str, book: Book) -> Iterator[Row]:
    with ExitStack() as stack:
        archive = stack.enter_context(opened_zip(path))
        sheet = _Sheet(book)
        for chunk in read_part(archive, part):
            sheet.feed(chunk)
            yield from sheet.take()
        sheet.feed(b"", last=True)
        yield from sheet.take()


class _Sheet(Puller):
    """One sheet; `take` returns the rows that are complete so far."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._book = book
        self._done: list[Row] = []
        self._row = Row(0, [])
        self._column = -1
        self._cell: dict[str, str] = {}
        self._value: list[str] = []
        self._reading = self._formula = False

    def take(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            number = attributes.get("r", "")
            hidden = attributes.get("hidden") in {"1", "true"}
            self._row = Row(int(number) if number.isdigit() else self._row.number + 1, [], hidden)
            self._column = -1
        elif name == "c":
            self._cell, self._value, self._formula = attributes, [], False
            self._column = _column_of(attributes.get("r", ""), self._column + 1)
        elif name in {"v", "t"}:
            self._reading = True
        elif name in {"f", "rPh"}:
            self._formula = self._formula or name == "f"

    def text(self, text: str) -> None:
        if self._reading:
            self._value.append(text)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._reading = False
        elif name == "c":
            self._take_cell()
        elif name == "row":
            self._done.append(self._row)

    def _take_cell(self) -> None:
        text, why = self._shown("".join(self._value))
        if not text and not why:
            return
        cells = self._row.cells
        cells.extend([""] * (self._column + 1 - len(cells)))
        cells[self._column] = text[: LONGEST_CELL + 1]
        if why:
            self._row.lost[self._column] = why

    def _shown(self, value: str) -> tuple[str, str]:
        """The text, and why it is lost, if it is."""
        kind = self._cell.get("t", "n")
        if not value:
            return "", NO_VALUE if self._formula else ""
        if kind == "e":
            return value, AN_ERROR
        if kind == "b":
            return "true" if value in {"1", "true"} else "false", ""
        if kind == "s":
            return self._shared(value), ""
        if kind in {"str", "inlineStr", "d"}:
            return unescaped(value), ""
        shown = self._format().shown(value, from_1904=self._book.from_1904)
        return (shown, "") if shown is not None else _no_date(value)

    def _shared(self, value: str) -> str:
        place = int(value) if value.isdigit() else -1
        if not 0 <= place < len(self._book.texts):
            raise unreadable(NOT_A_WORKBOOK)
        return self._book.texts[place]

    def _format(self) -> NumberFormat:
        style: Any = self._cell.get("s", "0")
        place = int(style) if style.isdigit() else 0
        return self._book.formats[place] if place < len(self._book.formats) else PLAIN


PLAIN = NumberFormat(0)


def _column_of(reference: str, following: int) -> int:
    """`AB12` is the 28th column; a cell without a reference follows the last one."""
    letters = _COLUMN.match(reference)
    if letters is None:
        column = following
    else:
        column = 0
        for letter in letters[0]:
            column = column * 26 + ord(letter) - 64
        column -= 1
    if column > MOST_COLUMNS * 17:
        raise unreadable(NOT_A_WORKBOOK)
    return column


def _no_date(value: str) -> tuple[str, str]:
    return ("", "") if value.removesuffix(".0") in NO_DATES else (value, NO_DAY)
