"""Touches whose campaign was not known when they came: it is found once the campaign or its ad is here."""

from crm.attribution.late import credit_touch
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction

BATCH = 200
CREDITING = "crediting"
BY_AD = """
    SELECT t.id
      FROM ads a
      JOIN touches t ON t.workspace_id = a.workspace_id AND t.ad_id = a.platform_id AND t.campaign_id IS NULL
     WHERE a.workspace_id = :workspace_id
       AND a.updated_at >= :since
"""
BY_AD_SET = """
    SELECT t.id
      FROM ad_sets a
      JOIN touches t ON t.workspace_id = a.workspace_id
                    AND t.ad_set_id = a.platform_id AND t.campaign_id IS NULL
     WHERE a.workspace_id = :workspace_id
       AND a.updated_at >= :since
"""
BY_PLATFORM_ID = """
    SELECT t.id
      FROM campaigns c
      JOIN campaign_platform_ids cp ON cp.workspace_id = c.workspace_id AND cp.campaign_id = c.id
      JOIN touches t ON t.workspace_id = c.workspace_id
                    AND t.ad_campaign_id = cp.platform_id AND t.campaign_id IS NULL
     WHERE c.workspace_id = :workspace_id
       AND c.updated_at >= :since
       AND c.deleted_at IS NULL
"""
BY_UTM = """
    SELECT t.id
      FROM campaigns c
      JOIN touches t ON t.workspace_id = c.workspace_id AND t.campaign_id IS NULL
                    AND lower(t.utm_campaign) IN (lower(c.utm_campaign), lower(c.name))
     WHERE c.workspace_id = :workspace_id
       AND c.updated_at >= :since
       AND c.deleted_at IS NULL
"""
BY_SOURCE = """
    SELECT t.id
      FROM campaigns c
      JOIN touches t ON t.workspace_id = c.workspace_id AND t.campaign_id IS NULL
                    AND lower(t.utm_source) = lower(c.utm_source)
     WHERE c.workspace_id = :workspace_id
       AND c.updated_at >= :since
       AND c.deleted_at IS NULL
"""
CHANGED = """
    SELECT w.id
      FROM workspaces w
     WHERE EXISTS (SELECT 1 FROM campaigns c
                    WHERE c.workspace_id = w.id AND c.updated_at >= :since AND c.deleted_at IS NULL)
        OR EXISTS (SELECT 1 FROM ads a WHERE a.workspace_id = w.id AND a.updated_at >= :since)
        OR EXISTS (SELECT 1 FROM ad_sets s WHERE s.workspace_id = w.id AND s.updated_at >= :since)
"""


def credit_late(db: Database, since: str) -> int:
    """By the campaigns and ads that changed `since` then; returns how many touches found their campaign."""
    credited = 0
    for workspace_id in db.read(_changed, SYSTEM, since):
        actor = Actor(workspace_id, None, CREDITING)
        waiting = db.read(_waiting, actor, since)
        for begin in range(0, len(waiting), BATCH):
            credited += db.write(_credit, actor, waiting[begin : begin + BATCH])
    return credited


def _changed(tx: Transaction, since: str) -> list[int]:
    """The workspaces. `tx` is of SYSTEM."""
    return [row[0] for row in tx.tuples(CHANGED, since=since)]


def _waiting(tx: Transaction, since: str) -> list[int]:
    """Of the touches without a campaign, those that a new or changed one may be meant by."""
    ways = (BY_AD, BY_AD_SET, BY_PLATFORM_ID, BY_UTM, BY_SOURCE)
    return sorted({row[0] for sql in ways for row in tx.tuples(sql, since=since)})


def _credit(tx: Transaction, ids: list[int]) -> int:
    return sum(credit_touch(tx, touch_id) for touch_id in ids)
