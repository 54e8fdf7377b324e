"""Rebuilding an export in a database of its own, which is then checked as a whole."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.backup.report import in_words
from crm.db.migrations import Migration, MigrationRefused
from crm.db.sqlite.copies import Copy, DamagedCopy, check_integrity
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.migrations import migrate
from crm.db.sqlite.stored_files import stored_files
from crm.db.sqlite.tables import describe_tables
from crm.db.tables import Table, quoted
from crm.db.transfer.archive import TABLES, Record, TransferFailed
from crm.db.transfer.exporting import WORKSPACES, exported_tables, tenant_column
from crm.db.transfer.reading import ArchiveReader
from crm.db.transfer.records import Admit, read_record, refused
from crm.errors import Invalid

STAGED_TIMES = 3
"""What rows take as JSON, they take about once more with their indexes: staged, and again in use."""

Inspect = Callable[[Copy, Actor], dict[str, Any]]


def check_room(reader: ArchiveReader, settings: Settings) -> None:
    """Before anything is unpacked. Raises TransferFailed where what it says of its sizes has no room here."""
    rows = sum(entry.size for entry in reader.contents.members if entry.path.startswith(TABLES))
    needed = {settings.sqlite_path.parent: STAGED_TIMES * rows}
    if _disk(settings.upload_folder) == _disk(settings.sqlite_path.parent):
        needed[settings.sqlite_path.parent] += reader.size - rows
    else:
        needed[settings.upload_folder] = reader.size - rows
    for folder, size in needed.items():
        free = shutil.disk_usage(folder).free
        if free < size:
            raise TransferFailed(f"{folder} has {in_words(free)} free; the import needs {in_words(size)}.")


def _disk(folder: Path) -> int:
    return folder.stat().st_dev


def stage(
    reader: ArchiveReader,
    staged: Path,
    left_out: frozenset[str],
    admit: Admit,
    migrations: list[Migration],
) -> None:
    """In the schema that it was exported from, and then brought up to date. Raises TransferFailed."""
    wanted = reader.contents.digests
    known = [migration.digest for migration in migrations[: len(wanted)]]
    if known != wanted:
        raise TransferFailed("The export was made by a newer or another Holdfast; import it with that one.")
    with closing(open_writer(staged, create=True)) as connection:
        connection.pragma("temp_store", "FILE")
        migrate(connection, migrations[: len(wanted)])
        connection.execute("BEGIN; PRAGMA defer_foreign_keys = ON")
        tables = {table.name: table for table in exported_tables(describe_tables(connection), left_out)}
        for name, count in reader.contents.rows.items():
            if name not in tables:
                raise TransferFailed(f"The export contains a table that is never exported: {name[:80]!r}.")
            _fill(connection, tables[name], reader, count, admit)
        try:
            connection.execute("COMMIT")
            if migrate(connection, migrations):
                _look_again(connection, left_out, admit)
        except apsw.ConstraintError as error:
            raise TransferFailed("The export refers to rows that it does not contain.") from error
        except (apsw.Error, MigrationRefused) as error:
            raise TransferFailed(f"The export cannot be upgraded: {error}.") from error
        connection.pragma("journal_mode", "DELETE")


def _fill(connection: apsw.Connection, table: Table, reader: ArchiveReader, count: int, admit: Admit) -> None:
    sql, number = insert_sql(table), 0
    for number, line in enumerate(reader.lines(table.name), 1):
        if number > count:
            raise TransferFailed(
                f"The export should contain {count} rows of {table.name}, but contains more."
            )
        record = read_record(line, table, number, admit)
        try:
            connection.execute(sql, bindings(record))
        except (apsw.Error, OverflowError) as error:
            raise refused(table.name, number, str(error)) from error
    if number != count:
        raise TransferFailed(
            f"The export should contain {count} rows of {table.name}, but contains {number}."
        )


def _look_again(connection: apsw.Connection, left_out: frozenset[str], admit: Admit) -> None:
    """Check rows that an upgrade has converted like any others."""
    for table in exported_tables(describe_tables(connection), left_out):
        order = ", ".join(quoted(column) for column in table.key)
        columns = ", ".join(quoted(column) for column in table.columns)
        rows = connection.execute(f"SELECT {columns} FROM {quoted(table.name)} ORDER BY {order}")
        for number, row in enumerate(rows, 1):
            try:
                admit(table.name, dict(zip(table.columns, row, strict=True)))
            except Invalid as refusal:
                first = refusal.problems[0]
                raise refused(table.name, number, f"{first.field} {first.message}") from refusal


def check_staged(copy: Copy, reader: ArchiveReader, inspect: Inspect) -> None:
    """What no single row shows: references, the workspace of each row, the ledger, and the files."""
    contents = reader.contents
    try:
        check_integrity(copy.connection)
    except DamagedCopy as error:
        raise TransferFailed(f"The export contradicts itself: {error}.") from error
    for table in describe_tables(copy.connection).values():
        if table.name == WORKSPACES or tenant_column(table.name) in table.columns:
            _refuse_strays(copy, table, contents.workspace_id)
    _compare_files(copy, reader)
    if inspect(copy, Actor(contents.workspace_id, None)) != contents.facts:
        raise TransferFailed("The export's history does not match its manifest.")


def _refuse_strays(copy: Copy, table: Table, workspace_id: int) -> None:
    """Refuse rows of other workspaces: an export written by hand must not reach an existing workspace."""
    sql = f"SELECT 1 FROM {quoted(table.name)} WHERE {quoted(tenant_column(table.name))} IS NOT ? LIMIT 1"
    if copy.connection.execute(sql, (workspace_id,)).fetchall():
        raise TransferFailed(f"The export contains rows of {table.name} that are of another workspace.")


def _compare_files(copy: Copy, reader: ArchiveReader) -> None:
    """Each file that a row names is there as the row says, and no other is."""
    there = {entry.path: (entry.size, entry.sha256) for entry in reader.files()}
    for file in stored_files(copy.connection):
        if there.pop(file.path, None) != (file.size, file.sha256):
            raise TransferFailed(f"The export lacks the file {file.named}, or it is not as its row says.")
    for name in there:
        raise TransferFailed(f"The export contains a file that no row names: {name}.")


def insert_sql(table: Table) -> str:
    columns = ", ".join(quoted(column) for column in table.columns)
    values = ", ".join(f":v_{column}" for column in table.columns)
    return f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({values})"


def bindings(record: Record) -> Record:
    """Under names of their own: the transaction binds `:actor_id` and `:now` by itself."""
    return {f"v_{column}": value for column, value in record.items()}
