"""Filters of lists by days in the actor's time zone; both ends are inclusive."""

from datetime import date
from typing import Protocol

from crm.accounts.zones import span_of_days
from crm.db.bounds import bound_parts
from crm.db.list_parts import Part
from crm.db.transaction import Transaction


class ByDays(Protocol):
    """A filter by the days on which records were created and changed."""

    @property
    def created_from(self) -> date | None: ...
    @property
    def created_to(self) -> date | None: ...
    @property
    def updated_from(self) -> date | None: ...
    @property
    def updated_to(self) -> date | None: ...


def created_and_updated(tx: Transaction, alias: str, wanted: ByDays) -> list[Part]:
    return [
        *day_parts(tx, f"{alias}.created_at", "created", wanted.created_from, wanted.created_to),
        *day_parts(tx, f"{alias}.updated_at", "updated", wanted.updated_from, wanted.updated_to),
    ]


def day_parts(
    tx: Transaction, column: str, name: str, first: date | None, last: date | None, *, only: str = ""
) -> list[Part]:
    """Of a column with a moment. `only` is a further condition that does not choose the index."""
    return bound_parts(column, name, *span_of_days(tx, first, last), only=only)
