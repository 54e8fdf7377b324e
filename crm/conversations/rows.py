"""Rules for rows of channels, conversations and messages that come from a file or backup.

What strangers and their telephones sent is held to a size alone where it was never more than written down.
"""

import orjson

from crm.clients.rows import PHONE
from crm.clients.spellings import phone_key
from crm.conversations.channel_kinds import CHANNEL_KINDS
from crm.conversations.fields import ExternalId, MessageText
from crm.conversations.templates.fields import TemplateLanguage, TemplateLink, TemplateName
from crm.conversations.transport.outgoing import outgoing_from
from crm.fields import name_key
from crm.row_rules import (
    JSON_DEPTH,
    RowRules,
    any_text,
    columns,
    content,
    count,
    digest,
    fits,
    ids,
    json_depth,
    json_of,
    key_of,
    matches,
    moment,
    moments,
    one_of,
    text,
    whole_number,
)

PROBLEM = any_text(20_000)
EXTERNAL = any_text(2_000)
KIND = one_of(*CHANNEL_KINDS)
# It goes into addresses of the other side: nothing that leads elsewhere.
ADDRESS = matches(r"[A-Za-z0-9_+-][A-Za-z0-9_.@+-]{0,319}", "an address of a channel")
MESSAGE = text(200_000)
SOUGHT = 20_000
SEALED_BYTES = 64 * 1024


def _outgoing(value: str) -> str | None:
    wrong = json_of()(value)
    try:
        if wrong is None:
            outgoing_from(orjson.loads(value))
    except (TypeError, AttributeError):
        return "is not a message to be sent"
    return wrong


def _placed(value: str) -> str | None:
    """Empty in what was written before it was kept."""
    return moment(value) if value else None


def _payload(value: bytes) -> str | None:
    """Whether it is of the documented shape shows when it is read."""
    return content()(value) or ("is nested too deeply" if json_depth(value) > JSON_DEPTH else None)


ROWS = {
    "channels": RowRules(
        columns(
            kind=KIND,
            address=ADDRESS,
            shown_as=text(320),
            account_id=fits(ExternalId),
            sealed_secrets=content(SEALED_BYTES),
            verify_mark=digest,
            fault=PROBLEM,
            **moments("verified_at", "fault_at", "rest_until"),
        )
    ),
    "inbound_events": RowRules(
        columns(
            **ids("channel_id"),
            event_key=EXTERNAL,
            payload=_payload,
            digest=digest,
            attempts=count,
            problem=PROBLEM,
            **moments("due_at", "received_at", "settled_at"),
        )
    ),
    "conversations": RowRules(
        columns(
            medium=KIND,
            phone=PHONE,
            user_id=EXTERNAL,
            name=text(200),
            **ids("channel_id", "client_id", "assignee_id", "last_message_id"),
            pulse=whole_number(1, 2**40),
            referral=json_of(),
            sought=any_text(SOUGHT),
            joined=any_text(SOUGHT),
            **moments(
                "snoozed_until", "last_message_at", "last_inbound_at", "marketing_stopped_at", "erased_at"
            ),
        ),
        made={"phone_key": key_of("phone", phone_key)},
    ),
    "messages": RowRules(
        columns(
            **ids("conversation_id", "channel_id", "author_id", "event_id"),
            kind=matches(r"[a-z][a-z_]{0,40}", "a kind of message"),
            body=MESSAGE,
            facts=json_of(),
            external_id=EXTERNAL,
            context_id=EXTERNAL,
            problem=PROBLEM,
            original_body=MESSAGE,
            referral=json_of(),
            placed_at=_placed,
            **moments("sent_at", "edited_at", "revoked_at"),
        )
    ),
    "message_changes": RowRules(
        columns(
            **ids("event_id", "message_id"),
            external_id=EXTERNAL,
            body=MESSAGE,
            **moments("at"),
        )
    ),
    "deliveries": RowRules(
        columns(
            **ids("channel_id"), digest=digest, parts=count, times=count, **moments("first_at", "last_at")
        )
    ),
    "delivery_events": RowRules(columns(**ids("delivery_id", "event_id"))),
    "conversation_windows": RowRules(
        columns(**ids("conversation_id", "channel_id"), **moments("last_inbound_at"))
    ),
    "conversation_formers": RowRules(
        columns(
            **ids("conversation_id"),
            medium=KIND,
            address=EXTERNAL,
            told_with=EXTERNAL,
            **moments("until_at"),
        )
    ),
    "conversation_twins": RowRules(
        columns(**ids("conversation_id", "other_id", "client_id"), reason=text(200))
    ),
    "channel_news": RowRules(
        columns(
            **ids("event_id", "channel_id", "conversation_id", "client_id"),
            kind=matches(r"[a-z][a-z_]{0,60}", "a kind of news"),
            said=PROBLEM,
            **moments("at"),
        )
    ),
    "conversation_leads": RowRules(columns(**ids("conversation_id", "lead_id"))),
    "conversation_reads": RowRules(columns(**ids("conversation_id", "user_id", "message_id", "arrived_id"))),
    "message_statuses": RowRules(
        columns(
            **ids("event_id", "message_id"),
            external_id=EXTERNAL,
            code=whole_number(-(2**53), 2**53),
            problem=PROBLEM,
            told=EXTERNAL,
            participant=EXTERNAL,
            **moments("at"),
        )
    ),
    "message_media": RowRules(
        columns(
            **ids("message_id", "file_id"),
            media_id=EXTERNAL,
            media_type=any_text(1_000),
            name=any_text(2_000),
            sha256_told=digest,
            attempts=count,
            problem=PROBLEM,
            **moments("due_at"),
        )
    ),
    "outbox": RowRules(
        columns(
            **ids("channel_id", "conversation_id", "message_id"),
            token=matches(r"[!-~]{1,200}", "a token"),
            payload=_outgoing,
            attempts=count,
            lease=matches(r"[!-~]{1,200}", "a lease"),
            code=whole_number(-(2**53), 2**53),
            problem=PROBLEM,
            media_id=EXTERNAL,
            **moments("due_at", "claimed_at", "lease_until", "queued_at", "settled_at"),
        )
    ),
    "message_templates": RowRules(
        columns(
            name=fits(TemplateName),
            language=fits(TemplateLanguage),
            body=text(2_000),
            account_id=fits(ExternalId),
            header=text(400),
            category=text(40),
            status=matches(r"[a-z][a-z_]{0,40}", "a status"),
            problem=PROBLEM,
            links=json_of(list[TemplateLink], list),
        )
    ),
    "quick_replies": RowRules(
        columns(title=text(60), text=fits(MessageText)),
        made={"title_key": key_of("title", name_key)},
    ),
}
