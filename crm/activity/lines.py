"""The ledger as people read it: an operation is one line, at its newest entry."""

import re

from crm.activity.operations import measure_operations
from crm.activity.sight import Reader, reader_of
from crm.activity.timeline import (
    Activity,
    ActivityFilter,
    Order,
    as_activity,
    conditions_of,
    order_of,
    plan_activities,
)
from crm.db.keyset import Keys, Page, decode_cursor, page_of
from crm.db.list_parts import Plan
from crm.db.transaction import Row, Transaction

ENTRY = re.compile(r"\ba\.")


def list_lines(
    tx: Transaction, wanted: ActivityFilter, *, limit: int, cursor: str | None = None
) -> Page[Activity]:
    """Like `list_activities`, but of each operation only the newest visible entry that matches."""
    order, reader = order_of(wanted), reader_of(tx)
    after: Keys | None = decode_cursor(cursor, order.shape) if cursor else None
    lines: list[Row] = []
    while len(lines) <= limit:
        plan = plan_lines(wanted, order, after, reader)
        rows = tx.all(plan.sql, limit=limit + 1, **plan.params)
        lines += [row for row in rows if not row["repeated"]]
        after = _past_its_operation(tx, order, rows[-1]) if len(rows) > limit else None
        if after is None:
            break
    page = page_of(lines[: limit + 1], limit, order.keys)
    return Page([as_activity(row, reader) for row in page.rows], page.next)


def plan_lines(wanted: ActivityFilter, order: Order, after: Keys | None, reader: Reader) -> Plan:
    """The statement that reads on: `repeated` are entries whose operation has a newer one in the list."""
    clauses, _params = conditions_of(wanted)
    likewise = "".join(f"AND {clause} " for clause in clauses) + reader.condition
    repeated = f"""
       EXISTS (SELECT 1
                 FROM operation_entries later
                 JOIN activities newer ON newer.id = later.activity_id
                WHERE later.workspace_id = :workspace_id
                  AND later.operation_id = e.operation_id
                  AND later.activity_id > a.id
                      {ENTRY.sub("newer.", likewise)}) AS repeated"""
    return plan_activities(wanted, order, after, reader, further=repeated)


def _past_its_operation(tx: Transaction, order: Order, row: Row) -> Keys | None:
    """After which keys to read on: past all entries of its operation that follow without another between."""
    operation_id = row["operation_id"]
    if operation_id is None:
        return order.keys(row)
    extent = measure_operations(tx, [operation_id])[operation_id]
    if extent.in_one_piece:  # whatever has its time, and a number from the first of it on, is its own too
        return order.keys({**row, "seq": extent.first_seq})
    following = tx.one(
        f"""
        SELECT a.created_at, a.seq + 1 AS seq
          FROM activities a
         WHERE a.workspace_id = :workspace_id
           AND {order.after}
           AND NOT EXISTS (SELECT 1
                             FROM operation_entries e
                            WHERE e.activity_id = a.id
                              AND e.operation_id = :operation_id
                              AND e.activity_id < :activity_id)
         ORDER BY {order.sql}
         LIMIT 1
        """,
        operation_id=operation_id,
        activity_id=row["id"],
        **dict(zip(order.names, order.keys(row), strict=True)),
    )
    return order.keys(following) if following else None
