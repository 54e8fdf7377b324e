"""Undoing a change: its earlier values become a new change, unless the record has changed again."""

from collections.abc import Mapping
from typing import Any

from crm.activity.timeline import Activity, find_activity, last_activity
from crm.db.transaction import Transaction
from crm.errors import Conflict, NotFound
from crm.records.kind import Action, Kind
from crm.records.kinds import Kinds, kinds_of


def undo_activity(tx: Transaction, activity_id: int) -> Activity:
    """Returns the entry of the new change.

    Raises NotFound, and Conflict: for what cannot be undone, and with the `fields` that have changed
    since.
    """
    activity = find_activity(tx, activity_id)
    if activity is None:
        raise NotFound("There is no such activity.")
    reverse_activity(tx, activity)
    done = last_activity(tx)
    if done is None or done.id == activity.id:
        raise Conflict("There is nothing to undo: the record is already as it was before.")
    return done


def reverse_activity(tx: Transaction, activity: Activity) -> None:
    """Raises Conflict if it cannot be undone, and the refusals of its operation."""
    kinds = kinds_of(tx)
    if not can_undo(kinds, activity):
        raise Conflict("This cannot be undone.")
    kind, action = kinds.actions[activity.action]
    _reverse(tx, kind, action, activity)


def can_undo(kinds: Kinds, activity: Activity) -> bool:
    """Whether it is of a kind that can be undone, which something newer may still forbid."""
    if activity.action not in kinds.actions or activity.erased_at is not None:
        return False
    return kinds.actions[activity.action][1].undo is not None


def _reverse(tx: Transaction, kind: Kind, action: Action, activity: Activity) -> None:
    if action.undo == "change" and kind.changes is not None:
        earlier = _earlier(kind, activity, kind.changes.facts(tx, activity.entity_id))
        kind.changes.set_back(tx, activity.entity_id, earlier)
    elif action.undo == "delete" and kind.trash is not None:
        kind.trash.delete(tx, activity.entity_id)
    elif action.undo == "restore" and kind.trash is not None:
        kind.trash.restore(tx, activity.entity_id)


def _earlier(kind: Kind, activity: Activity, now: Mapping[str, Any]) -> dict[str, Any]:
    """The values before the change, if the values after it are still current; what follows from them is not
    set back: a sum, or a state.
    """
    moved = kind.lookup.record.moved if kind.lookup is not None else ()
    before, after = (
        {name: value for name, value in (facts or {}).items() if name not in moved}
        for facts in (activity.before, activity.after)
    )
    overtaken = [name for name, value in after.items() if name not in now or now[name] != value]
    if overtaken:
        raise Conflict("It has been changed again since.", {"fields": overtaken})
    return before
