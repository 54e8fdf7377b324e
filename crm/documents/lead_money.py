"""What was paid on the invoices of leads: by the deal that an invoice is of, else by its quote."""

from collections.abc import Collection

import orjson

from crm.db.transaction import Transaction
from crm.deals.lead_money import LeadMoney, add_money

# From the leads to their invoices, in this order: planners take the list of ids for a long one.
BY_DEAL = """
    SELECT d.lead_id, i.currency, i.paid_minor, i.total_minor - i.deducted_minor - i.credited_minor
      FROM deals d
     CROSS JOIN invoices i
     WHERE d.workspace_id = :workspace_id
       AND i.workspace_id = d.workspace_id
       AND i.deal_id = d.id
       AND d.lead_id IN (SELECT value FROM json_each(:ids))
       AND i.paid_minor > 0
       AND i.type <> 'credit_note'
       AND i.deleted_at IS NULL
"""
BY_QUOTE = """
    SELECT q.lead_id, i.currency, i.paid_minor, i.total_minor - i.deducted_minor - i.credited_minor
      FROM quotes q
     CROSS JOIN invoices i
      LEFT JOIN deals d ON d.workspace_id = i.workspace_id AND d.id = i.deal_id
     WHERE q.workspace_id = :workspace_id
       AND i.workspace_id = q.workspace_id
       AND i.quote_id = q.id
       AND q.lead_id IN (SELECT value FROM json_each(:ids))
       AND q.deleted_at IS NULL
       AND d.lead_id IS NULL
       AND i.paid_minor > 0
       AND i.type <> 'credit_note'
       AND i.deleted_at IS NULL
"""


def paid_by_lead(tx: Transaction, lead_ids: Collection[int]) -> LeadMoney:
    """Each invoice is of one lead. What was credited later is not kept, whoever paid it."""
    ids = orjson.dumps(sorted(lead_ids)).decode()
    rows = [row for sql in (BY_DEAL, BY_QUOTE) for row in tx.tuples(sql, ids=ids)]
    return add_money(
        [(lead_id, currency, kept) for lead_id, currency, paid, due in rows if (kept := min(paid, due)) > 0]
    )
