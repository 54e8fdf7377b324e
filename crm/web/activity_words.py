"""What the ledger's entries say to people: a sentence, a sign, and each changed field before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from crm.activity.timeline import Activity
from crm.web.field_words import Known, label_of, show_value


@dataclass(frozen=True, slots=True)
class Saying:
    icon: str
    tone: str
    sentence: LazyString


@dataclass(frozen=True, slots=True)
class Entry:
    """`changes` are (label, before, after); an empty text means that nothing stood there."""

    id: int
    text: Markup
    icon: str
    tone: str
    created_at: str
    changes: list[tuple[str, str, str]]


SAYINGS = {
    "client.created": Saying("user-plus", "good", lazy_gettext("%(who)s added %(what)s")),
    "client.changed": Saying("pencil", "accent", lazy_gettext("%(who)s changed %(what)s")),
    "client.picture_changed": Saying(
        "image", "accent", lazy_gettext("%(who)s changed the picture of %(what)s")
    ),
    "client.deleted": Saying("trash-2", "bad", lazy_gettext("%(who)s moved %(what)s to the trash")),
    "client.restored": Saying("archive-restore", "good", lazy_gettext("%(who)s restored %(what)s")),
    "file.added": Saying("paperclip", "news", lazy_gettext("%(who)s added the file %(file)s")),
    "file.deleted": Saying("trash-2", "bad", lazy_gettext("%(who)s deleted the file %(file)s")),
    "file.restored": Saying("archive-restore", "good", lazy_gettext("%(who)s restored the file %(file)s")),
    "user.created": Saying("user-plus", "good", lazy_gettext("%(who)s added the user %(what)s")),
    "user.updated": Saying("user", "accent", lazy_gettext("%(who)s changed the user %(what)s")),
    "user.disabled": Saying("ban", "warn", lazy_gettext("%(who)s locked out %(what)s")),
    "user.enabled": Saying("user", "good", lazy_gettext("%(who)s let %(what)s in again")),
    "user.password_changed": Saying("lock", "quiet", lazy_gettext("%(who)s changed their password")),
    "user.password_reset": Saying("lock", "warn", lazy_gettext("The password of %(what)s was set anew")),
    "session.started": Saying("key-round", "quiet", lazy_gettext("%(who)s logged in")),
    "session.ended": Saying("log-out", "quiet", lazy_gettext("%(who)s ended a session")),
    "token.created": Saying("key-round", "news", lazy_gettext("%(who)s made an API token")),
    "token.revoked": Saying("key-round", "warn", lazy_gettext("%(who)s revoked an API token")),
    "invitation.created": Saying("mail", "news", lazy_gettext("%(who)s invited somebody")),
    "invitation.revoked": Saying("mail", "warn", lazy_gettext("%(who)s took back an invitation")),
    "invitation.accepted": Saying("user-plus", "good", lazy_gettext("%(who)s accepted an invitation")),
    "workspace.created": Saying("sparkles", "good", lazy_gettext("%(who)s set up the workspace")),
    "workspace.updated": Saying("settings", "accent", lazy_gettext("%(who)s changed the workspace")),
}
OTHER = Saying("activity", "quiet", lazy_gettext("%(who)s: %(action)s"))

WITHOUT_DETAILS = frozenset(
    {"client.picture_changed", "client.created", "client.deleted", "client.restored", "session.started"}
)


def tell(activity: Activity, known: Known, *, here: bool = False) -> Entry:
    """One entry in words. `here` says that its record is the one the page shows, and need not be named."""
    saying = SAYINGS.get(activity.action, OTHER)
    contents = {**(activity.before or {}), **(activity.after or {})}
    text = escape(str(saying.sentence)) % {
        "who": _strong(activity.actor.name if activity.actor else _("Holdfast")),
        "what": _subject(activity, contents, known, here=here),
        "file": _strong(str(contents.get("name", ""))),
        "action": activity.action,
    }
    if activity.subject == "client" and activity.entity != "client" and not here:
        text += Markup(" · ") + _client_link(activity.subject_id, known, contents={})
    changes = (
        [] if activity.action in WITHOUT_DETAILS or activity.entity == "file" else _changes(activity, known)
    )
    return Entry(activity.id, text, saying.icon, saying.tone, activity.created_at, changes)


def _subject(activity: Activity, contents: Mapping[str, Any], known: Known, *, here: bool) -> Markup:
    if activity.entity == "client" and here:
        return _changed_fields(activity) if activity.action == "client.changed" else escape(_("this client"))
    if activity.entity == "client":
        return _client_link(activity.entity_id, known, contents)
    if activity.entity == "user":
        return _strong(known.users.get(activity.entity_id) or str(contents.get("name", "")))
    return Markup()


def _changed_fields(activity: Activity) -> Markup:
    names = [label_of(name).lower() for name in (activity.after or {})]
    return Markup("{}").format(", ".join(names)) if names else escape(_("this client"))


def _client_link(client_id: int, known: Known, contents: Mapping[str, Any]) -> Markup:
    name = known.clients.get(client_id) or str(contents.get("name") or _("a client"))
    return Markup('<a href="{}">{}</a>').format(url_for("client_record.show", client_id=client_id), name)


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def _changes(activity: Activity, known: Known) -> list[tuple[str, str, str]]:
    before, after = activity.before or {}, activity.after or {}
    return [
        (label_of(name), show_value(name, before.get(name), known), show_value(name, after.get(name), known))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]
