"""What every reader returns: rows of text, and facts about the file."""

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
    """`number` is the row in the file, from 1. `lost` says, by the place of the cell, why a value is lost.
    `otherwise` has the cells of the same line if quotes may begin anywhere. `photo` is the picture of a card:
    its value until it is stored, afterwards STORED or why it cannot be used.
    """

    number: int
    cells: list[str]
    hidden: bool = False
    lost: dict[int, str] = field(default_factory=dict)
    otherwise: list[str] | None = None
    photo: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.lost and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How to read a file; None means "detect it". `header_row` counts from 1; 0 means that there is none."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(slots=True)
class Source:
    """A file that is being read. `decimal` is set if the format defines it; `warnings` are for people."""

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
    warnings: list[str] = field(default_factory=list)


def unreadable(message: str, option: str = "file") -> Invalid:
    """The error to raise. `option` is the reading option that does not fit, if it is not the file."""
    return Invalid.field(option, message)


def check_row(row: Row) -> Row:
    """Raises Invalid for a row or a cell that is too long."""
    if len(row.cells) > MOST_COLUMNS:
        raise unreadable(Sentence("has a row of more than {n} columns", n=MOST_COLUMNS))
    if max(map(len, row.cells), default=0) > LONGEST_CELL:
        raise unreadable(
            Sentence("has a cell of more than {n} characters in row {row}", n=LONGEST_CELL, row=row.number)
        )
    return row


def bounded(rows: Iterator[Row]) -> Iterator[Row]:
    """Raises Invalid if the file has too many rows or cells."""
    cells = 0
    for count, row in enumerate(rows, start=1):
        cells += len(row.cells)
        if count > MOST_ROWS:
            raise unreadable(Sentence("has more than {n} rows; split the file", n=MOST_ROWS))
        if cells > MOST_CELLS:
            raise unreadable(Sentence("has more than {n} cells; split the file", n=MOST_CELLS))
        yield check_row(row)
