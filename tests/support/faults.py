"""Failures inside the engine itself: a trigger that refuses a write in the middle of an operation."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.sqlite.engine import open_writer
from crm.db.transaction import Transaction


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
        _alter(db, "DROP TRIGGER injected_fault")


def contents(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""

    def dump(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
        names = tx.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {row["name"]: tx.all(f"SELECT * FROM {row['name']}") for row in names}

    return db.read(dump, SYSTEM)


def _alter(db: Database, sql: str) -> None:
    connection = open_writer(db.path)
    try:
        connection.execute(sql)
    finally:
        connection.close()
