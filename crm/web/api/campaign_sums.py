"""/api/campaigns: the sums of months, and what they are made of."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from functools import cache

from flask import Blueprint, Response, url_for
from pydantic import BaseModel, ConfigDict

from crm.campaigns.ads import AdShare, list_ads
from crm.campaigns.daily import DailyFigure, list_days
from crm.campaigns.months import Month
from crm.campaigns.rolling_up import RolledUp, roll_up, state_of_month
from crm.campaigns.summaries import Summary, list_summaries
from crm.fields import Fields, parse_fields
from crm.time_fields import Day
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, query, read
from crm.web.responses import answers
from crm.web.sessions.identity import actor, database

PATIENCE_SECONDS = 2.0
blueprint = Blueprint("api_campaign_sums", __name__, url_prefix="/api/campaigns")


class MonthToSum(Fields):
    month: Month


class MonthQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    month: Month


class DaysQuery(BaseModel):
    """Both days are included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Day
    until: Day


@blueprint.post("/aggregate")
@permit("campaigns.write")
@contract(body=MonthToSum, result=RolledUp, refusals=(409,))
def aggregate() -> Response:
    """Sum up the days of a month for every campaign

    Answers 200 when the month stands. One that takes over 2 seconds goes on by itself: 202, and `Location`
    says where to ask for it.
    """
    month = json_body(MonthToSum).month
    work = _threads().submit(roll_up, database(), actor(), month)
    try:
        work.result(PATIENCE_SECONDS)
    except NotYet:
        return _underway(month)
    return answer_once(lambda tx: state_of_month(tx, month), answers.data)


@blueprint.get("/aggregate/<month>")
@permit("campaigns.read")
@contract(result=RolledUp, refusals=(422,))
def show_aggregate(month: str) -> Response:
    """Show whether the sums of a month stand"""
    wanted = parse_fields(MonthToSum, {"month": month}).month
    return answers.data(read(state_of_month, wanted))


@blueprint.get("/<id:campaign_id>/summaries")
@permit("campaigns.read")
@contract(result=list[Summary])
def summaries(campaign_id: int) -> Response:
    """List the months of a campaign, the newest first: one entry for each currency"""
    return answers.data(read(list_summaries, campaign_id))


@blueprint.get("/<id:campaign_id>/daily")
@permit("campaigns.read")
@contract(query=MonthQuery, result=list[DailyFigure])
def days(campaign_id: int) -> Response:
    """List the daily figures of a campaign in a month, with their earlier values"""
    return answers.data(read(list_days, campaign_id, query(MonthQuery).month))


@blueprint.get("/<id:campaign_id>/ads")
@permit("campaigns.read")
@contract(query=DaysQuery, result=list[AdShare])
def ads(campaign_id: int) -> Response:
    """List the ad sets and ads of a campaign with their figures of some days; they are in its sums already"""
    wanted = query(DaysQuery)
    return answers.data(read(list_ads, campaign_id, wanted.since, wanted.until))


def _underway(month: str) -> Response:
    response = answers.data(read(state_of_month, month), status=202)
    response.headers["Location"] = url_for("api_campaign_sums.show_aggregate", month=month)
    return response


@cache
def _threads() -> ThreadPoolExecutor:
    """Made when first needed: not before the processes fork."""
    return ThreadPoolExecutor(2, "aggregate")
