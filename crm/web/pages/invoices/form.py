"""The form of a draft: one screen, whose sums the server makes while one types."""

from collections.abc import Mapping
from typing import Any

from flask import render_template

from crm.accounts.workspaces import get_workspace
from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.documents.invoice import Invoice
from crm.documents.invoice_fields import USUAL_DAYS, InvoiceChanges, InvoiceFields, given_of
from crm.documents.invoice_kind import INVOICE
from crm.documents.invoice_lines import taxes_of, totals_of_invoice, with_net
from crm.documents.invoice_values import as_kept_in_invoice
from crm.documents.invoices import change_invoice, create_invoice
from crm.documents.lines import plain
from crm.errors import CrmError, Invalid
from crm.fields import parse_fields, whole_number
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.auth import permit
from crm.web.pages.invoices.line_rows import LINES, NEW_ROW
from crm.web.pages.quotes.form import errors_by_id, first_problem, line_labels, other_rows
from crm.web.pages.quotes.line_rows import PERCENT, rows_of
from crm.web.records.entries import AMOUNT, NUMBER, OPTIONAL, TEXT, TICK, WORDS, Texts
from crm.web.records.entries import given_values as typed_values
from crm.web.records.form import Creation, RecordForm, form_blueprint
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.choices import currency_codes, language_choices, user_choices
from crm.web.words.fields import label_of

ENTRIES = {
    "title": TEXT, "client_id": NUMBER, "owner_id": NUMBER, "currency": TEXT, "language": OPTIONAL,
    "delivered_on": OPTIONAL, "delivered_until": OPTIONAL, "payment_days": NUMBER, "buyer_vat_id": TEXT,
    "buyer_reference": TEXT, "prices_include_tax": TICK, "header": TEXT, "lines": LINES, "discount": PERCENT,
    "discount_amount": AMOUNT, "footer": TEXT, "tags": WORDS,
}  # fmt: skip
PRICED = ("currency", "prices_include_tax", "discount", "discount_amount", "lines")


def _options(invoice: Invoice | None, values: Texts, error: CrmError | None) -> Mapping[str, Any]:
    rows = rows_of(values.get("lines", ""))
    further = [dict(NEW_ROW)] if not rows or other_rows() else []
    return {
        **read(_read_options, invoice, values),
        "rows": rows + further,
        "new_row": NEW_ROW,
        "errors": errors_by_id(error),
        "labels": {name: label_of(name) for name in ENTRIES} | line_labels(len(rows)),
        "sums": _sums_of(invoice) if invoice is not None and error is None else None,
    }


def _read_options(tx: Transaction, invoice: Invoice | None, values: Mapping[str, str]) -> dict[str, Any]:
    workspace = get_workspace(tx)
    client_id = whole_number(values.get("client_id", ""))
    held = invoice.currency if invoice else ""
    return {
        "client_name": name_records(tx, CLIENT, [client_id]).get(client_id, "") if client_id else "",
        "owners": user_choices(tx, invoice.owner_id if invoice else None),
        "tags": [tag.name for tag in list_tags(tx, "invoice")],
        "currency": workspace.currency,
        "currencies": [(code, code) for code in currency_codes(held, workspace.currency)],
        "languages": language_choices(),
        "workspace_language": workspace.language,
    }


def _sums_of(invoice: Invoice) -> dict[str, Any]:
    return {
        "currency": invoice.currency,
        "discount_total": invoice.discount_total,
        "taxes": invoice.taxes,
        "total_net": invoice.total_net,
        "total": invoice.total,
    }


blueprint = form_blueprint(
    RecordForm(
        kind=INVOICE,
        entries=ENTRIES,
        template="invoices/form.html",
        model=InvoiceChanges,
        change=change_invoice,
        options=_options,
        pickers={"client_id": ""},
        goes_on=other_rows,
        creation=Creation(
            model=InvoiceFields,
            create=create_invoice,
            asked=("client_id", "title"),
            usual=lambda: {"owner_id": str(identity().user_id), "payment_days": str(USUAL_DAYS)},
        ),
    )
)


@blueprint.post("/totals")
@permit("invoices.write")
def show_totals() -> str:
    """The sums of the form as it is, or what is wrong with it; nothing is saved."""
    try:
        fields = parse_fields(InvoiceChanges, typed_values(ENTRIES, PRICED))
        facts = as_kept_in_invoice(given_of(fields), {}, fields.currency)
        totals = totals_of_invoice(facts)
    except Invalid as error:
        return render_template("quotes/sums.html", sums=None, refusal=first_problem(error))
    sums = {
        "currency": fields.currency,
        "amounts": [line.amount for line in with_net(facts["lines"], totals)],
        "discount_total": plain(totals.discount),
        "taxes": taxes_of(facts["lines"], totals),
        "total_net": plain(totals.total_net),
        "total": plain(totals.total),
    }
    return render_template("quotes/sums.html", sums=sums, refusal="")
