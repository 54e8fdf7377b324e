"""The leads and sales of campaigns as CSV: a line for each sum, the whole first."""

import csv
import io
from collections.abc import Iterable, Iterator

from crm.campaigns.ad_results import AdResults
from crm.campaigns.report_csv import BYTE_ORDER_MARK, sources_text
from crm.campaigns.result_tally import Result
from crm.campaigns.results import CampaignResults
from crm.formulas import neutral

NO_COLUMNS = {"name", "currency", "campaign_id", "conversions_by_source"}
COLUMNS = tuple(name for name in Result.__slots__ if name not in NO_COLUMNS)


def results_csv(found: CampaignResults, separator: str) -> str:
    """Lines ended as RFC 4180 has them."""
    return _csv(["report", "label", "currency", *COLUMNS, "conversions_by_source"], _lines(found), separator)


def ad_results_csv(found: AdResults, separator: str) -> str:
    """A line for each ad set and ad; its name and platform id are empty where it is not known."""
    names = ["report", "label", "platform_id", "ad_set", "currency", *COLUMNS, "conversions_by_source"]
    return _csv(names, _ad_lines(found), separator)


def _csv(names: list[str], lines: Iterable[list[object]], separator: str) -> str:
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(names)
    writer.writerows(lines)
    return text.getvalue()


def _ad_lines(found: AdResults) -> Iterator[list[object]]:
    for report, results in (("ad_set", found.ad_sets), ("ad", found.ads)):
        for each in results:
            texts = (each.result.name, each.platform_id, each.ad_set or "")
            yield [report, *map(neutral, texts), each.result.currency, *_values(each.result)]


def _values(result: Result) -> list[object]:
    values = ["" if (value := getattr(result, name)) is None else value for name in COLUMNS]
    return [*values, sources_text(result.conversions_by_source)]


def _lines(found: CampaignResults) -> Iterator[list[object]]:
    before = f"{found.before.first}/{found.before.last}" if found.before else ""
    parts = (
        ("all", found.totals),
        ("before", found.totals_before),
        ("day" if found.by_day else "month", found.points),
        ("channel", found.channels),
        ("campaign", found.campaigns),
    )
    for report, results in parts:
        for each in results:
            label = before if report == "before" else each.name or f"{found.since}/{found.until}"
            yield [report, neutral(label), each.currency, *_values(each)]
