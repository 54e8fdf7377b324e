"""A workspace that travelled, put into an appliance that may hold others already.

It is first rebuilt with its own ids in a database of its own, of the schema it was exported from, and brought
up to date there. Where none of its ids is taken it is then copied as it is. Where one is, all of its ids move
by a distance for each table: the rows and their order are the same, and so are their references.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.backup.manifest import CHUNK, digest_of
from crm.db.copies import Copy, DamagedCopy, check_integrity, opened_copy, quoted
from crm.db.database import Database
from crm.db.durable_files import make_folder, written_durably
from crm.db.engine import open_reader, open_writer
from crm.db.failures import IntegrityConflict
from crm.db.migrations import load_migrations, migrate
from crm.db.stored_files import place_of
from crm.db.tables import Table, describe_tables
from crm.db.transaction import Transaction
from crm.db.transfer.archive import ArchiveReader, Contents, Record, TransferFailed
from crm.db.transfer.exporting import WORKSPACES, exported_tables, tenant_column

LONG_MS = 24 * 3_600_000
Distances = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Arrival:
    """`moved`: its ids are other than where it comes from. `manifest_sha256` names the export."""

    workspace_id: int
    moved: bool
    contents: Contents
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What this floor does not know: how the caller checks a workspace, and what it does to moved rows.

    `rewrite` makes, for the distances, what changes a record of a table further; `settle` ends the import in
    its transaction.
    """

    left_out: frozenset[str]
    inspect: Callable[[Copy, Actor], dict[str, Any]]
    rewrite: Callable[[Distances], Mapping[str, Callable[[Record], Record]]]
    settle: Callable[[Transaction, Arrival], None]


def import_workspace(settings: Settings, source: Path, policy: Policy) -> Arrival:
    """All of it or nothing. Raises TransferFailed, or Conflict when a unique value of it is taken here."""
    try:
        with zipfile.ZipFile(source) as archive:
            reader = ArchiveReader(archive)
            reader.verify()
            with tempfile.TemporaryDirectory(
                prefix=".part-import-", dir=settings.sqlite_path.parent
            ) as folder:
                staged = Path(folder) / "staged.db"
                _stage(reader, staged)
                with opened_copy(staged) as copy:
                    _check(copy, reader.contents, policy)
                    return _take_in(settings, reader, copy, policy)
    except (zipfile.BadZipFile, OSError) as error:
        raise TransferFailed(f"{source} cannot be imported: {error}") from error


def _stage(reader: ArchiveReader, staged: Path) -> None:
    migrations = load_migrations()
    wanted = reader.contents.digests
    known = [migration.digest for migration in migrations[: len(wanted)]]
    if known != wanted:
        raise TransferFailed("The export was made by a newer or another Holdfast; import it with that one.")
    with closing(open_writer(staged, create=True)) as connection:
        migrate(connection, migrations[: len(wanted)])
        connection.execute("BEGIN; PRAGMA defer_foreign_keys = ON")
        tables = describe_tables(connection)
        for name in reader.contents.rows:
            if name not in tables:
                raise TransferFailed(f"The export holds a table {name} that its schema does not have.")
            sql = _insert_sql(tables[name])
            try:
                connection.executemany(sql, map(_bindings, reader.records(name)))
            except (apsw.Error, ValueError, TypeError, KeyError) as error:
                raise TransferFailed(f"The rows of {name} in the export do not fit: {error}.") from error
        try:
            connection.execute("COMMIT")
        except apsw.ConstraintError as error:
            raise TransferFailed("The export refers to rows that it does not hold.") from error
        migrate(connection, migrations)
        connection.pragma("journal_mode", "DELETE")


def _check(copy: Copy, contents: Contents, policy: Policy) -> None:
    try:
        check_integrity(copy.connection)
    except DamagedCopy as error:
        raise TransferFailed(f"The export contradicts itself: {error}.") from error
    for table in exported_tables(copy.connection, frozenset()):
        _refuse_strays(copy, table, contents.workspace_id)
    for name, count in contents.rows.items():
        found = copy.connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchall()[0][0]
        if found != count:
            raise TransferFailed(f"The export should hold {count} rows of {name}, and holds {found}.")
    if policy.inspect(copy, Actor(contents.workspace_id, None)) != contents.facts:
        raise TransferFailed("The export's ledger is not the one that its manifest names.")


def _refuse_strays(copy: Copy, table: Table, workspace_id: int) -> None:
    """Whoever writes an export by hand must not reach a workspace that is here already."""
    sql = f"SELECT 1 FROM {quoted(table.name)} WHERE {quoted(tenant_column(table.name))} IS NOT ? LIMIT 1"
    if copy.connection.execute(sql, (workspace_id,)).fetchall():
        raise TransferFailed(f"The export holds rows of {table.name} that are of another workspace.")


def _take_in(settings: Settings, reader: ArchiveReader, copy: Copy, policy: Policy) -> Arrival:
    tables = exported_tables(copy.connection, policy.left_out)
    distances = _distances(settings.sqlite_path, copy, tables)
    arrival = Arrival(
        reader.contents.workspace_id + distances[WORKSPACES],
        any(distances.values()),
        reader.contents,
        reader.digest,
    )
    patient = settings.model_copy(update={"db_transaction_timeout": LONG_MS, "db_statement_timeout": LONG_MS})
    with _placed_files(reader, settings.upload_folder), closing(Database.open(patient)) as db:
        db.write(_insert_all, SYSTEM, copy, tables, distances, policy=policy, arrival=arrival)
    return arrival


def _insert_all(
    tx: Transaction,
    copy: Copy,
    tables: list[Table],
    distances: Distances,
    *,
    policy: Policy,
    arrival: Arrival,
) -> None:
    tx.defer_references()
    rewrites = policy.rewrite(distances) if arrival.moved else {}
    for table in tables:
        sql = _insert_sql(table)
        rewrite = rewrites.get(table.name)
        for record in _staged_records(copy, table):
            moved = _move(record, table, distances)
            try:
                tx.run(sql, **_bindings(rewrite(moved) if rewrite else moved))
            except IntegrityConflict as error:
                raise TransferFailed(
                    f"It cannot stand beside what is here, as a row of {table.name} is not free "
                    f"({error.detail}). Is this workspace, or one of its people, here already?"
                ) from error
    policy.settle(tx.acting_as(Actor(arrival.workspace_id, None)), arrival)


def _staged_records(copy: Copy, table: Table) -> Iterator[Record]:
    order = ", ".join(quoted(column) for column in table.key)
    columns = ", ".join(quoted(column) for column in table.columns)
    for row in copy.connection.execute(f"SELECT {columns} FROM {quoted(table.name)} ORDER BY {order}"):
        yield dict(zip(table.columns, row, strict=True))


def _distances(database: Path, copy: Copy, tables: list[Table]) -> dict[str, int]:
    """All 0 when no id is taken here; else how far each table's ids move to lie beyond those here."""
    numbered = [table for table in tables if table.has_id]
    with closing(open_reader(database)) as live:
        if not any(_overlap(live, copy.connection, table) for table in numbered):
            return {table.name: 0 for table in tables}
        return {table.name: _highest(live, table.name) if table.has_id else 0 for table in tables}


def _overlap(live: apsw.Connection, staged: apsw.Connection, table: Table) -> bool:
    sql = f"SELECT id FROM {quoted(table.name)}"
    taken = {row[0] for row in live.execute(sql)}
    return bool(taken) and any(row[0] in taken for row in staged.execute(sql))


def _highest(connection: apsw.Connection, table: str) -> int:
    """Of the ids that were ever given, where the table remembers them."""
    sql = f"""
        SELECT max(coalesce((SELECT max(id) FROM {quoted(table)}), 0),
                   coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0))
    """
    return int(str(connection.execute(sql, (table,)).fetchall()[0][0]))


def _move(record: Record, table: Table, distances: Distances) -> Record:
    moved = dict(record)
    by = {"id": distances[table.name]} if table.has_id else {}
    by[tenant_column(table.name)] = distances[WORKSPACES]
    for reference in table.references:
        column = reference.column_of("id")
        if column is not None:
            by[column] = distances.get(reference.parent, 0)
    for column, distance in by.items():
        value = moved[column]
        if isinstance(value, int):
            moved[column] = value + distance
    return moved


def _insert_sql(table: Table) -> str:
    columns = ", ".join(quoted(column) for column in table.columns)
    values = ", ".join(f":v_{column}" for column in table.columns)
    return f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({values})"


def _bindings(record: Record) -> Record:
    """Under names of their own: the transaction binds `:actor_id` and `:now` by itself."""
    return {f"v_{column}": value for column, value in record.items()}


@contextmanager
def _placed_files(reader: ArchiveReader, uploads: Path) -> Iterator[None]:
    """In place before the rows that name them; gone again when those do not come."""
    made: list[Path] = []
    try:
        for entry in reader.files():
            place = place_of(uploads, entry.path)
            if place.exists() and digest_of(place) == (entry.size, entry.sha256):
                continue
            if place.exists():
                raise TransferFailed(f"Another file lies at {place}.")
            make_folder(place.parent)
            with reader.open_file(entry.path) as source, written_durably(place) as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
            made.append(place)
        yield
    except BaseException:
        for place in made:
            place.unlink(missing_ok=True)
        raise
