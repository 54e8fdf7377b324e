"""The builder of the conditions of the list of deals."""

from crm.web.lists.condition_page import conditions_of
from crm.web.lists.deal_list import DEAL_LIST

blueprint = conditions_of(DEAL_LIST)
