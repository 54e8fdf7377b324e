"""The full-text index, as the engine keeps it."""

from collections.abc import Sequence

from crm.db.transaction import Transaction


def index_texts(tx: Transaction, table: str, row_id: int, *texts: str) -> None:
    """Add a row's folded texts to the search index. Its former texts must have been removed before."""
    tx.dialect.index_texts(tx, table, row_id, texts)


def index_many(tx: Transaction, table: str, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """The same for several new rows: the id of each, and its texts."""
    tx.dialect.index_many(tx, table, rows)


def forget_texts(tx: Transaction, table: str, row_id: int) -> None:
    tx.dialect.forget_texts(tx, table, row_id)
