"""The leads and sales of campaigns as CSV: a line for each sum, the whole first."""

import csv
import io
from collections.abc import Iterator

from crm.campaigns.report_csv import BYTE_ORDER_MARK
from crm.campaigns.result_tally import Result
from crm.campaigns.results import CampaignResults
from crm.formulas import neutral

COLUMNS = tuple(name for name in Result.__slots__ if name not in {"name", "currency", "campaign_id"})


def results_csv(found: CampaignResults, separator: str) -> str:
    """Lines ended as RFC 4180 has them."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(["report", "label", "currency", *COLUMNS])
    writer.writerows(_lines(found))
    return text.getvalue()


def _lines(found: CampaignResults) -> Iterator[list[object]]:
    parts = (
        ("all", found.totals),
        ("day" if found.by_day else "month", found.points),
        ("channel", found.channels),
        ("campaign", found.campaigns),
    )
    for report, results in parts:
        for each in results:
            values = (getattr(each, name) for name in COLUMNS)
            label = each.name or f"{found.first}/{found.last}"
            yield [
                report,
                neutral(label),
                each.currency,
                *("" if value is None else value for value in values),
            ]
