"""/api/campaigns/results: what the leads and sales of campaigns cost."""

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from crm.campaigns.ad_results import AdResults, ad_results
from crm.campaigns.campaign import get_campaign
from crm.campaigns.result_tally import Result
from crm.campaigns.results import CampaignResults, campaign_own_results, campaign_results
from crm.db.transaction import Transaction
from crm.leads.report_span import span_of
from crm.web.auth import permit
from crm.web.openapi.contract import contract
from crm.web.requests.reading import query, read_for_report
from crm.web.responses import answers
from crm.web.sessions.identity import identity

blueprint = Blueprint("api_campaign_results", __name__, url_prefix="/api/campaigns")


class ResultsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    months: int = Field(
        3, ge=1, le=24, description="This month and those before it, as months are in your time zone"
    )


@blueprint.get("/results")
@permit("campaigns.read")
@contract(query=ResultsQuery, result=CampaignResults)
def results() -> Response:
    """Show what leads and sales cost, by campaign, channel and time

    Of the leads that came in these months by a campaign, whatever became of them later. `money` is counted
    once a lead: what was paid on its invoices, else what its delivered deals came to, else the value of a won
    one.
    """
    return answers.data(read_for_report(read_results, query(ResultsQuery).months, identity().timezone))


@blueprint.get("/<id:campaign_id>/results")
@permit("campaigns.read")
@contract(query=ResultsQuery, result=list[Result])
def results_of_one(campaign_id: int) -> Response:
    """Show what the leads and sales of a campaign cost: one entry for each currency"""
    months = query(ResultsQuery).months
    return answers.data(read_for_report(read_own_results, campaign_id, months, identity().timezone))


@blueprint.get("/<id:campaign_id>/ads/results")
@permit("campaigns.read")
@contract(query=ResultsQuery, result=AdResults)
def results_of_ads(campaign_id: int) -> Response:
    """Show what the leads and sales of a campaign cost by ad set and ad

    A lead is counted with the ad of its first touch that led to the campaign. `id` is 0 where none is known.
    """
    months = query(ResultsQuery).months
    return answers.data(read_for_report(read_ad_results, campaign_id, months, identity().timezone))


def read_results(tx: Transaction, months: int, timezone: str) -> CampaignResults:
    return campaign_results(tx, span_of(tx.now, timezone, months, None, None), timezone)


def read_own_results(tx: Transaction, campaign_id: int, months: int, timezone: str) -> list[Result]:
    get_campaign(tx, campaign_id)
    return campaign_own_results(tx, span_of(tx.now, timezone, months, None, None), campaign_id)


def read_ad_results(tx: Transaction, campaign_id: int, months: int, timezone: str) -> AdResults:
    return ad_results(tx, span_of(tx.now, timezone, months, None, None), campaign_id)
