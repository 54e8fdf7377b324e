"""Up to where the ids of a table are given."""

from crm.db.dialect import Runs
from crm.db.tables import quoted


def last_id(tx: Runs, table: str) -> int:
    """The highest that was ever given, if the table remembers it."""
    sql = f"""
        SELECT max(coalesce((SELECT max(id) FROM {quoted(table)}), 0),
                   coalesce((SELECT seq FROM sqlite_sequence WHERE name = :named), 0))
    """
    return int(str(tx.value(sql, named=table)))


def keep_ids(tx: Runs, table: str, last: int) -> None:
    """Nothing to do: the next id is above the highest that is there."""
