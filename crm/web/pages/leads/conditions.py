"""The builder of the conditions of the list of leads."""

from crm.web.lists.condition_page import conditions_of
from crm.web.lists.lead_list import LEAD_LIST

blueprint = conditions_of(LEAD_LIST)
