"""The sidebar, the quick-create menu and the palette's commands."""

from collections.abc import Iterable, Iterator
from typing import Literal

from flask import Flask
from flask_babel import lazy_gettext

from crm.conversations.thread.inbox import count_unread
from crm.web.auth import is_off
from crm.web.kinds.destination import Destination
from crm.web.kinds.known import known_permissions, known_words
from crm.web.requests.reading import read
from crm.web.sessions.identity import current_identity
from crm.web.words.timelines import hanging_on

OTHERS = ""
"""The kinds of record that are not named beside it."""

Entry = Destination | str
"""Of a kind of record it is the kind's name, and its words tell where it is."""

WORK: tuple[Entry, ...] = (
    Destination("home.show_home", "house", lazy_gettext("Home"), "self.read", "g h"),
    "client",
    Destination("my_day.show", "sunrise", lazy_gettext("My day"), "tasks.read", "g m", ("my_day.", "tasks.")),
    Destination("board.show", "square-kanban", lazy_gettext("Board"), "leads.read", "g b", ("board.",)),
    "lead",
    OTHERS,
    Destination(
        "reports.show", "chart-column", lazy_gettext("Reports"), "leads.read", "g r", ("reports.", "reports_")
    ),
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
CREATE: tuple[Entry, ...] = (
    OTHERS,
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
            Destination("users.show_users", "users", lazy_gettext("Users"), "users.manage", also=("users.",)),
            Destination(
                "channels.show_channels",
                "message-circle",
                lazy_gettext("Channels"),
                "channels.manage",
                also=("channels.",),
            ),
            Destination(
                "texts.show_texts",
                "sparkles",
                lazy_gettext("Templates & quick replies"),
                "conversations.write",
            ),
            Destination("settings.show_workspace", "settings", lazy_gettext("Workspace"), "workspace.manage"),
            Destination(
                "company.show", "file-text", lazy_gettext("Company"), "company.manage", also=("company.",)
            ),
            Destination(
                "deal_rules.show",
                "banknote",
                lazy_gettext("Tax and rates of deals"),
                "deals.manage",
                also=("deal_rules.",),
            ),
            Destination(
                "modules.show", "columns-3", lazy_gettext("Modules"), "workspace.switch", also=("modules.",)
            ),
            Destination(
                "retention.show",
                "trash-2",
                lazy_gettext("Erasing by rule"),
                "clients.erase",
                also=("retention.",),
            ),
            Destination("pipelines.show", "route", lazy_gettext("Pipelines"), "pipelines.manage"),
            Destination(
                "custom_fields.show_fields",
                "list-checks",
                lazy_gettext("Custom fields"),
                "custom_fields.manage",
                also=("custom_fields.",),
            ),
            Destination(
                "numbers.show_series",
                "list-filter",
                lazy_gettext("Numbers"),
                "numbers.read",
                also=("numbers.",),
            ),
            Destination(
                "stock.show_links", "car", lazy_gettext("Public stock"), "vehicles.share", also=("stock.",)
            ),
            Destination(
                "web_forms.show_forms",
                "globe",
                lazy_gettext("Web forms"),
                "web_forms.read",
                also=("web_forms.", "web_form_submissions."),
            ),
            Destination(
                "webhooks.show_webhooks",
                "send",
                lazy_gettext("Webhooks"),
                "webhooks.manage",
                also=("webhooks.", "webhook_deliveries."),
            ),
            Destination(
                "exchange_rates.show",
                "banknote",
                lazy_gettext("Exchange rates"),
                "campaigns.manage",
                also=("exchange_rates.",),
            ),
            Destination(
                "campaign_sources.show_sources",
                "chart-column",
                lazy_gettext("Sources of figures"),
                "campaign_sources.manage",
                also=("campaign_sources.",),
            ),
            Destination(
                "ad_connections.show_connections",
                "target",
                lazy_gettext("Advertising"),
                "ad_connections.manage",
                also=("ad_connections.", "ad_conversions.", "lead_ads."),
            ),
            Destination(
                "imports.list_all", "upload", lazy_gettext("Import"), "clients.import", also=("imports.",)
            ),
            Destination(
                "system.show",
                "activity",
                lazy_gettext("System"),
                "monitoring.read",
                also=("system.", "alerts."),
            ),
            Destination(
                "backups.show_backups", "save", lazy_gettext("Backups"), "backups.read", also=("backups.",)
            ),
        ),
    ),
)


def install_navigation(app: Flask) -> None:
    app.jinja_env.globals.update(
        work_destinations=lambda: _open(_places(WORK, "place")),
        create_destinations=lambda: _open(_places(CREATE, "create")),
    )
    app.jinja_env.globals["settings_destinations"] = lambda: [
        (title, _open(places)) for title, places in SETTINGS
    ]
    app.jinja_env.globals["may"] = may
    app.jinja_env.globals["hanging_on"] = hanging_on
    app.jinja_env.globals["unread_conversations"] = lambda: read(count_unread)


def may(permission: str) -> bool:
    """Whether the user may do it. Pages hide what the view would refuse."""
    known = current_identity()
    if known is None or is_off(permission.partition(".")[0], known):
        return False
    return known_permissions().allow(known.role, permission, known.scope, known.members_may)


def _places(entries: Iterable[Entry], which: Literal["place", "create"]) -> Iterator[Destination]:
    by_kind = {words.name: getattr(words, which) for words in known_words()}
    named = [entry for entry in entries if isinstance(entry, str)]
    for entry in entries:
        if isinstance(entry, Destination):
            yield entry
            continue
        names = [entry] if entry else [name for name in by_kind if name not in named]
        yield from (by_kind[name] for name in names if by_kind[name] is not None)


def _open(destinations: Iterable[Destination]) -> list[Destination]:
    return [place for place in destinations if may(place.permission)]
