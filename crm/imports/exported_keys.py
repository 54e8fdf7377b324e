"""Find the record that a row of an exported file stands for, by its key."""

from crm.db.transaction import Transaction
from crm.imports.headers.programs import HOLDFAST
from crm.records.keys import sort_key
from crm.records.kind import Kind
from crm.records.origin import id_in_key, origin_of

BEGUN = "holdfast begun"
"""The source of keys whose own row has not come yet: a contact of it named the company."""


def named_key(tx: Transaction, name: str) -> str:
    """Of a company that a row of another program named: its own row may come in the same import."""
    return f"named {tx.actor.operation_id} {sort_key(name)}"


def find_by_key(tx: Transaction, kind: Kind, key: str, source: str = HOLDFAST) -> int | None:
    """The live record of an exported key: this workspace's own, or one that was imported with it."""
    own = id_in_key(origin_of(tx), kind.name, key)
    if own is not None and source == HOLDFAST and lives(tx, kind, own):
        return own
    found = tx.value(
        """
        SELECT x.subject_id
          FROM external_ids x
         WHERE x.workspace_id = :workspace_id
           AND x.source = :source
           AND x.subject = :subject
           AND x.external_id = :key
        """,
        source=source,
        subject=kind.name,
        key=key,
    )
    return int(found) if found is not None and lives(tx, kind, int(found)) else None


def lives(tx: Transaction, kind: Kind, record_id: int) -> bool:
    """Whether it is a record of the workspace that is not in the trash."""
    found = tx.value(
        f"""
        SELECT 1
          FROM {kind.table} r
         WHERE r.workspace_id = :workspace_id
           AND r.id = :record_id
           AND r.deleted_at IS NULL
        """,
        record_id=record_id,
    )
    return found is not None


def stands_for_other(tx: Transaction, record_id: int, key: str) -> bool:
    """Whether the client was imported with another key of the same workspace: these are two records there."""
    others = tx.all(
        """
        SELECT x.external_id
          FROM external_ids x
         WHERE x.workspace_id = :workspace_id
           AND x.subject = 'client'
           AND x.subject_id = :record_id
           AND x.source IN (:exported, :begun)
        """,
        record_id=record_id,
        exported=HOLDFAST,
        begun=BEGUN,
    )
    origin = key.partition("-")[0]
    keys = {row["external_id"] for row in others}
    return key not in keys and any(each.partition("-")[0] == origin for each in keys)


def forget_begun(tx: Transaction, key: str) -> None:
    """The company or client that another row only named has its own values now."""
    tx.run(
        """
        DELETE FROM external_ids
         WHERE workspace_id = :workspace_id
           AND source = :source
           AND subject = 'client'
           AND external_id = :key
        """,
        source=BEGUN,
        key=key,
    )
