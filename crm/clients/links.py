"""The company of a client, and the contacts of a company."""

from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.records.holding import count_holding
from crm.records.seen import only_seen

MAX_DEPTH = 50


def check_company(tx: Transaction, company_id: int, *, of: int | None = None) -> None:
    """Raises Invalid unless it is a live company, other than the client `of` and the companies below it."""
    kind = tx.value(
        f"""
        SELECT kind
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND c.id = :company_id
           AND c.deleted_at IS NULL
           {only_seen(tx, "client", "c")}
        """,
        company_id=company_id,
    )
    if kind is None:
        raise Invalid.field("company_id", "is not a client of this workspace")
    if kind != "company":
        raise Invalid.field("company_id", "is a person, not a company")
    if of is not None and _is_above(tx, company_id, client_id=of):
        raise Invalid.field("company_id", "would make the company its own parent")


def _is_above(tx: Transaction, company_id: int, *, client_id: int) -> bool:
    """Whether the client is the company, or one above it."""
    return bool(
        tx.value(
            """
            WITH RECURSIVE above (id, depth) AS (
                SELECT CAST(:company_id AS BIGINT), 0
                 UNION ALL
                SELECT c.company_id, above.depth + 1
                  FROM above
                  JOIN clients c ON c.workspace_id = :workspace_id AND c.id = above.id
                 WHERE c.company_id IS NOT NULL
                   AND above.depth < :max_depth
            )
            SELECT EXISTS (SELECT 1 FROM above WHERE id = :client_id)
            """,
            company_id=company_id,
            client_id=client_id,
            max_depth=MAX_DEPTH,
        )
    )


def count_people(tx: Transaction, company_id: int) -> int:
    """How many live clients belong to the company."""
    return count_holding(tx, "clients", company_id, "people")
