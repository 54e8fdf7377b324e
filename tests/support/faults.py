"""Failures inside the engine itself: a trigger that refuses a write in the middle of an operation."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.postgres.schema import trigger_texts
from crm.db.sqlite.engine import open_writer
from crm.db.transaction import Transaction
from tests.support.engines import run_on_server, table_names


@contextmanager
def failing(db: Database, table: str, moment: str = "AFTER INSERT") -> Iterator[None]:
    """Inside, each such write to the table fails the statement that does it."""
    _alter(
        db,
        f"""
        CREATE TRIGGER injected_fault {moment} ON {table}
        BEGIN
            SELECT RAISE (ABORT, 'injected fault');
        END
        """,
    )
    try:
        yield
    finally:
        _alter(db, "DROP TRIGGER injected_fault" if db.in_file else "DROP FUNCTION injected_fault CASCADE")


def contents(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""

    def dump(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
        return {name: tx.all(f"SELECT * FROM {name}") for name in table_names(tx)}

    return db.read(dump, SYSTEM)


def _alter(db: Database, sql: str) -> None:
    if not db.in_file:
        run_on_server(trigger_texts(sql) if sql.lstrip().startswith("CREATE") else [sql])
        return
    connection = open_writer(db.path)
    try:
        connection.execute(sql)
    finally:
        connection.close()
