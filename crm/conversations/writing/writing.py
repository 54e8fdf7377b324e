"""Writing a message: it commits together with its job in the outbox."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from crm.conversations.channel_kinds import CHANNEL_KINDS, ChannelKinds
from crm.conversations.channels.channels import Channel, list_channels
from crm.conversations.outbound.outbox import enqueue
from crm.conversations.templates.fields import TemplateUse
from crm.conversations.templates.templates import find_template, show_template
from crm.conversations.thread.conversation import Conversation, get_conversation, takes_text, window_of
from crm.conversations.thread.messages import NewMessage, add_message
from crm.conversations.thread.opening import set_status
from crm.conversations.transport.channel_kind import ChannelKind
from crm.conversations.transport.ids import ChannelId, ConversationId
from crm.conversations.transport.outgoing import HeaderMedia, Link, MediaKind, Outgoing, Template
from crm.conversations.writing.allowed_templates import refuse_template
from crm.conversations.writing.fields import MessageToSend, Words
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Sentence
from crm.files.files import File, get_file

TEMPLATE_FILE = "template.file_id"


@dataclass(frozen=True, slots=True)
class Written:
    """`window_open`: whether free text is taken just now. Outside of it only templates are delivered."""

    message_id: int
    conversation_id: int
    client_id: int | None
    outbox_id: int
    status: str
    window_open: bool
    window_until: str | None


def write_message(
    tx: Transaction,
    conversation: Conversation,
    words: Words,
    *,
    channel_id: int | None = None,
    kinds: ChannelKinds = CHANNEL_KINDS,
) -> Written:
    """Raises Invalid naming the field, and Conflict where no channel of the kind is connected."""
    kind = kinds[conversation.medium]
    channel = _choose_channel(tx, conversation, kind, words, channel_id)
    if words.template is not None:
        refuse_template(tx, conversation, kind, words.template)
    _remember_channel(tx, conversation.id, channel.id)
    file = _file_to_send(tx, conversation, kind, words)
    outgoing = _outgoing(tx, conversation, kind, words, file)
    set_status(tx, conversation, "active")
    message_id = add_message(tx, conversation, _message(tx, words, outgoing, file, channel))
    outbox_id = enqueue(
        tx,
        message_id=message_id,
        conversation_id=conversation.id,
        channel_id=channel.id,
        payload=asdict(outgoing),
    )
    window_until = window_of(tx, conversation, channel.id, kinds)
    return Written(
        message_id=message_id,
        conversation_id=conversation.id,
        client_id=conversation.client_id,
        outbox_id=outbox_id,
        status="queued",
        window_open=takes_text(tx.now, conversation, window_until, kinds),
        window_until=window_until,
    )


def answer_conversation(tx: Transaction, conversation_id: int, words: MessageToSend) -> Written:
    """Raises NotFound, Invalid and Conflict."""
    conversation = get_conversation(tx, conversation_id)
    return write_message(tx, conversation, words, channel_id=words.channel_id)


def _outgoing(
    tx: Transaction, conversation: Conversation, kind: ChannelKind, words: Words, file: File | None
) -> Outgoing:
    return Outgoing(
        phone=conversation.phone,
        user_id=conversation.user_id,
        kind=_sent_as(kind, words, file),
        body=words.text or "",
        template=_filled(tx, kind, words.template, file) if words.template else None,
        file_id=file.id if file else None,
        reply_to=_answered(tx, conversation, words.reply_to),
    )


def _message(
    tx: Transaction, words: Words, outgoing: Outgoing, file: File | None, channel: Channel
) -> NewMessage:
    body = outgoing.body
    facts: dict[str, Any] = {}
    if words.template is not None:
        body = show_template(find_template(tx, words.template), words.template)
        facts = {"template": words.template.name}
    if file is not None:
        facts |= {"file_id": file.id, "file_name": file.name, "media_type": file.media_type}
    return NewMessage(
        direction="out",
        kind=outgoing.kind,
        body=body,
        facts=facts,
        channel_id=channel.id,
        context_id=outgoing.reply_to,
        status="queued",
    )


def _sent_as(kind: ChannelKind, words: Words, file: File | None) -> Literal["text", "template"] | MediaKind:
    if words.template is not None:
        return "template"
    return kind.media.kinds.get(file.media_type, "document") if file else "text"


def _filled(tx: Transaction, kind: ChannelKind, use: TemplateUse, file: File | None) -> Template:
    """Raises Invalid where the file above the text is not what the template wants."""
    known = find_template(tx, use)
    header_media = _header_media(kind, file)
    if known is not None and known.header_media != header_media:
        raise Invalid.field(TEMPLATE_FILE, _wanted(known.header_media))
    return Template(
        name=use.name,
        language=use.language,
        parameters=use.parameters,
        named_parameters=use.named_parameters,
        header=use.header,
        header_place=_name_of(known.header_place) if known else None,
        header_media=header_media,
        links=[Link(link.button, link.text) for link in use.links],
    )


def _header_media(kind: ChannelKind, file: File | None) -> HeaderMedia | None:
    if file is None:
        return None
    media = kind.media.kinds.get(file.media_type, "document")
    if media not in {"image", "document"}:
        raise Invalid.field(TEMPLATE_FILE, "must be a picture or a document")
    return "image" if media == "image" else "document"


def _wanted(media: HeaderMedia | None) -> Sentence:
    if media is None:
        return Sentence("cannot be used: this template has no header file")
    if media == "image":
        return Sentence("must be a picture (PNG or JPEG)")
    return Sentence("must be a document, such as a PDF")


def _name_of(place: str | None) -> str | None:
    """A numbered place has no name."""
    return None if place is None or place.isdigit() else place


def _choose_channel(
    tx: Transaction, conversation: Conversation, kind: ChannelKind, words: Words, channel_id: int | None
) -> Channel:
    """The requested channel, else the one that the customer wrote to, else the workspace's first."""
    channels: dict[int, Channel] = {
        channel.id: channel for channel in list_channels(tx) if channel.kind == kind.name
    }
    if channel_id is not None:
        if channel_id not in channels:
            raise Invalid.field("channel_id", "is not a connected number")
        return channels[channel_id]
    if not channels:
        raise kind.unconnected(conversation.phone, words.text or "")
    return channels.get(conversation.channel_id or 0) or next(iter(channels.values()))


def _remember_channel(tx: Transaction, conversation_id: ConversationId, channel_id: ChannelId) -> None:
    """The number that it began with; where the customer wrote to one, it stays that one."""
    tx.run(
        """
        UPDATE conversations
           SET channel_id = :channel_id
         WHERE workspace_id = :workspace_id
           AND id = :conversation_id
           AND channel_id IS NULL
        """,
        conversation_id=conversation_id,
        channel_id=channel_id,
    )


def _file_to_send(
    tx: Transaction, conversation: Conversation, kind: ChannelKind, words: Words
) -> File | None:
    named, file_id = "file_id", words.file_id
    if words.template is not None:
        named, file_id = TEMPLATE_FILE, words.template.file_id
    if file_id is None:
        return None
    try:
        file = get_file(tx, file_id)
    except NotFound:
        raise Invalid.field(named, "is not a file of this workspace") from None
    if file.client_id != conversation.client_id:
        raise Invalid.field(named, "is a file of another client")
    if len(words.text or "") > kind.media.caption:
        refusal = Sentence("may have at most {n} characters when a file is attached", n=kind.media.caption)
        raise Invalid.field("text", refusal)
    return file


def _answered(tx: Transaction, conversation: Conversation, message_id: int | None) -> str | None:
    """The channel's id of the message that is answered."""
    if message_id is None:
        return None
    external_id: str | None = tx.value(
        """
        SELECT external_id
          FROM messages
         WHERE workspace_id = :workspace_id
           AND conversation_id = :conversation_id
           AND id = :message_id
        """,
        conversation_id=conversation.id,
        message_id=message_id,
    )
    if external_id is None:
        raise Invalid.field("reply_to", "is not a message of this conversation that was sent or received")
    return external_id
