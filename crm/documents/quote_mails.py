"""Quotes that are sent by e-mail: queued with the quote, sent by the worker, tried again after a failure."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.activity import activity
from crm.conversations.transport.backoff import delay_after
from crm.db.actor import Actor
from crm.db.transaction import Transaction
from crm.documents.quote import get_quote

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8


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


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """What the worker needs to send it."""

    id: int
    workspace_id: int
    quote_id: int
    revision: int
    recipient: str
    subject: str | None
    text: str | None
    days: int
    message_id: str
    attempts: int
    lease: str
    created_by: int | None

    def actor(self) -> Actor:
        return Actor(self.workspace_id, self.created_by)


COLUMNS = "id, quote_id, revision, recipient, state, attempts, reason, sent_at, created_at"


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
    mail_id = tx.insert(
        """
        INSERT INTO quote_mails (workspace_id, quote_id, revision, recipient, subject, text, days, message_id,
                                 state, attempts, due_at, created_by, created_at)
        VALUES (:workspace_id, :quote_id, :revision, :recipient, :subject, :text, :days, :message_id,
                'queued', 0, :now, :actor_id, :now)
        RETURNING id
        """,
        quote_id=quote_id,
        revision=revision,
        recipient=recipient,
        subject=subject,
        text=text,
        days=days,
        message_id=secrets.token_hex(16),
    )
    return next(mail for mail in list_mails(tx, quote_id) if mail.id == mail_id)


def list_mails(tx: Transaction, quote_id: int) -> list[QuoteMail]:
    """The newest first. Raises NotFound."""
    get_quote(tx, quote_id)
    rows = tx.all(
        f"""
        SELECT {COLUMNS}
          FROM quote_mails
         WHERE workspace_id = :workspace_id
           AND quote_id = :quote_id
         ORDER BY id DESC
         LIMIT 100
        """,
        quote_id=quote_id,
    )
    return [QuoteMail(**row) for row in rows]


_CUT_OFF = "state IN ('queued', 'sending') AND state = 'sending' AND due_at <= :now"
_DUE = """
    SELECT id
      FROM quote_mails
     WHERE state IN ('queued', 'sending')
       AND state = 'queued'
       AND due_at <= :now
     ORDER BY due_at, id
     LIMIT 1
"""


def mail_due(tx: Transaction) -> bool:
    """Asked without the lock of the writers. `tx` is of SYSTEM."""
    cut_off = tx.value(f"SELECT id FROM quote_mails WHERE {_CUT_OFF} LIMIT 1")
    return cut_off is not None or tx.value(_DUE) is not None


def claim_mail(tx: Transaction) -> ClaimedMail | None:
    """The next one that may be sent, leased to the caller. `tx` is of SYSTEM.

    One whose lease ran out is sent again: with the same Message-ID, by which a mailbox knows it.
    """
    tx.run(f"UPDATE quote_mails SET state = 'queued' WHERE {_CUT_OFF}")
    row = tx.one(
        f"""
        UPDATE quote_mails
           SET state = 'sending', attempts = attempts + 1, lease = :lease, due_at = :lease_until
         WHERE id = ({_DUE})
           AND state = 'queued'
        RETURNING id, workspace_id, quote_id, revision, recipient, subject, text, days, message_id, attempts,
                  lease, created_by
        """,
        lease=secrets.token_hex(8),
        lease_until=clock.later(tx.now, LEASE),
    )
    return ClaimedMail(**row) if row else None


def settle_sent(tx: Transaction, mail: ClaimedMail) -> None:
    """`tx` is of the mail's workspace, as is that of `settle_failed`."""
    _settle(tx, mail, "sent", None, tx.now)


def settle_failed(tx: Transaction, mail: ClaimedMail, reason: str, *, for_good: bool) -> None:
    over = for_good or mail.attempts >= MOST_ATTEMPTS
    later = clock.later(tx.now, delay_after(mail.attempts))
    if _settle(tx, mail, "failed" if over else "queued", reason, later) and over:
        after = {"recipient": mail.recipient, "reason": reason}
        activity.record(tx, "quote.mail_failed", "quote", mail.quote_id, after=after)


def _settle(tx: Transaction, mail: ClaimedMail, state: str, reason: str | None, due_at: str) -> bool:
    """False where another worker has it by now."""
    changed = tx.run(
        """
        UPDATE quote_mails
           SET state = :state, reason = :reason, due_at = :due_at, lease = NULL,
               sent_at = CASE WHEN :state = 'sent' THEN :now ELSE NULL END
         WHERE workspace_id = :workspace_id
           AND id = :mail_id
           AND state = 'sending'
           AND lease = :lease
        """,
        mail_id=mail.id,
        lease=mail.lease,
        state=state,
        reason=reason,
        due_at=due_at,
    )
    return changed == 1


def count_mails(tx: Transaction) -> dict[str, int]:
    """How many of all workspaces wait, are being sent and have failed. `tx` is of SYSTEM."""
    rows = tx.all(
        """
        SELECT state, count(*) AS mails FROM quote_mails WHERE state IN ('queued', 'sending') GROUP BY state
         UNION ALL
        SELECT 'failed' AS state, count(*) AS mails FROM quote_mails WHERE state = 'failed'
        """
    )
    return {"queued": 0, "sending": 0} | {row["state"]: row["mails"] for row in rows}
