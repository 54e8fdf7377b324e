"""Taking a change back: its earlier values are applied anew, where nothing newer stands against it."""

from collections.abc import Callable, Mapping
from typing import Any

from crm.activity.timeline import Activity, find_activity, last_activity
from crm.clients.client import facts_of as facts_of_client
from crm.clients.client import live_client
from crm.clients.clients import change_client
from crm.clients.fields import ClientChanges
from crm.clients.trash import delete_client, restore_client
from crm.db.transaction import Transaction
from crm.errors import Conflict, NotFound
from crm.fields import parse_fields
from crm.leads.fields import LeadChanges
from crm.leads.lead import facts_of as facts_of_lead
from crm.leads.lead import live_lead
from crm.leads.leads import change_lead
from crm.leads.note_fields import NoteChanges
from crm.leads.notes import change_note, delete_note, get_note, restore_note
from crm.leads.stays import last_arrival
from crm.leads.task_fields import TaskChanges
from crm.leads.tasks import change_task, delete_task, get_task, restore_task
from crm.leads.trash import delete_lead, restore_lead

Reversal = Callable[[Transaction, Activity], object]


def undo_activity(tx: Transaction, activity_id: int) -> Activity:
    """Returns the entry of the new change.

    Raises NotFound, and Conflict: for what cannot be undone, and with the `fields` that something newer has
    changed since.
    """
    activity = find_activity(tx, activity_id)
    if activity is None:
        raise NotFound("There is no such activity.")
    reverse_activity(tx, activity)
    done = last_activity(tx)
    if done is None or done.id == activity.id:
        raise Conflict("There is nothing to undo: it stands as it was before.")
    return done


def reverse_activity(tx: Transaction, activity: Activity) -> None:
    """Raises Conflict where it cannot be, and whatever its operation refuses."""
    reverse = REVERSALS.get(activity.action)
    if reverse is None or activity.erased_at is not None:
        raise Conflict("This cannot be undone.")
    reverse(tx, activity)


def can_undo(activity: Activity) -> bool:
    """Whether it is of a kind that can be undone, which something newer may still forbid."""
    return activity.action in REVERSALS and activity.erased_at is None


def _lead_changed(tx: Transaction, activity: Activity) -> object:
    lead = live_lead(tx, activity.entity_id)
    earlier = _earlier(activity, facts_of_lead(lead) | {"closed_at": lead.closed_at})
    closed_at = earlier.pop("closed_at", None)
    if closed_at is None and "stage_id" in earlier:  # older entries do not have it
        closed_at = last_arrival(tx, lead.id, earlier["stage_id"])
    fields = parse_fields(LeadChanges, earlier)
    return change_lead(tx, lead.id, fields, restored=True, closed_at=closed_at)


def _client_changed(tx: Transaction, activity: Activity) -> object:
    earlier = _earlier(activity, facts_of_client(live_client(tx, activity.entity_id)))
    return change_client(tx, activity.entity_id, parse_fields(ClientChanges, earlier), allow_duplicate=True)


def _note_changed(tx: Transaction, activity: Activity) -> object:
    note = get_note(tx, activity.entity_id)
    earlier = _earlier(activity, {name: getattr(note, name) for name in activity.after or {}})
    return change_note(tx, activity.entity_id, parse_fields(NoteChanges, earlier))


def _task_changed(tx: Transaction, activity: Activity) -> object:
    task = get_task(tx, activity.entity_id)
    earlier = _earlier(activity, {name: getattr(task, name) for name in activity.after or {}})
    if "done_at" in earlier:
        earlier["done"] = earlier.pop("done_at") is not None
    if earlier.get("due_day"):
        earlier.pop("due_at", None)
    return change_task(tx, activity.entity_id, parse_fields(TaskChanges, earlier))


def _earlier(activity: Activity, now: Mapping[str, Any]) -> dict[str, Any]:
    """The values before the change, when those after it still stand."""
    before, after = activity.before or {}, activity.after or {}
    overtaken = [name for name, value in after.items() if name not in now or now[name] != value]
    if overtaken:
        raise Conflict("Something newer has changed it since.", {"fields": overtaken})
    return dict(before)


REVERSALS: dict[str, Reversal] = {
    "lead.changed": _lead_changed,
    "lead.moved": _lead_changed,
    "lead.created": lambda tx, activity: delete_lead(tx, activity.entity_id),
    "lead.restored": lambda tx, activity: delete_lead(tx, activity.entity_id),
    "lead.deleted": lambda tx, activity: restore_lead(tx, activity.entity_id),
    "client.changed": _client_changed,
    "client.created": lambda tx, activity: delete_client(tx, activity.entity_id),
    "client.restored": lambda tx, activity: delete_client(tx, activity.entity_id),
    "client.deleted": lambda tx, activity: restore_client(tx, activity.entity_id),
    "note.changed": _note_changed,
    "note.created": lambda tx, activity: delete_note(tx, activity.entity_id),
    "note.restored": lambda tx, activity: delete_note(tx, activity.entity_id),
    "note.deleted": lambda tx, activity: restore_note(tx, activity.entity_id),
    "call.changed": _note_changed,
    "call.created": lambda tx, activity: delete_note(tx, activity.entity_id),
    "call.restored": lambda tx, activity: delete_note(tx, activity.entity_id),
    "call.deleted": lambda tx, activity: restore_note(tx, activity.entity_id),
    "task.changed": _task_changed,
    "task.done": _task_changed,
    "task.reopened": _task_changed,
    "task.created": lambda tx, activity: delete_task(tx, activity.entity_id),
    "task.restored": lambda tx, activity: delete_task(tx, activity.entity_id),
    "task.deleted": lambda tx, activity: restore_task(tx, activity.entity_id),
}
