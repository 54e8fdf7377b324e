"""What campaigns cost and brought in a span of months, beside the same number of months before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from crm.campaigns.figures import BILLIONTHS, MILLIONTHS
from crm.campaigns.measures import Measures, Number, Sums, in_units, measures_of
from crm.campaigns.months import months_between, stale_months
from crm.db.transaction import Transaction

MOST_CAMPAIGNS = 50
MONTHS_BY_DAY = 2
NOTHING = Sums()
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one currency. `before` is of the months before; `change` of the spend in per cent, None from 0."""

    currency: str
    now: Measures
    before: Measures
    change: int | None


@dataclass(frozen=True, slots=True)
class Point:
    """A day, or a month where the span is long."""

    label: str
    currency: str
    clicks: int
    spend: Number
    conversions: Number
    conversion_value: Number


@dataclass(frozen=True, slots=True)
class Share:
    """Of a channel, or of the campaign with this id."""

    name: str
    currency: str
    measures: Measures
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """All of one moment. `stale` months have days that are not in the sums yet. `left_out` campaigns spent
    less than those that are listed.
    """

    first: str
    last: str
    by_day: bool
    totals: list[Totals]
    points: list[Point]
    channels: list[Share]
    campaigns: list[Share]
    left_out: int
    stale: list[str]


def report_campaigns(tx: Transaction, *, months: int, today: date) -> CampaignReport:
    """Of the last months with the current one. Several currencies are never added."""
    last = today.isoformat()[:7]
    span, earlier = _span(last, months), _span(last, 2 * months)[:months]
    rows, rows_before = _summaries(tx, span), _summaries(tx, earlier)
    known = _campaigns(tx, {row[1] for row in rows})
    shares = _shares(rows, lambda row: row[1], known)
    by_day = months <= MONTHS_BY_DAY
    return CampaignReport(
        first=span[0],
        last=last,
        by_day=by_day,
        totals=_totals(rows, rows_before),
        points=_days(tx, span) if by_day else _points((row[0], row[2], *row[3:]) for row in rows),
        channels=_shares(rows, lambda row: known[row[1]][1], known),
        campaigns=shares[:MOST_CAMPAIGNS],
        left_out=max(0, len(shares) - MOST_CAMPAIGNS),
        stale=stale_months(tx, span[0], last),
    )


def _span(last: str, months: int) -> list[str]:
    number = int(last[:4]) * 12 + int(last[5:]) - months
    return months_between(f"{number // 12:04}-{number % 12 + 1:02}", last)


def _summaries(tx: Transaction, months: list[str]) -> list[Row]:
    return tx.tuples(
        """
        SELECT s.month, s.campaign_id, s.currency, s.impressions, s.clicks, s.spend, s.conversions, s.value
          FROM campaign_summaries s
         WHERE s.workspace_id = :workspace_id
           AND s.month >= :first
           AND s.month <= :last
        """,
        first=months[0],
        last=months[-1],
    )


def _campaigns(tx: Transaction, ids: set[int]) -> dict[int, tuple[str, str]]:
    """Name and channel of each, also of those in the trash."""
    rows = tx.tuples(
        """
        SELECT c.id, c.name, c.channel
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.id IN (SELECT value FROM json_each(:ids))
        """,
        ids=orjson.dumps(sorted(ids)).decode(),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _totals(rows: list[Row], rows_before: list[Row]) -> list[Totals]:
    now, before = _sums(rows, lambda row: row[2]), _sums(rows_before, lambda row: row[2])
    return [
        Totals(
            currency,
            measures_of(now.get(currency, NOTHING)),
            measures_of(before.get(currency, NOTHING)),
            _change(now.get(currency, NOTHING).spend, before.get(currency, NOTHING).spend),
        )
        for currency in sorted(now.keys() | before.keys())
    ]


def _change(now: int, before: int) -> int | None:
    return round((now - before) * 100 / before) if before else None


def _sums(rows: Iterable[Row], key: Any) -> dict[Any, Sums]:
    found: dict[Any, Sums] = {}
    for row in rows:
        found.setdefault(key(row), Sums()).add(*row[3:])
    return found


def _shares(rows: list[Row], of: Any, known: dict[int, tuple[str, str]]) -> list[Share]:
    """Those that spent most first."""
    sums = sorted(_sums(rows, lambda row: (of(row), row[2])).items(), key=lambda each: -each[1].spend)
    return [
        Share(known[key][0], currency, measures_of(each), key)
        if isinstance(key, int)
        else Share(key, currency, measures_of(each))
        for (key, currency), each in sums
    ]


def _days(tx: Transaction, months: list[str]) -> list[Point]:
    """From the report that was stored with the sums of each month."""
    bodies = tx.tuples(
        """
        SELECT r.body
          FROM campaign_reports r
         WHERE r.workspace_id = :workspace_id
           AND r.month >= :first
           AND r.month <= :last
        """,
        first=months[0],
        last=months[-1],
    )
    return _points(
        (day, currency, *map(int, figures))
        for (body,) in bodies
        for day, _source, currency, *figures in orjson.loads(body)["days"]
    )


def _points(rows: Iterable[Row]) -> list[Point]:
    sums: dict[tuple[str, str], Sums] = {}
    for label, currency, *figures in rows:
        sums.setdefault((label, currency), Sums()).add(*figures)
    return [
        Point(
            label,
            currency,
            each.clicks,
            in_units(each.spend, MILLIONTHS),
            in_units(each.conversions, BILLIONTHS),
            in_units(each.value, MILLIONTHS),
        )
        for (label, currency), each in sorted(sums.items())
    ]
