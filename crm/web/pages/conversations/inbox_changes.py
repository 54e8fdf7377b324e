"""Working in the inbox: answering, noting, assigning, snoozing."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.users import list_users
from crm.conversations.inbound.fetching import retry_media
from crm.conversations.leads.leads import begin_lead
from crm.conversations.leads.new_clients import link_new_client
from crm.conversations.outbound.dead_letters import send_again
from crm.conversations.thread.conversations import (
    assign_conversation,
    change_conversation,
    link_conversation,
    mark_read,
)
from crm.conversations.thread.fields import ConversationChanges, ConversationNoteFields
from crm.conversations.thread.messages import add_note
from crm.conversations.writing.customer_files import attach_to_customer
from crm.conversations.writing.fields import MessageToSend
from crm.conversations.writing.writing import answer_conversation
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Invalid, NotFound, TooLarge, WrongType
from crm.fields import parse_fields
from crm.files.uploads import Upload
from crm.web.auth import accepts_upload, permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.navigation import may
from crm.web.pages.conversations.inbox import read_thread, render_messages
from crm.web.requests.forms import is_fragment, number_from
from crm.web.requests.picking import sought_words
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import received_file
from crm.web.responses.toasts import complain, say, with_events
from crm.web.words.conversations import snoozed_until
from crm.web.words.times import moment_text

blueprint = Blueprint("inbox_changes", __name__, url_prefix="/inbox/<id:conversation_id>")

BESIDE_FILE = frozenset({"kind", "text", "reply_to", "seen"})
REFUSALS = (Invalid, Conflict, NotFound, TooLarge, WrongType)


@blueprint.post("/messages")
@permit("conversations.write")
@accepts_upload
def write_message(conversation_id: int) -> ResponseReturnValue:
    """A message to the customer, or a note for colleagues, as `kind` says."""
    try:
        if request.form.get("kind") == "note":
            fields = parse_fields(ConversationNoteFields, {"text": request.form.get("text", "")})
            write(add_note, conversation_id, fields.text)
        elif request.files.get("file"):
            with received_file(beside=BESIDE_FILE) as upload:
                write(_send_file, conversation_id, upload, _text(), _answered())
        else:
            words = parse_fields(MessageToSend, {"text": _text(), "reply_to": _answered()})
            write(answer_conversation, conversation_id, words)
    except REFUSALS as error:
        return _refused(conversation_id, error)
    seen = number_from(request.form.get("seen", ""), "seen")
    if seen is not None or "seen" not in request.form:
        write(mark_read, conversation_id, message_id=seen)
    return _shown(conversation_id)


@blueprint.post("/read")
@permit("self.write", within="conversations")
def read_all(conversation_id: int) -> ResponseReturnValue:
    """By the page's script, as one reads; without scripts, by a form."""
    seen = number_from(request.form.get("message_id", ""), "message_id")
    write(mark_read, conversation_id, message_id=seen)
    return redirect(_address(conversation_id), 303) if "csrf_token" in request.form else ("", 204)


@blueprint.post("/status")
@permit("conversations.write")
def change_status(conversation_id: int) -> ResponseReturnValue:
    """Close, reopen or snooze. Without a version: each message that comes meanwhile moves that."""
    until = snoozed_until(request.form.get("until", ""))
    given: dict[str, object] = {"status": request.form.get("status", "snoozed" if until else "active")}
    if until:
        given["snoozed_until"] = until
    said = {"closed": _("Conversation closed."), "snoozed": _snoozed(until)}
    return _changed(conversation_id, given, said.get(str(given["status"]), _("Conversation reopened.")))


@blueprint.post("/assignee")
@permit("conversations.write")
def assign(conversation_id: int) -> ResponseReturnValue:
    """If the assignee has changed since the page was shown, the user is asked to look again."""
    user_id = number_from(request.form.get("assignee_id", ""), "assignee_id")
    changes = parse_fields(ConversationChanges, {"assignee_id": user_id})
    name = next((user.name for user in read(list_users) if user.id == user_id), "")
    said = _("Assigned to %(name)s.", name=name) if user_id else _("Unassigned.")
    if "seen_assignee_id" not in request.form:
        return _changed(conversation_id, {"assignee_id": user_id}, said)
    seen = number_from(request.form["seen_assignee_id"], "seen_assignee_id")
    return _done(
        conversation_id, lambda tx: assign_conversation(tx, conversation_id, changes, seen=seen), said
    )


@blueprint.post("/client")
@permit("conversations.write")
def link_client(conversation_id: int) -> ResponseReturnValue:
    """Whoever decides by a page on which it was another client's is asked to look again."""
    if words := sought_words("client_id"):
        return redirect(_address(conversation_id, client_id_words=words) + "#facts", 303)
    name = request.form.get("new_client", "").strip()
    if name and may("clients.write"):
        seen = number_from(request.form.get("seen_client_id", ""), "seen_client_id")
        return _done(
            conversation_id, lambda tx: link_new_client(tx, conversation_id, name, seen=seen), _("Saved")
        )
    client_id = number_from(request.form.get("client_id", ""), "client_id")
    if "seen_client_id" not in request.form:
        return _changed(conversation_id, {"client_id": client_id}, _("Saved"))
    seen = number_from(request.form["seen_client_id"], "seen_client_id")
    changes = parse_fields(ConversationChanges, {"client_id": client_id})
    return _done(
        conversation_id, lambda tx: link_conversation(tx, conversation_id, changes, seen=seen), _("Saved")
    )


@blueprint.post("/leads")
@permit("leads.write", within="conversations")
def make_lead(conversation_id: int) -> ResponseReturnValue:
    return _done(conversation_id, lambda tx: begin_lead(tx, conversation_id), _("Lead created."))


@blueprint.post("/outbox/<id:outbox_id>")
@permit("conversations.write")
def try_again(conversation_id: int, outbox_id: int) -> ResponseReturnValue:
    return _done(conversation_id, lambda tx: send_again(tx, outbox_id), _("Message resent."))


@blueprint.post("/media/<id:message_id>")
@permit("conversations.write")
def fetch_again(conversation_id: int, message_id: int) -> ResponseReturnValue:
    return _done(conversation_id, lambda tx: retry_media(tx, message_id), _("Downloading again."))


def _send_file(
    tx: Transaction, conversation_id: int, upload: Upload, text: str | None, reply_to: int | None
) -> None:
    """The file becomes the client's and is sent in the same transaction."""
    file = attach_to_customer(tx, conversation_id, upload)
    words = {"text": text, "file_id": file.id, "reply_to": reply_to}
    answer_conversation(tx, conversation_id, parse_fields(MessageToSend, words))


def _snoozed(until: str) -> str:
    try:
        shown = moment_text(until, inside=True) if until else ""
    except ValueError:
        shown = until
    return str(_("Snoozed until %(moment)s.", moment=shown))


def _text() -> str | None:
    return request.form.get("text", "").strip() or None


def _answered() -> int | None:
    return number_from(request.form.get("reply_to", ""), "reply_to")


def _changed(conversation_id: int, given: dict[str, object], said: str) -> ResponseReturnValue:
    def change(tx: Transaction) -> Any:
        return change_conversation(tx, conversation_id, parse_fields(ConversationChanges, given))

    return _done(conversation_id, change, said)


def _done(conversation_id: int, operation: Callable[[Transaction], Any], said: str) -> ResponseReturnValue:
    try:
        write(operation)
    except REFUSALS as error:
        complain(_sentence(error))
    else:
        say(said)
    return redirect(_address(conversation_id), 303)


def _shown(conversation_id: int) -> ResponseReturnValue:
    if not is_fragment():
        return redirect(_address(conversation_id), 303)
    return render_messages(read(read_thread, conversation_id))


def _refused(conversation_id: int, error: CrmError) -> ResponseReturnValue:
    if not is_fragment():
        complain(_sentence(error))
        return redirect(_address(conversation_id), 303)
    response: Response = make_response("", status_of(error))
    response.headers["HX-Reswap"] = "none"
    return with_events(response, {"toast": {"text": _sentence(error), "bad": True}})


def _sentence(error: CrmError) -> str:
    return worded(error.problems[0].message) if isinstance(error, Invalid) else worded(error.message)


def _address(conversation_id: int, client_id_words: str | None = None) -> str:
    """Back to the thread, in the box that it was opened from."""
    box, words = request.args.get("box"), request.args.get("q")
    carried: dict[str, Any] = {"box": box or None, "q": words or None, "client_id_words": client_id_words}
    return url_for("inbox.show", conversation_id=conversation_id, **carried)
