"""The log of leads that a platform told of by their ids alone: each as it was told, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crm.activity import activity
from crm.campaigns.connections.logs import ConnectionLog
from crm.db.transaction import Transaction
from crm.errors import Conflict

State = Literal["waiting", "failed", "done"]
FETCHED = "This lead has been fetched already."


@dataclass(frozen=True)
class LeadAdArrival:
    """`state` is waiting (fetched soon, or again: `problem` says why), failed (a person must look) or done:
    the submission of the web form, of which the worker makes the lead.
    """

    id: int
    connection_id: int
    leadgen_id: str
    state: State
    problem: str | None
    attempts: int
    due_at: str
    form_id: int | None
    submission_id: int | None
    lead_id: int | None
    received_at: str
    settled_at: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a delivery says of one lead; `payload` is its JSON as it came."""

    leadgen_id: str
    payload: str


SHOWN = """
    SELECT a.id, a.connection_id, a.leadgen_id, a.state, a.problem, a.attempts, a.due_at,
           s.form_id, a.submission_id,
           (SELECT l.id
              FROM leads l
             WHERE l.workspace_id = a.workspace_id
               AND l.id = s.lead_id
               AND l.deleted_at IS NULL) AS lead_id,
           a.received_at, a.settled_at
      FROM lead_ad_arrivals a
      LEFT JOIN web_form_submissions s ON s.workspace_id = a.workspace_id AND s.id = a.submission_id
     WHERE a.workspace_id = :workspace_id
       AND a.connection_id = :connection_id
"""


LOG = ConnectionLog(SHOWN, "a", LeadAdArrival, "There is no such lead in the log.")
list_arrivals = LOG.page
get_arrival = LOG.get


def store_told(tx: Transaction, connection_id: int, told: Sequence[Told]) -> None:
    """Each once, whatever is delivered again."""
    for each in told:
        tx.run(
            """
            INSERT INTO lead_ad_arrivals (workspace_id, connection_id, leadgen_id, payload, state, due_at,
                                          received_at)
            VALUES (:workspace_id, :connection_id, :leadgen_id, :payload, 'waiting', :now, :now)
                ON CONFLICT (workspace_id, leadgen_id) DO NOTHING
            """,
            connection_id=connection_id,
            leadgen_id=each.leadgen_id,
            payload=each.payload,
        )


def replay_arrival(tx: Transaction, connection_id: int, arrival_id: int) -> LeadAdArrival:
    """Let the worker fetch it now, and with it what waits for the same connection: a person may have mended
    what held all up. Raises NotFound, and Conflict where it was fetched.
    """
    found = get_arrival(tx, connection_id, arrival_id)
    changed = tx.run(
        """
        UPDATE lead_ad_arrivals
           SET state = 'waiting', due_at = :now, attempts = 0, problem = NULL, settled_at = NULL
         WHERE workspace_id = :workspace_id
           AND id = :arrival_id
           AND state IN ('failed', 'waiting')
        """,
        arrival_id=arrival_id,
    )
    if not changed:
        raise Conflict(FETCHED)
    try_waiting_now(tx, connection_id)
    if found.state == "failed":
        after = {"arrival": arrival_id}
        activity.record(tx, "ad_connection.replayed", "ad_connection", connection_id, after=after)
    return get_arrival(tx, connection_id, arrival_id)


def try_waiting_now(tx: Transaction, connection_id: int) -> None:
    put_off_waiting(tx, connection_id, tx.now)


def put_off_waiting(tx: Transaction, connection_id: int, due_at: str) -> None:
    """All that waits for this connection: what holds up one of them holds up the others."""
    tx.run(
        """
        UPDATE lead_ad_arrivals
           SET due_at = :due_at
         WHERE workspace_id = :workspace_id
           AND connection_id = :connection_id
           AND state = 'waiting'
        """,
        connection_id=connection_id,
        due_at=due_at,
    )
