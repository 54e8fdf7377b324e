"""What conversations, their messages, channels and texts are to all that works on any record."""

from crm.activity.sight import MANAGED, Sight
from crm.conversations.rows import ROWS
from crm.conversations.searching import MESSAGES, PEOPLE, reindex_conversation, reindex_message
from crm.conversations.templates.quick_replies import remove_quick_reply, restore_quick_reply
from crm.records.kind import Action, Kind, Pointer, Search, Trash

SAID = "what was said to a customer cannot be unsaid"
IN_THE_INBOX = "a conversation is opened, closed and assigned in the inbox"
IN_THE_SETTINGS = "channels and texts are changed in the settings"

CONVERSATION = Kind(
    name="conversation",
    table="conversations",
    area="conversations",
    permissions={"read": "everyone", "write": "workers"},
    rows={
        table: ROWS[table]
        for table in (
            "conversations", "conversation_windows", "conversation_formers", "conversation_twins",
            "conversation_leads", "conversation_reads",
        )
    },
    actions={
        "conversation.created": Action(why_not=SAID),
        "conversation.reopened": Action(why_not=IN_THE_INBOX),
        "conversation.closed": Action(why_not=IN_THE_INBOX),
        "conversation.snoozed": Action(why_not=IN_THE_INBOX),
        "conversation.assigned": Action(why_not=IN_THE_INBOX),
        "conversation.linked": Action(why_not=IN_THE_INBOX),
        "conversation.marketing_stopped": Action(why_not="it is what the customer wants"),
        "conversation.marketing_resumed": Action(why_not="it is what the customer wants"),
    },
    links={"client_id": "client", "assignee_id": "user"},
    pointers=(
        Pointer("client_id", "clients"),
        Pointer("assignee_id", "users"),
    ),
    search=Search(reindex_conversation, PEOPLE),
)  # fmt: skip

MESSAGE = Kind(
    name="message",
    table="messages",
    area="conversations",
    permissions=CONVERSATION.permissions,
    rows={
        table: ROWS[table]
        for table in (
            "messages", "message_changes", "message_statuses", "message_media", "outbox",
        )
    },
    actions={
        "message.received": Action(why_not=SAID),
        "message.written": Action(why_not=SAID),
        "message.noted": Action(why_not=SAID),
        "message.noticed": Action(why_not=SAID),
        "message.edited": Action(why_not=SAID),
        "message.revoked": Action(why_not=SAID),
        "message.failed": Action(why_not="it is sent again from the conversation"),
        "message.sent_again": Action(why_not=SAID),
    },
    search=Search(reindex_message, MESSAGES),
)  # fmt: skip

CHANNEL = Kind(
    name="channel",
    table="channels",
    known_by="name",
    area="channels",
    permissions={"read": "everyone", "manage": "admins"},
    rows={table: ROWS[table] for table in ("channels", "channel_news")},
    actions={
        "channel.connected": Action(why_not=IN_THE_SETTINGS),
        "channel.changed": Action(why_not=IN_THE_SETTINGS),
        "channel.disconnected": Action(why_not=IN_THE_SETTINGS),
    },
    sight=Sight(single={"secrets": "admins"}),
)

EVENT = Kind(
    name="event",
    table="inbound_events",
    area="channels",
    permissions=CHANNEL.permissions,
    rows={table: ROWS[table] for table in ("inbound_events", "deliveries", "delivery_events")},
    actions={"event.replayed": Action(why_not=SAID)},
    sight=MANAGED,
)

TEMPLATE = Kind(
    name="template",
    table="message_templates",
    known_by="name",
    area="conversations",
    permissions=CONVERSATION.permissions,
    rows={"message_templates": ROWS["message_templates"]},
    actions={
        "template.created": Action(why_not=IN_THE_SETTINGS),
        "template.changed": Action(why_not="it was changed at WhatsApp"),
        "template.deleted": Action(why_not=IN_THE_SETTINGS),
        "template.restored": Action(why_not=IN_THE_SETTINGS),
    },
)

QUICK_REPLY = Kind(
    name="quick_reply",
    table="quick_replies",
    known_by="title",
    area="conversations",
    permissions=CONVERSATION.permissions,
    rows={"quick_replies": ROWS["quick_replies"]},
    actions={
        "quick_reply.created": Action("delete"),
        "quick_reply.deleted": Action("restore"),
        "quick_reply.restored": Action("delete"),
    },
    trash=Trash(remove_quick_reply, restore_quick_reply),
)
