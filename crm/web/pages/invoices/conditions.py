"""The builder of the conditions of the list of invoices."""

from flask_babel import gettext as _

from crm.web.lists.condition_page import ConditionPage, condition_blueprint
from crm.web.lists.invoice_list import INVOICE_LIST

blueprint = condition_blueprint(
    ConditionPage(
        kind=INVOICE_LIST.kind,
        address=INVOICE_LIST.address,
        title=lambda: _("Invoices"),
        choices=lambda tx, wanted: INVOICE_LIST.choices(tx, wanted, {}),
    )
)
