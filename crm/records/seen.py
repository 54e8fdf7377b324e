"""Which records of a kind a user sees: one rule for all queries.

The server itself and its console see all.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from crm.db.list_parts import Condition, Part
from crm.db.transaction import Transaction
from crm.records.kinds import Kinds, kinds_of

T = TypeVar("T")


def composed_once(compose: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
    """For texts of queries that depend on the kinds alone, and on whether the acting user sees all.

    Each request needs some, and composing them takes as long as a small statement.
    """
    known: dict[tuple[Kinds, bool], T] = {}

    @wraps(compose)
    def composed(tx: Transaction) -> T:
        key = (kinds_of(tx), tx.actor.user_id is None)
        if key not in known:
            known[key] = compose(tx)
        return known[key]

    return composed


def only_seen(tx: Transaction, kind: str, alias: str) -> str:
    """The SQL condition for the rows of the kind's table; empty if everybody sees all."""
    condition = "" if tx.actor.user_id is None else kinds_of(tx).seen(kind, alias)
    return condition and f"AND {condition}"


def pointing_to_seen(tx: Transaction, kind: str, column: str) -> str:
    """The same for rows of another table, whose column holds the id of such a record."""
    condition = "" if tx.actor.user_id is None else kinds_of(tx).seen_by(kind, column)
    return condition and f"AND {condition}"


def seen_parts(tx: Transaction, kind: str, alias: str) -> list[Part]:
    """The same for a list."""
    condition = only_seen(tx, kind, alias).removeprefix("AND ")
    return [Condition(condition, drives=False)] if condition else []


def name_of(tx: Transaction, kind: str, column: str, alias: str) -> str:
    """The SQL expression of the name of the record whose id the column holds; NULL for one not seen."""
    of = kinds_of(tx).by_name[kind]
    return f"""(SELECT {alias}.{of.known_by}
                  FROM {of.table} {alias}
                 WHERE {alias}.workspace_id = :workspace_id
                   AND {alias}.id = {column}
                   {only_seen(tx, kind, alias)})"""
