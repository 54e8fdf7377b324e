"""The builder of the conditions of the list of products."""

from crm.web.lists.condition_page import conditions_of
from crm.web.lists.product_list import PRODUCT_LIST

blueprint = conditions_of(PRODUCT_LIST)
