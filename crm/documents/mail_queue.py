"""Documents sent by e-mail: queued with a change, sent by the worker, tried again after a failure."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crm import clock
from crm.activity import activity
from crm.conversations.transport.backoff import delay_after
from crm.db.actor import Actor
from crm.db.transaction import Row, Transaction

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
CUT_OFF = "state IN ('queued', 'sending') AND state = 'sending' AND due_at <= :now"


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """What the worker needs to send it; `own` are the columns that only e-mails with such a document have."""

    id: int
    workspace_id: int
    document_id: int
    recipient: str
    subject: str | None
    text: str | None
    message_id: str
    attempts: int
    lease: str
    created_by: int | None
    own: Mapping[str, Any]

    def actor(self) -> Actor:
        return Actor(self.workspace_id, self.created_by)


@dataclass(frozen=True, slots=True)
class MailQueue:
    """Of one kind of document, in a table of its own; `own` are columns that no other such table has.
    `failed` is what the ledger says of one that is given up.
    """

    kind: str
    table: str
    own: tuple[str, ...]
    failed: str

    def add(
        self,
        tx: Transaction,
        document_id: int,
        *,
        recipient: str,
        subject: str | None,
        text: str | None,
        **own: int,
    ) -> int:
        """The id of the e-mail, which is sent at once."""
        return tx.insert(
            f"""
            INSERT INTO {self.table} (workspace_id, {self.kind}_id, {", ".join(self.own)}, recipient, subject,
                                      text, message_id, state, attempts, due_at, created_by, created_at)
            VALUES (:workspace_id, :document_id, {", ".join(f":{name}" for name in self.own)}, :recipient,
                    :subject, :text, :message_id, 'queued', 0, :now, :actor_id, :now)
            RETURNING id
            """,
            document_id=document_id,
            recipient=recipient,
            subject=subject,
            text=text,
            message_id=secrets.token_hex(16),
            **own,
        )

    def mails_of(self, tx: Transaction, document_id: int) -> list[Row]:
        """The newest first."""
        return tx.all(
            f"""
            SELECT id, {self.kind}_id, {", ".join(self.own)}, recipient, state, attempts, reason, sent_at,
                   created_at
              FROM {self.table}
             WHERE workspace_id = :workspace_id
               AND {self.kind}_id = :document_id
             ORDER BY id DESC
             LIMIT 100
            """,
            document_id=document_id,
        )

    @property
    def next_due(self) -> str:
        return f"""
            SELECT id
              FROM {self.table}
             WHERE state IN ('queued', 'sending')
               AND state = 'queued'
               AND due_at <= :now
             ORDER BY due_at, id
             LIMIT 1
        """

    def due(self, tx: Transaction) -> bool:
        """Asked without the lock of the writers. `tx` is of SYSTEM."""
        cut_off = tx.value(f"SELECT id FROM {self.table} WHERE {CUT_OFF} LIMIT 1")
        return cut_off is not None or tx.value(self.next_due) is not None

    def claim(self, tx: Transaction) -> ClaimedMail | None:
        """The next one that may be sent, leased to the caller. `tx` is of SYSTEM.

        One whose lease ran out is sent again: with the same Message-ID, by which a mailbox knows it.
        """
        tx.run(f"UPDATE {self.table} SET state = 'queued' WHERE {CUT_OFF}")
        row = tx.one(
            f"""
            UPDATE {self.table}
               SET state = 'sending', attempts = attempts + 1, lease = :lease, due_at = :lease_until
             WHERE id = ({self.next_due})
               AND state = 'queued'
            RETURNING id, workspace_id, {self.kind}_id AS document_id, recipient, subject, text, message_id,
                      attempts, lease, created_by, {", ".join(self.own)}
            """,
            lease=secrets.token_hex(8),
            lease_until=clock.later(tx.now, LEASE),
        )
        if row is None:
            return None
        found = dict(row)
        return ClaimedMail(own={name: found.pop(name) for name in self.own}, **found)

    def mark_sent(self, tx: Transaction, mail: ClaimedMail) -> None:
        """`tx` is of the mail's workspace, as is that of `mark_failed`."""
        self._finish(tx, mail, "sent", None, tx.now)

    def mark_failed(self, tx: Transaction, mail: ClaimedMail, reason: str, *, for_good: bool) -> None:
        over = for_good or mail.attempts >= MOST_ATTEMPTS
        later = clock.later(tx.now, delay_after(mail.attempts))
        if self._finish(tx, mail, "failed" if over else "queued", reason, later) and over:
            after = {"recipient": mail.recipient, "reason": reason}
            activity.record(tx, self.failed, self.kind, mail.document_id, after=after)

    def _finish(
        self, tx: Transaction, mail: ClaimedMail, state: str, reason: str | None, due_at: str
    ) -> bool:
        """False where another worker has it by now."""
        changed = tx.run(
            f"""
            UPDATE {self.table}
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
