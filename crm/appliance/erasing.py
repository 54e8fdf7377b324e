"""Erasing a person, on their request or by a rule: whatever is about them loses its content for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import orjson
from pydantic import Field

from crm.activity.erasing import erase_entries, record_erasure
from crm.appliance.erased_answers import erase_answers
from crm.appliance.erased_deliveries import erase_undecided, submissions_with, unread_events_with
from crm.appliance.erased_events import read_pointing, record_gone, record_unlinked
from crm.appliance.erased_imports import erase_imports
from crm.appliance.erased_rows import Rows, as_json, empty_rows, entries_about, find_rows
from crm.appliance.erased_words import (
    Words,
    conversations_with,
    entries_with,
    erase_views,
    with_more,
    words_of,
)
from crm.clients.client import CLIENT_RECORD, Client, find_client
from crm.clients.merged import list_losers
from crm.config import Settings
from crm.db.transaction import Transaction
from crm.documents.erasing import forget_recipients
from crm.errors import Conflict, Invalid
from crm.fields import Blank, Fields, ShortLine
from crm.leads.lead import LEAD_RECORD, find_lead
from crm.records.kinds import kinds_of
from crm.records.skeleton import existing, refuse_stale
from crm.webhooks.erasing import forget_answers

NOBODY = Words.of([], [])
ERASED_ALREADY = "This client has been erased already."


class ClientErasure(Fields):
    """`name` repeats the client's name, to be sure that it is the right one; `reason` stays in the
    history; `confirmation` is the one that the first call answered.
    """

    name: Annotated[Annotated[str, Field(max_length=1_000)] | None, Blank] = None
    reason: ShortLine = None
    confirmation: Annotated[Annotated[str, Field(max_length=100)] | None, Blank] = None


@dataclass(frozen=True, slots=True)
class Erased:
    """`records` counts what was erased by the name of its kind, `entries` what the ledger said about it."""

    id: int
    client_id: int | None
    records: dict[str, int]
    entries: int
    erased_at: str


@dataclass(frozen=True, slots=True)
class _Whole:
    """All that goes with one record, and the words that name the person."""

    kind: str
    record_id: int
    found: Rows
    facts: Mapping[str, object]
    words: Words = NOBODY
    folders: Sequence[str] = ()


def erase_client(
    tx: Transaction,
    settings: Settings,
    client_id: int,
    given: ClientErasure,
    *,
    expected_version: int | None = None,
    rule: str | None = None,
) -> Erased:
    """In the trash, too. Raises NotFound, Merged, Stale, Conflict if it is erased already or an import is
    under way, and Invalid for another name than the client's.
    """
    client = check_erasure(tx, client_id, given, expected_version)
    words, found = _all_about(tx, client)
    folders = erase_imports(tx, settings, words)
    facts = {name: value for name, value in (("reason", given.reason), ("rule", rule)) if value is not None}
    return _erase(tx, _Whole("client", client_id, found, facts, words, folders))


def check_erasure(
    tx: Transaction, client_id: int, given: ClientErasure, expected_version: int | None
) -> Client:
    """The client. Raises NotFound, Merged, Stale, Conflict if it is erased already, and Invalid."""
    client = _find(tx, client_id)
    refuse_stale(CLIENT_RECORD, client, expected_version)
    if given.name is not None and " ".join(given.name.split()) != " ".join(client.name.split()):
        raise Invalid.field("name", "is not the name of this client")
    return client


def preview_erasure(tx: Transaction, client_id: int) -> tuple[Client, dict[str, int]]:
    """The client, with what would be erased by the name of its kind. Raises NotFound, Merged and Conflict."""
    client = _find(tx, client_id)
    return client, _counts(tx, _all_about(tx, client)[1])


def erase_lead(tx: Transaction, lead_id: int, rule: str) -> Erased:
    """By a rule, and not the client. Raises NotFound."""
    existing(LEAD_RECORD, find_lead(tx, lead_id))
    found = find_rows(tx, {"leads": {lead_id}})
    return _erase(tx, _Whole("lead", lead_id, found, {"rule": rule}))


def _all_about(tx: Transaction, client: Client) -> tuple[Words, Rows]:
    """With those who were merged into the client."""
    people = {int(client.id), *list_losers(tx, client.id)}
    words = words_of(tx, people)
    first = {
        "clients": people,
        "conversations": conversations_with(tx, words),
        "web_form_submissions": submissions_with(tx, words),
    }
    found = find_rows(tx, first)
    return words, with_more(found, "inbound_events", unread_events_with(tx, words))


def _counts(tx: Transaction, found: Rows) -> dict[str, int]:
    """Notes and calls are in one table."""
    about = entries_about(kinds_of(tx), found)
    return {name: len(ids) for name, ids in about.items() if ids and name != "call"}


def _find(tx: Transaction, client_id: int) -> Client:
    client = find_client(tx, client_id)
    if client is None and was_erased(tx, client_id):
        raise Conflict(ERASED_ALREADY)
    return existing(CLIENT_RECORD, client)


def was_erased(tx: Transaction, client_id: int) -> bool:
    return (
        tx.value(
            """
            SELECT erased_at
              FROM clients
             WHERE workspace_id = :workspace_id
               AND id = :client_id
            """,
            client_id=client_id,
        )
        is not None
    )


def _erase(tx: Transaction, whole: _Whole) -> Erased:
    found, words = whole.found, whole.words
    erase_answers(tx, words, found)
    erase_undecided(tx, words)
    about = entries_with(tx, words) | forget_recipients(tx, found.get("clients", set()))
    views = erase_views(tx, words)
    files = _stored_names(tx, found.get("files", set()))
    pointing = read_pointing(tx, found)
    empty_rows(tx, found)
    record_unlinked(tx, pointing)
    record_gone(tx, _beside(tx, whole) | {"saved_view": views})
    entries = erase_entries(tx, entries_about(kinds_of(tx), found), about)
    forget_answers(tx)
    record_erasure(tx, whole.kind, whole.record_id, entries, whole.facts)
    client_id = whole.record_id if whole.kind == "client" else None
    erasure_id = _keep(tx, client_id, files, whole.folders)
    return Erased(erasure_id, client_id, _counts(tx, found), entries, tx.now)


def _beside(tx: Transaction, whole: _Whole) -> dict[str, set[int]]:
    """All but the record that is erased itself, by the name of their kind."""
    about = entries_about(kinds_of(tx), whole.found)
    return about | {whole.kind: about[whole.kind] - {whole.record_id}}


def _stored_names(tx: Transaction, file_ids: set[int]) -> list[str]:
    rows = tx.all(
        """
        SELECT stored_name
          FROM files
         WHERE workspace_id = :workspace_id
           AND id IN (SELECT value FROM json_each(:ids))
        """,
        ids=as_json(file_ids),
    )
    return [row["stored_name"] for row in rows]


def _keep(tx: Transaction, client_id: int | None, files: list[str], folders: Sequence[str]) -> int:
    """What is left to do once this is committed: see `erasures.py`."""
    return tx.insert(
        """
        INSERT INTO erasures (workspace_id, client_id, actor_id, files, folders, created_at)
        VALUES (:workspace_id, :client_id, :actor_id, :files, :folders, :now)
        RETURNING id
        """,
        client_id=client_id,
        files=orjson.dumps(files).decode(),
        folders=orjson.dumps(list(folders)).decode(),
    )
