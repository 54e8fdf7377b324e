"""What erasing a person does to the rows of each table, as data. `crm/appliance/erasing.py` does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

WhenErased = Literal["erase", "unlink", "keep"]
"""What happens to a row that points to an erased one: it is erased, too; or it stays, and points to nothing;
or it stays as it is, since the law asks to keep it, or since the id alone says nothing.
"""
PLACEHOLDER = "(erased)"
SQL_PLACEHOLDER = f"'{PLACEHOLDER}'"
USUAL = frozenset({"id", "workspace_id", "version", "created_at", "updated_at", "deleted_at", "erased_at"})
"""Columns that say nothing about a person, in every table that has them."""


@dataclass(frozen=True, slots=True)
class Emptied:
    """The row stays, without its content. `values` are the new values of its columns, as SQL; `keeps` are the
    columns that stay as they are, besides the usual ones: each column of the table is in one of the two.
    """

    values: Mapping[str, str]
    keeps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Removed:
    """The row is deleted. Only for rows that no entry of the ledger is about, and that no other row needs."""


REMOVED = Removed()
Erasing = Mapping[str, Emptied | Removed | str]
"""By table, for the rows of a person; or the reason why none of its rows is one."""


def emptied(*, blank: str = "", keeps: str = "", **values: str) -> Emptied:
    """`blank` are the names of the columns that become NULL, separated by spaces, as those of `keeps` are."""
    return Emptied({**dict.fromkeys(blank.split(), "NULL"), **values}, frozenset(keeps.split()))


def hidden(*, blank: str = "", keeps: str = "", **values: str) -> Emptied:
    """The same for a record that is neither in lists nor in the trash from then on."""
    marks = {
        "version": "version + 1",
        "updated_at": ":now",
        "deleted_at": "coalesce(deleted_at, :now)",
        "erased_at": ":now",
    }
    return emptied(blank=blank, keeps=keeps, **marks, **values)
