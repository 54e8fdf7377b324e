"""The report on the leads and sales of campaigns: what each cost, and the way from shown ads to money."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from crm.accounts.zones import calendar_of
from crm.campaigns.period import Days
from crm.campaigns.result_csv import results_csv
from crm.campaigns.results import CampaignResults, campaign_results
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.pages.campaigns.period import CampaignPeriod, days_at, period_text
from crm.web.pages.campaigns.report import month_so_far, span_of_point
from crm.web.requests.reading import query, read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.list_separator import usual_separator
from crm.web.sessions.identity import identity
from crm.web.words.times import day_text, month_text

blueprint = Blueprint("campaign_results", __name__, url_prefix="/campaigns/report/results")


@blueprint.get("")
@permit("campaigns.read")
def show() -> ResponseReturnValue:
    return show_despite(CampaignPeriod, _show)


@blueprint.get("/csv")
@permit("campaigns.read")
def download() -> Response:
    found = read_results(query(CampaignPeriod))
    response = Response(results_csv(found, usual_separator()), mimetype="text/csv")
    name = f"campaign-results-{found.since}-{found.until}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _show(wanted: CampaignPeriod) -> str:
    found = read_results(wanted)
    tell = day_text if found.by_day else month_so_far(found.partial)
    days = Days(found.since, found.until)
    return render_template(
        "campaigns/results.html",
        found=found,
        query=wanted,
        chips=wanted.chips,
        whole=wanted.whole,
        before=period_text(found.before) if found.before else "",
        earlier={each.currency: each for each in found.totals_before},
        labels={each.name: tell(each.name) for each in found.points},
        came={each.name: came_in(days_at(each.name, days)) for each in found.points},
        spans={each.name: span_of_point(days_at(each.name, days)) for each in found.points},
        partial=[month_text(month) for month in found.partial],
        span={"since": found.since, "until": found.until},
    )


def came_in(days: Days) -> dict[str, str]:
    """The part of a period in which leads came, as an address names it."""
    return {"came_since": days.first, "came_until": days.last}


def read_results(wanted: CampaignPeriod) -> CampaignResults:
    return read_for_report(_read_results, wanted, identity().timezone)


def _read_results(tx: Transaction, wanted: CampaignPeriod, timezone: str) -> CampaignResults:
    today = calendar_of(tx).today
    return campaign_results(tx, wanted.days(today), wanted.compared(today), timezone, today)
