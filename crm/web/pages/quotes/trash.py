"""The trash of quotes."""

from crm.web.lists.page import trash_blueprint
from crm.web.lists.quote_list import QUOTE_LIST

blueprint = trash_blueprint(QUOTE_LIST)
