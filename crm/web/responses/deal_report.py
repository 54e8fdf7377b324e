"""A report on deals as a CSV download."""

from flask import Response

from crm.deals.report_csv import report_csv
from crm.deals.reports import DealReport


def deal_report_csv(report: DealReport, separator: str) -> Response:
    response = Response(report_csv(report, separator), mimetype="text/csv")
    name = f"deals-{report.since[:10]}-{report.until[:10]}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
