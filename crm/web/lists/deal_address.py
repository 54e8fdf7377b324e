"""The address of the list of deals: filters, order and page."""

from crm.deals.deal_filters import DealFilter
from crm.web.lists.chosen_columns import AddedColumns


class DealAddress(DealFilter, AddedColumns):
    endpoint = "deals.list_all"
