"""/api/campaigns: campaigns."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.activity.timeline import Activity
from crm.campaigns.campaign import Campaign, find_campaign, get_campaign
from crm.campaigns.campaigns import change_campaign, create_campaign
from crm.campaigns.fields import CampaignChanges, CampaignFields
from crm.campaigns.filters import CAMPAIGN_SORTS, CampaignFilter
from crm.campaigns.kind import CAMPAIGN
from crm.campaigns.listing import count_campaigns, list_campaigns
from crm.campaigns.trash import delete_campaign, restore_campaign
from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT, Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.errors import NotFound
from crm.files.files import File
from crm.records.bulk import Outcome
from crm.records.bulk_operations import operations_of
from crm.web.api.activities import TimelineQuery
from crm.web.api.files import FileQuery, add_file_to, files_of
from crm.web.auth import accepts_upload, permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import LONGEST_SORT, sorts_in_words
from crm.web.openapi.contract import contract
from crm.web.records.many import change_many_of
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.responses.kept_lists import kept

blueprint = Blueprint("api_campaigns", __name__, url_prefix="/api/campaigns")


class CampaignListQuery(CampaignFilter):
    sort: str | None = Field(None, max_length=LONGEST_SORT, description=sorts_in_words(CAMPAIGN_SORTS))
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2000)


@blueprint.get("")
@permit("campaigns.read")
@contract(query=CampaignListQuery, result=Campaign, many=True)
@kept
def list_all() -> Response:
    """List campaigns, newest first"""
    wanted = query(CampaignListQuery)
    found = read(list_campaigns, wanted, sort=wanted.sort, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found)


@blueprint.get("/count")
@permit("campaigns.read")
@contract(query=CampaignFilter, result=Count)
@kept
def count() -> Response:
    """Count the campaigns that a list would show, up to 10,000"""
    return answers.data(read(count_campaigns, query(CampaignFilter)))


@blueprint.post("")
@permit("campaigns.write")
@contract(body=CampaignFields, result=Campaign, status=201, refusals=(409,))
def create() -> Response:
    """Add a campaign; only its name is required"""
    given = json_body(CampaignFields)
    return answer_once(lambda tx: create_campaign(tx, given), _created)


@blueprint.post("/bulk")
@permit("campaigns.delete")
@contract(body=operations_of(CAMPAIGN), result=list[Outcome])
def change_many() -> Response:
    """Create, update, tag, delete and restore up to 1,000 campaigns: all or none"""
    return change_many_of(CAMPAIGN)


@blueprint.get("/<id:campaign_id>")
@permit("campaigns.read")
@contract(result=Campaign)
@kept
def get(campaign_id: int) -> Response:
    """Get a campaign"""
    return _answer(read(get_campaign, campaign_id))


@blueprint.put("/<id:campaign_id>")
@permit("campaigns.write")
@contract(body=CampaignFields, result=Campaign, refusals=(409, 412))
def replace(campaign_id: int) -> Response:
    """Replace a campaign; omitted fields get their defaults, except the currency"""
    given = json_body(CampaignFields)
    return _answer(write(change_campaign, campaign_id, given, expected_version=expected_version()))


@blueprint.patch("/<id:campaign_id>")
@permit("campaigns.write")
@contract(body=CampaignChanges, result=Campaign, refusals=(409, 412))
def patch(campaign_id: int) -> Response:
    """Change some fields of a campaign"""
    given = json_body(CampaignChanges)
    return _answer(write(change_campaign, campaign_id, given, expected_version=expected_version()))


@blueprint.delete("/<id:campaign_id>")
@permit("campaigns.delete")
@contract(status=204, refusals=(409, 412))
def delete(campaign_id: int) -> Response:
    """Move a campaign to the trash"""
    write(delete_campaign, campaign_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:campaign_id>/restore")
@permit("campaigns.delete")
@contract(result=Campaign, refusals=(409, 412))
def restore(campaign_id: int) -> Response:
    """Restore a campaign from the trash"""
    version = expected_version()
    return answer_once(lambda tx: restore_campaign(tx, campaign_id, expected_version=version), _answer)


@blueprint.get("/<id:campaign_id>/activities")
@permit("campaigns.read")
@contract(query=TimelineQuery, result=Activity, many=True)
def activities(campaign_id: int) -> Response:
    """List the changes of a campaign, newest first"""
    return answers.page(read(_activities_of, campaign_id, query(TimelineQuery)))


@blueprint.get("/<id:campaign_id>/files")
@permit("files.read")
@contract(query=FileQuery, result=File, many=True)
@kept
def list_files(campaign_id: int) -> Response:
    """List the files of a campaign, newest first"""
    return files_of("campaign", campaign_id)


@blueprint.post("/<id:campaign_id>/files")
@permit("files.write")
@accepts_upload
@contract(upload=True, result=File, status=201, refusals=(409, 507))
def add_file(campaign_id: int) -> Response:
    """Add a file to a campaign"""
    return add_file_to("campaign", campaign_id)


def _activities_of(tx: Transaction, campaign_id: int, wanted: TimelineQuery) -> Page[Activity]:
    """Also of a deleted campaign."""
    if find_campaign(tx, campaign_id) is None:
        raise NotFound("There is no such campaign.")
    return wanted.page(tx, "campaign", campaign_id)


def _created(campaign: Campaign) -> Response:
    address = url_for("api_campaigns.get", campaign_id=campaign.id)
    return answers.created(campaign, address, version=campaign.version)


def _answer(campaign: Campaign) -> Response:
    return answers.data(campaign, version=campaign.version)
