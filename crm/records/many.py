"""One change of many records: the selected ones at once, or all that match, a thousand at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from crm.activity.operations import begin_operation, continue_operation, operation_of
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.errors import Conflict, FieldProblem, Invalid, Sentence
from crm.fields import parse_fields, whole_number
from crm.records.bulk import MOST, Assignment, Deletion, Outcome, Restoration, Tagging, run_each
from crm.records.kind import Kind, Listing
from crm.records.names import name_records

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Change:
    """`value` is the status, the stage's or the owner's id (empty for none), or the tag; some need none."""

    action: str
    value: str = ""

    @property
    def number(self) -> int | None:
        """Raises Invalid if it is not a number."""
        number = whole_number(self.value)
        if number is None and self.value:
            raise Invalid.field("change", "must be a number")
        return number


@dataclass(frozen=True, slots=True)
class Records(Generic[F]):
    """What can be done to records of one kind, whose list is filtered by F.

    `operation` is the change of one record, which `run` carries out.
    """

    kind: Kind
    operation: Callable[[int, Change], Any]
    run: Callable[[Transaction, Any], Outcome]

    @property
    def listing(self) -> Listing:
        if self.kind.listing is None:
            raise TypeError(f"{self.kind.name} has no list")
        return self.kind.listing

    def page(self, tx: Transaction, wanted: F, cursor: str | None, limit: int) -> Page[int]:
        """Ids from the oldest on."""
        return self._whole(tx, wanted, "created_at", cursor, limit)

    def newest(self, tx: Transaction, wanted: F) -> int:
        return max(self._whole(tx, wanted, "-created_at", None, 1).rows, default=0)

    def _whole(self, tx: Transaction, wanted: F, sort: str, cursor: str | None, limit: int) -> Page[int]:
        """A page that is full if enough records match, however far apart they are."""
        ids: list[int] = []
        while True:
            left = limit - len(ids)
            page = self.listing.page(tx, wanted, sort=sort, limit=left, cursor=cursor)
            ids += [record.id for record in page.rows]
            cursor = page.next
            if cursor is None or len(ids) == limit:
                return Page(ids, cursor)

    def count(self, tx: Transaction, wanted: F) -> int:
        return int(self.listing.count(tx, wanted, limit=None).total)

    def name(self, tx: Transaction, record_id: int) -> str | None:
        return name_records(tx, self.kind, [record_id]).get(record_id)


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
    records: Records[F],
    chosen: Sequence[int] | F,
    change: Change,
    *,
    leave_out: bool = False,
) -> Changed:
    """Change all, or none; with `leave_out` all that can be changed.

    Raises Invalid, naming in words the records that stand in the way, and Conflict when nothing is chosen or
    more than MOST.
    """
    if isinstance(chosen, Sequence):
        ids = list(dict.fromkeys(chosen))
    else:
        ids = records.page(tx, chosen, None, MOST + 1).rows
    if not ids:
        raise Conflict("Nothing is selected.")
    if len(ids) > MOST:
        raise Conflict(Sentence("At most {n} can be changed at once.", n=MOST))
    operations = [records.operation(record_id, change) for record_id in ids]
    inside = begin_operation(tx)
    outcomes, problems = run_each(inside, operations, records.run)
    if problems and not (leave_out and outcomes):
        raise Invalid(*(_named(tx, records, ids, problem) for problem in problems))
    return Changed(len(outcomes), operation_of(inside), len(ids) - len(outcomes))


def measure(tx: Transaction, records: Records[F], wanted: F) -> Progress:
    """Begin to change all records that match now."""
    return Progress(total=records.count(tx, wanted), until=records.newest(tx, wanted))


def change_next(
    tx: Transaction,
    records: Records[F],
    wanted: F,
    change: Change,
    so_far: Progress,
    *,
    leave_out: bool = False,
) -> Progress:
    """Change the next thousand that match, or none; with `leave_out` all that can be changed.

    Raises Invalid for a change that none can take, and Conflict with those `in_the_way`: name and message.
    """
    page = records.page(tx, wanted, so_far.cursor, MOST)
    ids = [record_id for record_id in page.rows if record_id <= so_far.until]
    operations = [records.operation(record_id, change) for record_id in ids]
    inside = continue_operation(tx, so_far.operation_id)
    outcomes, problems = run_each(inside, operations, records.run)
    if problems and not leave_out:
        named = [_named(tx, records, ids, problem) for problem in problems]
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


def usual_operation(record_id: int, change: Change) -> Assignment | Tagging | Deletion | Restoration:
    """The changes that every kind of record has. Raises Invalid."""
    match change.action:
        case "owner":
            return parse_fields(Assignment, {"op": "assign", "id": record_id, "owner_id": change.number})
        case "tag":
            return parse_fields(Tagging, {"op": "tag", "id": record_id, "add": [change.value]})
        case "untag":
            return parse_fields(Tagging, {"op": "tag", "id": record_id, "remove": [change.value]})
        case "delete":
            return Deletion(op="delete", id=record_id)
        case "restore":
            return Restoration(op="restore", id=record_id)
        case _:
            raise Invalid.field("change", "is not a bulk action")


def _named(tx: Transaction, records: Records[F], ids: Sequence[int], problem: FieldProblem) -> FieldProblem:
    """`operations.3.owner_id` becomes the name of the fourth record."""
    record_id = ids[int(problem.field.split(".")[1])]
    return FieldProblem(records.name(tx, record_id) or f"№ {record_id}", problem.message)
