"""A report on quotes as a CSV download: a line for each month and currency."""

import csv
import io

from flask import Response

from crm.documents.quote_report import QuoteMonth, QuoteReport
from crm.exports.tables import BYTE_ORDER_MARK

COLUMNS = ("month", "currency", "sent", "sent_value", "accepted", "accepted_value", "rate")


def quote_report_csv(report: QuoteReport, separator: str) -> Response:
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, report.months))
    response = Response(text.getvalue(), mimetype="text/csv")
    name = f"quotes-{report.since[:10]}-{report.until[:10]}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cells(month: QuoteMonth) -> list[object]:
    return [getattr(month, name) for name in COLUMNS]
