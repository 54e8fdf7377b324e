"""The trash of invoices."""

from crm.web.lists.invoice_list import INVOICE_LIST
from crm.web.lists.page import trash_blueprint

blueprint = trash_blueprint(INVOICE_LIST)
