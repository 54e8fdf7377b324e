"""How made-up records of a kind come to be, as data. `crm/appliance/demo.py` makes them."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.store import FileStore
from crm.db.transaction import Transaction


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
