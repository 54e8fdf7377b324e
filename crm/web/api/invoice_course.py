"""/api/invoices/{id}/…: what happens to an invoice: issued, paid, reminded of, taken back, drawn."""

from flask import Blueprint, Response, request, url_for

from crm.db.transaction import Transaction
from crm.documents.credit_notes import CreditFields, credit_invoice
from crm.documents.invoice import Invoice
from crm.documents.invoice_issuing import issue_invoice
from crm.documents.invoice_mails import InvoiceMail, InvoiceMailFields, list_invoice_mails, mail_invoice
from crm.documents.invoice_reading import get_e_invoice, invoice_document
from crm.documents.payment_fields import PaymentFields
from crm.documents.payments import Payment, add_payment, list_payments, take_back_payment
from crm.documents.pdf import draw_pdf, write_e_invoice
from crm.documents.reminders import Reminder, ReminderFields, next_reminder, remind
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, read, write
from crm.web.responses import answers
from crm.web.responses.documents import send_pdf, send_xml
from crm.web.sessions.identity import mail_set_up

blueprint = Blueprint("api_invoice_course", __name__, url_prefix="/api/invoices/<id:invoice_id>")


@blueprint.post("/issue")
@permit("invoices.write")
@contract(result=Invoice, refusals=(409, 412, 422))
def issue(invoice_id: int) -> Response:
    """Issue a draft: it gets its number and stays as it is from then on"""
    version = expected_version()

    def operation(tx: Transaction) -> Invoice:
        return issue_invoice(tx, invoice_id, expected_version=version)

    return answer_once(operation, _answer)


@blueprint.post("/credit")
@permit("invoices.write")
@contract(body=CreditFields, body_required=False, result=Invoice, status=201, refusals=(409, 412))
def credit(invoice_id: int) -> Response:
    """Issue a credit note that takes an invoice back, whole or in part"""
    given = json_body(CreditFields) if request.get_data() else CreditFields()
    version = expected_version()

    def operation(tx: Transaction) -> Invoice:
        return credit_invoice(tx, invoice_id, given, expected_version=version)

    return answer_once(operation, _created)


@blueprint.get("/payments")
@permit("invoices.read")
@contract(result=list[Payment])
def payments(invoice_id: int) -> Response:
    """List the payments of an invoice, newest first"""
    return answers.data(read(list_payments, invoice_id))


@blueprint.post("/payments")
@permit("invoices.write")
@contract(body=PaymentFields, result=Payment, status=201, refusals=(409, 412))
def pay(invoice_id: int) -> Response:
    """Enter a payment, of all that is open or of a part"""
    given, version = json_body(PaymentFields), expected_version()

    def operation(tx: Transaction) -> Payment:
        return add_payment(tx, invoice_id, given, expected_version=version)

    return answer_once(operation, _paid)


@blueprint.delete("/payments/<id:payment_id>")
@permit("invoices.write")
@contract(status=204, refusals=(409,))
def take_back(invoice_id: int, payment_id: int) -> Response:
    """Take back a payment that was entered wrong; it stays in the list"""
    write(take_back_payment, invoice_id, payment_id)
    return answers.no_content()


@blueprint.get("/reminder")
@permit("invoices.read")
@contract(result=Reminder, refusals=(409,))
def reminder(invoice_id: int) -> Response:
    """Get the text of the reminder that comes next, in the language of the invoice"""
    return answers.data(read(next_reminder, invoice_id))


@blueprint.post("/reminders")
@permit("invoices.write")
@contract(body=ReminderFields, body_required=False, result=Reminder, status=201, refusals=(409, 412))
def note_reminder(invoice_id: int) -> Response:
    """Remind the client by e-mail, or note that they were reminded: the next reminder is of the next level"""
    given = json_body(ReminderFields) if request.get_data() else ReminderFields()
    version, set_up = expected_version(), mail_set_up()

    def operation(tx: Transaction) -> Reminder:
        return remind(tx, invoice_id, given, mail_set_up=set_up, expected_version=version)

    return answer_once(operation, _reminded)


@blueprint.get("/mails")
@permit("invoices.read")
@contract(result=list[InvoiceMail])
def mails(invoice_id: int) -> Response:
    """List the e-mails with an invoice and its reminders, newest first"""
    return answers.data(read(list_invoice_mails, invoice_id))


@blueprint.post("/mails")
@permit("invoices.write")
@contract(body=InvoiceMailFields, body_required=False, result=InvoiceMail, status=201, refusals=(409, 412))
def send_mail(invoice_id: int) -> Response:
    """Send an issued invoice by e-mail, as a PDF file"""
    given = json_body(InvoiceMailFields) if request.get_data() else InvoiceMailFields()
    version, set_up = expected_version(), mail_set_up()

    def operation(tx: Transaction) -> InvoiceMail:
        return mail_invoice(tx, invoice_id, given, mail_set_up=set_up, expected_version=version)

    return answer_once(operation, _mailed)


@blueprint.get("/pdf")
@permit("invoices.read")
@contract(content=("application/pdf",), refusals=(404, 503))
def show_pdf(invoice_id: int) -> Response:
    """Download an invoice as a PDF file, in the language of the invoice"""
    document = read(invoice_document, invoice_id)
    return send_pdf(draw_pdf(document), document["heading"])


@blueprint.get("/xml")
@permit("invoices.read")
@contract(content=("application/xml",), refusals=(404, 409, 503))
def show_xml(invoice_id: int) -> Response:
    """Download an issued invoice as an e-invoice: the XML of Factur-X, profile EN 16931"""
    name, terms = read(get_e_invoice, invoice_id)
    return send_xml(write_e_invoice(terms), name)


def _answer(invoice: Invoice) -> Response:
    return answers.data(invoice, version=invoice.version)


def _created(invoice: Invoice) -> Response:
    return answers.created(
        invoice, url_for("api_invoices.get", invoice_id=invoice.id), version=invoice.version
    )


def _paid(payment: Payment) -> Response:
    return answers.created(payment, url_for("api_invoice_course.payments", invoice_id=payment.invoice_id))


def _mailed(mail: InvoiceMail) -> Response:
    return answers.created(mail, url_for("api_invoice_course.mails", invoice_id=mail.invoice_id))


def _reminded(reminder: Reminder) -> Response:
    return answers.created(reminder, url_for("api_invoices.get", invoice_id=reminder.invoice_id))
