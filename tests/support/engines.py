"""The engine that `--engine` chooses: a database of each test's own, on a server of the run's own."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import psycopg

from crm.config import Settings
from crm.db.database import Database
from crm.db.migrations import load_migrations
from crm.db.postgres.connections import connect
from crm.db.postgres.migrations import bring_up_to_date
from crm.db.sqlite.dialect import SQLiteDialect
from crm.db.sqlite.engine import open_writer
from crm.db.transaction import Transaction
from tests.support.postgres import PrivateServer

ENGINES = ("sqlite", "postgres")
LEFT_OPEN = b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
TABLES = b"""
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND relname NOT IN ('schema_migrations', 'identity_revisions')
"""
SEQUENCES = b"""
    SELECT setval(format('%I', sequencename)::regclass, 1, false)
      FROM pg_sequences
     WHERE last_value IS NOT NULL
"""
KEPT = (b"INSERT INTO alert_settings (id, zone, thresholds, version) VALUES (1, 'UTC', '{}', 1)",)
"""What migrations write into every new database."""


class TestCluster:
    """A PostgreSQL server with a prepared database for each test at a time; making one anew takes seconds."""

    __test__ = False

    def __init__(self, server: PrivateServer) -> None:
        self.url_of = server.url_of
        self.socket = server.socket
        self.own = server.own
        self._server = psycopg.connect(server.address, autocommit=True)
        self._free: list[str] = []
        self._made = 0

    @classmethod
    @contextmanager
    def started(cls) -> Iterator["TestCluster"]:
        with PrivateServer.started() as server:
            made = cls(server)
            yield made
            made._server.close()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a migrated, empty one."""
        name = self._free.pop() if self._free else self._make()
        yield self.url_of(name)
        self._server.execute(LEFT_OPEN, (name,))
        with psycopg.connect(self.url_of(name), autocommit=True) as connection:
            empty(connection)
        self._free.append(name)

    @contextmanager
    def bare_database(self) -> Iterator[str]:
        """The address of one without tables."""
        self._made += 1
        name = f"bare_{self._made}"
        self._server.execute(f"CREATE DATABASE {name}".encode())
        yield self.url_of(name)
        self._server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def _make(self) -> str:
        self._made += 1
        name = f"test_{self._made}"
        self._server.execute(f"CREATE DATABASE {name}".encode())
        with connect(self.url_of(name)) as connection:
            bring_up_to_date(connection, load_migrations())
        return name


def empty(connection: "psycopg.Connection[tuple[str]]") -> None:
    """As the migrations left it; quicker than TRUNCATE, which makes every file anew."""
    with connection.transaction():
        connection.execute(b"SET LOCAL session_replication_role = replica")
        tables = [name for (name,) in connection.execute(TABLES)]
        held = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)
        for (name,) in connection.execute(held.encode()).fetchall():
            connection.execute(f"DELETE FROM {name}".encode())
        connection.execute(SEQUENCES)
        for statement in KEPT:
            connection.execute(statement)


def table_names(tx: Transaction) -> list[str]:
    """Those of the engine that the transaction is on."""
    if isinstance(tx.dialect, SQLiteDialect):
        names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    else:
        names = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    return [str(row["name"]) for row in tx.all(names)]


def tables_of_rows(tx: Transaction) -> list[str]:
    """Without those of search indexes."""
    return sorted(name for name in table_names(tx) if "_search" not in name)


def spoil(db: Database, *statements: str) -> None:
    """As a defect would, past references and the triggers that guard the rows."""
    if not db.in_file:
        run_on_server(["SET session_replication_role = replica", *statements])
        return
    with closing(open_writer(db.path)) as connection:
        connection.pragma("foreign_keys", "OFF")
        for statement in statements:
            connection.execute(statement)


def tamper(settings: Settings, *statements: str) -> None:
    """As somebody would who has the file, or the server: without triggers and references in the way."""
    if settings.database_url is not None:
        run_on_server(["SET session_replication_role = replica", *statements])
        return
    with closing(open_writer(settings.sqlite_path)) as connection:
        connection.pragma("foreign_keys", "OFF")
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
            assert connection.changes(), statement


def run_on_server(statements: Sequence[str]) -> None:
    """On the database that the test has chosen."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
