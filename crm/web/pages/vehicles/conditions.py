"""The builder of the conditions of the list of vehicles."""

from crm.web.lists.condition_page import conditions_of
from crm.web.lists.vehicle_list import VEHICLE_LIST

blueprint = conditions_of(VEHICLE_LIST)
