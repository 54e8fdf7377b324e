"""Who else bears the same e-mail address or phone number."""

from collections.abc import Mapping
from typing import Any

from crm.clients.spellings import spellings
from crm.db.list_parts import among_values
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict
from crm.records.keys import email_key

MOST = 5


def refuse_duplicate(tx: Transaction, values: Mapping[str, Any], *, besides: int = 0) -> None:
    """Raises Conflict with `candidates`, the live clients with the same e-mail or phone, if there are any."""
    found = {row["id"]: row for row in (*_same_email(tx, values, besides), *_same_phone(tx, values, besides))}
    if not found:
        return
    candidates = [found[client_id] for client_id in sorted(found)][:MOST]
    raise Conflict(
        "Another client has this e-mail address or phone number. "
        "Use that one, or save with allow_duplicate to have both.",
        {"candidates": candidates},
    )


def _same_email(tx: Transaction, values: Mapping[str, Any], besides: int) -> list[Row]:
    if not values.get("email"):
        return []
    return tx.all(
        """
        SELECT id, kind, name, email, phone
          FROM clients
         WHERE workspace_id = :workspace_id
           AND email_key = :email_key
           AND deleted_at IS NULL
           AND id <> :besides
         ORDER BY id
         LIMIT :most
        """,
        email_key=email_key(values["email"]),
        besides=besides,
        most=MOST,
    )


def _same_phone(tx: Transaction, values: Mapping[str, Any], besides: int) -> list[Row]:
    """In whichever of its spellings: some countries lengthened their numbers."""
    if not values.get("phone"):
        return []
    same, phones = among_values("phone", "phone", spellings(values["phone"]))
    return tx.all(
        f"""
        SELECT id, kind, name, email, phone
          FROM clients
         WHERE workspace_id = :workspace_id
           AND {same}
           AND deleted_at IS NULL
           AND id <> :besides
         ORDER BY id
         LIMIT :most
        """,
        **phones,
        besides=besides,
        most=MOST,
    )
