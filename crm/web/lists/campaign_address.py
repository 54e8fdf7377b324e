"""The address of the list of campaigns: filters, order, page."""

from crm.campaigns.filters import CampaignFilter
from crm.web.lists.list_address import ListAddress


class CampaignAddress(CampaignFilter, ListAddress):
    endpoint = "campaigns.list_all"
