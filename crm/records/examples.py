"""How made-up records of a kind come to be, as data. `crm/appliance/demo.py` makes them."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.store import FileStore
from crm.db.transaction import Transaction
from crm.db.values import SQLValue
from crm.errors import Conflict, Sentence

NOT_EMPTY = Sentence(
    "This workspace already has {records}. Demo data can be added only to an empty workspace."
)


class Course(Protocol):
    """Examples of a kind, while they are created and change over time."""

    def go_on(self, tx: Transaction, count: int, /) -> None:
        """Until there are that many in all."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Made-up records to try the server with: at least `least`, by default `usual`.

    `begin` raises Conflict if people have entered such records. `picture` draws some, stored in the folder.
    """

    usual: int
    least: int
    begin: Callable[[Transaction, Random], Course]
    picture: Callable[[Database, Actor, FileStore], None] | None = None


def made_before(
    tx: Transaction, rng: Random, table: str, own: str, *, made: str = "1 = 1", **values: SQLValue
) -> int:
    """How many an earlier run made; from there on `rng` gives others. The conditions `own` and `made` are of
    records that people entered and of those that are made up. Raises Conflict if people entered some.
    """
    if tx.value(f"SELECT 1 FROM {table} WHERE workspace_id = :workspace_id AND {own} LIMIT 1", **values):
        raise Conflict(NOT_EMPTY.filled(records=table))
    counted = f"SELECT count(*) FROM {table} WHERE workspace_id = :workspace_id AND {made}"
    found = int(tx.value(counted))
    rng.seed(rng.random() + found)
    return found
