"""Who is at the other end: a person's number or id at a medium, and the client that they are."""

from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.clients.phones import as_whatsapp_tells, settle_phone
from crm.conversations.received import Sender
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields

SOURCE = "WhatsApp"

# Numbers of Mexico, Argentina and Brazil have two spellings, as WhatsApp tells one and people dial the other:
# country code, where the longer one has which digit more, and how many digits follow it.
TWINS = (("+52", 3, "1", 10), ("+54", 3, "9", 10), ("+55", 5, "9", 8))


def phone_key(phone: str) -> str:
    """The shorter spelling of an E.164 number, by which its conversation is found."""
    for country, at, digit, rest in TWINS:
        if phone.startswith(country) and len(phone) == at + 1 + rest and phone[at] == digit:
            return phone[:at] + phone[at + 1 :]
    return phone


def spellings(phone: str) -> tuple[str, ...]:
    """The number as it is given, then how else it may be written."""
    key = phone_key(phone)
    longer = [
        key[:at] + digit + key[at:]
        for country, at, digit, rest in TWINS
        if key.startswith(country) and len(key) == at + rest
    ]
    return tuple(dict.fromkeys((phone, key, *longer)))


def settle_phone_of(tx: Transaction, text: str, field: str) -> str:
    """The number as E.164; else one of the workspace's country, else as WhatsApp tells it: without the `+`.

    Raises Invalid naming the field.
    """
    try:
        return settle_phone(tx, text)
    except Invalid as error:
        told = as_whatsapp_tells(text)
        if told is not None:
            return told
        raise error.renamed({"phone": field}) from None


def find_client_by_phone(tx: Transaction, phone: str) -> int | None:
    """The oldest live client with the number."""
    for spelling in spellings(phone):
        found: int | None = tx.value(
            """
            SELECT id
              FROM clients
             WHERE workspace_id = :workspace_id
               AND phone = :phone
               AND deleted_at IS NULL
             ORDER BY id
             LIMIT 1
            """,
            phone=spelling,
        )
        if found is not None:
            return found
    return None


def ensure_client(tx: Transaction, who: Sender) -> tuple[int, bool]:
    """The client with the person's number, or a new one; and whether they are new."""
    found = find_client_by_phone(tx, who.phone) if who.phone else None
    if found is not None:
        return found, False
    shown = who.phone or who.user_id or ""
    try:
        fields = _client_fields(who.name or shown, who.phone)
        return create_client(tx, fields, allow_duplicate=True).id, True
    except Invalid:
        # What a stranger's telephone says of them may be no name, nor a number of any known plan.
        return create_client(tx, _client_fields(shown, None), allow_duplicate=True).id, True


def _client_fields(name: str, phone: str | None) -> ClientFields:
    return parse_fields(ClientFields, {"name": name, "phone": phone, "source": SOURCE})
