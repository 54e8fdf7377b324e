"""What the delivered deals of leads came to."""

from collections.abc import Collection

import orjson

from crm.db.transaction import Transaction

LeadMoney = dict[int, dict[str, int]]
"""By lead and currency, in whole ten-thousandths."""


def delivered_by_lead(tx: Transaction, lead_ids: Collection[int]) -> LeadMoney:
    rows = tx.tuples(
        """
        SELECT d.lead_id, d.currency, d.total_minor
          FROM deals d
         WHERE d.workspace_id = :workspace_id
           AND d.lead_id IN (SELECT value FROM json_each(:ids))
           AND d.state = 'delivered'
           AND d.deleted_at IS NULL
        """,
        ids=orjson.dumps(sorted(lead_ids)).decode(),
    )
    return add_money(rows)


def add_money(rows: list[tuple[int, str, int]]) -> LeadMoney:
    """Several currencies are never added."""
    found: LeadMoney = {}
    for lead_id, currency, amount in rows:
        of_lead = found.setdefault(lead_id, {})
        of_lead[currency] = of_lead.get(currency, 0) + amount
    return found
