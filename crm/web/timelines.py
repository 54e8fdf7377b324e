"""Pages of the ledger in words, with the names that they need, read in one snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crm.accounts.users import list_users
from crm.activity.timeline import Activity, ActivityFilter, list_activities
from crm.clients.names import name_clients
from crm.db.transaction import Transaction
from crm.web.activity_words import Entry, tell
from crm.web.field_words import Known


@dataclass(frozen=True, slots=True)
class Timeline:
    entries: list[Entry]
    next: str | None


def read_timeline(
    tx: Transaction, wanted: ActivityFilter, *, limit: int, cursor: str | None = None, here: bool = False
) -> Timeline:
    """`here` says that the page shows the record itself, so that no entry needs to name it."""
    page = list_activities(tx, wanted, limit=limit, cursor=cursor)
    known = known_names(tx, page.rows)
    return Timeline([tell(activity, known, here=here) for activity in page.rows], page.next)


def known_names(tx: Transaction, activities: list[Activity]) -> Known:
    client_ids = {client_id for activity in activities for client_id in _client_ids(activity)}
    return Known(name_clients(tx, client_ids), {user.id: user.name for user in list_users(tx)})


def _client_ids(activity: Activity) -> Iterator[int]:
    if activity.subject == "client":
        yield activity.subject_id
    for facts in (activity.before, activity.after):
        company_id: Any = (facts or {}).get("company_id")
        if isinstance(company_id, int):
            yield company_id
