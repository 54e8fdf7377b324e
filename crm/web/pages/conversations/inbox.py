"""The inbox: its boxes, and one conversation with its messages."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from crm.attribution.touch import Touch, touches_of_conversation
from crm.clients.client import Client, find_client
from crm.clients.listing import suggest_clients
from crm.conversations.channel_kinds import CHANNEL_KINDS
from crm.conversations.channels.channels import Channel, list_channels
from crm.conversations.leads.leads import leads_of
from crm.conversations.outbound.dead_letters import count_dead_letters
from crm.conversations.templates.quick_replies import QuickReply, list_quick_replies
from crm.conversations.templates.templates import APPROVED, MessageTemplate, list_templates
from crm.conversations.thread.conversation import Conversation, get_conversation, takes_text, window_of
from crm.conversations.thread.inbox import Box, InboxFilter, count_boxes, list_conversations, pulse
from crm.conversations.thread.thread import Message, list_messages
from crm.db.keyset import Page
from crm.db.restored import load_restored
from crm.db.transaction import Row, Transaction
from crm.web.auth import permit
from crm.web.navigation import may
from crm.web.requests.forms import Blank, is_fragment
from crm.web.requests.reading import query, read
from crm.web.requests.wrong_filters import show_despite
from crm.web.sessions.identity import database
from crm.web.words.choices import People, user_choices
from crm.web.words.conversations import box_labels, snooze_choices

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")

PAGE = 30
MESSAGES = 40


class InboxQuery(BaseModel):
    """What the address says: which box, what is sought, and from where on.

    `before` is where earlier messages of the thread begin, and `reply` a quick reply to begin an answer with.
    """

    box: Annotated[Box | None, Blank] = None
    q: Annotated[Annotated[str, Field(max_length=200)] | None, Blank] = None
    cursor: Annotated[Annotated[str, Field(max_length=400)] | None, Blank] = None
    before: Annotated[Annotated[str, Field(max_length=400)] | None, Blank] = None
    reply: Annotated[Annotated[int, Field(ge=1)] | None, Blank] = None

    @property
    def filters(self) -> dict[str, str]:
        """What the addresses within the inbox carry on."""
        return {name: str(value) for name in ("box", "q") if (value := getattr(self, name))}

    def filter(self) -> InboxFilter:
        return InboxFilter(box=self.box or ("all" if self.q else "open"), q=self.q)


class RowsQuery(InboxQuery):
    """`here` is the conversation that the page shows."""

    here: Annotated[Annotated[int, Field(ge=1)] | None, Blank] = None


class ThreadQuery(BaseModel):
    cursor: str | None = Field(None, max_length=400)


@dataclass(frozen=True, slots=True)
class Inbox:
    page: Page[Conversation]
    counts: dict[str, int]
    unsent: int
    pulse: int


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation with all that its page shows; messages newest first."""

    conversation: Conversation
    messages: Page[Message]
    client: Client | None
    leads: list[Row]
    users: People
    channels: list[Channel]
    number: Channel | None
    templates: list[MessageTemplate]
    replies: list[QuickReply]
    window_until: str | None
    window_open: bool
    touches: list[Touch]


@blueprint.get("")
@permit("conversations.read")
def show_inbox() -> ResponseReturnValue:
    return show_despite(InboxQuery, partial(_render, None))


@blueprint.get("/<id:conversation_id>")
@permit("conversations.read")
def show(conversation_id: int) -> ResponseReturnValue:
    return show_despite(InboxQuery, partial(_render, conversation_id))


@blueprint.get("/rows")
@permit("conversations.read")
def show_rows() -> str:
    """Only the list, as it is now."""
    wanted = query(RowsQuery)
    inbox = read(read_inbox, wanted)
    return render_template(
        "conversations/rows.html", inbox=inbox, query=wanted, here=wanted.here, labels=box_labels()
    )


@blueprint.get("/<id:conversation_id>/messages")
@permit("conversations.read")
def show_messages(conversation_id: int) -> ResponseReturnValue:
    """Only the messages: the newest, or those before a message; without scripts, on a page of their own."""
    if not is_fragment():
        before = query(ThreadQuery).cursor
        return redirect(url_for("inbox.show", conversation_id=conversation_id, box="all", before=before))
    return render_messages(read(read_thread, conversation_id, query(ThreadQuery).cursor))


@blueprint.get("/<id:conversation_id>/facts")
@permit("conversations.read")
def show_facts(conversation_id: int) -> str:
    return render_template("conversations/facts.html", **thread_facts(read(read_thread, conversation_id)))


@blueprint.get("/unread")
@permit("conversations.read")
def show_unread() -> str:
    """How many conversations are unread, as the sidebar shows it."""
    return render_template("conversations/unread.html")


@blueprint.get("/client/<id:client_id>")
@permit("conversations.read")
def open_client(client_id: int) -> ResponseReturnValue:
    """The client's conversation, or the form that starts it."""
    found = read(list_conversations, InboxFilter(box="all", client_id=client_id), limit=1).rows
    if found:
        return redirect(url_for("inbox.show", conversation_id=found[0].id, box="all"))
    return redirect(url_for("inbox_new.show_new", client_id=client_id))


@blueprint.get("/clients")
@permit("conversations.read")
def suggest() -> str:
    """The options of a picker, as one types; with `create`, the last one makes a client of that name."""
    words = request.args.get("q", "")[:200]
    new_name = words.strip() if "create" in request.args and may("clients.write") else ""
    found = read(suggest_clients, words, limit=20)
    return render_template("clients/options.html", clients=found, new_name=new_name)


def read_inbox(tx: Transaction, wanted: InboxQuery) -> Inbox:
    page = list_conversations(tx, wanted.filter(), limit=PAGE, cursor=wanted.cursor)
    return Inbox(page, count_boxes(tx), count_dead_letters(tx), pulse(tx))


def read_thread(tx: Transaction, conversation_id: int, cursor: str | None = None) -> Thread:
    """Raises NotFound."""
    conversation = get_conversation(tx, conversation_id)
    channels = list_channels(tx)
    numbers: dict[int, Channel] = {channel.id: channel for channel in channels}
    number = numbers.get(conversation.channel_id or 0) or next(iter(channels), None)
    window_until = window_of(tx, conversation, number.id) if number else None
    return Thread(
        conversation=conversation,
        messages=list_messages(tx, conversation_id, limit=MESSAGES, cursor=cursor),
        client=find_client(tx, conversation.client_id) if conversation.client_id else None,
        leads=leads_of(tx, conversation_id),
        users=user_choices(tx, conversation.assignee_id),
        channels=channels,
        number=number,
        templates=[each for each in list_templates(tx) if each.status == APPROVED],
        replies=list_quick_replies(tx),
        window_until=window_until,
        window_open=takes_text(tx.now, conversation, window_until),
        touches=touches_of_conversation(tx, conversation_id),
    )


def render_messages(thread: Thread) -> str:
    return render_template("conversations/messages.html", **message_facts(thread))


def message_facts(thread: Thread) -> dict[str, Any]:
    """For the template of the messages: oldest first."""
    return {
        "thread": thread,
        "conversation": thread.conversation,
        "messages": list(reversed(thread.messages.rows)),
    }


def thread_facts(thread: Thread) -> dict[str, Any]:
    phone, link = thread.conversation.phone, CHANNEL_KINDS[thread.conversation.medium].link
    return {
        "restored": load_restored(database().path),
        "number": thread.number,
        **message_facts(thread),
        "snoozes": snooze_choices(),
        "wa_me": link(phone) if link is not None and phone else None,
    }


def _render(conversation_id: int | None, wanted: InboxQuery) -> str:
    inbox = read(read_inbox, wanted)
    facts: dict[str, Any] = {"thread": None, "conversation": None}
    if conversation_id is not None:
        facts = thread_facts(read(read_thread, conversation_id, wanted.before))
    return render_template(
        "conversations/inbox.html",
        inbox=inbox,
        query=wanted,
        here=conversation_id,
        labels=box_labels(),
        connected=facts["thread"].channels if facts["thread"] else read(list_channels),
        **facts,
    )
