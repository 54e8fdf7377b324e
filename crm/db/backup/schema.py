"""Whether Holdfast made a copied database: its triggers and views must be those of the migrations."""

import re
from functools import cache

import apsw

from crm.db.backup.report import BackupFailed
from crm.db.migrations import Migration, MigrationRefused, load_migrations
from crm.db.sqlite.migrations import pending_migrations, run_sql

HIGHEST_ID = 2**53 - 1
ENGINES_OWN = re.compile(r"sqlite_(?:sequence|stat\d|autoindex_\w+)")
PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
ACTIVE = re.compile(r"\b(?:check|default|generated|as|collate|virtual)\b", re.IGNORECASE)
Objects = dict[tuple[str, str], str]


def check_schema(connection: apsw.Connection) -> None:
    """Raises BackupFailed for a database of something else, of a newer version, or with foreign triggers,
    views or rules; also for what is missing. Further plain tables and indexes do no harm.
    """
    try:
        _compare(connection, _objects_of(tuple(_applied(connection))))
        _check_ids(connection)
    except apsw.Error as error:
        raise BackupFailed(f"The copy of the database is damaged: {error}.") from error


def _compare(connection: apsw.Connection, wanted: Objects) -> None:
    found = _objects(connection)
    for kind, name in wanted.keys() - found.keys():
        raise BackupFailed(f"The database lacks the {kind} {name}, which Holdfast makes.")
    shadows = tuple(f"{name}_" for (_, name), sql in wanted.items() if sql.startswith("createvirtual"))
    for (kind, name), sql in found.items():
        if (kind, name) in wanted:
            same = sql == wanted[kind, name] or name.startswith(shadows)
        else:
            same = _is_harmless(connection, kind, name)
        if not same:
            raise BackupFailed(f"The database has a {kind} {name[:80]!r} that Holdfast did not create.")


def _applied(connection: apsw.Connection) -> list[Migration]:
    migrations = load_migrations()
    try:
        pending = pending_migrations(connection, migrations)
    except (MigrationRefused, apsw.Error, ValueError, TypeError) as error:
        raise BackupFailed(f"This version cannot use the database: {error}") from error
    if len(pending) == len(migrations):
        raise BackupFailed("The database was not made by Holdfast.")
    return migrations[: len(migrations) - len(pending)]


@cache
def _objects_of(migrations: tuple[Migration, ...]) -> Objects:
    """The objects that they create, found by running them in a temporary database."""
    connection = apsw.Connection(":memory:")
    try:
        for migration in migrations:
            run_sql(connection, migration)
        return _objects(connection)
    finally:
        connection.close()


def _objects(connection: apsw.Connection) -> Objects:
    """By kind and name, normalized so that all versions of the engine give the same text."""
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_schema")
    return {
        (str(kind), str(name)): re.sub(r"[\s\"'`\[\]]", "", str(sql)).lower()
        for kind, name, sql in rows
        if not ENGINES_OWN.fullmatch(str(name))
    }


def _is_harmless(connection: apsw.Connection, kind: str, name: str) -> bool:
    if kind not in {"table", "index"} or not PLAIN_NAME.fullmatch(name):
        return False
    sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchall()[0][0]
    if kind == "index":
        columns = connection.execute("SELECT cid FROM pragma_index_xinfo(?)", (name,)).fetchall()
        return " where " not in str(sql).lower() and all(int(str(cid)) >= -1 for (cid,) in columns)
    return ACTIVE.search(str(sql)) is None


def _check_ids(connection: apsw.Connection) -> None:
    """An id close to the maximum would leave no room for new rows."""
    tables = connection.execute(
        """
        SELECT t.name
          FROM pragma_table_list t
          JOIN pragma_table_info(t.name) c
         WHERE t.schema = 'main'
           AND t.type   = 'table'
           AND c.name   = 'id'
           AND c.type   = 'INTEGER'
        """
    ).fetchall()
    for (name,) in tables:
        quoted = '"' + str(name).replace('"', '""') + '"'
        highest = connection.execute(f"SELECT max(id) FROM {quoted}").fetchall()[0][0]
        if isinstance(highest, int) and highest > HIGHEST_ID:
            raise BackupFailed(f"The ids of {name} in the database are too high.")
