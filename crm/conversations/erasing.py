"""What erasing a person does to what was said with them."""

from crm.records.erasing import REMOVED, Erasing, emptied

NOBODY = "'erased-' || id"
"""In place of an address, which each row has to have."""

NO_MESSAGE = """'{"phone":null,"user_id":null,"kind":"text","body":""}'"""

CONVERSATIONS: Erasing = {
    "conversations": emptied(
        user_id=NOBODY,
        status="'closed'",
        sought="''",
        joined="''",
        version="version + 1",
        updated_at=":now",
        erased_at=":now",
        blank="phone phone_key name client_id assignee_id snoozed_until referral marketing_stopped_at",
        keeps="medium channel_id last_message_id last_message_at last_inbound_at pulse",
    ),
    "conversation_windows": REMOVED,
    "conversation_formers": REMOVED,
    "conversation_twins": REMOVED,
    "conversation_leads": "it holds ids alone, by which messages and leads are counted",
    "conversation_reads": REMOVED,
}
MESSAGES: Erasing = {
    "messages": emptied(
        body="''",
        is_news="0",
        status="CASE WHEN status IN ('queued', 'unknown') THEN 'failed' ELSE status END",
        blank="facts external_id context_id problem referral original_body",
        keeps="conversation_id channel_id direction kind author_id event_id sent_at placed_at edited_at "
        "revoked_at",
    ),
    "message_changes": emptied(external_id=NOBODY, body="''", keeps="event_id message_id direction kind at"),
    "message_statuses": emptied(
        external_id=NOBODY, blank="code problem told participant", keeps="event_id message_id name at"
    ),
    "message_media": REMOVED,
    "outbox": emptied(
        payload=NO_MESSAGE,
        state="CASE WHEN state IN ('queued', 'sending', 'unknown') THEN 'failed' ELSE state END",
        blank="lease lease_until code problem media_id",
        keeps="channel_id conversation_id message_id token attempts due_at claimed_at queued_at settled_at",
    ),
}
NEWS: Erasing = {
    "channels": "they are of the business",
    "channel_news": emptied(
        said="''", blank="client_id", keeps="event_id channel_id conversation_id kind is_serious at"
    ),
}
EVENTS: Erasing = {
    "inbound_events": emptied(
        event_key=NOBODY,
        payload="CAST('{}' AS BLOB)",
        state="CASE WHEN state = 'waiting' THEN 'quarantined' ELSE state END",
        problem="CASE WHEN state = 'done' THEN NULL ELSE 'its content was erased' END",
        blank="digest",
        keeps="channel_id kind attempts due_at received_at settled_at",
    ),
    "deliveries": "they are counts and fingerprints",
    "delivery_events": "they are counts and fingerprints",
}
