"""Opening connections to the SQLite file; nothing else opens it."""

import ctypes
from pathlib import Path

import apsw

from crm.db.sqlite.process import must_not_be_inherited

FIRST_SAFE_ENGINE = (3, 51, 3)
BUSY_TIMEOUT_MS = 5_000
CACHE_KIB = 4_096
JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024
STATEMENT_CACHE = 256
APPLICATION_ID = 0x484F4C44  # "HOLD"
PRAGMAS: tuple[tuple[str, str | int, object], ...] = (
    ("synchronous", "FULL", 2),
    ("fullfsync", "ON", 1),
    ("checkpoint_fullfsync", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),  # else INSERT OR REPLACE deletes without its triggers being asked
    ("trusted_schema", "OFF", 0),
    ("secure_delete", "ON", 1),  # what is erased, or replaced, does not stay in unused parts of the file
    ("cell_size_check", "ON", 1),
    ("mmap_size", 0, 0),
    ("cache_size", -CACHE_KIB, -CACHE_KIB),
    ("temp_store", "MEMORY", 2),
    ("journal_size_limit", JOURNAL_LIMIT_BYTES, JOURNAL_LIMIT_BYTES),
)

apsw.allow_missing_dict_bindings(False)  # noqa: FBT003 - the engine's own signature


class UnsafeEngine(RuntimeError):
    """The SQLite in use can corrupt a WAL database, or did not accept a setting that durability needs."""


def assert_safe_engine() -> None:
    """SQLite 3.7.0 to 3.51.2 is refused: two connections that write and checkpoint can corrupt the file."""
    version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if version < FIRST_SAFE_ENGINE:
        needed = ".".join(map(str, FIRST_SAFE_ENGINE))
        raise UnsafeEngine(
            f"SQLite {apsw.sqlite_lib_version()} can corrupt data; {needed} or later is needed."
        )


def wal_path(database: Path) -> Path:
    return database.with_name(database.name + "-wal")


def open_writer(path: Path, *, create: bool = False) -> apsw.Connection:
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    return _open(path, flags)


def open_reader(path: Path) -> apsw.Connection:
    """A connection that cannot write. Opened read-write: WAL readers keep up the shared index."""
    connection = _open(path, apsw.SQLITE_OPEN_READWRITE)
    connection.pragma("query_only", "ON")
    return connection


def _open(path: Path, flags: int) -> apsw.Connection:
    assert_safe_engine()
    must_not_be_inherited(path)
    connection = apsw.Connection(str(path), flags=flags, statementcachesize=STATEMENT_CACHE)
    try:
        _configure(connection)
    except BaseException:
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # what cannot be opened stays as it is
        connection.close()
        raise
    return connection


def _configure(connection: apsw.Connection) -> None:
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    mode = connection.pragma("journal_mode", "WAL")
    if mode != "wal":
        raise UnsafeEngine(f"The database would not enter WAL mode; its journal mode is {mode}.")
    for pragma, value, expected in PRAGMAS:
        connection.pragma(pragma, value)
        found = connection.pragma(pragma)
        if found != expected:
            raise UnsafeEngine(f"The database would not take {pragma} = {value}; it is {found}.")
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
    keep_plans(connection)
    _keep_wal_file(connection)


def keep_plans(connection: apsw.Connection) -> None:
    """One plan for a statement, whatever values are bound: otherwise each new value prepares it again.

    https://sqlite.org/queryplanner-ng.html, section 5: the query planner stability guarantee.
    """
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)


def _keep_wal_file(connection: apsw.Connection) -> None:
    """Truncate the -wal at the last close instead of deleting it, so that a missing one is always a fault."""
    enabled = ctypes.c_int(1)
    connection.file_control("main", apsw.SQLITE_FCNTL_PERSIST_WAL, ctypes.addressof(enabled))
