"""Who sees which records of a kind: one rule, in its description, that every way to them asks for.

The appliance itself and its console see all.
"""

from crm.db.list_parts import Condition, Part
from crm.db.transaction import Transaction
from crm.records.kinds import kinds_of


def only_seen(tx: Transaction, kind: str, alias: str) -> str:
    """What a statement adds to its conditions on the rows of the kind's table; nothing where all are seen."""
    seen = kinds_of(tx).by_name[kind].seen
    return "" if seen is None or tx.actor.user_id is None else f"AND {seen(alias)}"


def seen_parts(tx: Transaction, kind: str, alias: str) -> list[Part]:
    """The same for a list."""
    condition = only_seen(tx, kind, alias).removeprefix("AND ")
    return [Condition(condition, drives=False)] if condition else []
