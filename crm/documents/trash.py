"""Deleting and restoring quotes: a tombstone, never a loss. A quote keeps its number."""

from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.documents.quote import QUOTE_RECORD, Quote, find_quote, get_quote
from crm.documents.quotes import SEARCH, index_quote
from crm.records.skeleton import in_trash, refuse_stale
from crm.records.tombstones import bury, unbury


def delete_quote(tx: Transaction, quote_id: int, *, expected_version: int | None = None) -> None:
    """Put the quote into the trash. Raises NotFound and Stale."""
    quote = get_quote(tx, quote_id)
    refuse_stale(QUOTE_RECORD, quote, expected_version)
    forget_texts(tx, SEARCH, quote_id)
    bury(tx, QUOTE_RECORD, quote)


def restore_quote(tx: Transaction, quote_id: int, *, expected_version: int | None = None) -> Quote:
    """Take a quote out of the trash. Raises NotFound unless it is there, and Stale."""
    old = in_trash(QUOTE_RECORD, find_quote(tx, quote_id))
    refuse_stale(QUOTE_RECORD, old, expected_version)
    unbury(tx, QUOTE_RECORD, old)
    quote = get_quote(tx, quote_id)
    index_quote(tx, quote)
    return quote
