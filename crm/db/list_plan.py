"""A list's page, count and rows, as the engine reads them."""

from collections.abc import Sequence

from crm.db.list_parts import Condition, Listed, ListRow, Looked, Order, Part, Rows
from crm.db.transaction import Transaction
from crm.db.values import SQLValue


def read_rows(
    tx: Transaction,
    listed: Listed,
    parts: Sequence[Part],
    order: Order,
    *,
    after: Sequence[str | int] | None,
    deleted: bool = False,
    limit: int,
    **shown: SQLValue,
) -> Looked[ListRow]:
    """One page in that order, after the row with those values; each row ends in its own sort values.

    `parts` stand in the order of how telling they are; `shown` are parameters of the list's columns.
    """
    return tx.dialect.read_page(
        tx, listed, parts, order, after=after, deleted=deleted, limit=limit, shown=shown
    )


def count_fitting(
    tx: Transaction, listed: Listed, parts: Sequence[Part], *, deleted: bool = False, limit: int | None
) -> tuple[int, bool]:
    """How many rows fit, up to `limit`, and whether that is all; None counts all."""
    return tx.dialect.count_page(tx, listed, parts, deleted=deleted, limit=limit)


def plan_rows(tx: Transaction, listed: Listed, parts: Sequence[Part], walk: Condition) -> Rows:
    """The live rows that fit, among those of `walk`: along it, unless a filter has few rows."""
    return tx.dialect.plan_rows(tx, listed, parts, walk)
