"""Entries of the ledger that tell all that changed of a record, whichever operation changed it.

Who follows the change feed makes the record of them: every stored field that differs is there, by the name
that the API has for it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from crm.activity.activity import changes, record
from crm.db.transaction import Transaction
from crm.records.skeleton import Skeleton, Versioned, facts_of, moved_facts

Facts = Mapping[str, Any]


def record_change(
    tx: Transaction,
    action: str,
    kind: Skeleton,
    states: tuple[Versioned, Versioned],
    *,
    facts: Callable[[Any], Facts] | None = None,
    told: Facts | None = None,
    lost: Facts | None = None,
) -> None:
    """`states` are the record before and after, `facts` what people write of one.

    `told` and `lost` are no fields of the record: what the change brought or took, such as a payment.
    """
    old, new = ({**_written(kind, each, facts), **moved_facts(kind, each)} for each in states)
    before, after = changes(old, new)
    record(
        tx, action, kind.name, states[1].id, before=before | dict(lost or {}), after=after | dict(told or {})
    )


def _written(kind: Skeleton, state: Versioned, facts: Callable[[Any], Facts] | None) -> Facts:
    return facts_of(kind, state) if facts is None else facts(state)
