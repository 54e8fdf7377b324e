"""The ads of a campaign: what the leads and sales of each cost."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from crm.accounts.zones import calendar_of
from crm.campaigns.ad_results import AdResults, ad_results
from crm.campaigns.campaign import Campaign, get_campaign
from crm.campaigns.result_csv import ad_results_csv
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.pages.campaigns.period import CampaignPeriod
from crm.web.requests.reading import query, read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.list_separator import usual_separator
from crm.web.sessions.identity import identity

blueprint = Blueprint("campaign_ads", __name__, url_prefix="/campaigns/<id:campaign_id>/ads")


@blueprint.get("")
@permit("campaigns.read")
def show(campaign_id: int) -> ResponseReturnValue:
    return show_despite(CampaignPeriod, lambda wanted: _show(campaign_id, wanted))


@blueprint.get("/csv")
@permit("campaigns.read")
def download(campaign_id: int) -> Response:
    _, found = _read(campaign_id, query(CampaignPeriod))
    response = Response(ad_results_csv(found, usual_separator()), mimetype="text/csv")
    name = f"ads-{campaign_id}-{found.since}-{found.until}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _show(campaign_id: int, wanted: CampaignPeriod) -> str:
    campaign, found = _read(campaign_id, wanted)
    told = {each.result.currency: None for each in (*found.ad_sets, *found.ads)}
    return render_template(
        "campaigns/ad_results.html",
        campaign=campaign,
        found=found,
        query=wanted,
        currencies=[*told],
        chips=wanted.chips,
        whole=wanted.whole,
        span={"since": found.since, "until": found.until},
    )


def _read(campaign_id: int, wanted: CampaignPeriod) -> tuple[Campaign, AdResults]:
    def both(tx: Transaction) -> tuple[Campaign, AdResults]:
        days = wanted.days(calendar_of(tx).today)
        return get_campaign(tx, campaign_id), ad_results(tx, days, identity().timezone, campaign_id)

    return read_for_report(both)
