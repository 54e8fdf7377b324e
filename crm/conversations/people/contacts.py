"""The customer of a conversation: phone or id, and the client."""

from crm.clients.client import find_client
from crm.clients.clients import change_client, create_client, insert_client, write_values
from crm.clients.fields import ClientChanges, ClientFields, given_values
from crm.clients.ids import ClientId
from crm.clients.spellings import is_same_number, spellings
from crm.conversations.transport.received import Sender
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields


def find_client_by_phone(tx: Transaction, phone: str, *, besides: int = 0) -> ClientId | None:
    """The oldest live client with the number."""
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
    return None


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
        return
    changes = ClientChanges(phone=new)
    try:
        change_client(tx, client_id, changes, allow_duplicate=True)
    except Invalid:
        write_values(tx, client, {"phone": new})


def _client_fields(name: str, source: str) -> ClientFields:
    return parse_fields(ClientFields, {"name": name, "source": source})
