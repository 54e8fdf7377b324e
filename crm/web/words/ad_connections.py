"""What people read of connections to advertising platforms: their fields and states."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

STATES: Mapping[str, tuple[LazyString, str]] = {
    "waiting": (_("Waiting"), "news"),
    "failed": (_("Failed"), "bad"),
    "done": (_("Fetched"), "good"),
}
CONVERSION_STATES: Mapping[str, tuple[LazyString, str]] = {
    "waiting": (_("Waiting"), "news"),
    "told": (_("Told"), "good"),
    "withheld": (_("Not told"), "quiet"),
    "too_old": (_("Too old"), "quiet"),
    "unknown": (_("Unknown"), "warn"),
    "failed": (_("Failed"), "bad"),
}
PARTS: Mapping[str, LazyString] = {
    "app_secret": _("App secret"),
    "access_token": _("Access token"),
    "client_id": _("Client id"),
    "client_secret": _("Client secret"),
    "refresh_token": _("Refresh token"),
    "developer_token": _("Developer token"),
    "conversion_action": _("Number of the conversion action"),
    "login_customer_id": _("Number of the manager account"),
    "test_event_code": _("Code for test events"),
}
ACCOUNTS: Mapping[str, tuple[LazyString, LazyString]] = {
    "meta_leads": (_("Page id"), _("The number of the Facebook page, as its settings show it")),
    "meta_conversions": (_("Dataset id"), _("The number of the dataset (pixel) in the Events Manager")),
    "google_conversions": (_("Customer id"), _("The number of the account, as Google Ads shows it")),
}
"""What the account is called at the platform, and where it stands."""
NOTES: Mapping[str, LazyString] = {
    "meta_leads": _("Leads from forms on Facebook and Instagram come in within seconds."),
    "meta_conversions": _(
        "Meta is told of won leads that came by its clicks, where clients agreed to marketing."
    ),
    "google_conversions": _(
        "Google is told of won leads that came by its clicks, where clients agreed to marketing."
    ),
}
