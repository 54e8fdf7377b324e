"""Find the header of a table, and the rows that are not records."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice

from crm.imports.headers.known import is_known_header
from crm.imports.reading.sheets import MOST_SKIPPED_TOLD, Row, unreadable
from crm.word_forms import same_word

LOOKED_AT = 60
TOTAL_WORDS = """
    Summe, Gesamt, Gesamtsumme, Zwischensumme, Total, Totals, Grand total, Sum, Subtotal, Итого, Всего,
    Totale, Totaal, Suma, Razem, Somme, Toplam, Celkem, Summa, 合計, 总计, 합계
"""
_DATA = re.compile(r"[^@\s]+@[^@\s]+\.\w+|\+?[\d\s().,/:%€$£-]*\d[\d\s().,/:%€$£-]*")
_AMOUNT = re.compile(r"[-+(]?[^\w@]*[\d\s.,'’\u00a0\u202f]*\d[^\w@]*(?:[A-Z]{3}|%)?\)?")


@cache
def total_words() -> frozenset[str]:
    """Made when first asked for: the tables of Chinese characters take 2 MB."""
    return frozenset(same_word(word.strip()) for word in TOTAL_WORDS.split(","))


@dataclass(slots=True)
class Layout:
    """`header_row` is 0 if there is none; `skipped` has rows that are not records, each with the reason.

    `width` is the number of cells in the header, including empty ones.
    """

    headers: list[str] = field(default_factory=list)
    header_row: int = 0
    skipped: list[tuple[int, str]] = field(default_factory=list)
    skipped_count: int = 0
    width: int = 0

    def skip(self, row: Row, why: str) -> None:
        self.skipped_count += 1
        if len(self.skipped) < MOST_SKIPPED_TOLD:
            self.skipped.append((row.number, why))


def lay_out(rows: Iterator[Row], header_row: int | None) -> tuple[Layout, Iterator[Row]]:
    """The layout, and the rows that are records; reading them adds to `skipped`."""
    first = list(islice(rows, max(LOOKED_AT, header_row or 0)))
    place = _find_header(first) if header_row is None else _place_of(first, header_row)
    if header_row and place is None:
        raise unreadable("is not a row of the file with cells in it", "header_row")
    layout = Layout()
    if place is None:
        width = max((len(_trimmed(row.cells)) for row in first), default=0)
        layout.headers = [""] * width
        return layout, _records(layout, chain(first, rows))
    for row in first[:place]:
        if not row.is_empty:
            layout.skip(row, "preamble")
    layout.header_row = first[place].number
    layout.width = len(first[place].cells)
    layout.headers = [cell.strip() for cell in _trimmed(first[place].cells)]
    return layout, _records(layout, chain(first[place + 1 :], rows))


def _place_of(rows: list[Row], number: int) -> int | None:
    return next((place for place, row in enumerate(rows) if row.number == number and not row.is_empty), None)


def _find_header(rows: list[Row]) -> int | None:
    """The row with the most known headers; else the first as wide as the next ones and without data."""
    known = [sum(map(is_known_header, row.cells)) for row in rows]
    best = max(known, default=0)
    filled = [len([cell for cell in row.cells if cell.strip()]) for row in rows]
    if best >= 2 or (best and max(filled, default=0) <= 2):
        place = known.index(best)
        return place if not _holds_data(rows[place]) or best * 2 >= filled[place] else None
    widest = max(filled, default=0)
    for place, row in enumerate(rows[:-1]):
        if filled[place] * 2 >= widest and (filled[place] > 1 or widest == 1):
            return None if _holds_data(row) else place
    return None


def _holds_data(row: Row) -> bool:
    return any(_DATA.fullmatch(cell.strip()) for cell in row.cells if cell.strip())


def _trimmed(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _records(layout: Layout, rows: Iterable[Row]) -> Iterator[Row]:
    header = [same_word(cell) for cell in layout.headers]
    for row in rows:
        if row.is_empty:
            continue
        if any(header) and _says_again(header, row.cells):
            layout.skip(row, "header again")
        elif is_total(row):
            layout.skip(row, "total")
        else:
            yield row


def _says_again(header: list[str], cells: list[str]) -> bool:
    """Mostly the first cell shows that it does not: only then the others are compared."""
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        return False
    return all(same_word(cell.strip()) == word for cell, word in zip(cells, header, strict=False))


def is_total(row: Row) -> bool:
    """A total row has only the word and amounts: `Total Care` is a customer."""
    cells = [(place, cell.strip()) for place, cell in enumerate(row.cells) if cell.strip()]
    words = [cell for _, cell in cells if not _AMOUNT.fullmatch(cell)]
    if len(words) != 1 or not (len(cells) > 1 or row.lost):
        return False
    return same_word(words[0].rstrip(":")) in total_words()
