"""The list of campaigns: columns, usual views, filters and their choices."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.campaigns.kind import CAMPAIGN
from crm.db.transaction import Transaction
from crm.records.tags import list_tags
from crm.web.lists.campaign_address import CampaignAddress
from crm.web.lists.choices import Choices
from crm.web.lists.chosen_columns import column_names
from crm.web.lists.filters import CHANGED, CREATED, SEARCH, TAG, Field
from crm.web.lists.page import Columns, ListPage, TrashWords
from crm.web.lists.saved_views import UsualView
from crm.web.words.campaigns import CHANNELS, STATES

FILTERS = (
    SEARCH,
    Field("status", lazy_gettext("Status"), "choice", at_hand=True),
    Field("channel", lazy_gettext("Channel"), "choice", at_hand=True),
    TAG,
    Field("utm_campaign", lazy_gettext("UTM campaign"), "words"),
    CREATED,
    CHANGED,
)


def _columns(_wanted: CampaignAddress) -> Columns:
    return [
        (_("Name"), "name", "col-main"),
        (_("Channel"), "channel", "col-stock"),
        (_("Status"), "status", "col-location"),
        (_("Budget"), "budget", "col-price number"),
        (_("Start"), "start_date", "col-days"),
        (_("Tags"), "tags", "col-tags"),
        (_("Changed"), "updated_at", "col-time end"),
    ]


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "target", {}),
        (_("Active"), "circle-check", {"status": "active"}),
        (_("Planned"), "clock", {"status": "planned"}),
        (_("Ended"), "archive", {"status": "ended"}),
    ]


def _choices(tx: Transaction) -> Choices:
    return {
        "status": [(name, str(text)) for name, text in STATES.items()],
        "channel": [(name, str(text)) for name, text in CHANNELS.items()],
        "tag": [(tag.name, tag.name) for tag in list_tags(tx, "campaign")],
    }


CAMPAIGN_LIST = ListPage(
    kind=CAMPAIGN,
    address=CampaignAddress,
    folder="campaigns",
    filters=FILTERS,
    columns=_columns,
    extras=lambda tx: column_names(tx, CAMPAIGN, {}),
    usual=_usual_views,
    choices=lambda tx, _wanted, _extras: _choices(tx),
    cells=True,
    fields="col-main:name col-tags:tags",
    css="table-vehicles table-products",
    trash=TrashWords(
        lazy_gettext("Deleted campaigns are kept here and can be restored."),
        lazy_gettext("Deleted campaigns"),
        lambda campaign: campaign.utm_campaign or "",
    ),
)
