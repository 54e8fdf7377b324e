"""Reading the ledger: newest first, in keyset pages."""

from dataclasses import dataclass
from typing import Any

import orjson

from crm.activity.sight import Reader, reader_of
from crm.activity.verbs import all_words, settled
from crm.db.keyset import Keys, Page, decode_cursor, page_of
from crm.db.list_parts import Plan, among_values
from crm.db.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class ActivityActor:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
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
    of record that are wanted.
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


_COLUMNS = """
SELECT a.id, a.seq, a.action, a.entity, a.entity_id, a.subject, a.subject_id, a.actor_id,
       u.name AS actor_name, c.before, c.after, a.created_at, a.hash, c.erased_at,
       e.operation_id"""
_ENTRIES = """
  FROM activities a
  JOIN activity_contents c ON c.activity_id = a.id
  LEFT JOIN users u        ON u.id = a.actor_id
  LEFT JOIN operation_entries e ON e.activity_id = a.id
 WHERE a.workspace_id = :workspace_id
"""
_ACTIVITIES = _COLUMNS + _ENTRIES


@dataclass(frozen=True, slots=True)
class Order:
    """`names` are the columns of a cursor, whose values are of the types `shape`."""

    sql: str
    after: str
    names: tuple[str, ...]
    shape: tuple[type, ...]

    def keys(self, row: Row) -> list[str | int]:
        return [row[name] for name in self.names]


BY_SEQ = Order("a.seq DESC", "a.seq < :seq", ("seq",), (int,))
BY_TIME = Order(
    "a.created_at DESC, a.seq DESC",
    "(a.created_at, a.seq) < (:created_at, :seq)",
    ("created_at", "seq"),
    (str, int),
)


def list_activities(
    tx: Transaction, wanted: ActivityFilter, *, limit: int, cursor: str | None = None
) -> Page[Activity]:
    """What the actor may see, in the order of the ledger; a span of time in the order of time, which a clock
    set back breaks.
    """
    order = order_of(wanted)
    after = decode_cursor(cursor, order.shape) if cursor else None
    reader = reader_of(tx)
    plan = plan_activities(wanted, order, after, reader)
    page = page_of(tx.all(plan.sql, limit=limit + 1, **plan.params), limit, order.keys)
    return Page([as_activity(row, reader) for row in page.rows], page.next)


def order_of(wanted: ActivityFilter) -> Order:
    return BY_TIME if wanted.since or wanted.until else BY_SEQ


def plan_activities(
    wanted: ActivityFilter, order: Order, after: Keys | None, reader: Reader, *, further: str = ""
) -> Plan:
    """The statement of a page, which takes `limit` beside its parameters. `further` is a column more."""
    clauses, params = conditions_of(wanted)
    if after is not None:
        clauses.append(order.after)
        params |= dict(zip(order.names, after, strict=True))
    conditions = "".join(f"AND {clause} " for clause in clauses) + reader.condition
    columns = f"{_COLUMNS},{further}" if further else _COLUMNS
    return Plan(f"{columns} {_ENTRIES} {conditions} ORDER BY {order.sql} LIMIT :limit", params)


def find_activity(tx: Transaction, activity_id: int) -> Activity | None:
    """None for one that the actor may not see, too."""
    reader = reader_of(tx)
    row = tx.one(f"{_ACTIVITIES} AND a.id = :activity_id {reader.condition}", activity_id=activity_id)
    return as_activity(row, reader) if row else None


def last_activity(tx: Transaction) -> Activity | None:
    """The newest entry: of what was just changed, in the change's own transaction."""
    row = tx.one(f"{_ACTIVITIES} ORDER BY a.seq DESC LIMIT 1")
    return as_activity(row, reader_of(tx)) if row else None


def ledger_head(tx: Transaction) -> int:
    """The number of the last entry: shows cheaply whether anything has changed."""
    return int(tx.value("SELECT COALESCE(max(seq), 0) FROM activities WHERE workspace_id = :workspace_id"))


CONDITIONS = {
    "subject": "a.subject = :subject",
    "subjects": "a.subject IN (SELECT value FROM json_each(:subjects))",
    "subject_id": "a.subject_id = :subject_id",
    "entity": "a.entity = :entity",
    "entity_id": "a.entity_id = :entity_id",
    "actor_id": "a.actor_id = :by_actor",
    "action": "a.action = :action",
    "since": "a.created_at >= :since",
    "until": "a.created_at < :until",
    "operation_id": "e.operation_id = :operation_id",
}


def conditions_of(wanted: ActivityFilter) -> tuple[list[str], dict[str, Any]]:
    given = {name: getattr(wanted, name) for name in CONDITIONS if getattr(wanted, name) is not None}
    clauses = [CONDITIONS[name] for name in given]
    if "actor_id" in given:
        given["by_actor"] = given.pop("actor_id")
    if "action" in given:
        among, words = among_values("a.action", "action", all_words(given.pop("action")))
        clauses[clauses.index(CONDITIONS["action"])] = among
        given |= words
    if "subjects" in given:
        given["subjects"] = orjson.dumps(given["subjects"]).decode()
    return clauses, given


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
