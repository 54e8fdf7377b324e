"""The worker's part of sending quotes by e-mail: a fresh link, the PDF file, and the letter with both."""

import time
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
from crm.documents.links import drop_link, insert_link
from crm.documents.mail_words import mail_subject, mail_text
from crm.documents.pdf import draw_pdf
from crm.documents.quote import Quote, get_quote
from crm.documents.quote_mails import ClaimedMail, claim_mail, mail_due, settle_failed, settle_sent
from crm.documents.revisions import document_of
from crm.errors import Busy, CrmError
from crm.mail.smtp import Letter, NotSent, send_letter

GONE = "The quote was changed or deleted before it was sent."
UNSET = "SMTP_URL and MAIL_FROM are not set."
log = structlog.get_logger("crm.mail")


@dataclass(frozen=True, slots=True)
class Prepared:
    """`link_id` is None where nobody said at which address customers reach the server."""

    quote: Quote
    document: dict[str, Any]
    sender_name: str
    reply_to: str | None
    link_id: int | None
    address: str | None


def send_mails(db: Database, settings: Settings, seconds: float = 5.0) -> int:
    """Send what is due, for about `seconds`; returns how many were tried.

    Nothing is sent on restored data until a person has released it.
    """
    if load_restored(db.path) is not None:
        return 0
    ends, tried = time.monotonic() + seconds, 0
    while time.monotonic() < ends and db.read(mail_due, SYSTEM):
        mail = db.write(claim_mail, SYSTEM)
        if mail is None:
            break
        tried += 1
        _send(db, settings, mail)
    return tried


def _send(db: Database, settings: Settings, mail: ClaimedMail) -> None:
    secret = new_secret()
    try:
        prepared = db.write(_prepare, mail.actor(), mail, secret, settings.public_url)
    except CrmError:
        db.write(settle_failed, mail.actor(), mail, GONE, for_good=True)
        return
    try:
        _post(settings, _letter(settings, mail, prepared))
    except NotSent as error:
        if prepared.link_id is not None and not error.reached:
            db.write(drop_link, mail.actor(), prepared.link_id)
        log.warning("a quote was not sent by e-mail", mail=mail.id, reason=str(error))
        db.write(settle_failed, mail.actor(), mail, str(error), for_good=error.for_good)
    else:
        db.write(settle_sent, mail.actor(), mail)


def _prepare(tx: Transaction, mail: ClaimedMail, secret: str, public_url: str | None) -> Prepared:
    """The secret of the link is only in the letter. Raises NotFound for a quote that is gone."""
    quote = get_quote(tx, mail.quote_id)
    document = document_of(tx, mail.quote_id, mail.revision)
    company, workspace = get_company(tx), get_workspace(tx)
    base = public_url or workspace.public_url
    works = base is not None and quote.revision == mail.revision
    link_id = insert_link(tx, mail.quote_id, mail.revision, mail.days, secret) if works else None
    address = f"{base}/q/{secret}" if link_id is not None else None
    name = company.legal_name or workspace.name
    return Prepared(quote, document, name, company.email, link_id, address)


def _letter(settings: Settings, mail: ClaimedMail, prepared: Prepared) -> Letter:
    try:
        file = draw_pdf(prepared.document)
    except Busy as error:
        raise NotSent(str(error.message)) from None
    except CrmError as error:
        raise NotSent(str(error.message), for_good=True) from None
    number, language = prepared.quote.quote_number, prepared.quote.language
    domain = (settings.mail_from or "").rpartition("@")[2].strip("> ")
    return Letter(
        recipient=mail.recipient,
        subject=mail.subject or mail_subject(language, number, prepared.sender_name),
        text=mail_text(language, mail.text, number, prepared.sender_name, prepared.address),
        sender_name=prepared.sender_name,
        reply_to=prepared.reply_to,
        message_id=f"<{mail.message_id}@{domain}>",
        file_name=f"{number}.pdf".replace("/", "-"),
        file=file,
    )


def _post(settings: Settings, letter: Letter) -> None:
    if settings.smtp_url is None or settings.mail_from is None:
        raise NotSent(UNSET)
    send_letter(settings.smtp_url.get_secret_value(), settings.mail_from, letter)
