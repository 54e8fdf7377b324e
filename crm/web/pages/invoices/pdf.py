"""An invoice as a PDF file, to look at or to download, and the code by which it is paid."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.documents.invoice_issuing import invoice_document, payment_code_of
from crm.documents.payment_code import payment_picture
from crm.documents.pdf import draw_pdf
from crm.web.auth import permit
from crm.web.requests.reading import read
from crm.web.responses.documents import send_drawing, send_pdf

blueprint = Blueprint("invoice_pdf", __name__, url_prefix="/invoices/<id:invoice_id>")


@blueprint.get("/pdf")
@permit("invoices.read")
def show(invoice_id: int) -> ResponseReturnValue:
    document = read(invoice_document, invoice_id)
    return send_pdf(draw_pdf(document), document["heading"])


@blueprint.get("/payment-code")
@permit("invoices.read")
def show_payment_code(invoice_id: int) -> ResponseReturnValue:
    return send_drawing(payment_picture(read(payment_code_of, invoice_id)))
