"""How rows of a file become records of a kind, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.db.transaction import Transaction
from crm.fields import Fields


@dataclass(frozen=True, slots=True)
class Importing:
    """How rows of a file become such records; a file that was exported comes back by `export`, too.

    `fields` is the model of what a row may say, and `create` takes one. A row is left out without what is
    `needed`. Columns without a field are added to the text `rest`, if there is one. Two with the same values
    in the columns `alike`, on the same record, are one.
    """

    fields: type[Fields]
    create: Callable[[Transaction, Any], Any]
    needed: str
    rest: str = ""
    alike: tuple[str, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What else files call a field."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What else they call a value of a choice."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """For a file to fill in: its columns, each with an example."""
