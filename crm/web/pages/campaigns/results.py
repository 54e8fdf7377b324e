"""The report on the leads and sales of campaigns: what each cost, and the way from shown ads to money."""

from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from crm.campaigns.months import LONGEST_MONTH, first_and_last_day
from crm.campaigns.result_csv import results_csv
from crm.campaigns.results import CampaignResults, campaign_results
from crm.db.transaction import Transaction
from crm.leads.report_span import span_of
from crm.web.auth import permit
from crm.web.pages.campaigns.report import ReportedMonths, month_so_far
from crm.web.requests.reading import query, read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.list_separator import usual_separator
from crm.web.sessions.identity import identity
from crm.web.words.times import day_text, month_text

blueprint = Blueprint("campaign_results", __name__, url_prefix="/campaigns/report/results")


@blueprint.get("")
@permit("campaigns.read")
def show() -> ResponseReturnValue:
    return show_despite(ReportedMonths, _show)


@blueprint.get("/csv")
@permit("campaigns.read")
def download() -> Response:
    found = read_results(query(ReportedMonths).months)
    response = Response(results_csv(found, usual_separator()), mimetype="text/csv")
    name = f"campaign-results-{found.first}-{found.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _show(wanted: ReportedMonths) -> str:
    found = read_results(wanted.months)
    tell = day_text if found.by_day else month_so_far(found.partial)
    return render_template(
        "campaigns/results.html",
        found=found,
        query=wanted,
        labels={each.name: tell(each.name) for each in found.points},
        days={each.name: days_of(each.name) for each in found.points},
        partial=[month_text(month) for month in found.partial],
        span=days_of(found.first) | {"created_to": days_of(found.last)["created_to"]},
    )


def days_of(label: str) -> dict[str, Any]:
    """The filter of a list by the days of a month, or by a day."""
    if len(label) > LONGEST_MONTH:
        return {"created_from": label, "created_to": label}
    first, last = first_and_last_day(label)
    return {"created_from": first, "created_to": last}


def read_results(months: int) -> CampaignResults:
    return read_for_report(_read_results, months, identity().timezone)


def _read_results(tx: Transaction, months: int, timezone: str) -> CampaignResults:
    return campaign_results(tx, span_of(tx.now, timezone, months, None, None), timezone)
