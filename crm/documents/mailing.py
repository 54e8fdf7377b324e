"""The worker's part of sending documents by e-mail: the PDF file, of a quote a fresh link, and the letter."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from crm.accounts.credentials import new_secret
from crm.accounts.workspaces import get_workspace
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.restored import load_restored
from crm.db.transaction import Transaction
from crm.documents.company import get_company
from crm.documents.invoice import get_invoice
from crm.documents.invoice_mails import INVOICE_MAILS
from crm.documents.invoice_reading import invoice_document
from crm.documents.links import drop_link, insert_link
from crm.documents.mail_queue import ClaimedMail, MailQueue
from crm.documents.mail_words import invoice_mail_subject, invoice_mail_text, mail_subject, mail_text
from crm.documents.pdf import draw_pdf
from crm.documents.quote import get_quote
from crm.documents.quote_mails import QUOTE_MAILS
from crm.documents.revisions import document_of
from crm.errors import Busy, CrmError
from crm.mail.smtp import Letter, NotSent, send_letter

GONE = "The document was changed or deleted before it was sent."
UNSET = "SMTP_URL and MAIL_FROM are not set."
log = structlog.get_logger("crm.mail")


@dataclass(frozen=True, slots=True)
class Prepared:
    """`link_id` is None where the letter has no link."""

    number: str
    document: dict[str, Any]
    sender_name: str
    reply_to: str | None
    subject: str
    text: str
    link_id: int | None = None


Prepare = Callable[[Transaction, ClaimedMail, str, str | None], Prepared]


def send_mails(db: Database, settings: Settings, seconds: float = 5.0) -> int:
    """Send what is due, for about `seconds`; returns how many were tried.

    Nothing is sent on restored data until a person has released it.
    """
    if load_restored(db.path) is not None:
        return 0
    ends, tried = time.monotonic() + seconds, 0
    for queue, prepare in ((QUOTE_MAILS, _prepare_quote), (INVOICE_MAILS, _prepare_invoice)):
        while time.monotonic() < ends and db.read(queue.due, SYSTEM):
            mail = db.write(queue.claim, SYSTEM)
            if mail is None:
                break
            tried += 1
            _send(db, settings, mail, queue, prepare)
    return tried


def _send(db: Database, settings: Settings, mail: ClaimedMail, queue: MailQueue, prepare: Prepare) -> None:
    secret = new_secret()
    try:
        prepared = db.write(prepare, mail.actor(), mail, secret, settings.public_url)
    except CrmError:
        db.write(queue.mark_failed, mail.actor(), mail, GONE, for_good=True)
        return
    try:
        post_letter(settings, _letter(settings, mail, prepared))
    except NotSent as error:
        if prepared.link_id is not None and not error.reached:
            db.write(drop_link, mail.actor(), prepared.link_id)
        log.warning("a document was not sent by e-mail", kind=queue.kind, mail=mail.id, reason=str(error))
        db.write(queue.mark_failed, mail.actor(), mail, str(error), for_good=error.for_good)
    else:
        db.write(queue.mark_sent, mail.actor(), mail)


def _prepare_quote(tx: Transaction, mail: ClaimedMail, secret: str, public_url: str | None) -> Prepared:
    """The secret of the link is only in the letter. Raises NotFound for a quote that is gone."""
    quote, revision = get_quote(tx, mail.document_id), mail.own["revision"]
    document = document_of(tx, quote.id, revision)
    name, reply_to = sender_of(tx)
    base = public_url or get_workspace(tx).public_url
    works = base is not None and quote.revision == revision
    link_id = insert_link(tx, quote.id, revision, mail.own["days"], secret) if works else None
    address = f"{base}/q/{secret}" if link_id is not None else None
    number, language = quote.quote_number, quote.language
    subject = mail.subject or mail_subject(language, number, name)
    text = mail_text(language, mail.text, number, name, address)
    return Prepared(number, document, name, reply_to, subject, text, link_id)


def _prepare_invoice(tx: Transaction, mail: ClaimedMail, _secret: str, _public_url: str | None) -> Prepared:
    """Raises NotFound."""
    invoice = get_invoice(tx, mail.document_id)
    document = invoice_document(tx, invoice.id)
    name, reply_to = sender_of(tx)
    subject = mail.subject or invoice_mail_subject(document["heading"], name)
    text = mail.text or invoice_mail_text(invoice.language, document["heading"], name)
    return Prepared(invoice.name, document, name, reply_to, subject, text)


def sender_of(tx: Transaction) -> tuple[str, str | None]:
    """Who writes, and where an answer goes."""
    company = get_company(tx)
    return company.legal_name or get_workspace(tx).name, company.email


def _letter(settings: Settings, mail: ClaimedMail, prepared: Prepared) -> Letter:
    try:
        file = draw_pdf(prepared.document)
    except Busy as error:
        raise NotSent(str(error.message)) from None
    except CrmError as error:
        raise NotSent(str(error.message), for_good=True) from None
    domain = (settings.mail_from or "").rpartition("@")[2].strip("> ")
    return Letter(
        recipient=mail.recipient,
        subject=prepared.subject,
        text=prepared.text,
        sender_name=prepared.sender_name,
        reply_to=prepared.reply_to,
        message_id=f"<{mail.message_id}@{domain}>",
        file_name=f"{prepared.number}.pdf".replace("/", "-"),
        file=file,
    )


def post_letter(settings: Settings, letter: Letter) -> None:
    if settings.smtp_url is None or settings.mail_from is None:
        raise NotSent(UNSET)
    send_letter(settings.smtp_url.get_secret_value(), settings.mail_from, letter)
