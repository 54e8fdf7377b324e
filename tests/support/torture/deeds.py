"""What the writers of the fault tests do: changes of several rows each, so that half of one can be seen."""

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from crm.activity.activity import record
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.sqlite.engine import open_writer
from crm.db.transaction import Transaction
from tests.support.cast import insert_user, insert_workspace
from tests.support.torture.promises import Promises

PARTS = 3
SCHEMA = """
CREATE TABLE deeds (
    name    TEXT    NOT NULL,
    part    INTEGER NOT NULL,
    version INTEGER NOT NULL,
    content TEXT    NOT NULL,
    PRIMARY KEY (name, part)
) STRICT;

CREATE TABLE deed_totals (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    deeds INTEGER NOT NULL
) STRICT;

INSERT INTO deed_totals (id, deeds) VALUES (1, 0);
"""


class Deliberate(Exception):
    """A failure that the writers cause on purpose."""


def set_the_scene(database: Path) -> None:
    connection = open_writer(database)
    connection.execute(SCHEMA).fetchall()
    connection.close()


def hire(db: Database) -> Actor:
    """The one user of the one workspace, in whose ledger every deed is entered."""

    def insert(tx: Transaction) -> Actor:
        workspace = insert_workspace(tx, "Torture")
        return Actor(workspace, insert_user(tx, workspace, "writer", "owner"))

    return db.write(insert, SYSTEM)


def put(tx: Transaction, name: str, version: int, size: int) -> None:
    """Version 1 is a new deed, a later one replaces what stands there."""
    for part in range(PARTS):
        tx.run(
            """
            INSERT INTO deeds (name, part, version, content)
            VALUES (:name, :part, :version, :content)
                ON CONFLICT (name, part) DO UPDATE SET version = excluded.version, content = excluded.content
            """,
            name=name,
            part=part,
            version=version,
            content=f"{name}/{part}/{version} " * size,
        )
    tx.run("UPDATE deed_totals SET deeds = deeds + :more", more=int(version == 1))
    record(tx, "deed.put", "deeds", version, after={"name": name, "version": version})


def remove(tx: Transaction, name: str, version: int) -> None:
    tx.run("DELETE FROM deeds WHERE name = :name", name=name)
    tx.run("UPDATE deed_totals SET deeds = deeds - 1")
    record(tx, "deed.removed", "deeds", version, before={"name": name})


def put_and_fail(tx: Transaction, name: str) -> None:
    put(tx, f"{name}!", 1, 5)
    raise Deliberate


def put_with_a_failing_part(tx: Transaction, name: str, version: int, size: int) -> None:
    put(tx, name, version, size)
    with suppress(Deliberate), tx.savepoint() as part:
        put_and_fail(part, name)


class Writer:
    """One thread's deeds, on names that are its own; each is promised once it was acknowledged."""

    def __init__(self, db: Database, actor: Actor, promises: Promises, prefix: str, seed: int) -> None:
        self._db, self._actor, self._promises, self._prefix = db, actor, promises, prefix
        self._random = random.Random(seed)
        self._versions: dict[str, int] = {}
        self._count = 0

    def do_one(self) -> None:
        kind = self._random.random()
        if kind < 0.55 or not self._versions:
            self._put_new()
        elif kind < 0.75:
            self._replace()
        elif kind < 0.9:
            self._remove()
        else:
            self._fail()

    def _put_new(self) -> None:
        self._count += 1
        self._put(f"{self._prefix}-{self._count}", 1)

    def _replace(self) -> None:
        name = self._random.choice(list(self._versions))
        self._put(name, self._versions[name] + 1)

    def _put(self, name: str, version: int) -> None:
        size = self._random.choice((1, 4, 40, 300))
        operation = self._random.choice((put, put_with_a_failing_part))
        self._keep(name, version, lambda: self._db.write(operation, self._actor, name, version, size))
        self._versions[name] = version

    def _remove(self) -> None:
        name = self._random.choice(list(self._versions))
        version = self._versions.pop(name)
        self._keep(name, 0, lambda: self._db.write(remove, self._actor, name, version))

    def _fail(self) -> None:
        with suppress(Deliberate):
            self._db.write(put_and_fail, self._actor, f"{self._prefix}-{self._count}")

    def _keep(self, name: str, version: int, act: Callable[[], object]) -> None:
        """Version 0 is none."""
        self._promises.tried(name, version)
        act()
        self._promises.acknowledged(name, version)
