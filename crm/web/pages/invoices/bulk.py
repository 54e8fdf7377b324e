"""Bulk actions on invoices."""

from flask_babel import lazy_gettext

from crm.documents.invoice_kind import INVOICE
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.invoice_address import InvoiceAddress
from crm.web.words.formats import Plural

blueprint = bulk_blueprint(
    Bar(
        INVOICE,
        InvoiceAddress,
        counted=Plural("%(num)s invoice", "%(num)s invoices"),
        changed=Plural("%(num)s invoice changed.", "%(num)s invoices changed."),
        restored=Plural("%(num)s invoice restored.", "%(num)s invoices restored."),
        none_deleted=lazy_gettext("No invoices were deleted"),
        trashed=Plural("%(num)s invoice moved to the trash.", "%(num)s invoices moved to the trash."),
    )
)
