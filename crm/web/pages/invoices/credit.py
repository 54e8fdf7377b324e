"""The page on which an invoice is taken back: whole, or by lines that one changes or leaves out."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.documents.credit_notes import CreditFields, credit_invoice, refuse_uncreditable
from crm.documents.invoice import Invoice, get_invoice
from crm.documents.invoice_lines import written_line
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import accepts_fields, permit
from crm.web.errors import status_of
from crm.web.pages.documents.form import changes_rows, errors_by_id, line_labels
from crm.web.pages.documents.line_rows import MOST_FIELDS, NEW_ROW, rows_of
from crm.web.pages.invoices.line_rows import LINES
from crm.web.requests.forms import form_version, refusal
from crm.web.requests.reading import read, write

blueprint = Blueprint("invoice_credit", __name__, url_prefix="/invoices/<id:invoice_id>/credit")


@blueprint.get("")
@permit("invoices.write")
def show(invoice_id: int) -> str:
    invoice = read(get_invoice, invoice_id)
    refuse_uncreditable(invoice)
    return _render(invoice, LINES.text([written_line(line) for line in invoice.lines]))


@blueprint.post("")
@permit("invoices.write")
@accepts_fields(MOST_FIELDS)
def credit(invoice_id: int) -> ResponseReturnValue:
    """All of the invoice, or the lines that the form has."""
    by_lines = "whole" not in request.form and LINES.typed("lines") is not None
    lines = (LINES.typed("lines") or "") if by_lines else ""
    if changes_rows():
        return _render(read(get_invoice, invoice_id), lines)
    given: dict[str, Any] = {"reason": request.form.get("reason", "")}
    try:
        fields = parse_fields(CreditFields, given | ({"lines": LINES.value("lines")} if by_lines else {}))
        note = write(credit_invoice, invoice_id, fields, expected_version=form_version())
    except (Conflict, Invalid, Stale) as error:
        return _render(read(get_invoice, invoice_id), lines, error), status_of(error)
    return redirect(url_for("invoice_record.show", invoice_id=note.id), 303)


def _render(invoice: Invoice, lines: str, error: CrmError | None = None) -> str:
    rows = rows_of(lines or LINES.text([written_line(line) for line in invoice.lines]))
    return render_template(
        "invoices/credit.html",
        invoice=invoice,
        version=request.form.get("version", invoice.version),
        reason=request.form.get("reason", ""),
        rows=rows + ([dict(NEW_ROW)] if "more" in request.form else []),
        new_row=NEW_ROW,
        sums=None,
        **refusal(error) | {"errors": errors_by_id(error), "labels": line_labels(len(rows))},
    )
