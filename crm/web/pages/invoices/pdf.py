"""An invoice as a PDF file and as an e-invoice, and the code by which it is paid."""

from flask.typing import ResponseReturnValue

from crm.documents.invoice_kind import INVOICE
from crm.documents.invoice_reading import get_e_invoice, invoice_document, payment_code_of
from crm.documents.payment_code import payment_picture
from crm.documents.pdf import write_e_invoice
from crm.web.auth import permit
from crm.web.pages.documents.record import pdf_blueprint
from crm.web.requests.reading import read
from crm.web.responses.documents import send_drawing, send_xml

blueprint = pdf_blueprint(INVOICE, invoice_document)


@blueprint.get("/xml")
@permit("invoices.read")
def show_xml(invoice_id: int) -> ResponseReturnValue:
    name, terms = read(get_e_invoice, invoice_id)
    return send_xml(write_e_invoice(terms), name)


@blueprint.get("/payment-code")
@permit("invoices.read")
def show_payment_code(invoice_id: int) -> ResponseReturnValue:
    return send_drawing(payment_picture(read(payment_code_of, invoice_id)))
