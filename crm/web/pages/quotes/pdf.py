"""A quote as a PDF file, to look at or to download."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.documents.pdf import draw_pdf
from crm.documents.revisions import document_of
from crm.web.auth import permit
from crm.web.requests.reading import read
from crm.web.responses.documents import send_pdf

blueprint = Blueprint("quote_pdf", __name__, url_prefix="/quotes/<id:quote_id>")


@blueprint.get("/pdf")
@permit("quotes.read")
def show(quote_id: int) -> ResponseReturnValue:
    document = read(document_of, quote_id)
    return send_pdf(draw_pdf(document), document["heading"])
