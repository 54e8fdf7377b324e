"""The kinds of the conversations room: conversations, messages, channels, templates."""

from crm.activity.sight import MANAGED, Sight
from crm.conversations import erasing
from crm.conversations.demo import begin_conversations
from crm.conversations.rows import ROWS
from crm.conversations.searching import (
    MESSAGES,
    PEOPLE,
    TEXTS_OF_MESSAGES,
    reindex_conversation,
    reindex_message,
)
from crm.conversations.templates.quick_replies import (
    QUICK_REPLY_RECORD,
    get_quick_reply,
    remove_quick_reply,
    restore_quick_reply,
)
from crm.conversations.templates.templates import (
    TEMPLATE_RECORD,
    get_template,
    remove_template,
    restore_template,
)
from crm.conversations.thread.merged_people import note_moved
from crm.records.examples import Examples
from crm.records.kind import Action, Kind, Lookup, Pointer, Search, Trash, not_undone

SAID = "what was said to a customer cannot be unsaid"
IN_THE_INBOX = "a conversation is opened, closed and assigned in the inbox"
IN_THE_SETTINGS = "channels and texts are changed in the settings"

CONVERSATION = Kind(
    name="conversation",
    table="conversations",
    area="conversations",
    modules=("conversations",),
    permissions={"read": "everyone", "write": "workers"},
    rows={
        table: ROWS[table]
        for table in (
            "conversations", "conversation_windows", "conversation_formers", "conversation_twins",
            "conversation_leads", "conversation_reads",
        )
    },
    examples=Examples(usual=40, least=0, begin=begin_conversations),
    erasing=erasing.CONVERSATIONS,
    actions=not_undone(SAID, "conversation.created")
    | not_undone(
        IN_THE_INBOX, "conversation.reopened", "conversation.closed", "conversation.snoozed",
        "conversation.assigned", "conversation.linked",
    )
    | not_undone(
        "it is what the customer wants", "conversation.marketing_stopped", "conversation.marketing_resumed"
    ),
    links={"client_id": "client", "assignee_id": "user"},
    pointers=(
        Pointer("client_id", "clients", when_erased="erase"),
        Pointer("assignee_id", "users"),
        Pointer("channel_id", "channels"),
        Pointer("last_message_id", "messages", when_erased="keep"),
        Pointer("conversation_id", "conversations", of="conversation_formers", when_erased="erase"),
        Pointer("conversation_id", "conversations", of="conversation_leads", when_erased="keep"),
        Pointer("lead_id", "leads", of="conversation_leads", when_erased="keep"),
        Pointer("conversation_id", "conversations", of="conversation_reads", when_erased="erase"),
        Pointer("message_id", "messages", of="conversation_reads", when_erased="erase"),
        Pointer("user_id", "users", of="conversation_reads"),
        Pointer("arrived_id", "messages", of="conversation_reads", in_schema=False, when_erased="keep"),
        Pointer(
            "client_id", "clients", of="conversation_twins", once=("conversation_id",), when_erased="erase"
        ),
        Pointer("conversation_id", "conversations", of="conversation_twins", when_erased="erase"),
        Pointer("other_id", "conversations", of="conversation_twins", when_erased="erase"),
        Pointer("channel_id", "channels", of="conversation_windows"),
        Pointer("conversation_id", "conversations", of="conversation_windows", when_erased="erase"),
    ),
    part_of=("client_id", "client"),
    search=Search(reindex_conversation, PEOPLE),
    moved=note_moved,
)  # fmt: skip

MESSAGE = Kind(
    name="message",
    table="messages",
    area="conversations",
    modules=("conversations",),
    permissions=CONVERSATION.permissions,
    rows={
        table: ROWS[table]
        for table in (
            "messages", "message_changes", "message_statuses", "message_media", "outbox",
        )
    },
    examples="made-up conversations bring theirs along",
    erasing=erasing.MESSAGES,
    actions=not_undone(
        SAID, "message.received", "message.written", "message.noted", "message.noticed", "message.edited",
        "message.revoked", "message.sent_again",
    )
    | not_undone("it is sent again from the conversation", "message.failed"),
    pointers=(
        Pointer("author_id", "users"),
        Pointer("channel_id", "channels"),
        Pointer("conversation_id", "conversations", when_erased="erase"),
        Pointer("event_id", "inbound_events", when_erased="keep", owns=True),
        Pointer("event_id", "inbound_events", of="message_changes", when_erased="keep", owns=True),
        Pointer("message_id", "messages", of="message_changes", when_erased="erase"),
        Pointer("file_id", "files", of="message_media", when_erased="unlink", owns=True),
        Pointer("message_id", "messages", of="message_media", when_erased="erase"),
        Pointer("event_id", "inbound_events", of="message_statuses", when_erased="keep", owns=True),
        Pointer("message_id", "messages", of="message_statuses", when_erased="erase"),
        Pointer("channel_id", "channels", of="outbox"),
        Pointer("conversation_id", "conversations", of="outbox", when_erased="erase"),
        Pointer("message_id", "messages", of="outbox", when_erased="erase"),
    ),
    part_of=("conversation_id", "conversation"),
    search=Search(reindex_message, MESSAGES, TEXTS_OF_MESSAGES),
)  # fmt: skip

CHANNEL = Kind(
    name="channel",
    table="channels",
    known_by="shown_as",
    area="channels",
    modules=("conversations",),
    permissions={"read": "everyone", "manage": "admins"},
    rows={table: ROWS[table] for table in ("channels", "channel_news")},
    examples="made-up conversations have a number of nobody, disconnected at once",
    erasing=erasing.NEWS,
    actions=not_undone(IN_THE_SETTINGS, "channel.connected", "channel.changed", "channel.disconnected"),
    pointers=(
        Pointer("channel_id", "channels", of="channel_news"),
        Pointer("client_id", "clients", of="channel_news", when_erased="erase"),
        Pointer("conversation_id", "conversations", of="channel_news", when_erased="erase"),
        Pointer("event_id", "inbound_events", of="channel_news", when_erased="keep", owns=True),
    ),
    sight=Sight(single={"secrets": "admins"}),
)

EVENT = Kind(
    name="event",
    table="inbound_events",
    area="channels",
    modules=("conversations",),
    permissions=CHANNEL.permissions,
    rows={table: ROWS[table] for table in ("inbound_events", "deliveries", "delivery_events")},
    examples="made-up conversations bring theirs along",
    erasing=erasing.EVENTS,
    actions=not_undone(SAID, "event.replayed"),
    pointers=(
        Pointer("channel_id", "channels"),
        Pointer("channel_id", "channels", of="deliveries"),
        Pointer("delivery_id", "deliveries", of="delivery_events"),
        Pointer("event_id", "inbound_events", of="delivery_events", when_erased="keep"),
    ),
    sight=MANAGED,
)

TEMPLATE = Kind(
    name="template",
    table="message_templates",
    known_by="name",
    area="conversations",
    modules=("conversations",),
    permissions=CONVERSATION.permissions,
    rows={"message_templates": ROWS["message_templates"]},
    examples="WhatsApp approves them",
    erasing="it is a text of the business",
    actions=not_undone(IN_THE_SETTINGS, "template.created", "template.deleted", "template.restored")
    | not_undone("it was changed at WhatsApp", "template.changed"),
    lookup=Lookup(TEMPLATE_RECORD, get_template),
    trash=Trash(remove_template, restore_template),
)

QUICK_REPLY = Kind(
    name="quick_reply",
    table="quick_replies",
    known_by="title",
    area="conversations",
    modules=("conversations",),
    permissions=CONVERSATION.permissions,
    rows={"quick_replies": ROWS["quick_replies"]},
    examples="they are in the words of the business",
    erasing="it is a text of the business",
    actions={
        "quick_reply.created": Action("delete"),
        "quick_reply.deleted": Action("restore"),
        "quick_reply.restored": Action("delete"),
    },
    lookup=Lookup(QUICK_REPLY_RECORD, get_quick_reply),
    trash=Trash(remove_quick_reply, restore_quick_reply),
)
