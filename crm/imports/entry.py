"""What an import knows of its workspace while its rows go in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from crm.db.transaction import Transaction
from crm.imports.fields import ImportOptions
from crm.imports.matching import owners_by_word

Outcome = Literal["created", "updated", "skipped", "left_out"]


@dataclass(frozen=True, slots=True)
class Entry:
    """`source` is where its external ids come from, `owners` are users by what they are called."""

    options: ImportOptions
    source: str
    owners: Mapping[str, int] = field(default_factory=dict)


def begin_entry(tx: Transaction, options: ImportOptions, source: str) -> Entry:
    return Entry(options, source, owners_by_word(tx))
