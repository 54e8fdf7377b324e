"""The ledger as people read it: a bulk operation is one line, at its newest entry."""

import re
from collections.abc import Sequence
from dataclasses import replace

from crm.activity.operations import measure_operations
from crm.activity.sight import reader_of
from crm.activity.timeline import (
    ACTIVITIES,
    BY_TIME,
    NAMES,
    Activity,
    ActivityFilter,
    as_activity,
    order_of,
    parts_of,
)
from crm.db.keyset import Keys, Page, decode_cursor, encode_cursor, page_of
from crm.db.list_parts import Condition, Listed, Looked, Order, Part
from crm.db.list_plan import read_rows
from crm.db.transaction import Row, Transaction

ENTRY = re.compile(r"\ba\.")
ROUNDS = 5
"""So often a page reads on where operations take the place of lines; then it ends, short."""
PASSED = 2_000
OWN = len(NAMES) + 1
KEYS = {"number": ("seq",), "time": ("created_at", "seq")}


def list_lines(
    tx: Transaction, wanted: ActivityFilter, *, limit: int, cursor: str | None = None
) -> Page[Activity]:
    """Like `list_activities`, but of each operation only the newest visible entry that matches."""
    order, reader = order_of(wanted), reader_of(tx)
    after: Keys | None = decode_cursor(cursor, ACTIVITIES.sorts[order.key].shape) if cursor else None
    parts = parts_of(tx, wanted, reader)
    lines: list[Row] = []
    for _round in range(0 if parts is None else ROUNDS):
        looked = _read(tx, parts or [], order, after, limit)
        lines += [row for row in looked.rows if not row["repeated"]]
        goes_on = len(looked.rows) > limit
        after = _past_its_operation(tx, order, looked.rows[-1]) if goes_on else looked.stopped
        if not goes_on or after is None or len(lines) > limit:
            break
    page = page_of(lines[: limit + 1], limit, lambda row: _keys_of(order, row))
    if page.next is None and after is not None:
        page = Page(page.rows, encode_cursor(after))
    return Page([as_activity(row, reader) for row in page.rows], page.next)


def with_repeated(parts: Sequence[Part]) -> Listed:
    """The ledger with one more column: whether the list has a newer entry of the same operation."""
    likewise = "".join(f" AND {part.sql}" for part in parts if isinstance(part, Condition))
    repeated = f"""
       EXISTS (SELECT 1
                 FROM operation_entries later
                 JOIN activities newer ON newer.id = later.activity_id
                WHERE later.workspace_id = :workspace_id
                  AND later.operation_id = e.operation_id
                  AND later.activity_id > a.id
                      {ENTRY.sub("newer.", likewise)}) AS repeated"""
    return replace(ACTIVITIES, shown=f"{ACTIVITIES.shown},{repeated}")


def _read(
    tx: Transaction, parts: Sequence[Part], order: Order, after: Keys | None, limit: int
) -> Looked[Row]:
    looked = read_rows(tx, with_repeated(parts), parts, order, after=after, limit=limit + 1)
    names = (*NAMES, "repeated")
    return Looked([dict(zip(names, row[:OWN], strict=True)) for row in looked.rows], looked.stopped)


def _keys_of(order: Order, row: Row) -> Keys:
    return [row[name] for name in KEYS[order.key]]


def _past_its_operation(tx: Transaction, order: Order, row: Row) -> Keys | None:
    """After which keys to read on: past the entries of its operation that follow without another between."""
    operation_id = row["operation_id"]
    if operation_id is None:
        return _keys_of(order, row)
    extent = measure_operations(tx, [operation_id])[operation_id]
    if extent.in_one_piece:  # whatever has its time, and a number from the first of it on, is its own too
        return _keys_of(order, {**row, "seq": extent.first_seq})
    given = dict(zip(KEYS[order.key], _keys_of(order, row), strict=True))
    entries = _entries_after(order)
    following = tx.one(
        f"""
        SELECT passed.created_at, passed.seq + 1 AS seq
          FROM ({entries} LIMIT :most) passed
         WHERE NOT EXISTS (SELECT 1
                             FROM operation_entries e
                            WHERE e.activity_id = passed.id
                              AND e.operation_id = :operation_id
                              AND e.activity_id < :activity_id)
         LIMIT 1
        """,
        operation_id=operation_id,
        activity_id=row["id"],
        most=PASSED,
        **given,
    )
    last = following or tx.one(f"{entries} LIMIT 1 OFFSET :passed", passed=PASSED - 1, **given)
    return _keys_of(order, last) if last else None


def _entries_after(order: Order) -> str:
    if order == BY_TIME:
        place, by = "(a.created_at, a.seq) < (:created_at, :seq)", "a.created_at DESC, a.seq DESC"
    else:
        place, by = "a.seq < :seq", "a.seq DESC"
    return f"""SELECT a.id, a.created_at, a.seq
                 FROM activities a
                WHERE a.workspace_id = :workspace_id
                  AND {place}
                ORDER BY {by}"""
