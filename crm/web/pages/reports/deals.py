"""The report on deals: how many in each state, and the gross by month and salesperson."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from pydantic import Field

from crm.db.transaction import Transaction
from crm.deals.reports import DealReport, report_deals
from crm.fields import MAX_ID
from crm.web.auth import permit
from crm.web.lists.filters import Chip, chips_of
from crm.web.lists.filters import Field as FilterField
from crm.web.pages.reports.period import Period
from crm.web.requests.reading import query, read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.deal_report import deal_report_csv
from crm.web.responses.list_separator import usual_separator
from crm.web.sessions.identity import identity
from crm.web.words.choices import People, owner_choices
from crm.web.words.times import day_text, month_text

blueprint = Blueprint("reports_deals", __name__, url_prefix="/reports/deals")

FILTERS = (
    FilterField("salesperson_id", lazy_gettext("Salesperson"), "choice", at_hand=True),
    FilterField("since", lazy_gettext("From"), "words", show=day_text),
    FilterField("until", lazy_gettext("To"), "words", show=day_text),
)


class DealReportAddress(Period):
    endpoint = "reports_deals.show"
    salesperson_id: int | None = Field(None, ge=0, le=MAX_ID)


@blueprint.get("")
@permit("deals.read")
def show() -> ResponseReturnValue:
    return show_despite(DealReportAddress, _show)


@blueprint.get("/csv")
@permit("deals.read")
def download() -> Response:
    wanted = query(DealReportAddress).model_dump()
    report = read_for_report(report_deals, timezone=identity().timezone, **wanted)
    return deal_report_csv(report, usual_separator())


def _show(wanted: DealReportAddress) -> str:
    report, sellers, chips = read_for_report(_read_report, wanted, identity().timezone)
    return render_template(
        "reports/deals.html",
        report=report,
        sellers=sellers,
        chips=chips,
        whole=wanted.address(without=[field.name for field in FILTERS]),
        query=wanted,
        months={each.label: month_text(each.label) for each in report.gross_by_month or ()},
    )


def _read_report(
    tx: Transaction, wanted: DealReportAddress, timezone: str
) -> tuple[DealReport, People, list[Chip]]:
    report = report_deals(tx, timezone=timezone, **wanted.model_dump())
    sellers = owner_choices(tx, wanted.salesperson_id)
    return report, sellers, chips_of(FILTERS, wanted, {"salesperson_id": sellers})
