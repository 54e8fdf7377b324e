"""Lists of campaigns."""

from crm.campaigns.campaign import COLUMN, Campaign, campaign_of
from crm.campaigns.filters import CAMPAIGN_SORTS, CAMPAIGNS, CampaignFilter, campaign_parts
from crm.records.record_list import RecordList

CAMPAIGN_LISTING: RecordList[CampaignFilter, Campaign] = RecordList(
    filters=CampaignFilter,
    shown=lambda _tx: CAMPAIGNS,
    sorts=lambda _tx, _sort: CAMPAIGN_SORTS,
    parts=campaign_parts,
    reading=lambda _tx: campaign_of,
    width=len(COLUMN),
    first={"status": "active"},
)
list_campaigns = CAMPAIGN_LISTING.page
count_campaigns = CAMPAIGN_LISTING.count
suggest_campaigns = CAMPAIGN_LISTING.suggest
