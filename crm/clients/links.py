"""The company of a client, and the contacts of a company."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from crm.db.list_parts import among_values
from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid
from crm.records.holding import count_holding
from crm.records.seen import only_seen

MAX_DEPTH = 50
NO_CLIENT, A_PERSON = "is not a client of this workspace", "is a person, not a company"


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
        raise Invalid.field("company_id", NO_CLIENT)
    if kind != "company":
        raise Invalid.field("company_id", A_PERSON)
    if of is not None and _is_above(tx, company_id, client_id=of):
        raise Invalid.field("company_id", "would make the company its own parent")


def check_companies(
    tx: Transaction, links: Sequence[Mapping[str, Any]], *, of: int | None = None, known: Collection[int] = ()
) -> None:
    """Raises Invalid naming each that is no live company, but for those that are `known` already."""
    asked = {link["company_id"] for link in links} - set(known)
    kinds = _kinds(tx, sorted(asked)) if asked else {}
    problems = []
    for place, link in enumerate(links):
        company_id = link["company_id"]
        if company_id in asked and (kinds.get(company_id) != "company" or company_id == of):
            message = A_PERSON if kinds.get(company_id) == "person" else NO_CLIENT
            problems.append(FieldProblem(f"companies.{place}.company_id", message))
    if problems:
        raise Invalid(*problems)


def _kinds(tx: Transaction, ids: Sequence[int]) -> dict[int, str]:
    """Of those that are live clients."""
    among, params = among_values("c.id", "id", ids)
    rows = tx.all(
        f"""
        SELECT c.id, c.kind
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND {among}
           AND c.deleted_at IS NULL
           {only_seen(tx, "client", "c")}
        """,
        **params,
    )
    return {row["id"]: row["kind"] for row in rows}


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
    """How many live clients belong to the company, as their main one or as a further one."""
    return count_holding(tx, "clients", company_id, "people") + len(list_further_people(tx, company_id))


def list_further_people(tx: Transaction, company_id: int) -> list[int]:
    """The ids of the live clients of whom it is a company, but not the main one."""
    rows = tx.all(
        """
        SELECT f.client_id
          FROM client_companies f
          JOIN clients c ON c.workspace_id = f.workspace_id AND c.id = f.client_id
         WHERE f.workspace_id = :workspace_id
           AND f.company_id = :company_id
           AND c.deleted_at IS NULL
           AND (c.company_id IS NULL OR c.company_id <> f.company_id)
         ORDER BY f.client_id
        """,
        company_id=company_id,
    )
    return [row["client_id"] for row in rows]


def has_further_people(tx: Transaction, company_id: int) -> bool:
    """Whether it may be a company of somebody, live or not, of whom it is not the main one."""
    return bool(
        tx.value(
            """
            SELECT EXISTS (SELECT 1
                             FROM client_companies
                            WHERE workspace_id = :workspace_id
                              AND company_id = :company_id)
            """,
            company_id=company_id,
        )
    )


def belonging_to(names: str) -> str:
    """The SQL condition that the client belongs to one of the companies, main or further, live or not;
    `names` are the names of the parameters with their ids.
    """
    of_clients = f"""SELECT m.id
                       FROM clients m
                      WHERE m.workspace_id = :workspace_id
                        AND m.company_id IN ({names})"""
    return f"""c.id IN ({of_clients} AND m.deleted_at IS NULL
                       UNION ALL
                      {of_clients} AND m.deleted_at IS NOT NULL
                       UNION ALL
                     SELECT f.client_id
                       FROM client_companies f
                      WHERE f.workspace_id = :workspace_id
                        AND f.company_id IN ({names}))"""
