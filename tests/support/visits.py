"""What reading costs SQLite, in steps of its machine: the same on a busy computer as on a quiet one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import apsw

from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.sqlite.session import SQLiteSession
from crm.db.transaction import Transaction

STEPS = "SQLITE_STMTSTATUS_VM_STEP"
COUNTED: dict[tuple[int, int], int] = {}


def steps_of(
    db: Database, who: Actor, run: Callable[..., Any], *args: Any, **options: Any
) -> tuple[int, Any]:
    """How many steps all statements of the operation took together, and what it gave."""

    def counted(tx: Transaction) -> tuple[int, Any]:
        with counting(tx) as steps:
            given = run(tx, *args, **options)
        return sum(steps), given

    return db.read(counted, who)


@contextmanager
def counting(tx: Transaction) -> Iterator[list[int]]:
    session = tx._session
    assert isinstance(session, SQLiteSession)
    connection = session.connection
    steps: list[int] = []

    def note(event: dict[str, Any]) -> None:
        """A statement that is kept for the next time goes on counting."""
        statement, total = (id(connection), event["id"]), event["stmt_status"][STEPS]
        before = COUNTED.get(statement, 0)
        COUNTED[statement] = total
        steps.append(total - before if total >= before else total)

    connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, note)
    try:
        yield steps
    finally:
        connection.trace_v2(0, None)
