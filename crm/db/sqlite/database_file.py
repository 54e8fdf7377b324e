"""The database file in one process: its readers, its one writer, and who else uses it."""

import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import apsw

from crm.config import Settings
from crm.db.engine import Followers, Guards, Plan, Pool
from crm.db.failures import FAULT
from crm.db.moved import must_be_here
from crm.db.presence import Occupied, Presence
from crm.db.session import EngineSession
from crm.db.sqlite.advice import plan_of
from crm.db.sqlite.engine import JOURNAL_LIMIT_BYTES, open_reader, open_writer, wal_path
from crm.db.sqlite.failures import translate
from crm.db.sqlite.freshness import Freshness
from crm.db.sqlite.pool import ReaderPool
from crm.db.sqlite.session import PooledConnection, SQLiteSession
from crm.db.sqlite.statements import StatementCatalog
from crm.db.sqlite.turnstile import Turnstile
from crm.db.sqlite.writer import Writer
from crm.db.sqlite.writing import WritingSession
from crm.db.statistics import Statistics
from crm.errors import Busy

SIZES_SECONDS = 20
SIZES = """
    SELECT s.tbl_name, sum(d.pgsize) AS size
      FROM dbstat d
      JOIN sqlite_schema s ON s.name = d.name
     WHERE d.aggregate = TRUE
     GROUP BY s.tbl_name
     ORDER BY size DESC, s.tbl_name
"""


class DatabaseFile:
    """Implements the engine of `crm/db/engine.py`."""

    def __init__(self, settings: Settings, statistics: Statistics) -> None:
        self.path: Path = settings.sqlite_path
        self._settings = settings
        self._statistics = statistics
        self._catalog = StatementCatalog()
        self._statement_seconds = settings.db_statement_timeout / 1000

    def start(self) -> None:
        settings = self._settings
        self._presence = self._arrive()
        self._readers = ReaderPool(
            lambda: PooledConnection(open_reader(self.path), self._statistics),
            minimum=settings.db_pool_min,
            maximum=settings.db_pool_max,
            wait=settings.db_connect_timeout / 1000,
            idle=settings.db_idle_timeout / 1000,
        )
        self._writer = Writer(
            lambda: PooledConnection(open_writer(self.path), self._statistics),
            Turnstile(self.path),
            partial(must_be_here, self.path),
        )
        self._freshness = Freshness(self.path)

    def _arrive(self) -> Presence:
        try:
            return Presence.of_run(self.path, self._settings.db_transaction_timeout / 1000)
        except Occupied as error:
            raise Busy("The database is being upgraded or restored. Please try again.") from error
        except OSError as error:
            raise Busy(FAULT, retry_after=5) from error

    def begin_read(
        self,
        deadline: float,
        *,
        workspace_id: int | None = None,  # noqa: ARG002 - the engine's own signature
    ) -> SQLiteSession:
        try:
            channel = self._readers.acquire()
        except apsw.Error as error:
            raise translate(error) from error
        try:
            channel.connection.execute("BEGIN")
        except BaseException:
            self._readers.discard(channel)
            raise
        return SQLiteSession(
            "read",
            channel,
            self._catalog,
            self._statistics,
            deadline=deadline,
            statement_seconds=self._statement_seconds,
        )

    def begin_write(
        self,
        deadline: float,
        *,
        alone: bool = False,
        claims: bool = False,  # noqa: ARG002 - one file, one writer
        workspace_id: int | None = None,  # noqa: ARG002 - the same
    ) -> WritingSession:
        channel, retries, joined = self._writer.begin(deadline, alone=alone)
        session = WritingSession(
            self._writer,
            channel,
            self._catalog,
            self._statistics,
            joined=joined,
            deadline=deadline,
            statement_seconds=self._statement_seconds,
        )
        session.retries = retries
        return session

    def give_back(self, session: EngineSession) -> None:
        if not isinstance(session, SQLiteSession):
            raise TypeError("a session of another engine")
        if isinstance(session, WritingSession):
            self._writer.end(session)
        elif session.distrusted:
            self._readers.discard(session.channel)
        else:
            self._readers.release(session.channel)

    def version(self) -> int | None:
        return self._freshness.version()

    def revision(self, table: str, version: int) -> int | None:
        return self._freshness.revision(table, version)

    def pool(self) -> Pool:
        readers = self._readers.state()
        return replace(readers, waiting=readers.waiting + self._writer.waiting)

    def log_bytes(self) -> int:
        return wal_path(self.path).stat().st_size

    def begin_report(self, deadline: float, *, workspace_id: int | None = None) -> None:
        """A file has no replica."""

    def followers(self) -> Followers:
        return Followers()

    def guards(self) -> Guards:
        return Guards()

    def data_bytes(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def explain(self, sql: str) -> Plan | None:
        channel = self._readers.acquire()
        try:
            return plan_of(channel.connection, sql)
        except apsw.Error:
            return None
        finally:
            self._readers.release(channel)

    def table_sizes(self) -> list[tuple[str, int]]:
        channel = self._readers.acquire()
        try:
            channel.deadline = time.monotonic() + SIZES_SECONDS
            rows = channel.connection.execute(SIZES).fetchall()
        except apsw.Error as error:
            raise translate(error) from error
        finally:
            channel.deadline = float("inf")
            self._readers.release(channel)
        return [(str(name), int(str(size))) for name, size in rows]

    @property
    def product(self) -> str:
        return f"SQLite {apsw.sqlite_lib_version()}"

    def tidy(self) -> None:
        self._readers.tidy()
        if self.log_bytes() > JOURNAL_LIMIT_BYTES:
            self._writer.checkpoint()

    def clean_log(self) -> bool:
        return self._writer.empty_log(self._settings.db_transaction_timeout / 1000)

    def close(self, wait: float) -> bool:
        deadline = time.monotonic() + wait
        ended = self._readers.close(wait)
        self._freshness.close()
        return self._writer.close(max(deadline - time.monotonic(), 0)) and ended

    def end(self) -> None:
        self._presence.end_run()
