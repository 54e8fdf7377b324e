"""Sending a quote by WhatsApp: with a text below its file, or by a template that has a document."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.credentials import new_secret
from crm.conversations.templates.templates import APPROVED, MessageTemplate, list_templates
from crm.conversations.writing.clients import Reach, reach_of
from crm.db.file_stores.opening import file_store
from crm.db.transaction import Transaction
from crm.documents.message_links import LINK, fixed_part
from crm.documents.messaging import drawn_file, message_quote, quote_to_draw
from crm.documents.quote import Quote, get_quote
from crm.documents.sending import QuoteSending, SentQuote
from crm.errors import Conflict, CrmError, Invalid
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.pages.conversations.template_forms import LINK as BUTTON
from crm.web.pages.conversations.template_forms import PLACE, template_refusal, typed_template
from crm.web.requests.forms import form_version, number_from
from crm.web.requests.public_address import public_url
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
from crm.web.sessions.identity import identity, settings
from crm.web.words.conversations import place_label

blueprint = Blueprint("quote_message", __name__, url_prefix="/quotes/<id:quote_id>/message")

LINK_NAMES = {"link", "url", "quote_link", "quote_url"}


@blueprint.get("")
@permit("quotes.write", within="conversations")
def show(quote_id: int) -> str:
    return _render(quote_id, request.args)


@blueprint.post("")
@permit("quotes.write", within="conversations")
def send(quote_id: int) -> ResponseReturnValue:
    try:
        sent = _send(quote_id)
    except (Invalid, Conflict) as error:
        return _render(quote_id, request.form, error), status_of(error)
    say(_("The quote is on its way."))
    conversation_id = sent.message.conversation_id if sent.message else None
    return redirect(url_for("inbox.show", conversation_id=conversation_id, box="all"), 303)


def _send(quote_id: int) -> SentQuote:
    template = _chosen(request.form, read(_with_document))
    given: dict[str, Any] = {"by": "whatsapp", "text": request.form.get("text", "")}
    if template is not None:
        given = {"by": "whatsapp", "template": typed_template(template).model_dump()}
    fields = parse_fields(QuoteSending, given)
    drawn = read(quote_to_draw, quote_id, fields)
    with drawn_file(drawn, file_store(settings()), identity().workspace_id) as upload:
        linked: dict[str, Any] = {"secret": new_secret(), "public_url": public_url()}
        version = form_version()
        return write(message_quote, quote_id, fields, drawn, upload, **linked, expected_version=version)


def _with_document(tx: Transaction) -> list[MessageTemplate]:
    """The templates above which the file of a quote can stand."""
    return [
        each for each in list_templates(tx) if each.header_media == "document" and each.status == APPROVED
    ]


def _chosen(given: Mapping[str, str], templates: list[MessageTemplate]) -> MessageTemplate | None:
    template_id = number_from(given.get("template_id", ""), "template_id")
    return next((each for each in templates if each.id == template_id), None)


def _render(quote_id: int, values: Mapping[str, str], error: CrmError | None = None) -> str:
    quote, reach, templates = read(_read_way, quote_id)
    only = templates[0] if len(templates) == 1 and not reach.window_open else None
    template = _chosen(values, templates) or only
    return render_template(
        "quotes/message.html",
        quote=quote,
        reach=reach,
        templates=templates,
        template=template,
        values=_with_link(template) | dict(values),
        reached=public_url(),
        place_label=place_label,
        **template_refusal(error),
    )


def _with_link(template: MessageTemplate | None) -> dict[str, str]:
    """In places that are named so, and in buttons that open an address of this server."""
    base = public_url()
    if template is None or base is None:
        return {}
    places = {f"{PLACE}{place}": LINK for place in template.places if place in LINK_NAMES}
    own = [number for number, each in enumerate(template.links) if f"{base}/q/".startswith(fixed_part(each))]
    return places | {f"{BUTTON}{number}": LINK for number in own}


def _read_way(tx: Transaction, quote_id: int) -> tuple[Quote, Reach, list[MessageTemplate]]:
    quote = get_quote(tx, quote_id)
    nobody = Reach(None, can_be_reached=False, window_open=False)
    return quote, nobody if quote.client_id is None else reach_of(tx, quote.client_id), _with_document(tx)
