"""/api/quotes/{id}/send and links: sending a quote, and the secret links by which customers answer it."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from crm.db.file_stores.opening import file_store
from crm.documents.links import LinkFields, NewQuoteLink, QuoteLink, list_links, revoke_link, send_quote
from crm.documents.messaging import drawn_file, message_quote, quote_to_draw
from crm.documents.quote_mails import QuoteMail, list_mails
from crm.documents.revisions import Revision, list_revisions
from crm.documents.sending import QuoteSending, SentQuote, send_quote_by
from crm.errors import Forbidden
from crm.web.auth import permit
from crm.web.idempotency import answer_before, answer_once, secret_of_answer
from crm.web.navigation import may
from crm.web.openapi.contract import contract
from crm.web.requests.public_address import public_url
from crm.web.requests.reading import expected_version, json_body, read, write
from crm.web.responses import answers
from crm.web.sessions.identity import identity, mail_set_up, settings

blueprint = Blueprint("api_quote_links", __name__, url_prefix="/api/quotes/<id:quote_id>")


@blueprint.post("/links")
@permit("quotes.write")
@contract(body=LinkFields, body_required=False, result=NewQuoteLink, status=201, refusals=(409, 412))
def send(quote_id: int) -> Response:
    """Make a link for the customer, `/q/{token}`, which shows the quote as it is now; it counts as sent"""
    given = json_body(LinkFields) if request.get_data() else LinkFields()
    secret, version = secret_of_answer(), expected_version()

    def operation(tx: Any) -> NewQuoteLink:
        return send_quote(tx, quote_id, given, secret, expected_version=version)

    return answer_once(operation, _created, secret=secret)


@blueprint.post("/send")
@permit("quotes.write")
@contract(body=QuoteSending, result=SentQuote, status=201, refusals=(409, 412))
def send_by(quote_id: int) -> Response:
    """Send a quote by e-mail, by WhatsApp, or by a link to hand on; what was sent stays as it is"""
    given, secret, version = json_body(QuoteSending), secret_of_answer(), expected_version()
    if given.by == "whatsapp":
        return _send_by_whatsapp(quote_id, given, secret, version)

    def operation(tx: Any) -> SentQuote:
        ready = mail_set_up()
        return send_quote_by(tx, quote_id, given, secret, mail_set_up=ready, expected_version=version)

    return answer_once(operation, _sent, secret=secret)


def _send_by_whatsapp(quote_id: int, given: QuoteSending, secret: str, version: int | None) -> Response:
    """The file is drawn and stored before the transaction."""
    if not may("conversations.write"):
        raise Forbidden("Your role does not allow this, or conversations are switched off.")
    if (before := answer_before()) is not None:
        return before
    drawn = read(quote_to_draw, quote_id, given)
    with drawn_file(drawn, file_store(settings()), identity().workspace_id) as upload:

        def operation(tx: Any) -> SentQuote:
            linked: dict[str, Any] = {"secret": secret, "public_url": public_url()}
            return message_quote(tx, quote_id, given, drawn, upload, **linked, expected_version=version)

        return answer_once(operation, _sent, secret=secret)


@blueprint.get("/mails")
@permit("quotes.read")
@contract(result=list[QuoteMail])
def list_all_mails(quote_id: int) -> Response:
    """List the e-mails with which a quote was sent, newest first, and what became of each"""
    return answers.data(read(list_mails, quote_id))


@blueprint.get("/links")
@permit("quotes.read")
@contract(result=list[QuoteLink])
def list_all(quote_id: int) -> Response:
    """List the links of a quote, newest first, and when each was seen"""
    return answers.data(read(list_links, quote_id))


@blueprint.delete("/links/<id:link_id>")
@permit("quotes.write")
@contract(status=204)
def revoke(quote_id: int, link_id: int) -> Response:
    """Take a link back"""
    write(revoke_link, quote_id, link_id)
    return answers.no_content()


@blueprint.get("/revisions")
@permit("quotes.read")
@contract(result=list[Revision])
def revisions(quote_id: int) -> Response:
    """List what was sent of a quote, newest first, each as it was then"""
    return answers.data(read(list_revisions, quote_id))


def _sent(sent: SentQuote) -> Response:
    listed = "list_all_mails" if sent.mail is not None else "list_all"
    return answers.created(sent, url_for(f"api_quote_links.{listed}", quote_id=sent.quote_id))


def _created(link: NewQuoteLink) -> Response:
    return answers.created(link, url_for("api_quote_links.list_all", quote_id=link.quote_id))
