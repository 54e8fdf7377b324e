"""Invoices and reminders that are sent by e-mail, and the log of them."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from crm.activity import activity
from crm.clients.client import find_client
from crm.db.transaction import Transaction
from crm.documents.invoice import INVOICE_RECORD, Invoice, get_invoice
from crm.documents.mail_queue import MailQueue
from crm.documents.sending import UNSET
from crm.errors import Conflict, Invalid
from crm.fields import Blank, Email, Fields, Line, Text
from crm.records.skeleton import refuse_stale

INVOICE_MAILS = MailQueue("invoice", "invoice_mails", ("level",), "invoice.mail_failed")


class InvoiceMailFields(Fields):
    """Left out, each is as usual: the client's address, and the words in the language of the invoice."""

    to: Annotated[Email | None, Blank] = Field(default=None, description="Left out, the client's")
    subject: Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank] = None
    text: Annotated[Annotated[Text, StringConstraints(max_length=10_000)] | None, Blank] = None


@dataclass(frozen=True, slots=True)
class InvoiceMail:
    """`level` is that of the reminder, or 0 for the invoice itself; `state` is queued, sending, sent or
    failed, and `reason` says why it was not sent yet, or at all.
    """

    id: int
    invoice_id: int
    level: int
    recipient: str
    state: str
    attempts: int
    reason: str | None
    sent_at: str | None
    created_at: str


def mail_invoice(
    tx: Transaction,
    invoice_id: int,
    fields: InvoiceMailFields,
    *,
    mail_set_up: bool,
    expected_version: int | None = None,
) -> InvoiceMail:
    """Raises NotFound, Stale, Invalid, and Conflict for a draft, or without e-mail set up."""
    invoice = get_invoice(tx, invoice_id)
    refuse_stale(INVOICE_RECORD, invoice, expected_version)
    if invoice.state == "draft":
        raise Conflict("A draft cannot be sent. Issue it first.")
    mail = queue_invoice_mail(tx, invoice, fields, mail_set_up=mail_set_up)
    activity.record(tx, "invoice.mailed", "invoice", invoice_id, after={"recipient": mail.recipient})
    return mail


def queue_invoice_mail(
    tx: Transaction, invoice: Invoice, fields: InvoiceMailFields, *, mail_set_up: bool, level: int = 0
) -> InvoiceMail:
    """As part of a change that has a ledger entry of its own. Raises Conflict and Invalid."""
    if not mail_set_up:
        raise Conflict(UNSET)
    recipient = fields.to or _address_of(tx, invoice)
    if recipient is None:
        raise Invalid.field("to", "is required: the client has no e-mail address")
    mail_id = INVOICE_MAILS.add(
        tx, invoice.id, recipient=recipient, subject=fields.subject, text=fields.text, level=level
    )
    return next(mail for mail in list_invoice_mails(tx, invoice.id) if mail.id == mail_id)


def list_invoice_mails(tx: Transaction, invoice_id: int) -> list[InvoiceMail]:
    """The newest first. Raises NotFound."""
    get_invoice(tx, invoice_id)
    return [InvoiceMail(**row) for row in INVOICE_MAILS.mails_of(tx, invoice_id)]


def _address_of(tx: Transaction, invoice: Invoice) -> str | None:
    client = None if invoice.client_id is None else find_client(tx, invoice.client_id)
    return client.email if client is not None else None
