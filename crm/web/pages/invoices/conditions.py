"""The builder of the conditions of the list of invoices."""

from crm.web.lists.condition_page import conditions_of
from crm.web.lists.invoice_list import INVOICE_LIST

blueprint = conditions_of(INVOICE_LIST)
