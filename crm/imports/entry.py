"""What an import needs to know about its workspace while it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from crm.db.transaction import Transaction
from crm.imports.described import described
from crm.imports.fields import ImportSettings
from crm.imports.mapping import Column
from crm.imports.matching import owners_by_word
from crm.records.kind import Kind

RowResult = Literal["created", "updated", "skipped", "left_out"]
OUTCOMES: tuple[RowResult, ...] = get_args(RowResult)


@dataclass(frozen=True, slots=True)
class Entry:
    """`source` says where external ids come from; `owners` are users by name and by e-mail. `kind` is a
    described one. `columns` are those of the file.
    """

    options: ImportSettings
    source: str
    owners: Mapping[str, int] = field(default_factory=dict)
    kind: Kind | None = None
    columns: Sequence[Column] = ()


def begin_entry(
    tx: Transaction, options: ImportSettings, source: str, columns: Sequence[Column] = ()
) -> Entry:
    return Entry(options, source, owners_by_word(tx), described(tx, options.records), columns)


def kind_of(entry: Entry) -> Kind:
    """Raises TypeError for clients and leads, which no description imports."""
    if entry.kind is None:
        raise TypeError("this import is of clients or leads")
    return entry.kind
