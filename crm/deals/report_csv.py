"""A report on deals as CSV: a line for each sum, those of states first."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict

from crm.deals.reports import DealReport
from crm.formulas import neutral

COLUMNS = ("report", "label", "currency", "deals", "total", "gross_front", "gross_back")
BYTE_ORDER_MARK = "\ufeff"


def report_csv(report: DealReport, separator: str) -> str:
    """Lines ended as RFC 4180 has them."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(COLUMNS)
    writer.writerows(_lines(report))
    return text.getvalue()


def _lines(report: DealReport) -> Iterator[list[object]]:
    for each in report.by_state:
        yield ["state", each.state, each.currency, each.deals, each.total, "", ""]
    for name, sums in (("month", report.gross_by_month), ("salesperson", report.gross_by_salesperson)):
        for gross in sums or ():
            row = asdict(gross) | {"report": name, "label": neutral(gross.label)}
            yield [row[column] for column in COLUMNS]
