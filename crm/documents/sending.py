"""Sending a quote: by a link to hand on, or by e-mail; what was sent is frozen as its revision.

By WhatsApp it is sent in `messaging.py`, as its file is drawn before.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from crm.clients.client import find_client
from crm.conversations.templates.fields import TemplateUse
from crm.conversations.writing.writing import Written
from crm.db.transaction import Transaction
from crm.documents.links import (
    MOST_DAYS,
    USUAL_DAYS,
    LinkFields,
    NewQuoteLink,
    freeze_quote,
    record_sending,
    send_quote,
)
from crm.documents.quote import Quote, get_quote
from crm.documents.quote_mails import QuoteMail, queue_mail
from crm.errors import Conflict, Invalid
from crm.fields import Blank, Email, Fields, Id, Line, Text

Way = Literal["email", "link", "whatsapp"]
AS_MESSAGE: Way = "whatsapp"
UNSET = "E-mail is not set up: an administrator sets SMTP_URL and MAIL_FROM."


class QuoteSending(Fields):
    """How a quote is sent to its client."""

    by: Way = Field(description="email, whatsapp: the PDF file and a link; link: to hand on")
    to: Annotated[Email | None, Blank] = Field(
        default=None, description="Of the e-mail; left out, the client's address"
    )
    subject: Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank] = Field(
        default=None, description="Of the e-mail; left out, a usual one"
    )
    text: Annotated[Annotated[Text, StringConstraints(max_length=10_000)] | None, Blank] = Field(
        default=None,
        description="Of the e-mail; left out, a usual one. By WhatsApp, below the file, with the link where "
        "`{link}` stands. Where it does not, the link follows",
    )
    template: TemplateUse | None = Field(
        default=None,
        description="By WhatsApp, where the client has not written in the last 24 hours: one with a "
        "document. `{link}` in what fills its places becomes the link to the quote",
    )
    channel_id: Id | None = Field(default=None, description="The WhatsApp number to send from")
    days: int = Field(default=USUAL_DAYS, ge=1, le=MOST_DAYS, description="How long the link works")


@dataclass(frozen=True, slots=True)
class SentQuote:
    """`link` of a link, whose token is shown this once; `mail` of an e-mail; `message` by WhatsApp."""

    by: Way
    quote_id: int
    quote_number: str
    revision: int
    link: NewQuoteLink | None
    mail: QuoteMail | None
    message: Written | None


def send_quote_by(
    tx: Transaction,
    quote_id: int,
    fields: QuoteSending,
    secret: str,
    *,
    mail_set_up: bool,
    expected_version: int | None = None,
) -> SentQuote:
    """Raises NotFound, Stale, Invalid, and Conflict for a quote without lines, or without e-mail set up."""
    link, mail = None, None
    if fields.by == "link":
        link = send_quote(
            tx, quote_id, LinkFields(days=fields.days), secret, expected_version=expected_version
        )
    else:
        mail = _mail(tx, quote_id, fields, expected_version, mail_set_up=mail_set_up)
    quote = get_quote(tx, quote_id)
    return SentQuote(fields.by, quote_id, quote.quote_number, quote.revision, link, mail, None)


def _mail(
    tx: Transaction, quote_id: int, fields: QuoteSending, expected_version: int | None, *, mail_set_up: bool
) -> QuoteMail:
    if not mail_set_up:
        raise Conflict(UNSET)
    quote = freeze_quote(tx, quote_id, expected_version=expected_version)
    recipient = fields.to or _address_of(tx, quote)
    if recipient is None:
        raise Invalid.field("to", "is required: the client has no e-mail address")
    letter = {"subject": fields.subject, "text": fields.text}
    mail = queue_mail(tx, quote_id, quote.revision, recipient=recipient, days=fields.days, **letter)
    after = {"revision": quote.revision, "recipient": recipient}
    record_sending(tx, "quote.mailed", quote, after)
    return mail


def _address_of(tx: Transaction, quote: Quote) -> str | None:
    client = None if quote.client_id is None else find_client(tx, quote.client_id)
    return client.email if client is not None else None
