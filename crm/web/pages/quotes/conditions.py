"""The builder of the conditions of the list of quotes."""

from crm.web.lists.condition_page import conditions_of
from crm.web.lists.quote_list import QUOTE_LIST

blueprint = conditions_of(QUOTE_LIST)
