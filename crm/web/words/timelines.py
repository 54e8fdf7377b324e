"""Pages of the ledger in words, with the names that they need, read in one snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from pydantic import BaseModel, Field

from crm.accounts.users import list_users
from crm.activity.operations import Extent, measure_operations
from crm.activity.timeline import Activity, ActivityFilter, list_activities
from crm.clients.names import name_clients
from crm.db.transaction import Transaction
from crm.leads.names import name_leads, name_pipelines, name_stages, name_tasks
from crm.web.words.activity import Entry, tell
from crm.web.words.fields import Known
from crm.web.words.operations import tell_operation
from crm.work.notes import find_notes

ENTRIES = 20


class TimelineQuery(BaseModel):
    """`day` is the day under which the list above ended; `kind` shows one kind alone."""

    kind: str | None = Field(None, pattern="^(note|call|task|file|message|client|lead)?$")
    cursor: str | None = Field(None, max_length=400)
    day: str | None = Field(None, max_length=10)


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
    extents = _extents(tx, page.rows) if wanted.once else {}
    entries = [
        tell_operation(activity, extents[activity.operation_id], known)
        if activity.operation_id in extents
        else tell(activity, known, here=here)
        for activity in page.rows
    ]
    return Timeline(entries, page.next)


def _extents(tx: Transaction, rows: list[Activity]) -> dict[int | None, Extent]:
    """Of the operations of more than one entry: those of one read like any other entry."""
    ids = [activity.operation_id for activity in rows if activity.operation_id is not None]
    found = measure_operations(tx, ids) if ids else {}
    return {operation_id: extent for operation_id, extent in found.items() if extent.entries > 1}


def read_record_timeline(tx: Transaction, subject: str, subject_id: int, wanted: TimelineQuery) -> Timeline:
    about = ActivityFilter(subject=subject, subject_id=subject_id, entity=wanted.kind or None)
    return read_timeline(tx, about, limit=ENTRIES, cursor=wanted.cursor, here=True)


def timeline_values(
    timeline: Timeline, wanted: TimelineQuery, endpoint: str, **record: Any
) -> dict[str, object]:
    """What the templates of a record's timeline take; `endpoint` brings its further entries."""

    def more(day: str) -> str:
        return url_for(endpoint, **record, kind=wanted.kind, cursor=timeline.next, day=day)

    return {
        "entries": timeline.entries,
        "kind": wanted.kind or "",
        "last_day": wanted.day,
        "more": more if timeline.next else None,
    }


def known_names(tx: Transaction, activities: list[Activity]) -> Known:
    found = [pair for activity in activities for pair in _ids(activity)]
    ids = {
        name: {each for kind, each in found if kind == name} for name in ("client", "lead", "note", "task")
    }
    return Known(
        clients=name_clients(tx, ids["client"]),
        users={user.id: user.name for user in list_users(tx)},
        leads=name_leads(tx, ids["lead"]),
        stages=name_stages(tx),
        pipelines=name_pipelines(tx),
        tasks=name_tasks(tx, ids["task"]),
        notes=find_notes(tx, sorted(ids["note"])),
    )


def _ids(activity: Activity) -> Iterator[tuple[str, int]]:
    """Of what an entry names: (kind, id)."""
    yield activity.subject, activity.subject_id
    yield "note" if activity.entity == "call" else activity.entity, activity.entity_id
    for facts in (activity.before, activity.after):
        for name in ("company_id", "client_id"):
            client_id: Any = (facts or {}).get(name)
            if isinstance(client_id, int):
                yield "client", client_id
