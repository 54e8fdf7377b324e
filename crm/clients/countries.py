"""The countries that a workspace's clients are in."""

from crm.db.transaction import Transaction


def list_countries(tx: Transaction) -> list[str]:
    """Their codes, each found by one step along an index, however many clients are there."""
    rows = tx.all(
        """
        WITH RECURSIVE inhabited (country) AS (
            SELECT min(country)
              FROM clients
             WHERE workspace_id = :workspace_id AND deleted_at IS NULL AND country > ''
             UNION ALL
            SELECT (SELECT min(c.country)
                      FROM clients c
                     WHERE c.workspace_id = :workspace_id AND c.deleted_at IS NULL AND c.country > i.country)
              FROM inhabited i
             WHERE i.country IS NOT NULL
        )
        SELECT country FROM inhabited WHERE country IS NOT NULL
        """
    )
    return [row["country"] for row in rows]
