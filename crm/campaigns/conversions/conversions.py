"""The log of conversions as it is read, and telling one again."""

from dataclasses import dataclass
from typing import Literal

from crm.activity import activity
from crm.campaigns.connections.logs import ConnectionLog
from crm.campaigns.conversions.settling import tell_waiting_now
from crm.db.transaction import Transaction
from crm.errors import Conflict

ConversionState = Literal["waiting", "told", "withheld", "too_old", "unknown", "failed"]
AGAIN = ("withheld", "unknown", "failed")
SETTLED = "It was told, or is too old."
KNOWN = "What became of it is known."


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


LOG = ConnectionLog(SHOWN, "c", AdConversion, "There is no such conversion in the log.")
list_conversions = LOG.page
get_conversion = LOG.get


def tell_again(tx: Transaction, connection_id: int, conversion_id: int) -> AdConversion:
    """Under the same id. One that waits is told at once, and with it all that waits for its connection.
    Raises NotFound, and Conflict where there is nothing to tell.
    """
    found = get_conversion(tx, connection_id, conversion_id)
    if found.state == "waiting":
        tell_waiting_now(tx, connection_id)
    elif found.state in AGAIN:
        _queue_again(tx, conversion_id)
        after = {"conversion": conversion_id}
        activity.record(tx, "ad_connection.told_again", "ad_connection", connection_id, after=after)
    else:
        raise Conflict(SETTLED)
    return get_conversion(tx, connection_id, conversion_id)


def note_counted(tx: Transaction, connection_id: int, conversion_id: int) -> AdConversion:
    """A person saw at the platform that it counted one of which that was unknown. Raises NotFound, and
    Conflict where it is known.
    """
    if get_conversion(tx, connection_id, conversion_id).state != "unknown":
        raise Conflict(KNOWN)
    tx.run(
        """
        UPDATE ad_conversions
           SET state = 'told', problem = NULL, settled_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :conversion_id
           AND state = 'unknown'
        """,
        conversion_id=conversion_id,
    )
    after = {"conversion": conversion_id}
    activity.record(tx, "ad_connection.counted", "ad_connection", connection_id, after=after)
    return get_conversion(tx, connection_id, conversion_id)


def _queue_again(tx: Transaction, conversion_id: int) -> None:
    tx.run(
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
