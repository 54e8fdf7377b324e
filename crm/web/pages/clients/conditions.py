"""The builder of the conditions of the list of clients."""

from crm.web.lists.client_list import CLIENT_LIST
from crm.web.lists.condition_page import conditions_of

blueprint = conditions_of(CLIENT_LIST)
