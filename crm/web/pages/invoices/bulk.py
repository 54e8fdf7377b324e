"""Bulk actions on invoices."""

from flask_babel import lazy_gettext

from crm.documents.invoice_kind import INVOICE
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.invoice_address import InvoiceAddress
from crm.web.words.formats import counted

blueprint = bulk_blueprint(
    Bar(
        INVOICE,
        InvoiceAddress,
        counted=lambda count: counted("%(num)s invoice", "%(num)s invoices", count),
        changed=lambda count: counted("%(num)s invoice changed.", "%(num)s invoices changed.", count),
        restored=lambda count: counted("%(num)s invoice restored.", "%(num)s invoices restored.", count),
        none_deleted=lazy_gettext("No invoices were deleted"),
        trashed=lambda count: counted(
            "%(num)s invoice moved to the trash.", "%(num)s invoices moved to the trash.", count
        ),
    )
)
