"""What every reader gives: rows of text, and what was seen of the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from crm.errors import Invalid, Sentence

MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
MOST_CELLS = 60_000_000
LONGEST_CELL = 100_000
MOST_SKIPPED_TOLD = 200


@dataclass(slots=True)
class Row:
    """`number` is that of the row in the file, from 1 on. `lost` names, by the cell's place, what the file
    no longer holds of it. `otherwise` is how the same line reads where quotes count anywhere.
    """

    number: int
    cells: list[str]
    hidden: bool = False
    lost: dict[int, str] = field(default_factory=dict)
    otherwise: list[str] | None = None

    @property
    def is_empty(self) -> bool:
        return not self.lost and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How people say that a file is to be read; None is for what is to be detected.

    `header_row` counts from 1; 0 says that there is none.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(slots=True)
class Source:
    """A file as it is being read. `decimal` is known where the form of file has one of its own."""

    form: str
    rows: Iterator[Row]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: list[str] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    decimal: str | None = None
    header_row: int | None = None
    from_1904: bool = False


def unreadable(message: str) -> Invalid:
    """The refusal, to be raised."""
    return Invalid.field("file", message)


def check_row(row: Row) -> Row:
    """Raises Invalid for a row wider, or a cell longer, than any that people write."""
    if len(row.cells) > MOST_COLUMNS:
        raise unreadable(Sentence("has a row of more than {n} columns", n=MOST_COLUMNS))
    if max(map(len, row.cells), default=0) > LONGEST_CELL:
        raise unreadable(
            Sentence("has a cell of more than {n} characters in row {row}", n=LONGEST_CELL, row=row.number)
        )
    return row


def bounded(rows: Iterator[Row]) -> Iterator[Row]:
    """Raises Invalid where the file holds more than is taken in at once."""
    cells = 0
    for count, row in enumerate(rows, start=1):
        cells += len(row.cells)
        if count > MOST_ROWS:
            raise unreadable(Sentence("has more than {n} rows; split it", n=MOST_ROWS))
        if cells > MOST_CELLS:
            raise unreadable(Sentence("has more than {n} cells; split it", n=MOST_CELLS))
        yield check_row(row)
