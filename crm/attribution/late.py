"""A touch whose campaign is found only later."""

import orjson

from crm.attribution.crediting import credit_lead, find_credited
from crm.attribution.touches import UTM_BESIDE
from crm.db.transaction import Transaction

WAITING = """
    SELECT t.lead_id, t.ad_id, t.ad_set_id, t.ad_campaign_id, t.utm_campaign, t.utm_source, t.facts
      FROM touches t
     WHERE t.workspace_id = :workspace_id
       AND t.id = :touch_id
       AND t.campaign_id IS NULL
       AND t.withdrawn_at IS NULL
"""
CREDIT = """
    UPDATE touches
       SET campaign_id = :campaign_id, found_by = :found_by
     WHERE workspace_id = :workspace_id
       AND id = :touch_id
       AND campaign_id IS NULL
"""


def credit_touch(tx: Transaction, touch_id: int) -> bool:
    """Look for its campaign again; whether there is one now. Its lead is credited, too."""
    row = tx.one(WAITING, touch_id=touch_id)
    if row is None:
        return False
    lead_id, facts = row.pop("lead_id"), orjson.loads(row.pop("facts"))
    found = find_credited(tx, row | {name: facts.get(name) for name in UTM_BESIDE})
    if found is None:
        return False
    tx.run(CREDIT, touch_id=touch_id, campaign_id=found[0], found_by=found[1])
    if lead_id is not None:
        credit_lead(tx, lead_id)
    return True
