"""An invoice as a PDF file, to look at or to download."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.documents.invoice_issuing import invoice_document
from crm.documents.pdf import draw_pdf
from crm.web.auth import permit
from crm.web.requests.reading import read
from crm.web.responses.documents import send_pdf

blueprint = Blueprint("invoice_pdf", __name__, url_prefix="/invoices/<id:invoice_id>")


@blueprint.get("/pdf")
@permit("invoices.read")
def show(invoice_id: int) -> ResponseReturnValue:
    document = read(invoice_document, invoice_id)
    return send_pdf(draw_pdf(document), document["heading"])
