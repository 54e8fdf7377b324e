"""The sidebar, the quick-create menu, the palette's own entries: what there is to go to, and for whom."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import LazyString, lazy_gettext

from crm.conversations.thread.inbox import count_unread
from crm.web.kinds.known import known_permissions
from crm.web.requests.reading import read
from crm.web.sessions.identity import current_identity
from crm.web.words.timelines import hanging_on


@dataclass(frozen=True, slots=True)
class Destination:
    """`keys` is the shortcut, one key after the other; pages below `also` count as being here."""

    endpoint: str
    icon: str
    label: LazyString
    permission: str
    keys: str = ""
    also: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        endpoint = request.endpoint or ""
        return endpoint == self.endpoint or endpoint.startswith(self.also)


WORK = (
    Destination("home.show_home", "house", lazy_gettext("Home"), "self.read", "g h"),
    Destination(
        "clients.list_all", "users", lazy_gettext("Clients"), "clients.read", "g c", ("clients.", "client_")
    ),
    Destination("my_day.show", "sunrise", lazy_gettext("My day"), "tasks.read", "g m", ("my_day.", "tasks.")),
    Destination("board.show", "square-kanban", lazy_gettext("Board"), "leads.read", "g b", ("board.",)),
    Destination("leads.list_all", "target", lazy_gettext("Leads"), "leads.read", "g l", ("leads.", "lead_")),
    Destination("reports.show", "chart-column", lazy_gettext("Reports"), "leads.read", "g r"),
    Destination(
        "inbox.show_inbox", "inbox", lazy_gettext("Inbox"), "conversations.read", "g i", ("inbox.", "inbox_")
    ),
    Destination("files.list_all", "files", lazy_gettext("Files"), "files.read", "g f", ("files.",)),
    Destination(
        "activity.list_activity",
        "activity",
        lazy_gettext("Activity"),
        "activities.read",
        "g a",
        ("activity.",),
    ),
)
CREATE = (
    Destination("client_form.show_new", "user-plus", lazy_gettext("New client"), "clients.write", "c"),
    Destination("lead_form.show_new", "target", lazy_gettext("New lead"), "leads.write", "l"),
    Destination("inbox_new.show_new", "send", lazy_gettext("New message"), "conversations.write"),
)

SETTINGS = (
    (
        lazy_gettext("You"),
        (
            Destination("settings.show_profile", "circle-user", lazy_gettext("Profile"), "self.read"),
            Destination("security.show_security", "shield-check", lazy_gettext("Security"), "self.read"),
            Destination(
                "tokens.show_tokens", "key-round", lazy_gettext("API tokens"), "self.read", also=("tokens.",)
            ),
        ),
    ),
    (
        lazy_gettext("Workspace"),
        (
            Destination(
                "users.show_users", "users", lazy_gettext("People"), "users.manage", also=("users.",)
            ),
            Destination(
                "channels.show_channels",
                "message-circle",
                lazy_gettext("Channels"),
                "channels.manage",
                also=("channels.",),
            ),
            Destination("texts.show_texts", "sparkles", lazy_gettext("Texts"), "conversations.write"),
            Destination("settings.show_workspace", "settings", lazy_gettext("Workspace"), "workspace.manage"),
            Destination("pipelines.show", "route", lazy_gettext("Pipelines"), "pipelines.manage"),
            Destination(
                "backups.show_backups", "save", lazy_gettext("Backups"), "backups.read", also=("backups.",)
            ),
        ),
    ),
)


def install_navigation(app: Flask) -> None:
    app.jinja_env.globals.update(
        work_destinations=lambda: _open(WORK),
        create_destinations=lambda: _open(CREATE),
    )
    app.jinja_env.globals["settings_destinations"] = lambda: [
        (title, _open(places)) for title, places in SETTINGS
    ]
    app.jinja_env.globals["may"] = may
    app.jinja_env.globals["hanging_on"] = hanging_on
    app.jinja_env.globals["unread_conversations"] = lambda: read(count_unread)


def may(permission: str) -> bool:
    """Whether the reader may do it: hides what would be refused; the refusal itself is the door's."""
    known = current_identity()
    return known is not None and known_permissions().allow(known.role, permission, known.scope)


def _open(destinations: tuple[Destination, ...]) -> list[Destination]:
    return [place for place in destinations if may(place.permission)]
