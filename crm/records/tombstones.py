"""Deleting and restoring records of any kind, with their entries in the ledger."""

from collections.abc import Mapping

from crm.activity import activity
from crm.db.transaction import Transaction
from crm.records.holding import refuse_held
from crm.records.skeleton import Skeleton, Versioned

Facts = Mapping[str, object]
Subject = tuple[str, int]


def bury(
    tx: Transaction,
    kind: Skeleton,
    record: Versioned,
    *,
    facts: Facts | None = None,
    subject: Subject | None = None,
) -> None:
    """Put a live record into the trash. The ledger keeps `facts`, or else its name;
    `subject` is on whose timeline it shows. Raises Conflict while others hold it.
    """
    refuse_held(tx, kind, record.id)
    set_deleted_at(tx, kind, record.id, tx.now)
    before = _named(kind, record) if facts is None else facts
    activity.record(tx, f"{kind.name}.deleted", kind.name, record.id, before=before, subject=subject)


def unbury(
    tx: Transaction,
    kind: Skeleton,
    record: Versioned,
    *,
    facts: Facts | None = None,
    subject: Subject | None = None,
) -> None:
    """Take a deleted record out of the trash."""
    set_deleted_at(tx, kind, record.id, None)
    after = _named(kind, record) if facts is None else facts
    activity.record(tx, f"{kind.name}.restored", kind.name, record.id, after=after, subject=subject)


def set_deleted_at(tx: Transaction, kind: Skeleton, record_id: int, moment: str | None) -> None:
    """As part of a change that has a ledger entry of its own."""
    tx.run(
        f"""
        UPDATE {kind.table}
           SET deleted_at = :moment, version = version + 1{", updated_at = :now" if kind.dated else ""}
         WHERE workspace_id = :workspace_id
           AND id = :record_id
        """,
        record_id=record_id,
        moment=moment,
    )


def _named(kind: Skeleton, record: object) -> dict[str, object]:
    return {kind.known_by: getattr(record, kind.known_by)}
