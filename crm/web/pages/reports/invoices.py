"""The report on invoices: what is open and overdue, by month."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.documents.invoice_report import report_invoices
from crm.web.auth import permit
from crm.web.pages.reports.period import LastMonths
from crm.web.requests.reading import read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.words.times import month_text

blueprint = Blueprint("invoice_reports", __name__, url_prefix="/reports/invoices")


@blueprint.get("")
@permit("invoices.read")
def show() -> ResponseReturnValue:
    return show_despite(LastMonths, _show)


def _show(wanted: LastMonths) -> str:
    report = read_for_report(report_invoices, months=wanted.months)
    return render_template(
        "reports/invoices.html",
        report=report,
        query=wanted,
        months={each.month: month_text(each.month) for each in report.months if each.month},
    )
