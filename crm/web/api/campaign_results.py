"""/api/campaigns/results: what the leads and sales of campaigns cost."""

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.zones import calendar_of
from crm.campaigns.ad_results import AdResults, ad_results
from crm.campaigns.campaign import get_campaign
from crm.campaigns.period import Comparison, Days, chosen_days, compared_days
from crm.campaigns.result_tally import Result
from crm.campaigns.results import CampaignResults, campaign_own_results, campaign_results
from crm.db.transaction import Transaction
from crm.time_fields import Day
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
    since: Day | None = Field(None, description="The first day: days take the place of months")
    until: Day | None = Field(None, description="The last day")

    def days(self, tx: Transaction) -> Days:
        return chosen_days(calendar_of(tx).today, self.months, self.since, self.until)


class ComparedQuery(ResultsQuery):
    compare: Comparison | None = Field(None, description="before: with the time before these days")


@blueprint.get("/results")
@permit("campaigns.read")
@contract(query=ComparedQuery, result=CampaignResults)
def results() -> Response:
    """Show what leads and sales cost, by campaign, channel and time

    Of the leads that came in these months by a campaign, whatever became of them later. `money` is counted
    once a lead: what was paid on its invoices, else what its delivered deals came to, else the value of a won
    one.
    """
    return answers.data(read_for_report(read_results, query(ComparedQuery), identity().timezone))


@blueprint.get("/<id:campaign_id>/results")
@permit("campaigns.read")
@contract(query=ResultsQuery, result=list[Result])
def results_of_one(campaign_id: int) -> Response:
    """Show what the leads and sales of a campaign cost: one entry for each currency"""
    wanted = query(ResultsQuery)
    return answers.data(read_for_report(read_own_results, campaign_id, wanted, identity().timezone))


@blueprint.get("/<id:campaign_id>/ads/results")
@permit("campaigns.read")
@contract(query=ResultsQuery, result=AdResults)
def results_of_ads(campaign_id: int) -> Response:
    """Show what the leads and sales of a campaign cost by ad set and ad

    A lead is counted with the ad of its first touch that led to the campaign. `id` is 0 where none is known.
    """
    wanted = query(ResultsQuery)
    return answers.data(read_for_report(read_ad_results, campaign_id, wanted, identity().timezone))


def read_results(tx: Transaction, wanted: ComparedQuery, timezone: str) -> CampaignResults:
    days = wanted.days(tx)
    compared = compared_days(days, wanted.compare) if wanted.compare else None
    return campaign_results(tx, days, compared, timezone, calendar_of(tx).today)


def read_own_results(tx: Transaction, campaign_id: int, wanted: ResultsQuery, timezone: str) -> list[Result]:
    get_campaign(tx, campaign_id)
    return campaign_own_results(tx, wanted.days(tx), timezone, campaign_id)


def read_ad_results(tx: Transaction, campaign_id: int, wanted: ResultsQuery, timezone: str) -> AdResults:
    return ad_results(tx, wanted.days(tx), timezone, campaign_id)
