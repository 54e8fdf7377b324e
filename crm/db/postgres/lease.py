"""Which worker leads, of all machines on one database: who has the lease, for as long as it is renewed."""

import secrets
import threading
import time
from pathlib import Path

import orjson
import psycopg
import structlog

from crm.db.postgres.connections import Connection, connect
from crm.db.postgres.installation import load_fact
from crm.db.restored import Restored, load_restored, mark_restored, release_restored
from crm.db.shared_facts import RESTORED

SECONDS = 15.0
NAME = "leader"
TAKEN = b"""
    INSERT INTO installation (name, value)
    VALUES ('leader', %(holder)s || ' '
               || (extract(epoch FROM clock_timestamp()) + CAST(%(seconds)s AS numeric)))
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
     WHERE split_part(installation.value, ' ', 1) = %(holder)s
        OR CAST(split_part(installation.value, ' ', 2) AS numeric) < extract(epoch FROM clock_timestamp())
    RETURNING 1
"""
GIVEN_UP = b"DELETE FROM installation WHERE name = 'leader' AND split_part(value, ' ', 1) = %s"

log = structlog.get_logger("crm.worker")


class ServerLease:
    """By the server's clock; the holder itself stops a third earlier, by how long it has measured."""

    def __init__(self, address: str, database: Path, seconds: float = SECONDS) -> None:
        self._address, self._database, self._seconds = address, database, seconds
        self._holder = secrets.token_hex(8)
        self._until = 0.0
        self._stopping = threading.Event()
        self._renewing: threading.Thread | None = None

    @property
    def held(self) -> bool:
        return time.monotonic() < self._until

    def take(self) -> bool:
        """Whether this worker leads now; from then on the lease is renewed until `give_up`."""
        if self._ask() and self._renewing is None:
            self._renewing = threading.Thread(target=self._renew, name="lease", daemon=True)
            self._renewing.start()
        return self.held

    def give_up(self) -> None:
        """So that another one need not wait for its end."""
        self._stopping.set()
        self._until = 0.0
        if self._renewing is None:
            return
        self._renewing.join()
        try:
            with self._connected() as connection:
                connection.execute(GIVEN_UP, (self._holder,))
        except psycopg.Error as error:
            log.warning("the lease could not be given up; it ends by itself", reason=type(error).__name__)

    def _renew(self) -> None:
        while not self._stopping.wait(self._seconds / 4):
            self._ask()

    def _ask(self) -> bool:
        started = time.monotonic()
        try:
            with self._connected() as connection:
                asked = {"holder": self._holder, "seconds": str(self._seconds)}
                rows = connection.execute(TAKEN, asked).fetchall()
                self._mirror(connection)
        except psycopg.Error as error:
            log.warning("the lease cannot be asked for", reason=type(error).__name__)
            return False
        self._until = started + self._seconds * 2 / 3 if rows else 0.0
        return bool(rows)

    def _mirror(self, connection: Connection) -> None:
        """The pause after a restore holds on each machine, and ends on each."""
        shared, here = load_fact(connection, RESTORED), load_restored(self._database)
        if shared is not None and here is None:
            mark_restored(self._database, Restored(**orjson.loads(shared)))
        elif shared is None and here is not None:
            release_restored(self._database)

    def _connected(self) -> Connection:
        connection = connect(self._address)
        connection.execute(f"SET statement_timeout = {round(self._seconds * 200)}".encode())
        return connection
