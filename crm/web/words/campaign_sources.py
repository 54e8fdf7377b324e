"""What people read of sources of figures: their fields and states."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

STATES: Mapping[str, tuple[LazyString, str]] = {
    "new": (_("Not collected yet"), "news"),
    "good": (_("Collected"), "good"),
    "later": (_("Tried again soon"), "warn"),
    "failed": (_("Needs you"), "bad"),
}
OUTCOMES: Mapping[str, tuple[LazyString, str]] = {
    "good": (_("Collected"), "good"),
    "later": (_("Tried again later"), "warn"),
    "failed": (_("Failed"), "bad"),
}
PARTS: Mapping[str, LazyString] = {
    "client_id": _("Client id"),
    "client_secret": _("Client secret"),
    "refresh_token": _("Refresh token"),
    "developer_token": _("Developer token"),
    "access_token": _("Access token"),
    "header_value": _("Value of the header"),
    "login_customer_id": _("Number of the manager account"),
    "with_ads": _("Ad sets and ads, too"),
    "url": _("Address"),
    "header_name": _("Name of the header"),
    "rows": _("Path of the rows"),
    "next": _("Path of the next page"),
    "day": _("Path of the day"),
    "campaign": _("Path of the campaign's name"),
    "campaign_id": _("Path of the campaign's id"),
    "impressions": _("Path of the impressions"),
    "clicks": _("Path of the clicks"),
    "spend": _("Path of the spend"),
    "conversions": _("Path of the conversions"),
    "conversion_value": _("Path of the conversion value"),
    "currency": _("Path of the currency"),
}
HINTS: Mapping[str, LazyString] = {
    "url": _("{since} and {until} in it become the first and the last day, such as 2026-11-01."),
    "rows": _("Such as data.items; empty where the answer itself is the list."),
    "next": _("Where the address of the next page stands, on the same host; empty without pages."),
    "campaign": _("This, or the path of its id, is needed: rows without a campaign are not kept."),
    "with_ads": _("Their figures are asked for by further requests, and shown with the campaign."),
    "header_name": _("Authorization, where it is empty."),
}
