"""The page of a quote: its lines and sums, and what happened to it."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.credentials import new_secret
from crm.db.transaction import Transaction
from crm.documents.kind import QUOTE
from crm.documents.links import LinkFields, list_links, revoke_link, send_quote
from crm.documents.quote import Quote, get_quote
from crm.documents.quote_mails import list_mails
from crm.documents.quotes import copy_quote
from crm.documents.sending import QuoteSending, send_quote_by
from crm.errors import Conflict, Invalid, Stale
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.pages.documents.record import document_blueprint
from crm.web.requests.forms import form_version
from crm.web.requests.public_address import public_link
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say
from crm.web.sessions.identity import mail_set_up
from crm.web.words.fields import sentence_of


def _more(tx: Transaction, quote: Quote) -> dict[str, Any]:
    links = [] if quote.deleted_at else list_links(tx, quote.id)
    mails = [] if quote.deleted_at else list_mails(tx, quote.id)
    return {"links": links, "mails": mails, "mail_set_up": mail_set_up()}


blueprint = document_blueprint(QUOTE, _more, copy_quote)


@blueprint.post("/links")
@permit("quotes.write")
def send(quote_id: int) -> ResponseReturnValue:
    """A new link, whose secret is shown this once."""
    secret = new_secret()
    try:
        link = write(send_quote, quote_id, LinkFields(), secret, expected_version=form_version())
    except (Conflict, Stale) as error:
        complain(worded(error.message))
        return redirect(url_for("quote_record.show", quote_id=quote_id), 303)
    path = url_for("shared_quote.show", token=secret)
    address = public_link("shared_quote.show", token=secret) or path
    quote = read(get_quote, quote_id)
    return render_template("quotes/link.html", quote=quote, link=link, address=address)


@blueprint.post("/mails")
@permit("quotes.write")
def send_mail(quote_id: int) -> ResponseReturnValue:
    """To the client, by the worker."""
    given = QuoteSending(by="email")
    try:
        write(
            send_quote_by,
            quote_id,
            given,
            new_secret(),
            mail_set_up=mail_set_up(),
            expected_version=form_version(),
        )
    except (Conflict, Stale, Invalid) as error:
        complain(sentence_of(error))
    else:
        say(_("The e-mail is on its way."))
    return redirect(url_for("quote_record.show", quote_id=quote_id), 303)


@blueprint.post("/links/<id:link_id>/revoke")
@permit("quotes.write")
def revoke(quote_id: int, link_id: int) -> ResponseReturnValue:
    write(revoke_link, quote_id, link_id)
    return redirect(url_for("quote_record.show", quote_id=quote_id), 303)
