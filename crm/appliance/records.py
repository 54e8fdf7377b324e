"""Restoring one record from a backup while the server runs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crm.activity.activity import record
from crm.appliance.arriving_rows import admit_row
from crm.appliance.contents import inspect
from crm.appliance.reindexing import reindex_record
from crm.appliance.transfer import LEDGER, LEFT_OUT
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.backup.inside import plain_file
from crm.db.backup.manifest import Entry
from crm.db.backup.opened import opened_backup
from crm.db.backup.places import UPLOADS
from crm.db.backup.records import FoundRow, bring_back, compare_record, files_of, find_record, refuse_unknown
from crm.db.backup.report import BackupFailed, Silence
from crm.db.backup.shelf import find_backup, list_backups
from crm.db.backup.uploads import is_whole
from crm.db.backup.verifying import verify_backup
from crm.db.copy import Copy
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import FileStore
from crm.db.instance import load_instance
from crm.db.stored_files import StoredFile
from crm.db.tables import TENANT_COLUMN, Reference, Table
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import whole_number
from crm.records.kind import Kind
from crm.records.kinds import Kinds, kinds_of
from crm.row_rules import RowRules

NEVER = LEFT_OUT | {LEDGER, "activity_contents", "webhooks"}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a backup can restore of a record; `rows` are those that differ now."""

    folder: Path
    name: str
    record_id: int
    rows: list[FoundRow]


def parse_record(text: str) -> tuple[str, int]:
    """`clients/42`. Raises BackupFailed."""
    name, _, number = text.partition("/")
    record_id = whole_number(number)
    if not name or record_id is None:
        raise BackupFailed(f"{text!r} names no record; write it as clients/42.")
    return name, record_id


def offer_record(settings: Settings, db: Database, given: str | None, wanted: str) -> Offer:
    """From the given backup, else from the newest good one that has the record. Raises BackupFailed."""
    name, record_id = parse_record(wanted)
    kinds = db.read(kinds_of, SYSTEM)
    for folder in _candidates(settings, given):
        with opened_backup(settings, folder) as copy:
            rows = find_record(copy, _tables(kinds, copy, name), name, record_id)
        if rows:
            verify_backup(folder, inspect, Silence())
            for row in rows:
                _admit(kinds.rows, row)
            found = [_with_file(file_store(settings), row) for row in db.read(compare_record, SYSTEM, rows)]
            return Offer(folder, name, record_id, [row for row in found if row.state != "same"])
    raise BackupFailed(f"No good backup has {wanted}.")


def accept_offer(settings: Settings, db: Database, offer: Offer) -> list[FoundRow]:
    """Restore the record; returns what was written. Raises Conflict if something else has taken its place."""
    for file in files_of(offer.rows):
        _bring_file(offer.folder / UPLOADS, file_store(settings), file)
    kinds = db.read(kinds_of, SYSTEM)
    with opened_backup(settings, offer.folder) as copy:
        return db.write(_accept, SYSTEM, copy, _tables(kinds, copy, offer.name), offer)


def _candidates(settings: Settings, given: str | None) -> list[Path]:
    if given is not None:
        return [find_backup(settings.backup_dir, given)]
    instance = load_instance(settings.sqlite_path)
    kept = list_backups(settings.backup_dir)
    return [backup.folder for backup in kept if backup.good and backup.is_of(instance)]


def _admit(rules: Mapping[str, RowRules], found: FoundRow) -> None:
    """A row of a backup is checked like one of an import."""
    try:
        admit_row(rules, found.table.name, found.row)
    except Invalid as refusal:
        first = refusal.problems[0]
        problem = f"A row of {found.table.name} does not fit: {first.field} {first.message}."
        raise BackupFailed(problem) from refusal


def _tables(kinds: Kinds, copy: Copy, name: str) -> dict[str, Table]:
    """With what hangs on records of any kind, of which the schema knows no reference."""
    known = copy.tables()
    for kind in kinds:
        if kind.hangs_on is not None:
            known[kind.hanging] = _hanging(kinds, kind, kind.hangs_on, known[kind.hanging])
    tables = {table: facts for table, facts in known.items() if table not in NEVER}
    refuse_unknown(tables, name)
    return tables


def _hanging(kinds: Kinds, kind: Kind, columns: tuple[str, str], table: Table) -> Table:
    """Owned where the row must hang on something."""
    name, number = columns
    pairs = ((number, "id"), (TENANT_COLUMN, TENANT_COLUMN))
    bearers = tuple(
        Reference(bearer.table, pairs, number in table.required, ((name, bearer.name),))
        for bearer in kinds.bearing(kind)
    )
    return replace(table, references=(*table.references, *bearers))


def _accept(tx: Transaction, copy: Copy, tables: dict[str, Table], offer: Offer) -> list[FoundRow]:
    written = bring_back(tx, copy, tables, offer.rows)
    for found in written:
        _admit(kinds_of(tx).rows, found)
    for found in written:
        if found.table.has_id:
            _note(tx.acting_as(Actor(found.workspace_id, None)), offer, found)
    return written


def _note(tx: Transaction, offer: Offer, found: FoundRow) -> None:
    """The names of what changed, not the values: some of them are secret."""
    table, row_id = found.table.name, int(found.row["id"])
    facts = {"backup": offer.folder.name, "was": found.state, "changed": list(found.changed)}
    kinds = kinds_of(tx)
    entity, subject = kinds.entity_of(table), (kinds.entity_of(offer.name), offer.record_id)
    record(tx, f"{entity}.recovered", entity, row_id, after=facts, subject=subject)
    reindex_record(tx, table, row_id)


def _with_file(store: FileStore, found: FoundRow) -> FoundRow:
    if found.state == "same" and not all(is_whole(store, file) for file in files_of([found])):
        return FoundRow(found.table, found.row, "damaged", ("content",))
    return found


def _bring_file(source: Path, store: FileStore, file: StoredFile) -> None:
    if is_whole(store, file):
        return
    store.remove(file.path)
    with plain_file(source, Entry(file.path, file.size, file.sha256)).open("rb") as stream:
        store.put(file.path, stream)
