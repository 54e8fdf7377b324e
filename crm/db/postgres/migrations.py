"""Building the schema on a server, and bringing an older one up to date: the history is SQLite's, in step."""

from collections.abc import Callable

import apsw
import structlog

from crm import clock
from crm.db.migrations import Migration, MigrationRefused
from crm.db.postgres.connections import Connection
from crm.db.postgres.installation import make_installation
from crm.db.postgres.schema import FUNCTIONS, blueprint, statements_of
from crm.db.postgres.upgrading import statements_for
from crm.db.sqlite.tables import tables_of

LOCK = b"SELECT pg_advisory_xact_lock(1213156420)"
RECORDED = "schema_migrations"
RECORDS = b"""
    CREATE TABLE schema_migrations (
        number     bigint PRIMARY KEY,
        name       text NOT NULL,
        digest     text NOT NULL,
        applied_at text NOT NULL
    )
"""

log = structlog.get_logger("crm.db")


def bring_up_to_date(connection: Connection, migrations: list[Migration]) -> None:
    """In one transaction, of which one process at a time has the turn. Raises MigrationRefused."""
    with connection.transaction():
        connection.execute(LOCK)
        pending = pending_migrations(connection, migrations)
        if len(pending) == len(migrations):
            _build(connection, migrations)
        else:
            for migration in pending:
                _apply(connection, migration, migrations)
        make_installation(connection)


def build_around(connection: Connection, migrations: list[Migration], fill: Callable[[], object]) -> None:
    """The tables, then what `fill` brings, then what makes rows slow to bring: indexes, references, triggers.

    In the transaction of the caller. Raises MigrationRefused where the database is not empty.
    """
    connection.execute(LOCK)
    must_be_new(connection, migrations)
    plan = blueprint(migrations)
    statements = list(statements_of(plan))
    plan.close()
    first = [each for each in statements if each in FUNCTIONS or each.startswith("CREATE TABLE")]
    _run(connection, [RECORDS.decode(), *first])
    fill()
    _run(connection, [each for each in statements if each not in first])
    for migration in migrations:
        _record(connection, migration)
    make_installation(connection)


def must_be_new(connection: Connection, migrations: list[Migration]) -> None:
    """Raises MigrationRefused where tables of anybody are there."""
    if len(pending_migrations(connection, migrations)) < len(migrations):
        raise MigrationRefused("The database holds data of Holdfast already: name an empty one.")


def _run(connection: Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


def pending_migrations(connection: Connection, migrations: list[Migration]) -> list[Migration]:
    """What is still to run. Raises when the database is newer, or an applied file was changed since."""
    known = connection.execute(b"SELECT to_regclass('schema_migrations') IS NOT NULL").fetchall()
    if not known[0][0]:
        _must_be_empty(connection)
        return migrations
    done: dict[int, str] = dict(
        connection.execute(b"SELECT number, digest FROM schema_migrations").fetchall()
    )
    newest = max(done, default=0)
    if newest > len(migrations):
        raise MigrationRefused(
            f"The database has migration {newest}, this program knows {len(migrations)}: "
            "it was written by a newer Holdfast. Start that one."
        )
    for migration in migrations[:newest]:
        if done.get(migration.number) != migration.digest:
            raise MigrationRefused(
                f"Migration {migration.number:04} ({migration.name}) differs from the one that made this "
                "database: this program is not a successor of the one that wrote it."
            )
    return migrations[newest:]


def _must_be_empty(connection: Connection) -> None:
    rows = connection.execute(
        b"SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
    ).fetchall()
    if rows:
        raise MigrationRefused(
            f"The database holds tables of another program, such as {rows[0][0]}: "
            "give Holdfast one of its own."
        )


def _build(connection: Connection, migrations: list[Migration]) -> None:
    plan = blueprint(migrations)
    try:
        connection.execute(RECORDS)
        for statement in statements_of(plan):
            connection.execute(statement.encode())
        for table in tables_of(plan):
            _copy_rows(connection, plan, table)
    finally:
        plan.close()
    for migration in migrations:
        _record(connection, migration)
    log.info("built the tables", migrations=len(migrations))


def _copy_rows(connection: Connection, plan: apsw.Connection, table: str) -> None:
    """What the migrations themselves write into a new database: a row or two."""
    for row in plan.execute(f"SELECT * FROM {table}"):
        places = ", ".join(["%s"] * len(row))
        connection.execute(f"INSERT INTO {table} VALUES ({places})".encode(), row)


def _apply(connection: Connection, migration: Migration, migrations: list[Migration]) -> None:
    for statement in statements_for(migration, migrations):
        connection.execute(statement.encode())
    _record(connection, migration)
    log.info("migrated", number=migration.number, name=migration.name)


def _record(connection: Connection, migration: Migration) -> None:
    connection.execute(
        b"INSERT INTO schema_migrations (number, name, digest, applied_at) VALUES (%s, %s, %s, %s)",
        (migration.number, migration.name, migration.digest, clock.timestamp()),
    )
