"""/api/invoices: the invoices and credit notes of the workspace."""

from flask import Response

from crm.documents.invoice import Invoice, InvoiceInList
from crm.documents.invoice_kind import INVOICE
from crm.documents.invoices import copy_invoice
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.records.api import RecordApi
from crm.web.records.api_views import api_blueprint

INVOICES = RecordApi(
    kind=INVOICE,
    record=Invoice,
    listed=InvoiceInList,
    views={
        "list_all": "List invoices and credit notes, newest first, without their lines",
        "count": "Count the invoices that a list would show, up to 10,000",
        "create": "Draft an invoice from lines, a quote or a deal; it has no number until it is issued",
        "change_many": (
            "Create, update, tag, assign, delete and restore up to 1,000 drafts of invoices: all or none"
        ),
        "get": "Get an invoice with its lines, taxes and what is open",
        "patch": "Change some fields of a draft; of an issued invoice only owner and tags",
        "delete": "Move a draft to the trash; an issued invoice stays",
        "restore": "Restore a draft from the trash",
        "activities": "List the changes of an invoice, newest first",
    },
)
blueprint = api_blueprint(INVOICES)


@blueprint.post("/<id:invoice_id>/copy")
@permit("invoices.write")
@contract(result=Invoice, status=201)
def copy(invoice_id: int) -> Response:
    """Make a new draft with the same content"""
    return answer_once(lambda tx: copy_invoice(tx, invoice_id), INVOICES.created)
