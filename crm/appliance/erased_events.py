"""What the ledger says of an erasure besides its own entry: of each record that goes with it, and of each
that stays and pointed to one. Who follows the change feed knows by these what to drop.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm.activity.activity import record_many
from crm.activity.chain import ERASED
from crm.activity.operations import begin_operation
from crm.appliance.erased_rows import Descriptions, Edge, Rows, as_json
from crm.db.transaction import Transaction
from crm.records.erasing import Removed
from crm.records.kind import Kind
from crm.records.kinds import kinds_of
from crm.records.recording import record_change
from crm.records.skeleton import facts_of

Pointing = list[tuple[Kind, Any]]
"""Records with their kinds, as they were before."""


def record_gone(tx: Transaction, about: Mapping[str, Iterable[int]]) -> None:
    """One entry for each of these records that the ledger told of, by the name of their kind; all together
    are one operation. Comes before the entries about them are erased, and before that of the erasure itself.
    """
    told = {name: _told_of(tx, name, ids) for name, ids in about.items()}
    if any(told.values()):
        inside = begin_operation(tx)
        for name, ids in told.items():
            if ids:
                record_many(inside, f"{name}{ERASED}", name, [(each, {}) for each in ids])


def _told_of(tx: Transaction, name: str, ids: Iterable[int]) -> list[int]:
    """A row may be of one of two kinds, such as notes and calls; and it may have been erased before."""
    rows = tx.tuples(
        """
        SELECT DISTINCT a.entity_id
          FROM activities a
         WHERE a.workspace_id = :workspace_id
           AND a.entity = :name
           AND a.entity_id IN (SELECT value FROM json_each(:ids))
           AND NOT EXISTS (SELECT 1
                             FROM activities gone
                            WHERE gone.workspace_id = a.workspace_id
                              AND gone.entity = a.entity
                              AND gone.entity_id = a.entity_id
                              AND gone.action = :erased)
        """,
        name=name,
        erased=f"{name}{ERASED}",
        ids=as_json(ids),
    )
    return sorted(row[0] for row in rows)


def read_pointing(tx: Transaction, found: Rows) -> Pointing:
    """The records that stay, and point to one that goes: people to their company."""
    described = Descriptions.of(kinds_of(tx))
    return [
        (kind, record)
        for kind in described.kinds
        if kind.lookup is not None and kind.lookup.find is not None
        for record_id in sorted(_pointing_ids(tx, described, kind, found))
        if (record := kind.lookup.find(tx, record_id)) is not None
    ]


def _pointing_ids(tx: Transaction, described: Descriptions, kind: Kind, found: Rows) -> set[int]:
    ids: set[int] = set()
    for table, erased in found.items():
        for edge, column in _edges(described, kind, table):
            rows = tx.tuples(f"SELECT {column} FROM {edge.table} WHERE {edge.where}", ids=as_json(erased))
            ids |= {row[0] for row in rows}
    return ids - found.get(kind.table, set())


def _edges(described: Descriptions, kind: Kind, table: str) -> Iterator[tuple[Edge, str]]:
    """The pointers by which such records point to rows of the table, each with the column of their id."""
    for edge in described.pointing(table, "unlink"):
        if edge.kind is kind and not edge.pointer.of:
            yield edge, "id"
    for edge in described.pointing(table, "erase"):
        if edge.kind is kind and isinstance(described.treated[edge.table], Removed):
            for bearer in kind.pointers:
                if bearer.of == edge.table and bearer.table == kind.table and bearer != edge.pointer:
                    yield edge, bearer.column


def record_unlinked(tx: Transaction, pointing: Pointing) -> None:
    """What became of them, where that is a field of theirs."""
    for kind, before in pointing:
        if kind.lookup is None or kind.lookup.find is None:
            continue
        of, after = kind.lookup.record, kind.lookup.find(tx, before.id)
        if facts_of(of, before) != facts_of(of, after):
            record_change(tx, f"{kind.name}.changed", of, (before, after))
