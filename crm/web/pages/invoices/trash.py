"""The trash of invoices."""

from flask import url_for
from flask_babel import lazy_gettext as _

from crm.documents.invoice_kind import INVOICE
from crm.web.lists.invoice_list import INVOICE_LIST
from crm.web.lists.page import trash_blueprint
from crm.web.records.removal import Removal, add_removal

blueprint = trash_blueprint(INVOICE_LIST)
add_removal(
    blueprint,
    Removal(
        kind=INVOICE,
        after=lambda _invoice: url_for("invoices.list_all"),
        at=lambda invoice: url_for("invoice_record.show", invoice_id=invoice.id),
        removed=_("%(name)s was moved to the trash."),
    ),
    "/<id:invoice_id>",
    INVOICE.may("delete"),
)
