"""The worker's part of double opt-in: the letters with links."""

import time
from dataclasses import dataclass

import structlog

from crm.accounts.workspaces import get_workspace
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.restored import load_restored
from crm.db.transaction import Transaction
from crm.documents.mail_queue import ClaimedMail
from crm.documents.mailing import post_letter, sender_of
from crm.mail.smtp import Letter, NotSent
from crm.secret_key import open_vault
from crm.vault import Vault
from crm.web_forms.confirmations import FORM_MAILS, confirmation_mark

NO_ADDRESS = "PUBLIC_URL is not set, so the link would lead nowhere."
OVER = "The submission is not waiting for a confirmation any more."
SUBJECT = "Please confirm your message to {name}"
TEXT = """Somebody, probably you, sent a form to {name} with this e-mail address.

Please confirm it here, and {name} will answer:
{link}

If it was not you, do nothing.
"""

log = structlog.get_logger("crm.mail")


@dataclass(frozen=True, slots=True)
class Prepared:
    name: str
    reply_to: str | None
    link: str


def send_confirmations(db: Database, settings: Settings, seconds: float = 5.0) -> int:
    """Send what is due, for about `seconds`; returns how many were tried.

    Nothing is sent on restored data until a person has released it.
    """
    if load_restored(db.path) is not None:
        return 0
    ends, tried = time.monotonic() + seconds, 0
    while time.monotonic() < ends and db.read(FORM_MAILS.due, SYSTEM):
        mail = db.write(FORM_MAILS.claim, SYSTEM)
        if mail is None:
            break
        tried += 1
        _send(db, settings, mail)
    return tried


def _send(db: Database, settings: Settings, mail: ClaimedMail) -> None:
    try:
        prepared = db.read(_prepare, mail.actor(), open_vault(settings), mail, settings.public_url)
        post_letter(settings, _letter(settings, mail, prepared))
    except NotSent as error:
        log.warning("a confirmation was not sent", mail=mail.id, reason=str(error))
        db.write(FORM_MAILS.mark_failed, mail.actor(), mail, str(error), for_good=error.for_good)
    else:
        db.write(FORM_MAILS.mark_sent, mail.actor(), mail)


def _prepare(tx: Transaction, vault: Vault, mail: ClaimedMail, public_url: str | None) -> Prepared:
    """Raises NotSent."""
    submission_id = mail.own["submission_id"]
    key = tx.value(
        """
        SELECT sent_key
          FROM web_form_submissions
         WHERE workspace_id = :workspace_id
           AND id = :submission_id
           AND state = 'unconfirmed'
        """,
        submission_id=submission_id,
    )
    if key is None:
        raise NotSent(OVER, for_good=True)
    base = public_url or get_workspace(tx).public_url
    if base is None:
        raise NotSent(NO_ADDRESS)
    name, reply_to = sender_of(tx)
    mark = confirmation_mark(vault, submission_id, key)
    return Prepared(name, reply_to, f"{base}/f/confirm/{submission_id}/{mark}")


def _letter(settings: Settings, mail: ClaimedMail, prepared: Prepared) -> Letter:
    domain = (settings.mail_from or "").rpartition("@")[2].strip("> ")
    return Letter(
        recipient=mail.recipient,
        subject=SUBJECT.format(name=prepared.name),
        text=TEXT.format(name=prepared.name, link=prepared.link),
        sender_name=prepared.name,
        reply_to=prepared.reply_to,
        message_id=f"<{mail.message_id}@{domain}>",
    )
