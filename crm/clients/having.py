"""Who has an e-mail address or phone number, as the main one or as a further one."""

from collections.abc import Sequence

from crm.db.list_parts import among_values
from crm.db.transaction import Transaction

MOST = 1_000
"""Of one address or number: more clients than these have none in common."""


def having_further(tx: Transaction, values: Sequence[str]) -> list[int]:
    """The ids of the clients, those in the trash too, that have one of the values beside their main one."""
    same, params = among_values("p.value", "value", values)
    rows = tx.tuples(
        f"""
        SELECT DISTINCT p.client_id
          FROM client_contact_points p
         WHERE p.workspace_id = :workspace_id
           AND {same}
         LIMIT :most
        """,
        **params,
        most=MOST,
    )
    return [row[0] for row in rows]


def having_main(tx: Transaction, column: str, values: Sequence[str]) -> list[int]:
    """The ids of the live clients with one of the values in that column."""
    same, params = among_values(f"c.{column}", "value", values)
    rows = tx.tuples(
        f"""
        SELECT c.id
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND {same}
           AND c.deleted_at IS NULL
         LIMIT :most
        """,
        **params,
        most=MOST,
    )
    return [row[0] for row in rows]


def first_with_further(tx: Transaction, values: Sequence[str], *, besides: int = 0) -> int | None:
    """The oldest live client that has one of the values beside their main one."""
    same, params = among_values("p.value", "value", values)
    found: int | None = tx.value(
        f"""
        SELECT min(c.id)
          FROM client_contact_points p
          JOIN clients c ON c.workspace_id = p.workspace_id AND c.id = p.client_id
         WHERE p.workspace_id = :workspace_id
           AND {same}
           AND c.deleted_at IS NULL
           AND c.id <> :besides
        """,
        **params,
        besides=besides,
    )
    return found
