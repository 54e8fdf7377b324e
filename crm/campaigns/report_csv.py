"""A report on campaigns as CSV: a line for each sum, the whole first."""

import csv
import io
from collections.abc import Iterable, Iterator

from crm.campaigns.measures import Measures
from crm.campaigns.report import CampaignReport, Point
from crm.campaigns.source_sums import SourceConversions
from crm.formulas import neutral

MEASURES = tuple(Measures.__slots__)
COLUMNS = ("report", "label", "currency", *MEASURES, "conversions_by_source")
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
    before = f"{report.before.first}/{report.before.last}" if report.before else ""
    for each in report.totals:
        label = f"{report.since}/{report.until}"
        yield ["all", label, each.currency, *_values(each.now), sources_text(each.by_source)]
        yield ["before", before, each.currency, *_values(each.before), ""]
    if report.converted is not None:
        yield ["all, converted", "", report.converted.currency, *_values(report.converted.now), ""]
        yield ["before, converted", "", report.converted.currency, *_values(report.converted.before), ""]
    for point in report.points:
        name = "day" if report.by_day else "month"
        yield [name, point.label, point.currency, *_values(point), sources_text(point.by_source)]
    for name, shares in (("channel", report.channels), ("campaign", report.campaigns)):
        for share in shares:
            told = [*_values(share.measures), sources_text(share.by_source)]
            yield [name, neutral(share.name), share.currency, *told]


def sources_text(told: Iterable[SourceConversions]) -> str:
    """What each source counts, where several do: in the sum they are added."""
    return neutral("; ".join(f"{each.source}: {each.conversions}" for each in told))


def _values(told: Measures | Point) -> list[object]:
    """A point tells some of them."""
    return ["" if (value := getattr(told, name, None)) is None else value for name in MEASURES]
