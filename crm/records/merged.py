"""Records that mean another one since they were merged into it."""

from crm.db.transaction import Transaction
from crm.records.kinds import kinds_of

MOST = 100


def id_now(tx: Transaction, kind: str, record_id: int) -> int:
    """That of the record into which this one was merged, else its own."""
    of = kinds_of(tx).by_name.get(kind)
    return (of.winner(tx, record_id) if of is not None and of.winner is not None else None) or record_id


def ids_meant(tx: Transaction, kind: str, record_id: int) -> list[int]:
    """The same, with those that were merged into that record: older values may name them."""
    of = kinds_of(tx).by_name.get(kind)
    now = id_now(tx, kind, record_id)
    return [now, *(of.losers(tx, now)[:MOST] if of is not None and of.losers is not None else ())]
