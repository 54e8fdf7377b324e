"""The address of the list of deals: filters, order and page."""

from crm.deals.deal_filters import DealFilter
from crm.web.lists.list_address import ListAddress


class DealAddress(DealFilter, ListAddress):
    endpoint = "deals.list_all"
