"""Reading the ledger: newest first, in keyset pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from crm.activity.operations import Extent, measure_operations
from crm.activity.sight import Reader, reader_of
from crm.activity.verbs import all_words, settled
from crm.db.bounds import bound_parts
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import Condition, Listed, ListRow, Looked, Order, Part, Sort, among_values
from crm.db.list_plan import read_rows
from crm.db.transaction import Row, Transaction
from crm.db.values import Params


@dataclass(frozen=True)
class ActivityActor:
    id: int
    name: str


@dataclass(frozen=True)
class Activity:
    """`actor` is None for what the server did by itself. `before` and `after` hold what the reader may see
    of them (`sight.py`), and are None where that is nothing, or where the content was erased.

    `subject` is the record on whose timeline it stands: a file's activity stands on its client's.
    """

    id: int
    action: str
    entity: str
    entity_id: int
    subject: str
    subject_id: int
    actor: ActivityActor | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    created_at: str
    hash: str
    erased_at: str | None
    operation_id: int | None


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What to show: of one record's timeline, of one user, of a span of time (RFC 3339, from inclusive).

    `entity` is what something happened to: of a lead's timeline, its notes alone. `subjects` are the kinds
    of record that are wanted. `merged` are further records of the subject's kind, which were merged into it.
    """

    subject: str | None = None
    subjects: tuple[str, ...] | None = None
    subject_id: int | None = None
    entity: str | None = None
    entity_id: int | None = None
    actor_id: int | None = None
    action: str | None = None
    since: str | None = None
    until: str | None = None
    operation_id: int | None = None
    merged: tuple[int, ...] = ()


_SHOWN = """
       a.id, a.seq, a.action, a.entity, a.entity_id, a.subject, a.subject_id, a.actor_id,
       u.name AS actor_name, c.before, c.after, a.created_at, a.hash, c.erased_at, e.operation_id"""
NAMES = (
    "id", "seq", "action", "entity", "entity_id", "subject", "subject_id", "actor_id", "actor_name",
    "before", "after", "created_at", "hash", "erased_at", "operation_id",
)  # fmt: skip
_JOINS = """
  JOIN activity_contents c ON c.activity_id = a.id
  LEFT JOIN users u        ON u.id = a.actor_id
  LEFT JOIN operation_entries e ON e.activity_id = a.id
"""
ACTIVITIES_AS_SHOWN = f"SELECT {_SHOWN} FROM activities a {_JOINS} WHERE a.workspace_id = :workspace_id"
ACTIVITIES = Listed(
    table="activities",
    alias="a",
    shown=_SHOWN,
    sorts={
        "number": Sort(("a.seq",), (int,)),
        "time": Sort(("a.created_at", "a.seq"), (str, int)),
    },
    joins=_JOINS,
    key="seq",
    among="",
)
BY_NUMBER, BY_TIME = Order("number", descending=True), Order("time", descending=True)


def list_activities(
    tx: Transaction, wanted: ActivityFilter, *, limit: int, cursor: str | None = None
) -> Page[Activity]:
    """What the actor may see, in the order of the ledger; a span of time in the order of time, which a clock
    set back breaks.
    """
    order, reader = order_of(wanted), reader_of(tx)
    parts = parts_of(tx, wanted, reader)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        return read_rows(tx, ACTIVITIES, parts, order.turned(place.back), after=place.keys, limit=limit + 1)

    shape, own = ACTIVITIES.sorts[order.key].shape, len(NAMES)
    page = read_page(fetch, cursor, shape, limit, lambda row: row[own:])
    found = [dict(zip(NAMES, row[:own], strict=True)) for row in page.rows]
    return Page([as_activity(row, reader) for row in found], page.next)


def order_of(wanted: ActivityFilter) -> Order:
    return BY_TIME if wanted.since or wanted.until else BY_NUMBER


def find_activity(tx: Transaction, activity_id: int) -> Activity | None:
    """None for one that the actor may not see, too."""
    reader = reader_of(tx)
    row = tx.one(f"{ACTIVITIES_AS_SHOWN} AND a.id = :activity_id {reader.condition}", activity_id=activity_id)
    return as_activity(row, reader) if row else None


def last_activity(tx: Transaction) -> Activity | None:
    """The newest entry; within the transaction of a change, that of the change."""
    row = tx.one(f"{ACTIVITIES_AS_SHOWN} ORDER BY a.seq DESC LIMIT 1")
    return as_activity(row, reader_of(tx)) if row else None


def ledger_head(tx: Transaction) -> int:
    """The number of the last entry: shows cheaply whether anything has changed."""
    return int(tx.value("SELECT COALESCE(max(seq), 0) FROM activities WHERE workspace_id = :workspace_id"))


def parts_of(tx: Transaction, wanted: ActivityFilter, reader: Reader) -> list[Part] | None:
    """The filters that are set, the most telling first; None when one cannot match anything."""
    parts: list[Part] = []
    if wanted.operation_id is not None:
        extent = measure_operations(tx, [wanted.operation_id]).get(wanted.operation_id)
        if extent is None:
            return None
        parts += _of_operation(wanted.operation_id, extent)
    things = (
        ("entity", wanted.entity, wanted.entity_id),
        ("subject", wanted.subject, wanted.subject_id),
    )
    for thing in sorted(things, key=lambda thing: thing[2] is None):
        parts += _of_merged(wanted) if wanted.merged and thing[0] == "subject" else _of_thing(*thing)
    if wanted.action is not None:
        words = all_words(wanted.action)
        among, params = among_values("a.action", "action", words)
        parts.append(Condition(among, {**params}, column="a.action", by_id=len(words) == 1))
    if wanted.actor_id is not None:
        parts.append(Condition("a.actor_id = :by_actor", {"by_actor": wanted.actor_id}, column="a.actor_id"))
    if wanted.subjects is not None:
        among, params = among_values("+a.subject", "kind", wanted.subjects)
        parts.append(Condition(among, {**params}, drives=False))
    parts += bound_parts("a.created_at", "made", wanted.since, wanted.until)
    seen = reader.condition.removeprefix("AND ")
    return [*parts, Condition(seen, drives=False)] if seen else parts


def _of_operation(operation_id: int, extent: Extent) -> list[Part]:
    """Entries of others may lie between its first and its last."""
    within = "a.seq >= :first_seq AND a.seq <= :last_seq"
    params: Params = {"first_seq": extent.first_seq, "last_seq": extent.last_seq}
    own = """EXISTS (SELECT 1
                       FROM operation_entries own
                      WHERE own.workspace_id = :workspace_id
                        AND own.activity_id = a.id
                        AND own.operation_id = :operation_id)"""
    return [
        Condition(within, params, column="a.seq"),
        Condition(own, {"operation_id": operation_id}, drives=False),
    ]


def _of_thing(what: str, kind: str | None, thing_id: int | None) -> Sequence[Part]:
    """`what` is "entity" or "subject". There is no index for an id without its kind."""
    by_id = f"a.{what}_id = :{what}_id"
    params: Params = {f"{what}_id": thing_id}
    if kind is None:
        return [] if thing_id is None else [Condition(by_id, params, drives=False)]
    by_kind = f"a.{what} = :{what}"
    if thing_id is None:
        return [Condition(by_kind, {what: kind}, column=f"a.{what}")]
    return [Condition(f"{by_kind} AND {by_id}", {what: kind, **params}, column=f"a.{what}")]


def _of_merged(wanted: ActivityFilter) -> Sequence[Part]:
    """The timeline of a record together with those of the records merged into it."""
    among, params = among_values("a.subject_id", "of", [wanted.subject_id or 0, *wanted.merged])
    bound: Params = {**params, "subject": wanted.subject}
    return [Condition(f"a.subject = :subject AND {among}", bound, column="a.subject", by_id=False)]


def as_activity(row: Row, reader: Reader) -> Activity:
    row["action"] = settled(row["action"])
    return Activity(
        id=row["id"],
        action=row["action"],
        entity=row["entity"],
        entity_id=row["entity_id"],
        subject=row["subject"],
        subject_id=row["subject_id"],
        actor=ActivityActor(row["actor_id"], row["actor_name"]) if row["actor_id"] is not None else None,
        before=reader.facts(row, _from_json(row["before"])),
        after=reader.facts(row, _from_json(row["after"])),
        created_at=row["created_at"],
        hash=row["hash"],
        erased_at=row["erased_at"],
        operation_id=row["operation_id"],
    )


def _from_json(text: str | None) -> dict[str, Any] | None:
    return None if text is None else orjson.loads(text)
