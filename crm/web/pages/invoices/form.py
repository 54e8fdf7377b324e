"""The form of a draft of an invoice."""

from functools import partial

from flask_babel import gettext as _

from crm.documents.invoice_fields import USUAL_DAYS, InvoiceChanges, InvoiceFields, given_of
from crm.documents.invoice_kind import INVOICE
from crm.documents.invoice_lines import taxes_of, totals_of_invoice
from crm.documents.invoice_values import as_kept_in_invoice
from crm.documents.invoices import change_invoice, create_invoice
from crm.web.pages.documents.currency import CURRENCY, MONEY
from crm.web.pages.documents.form import DocumentForm, Sums, document_form, sums_of
from crm.web.pages.documents.line_rows import PERCENT
from crm.web.pages.invoices.line_rows import LINES
from crm.web.records.entries import NUMBER, OPTIONAL, TEXT, TICK, WORDS
from crm.web.records.form import Creation
from crm.web.sessions.identity import identity

ENTRIES = {
    "title": TEXT, "client_id": NUMBER, "owner_id": NUMBER, "currency": CURRENCY, "language": OPTIONAL,
    "delivered_on": OPTIONAL, "delivered_until": OPTIONAL, "payment_days": NUMBER, "buyer_vat_id": TEXT,
    "buyer_reference": TEXT, "prices_include_tax": TICK, "header": TEXT, "lines": LINES, "discount": PERCENT,
    "discount_amount": MONEY, "footer": TEXT, "tags": WORDS,
}  # fmt: skip


def _add_up(fields: InvoiceChanges) -> Sums:
    facts = as_kept_in_invoice(given_of(fields), {}, fields.currency)
    totals = totals_of_invoice(facts)
    return sums_of(fields.currency, taxes_of(facts["lines"], totals), totals)


blueprint = document_form(
    DocumentForm(
        kind=INVOICE,
        entries=ENTRIES,
        model=InvoiceChanges,
        change=change_invoice,
        creation=Creation(
            model=InvoiceFields,
            create=partial(create_invoice, complete=True),
            asked=("client_id", "title"),
            usual=lambda: {"owner_id": str(identity().user_id), "payment_days": str(USUAL_DAYS)},
        ),
        add_up=_add_up,
        closed=lambda invoice: _("It was issued.") if invoice.state != "draft" else "",
    )
)
