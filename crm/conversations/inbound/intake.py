"""Taking in a message that a channel told: with its conversation, client and lead, in one transaction."""

from crm.conversations.leads.leads import current_lead, ensure_lead, give_referral
from crm.conversations.people.contacts import MEDIUM, SOURCE
from crm.conversations.people.identities import find_person, keep_before
from crm.conversations.thread.conversation import Conversation, get_conversation
from crm.conversations.thread.message_changes import apply_early_changes, find_received, take_again
from crm.conversations.thread.messages import NewMessage, add_message
from crm.conversations.thread.opening import Opened, hear_from, move
from crm.conversations.thread.referrals import keep_referral
from crm.conversations.thread.statuses import name_message
from crm.conversations.transport.received import ReceivedMedia, ReceivedMessage, Sender
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.leads.fields import LeadFields

DETAILS = 20_000
# What begins a conversation that nobody need look at now.
RESTING = frozenset({"reaction", "system"})


def take_in(tx: Transaction, event_id: int, channel_id: int, told: ReceivedMessage) -> None:
    """The message, its conversation and client; and a lead for a new one, where the number makes them."""
    known = find_received(tx, told.external_id)
    if known is not None:
        if take_again(tx, event_id, known, told) and told.media is not None:
            _expect_media(tx, known["id"], told.media)
        return
    opened = _conversation_for(tx, channel_id, told)
    message_id = add_message(tx, opened.conversation, _new_message(event_id, channel_id, told))
    if told.direction == "out":
        name_message(tx, message_id, told.external_id)
    apply_early_changes(tx, message_id, told)
    if told.media is not None:
        _expect_media(tx, message_id, told.media)
    if told.referral is not None:
        keep_referral(tx, opened.conversation.id, told.referral)
    if told.is_news:
        _see_to_lead(tx, channel_id, opened, told)


def person_moved(tx: Transaction, who: Sender, moved: Sender, at: str, channel_id: int) -> Conversation:
    """Their one conversation, under the new number or id from now on; the old ones lead to it, too."""
    if find_person(tx, MEDIUM, who, at).conversation_id is None:
        known = find_person(tx, MEDIUM, moved, at).conversation_id
        if known is not None:
            keep_before(tx, known, MEDIUM, who)
            return get_conversation(tx, known)
    begun = hear_from(tx, who, at, channel_id=channel_id).conversation
    move(tx, begun, moved)
    return get_conversation(tx, begun.id)


def _conversation_for(tx: Transaction, channel_id: int, told: ReceivedMessage) -> Opened:
    """A reaction stands with its message; news of a person's number go with who had it before."""
    if told.kind == "reaction" and told.context_id is not None:
        target = find_received(tx, told.context_id)
        if target is not None:
            found = get_conversation(tx, target["conversation_id"])
            return Opened(found, is_new=False, client_is_new=False)
    if told.moved is not None:
        moved = person_moved(tx, told.sender, told.moved, told.sent_at, channel_id)
        return Opened(moved, is_new=False, client_is_new=False)
    return hear_from(
        tx,
        told.sender,
        told.sent_at,
        channel_id=channel_id,
        wakes=told.is_news,
        speaks=told.is_word,
        begun_as="closed" if told.kind in RESTING or told.origin == "history" else "active",
        make_client=told.is_news or told.media is not None,
    )


def _new_message(event_id: int, channel_id: int, told: ReceivedMessage) -> NewMessage:
    return NewMessage(
        direction=told.direction,
        kind=told.kind,
        body=told.body,
        facts=told.facts,
        channel_id=channel_id,
        external_id=told.external_id,
        context_id=told.context_id,
        status=told.status if told.direction == "out" else None,
        event_id=event_id,
        sent_at=told.sent_at,
        referral=told.referral,
        is_word=told.is_word,
        is_news=told.is_news,
    )


def _see_to_lead(tx: Transaction, channel_id: int, opened: Opened, told: ReceivedMessage) -> None:
    """A new client's first words are a lead; the ad that they came by stands with the lead that is open."""
    conversation = get_conversation(tx, opened.conversation.id)
    if opened.client_is_new and _wants_lead(tx, channel_id):
        title = conversation.client_name or SOURCE
        fields = {"title": title, "details": told.body[:DETAILS], "source": SOURCE}
        lead = {**fields, "client_id": conversation.client_id}
        ensure_lead(tx, conversation, parse_fields(LeadFields, lead))
    elif told.referral is not None:
        lead_id = current_lead(tx, conversation.id)
        if lead_id is not None:
            give_referral(tx, lead_id, told.referral)


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
