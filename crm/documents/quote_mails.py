"""Quotes that are sent by e-mail."""

from dataclasses import dataclass

from crm.db.transaction import Transaction
from crm.documents.mail_queue import MailQueue
from crm.documents.quote import get_quote

QUOTE_MAILS = MailQueue("quote", "quote_mails", ("revision", "days"), "quote.mail_failed")
claim_mail = QUOTE_MAILS.claim


@dataclass(frozen=True, slots=True)
class QuoteMail:
    """`state` is queued, sending, sent or failed; `reason` says why it was not sent yet, or at all."""

    id: int
    quote_id: int
    revision: int
    recipient: str
    state: str
    attempts: int
    reason: str | None
    sent_at: str | None
    created_at: str


def queue_mail(
    tx: Transaction,
    quote_id: int,
    revision: int,
    *,
    recipient: str,
    subject: str | None,
    text: str | None,
    days: int,
) -> QuoteMail:
    mail_id = QUOTE_MAILS.add(
        tx, quote_id, recipient=recipient, subject=subject, text=text, revision=revision, days=days
    )
    return next(mail for mail in list_mails(tx, quote_id) if mail.id == mail_id)


def list_mails(tx: Transaction, quote_id: int) -> list[QuoteMail]:
    """The newest first. Raises NotFound."""
    get_quote(tx, quote_id)
    rows = QUOTE_MAILS.mails_of(tx, quote_id)
    return [QuoteMail(**{name: value for name, value in row.items() if name != "days"}) for row in rows]
