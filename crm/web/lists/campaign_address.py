"""The address of the list of campaigns: filters, order, page, columns."""

from crm.campaigns.filters import CampaignFilter
from crm.web.lists.chosen_columns import AddedColumns


class CampaignAddress(CampaignFilter, AddedColumns):
    endpoint = "campaigns.list_all"
