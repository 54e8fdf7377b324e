"""What belongs to one order: a deal, and the quotes that it came of or that were made of it."""

from crm.db.transaction import Transaction

Source = tuple[str, int]
"""The column by which an invoice names its quote or deal, and which it is."""


def sources_of_order(tx: Transaction, *, quote_id: int | None, deal_id: int | None) -> list[Source]:
    """All quotes and the deal of the order that this quote or deal belongs to."""
    deal_id = deal_id or deal_of_quote(tx, quote_id)
    if deal_id is None:
        return [] if quote_id is None else [("quote_id", quote_id)]
    return [("deal_id", deal_id), *(("quote_id", each) for each in _quotes_of_deal(tx, deal_id))]


def deal_of_quote(tx: Transaction, quote_id: int | None) -> int | None:
    found: int | None = tx.value(
        """
        SELECT deal_id
          FROM quote_deals
         WHERE workspace_id = :workspace_id
           AND quote_id = :quote_id
        """,
        quote_id=quote_id or 0,
    )
    return found


def _quotes_of_deal(tx: Transaction, deal_id: int) -> list[int]:
    rows = tx.all(
        """
        SELECT quote_id
          FROM quote_deals
         WHERE workspace_id = :workspace_id
           AND deal_id = :deal_id
         ORDER BY quote_id
        """,
        deal_id=deal_id,
    )
    return [row["quote_id"] for row in rows]
