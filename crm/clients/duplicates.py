"""Clients that have the same e-mail address or phone number."""

from collections.abc import Mapping
from typing import Any

from crm.clients.client import CLIENT_RECORD
from crm.clients.spellings import spellings
from crm.db.list_parts import among_values
from crm.db.transaction import Row, Transaction
from crm.errors import Sentence
from crm.records.duplicates import live_alike, refuse_candidates
from crm.records.keys import email_key

SHOWN = ("id", "kind", "name", "email", "phone")
TAKEN = Sentence(
    "Another client already has this e-mail address or phone number. Use that client, or set "
    "allow_duplicate to keep both."
)


def refuse_duplicate(tx: Transaction, values: Mapping[str, Any], *, besides: int = 0) -> None:
    """Raises Conflict with `candidates`, the live clients with the same e-mail or phone, if there are any."""
    refuse_candidates([*_same_email(tx, values, besides), *_same_phone(tx, values, besides)], TAKEN)


def _same_email(tx: Transaction, values: Mapping[str, Any], besides: int) -> list[Row]:
    if not values.get("email"):
        return []
    key = email_key(values["email"])
    return live_alike(tx, CLIENT_RECORD, SHOWN, "email_key = :email_key", besides=besides, email_key=key)


def _same_phone(tx: Transaction, values: Mapping[str, Any], besides: int) -> list[Row]:
    """In any of its spellings: some countries lengthened their numbers."""
    if not values.get("phone"):
        return []
    same, phones = among_values("phone", "phone", spellings(values["phone"]))
    return live_alike(tx, CLIENT_RECORD, SHOWN, same, besides=besides, **phones)
