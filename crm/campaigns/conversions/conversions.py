"""The log of conversions as it is read, and telling one again."""

from dataclasses import dataclass
from typing import Literal

from crm.activity import activity
from crm.campaigns.connections.connection import get_connection
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Transaction
from crm.errors import Conflict, NotFound

ConversionState = Literal["waiting", "told", "withheld", "too_old", "unknown", "failed"]
AGAIN = ("withheld", "unknown", "failed")
SETTLED = "It was told, is under way, or is too old."
GONE = "There is no such conversion in the log."


@dataclass(frozen=True)
class AdConversion:
    """A won lead for one platform. `unknown`: whether it was counted there is not known; a person decides.
    `withheld`: nothing was told, and `problem` says why.
    """

    id: int
    connection_id: int
    lead_id: int
    lead_title: str | None
    event_id: str
    state: ConversionState
    problem: str | None
    attempts: int
    due_at: str
    won_at: str
    settled_at: str | None
    created_at: str


SHOWN = """
    SELECT c.id, c.connection_id, c.lead_id,
           (SELECT l.title
              FROM leads l
             WHERE l.workspace_id = c.workspace_id
               AND l.id = c.lead_id
               AND l.deleted_at IS NULL) AS lead_title,
           c.event_id, c.state, c.problem, c.attempts, c.due_at, c.won_at, c.settled_at, c.created_at
      FROM ad_conversions c
     WHERE c.workspace_id = :workspace_id
       AND c.connection_id = :connection_id
"""


def list_conversions(
    tx: Transaction,
    connection_id: int,
    *,
    state: ConversionState | None = None,
    limit: int,
    cursor: str | None = None,
) -> Page[AdConversion]:
    """The newest first. Raises NotFound, and Invalid naming `cursor`."""
    get_connection(tx, connection_id)
    below = decode_cursor(cursor, (int,))[0] if cursor else None
    rows = tx.all(
        f"""
        {SHOWN}
        {"AND c.state = :state" if state is not None else ""}
        {"AND c.id < :below" if below is not None else ""}
         ORDER BY c.id DESC
         LIMIT :limit
        """,
        connection_id=connection_id,
        state=state,
        below=below,
        limit=limit + 1,
    )
    return page_of([AdConversion(**row) for row in rows], limit, lambda each: (each.id,))


def get_conversion(tx: Transaction, connection_id: int, conversion_id: int) -> AdConversion:
    """Raises NotFound."""
    get_connection(tx, connection_id)
    row = tx.one(
        f"{SHOWN} AND c.id = :conversion_id", connection_id=connection_id, conversion_id=conversion_id
    )
    if row is None:
        raise NotFound(GONE)
    return AdConversion(**row)


def tell_again(tx: Transaction, connection_id: int, conversion_id: int) -> AdConversion:
    """Under the same id. Raises NotFound, and Conflict where there is nothing to tell again."""
    get_conversion(tx, connection_id, conversion_id)
    changed = tx.run(
        """
        UPDATE ad_conversions
           SET state = 'waiting', due_at = :now, attempts = 0, problem = NULL, first_told_at = NULL,
               settled_at = NULL
         WHERE workspace_id = :workspace_id
           AND id = :conversion_id
           AND state IN ('withheld', 'unknown', 'failed')
        """,
        conversion_id=conversion_id,
    )
    if not changed:
        raise Conflict(SETTLED)
    after = {"conversion": conversion_id}
    activity.record(tx, "ad_connection.replayed", "ad_connection", connection_id, after=after)
    return get_conversion(tx, connection_id, conversion_id)
