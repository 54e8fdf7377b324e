"""The report on campaigns: what they cost and brought, by time, channel and campaign."""

from collections.abc import Callable, Collection

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.zones import calendar_of
from crm.campaigns.period import Days
from crm.campaigns.report import CampaignReport, report_campaigns
from crm.campaigns.report_csv import report_csv
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.pages.campaigns.period import CampaignPeriod, days_at, period_text
from crm.web.requests.reading import query, read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.list_separator import usual_separator
from crm.web.sessions.identity import database
from crm.web.words.times import day_text, days_in_short, month_text

blueprint = Blueprint("campaign_report", __name__, url_prefix="/campaigns/report")

MISSING = 20


@blueprint.get("")
@permit("campaigns.read")
def show() -> ResponseReturnValue:
    return show_despite(CampaignPeriod, _show)


@blueprint.get("/csv")
@permit("campaigns.read")
def download() -> Response:
    report = read_report(query(CampaignPeriod))
    response = Response(report_csv(report, usual_separator()), mimetype="text/csv")
    name = f"campaigns-{report.since}-{report.until}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _show(wanted: CampaignPeriod) -> str:
    report = read_report(wanted)
    tell = day_text if report.by_day else month_so_far(report.partial)
    days = Days(report.since, report.until)
    return render_template(
        "campaigns/report.html",
        report=report,
        query=wanted,
        chips=wanted.chips,
        whole=wanted.whole,
        before=period_text(report.before) if report.before else "",
        labels={each.label: tell(each.label) for each in report.points},
        spans={each.label: span_of_point(days_at(each.label, days)) for each in report.points},
        partial=[month_text(month) for month in report.partial],
        stale=[month_text(month) for month in report.stale],
        missing=[(each, days_in_short(each.days)) for each in report.missing[:MISSING]],
        further_missing=len(report.missing) - MISSING,
    )


def span_of_point(days: Days) -> dict[str, str]:
    """As an address names it."""
    return {"day": days.first} if days.first == days.last else {"since": days.first, "until": days.last}


def month_so_far(partial: Collection[str]) -> Callable[[str], str]:
    """The words of a month, which say so where it is not over."""

    def tell(month: str) -> str:
        text = month_text(month)
        return str(_("%(month)s so far", month=text)) if month in partial else str(text)

    return tell


def read_report(wanted: CampaignPeriod) -> CampaignReport:
    """How many of its months were kept is counted."""
    report = read_for_report(_read_report, wanted)
    database().statistics.note_lookups("campaign_report", report.kept, report.waiting)
    return report


def _read_report(tx: Transaction, wanted: CampaignPeriod) -> CampaignReport:
    today = calendar_of(tx).today
    return report_campaigns(tx, wanted.days(today), wanted.compared(today), today=today)
