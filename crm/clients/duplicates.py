"""Clients that have the same e-mail address or phone number."""

from collections.abc import Mapping
from typing import Any

from crm.clients.client import CLIENT_RECORD
from crm.clients.contact_points import values_of
from crm.clients.spellings import spellings
from crm.db.list_parts import among_values
from crm.db.transaction import Transaction
from crm.db.values import SQLValue
from crm.errors import Sentence
from crm.records.duplicates import live_alike, refuse_candidates
from crm.records.keys import email_key

Condition = tuple[str, Mapping[str, SQLValue]]

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
    looked_for = [
        *_with_main("email_key", emails),
        *_with_main("phone", phones),
        *_with_further([*emails, *phones]),
    ]
    params = {name: value for _, each in looked_for for name, value in each.items()}
    conditions = [condition for condition, _ in looked_for]
    refuse_candidates(live_alike(tx, CLIENT_RECORD, SHOWN, conditions, besides=besides, **params), TAKEN)


def _new(values: Mapping[str, Any], form: str, known: Mapping[str, Any]) -> list[str]:
    there = set(values_of(known, form))
    return [value for value in values_of(values, form) if value not in there]


def _with_main(column: str, values: list[str]) -> list[Condition]:
    """Numbers in any of their spellings: some countries lengthened theirs."""
    return [among_values(column, column, values)] if values else []


def _with_further(values: list[str]) -> list[Condition]:
    if not values:
        return []
    same, params = among_values("p.value", "value", values)
    having = f"""id IN (SELECT p.client_id
                        FROM client_contact_points p
                       WHERE p.workspace_id = :workspace_id
                         AND {same})"""
    return [(having, params)]
