"""The SQL of a list's page, of its count and of all its rows, as the engine at work plans it."""

from collections.abc import Sequence

from crm.db.list_parts import Condition, Listed, Part, Plan, Rows
from crm.db.transaction import Transaction


def plan_page(
    tx: Transaction,
    listed: Listed,
    parts: Sequence[Part],
    key: str,
    *,
    descending: bool,
    after: Sequence[str | int] | None,
    deleted: bool = False,
) -> Plan:
    """The SQL of one page in that order, after the row with those values. It takes `:limit`.

    `parts` stand in the order of how telling they are.
    """
    return tx.dialect.plan_page(tx, listed, parts, key, descending=descending, after=after, deleted=deleted)


def plan_count(tx: Transaction, listed: Listed, parts: Sequence[Part], *, deleted: bool = False) -> Plan:
    """The SQL that counts what a list would show, up to `:limit`."""
    return tx.dialect.plan_count(tx, listed, parts, deleted=deleted)


def plan_rows(tx: Transaction, listed: Listed, parts: Sequence[Part], walk: Condition) -> Rows:
    """The live rows that fit, among those of `walk`: along it, unless a filter has few rows."""
    return tx.dialect.plan_rows(tx, listed, parts, walk)
