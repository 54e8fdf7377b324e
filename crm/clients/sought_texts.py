"""What a client is searched by beside its own name, addresses and numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm.custom_fields.searched_texts import texts_in
from crm.db.list_parts import among_values
from crm.db.transaction import Transaction

Facts = Mapping[str, Any]


def other_texts(tx: Transaction, facts: Facts, known: Mapping[int, str] | None = None) -> str:
    """The custom texts, and the names of the companies that the client belongs to.

    `known` are the names of companies by id, where those of many clients were read together.
    """
    ids = companies_in(facts)
    names = company_names(tx, ids) if known is None else known
    return "\n".join([texts_in(tx, "client", facts), *(names[each] for each in ids if each in names)]).strip()


def companies_in(facts: Facts) -> list[int]:
    """The main one first."""
    ids = [facts.get("company_id"), *(link["company_id"] for link in facts.get("companies") or ())]
    return [each for each in dict.fromkeys(ids) if each is not None]


def company_names(tx: Transaction, ids: Iterable[int]) -> dict[int, str]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    among, params = among_values("c.id", "id", wanted)
    rows = tx.all(
        f"""
        SELECT c.id, c.name
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND {among}
        """,
        **params,
    )
    return {row["id"]: row["name"] for row in rows if row["name"] is not None}
