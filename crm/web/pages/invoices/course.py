"""What is done with an invoice on its page: drafted, issued, paid, reminded of, taken back."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.documents.credit_notes import CreditFields, credit_invoice
from crm.documents.invoice import get_invoice
from crm.documents.invoice_fields import InvoiceFields
from crm.documents.invoice_issuing import issue_invoice
from crm.documents.invoices import create_invoice
from crm.documents.payment_fields import PaymentFields
from crm.documents.payments import add_payment, take_back_payment
from crm.documents.reminders import remind
from crm.errors import Conflict, Invalid, Stale
from crm.fields import parse_fields, whole_number
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.requests.amounts import plain_amount
from crm.web.requests.forms import form_version
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain
from crm.web.words.fields import label_of

blueprint = Blueprint("invoice_course", __name__, url_prefix="/invoices")


@blueprint.post("/from/quote/<id:quote_id>")
@permit("invoices.write")
def draft_from_quote(quote_id: int) -> ResponseReturnValue:
    """A draft of the whole quote, or of the deposit that the form asks for."""
    return _draft({"quote_id": quote_id}, url_for("quote_record.show", quote_id=quote_id))


@blueprint.post("/from/deal/<id:deal_id>")
@permit("invoices.write")
def draft_from_deal(deal_id: int) -> ResponseReturnValue:
    return _draft({"deal_id": deal_id}, url_for("deal_record.show", deal_id=deal_id))


def _draft(source: dict[str, Any], back: str) -> ResponseReturnValue:
    share = request.form.get("share", "").strip()
    given = {**source, "type": request.form.get("type", "invoice"), **({"share": share} if share else {})}
    try:
        made = write(create_invoice, parse_fields(InvoiceFields, given))
    except (Conflict, Invalid) as error:
        complain(_said(error))
        return redirect(back, 303)
    return redirect(url_for("invoice_record.show", invoice_id=made.id), 303)


@blueprint.post("/<id:invoice_id>/issue")
@permit("invoices.write")
def issue(invoice_id: int) -> ResponseReturnValue:
    return _do(invoice_id, lambda: write(issue_invoice, invoice_id, expected_version=form_version()))


@blueprint.post("/<id:invoice_id>/payments")
@permit("invoices.write")
def pay(invoice_id: int) -> ResponseReturnValue:
    return _do(invoice_id, lambda: _pay(invoice_id))


def _pay(invoice_id: int) -> object:
    currency = read(get_invoice, invoice_id).currency
    form = request.form
    given = {
        "amount": plain_amount(form.get("amount", ""), currency),
        "paid_on": form.get("paid_on", ""),
        "method": form.get("method") or None,
        "note": form.get("note", ""),
    }
    fields = parse_fields(PaymentFields, given)
    return write(add_payment, invoice_id, fields, expected_version=form_version())


@blueprint.post("/<id:invoice_id>/payments/<id:payment_id>/take-back")
@permit("invoices.write")
def take_back(invoice_id: int, payment_id: int) -> ResponseReturnValue:
    return _do(invoice_id, lambda: write(take_back_payment, invoice_id, payment_id))


@blueprint.post("/<id:invoice_id>/reminders")
@permit("invoices.write")
def note_reminder(invoice_id: int) -> ResponseReturnValue:
    return _do(invoice_id, lambda: write(remind, invoice_id, expected_version=form_version()))


@blueprint.post("/<id:invoice_id>/credit")
@permit("invoices.write")
def credit(invoice_id: int) -> ResponseReturnValue:
    """All of what the invoice asks for; a part of it by the API."""
    given = parse_fields(CreditFields, {"reason": request.form.get("reason", "")})
    return _do(invoice_id, lambda: write(credit_invoice, invoice_id, given, expected_version=form_version()))


def _do(invoice_id: int, operation: Callable[[], object]) -> ResponseReturnValue:
    """Back to the invoice, with what is wrong said there."""
    try:
        operation()
    except (Conflict, Invalid, Stale) as error:
        complain(_said(error))
    return redirect(url_for("invoice_record.show", invoice_id=invoice_id), 303)


def _said(error: Conflict | Invalid | Stale) -> str:
    if not isinstance(error, Invalid):
        return worded(error.message)
    return "; ".join(_problem(each.field, worded(each.message)) for each in error.problems)


def _problem(field: str, message: str) -> str:
    parts = field.split(".")
    place = whole_number(parts[1]) if len(parts) > 2 else None
    label = label_of(parts[-1])
    if parts[0] == "company":
        return str(_("Settings, Company: %(label)s %(message)s", label=label, message=message))
    return f"{label} {message}" if place is None else f"{place + 1}: {label} {message}"
