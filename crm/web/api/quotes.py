"""/api/quotes: the quotes of the workspace."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.activity.timeline import Activity
from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT, Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.documents.fields import QuoteChanges, QuoteFields
from crm.documents.filters import SORTS, QuoteFilter
from crm.documents.kind import QUOTE
from crm.documents.listing import count_quotes, list_quotes
from crm.documents.pdf import draw_pdf
from crm.documents.quote import Quote, QuoteInList, find_quote, get_quote
from crm.documents.quotes import change_quote, copy_quote, create_quote
from crm.documents.revisions import document_of
from crm.documents.trash import delete_quote, restore_quote
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
from crm.web.responses.documents import send_pdf

blueprint = Blueprint("api_quotes", __name__, url_prefix="/api/quotes")


class QuoteListQuery(QuoteFilter):
    sort: str | None = Field(None, max_length=LONGEST_SORT, description=sorts_in_words(SORTS))
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2000)


@blueprint.get("")
@permit("quotes.read")
@contract(query=QuoteListQuery, result=QuoteInList, many=True)
def list_all() -> Response:
    """List quotes, newest first, without their lines"""
    wanted = query(QuoteListQuery)
    found = read(list_quotes, wanted, sort=wanted.sort, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found)


@blueprint.get("/count")
@permit("quotes.read")
@contract(query=QuoteFilter, result=Count)
def count() -> Response:
    """Count the quotes that a list would show, up to 10,000"""
    return answers.data(read(count_quotes, query(QuoteFilter)))


@blueprint.post("")
@permit("quotes.write")
@contract(body=QuoteFields, result=Quote, status=201)
def create() -> Response:
    """Create a quote; the server gives its number and adds it up"""
    given = json_body(QuoteFields)
    return answer_once(lambda tx: create_quote(tx, given), _created)


@blueprint.post("/bulk")
@permit("quotes.delete")
@contract(body=operations_of(QUOTE), result=list[Outcome])
def change_many() -> Response:
    """Create, update, tag, assign, delete and restore up to 1,000 quotes: all or none"""
    return change_many_of(QUOTE)


@blueprint.get("/<id:quote_id>")
@permit("quotes.read")
@contract(result=Quote)
def get(quote_id: int) -> Response:
    """Get a quote with its lines and taxes"""
    return _answer(read(get_quote, quote_id))


@blueprint.patch("/<id:quote_id>")
@permit("quotes.write")
@contract(body=QuoteChanges, result=Quote, refusals=(409, 412))
def patch(quote_id: int) -> Response:
    """Change some fields of a quote; one that was sent becomes a draft again, its next revision"""
    return _answer(
        write(change_quote, quote_id, json_body(QuoteChanges), expected_version=expected_version())
    )


@blueprint.post("/<id:quote_id>/copy")
@permit("quotes.write")
@contract(result=Quote, status=201)
def copy(quote_id: int) -> Response:
    """Make a new draft with the same content"""
    return answer_once(lambda tx: copy_quote(tx, quote_id), _created)


@blueprint.get("/<id:quote_id>/pdf")
@permit("quotes.read")
@contract(content=("application/pdf",), refusals=(404, 503))
def show_pdf(quote_id: int) -> Response:
    """Download a quote as a PDF file, in the language of the quote"""
    document = read(document_of, quote_id)
    return send_pdf(draw_pdf(document), document["heading"])


@blueprint.delete("/<id:quote_id>")
@permit("quotes.delete")
@contract(status=204, refusals=(412,))
def delete(quote_id: int) -> Response:
    """Move a quote to the trash; it keeps its number"""
    write(delete_quote, quote_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:quote_id>/restore")
@permit("quotes.delete")
@contract(result=Quote, refusals=(412,))
def restore(quote_id: int) -> Response:
    """Restore a quote from the trash"""
    version = expected_version()
    return answer_once(lambda tx: restore_quote(tx, quote_id, expected_version=version), _answer)


@blueprint.get("/<id:quote_id>/activities")
@permit("quotes.read")
@contract(query=TimelineQuery, result=Activity, many=True)
def activities(quote_id: int) -> Response:
    """List the changes of a quote, newest first"""
    return answers.page(read(_activities_of, quote_id, query(TimelineQuery)))


def _activities_of(tx: Transaction, quote_id: int, wanted: TimelineQuery) -> Page[Activity]:
    """Also of a deleted quote."""
    if find_quote(tx, quote_id) is None:
        raise NotFound("There is no such quote.")
    return wanted.page(tx, "quote", quote_id)


def _created(quote: Quote) -> Response:
    return answers.created(quote, url_for("api_quotes.get", quote_id=quote.id), version=quote.version)


def _answer(quote: Quote) -> Response:
    return answers.data(quote, version=quote.version)
