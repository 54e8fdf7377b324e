"""The words of campaigns and of the collections of their figures."""

from flask_babel import lazy_gettext as _

from crm.campaigns.filters import CAMPAIGN_SORTS
from crm.campaigns.kind import CAMPAIGN as CAMPAIGN_KIND
from crm.campaigns.kind import COLLECTION as COLLECTION_KIND
from crm.web.kinds.destination import Destination
from crm.web.kinds.kind_words import (
    KindWords,
    ListWords,
    Saying,
    as_it_is,
    exported_saying,
    usual_sayings,
)
from crm.web.lists.campaign_address import CampaignAddress
from crm.web.words.campaigns import platform_ids_text
from crm.web.words.formats import Plural

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")

CAMPAIGN = KindWords(
    kind=CAMPAIGN_KIND,
    one=_("Campaign"),
    many=_("Campaigns"),
    this=_("this campaign"),
    some=_("a campaign"),
    icon="target",
    record="campaign_record.show",
    place=Destination(
        "campaigns.list_all", "target", _("Campaigns"), "campaigns.read", "", ("campaigns.", "campaign_")
    ),
    create=Destination("campaign_form.show_new", "target", _("New campaign"), "campaigns.write"),
    list=ListWords("campaigns.list_all", CampaignAddress, CAMPAIGN_SORTS, found="campaigns/found.html"),
    entries=True,
    labels={
        "channel": _("Channel"),
        "start_date": _("Start"),
        "end_date": _("End"),
        "budget": _("Budget"),
        "utm_source": _("UTM source"),
        "utm_medium": _("UTM medium"),
        "utm_campaign": _("UTM campaign"),
        "utm_term": _("UTM term"),
        "utm_content": _("UTM content"),
        "platform_ids": _("Ids of platforms"),
    },
    shown={
        **dict.fromkeys(UTM, as_it_is),
        "platform_ids": platform_ids_text,
    },
    counted={
        "campaign.created": Plural("%(who)s added %(num)s campaign", "%(who)s added %(num)s campaigns"),
        "campaign.changed": Plural("%(who)s changed %(num)s campaign", "%(who)s changed %(num)s campaigns"),
        "campaign.deleted": Plural("%(who)s deleted %(num)s campaign", "%(who)s deleted %(num)s campaigns"),
        "campaign.restored": Plural(
            "%(who)s restored %(num)s campaign", "%(who)s restored %(num)s campaigns"
        ),
    },
    counted_changes={
        "campaign.changed": Plural(
            "%(who)s changed the %(field)s of %(num)s campaign",
            "%(who)s changed the %(field)s of %(num)s campaigns",
        ),
    },
    sayings=usual_sayings("campaign", "target")
    | exported_saying("campaign", _("%(who)s exported campaigns"))
    | {
        "exchange_rates.changed": Saying(
            "banknote", "accent", _("%(who)s changed the exchange rates"), details=False
        )
    },
)

COLLECTION = KindWords(
    kind=COLLECTION_KIND,
    one=_("Daily figures"),
    many=_("Daily figures"),
    icon="table-2",
    labels={"rows": _("Rows"), "new": _("New"), "changed": _("Changed"), "unchanged": _("Unchanged")},
    sayings={
        "collection.created": Saying(
            "table-2", "accent", _("%(who)s collected daily figures of campaigns"), details=False
        )
    },
)
