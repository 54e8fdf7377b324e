"""Which client another one was merged into, and which were merged into it."""

from crm.db.transaction import Transaction
from crm.errors import Merged, Sentence

MOST = 1000


def refuse_merged(tx: Transaction, client_id: int) -> None:
    """Raises Merged, with the client where it is now, for one that was merged into another."""
    into = winner_of(tx, client_id)
    if into is not None:
        raise Merged(Sentence("This client was merged into client {into}.", into=into), client_id, into)


def winner_of(tx: Transaction, client_id: int) -> int | None:
    """At the end of the chain, where that one was merged into another, too."""
    found: int | None = tx.value(
        """
        WITH RECURSIVE chain (id, depth) AS (
            SELECT CAST(:client_id AS BIGINT), 0
             UNION ALL
            SELECT m.winner_id, chain.depth + 1
              FROM chain
              JOIN client_merges m ON m.workspace_id = :workspace_id
                                  AND m.loser_id = chain.id
                                  AND m.undone_at IS NULL
             WHERE chain.depth < :most
        )
        SELECT id
          FROM chain
         WHERE depth > 0
         ORDER BY depth DESC
         LIMIT 1
        """,
        client_id=client_id,
        most=MOST,
    )
    return found


def list_losers(tx: Transaction, client_id: int) -> list[int]:
    """All that were merged into the client, and into those."""
    rows = tx.all(
        """
        WITH RECURSIVE chain (id, depth) AS (
            SELECT CAST(:client_id AS BIGINT), 0
             UNION ALL
            SELECT m.loser_id, chain.depth + 1
              FROM chain
              JOIN client_merges m ON m.workspace_id = :workspace_id
                                  AND m.winner_id = chain.id
                                  AND m.undone_at IS NULL
             WHERE chain.depth < :most
        )
        SELECT id
          FROM chain
         WHERE depth > 0
         ORDER BY id
         LIMIT :most
        """,
        client_id=client_id,
        most=MOST,
    )
    return [int(row["id"]) for row in rows]
