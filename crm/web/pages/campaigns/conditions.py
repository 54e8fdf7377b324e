"""The builder of the conditions of the list of campaigns."""

from crm.web.lists.campaign_list import CAMPAIGN_LIST
from crm.web.lists.condition_page import conditions_of

blueprint = conditions_of(CAMPAIGN_LIST)
