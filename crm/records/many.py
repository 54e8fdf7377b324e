"""One change of many records: the selected ones at once, or all that match, a thousand at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from crm.activity.operations import begin_operation, continue_operation, operation_of
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.errors import Conflict, FieldProblem, Invalid, Sentence
from crm.records.bulk import MOST, Change, run_each
from crm.records.bulk_operations import operation_on, run_operation
from crm.records.kind import Kind, Listing
from crm.records.names import name_records


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a change of all: of `total` records `done` are changed, `left_out` could not be.

    The next step begins at `cursor`; records newer than `until` came later and are left alone. All steps
    belong to one operation.
    """

    total: int
    until: int
    done: int = 0
    left_out: int = 0
    cursor: str | None = None
    ended: bool = False
    operation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """How many records were changed by one operation, and how many were left out of it."""

    count: int
    operation_id: int
    left_out: int = 0


def change_selection(
    tx: Transaction,
    kind: Kind,
    chosen: Any,
    change: Change,
    *,
    leave_out: bool = False,
) -> Changed:
    """Change those with the ids, or all that a filter of the list finds, or none; with `leave_out` all that
    can be changed.

    Raises Invalid, naming in words the records that stand in the way, and Conflict when nothing is chosen or
    more than MOST.
    """
    if isinstance(chosen, Sequence):
        ids = list(dict.fromkeys(chosen))
    else:
        ids = _ids(tx, kind, chosen, "created_at", limit=MOST + 1).rows
    if not ids:
        raise Conflict("Nothing is selected.")
    if len(ids) > MOST:
        raise Conflict(Sentence("At most {n} can be changed at once.", n=MOST))
    operations = [operation_on(kind, record_id, change) for record_id in ids]
    inside = begin_operation(tx)
    outcomes, problems = run_each(inside, operations, partial(run_operation, kind))
    if problems and not (leave_out and outcomes):
        raise Invalid(*(_named(tx, kind, ids, problem) for problem in problems))
    return Changed(len(outcomes), operation_of(inside), len(ids) - len(outcomes))


def measure(tx: Transaction, kind: Kind, wanted: Any) -> Progress:
    """Begin to change all records that match now."""
    return Progress(
        total=int(listing_of(kind).count(tx, wanted, limit=None).total),
        until=max(_ids(tx, kind, wanted, "-created_at", limit=1).rows, default=0),
    )


def change_next(
    tx: Transaction,
    kind: Kind,
    wanted: Any,
    change: Change,
    so_far: Progress,
    *,
    leave_out: bool = False,
) -> Progress:
    """Change the next thousand that match, or none; with `leave_out` all that can be changed.

    Raises Invalid for a change that none can take, and Conflict with those `in_the_way`: name and message.
    """
    page = _ids(tx, kind, wanted, "created_at", cursor=so_far.cursor, limit=MOST)
    ids = [record_id for record_id in page.rows if record_id <= so_far.until]
    operations = [operation_on(kind, record_id, change) for record_id in ids]
    inside = continue_operation(tx, so_far.operation_id)
    outcomes, problems = run_each(inside, operations, partial(run_operation, kind))
    if problems and not leave_out:
        named = [_named(tx, kind, ids, problem) for problem in problems]
        raise Conflict(
            Sentence("Some records cannot be changed."),
            {"in_the_way": [(each.field, each.message) for each in named]},
        )
    return replace(
        so_far,
        done=so_far.done + len(outcomes),
        left_out=so_far.left_out + len(ids) - len(outcomes),
        cursor=page.next,
        ended=page.next is None or len(ids) < len(page.rows),
        operation_id=operation_of(inside),
    )


def listing_of(kind: Kind) -> Listing:
    if kind.listing is None:
        raise TypeError(f"{kind.name} has no list")
    return kind.listing


def _ids(
    tx: Transaction, kind: Kind, wanted: Any, sort: str, *, cursor: str | None = None, limit: int
) -> Page[int]:
    """A page that is full if enough records match, however far apart they are."""
    ids: list[int] = []
    while True:
        left = limit - len(ids)
        page = listing_of(kind).page(tx, wanted, sort=sort, limit=left, cursor=cursor)
        ids += [record.id for record in page.rows]
        cursor = page.next
        if cursor is None or len(ids) == limit:
            return Page(ids, cursor)


def _named(tx: Transaction, kind: Kind, ids: Sequence[int], problem: FieldProblem) -> FieldProblem:
    """`operations.3.owner_id` becomes the name of the fourth record."""
    record_id = ids[int(problem.field.split(".")[1])]
    name = name_records(tx, kind, [record_id]).get(record_id)
    return FieldProblem(name or f"№ {record_id}", problem.message)
