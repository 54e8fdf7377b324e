"""The report on quotes: a page with charts, and the same as a CSV file."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from pydantic import Field

from crm.db.transaction import Transaction
from crm.documents.quote_report import QuoteReport, report_quotes
from crm.fields import MAX_ID
from crm.web.auth import permit
from crm.web.pages.reports.period import Period
from crm.web.requests.reading import query, read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.list_separator import usual_separator
from crm.web.responses.quote_report import quote_report_csv
from crm.web.sessions.identity import identity
from crm.web.words.choices import People, owner_choices
from crm.web.words.times import month_text

blueprint = Blueprint("quote_report", __name__, url_prefix="/quotes/report")


class QuoteReportAddress(Period):
    endpoint = "quote_report.show"
    owner_id: int | None = Field(None, ge=0, le=MAX_ID)


@blueprint.get("")
@permit("quotes.read")
def show() -> ResponseReturnValue:
    return show_despite(QuoteReportAddress, _show)


@blueprint.get("/csv")
@permit("quotes.read")
def download() -> Response:
    report, _owners = read_for_report(_read_report, query(QuoteReportAddress))
    return quote_report_csv(report, usual_separator())


def _show(wanted: QuoteReportAddress) -> str:
    report, owners = read_for_report(_read_report, wanted)
    return render_template(
        "quotes/report.html",
        report=report,
        owners=owners,
        query=wanted,
        months={each.month: month_text(each.month) for each in report.months},
    )


def _read_report(tx: Transaction, wanted: QuoteReportAddress) -> tuple[QuoteReport, People]:
    report = report_quotes(tx, timezone=identity().timezone, **wanted.model_dump())
    return report, owner_choices(tx, wanted.owner_id)
