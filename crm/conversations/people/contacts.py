"""The customer of a conversation: phone or id, and the client."""

from typing import Any

from crm.clients.client import CLIENT_RECORD, Client, find_client
from crm.clients.clients import change_client, create_client, insert_client, write_values
from crm.clients.fields import ClientChanges, ClientFields, given_values
from crm.clients.having import first_with_further
from crm.clients.ids import ClientId
from crm.clients.spellings import is_same_number, spellings
from crm.conversations.transport.received import Sender
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.records.skeleton import facts_of


def find_client_by_phone(tx: Transaction, phone: str, *, besides: int = 0) -> ClientId | None:
    """The oldest live client with the number as the main one; else the oldest that has it beside another."""
    for spelling in spellings(phone):
        found: ClientId | None = tx.value(
            """
            SELECT id
              FROM clients
             WHERE workspace_id = :workspace_id
               AND phone = :phone
               AND deleted_at IS NULL
               AND id <> :besides
             ORDER BY id
             LIMIT 1
            """,
            phone=spelling,
            besides=besides,
        )
        if found is not None:
            return found
    further = first_with_further(tx, spellings(phone), besides=besides)
    return None if further is None else ClientId(further)


def ensure_client(tx: Transaction, who: Sender, source: str) -> tuple[ClientId, bool]:
    """The client with the person's number, or a new one of this source; and whether they are new.

    Name and number are kept each for itself: what a stranger's telephone says of them may be no name, and the
    channel's number of them none that people could dial.
    """
    found = find_client_by_phone(tx, who.phone) if who.phone else None
    if found is not None:
        return found, False
    try:
        fields = _client_fields(who.name or who.phone or who.user_id or "", source)
    except Invalid:
        fields = _client_fields(who.phone or who.user_id or "", source)
    if who.phone is None:
        return create_client(tx, fields, allow_duplicate=True).id, True
    return ClientId(insert_client(tx, {**given_values(fields), "phone": who.phone})), True


def follow_phone(tx: Transaction, client_id: int, old: str | None, new: str) -> None:
    """The client has the person's new number, unless people gave them another one."""
    client = find_client(tx, client_id)
    if client is None or client.deleted_at is not None or client.phone == new:
        return
    if client.phone is not None and (old is None or not is_same_number(client.phone, old)):
        _follow_further(tx, client, old, new)
        return
    _change(tx, client, {"phone": new})


def _follow_further(tx: Transaction, client: Client, old: str | None, new: str) -> None:
    """The new number takes the place of the old one among those beside the main one, if it is there."""
    points = facts_of(CLIENT_RECORD, client)["phones"]
    places = [place for place, each in enumerate(points) if old and is_same_number(each["phone"], old)]
    if places and not any(each["phone"] == new for each in points):
        points[places[0]]["phone"] = new
        _change(tx, client, {"phones": points})


def _change(tx: Transaction, client: Client, values: dict[str, Any]) -> None:
    """Also to a number that people could not type."""
    try:
        change_client(tx, client.id, parse_fields(ClientChanges, values), allow_duplicate=True)
    except Invalid:
        write_values(tx, client, values)


def _client_fields(name: str, source: str) -> ClientFields:
    return parse_fields(ClientFields, {"name": name, "source": source})
