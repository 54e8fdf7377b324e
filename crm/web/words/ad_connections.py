"""What people read of connections to advertising platforms: their fields and states."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

STATES: Mapping[str, tuple[LazyString, str]] = {
    "waiting": (_("Waiting"), "news"),
    "failed": (_("Failed"), "bad"),
    "done": (_("Fetched"), "good"),
}
PARTS: Mapping[str, LazyString] = {
    "app_secret": _("App secret"),
    "access_token": _("Access token"),
}
ACCOUNTS: Mapping[str, tuple[LazyString, LazyString]] = {
    "meta_leads": (_("Page id"), _("The number of the Facebook page, as its settings show it")),
}
"""What the account is called at the platform, and where it stands."""
NOTES: Mapping[str, LazyString] = {
    "meta_leads": _("Leads from forms on Facebook and Instagram come in within seconds."),
}
