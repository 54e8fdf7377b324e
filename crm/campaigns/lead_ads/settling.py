"""What came of asking for a lead: a submission of the web form, another attempt, or a failure."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.campaigns.connections.connection import get_connection, note_problem
from crm.campaigns.lead_ads.arrivals import put_off_waiting
from crm.campaigns.lead_ads.meta_leads import FetchedLead, as_answers
from crm.conversations.transport.backoff import delay_after
from crm.db.actor import Actor
from crm.db.transaction import Transaction
from crm.web_forms.taking import store_submission

KEPT_AT_META = timedelta(days=90)
TOO_OLD = "Meta keeps leads for 90 days, and it could not be fetched until then."


@dataclass(frozen=True, slots=True)
class Due:
    id: int
    workspace_id: int
    connection_id: int
    leadgen_id: str
    attempts: int
    received_at: str

    def actor(self) -> Actor:
        return Actor(self.workspace_id, None, f"lead-ad-{self.id}")


def settle_fetched(tx: Transaction, due: Due, lead: FetchedLead) -> None:
    """Kept as a submission of the web form, of which the worker makes client, lead and consent."""
    connection = get_connection(tx, due.connection_id)
    submission_id = store_submission(
        tx,
        connection.form_id or 0,
        hashlib.sha256(f"lead ad {due.leadgen_id}".encode()).hexdigest(),
        {"answers": as_answers(tx, lead), "marks": lead.marks, "came_at": lead.came_at},
        agreed=connection.agreed if lead.agreed else None,
    )
    note_problem(tx, connection.id, None)
    _settle(tx, due, "done", None, submission_id)


def settle_refused(tx: Transaction, due: Due, problem: str) -> None:
    _settle(tx, due, "failed", problem, None)


def settle_later(tx: Transaction, due: Due, problem: str, seconds: float | None) -> None:
    """Where the platform says for how long it takes nothing, the other leads of the page wait, too."""
    if due.received_at < clock.later(tx.now, -KEPT_AT_META):
        _settle(tx, due, "failed", TOO_OLD, None)
        return
    attempts = due.attempts + 1
    due_at = clock.later(tx.now, delay_after(attempts, seconds))
    if seconds is not None:
        put_off_waiting(tx, due.connection_id, due_at)
    tx.run(
        """
        UPDATE lead_ad_arrivals
           SET attempts = :attempts, problem = :problem, due_at = :due_at
         WHERE workspace_id = :workspace_id
           AND id = :arrival_id
           AND state = 'waiting'
        """,
        arrival_id=due.id,
        attempts=attempts,
        problem=problem[:500],
        due_at=due_at,
    )


def _settle(tx: Transaction, due: Due, state: str, problem: str | None, submission_id: int | None) -> None:
    tx.run(
        """
        UPDATE lead_ad_arrivals
           SET state = :state, problem = :problem, submission_id = :submission_id, settled_at = :now,
               attempts = attempts + 1
         WHERE workspace_id = :workspace_id
           AND id = :arrival_id
           AND state = 'waiting'
        """,
        arrival_id=due.id,
        state=state,
        problem=problem[:500] if problem else None,
        submission_id=submission_id,
    )
