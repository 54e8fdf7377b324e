"""/api/invoices: the invoices and credit notes of the workspace."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.activity.timeline import Activity
from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT, Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.documents.invoice import Invoice, InvoiceInList, find_invoice, get_invoice
from crm.documents.invoice_fields import InvoiceChanges, InvoiceFields
from crm.documents.invoice_filters import SORTS, InvoiceFilter
from crm.documents.invoice_kind import INVOICE
from crm.documents.invoice_listing import count_invoices, list_invoices
from crm.documents.invoice_trash import delete_invoice, restore_invoice
from crm.documents.invoices import change_invoice, copy_invoice, create_invoice
from crm.errors import NotFound
from crm.records.bulk import Outcome
from crm.records.bulk_operations import operations_of
from crm.web.api.activities import TimelineQuery
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import LONGEST_SORT, sorts_in_words
from crm.web.openapi.contract import contract
from crm.web.records.many import change_many_of
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_invoices", __name__, url_prefix="/api/invoices")


class InvoiceListQuery(InvoiceFilter):
    sort: str | None = Field(None, max_length=LONGEST_SORT, description=sorts_in_words(SORTS))
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2000)


@blueprint.get("")
@permit("invoices.read")
@contract(query=InvoiceListQuery, result=InvoiceInList, many=True)
def list_all() -> Response:
    """List invoices and credit notes, newest first, without their lines"""
    wanted = query(InvoiceListQuery)
    found = read(list_invoices, wanted, sort=wanted.sort, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found)


@blueprint.get("/count")
@permit("invoices.read")
@contract(query=InvoiceFilter, result=Count)
def count() -> Response:
    """Count the invoices that a list would show, up to 10,000"""
    return answers.data(read(count_invoices, query(InvoiceFilter)))


@blueprint.post("")
@permit("invoices.write")
@contract(body=InvoiceFields, result=Invoice, status=201, refusals=(409,))
def create() -> Response:
    """Draft an invoice from lines, a quote or a deal; it has no number until it is issued"""
    given = json_body(InvoiceFields)
    return answer_once(lambda tx: create_invoice(tx, given), _created)


@blueprint.post("/bulk")
@permit("invoices.delete")
@contract(body=operations_of(INVOICE), result=list[Outcome])
def change_many() -> Response:
    """Create, update, tag, assign, delete and restore up to 1,000 drafts of invoices: all or none"""
    return change_many_of(INVOICE)


@blueprint.get("/<id:invoice_id>")
@permit("invoices.read")
@contract(result=Invoice)
def get(invoice_id: int) -> Response:
    """Get an invoice with its lines, taxes and what is open"""
    return _answer(read(get_invoice, invoice_id))


@blueprint.patch("/<id:invoice_id>")
@permit("invoices.write")
@contract(body=InvoiceChanges, result=Invoice, refusals=(409, 412))
def patch(invoice_id: int) -> Response:
    """Change some fields of a draft; of an issued invoice only owner and tags"""
    return _answer(
        write(change_invoice, invoice_id, json_body(InvoiceChanges), expected_version=expected_version())
    )


@blueprint.post("/<id:invoice_id>/copy")
@permit("invoices.write")
@contract(result=Invoice, status=201)
def copy(invoice_id: int) -> Response:
    """Make a new draft with the same content"""
    return answer_once(lambda tx: copy_invoice(tx, invoice_id), _created)


@blueprint.delete("/<id:invoice_id>")
@permit("invoices.delete")
@contract(status=204, refusals=(409, 412))
def delete(invoice_id: int) -> Response:
    """Move a draft to the trash; an issued invoice stays"""
    write(delete_invoice, invoice_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:invoice_id>/restore")
@permit("invoices.delete")
@contract(result=Invoice, refusals=(412,))
def restore(invoice_id: int) -> Response:
    """Restore a draft from the trash"""
    version = expected_version()
    return answer_once(lambda tx: restore_invoice(tx, invoice_id, expected_version=version), _answer)


@blueprint.get("/<id:invoice_id>/activities")
@permit("invoices.read")
@contract(query=TimelineQuery, result=Activity, many=True)
def activities(invoice_id: int) -> Response:
    """List the changes of an invoice, newest first"""
    return answers.page(read(_activities_of, invoice_id, query(TimelineQuery)))


def _activities_of(tx: Transaction, invoice_id: int, wanted: TimelineQuery) -> Page[Activity]:
    """Also of a deleted draft."""
    if find_invoice(tx, invoice_id) is None:
        raise NotFound("There is no such invoice.")
    return wanted.page(tx, "invoice", invoice_id)


def _created(invoice: Invoice) -> Response:
    return answers.created(
        invoice, url_for("api_invoices.get", invoice_id=invoice.id), version=invoice.version
    )


def _answer(invoice: Invoice) -> Response:
    return answers.data(invoice, version=invoice.version)
