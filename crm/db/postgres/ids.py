"""Up to where the ids of a table are given."""

from crm.db.dialect import Runs
from crm.db.tables import quoted

SEQUENCE = "pg_get_serial_sequence(:named, 'id')"


def last_id(tx: Runs, table: str) -> int:
    """The highest that was ever given, or is there."""
    sql = f"""
        SELECT greatest(coalesce((SELECT max(id) FROM {quoted(table)}), 0),
                        coalesce(pg_sequence_last_value(CAST({SEQUENCE} AS regclass)), 0))
    """
    return int(str(tx.value(sql, named=quoted(table))))


def keep_ids(tx: Runs, table: str, last: int) -> None:
    """The server gives none up to that one any more, whatever becomes of the transaction."""
    if last > last_id(tx, table):
        tx.value(f"SELECT setval(CAST({SEQUENCE} AS regclass), :last, true)", named=quoted(table), last=last)
