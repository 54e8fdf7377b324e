"""Pages of the ledger in words, with the names that they need, read in one snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from flask import url_for
from flask_babel import LazyString
from pydantic import AfterValidator, BaseModel, Field

from crm.activity.lines import list_lines
from crm.activity.operations import Extent, measure_operations
from crm.activity.timeline import Activity, ActivityFilter, list_activities
from crm.custom_fields.custom_field import PREFIX, fields_ever
from crm.db.transaction import Transaction
from crm.records.kinds import Kinds
from crm.web.kinds.known import known_kinds, known_words, shown_kind
from crm.web.words.activity import Entry, tell
from crm.web.words.custom_fields import CustomByKind
from crm.web.words.fields import Known
from crm.web.words.names import linked_ids, read_names
from crm.web.words.operations import tell_operation
from crm.work.notes import find_notes

ENTRIES = 20


class TimelineQuery(BaseModel):
    """`day` is the day under which the list above ended; `kind` shows one kind alone."""

    kind: Annotated[str | None, AfterValidator(shown_kind)] = Field(None, max_length=40)
    cursor: str | None = Field(None, max_length=400)
    day: str | None = Field(None, max_length=10)


@dataclass(frozen=True, slots=True)
class Timeline:
    entries: list[Entry]
    next: str | None


def read_timeline(
    tx: Transaction, wanted: ActivityFilter, *, limit: int, cursor: str | None = None, here: bool = False
) -> Timeline:
    """Each entry for itself. `here` says that the page shows the record itself, so that no entry names it."""
    page = list_activities(tx, wanted, limit=limit, cursor=cursor)
    known = known_names(tx, page.rows)
    return Timeline([tell(activity, known, here=here) for activity in page.rows], page.next)


def read_lines(tx: Transaction, wanted: ActivityFilter, *, limit: int, cursor: str | None = None) -> Timeline:
    """As `read_timeline`, with one line for all that one act changed."""
    page = list_lines(tx, wanted, limit=limit, cursor=cursor)
    return Timeline(tell_lines(tx, page.rows), page.next)


def tell_lines(tx: Transaction, lines: list[Activity]) -> list[Entry]:
    known, extents = known_names(tx, lines), _extents(tx, lines)
    return [
        tell_operation(activity, extents[activity.operation_id], known)
        if activity.operation_id in extents
        else tell(activity, known)
        for activity in lines
    ]


def _extents(tx: Transaction, rows: list[Activity]) -> dict[int | None, Extent]:
    """Of the operations of more than one entry: those of one read like any other entry."""
    ids = [activity.operation_id for activity in rows if activity.operation_id is not None]
    found = measure_operations(tx, ids) if ids else {}
    return {operation_id: extent for operation_id, extent in found.items() if extent.entries > 1}


def hanging_on(name: str) -> list[tuple[str, LazyString]]:
    """The kinds of parts that such a record can have, with their names, for the filter of its timeline."""
    words = known_words()
    return [(each.name, each.many) for each in words.hanging_on(words.by_name[name].kind)]


def about_record(tx: Transaction, subject: str, subject_id: int, entity: str | None) -> ActivityFilter:
    """Of one record, and of those that were merged into it."""
    kind = known_kinds().by_name[subject]
    merged = kind.losers(tx, subject_id) if kind.losers is not None else []
    return ActivityFilter(subject=subject, subject_id=subject_id, entity=entity, merged=tuple(merged))


def read_record_timeline(tx: Transaction, subject: str, subject_id: int, wanted: TimelineQuery) -> Timeline:
    about = about_record(tx, subject, subject_id, wanted.kind or None)
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
    kinds, custom = known_kinds(), _custom_in(tx, activities)
    pairs = [pair for activity in activities for pair in _ids(kinds, activity, custom)]
    notes = {each for name, each in pairs if name in {"note", "call"}}
    return Known(read_names(tx, pairs), find_notes(tx, sorted(notes)), custom)


def _custom_in(tx: Transaction, activities: list[Activity]) -> CustomByKind:
    """The custom fields, where entries speak of some."""
    facts = (each for activity in activities for each in (activity.before, activity.after))
    named = any(name.startswith(PREFIX) for each in facts for name in each or {})
    return fields_ever(tx) if named else {}


def _ids(kinds: Kinds, activity: Activity, custom: CustomByKind) -> Iterator[tuple[str, int]]:
    """Of what an entry names: (kind, id)."""
    yield activity.subject, activity.subject_id
    yield activity.entity, activity.entity_id
    for facts in (activity.before, activity.after):
        yield from linked_ids(kinds, facts or {}, custom.get(activity.entity))
