"""Importing a workspace into a server that may already have others.

It is first rebuilt with its own ids in a database of its own, of the schema it was exported from, and brought
up to date there. Where none of its ids is taken it is then copied as it is. Where one is, all of its ids move
by a distance for each table: the rows and their order are the same, and so are their references.
"""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.failures import IntegrityConflict
from crm.db.file_stores.opening import file_store
from crm.db.migrations import FOLDER, load_migrations
from crm.db.sqlite.copies import Copy, opened_copy
from crm.db.tables import Table, quoted
from crm.db.transaction import Transaction
from crm.db.transfer.archive import Contents, Record, TransferFailed
from crm.db.transfer.container import opened_container
from crm.db.transfer.exporting import WORKSPACES, exported_tables, tenant_column
from crm.db.transfer.ids import take_ids
from crm.db.transfer.placing import placed_files
from crm.db.transfer.reading import ArchiveReader
from crm.db.transfer.records import Admit
from crm.db.transfer.staging import Inspect, bindings, check_room, check_staged, insert_sql, stage
from crm.errors import Invalid

LOCK = ".import.lock"
HIGHEST_ID = 2**53 - 1
BATCH = 500
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
    """What the caller decides: how a workspace is checked, and how moved rows are adapted.

    `admit` looks at each row before it is staged, `look_at_file` at each file before its row comes.
    `rewrite` makes, for the distances, what changes a record of a table further; `finish` ends the import
    in its transaction, which carries `carried`. `migrations` is the folder of those that make the schema.
    """

    left_out: frozenset[str]
    admit: Admit
    inspect: Inspect
    look_at_file: Callable[[Copy, str, Path], None]
    rewrite: Callable[[Distances], Mapping[str, Callable[[Record], Record]]]
    finish: Callable[[Transaction, Arrival], None]
    carried: object = None
    migrations: Path = FOLDER


def import_workspace(settings: Settings, source: Path, policy: Policy) -> Arrival:
    """All of it or nothing. Raises TransferFailed, or Conflict when a unique value of it is taken here."""
    beside = settings.sqlite_path.parent
    try:
        with _alone(beside), opened_container(source) as archive:
            reader = ArchiveReader(archive)
            check_room(reader, settings)
            reader.verify()
            with tempfile.TemporaryDirectory(prefix=".part-import-", dir=beside) as folder:
                staged = Path(folder) / "staged.db"
                stage(reader, staged, policy.left_out, policy.admit, load_migrations(policy.migrations))
                with opened_copy(staged) as copy:
                    check_staged(copy, reader, policy.inspect)
                    return _take_in(settings, reader, copy, policy)
    except OSError as error:
        raise TransferFailed(f"{source} cannot be imported: {error}") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One import at a time: each takes room and time."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TransferFailed("Another workspace is being imported just now.") from None
        yield
    finally:
        os.close(descriptor)


def _take_in(settings: Settings, reader: ArchiveReader, copy: Copy, policy: Policy) -> Arrival:
    tables = exported_tables(copy.tables(), policy.left_out)
    patient = settings.model_copy(update={"db_transaction_timeout": LONG_MS, "db_statement_timeout": LONG_MS})
    look, beside = partial(policy.look_at_file, copy), settings.sqlite_path.parent
    with closing(Database.open(patient, policy.carried)) as db:
        distances = db.write_alone(take_ids, SYSTEM, copy, tables)
        arrival = Arrival(
            reader.contents.workspace_id + distances[WORKSPACES],
            any(distances.values()),
            reader.contents,
            reader.digest,
        )
        arriving = Actor(arrival.workspace_id, None)
        with placed_files(reader, file_store(settings), look, beside):
            db.write(_insert_all, arriving, copy, tables, distances, policy=policy, arrival=arrival)
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
    by_name = {table.name: table for table in tables}
    for table in tables:
        shifts, rewrite = shifts_of(table, by_name, distances), rewrites.get(table.name, _as_it_is)
        arriving = (bindings(rewrite(_move(each, table, shifts))) for each in _staged_records(copy, table))
        while records := list(islice(arriving, BATCH)):
            _insert(tx.acting_as(SYSTEM), table, records)
    policy.finish(tx, arrival)


def _insert(tx: Transaction, table: Table, records: list[Record]) -> None:
    try:
        tx.run_many(insert_sql(table), records)
    except IntegrityConflict as error:
        raise TransferFailed(
            f"It cannot stand beside what is here, as a row of {table.name} is not free "
            f"({error.detail}). Is this workspace here already?"
        ) from error
    except Invalid as refusal:
        raise TransferFailed(f"A row of {table.name} cannot be stored here: {refusal}") from refusal


def _as_it_is(record: Record) -> Record:
    return record


def _staged_records(copy: Copy, table: Table) -> Iterator[Record]:
    order = ", ".join(quoted(column) for column in table.key)
    columns = ", ".join(quoted(column) for column in table.columns)
    for row in copy.connection.execute(f"SELECT {columns} FROM {quoted(table.name)} ORDER BY {order}"):
        yield dict(zip(table.columns, row, strict=True))


def shifts_of(table: Table, tables: Mapping[str, Table], distances: Distances) -> dict[str, int]:
    """How far the ids in each of its columns move."""
    tenant = tenant_column(table.name)
    shifts = {
        here: _shift(tables.get(reference.parent), there, tables, distances)
        for reference in table.references
        for here, there in reference.pairs
        if here != tenant
    }
    own = {"id": distances[table.name]} if table.has_id else {}
    return shifts | own | {tenant: distances[WORKSPACES]}


def _shift(table: Table | None, column: str, tables: Mapping[str, Table], distances: Distances) -> int:
    """A reference of several columns names what its parent names in them: a lead its stage's pipeline."""
    if table is None:
        return 0
    if column == "id":
        return distances[table.name]
    named = (
        _shift(tables.get(reference.parent), there, tables, distances)
        for reference in table.references
        for here, there in reference.pairs
        if here == column
    )
    return next(named, 0)


def _move(record: Record, table: Table, shifts: Mapping[str, int]) -> Record:
    moved = dict(record)
    for column, distance in shifts.items():
        value = moved[column]
        if isinstance(value, int):
            if value + distance > HIGHEST_ID:
                raise TransferFailed(f"The ids of {table.name} on this server are too high for an import.")
            moved[column] = value + distance
    return moved
