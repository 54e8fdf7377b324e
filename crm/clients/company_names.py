"""Clients are found by the names of the companies that they belong to."""

from crm.clients.rebuilding import rebuild_client
from crm.custom_fields.definitions import search_anew
from crm.db.transaction import Transaction

MOST_AT_ONCE = 200
"""People of a renamed company who are found by its new name at once; the worker goes through more."""


def index_people_of(tx: Transaction, company_id: int) -> None:
    """Whose company has another name now."""
    rows = tx.all(
        """
        SELECT c.id
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND c.company_id = :company_id
           AND c.deleted_at IS NULL
         UNION
        SELECT f.client_id
          FROM client_companies f
         WHERE f.workspace_id = :workspace_id
           AND f.company_id = :company_id
         LIMIT :most
        """,
        company_id=company_id,
        most=MOST_AT_ONCE + 1,
    )
    if len(rows) > MOST_AT_ONCE:
        search_anew(tx, "client")
        return
    for row in rows:
        rebuild_client(tx, row["id"])
