"""Starting a conversation, and sending a template."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.client import find_client
from crm.conversations.channels.channels import list_channels
from crm.conversations.templates.templates import APPROVED, MessageTemplate, get_template, list_templates
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.writing.addressing import write_to_phone
from crm.conversations.writing.customer_files import attach_to_customer
from crm.conversations.writing.fields import MessageToSend, WhatsAppMessage
from crm.conversations.writing.writing import answer_conversation
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Invalid, TooLarge, WrongType
from crm.fields import parse_fields
from crm.files.uploads import Upload
from crm.web.auth import accepts_upload, permit
from crm.web.errors import status_of
from crm.web.pages.conversations.template_forms import template_refusal, typed_template
from crm.web.requests.forms import number_from
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import received_file
from crm.web.responses.toasts import say
from crm.web.words.conversations import place_label

blueprint = Blueprint("inbox_new", __name__, url_prefix="/inbox")


@blueprint.get("/new")
@permit("conversations.write")
def show_new() -> str:
    client_id = number_from(request.args.get("client_id", ""), "client_id")
    client = read(find_client, client_id) if client_id else None
    values = {"to": client.phone or "", "customer_name": client.name} if client else {}
    return _render(values)


@blueprint.get("/new/places")
@permit("conversations.write")
def show_places() -> str:
    """Only the fields that fill the chosen template."""
    return render_template(
        "conversations/places.html",
        template=_chosen(request.args),
        name=request.args.get("customer_name", ""),
        values={},
        errors={},
        place_label=place_label,
    )


@blueprint.post("/new")
@permit("conversations.write")
def create() -> ResponseReturnValue:
    form = request.form
    if "show_template" in form:
        return _render(form)
    given: dict[str, object] = {"to": form.get("to", ""), "createLead": form.get("create_lead") == "1"}
    if form.get("customer_name", "").strip():
        given["customerName"] = form["customer_name"]
    try:
        given |= _words()
        written = write(write_to_phone, parse_fields(WhatsAppMessage, given))
    except (Invalid, Conflict) as error:
        return _render(form, error), status_of(error)
    return redirect(url_for("inbox.show", conversation_id=written.conversation_id, box="all"), 303)


@blueprint.get("/<id:conversation_id>/template/<id:template_id>")
@permit("conversations.write")
def show_template(conversation_id: int, template_id: int) -> str:
    return _render_template(conversation_id, template_id)


@blueprint.post("/<id:conversation_id>/template/<id:template_id>")
@permit("conversations.write")
@accepts_upload
def send_template(conversation_id: int, template_id: int) -> ResponseReturnValue:
    def send(tx: Transaction) -> None:
        template = get_template(tx, template_id)
        file = attach_to_customer(tx, conversation_id, upload) if upload else None
        use = typed_template(template, file.id if file else None)
        answer_conversation(tx, conversation_id, parse_fields(MessageToSend, {"template": use.model_dump()}))

    try:
        with _given_file() as upload:
            write(send)
    except (Invalid, Conflict, TooLarge, WrongType) as error:
        return _render_template(conversation_id, template_id, error), status_of(error)
    say(_("Template sent."))
    return redirect(url_for("inbox.show", conversation_id=conversation_id, box="all"), 303)


def _words() -> dict[str, object]:
    template = _chosen(request.form)
    if template is None:
        return {"message": request.form.get("message", "").strip() or None}
    return {"template": typed_template(template).model_dump()}


def _chosen(given: Mapping[str, str]) -> MessageTemplate | None:
    template_id = number_from(given.get("template_id", ""), "template_id")
    return read(get_template, template_id) if template_id else None


def _given_file() -> AbstractContextManager[Upload | None]:
    if request.files.get("file"):
        return received_file(beside=frozenset(request.form))
    return nullcontext()


def _render(values: Mapping[str, Any], error: CrmError | None = None) -> str:
    # A file above the text is one of a client, and whom a first message is for may be none.
    templates = [
        each for each in read(list_templates) if each.header_media is None and each.status == APPROVED
    ]
    return render_template(
        "conversations/new.html",
        values=values,
        connected=read(list_channels),
        templates=templates,
        template=_chosen(values),
        template_choices=[(each.id, f"{each.name} ({each.language})") for each in templates],
        place_label=place_label,
        wa_me=error.extra.get("wa_me") if isinstance(error, Conflict) else None,
        **template_refusal(error),
    )


def _render_template(conversation_id: int, template_id: int, error: CrmError | None = None) -> str:
    return render_template(
        "conversations/template.html",
        conversation=read(get_conversation, conversation_id),
        template=read(get_template, template_id),
        values=request.form,
        place_label=place_label,
        **template_refusal(error),
    )
