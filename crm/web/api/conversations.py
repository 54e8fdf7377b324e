"""/api/conversations: the inbox."""

from flask import Blueprint, Response, request
from pydantic import Field

from crm.conversations.inbound.fetching import retry_media
from crm.conversations.outbound.dead_letters import DeadLetter, list_dead_letters, send_again
from crm.conversations.thread.conversation import Conversation, get_conversation
from crm.conversations.thread.conversations import change_conversation, mark_read
from crm.conversations.thread.fields import ConversationChanges, ConversationNoteFields, ReadTo
from crm.conversations.thread.inbox import Box, InboxFilter, list_conversations
from crm.conversations.thread.messages import add_note
from crm.conversations.thread.thread import Message, get_message, list_messages
from crm.conversations.writing.fields import MessageToSend
from crm.conversations.writing.writing import Written, answer_conversation
from crm.fields import MAX_ID
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.responses.kept_lists import kept

blueprint = Blueprint("api_conversations", __name__, url_prefix="/api/conversations")


class InboxQuery(PageQuery):
    box: Box = "open"
    client_id: int | None = Field(None, ge=1, le=MAX_ID)
    lead_id: int | None = Field(None, ge=1, le=MAX_ID)
    q: str | None = Field(None, min_length=1, max_length=200, description="Part of a name or phone")

    def filter(self) -> InboxFilter:
        return InboxFilter(box=self.box, client_id=self.client_id, lead_id=self.lead_id, q=self.q)


@blueprint.get("")
@permit("conversations.read")
@contract(query=InboxQuery, result=Conversation, many=True)
@kept
def list_all() -> Response:
    """List the conversations of a box, by their last message"""
    wanted = query(InboxQuery)
    return answers.page(read(list_conversations, wanted.filter(), limit=wanted.limit, cursor=wanted.cursor))


@blueprint.get("/<id:conversation_id>")
@permit("conversations.read")
@contract(result=Conversation)
@kept
def get(conversation_id: int) -> Response:
    """Get a conversation"""
    return _answer(read(get_conversation, conversation_id))


@blueprint.patch("/<id:conversation_id>")
@permit("conversations.write")
@contract(body=ConversationChanges, result=Conversation, refusals=(412,))
def change(conversation_id: int) -> Response:
    """Close, snooze or reopen a conversation, assign it, or link it to a client"""
    changes, version = json_body(ConversationChanges), expected_version()
    return _answer(write(change_conversation, conversation_id, changes, expected_version=version))


@blueprint.get("/<id:conversation_id>/messages")
@permit("conversations.read")
@contract(query=PageQuery, result=Message, many=True)
def list_of_conversation(conversation_id: int) -> Response:
    """List the messages of a conversation, newest first"""
    wanted = query(PageQuery)
    return answers.page(read(list_messages, conversation_id, limit=wanted.limit, cursor=wanted.cursor))


@blueprint.post("/<id:conversation_id>/messages")
@permit("conversations.write")
@contract(body=MessageToSend, result=Written, status=202, refusals=(409,))
def send(conversation_id: int) -> Response:
    """Write a message; it is sent as soon as it can be"""
    words = json_body(MessageToSend)
    return answer_once(
        lambda tx: answer_conversation(tx, conversation_id, words),
        lambda written: answers.data(written, status=202),
    )


@blueprint.post("/<id:conversation_id>/notes")
@permit("conversations.write")
@contract(body=ConversationNoteFields, result=Message, status=201)
def note(conversation_id: int) -> Response:
    """Write a note for colleagues; it is never sent"""
    fields = json_body(ConversationNoteFields)
    return answer_once(
        lambda tx: get_message(tx, add_note(tx, conversation_id, fields.text)),
        lambda message: answers.data(message, status=201),
    )


@blueprint.post("/<id:conversation_id>/read")
@permit("self.write")
@contract(body=ReadTo, body_required=False, status=204)
def read_all(conversation_id: int) -> Response:
    """Mark a conversation as read, completely or up to a message"""
    given = json_body(ReadTo) if request.get_data() else ReadTo()
    return answer_once(
        lambda tx: mark_read(tx, conversation_id, message_id=given.message_id), lambda _: answers.no_content()
    )


@blueprint.post("/messages/<id:message_id>/media")
@permit("conversations.write")
@contract(status=204)
def fetch_media(message_id: int) -> Response:
    """Retry fetching the file of a message"""
    return answer_once(lambda tx: retry_media(tx, message_id), lambda _: answers.no_content())


@blueprint.get("/dead-letters")
@permit("conversations.read")
@contract(query=PageQuery, result=DeadLetter, many=True)
def list_dead() -> Response:
    """List the failed and possibly sent messages, newest first"""
    wanted = query(PageQuery)
    return answers.page(read(list_dead_letters, limit=wanted.limit, cursor=wanted.cursor))


@blueprint.post("/dead-letters/<id:outbox_id>/replay")
@permit("conversations.write")
@contract(result=Message, status=202, refusals=(409,))
def replay(outbox_id: int) -> Response:
    """Resend such a message"""
    return answer_once(
        lambda tx: get_message(tx, send_again(tx, outbox_id)),
        lambda message: answers.data(message, status=202),
    )


def _answer(conversation: Conversation) -> Response:
    return answers.data(conversation, version=conversation.version)
