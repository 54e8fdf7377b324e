"""What people read of collecting figures: platforms, states of files and sources, fields, reasons."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from crm.imports.advertising.columns import FIELDS

WORKING = frozenset({"reading", "running"})
FILE_STATES: Mapping[str, tuple[LazyString, str]] = {
    "reading": (_("Reading the file"), "news"),
    "unmapped": (_("Columns to be chosen"), "warn"),
    "refused": (_("Rows to be mended"), "bad"),
    "ready": (_("Not confirmed yet"), "warn"),
    "running": (_("Being collected"), "news"),
    "done": (_("Collected"), "good"),
    "cancelled": (_("Cancelled"), "quiet"),
    "failed": (_("Failed"), "bad"),
}
FIGURES: Mapping[str, LazyString] = {
    "day": _("Day"),
    "day_from": _("First day"),
    "day_to": _("Last day"),
    "campaign_id": _("Id of the campaign"),
    "campaign": _("Campaign"),
    "ad_set_id": _("Id of the ad set"),
    "ad_set": _("Ad set"),
    "ad_id": _("Id of the ad"),
    "ad": _("Ad"),
    "currency": _("Currency"),
    "impressions": _("Impressions"),
    "clicks": _("Clicks"),
    "link_clicks": _("Clicks on links"),
    "spend": _("Spend"),
    "conversions": _("Conversions"),
    "conversion_value": _("Conversion value"),
    "leads": _("Leads"),
    "purchases": _("Purchases"),
    "results": _("Results"),
    "result_indicator": _("What the results are"),
    "sessions": _("Sessions"),
    "engaged_sessions": _("Engaged sessions"),
}
REASONS: Mapping[str, LazyString] = {
    "total": _("a total"),
    "comment": _("a comment"),
    "header again": _("the headers again"),
}
SOURCES = (
    ("google_ads", "Google Ads"),
    ("meta_ads", "Meta (Facebook, Instagram)"),
    ("tiktok_ads", "TikTok"),
    ("yandex_direct", "Yandex Direct"),
    ("linkedin_ads", "LinkedIn"),
    ("ga4", "Google Analytics 4"),
)


def field_choices() -> list[tuple[str, str]]:
    """What a column can be, in the order in which a person looks for it."""
    return [(name, str(FIGURES[name])) for name in FIELDS]
