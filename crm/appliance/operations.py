"""Undoing an operation: each of its changes, unless the record has changed again."""

from dataclasses import asdict, dataclass
from typing import Any

from crm.activity.operations import get_operation, mark_undone, operation_of, undo_of
from crm.activity.timeline import Activity, ActivityFilter, list_activities
from crm.appliance.undo import reverse_activity
from crm.db.transaction import Transaction
from crm.errors import Busy, Conflict, CrmError, Full, Invalid

STEP = 1_000
"""Entries at once: what others wait for. A larger operation is undone by asking again."""
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class LeftAsIs:
    """An entry that was not undone, and why; `fields` are those that have changed again."""

    activity_id: int
    entity: str
    entity_id: int
    message: str
    fields: list[str]


@dataclass(frozen=True, slots=True)
class UndoneOperation:
    """`operation_id` is that of the undo, which can be undone itself. `left` names the first of
    the entries that stay, `left_count` tells how many there are. `remaining`: ask again for the rest.
    """

    operation_id: int
    undone: int
    left_count: int
    left: list[LeftAsIs]
    remaining: bool


def undo_operation(tx: Transaction, operation_id: int, *, step: int | None = None) -> UndoneOperation:
    """The newest change first, `step` entries at once.

    Raises NotFound, and Conflict where nothing is left to undo.
    """
    operation = get_operation(tx, operation_id)
    if operation.undone_at is not None:
        raise Conflict("This has already been undone.")
    wanted = ActivityFilter(operation_id=operation_id)
    page = list_activities(tx, wanted, limit=step or STEP, cursor=operation.undone_cursor)
    inside = undo_of(tx, operation)
    left = [found for activity in page.rows if (found := _take_back(inside, activity)) is not None]
    whole = operation.undone_cursor is None and page.next is None
    if whole and len(left) == len(page.rows):
        raise Conflict(
            "Nothing can be undone: everything has been changed again since.",
            {"left": list(map(asdict, left[:MOST_LISTED]))},
        )
    mark_undone(tx, operation_id, page.next)
    undone = len(page.rows) - len(left)
    return UndoneOperation(operation_of(inside), undone, len(left), left[:MOST_LISTED], page.next is not None)


def _take_back(tx: Transaction, activity: Activity) -> LeftAsIs | None:
    try:
        with tx.savepoint():
            reverse_activity(tx, activity)
    except (Busy, Full):
        raise
    except CrmError as error:
        message = error.problems[0].message if isinstance(error, Invalid) else error.message
        fields: Any = error.extra.get("fields", []) if isinstance(error, Conflict) else []
        return LeftAsIs(activity.id, activity.entity, activity.entity_id, message, fields)
    return None
