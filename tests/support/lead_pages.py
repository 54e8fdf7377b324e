"""The form of a lead, and how many entries the ledger has."""

from crm.activity.timeline import ledger_head
from crm.db.database import Database
from tests.support.cast import Cast

WHOLE = {
    "title": "ремонт офиса", "value": "150 000", "currency": "USD", "client_id": "", "stage_id": "",
    "owner_id": "", "source": "", "expected_close": "", "details": "", "type": "inquiry", "tags": "",
    "lost_reason": "",
}  # fmt: skip


def entries(db: Database, cast: Cast) -> int:
    return db.read(ledger_head, cast.owner)
