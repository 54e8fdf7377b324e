"""The words of the workspace, backups and ledger."""

from typing import Any

from flask_babel import lazy_gettext as _

from crm.accounts.kind import WORKSPACE as WORKSPACE_KIND
from crm.web.kinds.kind_words import KindWords, Saying


def _filters_text(filters: Any) -> str:
    """Of an export: `status: active, q: Anna`."""
    pairs = filters.items() if isinstance(filters, dict) else ()
    return ", ".join(f"{name}: {value}" for name, value in pairs)


WORKSPACE = KindWords(
    kind=WORKSPACE_KIND,
    one=_("Workspace"),
    many=_("Workspace"),
    icon="settings",
    entries=True,
    labels={
        "public_url": _("Address of this server"),
        "language": _("Language"),
        "locale": _("Formats"),
        "timezone": _("Time zone"),
        "members_import": _("Members may import"),
        "members_export": _("Members may export"),
        "members_merge": _("Members may merge clients"),
        "module_desk": _("Desk: vehicles and deals"),
        "module_quotes": _("Quotes and invoices"),
        "module_conversations": _("Conversations"),
        "module_campaigns": _("Campaigns"),
        "lost_leads_days": _("Lost leads are erased after (days)"),
        "inactive_clients_days": _("Inactive clients are erased after (days)"),
        "trash_days": _("The trash is erased after (days)"),
        "format": _("Format"),
        "count": _("Number"),
        "filters": _("Filters"),
    },
    shown={"filters": _filters_text},
    sayings={
        "alert.acknowledged": Saying(
            "triangle-alert", "quiet", _("%(who)s acknowledged an alert of the server")
        ),
        "alert.changed": Saying("triangle-alert", "quiet", _("%(who)s changed the alerts of the server")),
        "backup.started": Saying("archive", "quiet", _("%(who)s started a backup")),
        "backup.verified": Saying("archive", "quiet", _("%(who)s started verifying a backup")),
        "backup.downloaded": Saying("archive", "warn", _("%(who)s downloaded a backup")),
        "messages.released": Saying("send", "news", _("%(who)s resumed sending messages")),
        "workspace.import_begun": Saying("archive", "news", _("%(who)s started importing a workspace")),
        "workspace.imported": Saying("archive-restore", "good", _("The workspace was imported")),
        "workspace.exported": Saying("archive", "news", _("%(who)s exported the workspace")),
        "ledger.erased": Saying("trash-2", "warn", _("%(who)s erased personal data")),
        "workspace.created": Saying("sparkles", "good", _("%(who)s set up the workspace")),
        "workspace.key_replaced": Saying("key-round", "warn", _("The secret key of the server was replaced")),
        "workspace.changed": Saying("settings", "accent", _("%(who)s changed the workspace")),
    },
)
