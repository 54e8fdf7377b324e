"""The days of an ad or an ad set: what each cost and brought."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from pydantic import Field

from crm.accounts.zones import calendar_of
from crm.campaigns.ad_days import AdDays, list_ad_days
from crm.db.transaction import Transaction
from crm.fields import MAX_ID
from crm.web.auth import permit
from crm.web.pages.campaigns.period import CampaignPeriod
from crm.web.requests.reading import read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.words.times import day_text

blueprint = Blueprint("campaign_ad_days", __name__, url_prefix="/campaigns/<id:campaign_id>/ads/days")


class AdAddress(CampaignPeriod):
    """Of an ad or, where none is named, an ad set."""

    months: int = Field(1, ge=1, le=24)
    ad_id: int | None = Field(None, ge=1, le=MAX_ID)
    ad_set_id: int | None = Field(None, ge=1, le=MAX_ID)


@blueprint.get("")
@permit("campaigns.read")
def show(campaign_id: int) -> ResponseReturnValue:
    return show_despite(AdAddress, lambda wanted: _show(campaign_id, wanted))


def _show(campaign_id: int, wanted: AdAddress) -> str:
    found = read_for_report(_read, campaign_id, wanted)
    return render_template(
        "campaigns/ad_days.html",
        found=found,
        query=wanted,
        chips=wanted.chips,
        whole=wanted.whole,
        currencies=sorted({each.currency for each in found.days}),
        labels={each.day: day_text(each.day) for each in found.days},
    )


def _read(tx: Transaction, campaign_id: int, wanted: AdAddress) -> AdDays:
    today = calendar_of(tx).today
    return list_ad_days(tx, wanted.days(today), campaign_id, wanted.ad_id, wanted.ad_set_id, today=str(today))
