"""What a report holds, told before anything of it is saved: sums, days, problems by row."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from crm.campaigns.platform_rows import MILLIONTHS, PlatformRow
from crm.imports.advertising.report import Report

COUNTED = ("impressions", "clicks")
MONEY = ("spend", "conversion_value")
MOST_NAMES = 50


def summary_of(report: Report) -> dict[str, Any]:
    """JSON: numbers are as people read them, sums of money by currency."""
    days = [row.day for row in report.rows]
    names = dict.fromkeys(row.campaign or row.campaign_id for row in report.rows if row.has_campaign)
    return {
        "platform": report.platform.name if report.platform else None,
        "headers": report.headers,
        "columns": {name: report.headers[place] for name, place in report.columns.places.items()},
        "rows": report.counted,
        "campaign_days": len({row.key for row in report.rows if row.has_campaign}),
        "without_campaign": sum(not row.has_campaign for row in report.rows),
        "campaigns": len(names),
        "campaign_names": list(names)[:MOST_NAMES],
        "first_day": min(days).isoformat() if days else None,
        "last_day": max(days).isoformat() if days else None,
        "sums": sums_of(report.rows),
        "left_out": [{"row": row, "reason": why} for row, why in report.left_out],
        "left_out_count": report.left_out_count,
        "problems": [asdict(each) for each in report.problems],
        "problem_count": report.problem_count,
    }


def sums_of(rows: list[PlatformRow]) -> list[dict[str, Any]]:
    """One for each currency, in the order of the report; the code is None where none is named."""
    found: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        sums = found.setdefault(row.currency, {})
        for name, number in _numbers(row).items():
            sums[name] = sums.get(name, Decimal(0)) + number
    return [
        {"currency": currency or None, **{name: as_number(number) for name, number in sums.items()}}
        for currency, sums in found.items()
    ]


def _numbers(row: PlatformRow) -> Mapping[str, Decimal]:
    found = {name: Decimal(value) for name in COUNTED if (value := getattr(row, name)) is not None}
    found |= {
        name: Decimal(value) / MILLIONTHS for name in MONEY if (value := getattr(row, name)) is not None
    }
    if row.conversions is not None:
        found["conversions"] = row.conversions
    return found | dict(row.extras)


def as_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
