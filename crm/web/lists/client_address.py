"""The address of the list of clients: filters, order, page."""

from crm.clients.filters import ClientFilter
from crm.web.lists.list_address import ListAddress


class ClientAddress(ClientFilter, ListAddress):
    endpoint = "clients.list_all"
