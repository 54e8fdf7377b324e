"""Storing a received message with its conversation, client and lead, in one transaction."""

from collections.abc import Mapping
from dataclasses import replace

from crm.attribution.touches import keep_touch
from crm.conversations.inbound.arrival import Arrival
from crm.conversations.inbound.wishes import heed_words
from crm.conversations.leads.leads import current_lead, ensure_lead, give_referral
from crm.conversations.people.identities import find_person, keep_before
from crm.conversations.thread.conversation import Conversation, get_conversation
from crm.conversations.thread.message_changes import (
    apply_early_changes,
    correct_writer,
    find_received,
    take_again,
)
from crm.conversations.thread.messages import NewMessage, add_message
from crm.conversations.thread.opening import Opened, hear_from, move
from crm.conversations.thread.referrals import keep_referral
from crm.conversations.thread.statuses import name_message
from crm.conversations.transport.received import NotUnderstood, ReceivedMedia, ReceivedMessage, Sender
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.leads.fields import LeadFields

DETAILS = 20_000
# What begins a conversation that nobody need look at now.
RESTING = frozenset({"reaction", "system"})
NOBODY = Sender(None, None, None)


def take_in(tx: Transaction, arrival: Arrival, received: ReceivedMessage) -> None:
    """Store the message with its conversation and client, and a lead for a new client if so chosen."""
    known = find_received(tx, received.external_id)
    if known is None:
        _add(tx, arrival, received)
        return
    if received.origin == "history" and received.writer_is_sure and received.direction != known["direction"]:
        correct_writer(tx, known, received)
        if received.direction == "out":
            name_message(tx, known["id"], received.external_id)
    if take_again(tx, arrival.event_id, known, received) and received.media is not None:
        _expect_media(tx, known["id"], received.media)


def _add(tx: Transaction, arrival: Arrival, received: ReceivedMessage) -> None:
    if received.sender == NOBODY:
        raise NotUnderstood("a message of the history whose chat has not come")
    opened = _conversation_for(tx, arrival, received)
    message_id = add_message(tx, opened.conversation, _new_message(arrival, received))
    if received.direction == "out":
        name_message(tx, message_id, received.external_id)
    apply_early_changes(tx, message_id, received)
    if received.media is not None:
        _expect_media(tx, message_id, received.media)
    if received.referral is not None:
        keep_referral(tx, opened.conversation.id, received.referral)
        _keep_touch(tx, opened.conversation.id, received, received.referral)
    heed_words(tx, opened.conversation, received)
    if received.is_news:
        _see_to_lead(tx, arrival, opened, received)


def _keep_touch(
    tx: Transaction, conversation_id: int, received: ReceivedMessage, referral: Mapping[str, object]
) -> None:
    lead_id = current_lead(tx, conversation_id)
    keep_touch(tx, "ad", referral, lead_id=lead_id, conversation_id=conversation_id, at=received.sent_at)


def person_moved(tx: Transaction, arrival: Arrival, who: Sender, moved: Sender, at: str) -> Conversation:
    """Their one conversation, under the new number or id from now on; the old ones lead to it, too."""
    medium = arrival.kind.name
    if find_person(tx, medium, who, at).conversation_id is None:
        known = find_person(tx, medium, moved, at).conversation_id
        if known is not None:
            keep_before(tx, known, medium, who)
            return get_conversation(tx, known)
    begun = hear_from(tx, arrival.kind, who, at, channel_id=arrival.channel_id).conversation
    return move(tx, begun, moved)


def _conversation_for(tx: Transaction, arrival: Arrival, received: ReceivedMessage) -> Opened:
    """A reaction belongs to its message, and a change of number to the person who had the old one."""
    if received.kind == "reaction" and received.context_id is not None:
        target = find_received(tx, received.context_id)
        if target is not None:
            found = get_conversation(tx, target["conversation_id"])
            return Opened(found, is_new=False, client_is_new=False)
    if received.moved is not None:
        moved = person_moved(tx, arrival, received.sender, received.moved, received.sent_at)
        return Opened(moved, is_new=False, client_is_new=False)
    rests = received.kind in RESTING or received.origin == "history"
    return hear_from(
        tx,
        arrival.kind,
        received.sender,
        received.sent_at,
        channel_id=arrival.channel_id,
        wakes=received.is_news,
        speaks=received.is_word,
        begun_as="closed" if rests else "active",
        make_client=received.is_news or received.media is not None,
    )


def _new_message(arrival: Arrival, received: ReceivedMessage) -> NewMessage:
    return NewMessage(
        direction=received.direction,
        kind=received.kind,
        body=received.body,
        facts=received.facts,
        channel_id=arrival.channel_id,
        external_id=received.external_id,
        context_id=received.context_id,
        status=received.status if received.direction == "out" else None,
        event_id=arrival.event_id,
        sent_at=received.sent_at,
        referral=received.referral,
        is_word=received.is_word,
        is_news=received.is_news,
    )


def _see_to_lead(tx: Transaction, arrival: Arrival, opened: Opened, received: ReceivedMessage) -> None:
    """A new client's first words are a lead; the ad that they came by is kept with the lead that is open."""
    conversation = opened.conversation
    if opened.client_is_new and _wants_lead(tx, arrival.channel_id):
        source = arrival.kind.label
        lead = {
            "title": conversation.client_name or source,
            "details": received.body[:DETAILS],
            "source": source,
            "client_id": conversation.client_id,
        }
        by_this_ad = replace(conversation, referral=received.referral or conversation.referral)
        ensure_lead(tx, by_this_ad, parse_fields(LeadFields, lead))
    elif received.referral is not None:
        lead_id = current_lead(tx, conversation.id)
        if lead_id is not None:
            give_referral(tx, lead_id, received.referral)


def _wants_lead(tx: Transaction, channel_id: int) -> bool:
    return bool(
        tx.value(
            "SELECT create_leads FROM channels WHERE workspace_id = :workspace_id AND id = :channel_id",
            channel_id=channel_id,
        )
    )


def _expect_media(tx: Transaction, message_id: int, media: ReceivedMedia) -> None:
    tx.run(
        """
        INSERT INTO message_media (workspace_id, message_id, media_id, media_type, name, sha256_told,
                                   state, problem, due_at)
        VALUES (:workspace_id, :message_id, :media_id, :media_type, :name, :sha256,
                :state, :problem, :now)
            ON CONFLICT DO NOTHING
        """,
        message_id=message_id,
        media_id=media.media_id,
        media_type=media.media_type,
        name=media.name,
        sha256=media.sha256,
        state="waiting" if media.problem is None else "refused",
        problem=media.problem,
    )
