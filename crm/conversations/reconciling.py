"""The daily reconciliation: what was received and written must match. It reports and repairs nothing."""

from dataclasses import dataclass

import structlog

from crm.config import Settings
from crm.conversations.inbound.projection import PROJECTING
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction

log = structlog.get_logger("crm.conversations")

# What an event makes: a message, a status, a change of a message, or news of a number.
MADE = """(EXISTS (SELECT 1 FROM messages m
                    WHERE m.workspace_id = :workspace_id AND m.event_id = e.id)
           OR EXISTS (SELECT 1 FROM message_statuses s
                       WHERE s.workspace_id = :workspace_id AND s.event_id = e.id)
           OR EXISTS (SELECT 1 FROM message_changes mc
                       WHERE mc.workspace_id = :workspace_id AND mc.event_id = e.id)
           OR EXISTS (SELECT 1 FROM channel_news n
                       WHERE n.workspace_id = :workspace_id AND n.event_id = e.id))"""

# Each counts what must not be; its name says what that is.
CHECKS: dict[str, str] = {
    "deliveries that were acknowledged but are not kept whole": """
        SELECT count(*)
          FROM deliveries d
         WHERE d.workspace_id = :workspace_id
           AND d.parts <> (SELECT count(*) FROM delivery_events de
                            WHERE de.workspace_id = :workspace_id AND de.delivery_id = d.id)
        """,
    "events that are done but made neither a message nor a status": f"""
        SELECT count(*)
          FROM inbound_events e
         WHERE e.workspace_id = :workspace_id
           AND e.state = 'done'
           AND NOT {MADE}
        """,
    "events that are not done but made a message or a status": f"""
        SELECT count(*)
          FROM inbound_events e
         WHERE e.workspace_id = :workspace_id
           AND e.state <> 'done'
           AND {MADE}
        """,
    "messages received without the event that brought them": """
        SELECT count(*)
          FROM messages
         WHERE workspace_id = :workspace_id
           AND direction = 'in'
           AND event_id IS NULL
        """,
    "messages to be sent that are not in the outbox": """
        SELECT count(*)
          FROM messages m
         WHERE m.workspace_id = :workspace_id
           AND m.direction = 'out'
           AND m.event_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM outbox o
                            WHERE o.workspace_id = :workspace_id AND o.message_id = m.id)
        """,
    "messages whose status is not that of their outbox": """
        SELECT count(*)
          FROM messages m
          JOIN outbox o ON o.workspace_id = m.workspace_id AND o.message_id = m.id
         WHERE m.workspace_id = :workspace_id
           AND m.status NOT IN ('delivered', 'read')
           AND m.status <> CASE o.state WHEN 'sending' THEN 'queued' ELSE o.state END
        """,
    "messages without their entry in the ledger": """
        SELECT (SELECT count(*) FROM messages WHERE workspace_id = :workspace_id)
             - (SELECT count(*)
                  FROM activities
                 WHERE workspace_id = :workspace_id
                   AND action IN ('message.received', 'message.written', 'message.noted',
                                  'message.noticed'))
        """,
    "conversations without a message and without a lead": """
        SELECT count(*)
          FROM conversations v
         WHERE v.workspace_id = :workspace_id
           AND NOT EXISTS (SELECT 1 FROM messages m
                            WHERE m.workspace_id = :workspace_id AND m.conversation_id = v.id)
           AND NOT EXISTS (SELECT 1 FROM conversation_leads cl
                            WHERE cl.workspace_id = :workspace_id AND cl.conversation_id = v.id)
           AND NOT EXISTS (SELECT 1 FROM channel_news n
                            WHERE n.workspace_id = :workspace_id AND n.conversation_id = v.id)
        """,
    "leads that came with a conversation, without it": f"""
        SELECT count(*)
          FROM activities a
          JOIN activity_contents c ON c.workspace_id = a.workspace_id AND c.activity_id = a.id
         WHERE a.workspace_id = :workspace_id
           AND a.action = 'lead.created'
           AND (a.request_id LIKE '{PROJECTING}%' OR c.after LIKE '%"conversation_id":%')
           AND NOT EXISTS (SELECT 1 FROM conversation_leads cl
                            WHERE cl.workspace_id = :workspace_id AND cl.lead_id = a.entity_id)
        """,
    "leads that came by a conversation which is gone, or the other way round": """
        SELECT count(*)
          FROM conversation_leads cl
          LEFT JOIN leads l         ON l.workspace_id = cl.workspace_id AND l.id = cl.lead_id
          LEFT JOIN conversations v ON v.workspace_id = cl.workspace_id AND v.id = cl.conversation_id
         WHERE cl.workspace_id = :workspace_id
           AND (l.id IS NULL OR v.id IS NULL)
        """,
}


PARTS = ("messages", "statuses", "changes", "news", "quarantined", "waiting")


@dataclass(frozen=True, slots=True)
class Balance:
    """`received` is messages, statuses, changes of messages, news, quarantined and waiting together,
    else `differences` says so. `deliveries` are the requests that brought them and were acknowledged.
    """

    deliveries: int
    received: int
    messages: int
    statuses: int
    changes: int
    news: int
    quarantined: int
    waiting: int
    differences: dict[str, int]

    @property
    def even(self) -> bool:
        return not self.differences


def reconcile(tx: Transaction) -> Balance:
    """Of the actor's workspace."""
    sums = tx.one(
        """
        SELECT (SELECT COALESCE(sum(times), 0) FROM deliveries
                 WHERE workspace_id = :workspace_id) AS deliveries,
               (SELECT count(*) FROM inbound_events WHERE workspace_id = :workspace_id) AS received,
               (SELECT count(*) FROM messages
                 WHERE workspace_id = :workspace_id AND event_id IS NOT NULL) AS messages,
               (SELECT count(*) FROM message_statuses WHERE workspace_id = :workspace_id) AS statuses,
               (SELECT count(*) FROM message_changes WHERE workspace_id = :workspace_id) AS changes,
               (SELECT count(*) FROM channel_news WHERE workspace_id = :workspace_id) AS news,
               (SELECT count(*) FROM inbound_events
                 WHERE workspace_id = :workspace_id AND state = 'quarantined') AS quarantined,
               (SELECT count(*) FROM inbound_events
                 WHERE workspace_id = :workspace_id AND state = 'waiting') AS waiting
        """
    )
    if sums is None:
        raise LookupError("a statement without FROM gave no row")
    found = {name: int(tx.value(sql)) for name, sql in CHECKS.items()}
    apart = sums["received"] - sum(sums[name] for name in PARTS)
    found["events received beyond messages, statuses, quarantined and waiting"] = apart
    return Balance(**sums, differences={name: count for name, count in found.items() if count})


def reconcile_all(db: Database, _settings: Settings) -> dict[int, Balance]:
    """Of each workspace, by its id; a difference is logged as an error."""
    workspaces = db.read(_workspaces, SYSTEM)
    balances = {each: db.read(reconcile, Actor(each, None, "reconciliation")) for each in workspaces}
    for workspace_id, balance in balances.items():
        for difference, count in balance.differences.items():
            log.error("conversations do not add up", workspace_id=workspace_id, what=difference, count=count)
    return balances


def _workspaces(tx: Transaction) -> list[int]:
    return [int(row["id"]) for row in tx.all("SELECT id FROM workspaces ORDER BY id")]
