"""/api/deals: deals, their states and their clients."""

from flask import Blueprint, Response, url_for
from pydantic import BaseModel, ConfigDict, Field

from crm.activity.timeline import Activity
from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT, Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.deals.deal import Deal, find_deal, get_deal
from crm.deals.deal_fields import DealChanges, DealFields, DealRules
from crm.deals.deal_filters import SORTS, DealFilter
from crm.deals.deal_listing import count_deals, list_deals
from crm.deals.deal_trash import delete_deal, restore_deal
from crm.deals.deals import change_deal, create_deal
from crm.deals.kind import DEAL
from crm.deals.rules import KeptRules, change_rules, get_rules
from crm.documents.deal_sheet import deal_sheet
from crm.documents.pdf import draw_pdf
from crm.errors import NotFound
from crm.fields import MAX_ID
from crm.files.files import File
from crm.records.bulk import Outcome
from crm.records.bulk_operations import operations_of
from crm.web.api.activities import TimelineQuery
from crm.web.api.deal_states import WholeDeal, whole_deal
from crm.web.api.files import FileQuery, add_file_to, files_of
from crm.web.auth import accepts_upload, permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import LONGEST_SORT, sorts_in_words
from crm.web.openapi.contract import contract
from crm.web.records.many import change_many_of
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.responses.documents import send_pdf
from crm.web.responses.kept_lists import kept

blueprint = Blueprint("api_deals", __name__, url_prefix="/api/deals")


class DealListQuery(DealFilter):
    sort: str | None = Field(None, max_length=LONGEST_SORT, description=sorts_in_words(SORTS))
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2000)


class SheetQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scenario_id: int | None = Field(None, ge=1, le=MAX_ID, description="Left out, the active one")


@blueprint.get("")
@permit("deals.read")
@contract(query=DealListQuery, result=Deal, many=True)
@kept
def list_all() -> Response:
    """List deals, newest first"""
    wanted = query(DealListQuery)
    return answers.page(read(list_deals, wanted, sort=wanted.sort, limit=wanted.limit, cursor=wanted.cursor))


@blueprint.get("/count")
@permit("deals.read")
@contract(query=DealFilter, result=Count)
@kept
def count() -> Response:
    """Count the deals that a list would show, up to 10,000"""
    return answers.data(read(count_deals, query(DealFilter)))


@blueprint.post("/bulk")
@permit("deals.delete")
@contract(body=operations_of(DEAL), result=list[Outcome])
def change_many() -> Response:
    """Create, update, assign, delete and restore up to 1,000 deals: all or none"""
    return change_many_of(DEAL)


@blueprint.get("/rules")
@permit("deals.read")
@contract(result=KeptRules)
def show_rules() -> Response:
    """Get the rules of tax and annual rate that scenarios follow"""
    return _rules(read(get_rules))


@blueprint.put("/rules")
@permit("deals.manage")
@contract(body=DealRules, result=KeptRules, refusals=(412,))
def put_rules() -> Response:
    """Set the rules of tax and annual rate that scenarios follow"""
    given, version = json_body(DealRules), expected_version()
    return _rules(write(change_rules, given, expected_version=version))


@blueprint.post("")
@permit("deals.write")
@contract(body=DealFields, result=WholeDeal, status=201, refusals=(409,))
def create() -> Response:
    """Create a deal with its number, client, vehicle and first scenario, or nothing at all"""
    given = json_body(DealFields)
    return answer_once(lambda tx: whole_deal(tx, create_deal(tx, given, complete=True)), _created)


@blueprint.get("/<id:deal_id>")
@permit("deals.read")
@contract(result=WholeDeal)
@kept
def get(deal_id: int) -> Response:
    """Get a deal with its scenarios"""
    return _answer(read(lambda tx: whole_deal(tx, get_deal(tx, deal_id))))


@blueprint.patch("/<id:deal_id>")
@permit("deals.write")
@contract(body=DealChanges, result=WholeDeal, refusals=(409, 412))
def patch(deal_id: int) -> Response:
    """Change some fields of a deal"""
    given, version = json_body(DealChanges), expected_version()
    return _answer(
        write(lambda tx: whole_deal(tx, change_deal(tx, deal_id, given, expected_version=version)))
    )


@blueprint.get("/<id:deal_id>/pdf")
@permit("deals.read")
@contract(query=SheetQuery, content=("application/pdf",), refusals=(404, 503))
def show_pdf(deal_id: int) -> Response:
    """Download the deal sheet for the customer as a PDF file, in the language of the workspace"""
    document = read(deal_sheet, deal_id, query(SheetQuery).scenario_id)
    return send_pdf(draw_pdf(document), document["heading"])


@blueprint.delete("/<id:deal_id>")
@permit("deals.delete")
@contract(status=204, refusals=(409, 412))
def delete(deal_id: int) -> Response:
    """Move a cancelled deal to the trash"""
    write(delete_deal, deal_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:deal_id>/restore")
@permit("deals.delete")
@contract(result=WholeDeal, refusals=(409, 412))
def restore(deal_id: int) -> Response:
    """Restore a deal from the trash"""
    version = expected_version()
    return answer_once(
        lambda tx: whole_deal(tx, restore_deal(tx, deal_id, expected_version=version)), _answer
    )


@blueprint.get("/<id:deal_id>/activities")
@permit("deals.read")
@contract(query=TimelineQuery, result=Activity, many=True)
def activities(deal_id: int) -> Response:
    """List the changes of a deal, newest first"""
    return answers.page(read(_activities_of, deal_id, query(TimelineQuery)))


@blueprint.get("/<id:deal_id>/files")
@permit("files.read")
@contract(query=FileQuery, result=File, many=True)
@kept
def list_files(deal_id: int) -> Response:
    """List the files of a deal, newest first"""
    return files_of("deal", deal_id)


@blueprint.post("/<id:deal_id>/files")
@permit("files.write")
@accepts_upload
@contract(upload=True, result=File, status=201, refusals=(409, 507))
def add_file(deal_id: int) -> Response:
    """Add a file to a deal"""
    return add_file_to("deal", deal_id)


def _activities_of(tx: Transaction, deal_id: int, wanted: TimelineQuery) -> Page[Activity]:
    """Also of a deleted deal."""
    if find_deal(tx, deal_id) is None:
        raise NotFound("There is no such deal.")
    return wanted.page(tx, "deal", deal_id)


def _created(deal: WholeDeal) -> Response:
    return answers.created(deal, url_for("api_deals.get", deal_id=deal.id), version=deal.version)


def _answer(deal: WholeDeal) -> Response:
    return answers.data(deal, version=deal.version)


def _rules(rules: KeptRules) -> Response:
    return answers.data(rules, version=rules.version)
