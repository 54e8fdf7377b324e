"""Search for parts of words as an index search (FTS5).

The index holds the grams of `crm/db/grams.py`. It keeps no positions and no text, so it is small; a hit is
confirmed against the row itself. The rowid carries the workspace above the row's id: a range of it isolates
the workspace, and newest first is its own order, so a page ends early.
"""

from collections.abc import Sequence

from crm.db.dialect import Runs
from crm.db.grams import ID_BITS, ID_MASK, grams_of, match_of
from crm.db.list_parts import Hits
from crm.db.search_query import Query


def index_texts(tx: Runs, table: str, row_id: int, texts: Sequence[str]) -> None:
    """The former texts of the row must have been removed before."""
    tx.run(_indexing(table), row_id=row_id, grams=grams_of(*texts))


def index_many(tx: Runs, table: str, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """The same for several rows: the id of each, and its texts."""
    tx.run_many(_indexing(table), [{"row_id": row_id, "grams": grams_of(*texts)} for row_id, texts in rows])


def _indexing(table: str) -> str:
    return f"""
        INSERT INTO {table} (rowid, grams)
        VALUES ((:workspace_id << {ID_BITS}) | :row_id, :grams)
        """


def forget_texts(tx: Runs, table: str, row_id: int) -> None:
    tx.run(f"DELETE FROM {table} WHERE rowid = ((:workspace_id << {ID_BITS}) | :row_id)", row_id=row_id)


def hits_of(query: Query, table: str, alias: str) -> Hits:
    """The hits in the workspace only."""
    return Hits(
        source=f"{table}_search s CROSS JOIN {table} {alias} ON {alias}.id = (s.rowid & {ID_MASK})",
        where=f"""{table}_search MATCH :match
           AND s.rowid > (:workspace_id << {ID_BITS})
           AND s.rowid < ((:workspace_id << {ID_BITS}) | {ID_MASK})
           AND {alias}.workspace_id = :workspace_id""",
        newest="s.rowid DESC",
        params={"match": match_of(query)},
    )
