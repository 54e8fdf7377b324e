"""What erasing a person does to the rows of their quotes, and to the log of e-mails with their invoices."""

from collections.abc import Iterable

import orjson

from crm.db.transaction import Transaction
from crm.records.erasing import PLACEHOLDER, REMOVED, Erasing, hidden

ERASING: Erasing = {
    "quotes": hidden(
        title_key="''",
        sought="''",
        joined="''",
        client_key="''",
        blank="title client_id lead_id owner_id header footer answered_by answer custom",
        keeps="quote_number number_key state currency language valid_until prices_include_tax discount "
        "after_acceptance discount_minor total_minor net_minor tax_minor revision sent_at answered_at",
    ),
    "quote_lines": REMOVED,
    "quote_revisions": REMOVED,
    "quote_links": REMOVED,
    "quote_deals": REMOVED,
    "quote_mails": REMOVED,
}

NAMING = ("invoice.mailed", "invoice.mail_failed", "invoice.reminded")
"""The actions whose entries say where an e-mail went."""


def forget_recipients(tx: Transaction, client_ids: Iterable[int]) -> set[int]:
    """Of the e-mails with the invoices of these clients, which stay by law; what waits is not sent any more.

    Only drafts can be deleted, and no draft is sent.

    Returns the entries of the ledger that name them, too.
    """
    ids = orjson.dumps(sorted(client_ids)).decode()
    tx.run(
        """
        UPDATE invoice_mails
           SET recipient = :nobody, subject = NULL, text = NULL, reason = NULL, lease = NULL,
               state = CASE WHEN state = 'sent' THEN 'sent' ELSE 'failed' END
         WHERE workspace_id = :workspace_id
           AND invoice_id IN (SELECT id
                                FROM invoices
                               WHERE workspace_id = :workspace_id
                                 AND client_id IN (SELECT value FROM json_each(:ids))
                                 AND deleted_at IS NULL)
        """,
        ids=ids,
        nobody=PLACEHOLDER,
    )
    rows = tx.all(
        """
        SELECT a.id
          FROM activities a
          JOIN invoices i ON i.workspace_id = a.workspace_id AND i.id = a.entity_id
         WHERE a.workspace_id = :workspace_id
           AND a.entity = 'invoice'
           AND a.action IN (SELECT value FROM json_each(:actions))
           AND i.client_id IN (SELECT value FROM json_each(:ids))
        """,
        ids=ids,
        actions=orjson.dumps(NAMING).decode(),
    )
    return {int(row["id"]) for row in rows}
