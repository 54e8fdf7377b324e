"""/api/quotes: the quotes of the workspace."""

from flask import Response

from crm.documents.kind import QUOTE
from crm.documents.pdf import draw_pdf
from crm.documents.quote import Quote, QuoteInList
from crm.documents.quotes import copy_quote
from crm.documents.revisions import document_of
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.records.api import RecordApi
from crm.web.records.api_views import api_blueprint
from crm.web.requests.reading import read
from crm.web.responses.documents import send_pdf

QUOTES = RecordApi(
    kind=QUOTE,
    record=Quote,
    listed=QuoteInList,
    conflicts=("patch",),
    views={
        "list_all": "List quotes, newest first, without their lines",
        "count": "Count the quotes that a list would show, up to 10,000",
        "create": "Create a quote; the server gives its number and adds it up",
        "change_many": "Create, update, tag, assign, delete and restore up to 1,000 quotes: all or none",
        "get": "Get a quote with its lines and taxes",
        "patch": "Change some fields of a quote; one that was sent becomes a draft again, its next revision",
        "delete": "Move a quote to the trash; it keeps its number",
        "restore": "Restore a quote from the trash",
        "activities": "List the changes of a quote, newest first",
    },
)
blueprint = api_blueprint(QUOTES)


@blueprint.post("/<id:quote_id>/copy")
@permit("quotes.write")
@contract(result=Quote, status=201)
def copy(quote_id: int) -> Response:
    """Make a new draft with the same content"""
    return answer_once(lambda tx: copy_quote(tx, quote_id), QUOTES.created)


@blueprint.get("/<id:quote_id>/pdf")
@permit("quotes.read")
@contract(content=("application/pdf",), refusals=(404, 503))
def show_pdf(quote_id: int) -> Response:
    """Download a quote as a PDF file, in the language of the quote"""
    document = read(document_of, quote_id)
    return send_pdf(draw_pdf(document), document["heading"])
