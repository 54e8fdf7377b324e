"""The body of a delivery: an event of the change feed, or a test."""

from dataclasses import dataclass

import orjson

from crm.activity.feed import find_event
from crm.activity.sight import reader_for_all_admins
from crm.db.transaction import Row, Transaction

TEST = "test"


@dataclass(frozen=True, slots=True)
class Body:
    """`erased`: the entry's content was erased, and so it is no longer in the body."""

    content: bytes
    erased: bool


def body_of(tx: Transaction, delivery: Row) -> Body:
    """Made of the ledger each time, so that nothing is sent or shown that was erased there.

    Else the same bytes each time, but for a user's name that was changed.
    """
    if delivery["activity_id"] is None:
        data = {"webhook_id": delivery["webhook_id"]}
        return Body(_composed("webhook.test", delivery["created_at"], data), erased=False)
    event = find_event(tx, delivery["activity_id"], reader_for_all_admins(tx))
    if event is None:
        raise LookupError(f"entry {delivery['activity_id']} of the ledger is missing")
    return Body(_composed(f"{event.kind}.{event.verb}", event.time, event), event.erased_at is not None)


def _composed(name: str, timestamp: str, data: object) -> bytes:
    return orjson.dumps({"type": name, "timestamp": timestamp, "data": data})
