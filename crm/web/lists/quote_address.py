"""The address of the list of quotes: filters, order, page."""

from crm.documents.filters import QuoteFilter
from crm.web.lists.list_address import ListAddress


class QuoteAddress(QuoteFilter, ListAddress):
    endpoint = "quotes.list_all"
