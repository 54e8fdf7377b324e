"""What the ledger's entries say to people: a sentence, a sign, and each changed field before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from crm.activity.timeline import Activity
from crm.appliance.undo import can_undo
from crm.web.kinds.known import known_kinds
from crm.web.words.fields import Known, label_of, show_value
from crm.web.words.sayings import saying_of
from crm.work.notes import Note


@dataclass(frozen=True, slots=True)
class Entry:
    """`changes` are (label, before, after); an empty text means that nothing stood there.

    `note` is the note or call that the entry tells of, as it is now. `operation_id` is set where the line
    speaks of many entries, and is then what can be undone.
    """

    id: int
    text: Markup
    icon: str
    tone: str
    created_at: str
    changes: list[tuple[str, str, str]]
    note: Note | None
    undoable: bool
    operation_id: int | None = None


LINKED = {"client": "client_record.show", "lead": "lead_record.show"}
# What is made or taken back is undone where it stands, by deleting it.
UNDONE_ELSEWHERE = (".created", ".restored")
TELLING_A_NOTE = frozenset({"note.created", "call.created"})
WITHOUT_DETAILS = frozenset(
    {
        "client.picture_changed", "client.created", "client.deleted", "client.restored", "session.started",
        "lead.created", "lead.deleted", "lead.restored", "lead.reordered", "note.created", "call.created",
        "task.created", "task.done", "task.reopened", "task.deleted", "task.restored", "pipeline.created",
        "stage.created", "saved_view.created", "message.received", "message.written", "message.noted",
        "message.noticed", "message.edited", "message.revoked", "conversation.marketing_stopped",
        "conversation.marketing_resumed",
        "conversation.created", "conversation.reopened", "conversation.closed", "conversation.snoozed",
    }
)  # fmt: skip
SAID_LENGTH = 160
TOLD_OF_A_MOVE = ("pipeline_id", "stage_id", "status")


def tell(activity: Activity, known: Known, *, here: bool = False) -> Entry:
    """One entry in words. `here` says that its record is the one the page shows, and need not be named."""
    saying = saying_of(activity.action)
    contents = {**(activity.before or {}), **(activity.after or {})}
    text = escape(str(saying.sentence)) % {
        "who": _strong(activity.actor.name if activity.actor else _("Holdfast")),
        "what": _subject(activity, contents, known, here=here),
        "file": _strong(str(contents.get("name", ""))),
        "stage": _strong(known.stages.get(contents.get("stage_id", 0), "")),
        "said": _strong(_shortened(str(contents.get("body") or "…"))),
        "action": activity.action,
    }
    if activity.subject in LINKED and activity.entity != activity.subject and not here:
        text += Markup(" · ") + _link(activity.subject, activity.subject_id, known, contents={})
    return Entry(
        id=activity.id,
        text=text,
        icon=saying.icon,
        tone=saying.tone,
        created_at=activity.created_at,
        changes=_changes(activity, known),
        note=known.notes.get(activity.entity_id) if activity.action in TELLING_A_NOTE else None,
        undoable=can_undo(known_kinds(), activity) and not activity.action.endswith(UNDONE_ELSEWHERE),
    )


def _subject(activity: Activity, contents: Mapping[str, Any], known: Known, *, here: bool) -> Markup:
    if activity.entity in LINKED and here:
        return _changed_fields(activity) if activity.action.endswith(".changed") else _this(activity)
    if activity.entity in LINKED:
        return _link(activity.entity, activity.entity_id, known, contents)
    if activity.entity == "user":
        return _strong(known.users.get(activity.entity_id) or str(contents.get("name", "")))
    return _strong(_name(activity, contents, known))


def _name(activity: Activity, contents: Mapping[str, Any], known: Known) -> str:
    names = {"stage": known.stages, "pipeline": known.pipelines, "task": known.tasks}.get(activity.entity, {})
    return names.get(activity.entity_id) or str(
        contents.get("title") or contents.get("name") or _kind(activity)
    )


def _kind(activity: Activity) -> str:
    """What has no name: a note that came back from a backup is "note"."""
    return label_of(activity.entity).lower() if activity.action.endswith(".recovered") else "…"


def _shortened(text: str) -> str:
    return text if len(text) <= SAID_LENGTH else f"{text[:SAID_LENGTH].rstrip()}…"


def _changed_fields(activity: Activity) -> Markup:
    names = [label_of(name).lower() for name in (activity.after or {})]
    return Markup("{}").format(", ".join(names)) if names else _this(activity)


def _this(activity: Activity) -> Markup:
    return escape(_("this client") if activity.entity == "client" else _("this lead"))


def _link(entity: str, entity_id: int, known: Known, contents: Mapping[str, Any]) -> Markup:
    names = known.clients if entity == "client" else known.leads
    unnamed = _("a client") if entity == "client" else _("a lead")
    name = names.get(entity_id) or str(contents.get("name") or contents.get("title") or unnamed)
    record: dict[str, Any] = {f"{entity}_id": entity_id}
    address = url_for(LINKED[entity], **record)
    return Markup('<a href="{}">{}</a>').format(address, name)


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def _changes(activity: Activity, known: Known) -> list[tuple[str, str, str]]:
    if activity.action in WITHOUT_DETAILS or activity.entity == "file":
        return []
    told = TOLD_OF_A_MOVE if activity.action == "lead.moved" else ()
    before, after = _without_ends(activity.before), _without_ends(activity.after)
    return [
        (label_of(name), show_value(name, before.get(name), known), show_value(name, after.get(name), known))
        for name in {**before, **after}
        if before.get(name) != after.get(name) and name not in told
    ]


def _without_ends(facts: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A task of a day is told by its day alone."""
    told = facts or {}
    return {**told, "due_at": None} if told.get("due_day") and "due_at" in told else told
