"""Made-up conversations with made-up clients. They arrive as real ones do: delivered raw, and projected."""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm import clock
from crm.attribution.touches import adopt_touches
from crm.conversations.channel_kinds import CHANNEL_KINDS
from crm.conversations.channels.channels import connect_channel, disconnect_channel
from crm.conversations.demo_talks import AD, AD_TALK, TALKS, UNANSWERED
from crm.conversations.inbound.events import store_delivery
from crm.conversations.inbound.projection import project_event
from crm.conversations.leads.leads import give_referral, link_lead
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.opening import set_status
from crm.conversations.transport.channel_kind import ChannelKind
from crm.conversations.transport.events import digest_of
from crm.conversations.transport.example_talk import ExampleTalk, Spoken
from crm.conversations.transport.ids import ChannelId
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict
from crm.leads.ids import LeadId
from crm.vault import Vault

LATELY = timedelta(days=3)
"""What is said in this time before the end, or in the last steps to it, is not closed yet."""
EARLIER = 0.8
OWN = "This workspace already has conversations. Demo data can be added only to an empty workspace."


@dataclass(slots=True)
class Chatting:
    """Conversations up to the end of the demo, the present time."""

    rng: random.Random
    end: datetime
    made: int = 0
    before: datetime | None = None

    def go_on(self, tx: Transaction, count: int) -> None:
        """As many as there are clients with a phone number."""
        step = clock.now() - (self.before or clock.now())
        self.before = clock.now()
        lately = self.end - clock.now() < max(LATELY, step * 1.5)
        wanted = count if lately else int(count * EARLIER)
        for client in _clients_without(tx, wanted - self.made) if wanted > self.made else []:
            self._talk(tx, client, lately=lately)
            self.made += 1

    def _talk(self, tx: Transaction, client: Row, *, lately: bool) -> None:
        kind, talk = _kind_with_examples()
        number = self.made % len(TALKS)
        lines = list(TALKS[number])
        waiting = lately and self.rng.random() < 0.5
        if waiting:
            lines += [self.rng.choice(UNANSWERED)] if len(lines) % 2 == 0 else []
        channel_id = _channel(tx, kind, talk)
        for said in self._spoken(client, lines, by_ad=number == AD_TALK):
            _arrive(tx, kind, channel_id, talk.delivery(said))
            if said.ours:
                _arrive(tx, kind, channel_id, talk.read(said))
        _settle(tx, client["id"], by_ad=number == AD_TALK, lately=lately, waiting=waiting)

    def _spoken(self, client: Row, lines: list[str], *, by_ad: bool) -> Iterator[Spoken]:
        """The last of them some minutes ago."""
        at = clock.now() - timedelta(minutes=60 * len(lines) + 5)
        for place, text in enumerate(lines):
            at += timedelta(minutes=self.rng.randint(2, 55))
            key = f"made-up.{client['id']}.{place}"
            ad = AD if by_ad and place == 0 else None
            yield Spoken(key, client["phone"], client["name"], text, at, ours=place % 2 == 1, ad=ad)


def begin_conversations(tx: Transaction, rng: random.Random) -> Chatting:
    """Continues with those of an earlier run. Raises Conflict if people connected a number."""
    made = int(tx.value("SELECT count(*) FROM conversations WHERE workspace_id = :workspace_id"))
    kind, talk = _kind_with_examples()
    own = tx.value(
        "SELECT 1 FROM channels WHERE workspace_id = :workspace_id AND address <> :address LIMIT 1",
        address=_address(kind, talk),
    )
    if own:
        raise Conflict(OWN)
    rng.seed(rng.random() + made)
    return Chatting(rng, clock.now(), made)


def _kind_with_examples() -> tuple[ChannelKind, ExampleTalk]:
    return next((kind, kind.examples) for kind in CHANNEL_KINDS.values() if kind.examples is not None)


def _address(kind: ChannelKind, talk: ExampleTalk) -> str:
    (name,) = (name for name, column in kind.setup.columns.items() if column == "address")
    return str(getattr(talk.channel(), name))


def _channel(tx: Transaction, kind: ChannelKind, talk: ExampleTalk) -> ChannelId:
    """A number of nobody, disconnected at once: nothing can be sent from it."""
    known = tx.value(
        "SELECT id FROM channels WHERE workspace_id = :workspace_id AND address = :address LIMIT 1",
        address=_address(kind, talk),
    )
    if known is not None:
        return ChannelId(known)
    channel = connect_channel(tx, Vault(secrets.token_hex(32)), kind, talk.channel())
    disconnect_channel(tx, channel.id)
    return channel.id


def _arrive(tx: Transaction, kind: ChannelKind, channel_id: ChannelId, raw: bytes) -> None:
    store_delivery(tx, channel_id, digest_of(raw), kind.reading.split(raw))
    waiting = tx.tuples(
        """
        SELECT e.id
          FROM inbound_events e
         WHERE e.workspace_id = :workspace_id
           AND e.channel_id = :channel_id
           AND e.state = 'waiting'
         ORDER BY e.id
        """,
        channel_id=channel_id,
    )
    for (event_id,) in waiting:
        project_event(tx, kind, event_id)


def _settle(tx: Transaction, client_id: int, *, by_ad: bool, lately: bool, waiting: bool) -> None:
    """It is about the client's open lead; all have read it but for what waits, and old ones are closed."""
    conversation_id = tx.value(
        """
        SELECT max(c.id)
          FROM conversations c
         WHERE c.workspace_id = :workspace_id
           AND c.client_id = :client_id
        """,
        client_id=client_id,
    )
    conversation = get_conversation(tx, conversation_id)
    lead_id = _open_lead(tx, client_id)
    if lead_id is not None:
        link_lead(tx, conversation.id, lead_id)
        if by_ad and conversation.referral is not None:
            give_referral(tx, lead_id, conversation.referral)
            adopt_touches(tx, conversation.id, lead_id)
    if not waiting:
        _let_all_read(tx, conversation.id)
    if not lately:
        set_status(tx, get_conversation(tx, conversation.id), "closed")


def _let_all_read(tx: Transaction, conversation_id: int) -> None:
    tx.run(
        """
        INSERT INTO conversation_reads (workspace_id, conversation_id, user_id, message_id, arrived_id)
        SELECT c.workspace_id, c.id, u.id, c.last_message_id,
               (SELECT max(m.id)
                  FROM messages m
                 WHERE m.workspace_id = c.workspace_id
                   AND m.conversation_id = c.id)
          FROM conversations c
          JOIN users u ON u.workspace_id = c.workspace_id
         WHERE c.workspace_id = :workspace_id
           AND c.id = :conversation_id
        """,
        conversation_id=conversation_id,
    )


def _open_lead(tx: Transaction, client_id: int) -> LeadId | None:
    found = tx.value(
        """
        SELECT max(l.id)
          FROM leads l
         WHERE l.workspace_id = :workspace_id
           AND l.client_id = :client_id
           AND l.closed_at IS NULL
           AND l.deleted_at IS NULL
        """,
        client_id=client_id,
    )
    return None if found is None else LeadId(found)


def _clients_without(tx: Transaction, most: int) -> list[Row]:
    """The newest persons whose phone number is known and with whom nobody has talked."""
    return tx.all(
        """
        SELECT c.id, c.name, c.phone
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND c.deleted_at IS NULL
           AND c.kind = 'person'
           AND c.phone IS NOT NULL
           AND NOT EXISTS (SELECT 1
                             FROM conversations v
                            WHERE v.workspace_id = :workspace_id
                              AND v.client_id = c.id)
         ORDER BY c.id DESC
         LIMIT :most
        """,
        most=most,
    )
