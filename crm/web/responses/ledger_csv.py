"""The ledger as a CSV download, made while it is sent so that its length costs no memory."""

from collections.abc import Iterator

from flask import Response

from crm import clock
from crm.activity.export import csv_of
from crm.activity.timeline import ActivityFilter, list_activities
from crm.db.actor import Actor
from crm.db.database import Database
from crm.web.sessions.identity import actor, database

PART = 1_000


def ledger_as_csv(wanted: ActivityFilter, separator: str) -> Response:
    """Reads each part in its own transaction. Entries never change, so the parts fit together."""
    response = Response(_parts(database(), actor(), wanted, separator), mimetype="text/csv")
    name = f"activity-{clock.timestamp()[:10]}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _parts(db: Database, who: Actor, wanted: ActivityFilter, separator: str) -> Iterator[str]:
    page = db.read(list_activities, who, wanted, limit=PART)
    yield csv_of(page.rows, separator, header=True)
    while page.next is not None:
        page = db.read(list_activities, who, wanted, limit=PART, cursor=page.next)
        yield csv_of(page.rows, separator, header=False)
