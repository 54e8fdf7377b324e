"""Expiring counters in a SQLite file of their own, shared by all processes.

Their time is the steady clock, which begins anew when the machine does: then they do, too.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from crm import clock
from crm.db.failures import CountingFailed
from crm.db.sqlite.engine import assert_safe_engine, keep_plans

BUSY_TIMEOUT_MS = 50
PRUNE_EVERY = 1_000
STANDING = "SELECT count, expires FROM counters WHERE key = ? AND expires > ?"


class SQLiteCounters:
    """Implements `crm/db/counters.py`. The connection is opened when first used, after any fork."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: apsw.Connection | None = None
        self._until_prune = PRUNE_EVERY

    def add(self, key: str, amount: int, seconds: float) -> tuple[int, float]:
        """Add to the counter, which begins anew after so many seconds; its count, and how many are left.

        One that would last longer than a new one is of an earlier start of the machine.
        """
        now = clock.steady()
        expires = now + seconds
        with self._used() as connection:
            row = connection.execute(
                """
                INSERT INTO counters (key, count, expires)
                VALUES (:key, :amount, :expires)
                ON CONFLICT (key) DO UPDATE
                   SET count   = CASE WHEN expires > :now AND expires <= :expires THEN count + :amount
                                      ELSE :amount END,
                       expires = CASE WHEN expires > :now AND expires <= :expires THEN expires
                                      ELSE :expires END
                RETURNING count, expires
                """,
                {"key": key, "amount": amount, "now": now, "expires": expires},
            ).fetchone()
            self._prune(connection, now)
        return (int(row[0]), float(row[1]) - now) if row else (amount, seconds)

    def get(self, key: str) -> tuple[int, float]:
        """The count and its remaining seconds; zeros if there is none."""
        now = clock.steady()
        # Not by `_used`: this is asked at each request, and a context of its own takes as long as the look.
        with self._lock:
            try:
                connection = self._connection or self._opened()
                row = connection.execute(STANDING, (key, now)).fetchone()
            except apsw.Error as error:
                raise CountingFailed(str(error)) from error
        return (row[0], row[1] - now) if row else (0, 0.0)

    def clear(self, key: str) -> None:
        with self._used() as connection:
            connection.execute("DELETE FROM counters WHERE key = :key", {"key": key})

    def reset(self) -> int:
        with self._used() as connection:
            connection.execute("DELETE FROM counters")
            return connection.changes()

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _used(self) -> Iterator[apsw.Connection]:
        """Lets one thread at a time use the connection."""
        with self._lock:
            try:
                yield self._connection or self._opened()
            except apsw.Error as error:
                raise CountingFailed(str(error)) from error

    def _opened(self) -> apsw.Connection:
        self._connection = self._open()
        return self._connection

    def _open(self) -> apsw.Connection:
        assert_safe_engine()
        connection = apsw.Connection(str(self._path))
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        keep_plans(connection)
        connection.pragma("journal_mode", "WAL")
        connection.pragma("synchronous", "OFF")
        connection.execute(
            """
            CREATE TABLE IF NOT EXISTS counters (
                key     TEXT PRIMARY KEY,
                count   INTEGER NOT NULL,
                expires REAL    NOT NULL
            ) STRICT, WITHOUT ROWID
            """
        )
        _begin_anew(connection)
        return connection

    def _prune(self, connection: apsw.Connection, now: float) -> None:
        self._until_prune -= 1
        if self._until_prune <= 0:
            self._until_prune = PRUNE_EVERY
            connection.execute("DELETE FROM counters WHERE expires <= :now", {"now": now})


def _begin_anew(connection: apsw.Connection) -> None:
    """Drop the counts from before the machine was restarted: its steady clock has restarted, too."""
    connection.execute("CREATE TABLE IF NOT EXISTS boots (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID")
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT id FROM boots").fetchall() != [(clock.boot(),)]:
        connection.execute("DELETE FROM boots")
        connection.execute("DELETE FROM counters")
        connection.execute("INSERT INTO boots VALUES (?)", (clock.boot(),))
    connection.execute("COMMIT")
