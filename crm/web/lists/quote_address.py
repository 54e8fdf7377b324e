"""The address of the list of quotes: filters, order, page."""

from crm.documents.filters import QuoteFilter
from crm.web.lists.chosen_columns import AddedColumns


class QuoteAddress(QuoteFilter, AddedColumns):
    endpoint = "quotes.list_all"
