"""What was sent by web forms and is not a lead yet, of all workspaces."""

from dataclasses import dataclass

from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class SubmissionBacklog:
    """`waiting` become leads by themselves, `failed` and `suspicious` wait for a person."""

    waiting: int
    failed: int
    suspicious: int
    oldest_waiting_at: str | None


def measure_submissions(tx: Transaction) -> SubmissionBacklog:
    """`tx` is of SYSTEM."""
    row = tx.one(
        """
        SELECT (SELECT count(*) FROM web_form_submissions WHERE state = 'waiting') AS waiting,
               (SELECT min(received_at)
                  FROM web_form_submissions
                 WHERE state = 'waiting')                                          AS oldest_waiting_at
        """
    )
    failed, suspicious = (_of_forms(tx, state) for state in ("failed", "suspicious"))
    return SubmissionBacklog(**(row or {}), failed=failed, suspicious=suspicious)


def _of_forms(tx: Transaction, state: str) -> int:
    counts = tx.all(
        """
        SELECT (SELECT count(*)
                  FROM web_form_submissions s
                 WHERE s.workspace_id = f.workspace_id
                   AND s.form_id = f.id
                   AND s.state = :state) AS submissions
          FROM web_forms f
        """,
        state=state,
    )
    return sum(row["submissions"] for row in counts)
