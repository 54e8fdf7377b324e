"""Double opt-in: an e-mail asks whether the address's owner sent the form; a link in it says yes."""

import hmac

from crm.activity import activity
from crm.db.actor import Actor
from crm.db.transaction import Row, Transaction
from crm.documents.mail_queue import MailQueue
from crm.errors import NotFound
from crm.vault import Vault
from crm.web_forms.web_form import WebForm, find_web_form

FORM_MAILS = MailQueue("web_form", "web_form_mails", ("submission_id",), "web_form.mail_failed")
UNKNOWN_LINK = "This link is not valid, or its form does not exist any more."


def ask_to_confirm(tx: Transaction, form: WebForm, submission_id: int, recipient: str) -> int:
    """Queue the e-mail; returns its id."""
    return FORM_MAILS.add(
        tx, form.id, recipient=recipient, subject=None, text=None, submission_id=submission_id
    )


def confirmation_mark(vault: Vault, submission_id: int, sent_key: str) -> str:
    """The end of the link: only this server can make it, and it is kept nowhere."""
    return vault.mark(f"confirmation of submission {submission_id} {sent_key}")


def find_unconfirmed(tx: Transaction, vault: Vault, submission_id: int, mark: str) -> WebForm:
    """The form of the submission that the link is about. `tx` is of SYSTEM. Raises NotFound."""
    row = _row(tx, vault, submission_id, mark)
    form = find_web_form(_inside(tx, row), row["form_id"])
    if form is None or form.deleted_at is not None:
        raise NotFound(UNKNOWN_LINK)
    return form


def confirm_submission(tx: Transaction, vault: Vault, submission_id: int, mark: str) -> WebForm:
    """Let the worker make a lead of it; following the link again changes nothing. Raises NotFound."""
    form = find_unconfirmed(tx, vault, submission_id, mark)
    row = _row(tx, vault, submission_id, mark)
    inside = _inside(tx, row)
    changed = inside.run(
        """
        UPDATE web_form_submissions
           SET state = 'waiting', due_at = :now, confirmed_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :submission_id
           AND state = 'unconfirmed'
        """,
        submission_id=submission_id,
    )
    if changed:
        after = {"submission": submission_id}
        activity.record(inside, "web_form.submission_confirmed", "web_form", form.id, after=after)
    return form


def _row(tx: Transaction, vault: Vault, submission_id: int, mark: str) -> Row:
    row = tx.one(
        """
        SELECT workspace_id, form_id, sent_key
          FROM web_form_submissions
         WHERE id = :submission_id
        """,
        submission_id=submission_id,
    )
    if row is None or not hmac.compare_digest(
        confirmation_mark(vault, submission_id, row["sent_key"]).encode(), mark.encode()
    ):
        raise NotFound(UNKNOWN_LINK)
    return row


def _inside(tx: Transaction, row: Row) -> Transaction:
    return tx.acting_as(Actor(row["workspace_id"], None, tx.actor.request_id))
