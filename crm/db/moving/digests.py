"""How a table's rows are compared between two databases: by their number, and a sum of their hashes."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crm.db.values import SQLValue

ROOM = 1 << 128


@dataclass(slots=True)
class Digest:
    """The same for the same rows, in whatever order they come."""

    rows: int = 0
    total: int = 0

    def note(self, row: tuple[SQLValue, ...]) -> None:
        found = hashlib.blake2b(repr(row).encode(), digest_size=16).digest()
        self.total = (self.total + int.from_bytes(found)) % ROOM
        self.rows += 1

    def noting(self, rows: Iterable[tuple[SQLValue, ...]]) -> Iterator[tuple[SQLValue, ...]]:
        for row in rows:
            self.note(row)
            yield row


def digest_of(rows: Iterable[tuple[SQLValue, ...]]) -> Digest:
    digest = Digest()
    for row in rows:
        digest.note(row)
    return digest
