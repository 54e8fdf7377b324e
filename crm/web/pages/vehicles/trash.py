"""The trash of vehicles."""

from crm.web.lists.page import trash_blueprint
from crm.web.lists.vehicle_list import VEHICLE_LIST

blueprint = trash_blueprint(VEHICLE_LIST)
