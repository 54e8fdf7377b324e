"""What a list can be filtered by in `?filter=`: its fields, their types, and the operators of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from crm.db.list_parts import Elsewhere
from crm.db.transaction import Transaction
from crm.records.kinds import kinds_of

Type = Literal["text", "choice", "number", "amount", "day", "moment", "yes_no", "record", "tags"]
EMPTY = ("is_empty", "is_not_empty")
EQUAL = ("is", "is_not", "is_any_of")
DATES = ("is", "is_not", "before", "after", "between")
OPERATORS: Mapping[Type, tuple[str, ...]] = {
    "text": (*EQUAL, "contains", "starts_with"),
    "choice": EQUAL,
    "number": (*EQUAL, "less", "greater", "between"),
    "amount": (*EQUAL, "less", "greater", "between"),
    "day": DATES,
    "moment": DATES,
    "yes_no": ("is",),
    "record": EQUAL,
    "tags": EQUAL,
}
QUIET = "no_activity_since"
"""So many days ago or earlier: of a field that tells when something last happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """`column` is the SQL of its value. `indexed`: an index begins with it; `paired` is then the name by
    which the list knows this filter.

    `optional`: it may be empty. `values` are those of a choice; `accepts` reads another kind of value, and
    raises ValueError with the sentence. `keys` makes of a text what the column holds, in all its spellings; a
    column without is compared without case; `parts` does so of a part of one, where that is not the same.
    `day_column` is of a field that is a day for some records and a moment for others; `around` is the indexed
    column of its moment. `last`: it tells when something last happened. `of` is the kind of a record.
    `among` makes the SQL condition, which an index serves, that one of a row's values is among parameters of
    those names, where the column holds only the first.
    Where its values are rows `elsewhere`, `column` is theirs, `value_of` the SQL of a listed row's, and a row
    may have several that are `repeated`. `label` and `names` are words for it and for its values, if it has
    some of its own.
    """

    type: Type
    column: str
    indexed: bool = False
    paired: str = ""
    optional: bool = True
    values: tuple[str, ...] = ()
    accepts: Callable[[Any], Any] | None = None
    keys: Callable[[str], Sequence[str]] | None = None
    parts: Callable[[str], Sequence[str]] | None = None
    day_column: str = ""
    around: str = ""
    last: bool = False
    of: str = ""
    among: Callable[[str], str] | None = None
    elsewhere: Elsewhere | None = None
    value_of: str = ""
    repeated: bool = False
    label: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def operators(self) -> tuple[str, ...]:
        more = (QUIET,) if self.last else ()
        return (*OPERATORS[self.type], *more, *(EMPTY if self.optional else ()))


FilterFields = Mapping[str, FilterField]


def filter_fields(tx: Transaction, kind: str) -> FilterFields:
    """All that lists of the kind can be filtered by in this workspace. Raises TypeError for one without."""
    filtered = kinds_of(tx).by_name[kind].filtered
    if filtered is None:
        raise TypeError(f"{kind} has no conditions")
    fields: FilterFields = filtered(tx)
    return fields
