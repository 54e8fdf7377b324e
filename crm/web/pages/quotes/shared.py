"""The page of a quote for a customer, opened by a secret link: look, choose, accept or decline."""

from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.db.actor import SYSTEM, Actor
from crm.db.transaction import Transaction
from crm.documents.answering import (
    Closed,
    QuoteAnswer,
    SharedQuote,
    accept_quote,
    decline_quote,
    open_link,
    see_quote,
)
from crm.documents.company import get_company
from crm.documents.company_logo import read_logo
from crm.documents.page_words import page_words
from crm.documents.pdf import draw_pdf
from crm.documents.revisions import document_of
from crm.errors import Conflict, Invalid, NotFound
from crm.fields import parse_fields, whole_number
from crm.web.auth import public
from crm.web.errors import status_of
from crm.web.pages.documents.record import numbered
from crm.web.requests.forms import refusal
from crm.web.responses.documents import send_logo, send_pdf
from crm.web.responses.public_pages import keep_private
from crm.web.sessions.identity import database
from crm.web.words.page_words import spoken

blueprint = Blueprint("shared_quote", __name__, url_prefix="/q")
blueprint.after_request(keep_private)
ANSWERS = {"accept": accept_quote, "decline": decline_quote}
NO_PLACE = 1_000
"""Of a line: no quote has so many."""


@blueprint.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    try:
        shared = database().write(see_quote, _system(), token)
    except NotFound as error:
        return _closed(error)
    return _render(shared, token)


@blueprint.post("/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    """Accept or decline, as the button said and never else; the page then says what was answered."""
    operation = ANSWERS.get(request.form.get("answer", ""))
    try:
        if operation is None:
            raise Invalid.field("answer", "must be accept or decline")
        database().write(operation, _system(), token, parse_fields(QuoteAnswer, _given()))
    except NotFound as error:
        return _closed(error)
    except Conflict:
        return redirect(url_for("shared_quote.show", token=token), 303)
    except Invalid as error:
        return _render(database().write(see_quote, _system(), token), token, error), status_of(error)
    return redirect(url_for("shared_quote.show", token=token), 303)


@blueprint.get("/<token>/pdf")
@public
def show_pdf(token: str) -> ResponseReturnValue:
    try:
        document = database().read(_document, _system(), token)
    except NotFound as error:
        return _closed(error)
    return send_pdf(draw_pdf(document), document["heading"])


@blueprint.get("/<token>/logo")
@public
def show_logo(token: str) -> ResponseReturnValue:
    return send_logo(database().read(_logo, _system(), token))


def _logo(tx: Transaction, token: str) -> bytes:
    actor, _quote_id = open_link(tx, token)
    inside = tx.acting_as(actor)
    return read_logo(inside, get_company(inside).logo)


def _document(tx: Transaction, token: str) -> dict[str, Any]:
    actor, quote_id = open_link(tx, token)
    return document_of(tx.acting_as(actor), quote_id)


def _given() -> dict[str, Any]:
    """Where the form offers options, none of them may be ticked."""
    chosen = [whole_number(text) for text in request.form.getlist("chosen")]
    choices = {"chosen": [NO_PLACE if place is None else place for place in chosen]}
    choices = choices if "options" in request.form else {}
    return {"name": request.form.get("name", ""), "comment": request.form.get("comment", ""), **choices}


def _system() -> Actor:
    return Actor(SYSTEM.workspace_id, SYSTEM.user_id, g.request_id)


def _closed(error: NotFound) -> ResponseReturnValue:
    with spoken(error.language if isinstance(error, Closed) else "en") as say:
        return make_response(render_template("quotes/closed.html", _=say, said=error.message), 404)


def _render(shared: SharedQuote, token: str, error: Invalid | None = None) -> str:
    with spoken(shared.quote.language) as say:
        return render_template(
            "quotes/shared.html",
            _=say,
            quote=shared.quote,
            company=shared.company,
            workspace_name=shared.workspace_name,
            said=shared.refusal,
            token=token,
            numbered=numbered(shared.quote.lines),
            values=request.form,
            **_said(refusal(error), shared.quote.language),
        )


def _said(refused: dict[str, Any], language: str) -> dict[str, Any]:
    """The usual refusals in the language of the quote."""
    words = page_words(language)
    return refused | {"errors": {name: words.get(said, said) for name, said in refused["errors"].items()}}
