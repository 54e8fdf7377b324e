"""Rebuilding search data that older versions stored, some rows at a time.

`search_rebuilds` remembers how far it came; a row of it is gone when all rows of its subject are done.
"""

import time
from collections.abc import Callable

from crm.db.transaction import Transaction

STEP_ROWS = 50
STEP_SECONDS = 0.02


def is_rebuilding(tx: Transaction, subject: str) -> bool:
    """Whether rows of the workspace may be in the form of an older version."""
    sql = "SELECT 1 FROM search_rebuilds WHERE workspace_id = :workspace_id AND subject = :subject"
    return tx.value(sql, subject=subject) is not None


def rebuild_some(tx: Transaction, subject: str, rebuild: Callable[[Transaction, int], None]) -> bool:
    """The next rows of that table, for as long as others may wait; False when there are none left.

    Where this stops, be it by a kill, the next one goes on: the place is written with the rows.
    """
    ends = time.monotonic() + STEP_SECONDS
    done = None
    for row_id in _next_ids(tx, subject):
        rebuild(tx, row_id)
        done = row_id
        if time.monotonic() > ends:
            break
    if done is None:
        sql = "DELETE FROM search_rebuilds WHERE workspace_id = :workspace_id AND subject = :subject"
        tx.run(sql, subject=subject)
        return False
    _remember(tx, subject, done + 1)
    return True


def _next_ids(tx: Transaction, subject: str) -> list[int]:
    rows = tx.all(
        f"""
        SELECT t.id
          FROM search_rebuilds r
          JOIN {subject} t ON t.id BETWEEN r.next_id AND r.last_id
         WHERE r.workspace_id = :workspace_id
           AND r.subject = :subject
           AND t.workspace_id = :workspace_id
         ORDER BY t.id
         LIMIT :most
        """,
        subject=subject,
        most=STEP_ROWS,
    )
    return [row["id"] for row in rows]


def _remember(tx: Transaction, subject: str, next_id: int) -> None:
    tx.run(
        """
        UPDATE search_rebuilds
           SET next_id = :next_id
         WHERE workspace_id = :workspace_id
           AND subject = :subject
        """,
        subject=subject,
        next_id=next_id,
    )
