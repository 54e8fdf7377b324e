"""The trash of products."""

from crm.web.lists.page import trash_blueprint
from crm.web.lists.product_list import PRODUCT_LIST

blueprint = trash_blueprint(PRODUCT_LIST)
