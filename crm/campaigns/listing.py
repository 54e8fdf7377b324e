"""Lists of campaigns."""

from crm.campaigns.campaign import COLUMN, Campaign, campaign_reading
from crm.campaigns.filters import CAMPAIGNS, CampaignFilter, campaign_parts, campaign_sorts_for
from crm.records.record_list import RecordList

CAMPAIGN_LISTING: RecordList[CampaignFilter, Campaign] = RecordList(
    filters=CampaignFilter,
    shown=lambda _tx: CAMPAIGNS,
    sorts=campaign_sorts_for,
    parts=campaign_parts,
    reading=campaign_reading,
    width=len(COLUMN),
    first={"status": "active"},
)
list_campaigns = CAMPAIGN_LISTING.page
count_campaigns = CAMPAIGN_LISTING.count
suggest_campaigns = CAMPAIGN_LISTING.suggest
