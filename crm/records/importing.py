"""How rows of a file become records of a kind, as data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.db.transaction import Transaction
from crm.fields import Fields

Tell = Callable[[str, str, str], None]
"""Reports something about a field of the row: its name, what is to be said, the value."""


@dataclass(frozen=True, slots=True)
class Importing:
    """How rows of a file become such records; a file that was exported comes back by `export`, too.

    `fields` is the model of what a row may say, and `create` takes one. A row is left out without what is
    `needed`. Columns without a field are added to the text `rest`, if there is one. Two with the same values
    in the columns `alike`, on the same record, are one. A kind with a rule of its own has `marks`, of which
    two rows that are one share one, and `find` for the record that is there.

    `units` names the field that takes the unit, or the currency, that is written beside a number. `arrange`
    looks at the values of a row as a whole, changes them and reports what it does; it raises Invalid for a
    row that is left out. `unsaid` are fields that no row has.
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
    units: Mapping[str, str] = field(default_factory=dict)
    arrange: Callable[[Transaction, dict[str, Any], Tell], None] | None = None
    marks: Callable[[Mapping[str, Any]], Sequence[str]] | None = None
    find: Callable[[Transaction, Mapping[str, Any]], int | None] | None = None
    unsaid: frozenset[str] = frozenset()
    taken: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    """What refuses a value that another record has, by its field: takes the value, and the id `besides`."""
