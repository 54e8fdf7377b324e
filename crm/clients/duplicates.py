"""Clients that have the same e-mail address or phone number."""

from collections.abc import Mapping
from typing import Any

from crm.clients.client import CLIENT_RECORD
from crm.clients.contact_points import values_of
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


def refuse_duplicate(
    tx: Transaction, values: Mapping[str, Any], *, besides: int = 0, known: Mapping[str, Any] | None = None
) -> None:
    """Raises Conflict with `candidates`, the live clients with one of these e-mails or phones, if any.

    Those that the client has already by the facts `known` are not looked for.
    """
    emails = [email_key(email) for email in _new(values, "email", known or {})]
    phones = [each for phone in _new(values, "phone", known or {}) for each in spellings(phone)]
    among = {"email_key": emails, "phone": phones}
    found = [row for column in among for row in _with_main(tx, column, among[column], besides)]
    refuse_candidates([*found, *_with_further(tx, [*emails, *phones], besides)], TAKEN)


def _new(values: Mapping[str, Any], form: str, known: Mapping[str, Any]) -> list[str]:
    there = set(values_of(known, form))
    return [value for value in values_of(values, form) if value not in there]


def _with_main(tx: Transaction, column: str, values: list[str], besides: int) -> list[Row]:
    """Numbers in any of their spellings: some countries lengthened theirs."""
    if not values:
        return []
    same, params = among_values(column, column, values)
    return live_alike(tx, CLIENT_RECORD, SHOWN, same, besides=besides, **params)


def _with_further(tx: Transaction, values: list[str], besides: int) -> list[Row]:
    if not values:
        return []
    same, params = among_values("p.value", "value", values)
    having = f"""id IN (SELECT p.client_id
                        FROM client_contact_points p
                       WHERE p.workspace_id = :workspace_id
                         AND {same})"""
    return live_alike(tx, CLIENT_RECORD, SHOWN, having, besides=besides, **params)
