"""The trash of campaigns."""

from crm.web.lists.campaign_list import CAMPAIGN_LIST
from crm.web.lists.page import trash_blueprint

blueprint = trash_blueprint(CAMPAIGN_LIST)
