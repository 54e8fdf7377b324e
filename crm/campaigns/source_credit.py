"""Leads that no touch led to a campaign, whose source is the name of one: they are counted with it."""

import orjson

from crm.attribution.crediting import credit_source
from crm.campaigns.crediting import find_campaign_called
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.records.keys import place_key

BATCH = 200
CREDITING = "crediting"
CHANGED = """
    SELECT w.id
      FROM workspaces w
     WHERE EXISTS (SELECT 1 FROM campaigns c
                    WHERE c.workspace_id = w.id AND c.updated_at >= :since AND c.deleted_at IS NULL)
        OR EXISTS (SELECT 1 FROM leads l
                    WHERE l.workspace_id = w.id AND l.updated_at >= :since AND l.deleted_at IS NULL)
"""
UNDECIDED = """NOT EXISTS (SELECT 1
                             FROM lead_campaigns lc
                            WHERE lc.workspace_id = l.workspace_id
                              AND lc.lead_id = l.id
                              AND (lc.chosen = 1 OR lc.campaign_id IS NOT NULL))"""
BY_CAMPAIGN = f"""
    SELECT l.id, l.source
      FROM leads l
     WHERE l.workspace_id = :workspace_id
       AND l.source_key IN (SELECT value FROM json_each(:keys))
       AND l.deleted_at IS NULL
       AND {UNDECIDED}
"""
BY_LEAD = f"""
    SELECT l.id, l.source
      FROM leads l
     WHERE l.workspace_id = :workspace_id
       AND l.updated_at >= :since
       AND l.source_key IS NOT NULL
       AND l.deleted_at IS NULL
       AND {UNDECIDED}
"""


def credit_by_source(db: Database, since: str) -> int:
    """By the campaigns and leads that changed `since` then; returns how many leads found their campaign."""
    credited = 0
    for workspace_id in db.read(_changed, SYSTEM, since):
        actor = Actor(workspace_id, None, CREDITING)
        found = db.read(_found, actor, since)
        for begin in range(0, len(found), BATCH):
            db.write(_credit, actor, found[begin : begin + BATCH])
        credited += len(found)
    return credited


def _changed(tx: Transaction, since: str) -> list[int]:
    """The workspaces. `tx` is of SYSTEM."""
    return [row[0] for row in tx.tuples(CHANGED, since=since)]


def _found(tx: Transaction, since: str) -> list[tuple[int, int]]:
    """Leads with their campaigns."""
    changed = tx.tuples(
        """
        SELECT c.name
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.updated_at >= :since
           AND c.deleted_at IS NULL
        """,
        since=since,
    )
    keys = sorted({key for row in changed if (key := place_key(row[0]))})
    rows = tx.tuples(BY_CAMPAIGN, keys=orjson.dumps(keys).decode())
    rows += tx.tuples(BY_LEAD, since=since) if since else []
    named = {source: find_campaign_called(tx, source) for source in {row[1] for row in rows}}
    found = {(lead_id, named[source]) for lead_id, source in rows}
    return sorted((lead_id, campaign_id) for lead_id, campaign_id in found if campaign_id is not None)


def _credit(tx: Transaction, found: list[tuple[int, int]]) -> None:
    for lead_id, campaign_id in found:
        credit_source(tx, lead_id, campaign_id)
