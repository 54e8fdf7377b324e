"""The kinds of this room: campaigns, and the collections of their daily figures."""

from functools import partial

from crm.campaigns.campaign import CAMPAIGN_RECORD, Campaign, find_campaign, get_campaign
from crm.campaigns.campaigns import CAMPAIGN_SEARCH, change_campaign, create_campaign
from crm.campaigns.crediting import find_campaign_of_touch
from crm.campaigns.demo import begin_campaigns
from crm.campaigns.fields import CampaignChanges, CampaignFields
from crm.campaigns.filters import CAMPAIGN_SORTS, CampaignFilter, campaign_filter_fields
from crm.campaigns.importing import IMPORTED_CAMPAIGNS
from crm.campaigns.listing import count_campaigns, list_campaigns, suggest_campaigns
from crm.campaigns.rows import ROWS
from crm.campaigns.trash import delete_campaign, rebuild_campaign, restore_campaign
from crm.clients.phones import parse_phone
from crm.custom_fields.values import with_custom
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.records.bulk import Bulk, sets
from crm.records.kind import (
    Changes,
    Customized,
    Examples,
    Export,
    Facts,
    Kind,
    Listing,
    Lookup,
    Pointer,
    Search,
    Trash,
    exported,
    not_undone,
    usual_actions,
)
from crm.records.skeleton import facts_of

OF_THE_BUSINESS = "a campaign is the business's own, and says nothing of a person"
OF_CAMPAIGNS = (
    "campaign_platform_ids", "ad_sets", "ads", "ad_kpi_data", "daily_kpi_data", "daily_kpi_revisions",
    "campaign_summaries",
)  # fmt: skip


def _facts(tx: Transaction, campaign_id: int) -> Facts:
    return facts_of(CAMPAIGN_RECORD, get_campaign(tx, campaign_id))


def _set_back(tx: Transaction, campaign_id: int, earlier: Facts) -> object:
    return change_campaign(tx, campaign_id, parse_fields(CampaignChanges, with_custom(earlier)))


CAMPAIGN = Kind(
    name="campaign",
    table="campaigns",
    known_by="name",
    area="campaigns",
    modules=("campaigns",),
    permissions={
        "read": "everyone",
        "write": "workers",
        "delete": "workers",
        "export": "allowed",
        "manage": "admins",
    },
    rows={table: rules for table, rules in ROWS.items() if table != "collection_log"},
    examples=Examples(usual=6, least=0, begin=begin_campaigns),
    actions=usual_actions("campaign")
    | exported("campaign")
    | not_undone("rates are changed in the settings", "exchange_rates.changed"),
    erasing={table: OF_THE_BUSINESS for table in ROWS if table != "collection_log"},
    fields=CampaignFields,
    lookup=Lookup(CAMPAIGN_RECORD, get_campaign, find_campaign),
    pointers=(
        *(Pointer("campaign_id", "campaigns", of=table) for table in OF_CAMPAIGNS),
        Pointer("ad_set_id", "ad_sets", of="ads"),
        Pointer("ad_set_id", "ad_sets", of="ad_kpi_data"),
        Pointer("ad_id", "ads", of="ad_kpi_data"),
        *(
            Pointer(column, "collection_log", of=table)
            for table, column in (
                ("daily_kpi_data", "collection_id"),
                ("daily_kpi_revisions", "collection_id"),
                ("daily_kpi_revisions", "replaced_by"),
            )
        ),
    ),
    trash=Trash(delete_campaign, restore_campaign),
    changes=Changes(_facts, _set_back),
    bulk=Bulk(
        CampaignChanges,
        change_campaign,
        new=CampaignFields,
        create=partial(create_campaign, complete=True),
        own={"status": sets(CampaignChanges, "status")},
    ),
    listing=Listing(CampaignFilter, CAMPAIGN_SORTS, list_campaigns, count_campaigns, suggest_campaigns),
    filtered=campaign_filter_fields,
    export=Export(Campaign, CampaignFilter, CAMPAIGN_SORTS, list_campaigns, count_campaigns),
    importing=IMPORTED_CAMPAIGNS,
    search=Search(rebuild_campaign, CAMPAIGN_SEARCH, texts=("description",)),
    parts=frozenset({"notes", "tasks", "files", "tags"}),
    credited=find_campaign_of_touch,
    customized=Customized(parse_phone),
)

COLLECTION = Kind(
    name="collection",
    table="collection_log",
    area="campaigns",
    modules=("campaigns",),
    permissions={},
    rows={"collection_log": ROWS["collection_log"]},
    examples="the campaigns bring theirs along",
    erasing="it counts rows, and says nothing of a person",
    actions=not_undone("a day is corrected by collecting it again", "collection.created"),
    pointers=(Pointer("collected_by", "users"),),
)
