"""Turn the rows of one import into records, with its columns, options and corrected cells."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crm.errors import Sentence
from crm.imports.composing import compose
from crm.imports.interpreting import Reading
from crm.imports.item_composing import compose_item
from crm.imports.mapping import Column
from crm.imports.reading.photos import STORED
from crm.imports.reading.sheets import Row
from crm.imports.record import Problem, Record
from crm.records.kind import Kind

CHOSEN = Sentence("You chose to leave this row out.")
CELLS = "\x1f"
PHOTO = "Photo"
REPEATED = Sentence("This row repeats an earlier one.")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """`corrections` are cells by row and column; `seen` are digests of earlier rows and profiles. `kind` is a
    described one.
    """

    records: str
    columns: Sequence[Column]
    reading: Reading
    corrections: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    without: frozenset[int] = frozenset()
    seen: set[bytes] = field(default_factory=set)
    kind: Kind | None = None

    def record_of(self, row: Row) -> Record:
        """A row that equals an earlier one, or has the same profile address, is left out."""
        if row.number in self.without:
            return Record(row.number, problems=[Problem(row.number, CHOSEN, left_out=True)])
        record = self._composed(self._mended(row))
        record.has_photo = row.photo == STORED
        if row.photo and not record.has_photo:
            record.problems.append(Problem(row.number, Sentence(row.photo), PHOTO))
        if self._repeats(row, record):
            record.problems = [Problem(row.number, REPEATED, left_out=True)]
        _know_again(row, record)
        return record

    def _composed(self, row: Row) -> Record:
        if self.kind is not None:
            return compose_item(row, self.columns, self.reading, self.kind)
        return compose(row, self.columns, self.reading, self.records)

    def take(self, row: Row, composed: tuple[int, Record | None]) -> Record:
        """The record as it was composed before, where it is of this row; else it is composed now."""
        number, record = composed
        if record is None or number != row.number:
            return self.record_of(row)
        self._repeats(row, record)
        return record

    def note(self, row: Row) -> None:
        """Remember a row that was imported before this process took over."""
        if any(column.field == "profile" for column in self.columns):
            self.record_of(row)
        elif row.number not in self.without:
            self.seen.add(_digest(CELLS.join(row.cells)))

    def _mended(self, row: Row) -> Row:
        mended = self.corrections.get(row.number)
        if not mended:
            return row
        cells = row.cells + [""] * (max(mended) + 1 - len(row.cells))
        for place, value in mended.items():
            cells[place] = value
        lost = {place: why for place, why in row.lost.items() if place not in mended}
        return replace(row, cells=cells, lost=lost, otherwise=None)

    def _repeats(self, row: Row, record: Record) -> bool:
        keys = [_digest(CELLS.join(row.cells))]
        if record.profile and "/" in record.profile:
            keys.append(_digest(f"profile {record.profile.rstrip('/').casefold()}"))
        repeated = any(key in self.seen for key in keys)
        self.seen.update(keys)
        return repeated


def _know_again(row: Row, record: Record) -> None:
    """Without an id, e-mail or phone the whole row is the id: the same file twice changes nothing."""
    known = f"row {_digest(CELLS.join(row.cells)).hex()}"
    if record.item is not None:
        record.item.external_id = record.item.external_id or known
        return
    if not record.external_id and not record.emails and not record.phones:
        record.external_id = known
    if record.lead is not None and not record.lead.external_id and not record.name:
        record.lead.external_id = known


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
