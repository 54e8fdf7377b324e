"""Restoring one record of a backup, with what belongs to it, into the data in use.

What belongs to a record are the rows that cannot be without it (a reference that may not be NULL), and what
belongs to those. Rows that merely point to it are not its own and stay as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from crm.db.backup.report import BackupFailed
from crm.db.copy import Copy
from crm.db.failures import IntegrityConflict
from crm.db.stored_files import COLUMNS, GONE, StoredFile
from crm.db.tables import TENANT_COLUMN, Reference, Table, quoted
from crm.db.transaction import Row, Transaction
from crm.db.values import SQLValue
from crm.errors import Conflict

State = Literal["missing", "deleted", "changed", "damaged", "same"]
UPKEEP = ("version", "updated_at")


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of the backup, and how the live one compares. `changed` names the columns that differ.

    `damaged` is one that is the same, while the file that it names is lost or not whole.
    """

    table: Table
    row: Row
    state: State = "missing"
    changed: tuple[str, ...] = ()

    @property
    def workspace_id(self) -> int:
        return int(self.row[TENANT_COLUMN])


def find_record(copy: Copy, tables: Mapping[str, Table], name: str, record_id: int) -> list[FoundRow]:
    """The record and everything that belongs to it, parents first. Empty if the backup does not have it."""
    root = _rows(copy, tables[name], {"id": record_id})
    found = {_identity(tables[name], row): FoundRow(tables[name], row) for row in root}
    waiting = list(found.values())
    while waiting:
        parent = waiting.pop(0)
        for table, reference in _belonging(tables, parent.table.name):
            values = {here: parent.row[there] for here, there in reference.pairs} | dict(reference.only)
            for row in _rows(copy, table, values):
                if _identity(table, row) not in found:
                    found[_identity(table, row)] = child = FoundRow(table, row)
                    waiting.append(child)
    return list(found.values())


def compare_record(tx: Transaction, rows: list[FoundRow]) -> list[FoundRow]:
    """The rows, each with its state compared with the live data. `tx` is of SYSTEM."""
    return [_compare(tx, found) for found in rows]


def bring_back(
    tx: Transaction, copy: Copy, tables: Mapping[str, Table], rows: list[FoundRow]
) -> list[FoundRow]:
    """Write what is missing, deleted or changed; returns those. `tx` is of SYSTEM. Raises Conflict.

    A row that a required reference names and that is gone comes back, too; an optional one is left out.
    """
    tx.defer_references()
    written = []
    coming = {_identity(found.table, found.row) for found in rows}
    waiting = [found for found in rows if found.state != "same"]
    while waiting:
        found = waiting.pop(0)
        row = dict(found.row)
        for reference in found.table.references:
            parent = _kept_parent(copy, tables, reference, row)
            if parent is None or _identity(parent.table, parent.row) in coming:
                continue
            if _live(tx, parent.table, parent.row) is not None:
                continue
            if reference.owned:
                coming.add(_identity(parent.table, parent.row))
                waiting.append(parent)
            else:
                row[_own_column(reference)] = None
        _write(tx, found, row)
        written.append(found)
    return written


def files_of(rows: Iterable[FoundRow]) -> list[StoredFile]:
    return [
        StoredFile(str(found.row["stored_name"]), int(found.row["size"]), str(found.row["sha256"]))
        for found in rows
        if set(found.table.columns) >= COLUMNS and found.row.get(GONE) is None
    ]


def _belonging(tables: Mapping[str, Table], parent: str) -> Iterable[tuple[Table, Reference]]:
    for table in tables.values():
        for reference in table.references:
            if reference.parent == parent and reference.owned:
                yield table, reference


def _rows(copy: Copy, table: Table, values: Mapping[str, SQLValue]) -> list[Row]:
    columns = ", ".join(quoted(column) for column in table.columns)
    where = " AND ".join(f"{quoted(column)} = ?" for column in values)
    order = ", ".join(quoted(column) for column in table.key)
    sql = f"SELECT {columns} FROM {quoted(table.name)} WHERE {where} ORDER BY {order}"
    return [dict(zip(table.columns, row, strict=True)) for row in copy.rows(sql, *values.values())]


def _identity(table: Table, row: Row) -> tuple[object, ...]:
    return (table.name, *(row[column] for column in table.key))


def _compare(tx: Transaction, found: FoundRow) -> FoundRow:
    live = _live(tx, found.table, found.row)
    if live is None:
        return FoundRow(found.table, found.row, "missing")
    changed = tuple(
        column for column in found.table.columns if column not in UPKEEP and live[column] != found.row[column]
    )
    if not changed:
        return FoundRow(found.table, found.row, "same")
    gone = "deleted_at" in changed and found.row["deleted_at"] is None
    return FoundRow(found.table, found.row, "deleted" if gone else "changed", changed)


def _live(tx: Transaction, table: Table, row: Row) -> Row | None:
    columns = ", ".join(quoted(column) for column in table.columns)
    where = " AND ".join(f"{quoted(column)} = :k_{column}" for column in table.key)
    keys = {f"k_{column}": row[column] for column in table.key}
    return tx.one(f"SELECT {columns} FROM {quoted(table.name)} WHERE {where}", **keys)


def _kept_parent(copy: Copy, tables: Mapping[str, Table], reference: Reference, row: Row) -> FoundRow | None:
    """The row of the backup to which this reference points."""
    values = {there: row[here] for here, there in reference.pairs}
    parent = tables.get(reference.parent)
    others = any(row[column] != value for column, value in reference.only)
    if parent is None or others or None in values.values():
        return None
    kept = _rows(copy, parent, values)
    return FoundRow(parent, kept[0]) if kept else None


def _own_column(reference: Reference) -> str:
    return next(here for here, _ in reference.pairs if here != TENANT_COLUMN)


def _write(tx: Transaction, found: FoundRow, row: Row) -> None:
    table = found.table
    values = {f"v_{column}": row[column] for column in table.columns}
    try:
        if _live(tx, table, row) is None:
            columns = ", ".join(quoted(column) for column in table.columns)
            names = ", ".join(f":v_{column}" for column in table.columns)
            tx.run(f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({names})", **values)
        else:
            tx.run(_update_sql(table), **_update_values(table, values))
    except IntegrityConflict as error:
        raise Conflict(f"A row of {table.name} cannot come back: {error.detail}.") from error


def _update_sql(table: Table) -> str:
    """The version continues from the live row, so that a change based on that row is refused as stale."""
    changes = [
        f"{quoted(column)} = :v_{column}"
        for column in table.columns
        if column not in table.key and column not in UPKEEP
    ]
    if "version" in table.columns:
        changes.append("version = version + 1")
    if "updated_at" in table.columns:
        changes.append("updated_at = :now")
    where = " AND ".join(f"{quoted(column)} = :v_{column}" for column in table.key)
    return f"UPDATE {quoted(table.name)} SET {', '.join(changes)} WHERE {where}"


def _update_values(table: Table, values: Mapping[str, SQLValue]) -> dict[str, SQLValue]:
    return {f"v_{column}": values[f"v_{column}"] for column in table.columns if column not in UPKEEP}


def refuse_unknown(tables: Mapping[str, Table], name: str) -> None:
    if name not in tables or not tables[name].has_id or TENANT_COLUMN not in tables[name].columns:
        known = sorted(
            table.name for table in tables.values() if table.has_id and TENANT_COLUMN in table.columns
        )
        raise BackupFailed(f"There are no records {name!r}; there are: {', '.join(known)}.")
