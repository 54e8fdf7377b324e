"""Running the numbered SQL files, each committed together with its record."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import apsw
import structlog

from crm import clock
from crm.db.migrations import Migration, MigrationRefused
from crm.db.sqlite.engine import APPLICATION_ID

log = structlog.get_logger("crm.db")


def pending_migrations(connection: apsw.Connection, migrations: list[Migration]) -> list[Migration]:
    """What is still to run. Raises when the database is newer, or an applied file was changed since."""
    done = _applied(connection)
    newest = max(*done, int(connection.pragma("user_version")), 0)
    if newest > len(migrations):
        raise MigrationRefused(
            f"The database has migration {newest}, this program knows {len(migrations)}: "
            "it was written by a newer Holdfast. Start that one, go back to the snapshot from before "
            "its upgrade by `crm rollback`, or restore a backup."
        )
    for migration in migrations[:newest]:
        if done.get(migration.number) != migration.digest:
            raise MigrationRefused(
                f"Migration {migration.number:04} ({migration.name}) differs from the one that made this "
                "database: this program is not a successor of the one that wrote it."
            )
    return migrations[newest:]


def migrate(
    connection: apsw.Connection,
    migrations: list[Migration],
    before_first: Callable[[], object] = lambda: None,
) -> list[Migration]:
    """Run what is pending, each in its own transaction; `before_first` is called when there is any."""
    pending = pending_migrations(connection, migrations)
    if pending:
        before_first()
    connection.pragma("foreign_keys", "OFF")
    try:
        for migration in pending:
            _apply(connection, migration)
    finally:
        connection.pragma("foreign_keys", "ON")
    return pending


def run_sql(connection: apsw.Connection, migration: Migration) -> None:
    """Its statements, with the function that they may call beside SQLite's own."""
    connection.create_scalar_function("local_time", _local_time, 2, deterministic=True)
    try:
        connection.execute(migration.sql).fetchall()  # to its end: a row midway would pause it
    finally:
        connection.create_scalar_function("local_time", None, 2)


def _local_time(*given: object) -> str | None:
    """For migrations, `local_time(moment, zone)`: such as 2027-03-14T23:59:00.000."""
    try:
        moment, zone = (str(each) for each in given)
        local = clock.from_text(moment).astimezone(ZoneInfo(zone))
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None
    return local.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _apply(connection: apsw.Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if migration.number not in _applied(connection):
            run_sql(connection, migration)
            if not connection.in_transaction:
                raise MigrationRefused(f"migration {migration.number:04} ends its transaction by itself")
            _record(connection, migration)
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise MigrationRefused(
                    f"migration {migration.number:04} leaves dangling references: {broken}"
                )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    log.info("migrated", number=migration.number, name=migration.name)


def _applied(connection: apsw.Connection) -> dict[int, str]:
    known = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'").fetchall()
    if not known:
        return {}
    return {int(n): str(d) for n, d in connection.execute("SELECT number, digest FROM schema_migrations")}


def _record(connection: apsw.Connection, migration: Migration) -> None:
    connection.execute(
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number     INTEGER PRIMARY KEY,
            name       TEXT NOT NULL,
            digest     TEXT NOT NULL,
            applied_at TEXT NOT NULL
        ) STRICT
        """
    )
    connection.execute(
        """
        INSERT INTO schema_migrations (number, name, digest, applied_at)
        VALUES (:number, :name, :digest, :now)
        """,
        {
            "number": migration.number,
            "name": migration.name,
            "digest": migration.digest,
            "now": clock.timestamp(),
        },
    )
    connection.pragma("application_id", APPLICATION_ID)
    connection.pragma("user_version", migration.number)
