"""All rows about one person, as they can read them: found by the descriptions of all kinds."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from crm.activity import activity
from crm.appliance.erased_deliveries import submissions_with
from crm.appliance.erased_rows import Descriptions, Rows, as_json, find_rows
from crm.appliance.erased_words import conversations_with, words_of
from crm.clients.client import CLIENT_RECORD, Client, find_client, stored_client
from crm.clients.merged import list_losers
from crm.db.transaction import Transaction
from crm.records.erasing import Removed
from crm.records.kind import Kind
from crm.records.kinds import Kinds, kinds_of
from crm.records.skeleton import existing

TECHNICAL = frozenset({
    "client_merges", "client_merge_moves", "client_pairs", "conversation_leads", "conversation_reads",
    "conversation_twins", "conversation_windows", "deliveries", "delivery_events", "inbound_events",
    "message_media", "message_statuses", "outbox", "stage_stays",
})  # fmt: skip
"""Tables whose rows only say how the program works: what they hold of a person, other ones have, too."""
PLAIN = frozenset({"client_addresses", "client_companies", "client_contact_points", "record_tags"})
"""Tables whose rows are part of the client as it is read."""
HIDDEN = frozenset({
    "workspace_id", "erased_at", "first_tag", "joined", "sought", "sha256", "stored_name", "pulse", "is_news",
})  # fmt: skip
"""Columns by which the program finds and orders, or that are its secrets."""
STRUCTURES = frozenset({"custom", "facts", "referral"})


@dataclass(frozen=True, slots=True)
class Portion:
    """The rows of one table: those of `ids`, or, if `where` is given, those that point to the ids."""

    table: str
    ids: list[int]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """`client_ids` are the client, and those who were merged into them."""

    client: Client
    client_ids: list[int]
    found: Rows
    portions: list[Portion]


def begin_person_export(tx: Transaction, client_id: int) -> Person:
    """Note in the ledger that all about the client leaves. Raises NotFound and Merged."""
    client: Client = existing(CLIENT_RECORD, find_client(tx, client_id))
    facts = {"format": "zip", "count": 1, "filters": {"id": client_id}}
    activity.record(tx, "client.exported", "workspace", int(tx.actor.workspace_id or 0), after=facts)
    people = {client_id, *list_losers(tx, client_id)}
    words = words_of(tx, people)
    first = {
        "clients": people,
        "conversations": conversations_with(tx, words),
        "web_form_submissions": submissions_with(tx, words),
    }
    found = find_rows(tx, first)
    return Person(client, sorted(people), found, list(_portions(kinds_of(tx), found)))


def _portions(kinds: Kinds, found: Rows) -> Iterator[Portion]:
    described, left = Descriptions.of(kinds), TECHNICAL | PLAIN
    for table, ids in found.items():
        if table not in left and ids:
            yield Portion(table, sorted(ids))
        pointing: dict[str, Portion] = {}
        for edge in described.pointing(table, "erase"):
            if edge.table not in left and isinstance(described.treated[edge.table], Removed):
                pointing.setdefault(edge.table, Portion(edge.table, sorted(ids), edge.where))
        for edge in described.pointing(table, "keep"):
            if edge.table not in left and edge.table not in found:
                pointing.setdefault(edge.table, Portion(edge.table, sorted(ids), edge.where))
        yield from pointing.values()


def rows_of_portion(tx: Transaction, portion: Portion, ids: list[int]) -> list[dict[str, Any]]:
    """As far as the acting user sees them."""
    kinds = kinds_of(tx)
    kind = next((each for each in kinds if each.table == portion.table), None)
    if kind is None or portion.where:
        return [_plain(kinds, portion.table, row) for row in _stored(tx, kinds, kind, portion, ids)]
    if kind.name == "client":
        return [asdict(each) for each in (stored_client(tx, client_id) for client_id in ids) if each]
    if kind.lookup is not None and kind.lookup.find is not None:
        return [asdict(each) for each in (kind.lookup.find(tx, record_id) for record_id in ids) if each]
    return [_plain(kinds, portion.table, row) for row in _stored(tx, kinds, kind, portion, ids)]


def _stored(
    tx: Transaction, kinds: Kinds, kind: Kind | None, portion: Portion, ids: list[int]
) -> list[dict[str, Any]]:
    seen = kinds.seen(kind.name, portion.table) if kind is not None else ""
    among = portion.where or "workspace_id = :workspace_id AND id IN (SELECT value FROM json_each(:ids))"
    return tx.all(
        f"SELECT * FROM {portion.table} WHERE {among} {f'AND {seen}' if seen else ''}", ids=as_json(ids)
    )


def _plain(kinds: Kinds, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    hidden = HIDDEN | (kinds.rows[table].made.keys() if table in kinds.rows else set())
    return {
        name: orjson.loads(value) if name in STRUCTURES and value else value
        for name, value in row.items()
        if name not in hidden and not isinstance(value, bytes)
    }
