"""From a submission to client, lead and consent: each once, in one transaction, and again after a failure."""

import orjson
import structlog

from crm import clock
from crm.conversations.transport.backoff import delay_after
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.errors import Busy, CrmError, Full
from crm.leads.inquiring import Agreed
from crm.web_forms.kept_files import hand_over_files
from crm.web_forms.leads import make_lead
from crm.web_forms.web_form import find_web_form

PROJECTING = "submission-"
BATCH = 100
MOST_ATTEMPTS = 5

log = structlog.get_logger("crm.web_forms")


def project_due(db: Database) -> int:
    """What waits, in the order of arrival; returns how many are finished."""
    finished = 0
    while rows := db.read(_due, SYSTEM):
        for row in rows:
            _project(db, row)
        finished += len(rows)
    return finished


def project_submission(tx: Transaction, submission_id: int) -> None:
    """Raises Invalid and Conflict where a rule refuses it; then nothing is made."""
    row = tx.one(
        """
        SELECT form_id, payload, consent_text, consent_purposes, received_at
          FROM web_form_submissions
         WHERE workspace_id = :workspace_id
           AND id = :submission_id
           AND state = 'waiting'
        """,
        submission_id=submission_id,
    )
    form = None if row is None else find_web_form(tx, row["form_id"])
    if row is None or form is None:
        return
    payload = orjson.loads(row["payload"])
    answers, marks = payload["answers"], payload["marks"]
    came_at = payload.get("came_at") or row["received_at"]
    lead_id = make_lead(tx, form, answers, marks, _agreed(row), at=came_at)
    hand_over_files(tx, submission_id, lead_id)
    _finish(tx, submission_id, "done", None, lead_id)


def _agreed(row: Row) -> Agreed | None:
    if row["consent_text"] is None:
        return None
    return Agreed(row["consent_text"], orjson.loads(row["consent_purposes"]))


def _due(tx: Transaction) -> list[Row]:
    """Of all workspaces. `tx` is of SYSTEM."""
    return tx.all(
        """
        SELECT id, workspace_id, attempts
          FROM web_form_submissions
         WHERE state = 'waiting'
           AND due_at <= :now
         ORDER BY due_at, id
         LIMIT :batch
        """,
        batch=BATCH,
    )


def _project(db: Database, row: Row) -> None:
    actor = Actor(row["workspace_id"], None, f"{PROJECTING}{row['id']}")
    try:
        db.write(project_submission, actor, row["id"])
    except (Busy, Full):
        raise
    except CrmError as refusal:
        db.write(_finish, actor, row["id"], "failed", str(refusal.message), None)
    except Exception as defect:
        log.exception("a submission could not be projected", submission=row["id"])
        db.write(_put_off, actor, row["id"], row["attempts"] + 1, f"{type(defect).__name__}: {defect}")


def _finish(tx: Transaction, submission_id: int, state: str, reason: str | None, lead_id: int | None) -> None:
    tx.run(
        """
        UPDATE web_form_submissions
           SET state = :state, reason = :reason, lead_id = :lead_id, settled_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :submission_id
           AND state = 'waiting'
        """,
        submission_id=submission_id,
        state=state,
        reason=reason[:500] if reason else None,
        lead_id=lead_id,
    )


def _put_off(tx: Transaction, submission_id: int, attempts: int, reason: str) -> None:
    """A defect of ours: a few more attempts, then a person has to look at it."""
    if attempts >= MOST_ATTEMPTS:
        _finish(tx, submission_id, "failed", reason, None)
        return
    tx.run(
        """
        UPDATE web_form_submissions
           SET attempts = :attempts, due_at = :due_at, reason = :reason
         WHERE workspace_id = :workspace_id
           AND id = :submission_id
           AND state = 'waiting'
        """,
        submission_id=submission_id,
        attempts=attempts,
        due_at=clock.later(tx.now, delay_after(attempts)),
        reason=reason[:500],
    )
