"""What a stranger sends by a public page: whose it is, which open lead it belongs to, what they agreed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.clients.clients import create_client
from crm.clients.consent_fields import Channel, ConsentFields, Purpose, topic_of
from crm.clients.consents import add_consent, states_of
from crm.clients.fields import ClientFields
from crm.db.transaction import Transaction
from crm.errors import Conflict
from crm.fields import parse_fields


@dataclass(frozen=True, slots=True)
class Agreed:
    """The words that somebody was shown and agreed to, and what for."""

    text: str
    purposes: Sequence[Purpose]


def client_who_asks(tx: Transaction, said: Mapping[str, Any]) -> int:
    """A new client, or the one who has the e-mail address or phone number, left as it is. Raises Invalid."""
    fields = parse_fields(ClientFields, said)
    try:
        with tx.savepoint():
            return create_client(tx, fields).id
    except Conflict as error:
        candidates = error.extra.get("candidates")
        if not isinstance(candidates, list) or not candidates:
            raise
        return int(candidates[0]["id"])


def open_inquiry(tx: Transaction, client_id: int, title: str) -> int | None:
    """The open lead of the client with that title: whoever asks again adds to it."""
    found = tx.value(
        """
        SELECT id
          FROM leads
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND title = :title
           AND closed_at IS NULL
           AND deleted_at IS NULL
         ORDER BY id
         LIMIT 1
        """,
        client_id=client_id,
        title=title,
    )
    return None if found is None else int(found)


def agree(
    tx: Transaction,
    client_id: int,
    agreed: Agreed,
    *,
    email: str | None,
    phone: str | None,
    at: str | None = None,
) -> None:
    """By the channels that they named, at the time that they said it. Nobody has proved who they are, so no
    opt-out is lifted.
    """
    channels: list[Channel] = ["email"] if email else []
    channels += ["phone"] if phone else []
    states = states_of(tx, client_id)
    for channel in channels:
        for purpose in agreed.purposes:
            if states.get(topic_of(channel, purpose)) not in {"opted_in", "opted_out"}:
                said = {"channel": channel, "purpose": purpose, "state": "opted_in", "source": "form"}
                said |= {"note": agreed.text, "at": min(at or tx.now, tx.now)}
                add_consent(tx, client_id, parse_fields(ConsentFields, said))
