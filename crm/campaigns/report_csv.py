"""A report on campaigns as CSV: a line for each sum, the whole first."""

import csv
import io
from collections.abc import Iterator

from crm.campaigns.measures import Measures
from crm.campaigns.report import CampaignReport
from crm.formulas import neutral

MEASURES = tuple(Measures.__slots__)
COLUMNS = ("report", "label", "currency", *MEASURES)
OF_TIME = ("clicks", "spend", "conversions", "conversion_value")
BYTE_ORDER_MARK = "\ufeff"


def report_csv(report: CampaignReport, separator: str) -> str:
    """Lines ended as RFC 4180 has them."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(COLUMNS)
    writer.writerows(_lines(report))
    return text.getvalue()


def _lines(report: CampaignReport) -> Iterator[list[object]]:
    for each in report.totals:
        yield ["all", f"{report.first}/{report.last}", each.currency, *_values(each.now)]
        yield ["before", "", each.currency, *_values(each.before)]
    if report.converted is not None:
        yield ["all, converted", "", report.converted.currency, *_values(report.converted.now)]
        yield ["before, converted", "", report.converted.currency, *_values(report.converted.before)]
    for point in report.points:
        known = {name: getattr(point, name) for name in OF_TIME}
        name = "day" if report.by_day else "month"
        yield [name, point.label, point.currency, *(known.get(column, "") for column in MEASURES)]
    for name, shares in (("channel", report.channels), ("campaign", report.campaigns)):
        for share in shares:
            yield [name, neutral(share.name), share.currency, *_values(share.measures)]


def _values(measures: Measures) -> list[object]:
    return ["" if (value := getattr(measures, name)) is None else value for name in MEASURES]
