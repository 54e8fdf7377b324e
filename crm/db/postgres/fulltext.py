"""Search for parts of words by an inverted index (GIN) over the grams of each row.

`rowid` carries the workspace above the row's id, as in the other engine. The workspace is also a gram of each
row, so that the index narrows by it.
"""

from collections.abc import Sequence

from crm.db.dialect import Runs
from crm.db.grams import ID_BITS, ID_MASK, QUOTED_GRAM, grams_of, match_of
from crm.db.list_parts import Hits
from crm.db.search_query import Query
from crm.db.values import Params

ROW = f"((CAST(:workspace_id AS bigint) << {ID_BITS}) | CAST(:row_id AS bigint))"
WORKSPACE_GRAM = "('workspace ' || CAST(CAST(:workspace_id AS bigint) AS text))"
MATCHES = f"""s.grams @@ (CAST(:match AS tsquery)
                && CAST(quote_literal({WORKSPACE_GRAM}) AS tsquery))"""
"""The condition for the rows `s` of a search index: candidates of the workspace, to be confirmed each."""


def index_texts(tx: Runs, table: str, row_id: int, texts: Sequence[str]) -> None:
    """The former texts of the row must have been removed before."""
    tx.run(_indexing(table), row_id=row_id, grams=grams_of(*texts))


def index_many(tx: Runs, table: str, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """The same for several rows: the id of each, and its texts."""
    tx.run_many(_indexing(table), [{"row_id": row_id, "grams": grams_of(*texts)} for row_id, texts in rows])


def _indexing(table: str) -> str:
    return f"""
        INSERT INTO {table} (rowid, grams)
        VALUES ({ROW}, array_to_tsvector(
            array_remove(string_to_array(CAST(:grams AS text), ' '), '') || {WORKSPACE_GRAM}))
        """


def forget_texts(tx: Runs, table: str, row_id: int) -> None:
    tx.run(f"DELETE FROM {table} WHERE rowid = {ROW}", row_id=row_id)


def hits_of(query: Query, table: str, alias: str) -> Hits:
    """The hits in the workspace only."""
    return Hits(
        source=f"{table}_search s JOIN {table} {alias} ON {alias}.id = (s.rowid & {ID_MASK})",
        where=f"{MATCHES} AND {alias}.workspace_id = :workspace_id",
        newest="s.rowid DESC",
        params=match_params(query),
    )


def match_params(query: Query) -> Params:
    """The values for `MATCHES`."""
    found = QUOTED_GRAM.sub(lambda gram: _lexeme(gram[1]), match_of(query))
    return {"match": found.replace(" AND ", " & ").replace(" OR ", " | ")}


def _lexeme(gram: str) -> str:
    escaped = gram.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
