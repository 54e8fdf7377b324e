"""Notices of a channel beside messages: contacts, opt-outs, templates, the account."""

from dataclasses import dataclass

from crm.activity import activity
from crm.clients.client import get_client
from crm.clients.clients import change_client
from crm.clients.fields import ClientChanges
from crm.conversations.inbound.arrival import Arrival
from crm.conversations.inbound.intake import person_moved
from crm.conversations.inbound.wishes import heed
from crm.conversations.people.contacts import ensure_client, find_client_by_phone
from crm.conversations.people.identities import find_person
from crm.conversations.thread.opening import hear_from
from crm.conversations.transport.received import (
    ReceivedContact,
    ReceivedIdentity,
    ReceivedNews,
    ReceivedWish,
    Sender,
)
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields

MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class ChannelNews:
    """`said` is one line; `is_serious` asks for somebody's attention."""

    id: int
    kind: str
    said: str
    is_serious: bool
    at: str


def list_news(tx: Transaction, channel_id: int, *, limit: int) -> list[ChannelNews]:
    """Newest first; without those shown in conversations."""
    rows = tx.all(
        """
        SELECT id, kind, said, is_serious, at
          FROM channel_news
         WHERE workspace_id = :workspace_id
           AND channel_id = :channel_id
           AND kind NOT IN ('contact', 'marketing', 'identity', 'call_status')
         ORDER BY id DESC
         LIMIT :limit
        """,
        channel_id=channel_id,
        limit=limit,
    )
    return [ChannelNews(**{**row, "is_serious": bool(row["is_serious"])}) for row in rows]


def take_contact(tx: Transaction, arrival: Arrival, received: ReceivedContact) -> None:
    """The contact becomes a client; an existing client keeps their name, unless it was only their number."""
    client_id = find_client_by_phone(tx, received.phone)
    if not received.gone:
        if client_id is None:
            client_id = ensure_client(tx, Sender(received.phone, None, received.name), arrival.kind.label)[0]
        elif get_client(tx, client_id).name == received.phone != received.name:
            _rename(tx, client_id, received.name)
    said = f"Contact {received.name} {received.phone} {'removed' if received.gone else 'saved'} on the phone"
    _keep(tx, arrival, "contact", said=said, at=received.at or tx.now, client_id=client_id)


def take_wish(tx: Transaction, arrival: Arrival, received: ReceivedWish) -> None:
    """Whether the customer wants marketing; their latest wish counts, in any order of delivery."""
    conversation = hear_from(
        tx, arrival.kind, received.sender, received.at, channel_id=arrival.channel_id
    ).conversation
    said = received.said or ("Marketing wanted again" if received.marketing else "No marketing wanted")
    last = tx.value(
        """
        SELECT max(at)
          FROM channel_news
         WHERE workspace_id = :workspace_id
           AND conversation_id = :conversation_id
           AND kind = :kind
        """,
        conversation_id=conversation.id,
        kind=MARKETING,
    )
    _keep(tx, arrival, MARKETING, said=said, at=received.at, conversation_id=conversation.id)
    if last is not None and last > received.at:
        return
    heed(tx, conversation, received.at, marketing=received.marketing)


def take_identity(tx: Transaction, arrival: Arrival, received: ReceivedIdentity) -> None:
    """A new id of a known customer; of an unknown one it is only stored."""
    conversation_id = None
    people = (received.sender, received.moved)
    if any(
        find_person(tx, arrival.kind.name, who, received.at).conversation_id is not None for who in people
    ):
        conversation_id = person_moved(tx, arrival, received.sender, received.moved, received.at).id
    said = f"{arrival.kind.label}'s id of a customer changed"
    _keep(tx, arrival, "identity", said=said, at=received.at, conversation_id=conversation_id)


def take_news(tx: Transaction, arrival: Arrival, received: ReceivedNews) -> None:
    _keep(
        tx,
        arrival,
        received.kind,
        said=received.said,
        at=received.at or tx.now,
        is_serious=received.is_serious,
    )
    if received.template is not None and received.status is not None:
        _change_template(tx, received.template, received)


def _change_template(tx: Transaction, template: tuple[str, str], received: ReceivedNews) -> None:
    name, language = template
    template_id = tx.value(
        """
        UPDATE message_templates
           SET status = :status, problem = :problem, category = COALESCE(:category, category),
               version = version + 1
         WHERE workspace_id = :workspace_id
           AND name = :name
           AND language = :language
           AND deleted_at IS NULL
        RETURNING id
        """,
        name=name,
        language=language,
        status=received.status,
        problem=received.problem,
        category=received.category,
    )
    if template_id is not None:
        after = {"name": name, "status": received.status, "problem": received.problem}
        activity.record(tx, "template.changed", "template", template_id, after=after)


def _rename(tx: Transaction, client_id: int, name: str) -> None:
    try:
        change_client(tx, client_id, parse_fields(ClientChanges, {"name": name}), allow_duplicate=True)
    except Invalid:
        return


def _keep(
    tx: Transaction,
    arrival: Arrival,
    kind: str,
    *,
    said: str,
    at: str,
    is_serious: bool = False,
    conversation_id: int | None = None,
    client_id: int | None = None,
) -> None:
    tx.run(
        """
        INSERT INTO channel_news (workspace_id, event_id, channel_id, conversation_id, client_id, kind, said,
                                  is_serious, at)
        VALUES (:workspace_id, :event_id, :channel_id, :conversation_id, :client_id, :kind, :said,
                :is_serious, :at)
        """,
        event_id=arrival.event_id,
        channel_id=arrival.channel_id,
        conversation_id=conversation_id,
        client_id=client_id,
        kind=kind,
        said=said,
        is_serious=int(is_serious),
        at=at,
    )
