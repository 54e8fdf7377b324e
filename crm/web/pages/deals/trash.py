"""The trash of deals: cancelled ones alone go there."""

from crm.web.lists.deal_list import DEAL_LIST
from crm.web.lists.page import trash_blueprint

blueprint = trash_blueprint(DEAL_LIST)
