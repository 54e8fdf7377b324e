"""The report on campaigns: what they cost and brought, by time, channel and campaign."""

from collections.abc import Callable, Collection

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from crm.accounts.zones import calendar_of
from crm.campaigns.report import CampaignReport, report_campaigns
from crm.campaigns.report_csv import report_csv
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.pages.reports.period import LastMonths
from crm.web.requests.reading import query, read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.list_separator import usual_separator
from crm.web.sessions.identity import database
from crm.web.words.times import day_text, days_in_short, month_text

blueprint = Blueprint("campaign_report", __name__, url_prefix="/campaigns/report")

SPANS = (1, 3, 6, 12)
MISSING = 20


class ReportedMonths(LastMonths):
    months: int = Field(3, ge=1, le=24)
    since: None = None
    until: None = None

    @property
    def spans(self) -> list[int]:
        return sorted({*SPANS, self.months})


@blueprint.get("")
@permit("campaigns.read")
def show() -> ResponseReturnValue:
    return show_despite(ReportedMonths, _show)


@blueprint.get("/csv")
@permit("campaigns.read")
def download() -> Response:
    report = read_report(query(ReportedMonths).months)
    response = Response(report_csv(report, usual_separator()), mimetype="text/csv")
    name = f"campaigns-{report.first}-{report.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _show(wanted: ReportedMonths) -> str:
    report = read_report(wanted.months)
    tell = day_text if report.by_day else month_so_far(report.partial)
    return render_template(
        "campaigns/report.html",
        report=report,
        query=wanted,
        labels={each.label: tell(each.label) for each in report.points},
        partial=[month_text(month) for month in report.partial],
        stale=[month_text(month) for month in report.stale],
        missing=[(each, days_in_short(each.days)) for each in report.missing[:MISSING]],
        further_missing=len(report.missing) - MISSING,
    )


def month_so_far(partial: Collection[str]) -> Callable[[str], str]:
    """The words of a month, which say so where it is not over."""

    def tell(month: str) -> str:
        text = month_text(month)
        return str(_("%(month)s so far", month=text)) if month in partial else str(text)

    return tell


def read_report(months: int) -> CampaignReport:
    """How many of its months were kept is counted."""
    report = read_for_report(_read_report, months)
    database().statistics.note_lookups("campaign_report", report.kept, report.waiting)
    return report


def _read_report(tx: Transaction, months: int) -> CampaignReport:
    return report_campaigns(tx, months=months, today=calendar_of(tx).today)
