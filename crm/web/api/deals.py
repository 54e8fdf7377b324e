"""/api/deals: deals, their states and their clients."""

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from crm.deals.deal import Deal
from crm.deals.deal_fields import DealRules
from crm.deals.kind import DEAL
from crm.deals.rules import KeptRules, change_rules, get_rules
from crm.documents.deal_sheet import deal_sheet
from crm.documents.pdf import draw_pdf
from crm.fields import MAX_ID
from crm.web.api.deal_states import WholeDeal, whole_deal
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.records.api import RecordApi
from crm.web.records.api_views import api_blueprint
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.responses.documents import send_pdf


class SheetQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scenario_id: int | None = Field(None, ge=1, le=MAX_ID, description="Left out, the active one")


DEALS = RecordApi(
    kind=DEAL,
    record=WholeDeal,
    listed=Deal,
    keeps=True,
    whole=whole_deal,
    views={
        "list_all": "List deals, newest first",
        "count": "Count the deals that a list would show, up to 10,000",
        "create": "Create a deal with its number, client, vehicle and first scenario, or nothing at all",
        "change_many": "Create, update, assign, delete and restore up to 1,000 deals: all or none",
        "get": "Get a deal with its scenarios",
        "patch": "Change some fields of a deal",
        "delete": "Move a cancelled deal to the trash",
        "restore": "Restore a deal from the trash",
        "activities": "List the changes of a deal, newest first",
        "list_files": "List the files of a deal, newest first",
        "add_file": "Add a file to a deal",
    },
)
blueprint = api_blueprint(DEALS)


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


@blueprint.get("/<id:deal_id>/pdf")
@permit("deals.read")
@contract(query=SheetQuery, content=("application/pdf",), refusals=(404, 503))
def show_pdf(deal_id: int) -> Response:
    """Download the deal sheet for the customer as a PDF file, in the language of the workspace"""
    document = read(deal_sheet, deal_id, query(SheetQuery).scenario_id)
    return send_pdf(draw_pdf(document), document["heading"])


def _rules(rules: KeptRules) -> Response:
    return answers.data(rules, version=rules.version)
