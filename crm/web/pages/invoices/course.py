"""What is done with an invoice on its page: issued, paid, reminded of."""

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.documents.invoice import get_invoice
from crm.documents.invoice_issuing import issue_invoice
from crm.documents.invoice_mails import InvoiceMailFields, mail_invoice
from crm.documents.payment_fields import PaymentFields
from crm.documents.payments import add_payment, take_back_payment
from crm.documents.reminders import ReminderFields, remind
from crm.errors import Conflict, Invalid, Stale
from crm.fields import parse_fields, whole_number
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.requests.amounts import plain_amount
from crm.web.requests.forms import form_version
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say
from crm.web.sessions.identity import mail_set_up
from crm.web.words.fields import label_of

blueprint = Blueprint("invoice_course", __name__, url_prefix="/invoices")


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
        "refund": "refund" in form,
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
    """Sent by the worker, or in another way: then it is only noted."""
    return _do(invoice_id, lambda: _remind(invoice_id))


def _remind(invoice_id: int) -> None:
    fields = parse_fields(ReminderFields, {"by": request.form.get("by") or "note", **_letter()})
    version = form_version()
    write(remind, invoice_id, fields, mail_set_up=mail_set_up(), expected_version=version)
    if fields.by == "email":
        say(_("The e-mail is on its way."))


@blueprint.post("/<id:invoice_id>/mails")
@permit("invoices.write")
def send_mail(invoice_id: int) -> ResponseReturnValue:
    return _do(invoice_id, lambda: _mail(invoice_id))


def _mail(invoice_id: int) -> None:
    fields = parse_fields(InvoiceMailFields, _letter())
    write(mail_invoice, invoice_id, fields, mail_set_up=mail_set_up(), expected_version=form_version())
    say(_("The e-mail is on its way."))


def _letter() -> dict[str, str]:
    """What of it was typed."""
    return {name: request.form.get(name, "") for name in ("to", "subject", "text")}


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
