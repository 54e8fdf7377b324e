"""Entries of the ledger as sentences, with an icon and each changed field before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from crm.activity.timeline import Activity
from crm.appliance.undo import can_undo
from crm.web.kinds.kind_words import Saying
from crm.web.kinds.known import known_kinds, known_words
from crm.web.words.fields import Known, label_of, show_value
from crm.work.notes import Note


@dataclass(frozen=True, slots=True)
class Entry:
    """`changes` are (label, before, after); an empty text means that there was no value.

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


# What is made or taken back is undone where it stands, by deleting it.
UNDONE_ELSEWHERE = (".created", ".restored")
TELLING_A_NOTE = frozenset({"note.created", "call.created"})
SAID_LENGTH = 160


def tell(activity: Activity, known: Known, *, here: bool = False) -> Entry:
    """One entry in words. `here` says that its record is the one the page shows, and need not be named."""
    words = known_words()
    saying = words.saying_of(activity.action)
    contents = {**(activity.before or {}), **(activity.after or {})}
    text = escape(str(saying.sentence)) % {
        "who": _strong(activity.actor.name if activity.actor else _("Holdfast")),
        "what": _subject(activity, contents, known, here=here),
        "file": _strong(str(contents.get("name", ""))),
        "stage": _strong(known.name("stage", contents.get("stage_id")) or ""),
        "said": _strong(_shortened(str(contents.get("body") or "…"))),
        "action": activity.action,
    }
    if activity.subject in words.with_page and activity.entity != activity.subject and not here:
        text += Markup(" · ") + _link(activity.subject, activity.subject_id, known, contents={})
    return Entry(
        id=activity.id,
        text=text,
        icon=saying.icon,
        tone=saying.tone,
        created_at=activity.created_at,
        changes=_changes(activity, saying, known),
        note=known.notes.get(activity.entity_id) if activity.action in TELLING_A_NOTE else None,
        undoable=can_undo(known_kinds(), activity) and not activity.action.endswith(UNDONE_ELSEWHERE),
    )


def _subject(activity: Activity, contents: Mapping[str, Any], known: Known, *, here: bool) -> Markup:
    if activity.entity in known_words().with_page and here:
        changed = activity.action.endswith(".changed")
        return _changed_fields(activity, known) if changed else _this(activity)
    if activity.entity in known_words().with_page:
        return _link(activity.entity, activity.entity_id, known, contents)
    return _strong(_name(activity, contents, known))


def _name(activity: Activity, contents: Mapping[str, Any], known: Known) -> str:
    return known.name(activity.entity, activity.entity_id) or str(
        contents.get("title") or contents.get("name") or _kind(activity)
    )


def _kind(activity: Activity) -> str:
    """For records without a name: a note restored from a backup is "note"."""
    if not activity.action.endswith(".recovered"):
        return "…"
    words = known_words().by_name.get(activity.entity)
    return str(words.one if words else label_of(activity.entity)).lower()


def _shortened(text: str) -> str:
    return text if len(text) <= SAID_LENGTH else f"{text[:SAID_LENGTH].rstrip()}…"


def _changed_fields(activity: Activity, known: Known) -> Markup:
    custom = known.custom.get(activity.entity, {})
    moved = _moved(activity)
    names = [label_of(name, custom).lower() for name in (activity.after or {}) if name not in moved]
    return Markup("{}").format(", ".join(names)) if names else _this(activity)


def _this(activity: Activity) -> Markup:
    return escape(known_words().by_name[activity.entity].this)


def _link(entity: str, entity_id: int, known: Known, contents: Mapping[str, Any]) -> Markup:
    words = known_words().with_page[entity]
    name = known.name(entity, entity_id) or contents.get("name") or contents.get("title") or words.some
    return Markup('<a href="{}">{}</a>').format(words.address_of(entity_id), str(name))


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def _changes(activity: Activity, saying: Saying, known: Known) -> list[tuple[str, str, str]]:
    if not saying.details:
        return []
    before, after = _without_ends(activity.before), _without_ends(activity.after)
    custom = known.custom.get(activity.entity, {})
    words = known_words().by_name.get(activity.entity)
    hidden = _moved(activity) - frozenset(words.labels if words else ())

    def shown(facts: Mapping[str, Any], name: str) -> str:
        return show_value(name, facts.get(name), known, custom)

    return [
        (label_of(name, custom), shown(before, name), shown(after, name))
        for name in {**before, **after}
        if before.get(name) != after.get(name) and name not in saying.untold and name not in hidden
    ]


def _moved(activity: Activity) -> frozenset[str]:
    """What operations set of such a record: a sum follows from what was changed."""
    kind = known_kinds().by_name.get(activity.entity)
    return frozenset() if kind is None or kind.lookup is None else frozenset(kind.lookup.record.moved)


def _without_ends(facts: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A task of a day shows its day alone."""
    known = facts or {}
    return {**known, "due_at": None} if known.get("due_day") and "due_at" in known else known
