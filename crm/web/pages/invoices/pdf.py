"""An invoice as a PDF file and as an e-invoice, and the code by which it is paid."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.documents.invoice_reading import get_e_invoice, invoice_document, payment_code_of
from crm.documents.payment_code import payment_picture
from crm.documents.pdf import draw_pdf, write_e_invoice
from crm.web.auth import permit
from crm.web.requests.reading import read
from crm.web.responses.documents import send_drawing, send_pdf, send_xml

blueprint = Blueprint("invoice_pdf", __name__, url_prefix="/invoices/<id:invoice_id>")


@blueprint.get("/pdf")
@permit("invoices.read")
def show(invoice_id: int) -> ResponseReturnValue:
    document = read(invoice_document, invoice_id)
    return send_pdf(draw_pdf(document), document["heading"])


@blueprint.get("/xml")
@permit("invoices.read")
def show_xml(invoice_id: int) -> ResponseReturnValue:
    name, terms = read(get_e_invoice, invoice_id)
    return send_xml(write_e_invoice(terms), name)


@blueprint.get("/payment-code")
@permit("invoices.read")
def show_payment_code(invoice_id: int) -> ResponseReturnValue:
    return send_drawing(payment_picture(read(payment_code_of, invoice_id)))
