"""What the columns of a file without headers are, by their values."""

import re
from collections.abc import Callable, Sequence

from crm.imports.targets import KEEP
from crm.imports.values.lists import split_emails

PHONE = re.compile(r"[+(0][\d\s()./-]{6,}")
FEWEST_DIGITS, MOST_DIGITS = 7, 15
MOST_OF = 0.8


def fields_by_values(width: int, sample: Sequence[Sequence[str]]) -> list[str]:
    """E-mail addresses and phone numbers show themselves; beside them the first texts are the names."""
    columns = [
        [row[place] for row in sample if place < len(row) and row[place].strip()] for place in range(width)
    ]
    fields = [_field_of(cells) for cells in columns]
    if any(field != KEEP for field in fields):
        names = (place for place in range(width) if fields[place] == KEEP and _are(columns[place], _is_name))
        for place in list(names)[:1]:
            fields[place] = "name"
    return fields


def _field_of(cells: Sequence[str]) -> str:
    if _are(cells, _is_email):
        return "email"
    return "phone" if _are(cells, _is_phone) else KEEP


def _are(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    """Most of them; a few may be misspelled."""
    return bool(cells) and sum(map(test, cells)) >= MOST_OF * len(cells)


def _is_email(cell: str) -> bool:
    good, bad = split_emails(cell)
    return bool(good) and not bad


def _is_phone(cell: str) -> bool:
    digits = sum(char.isdigit() for char in cell)
    return FEWEST_DIGITS <= digits <= MOST_DIGITS and PHONE.fullmatch(cell.strip()) is not None


def _is_name(cell: str) -> bool:
    return any(char.isalpha() for char in cell) and not any(char.isdigit() or char == "@" for char in cell)
