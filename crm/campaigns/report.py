"""What campaigns cost and brought in a span of months, beside the same number of months before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from crm.campaigns.converting import Converted, convert
from crm.campaigns.exchange_rates import get_exchange_rates
from crm.campaigns.measures import Measures, Number, Sums, measures_of
from crm.campaigns.months import month_of, months_between, partial_months, stale_months
from crm.campaigns.span_sums import sum_span
from crm.campaigns.stored_reports import StoredDays, read_stored_days
from crm.db.transaction import Transaction

MOST_CAMPAIGNS = 50
MONTHS_BY_DAY = 2
NOTHING = Sums()
Grouped = dict[tuple[Any, str], Sums]


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
    clicks: int | None
    spend: Number | None
    conversions: Number | None
    conversion_value: Number | None


@dataclass(frozen=True, slots=True)
class Share:
    """Of a channel, or of the campaign with this id."""

    name: str
    currency: str
    measures: Measures
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """All of one moment. A `partial` month is not over yet: its days so far count. `stale` months have days
    that are not in the sums yet. `left_out` campaigns spent less than those that are listed. `kept` of its
    months came from a stored report that stands, `waiting` ones from an earlier one, or have none yet.
    `converted` is all in one currency, where rates are known.
    """

    first: str
    last: str
    partial: list[str]
    by_day: bool
    totals: list[Totals]
    points: list[Point]
    channels: list[Share]
    campaigns: list[Share]
    left_out: int
    stale: list[str]
    kept: int
    waiting: int
    converted: Converted | None


def report_campaigns(tx: Transaction, *, months: int, today: date) -> CampaignReport:
    """Of the last months with the current one. Several currencies are never added."""
    last = today.isoformat()[:7]
    span, earlier = _span(last, months), _span(last, 2 * months)[:months]
    stored, before = read_stored_days(tx, span[0], last), read_stored_days(tx, earlier[0], earlier[-1])
    by_campaign = sum_span(tx, span[0], last)
    known = _campaigns(tx, {key for key, _ in by_campaign})
    by_day = months <= MONTHS_BY_DAY
    return CampaignReport(
        first=span[0],
        last=last,
        partial=partial_months(last, today.isoformat()),
        by_day=by_day,
        totals=_totals(stored.sums, before.sums),
        points=_points(stored, by_day=by_day),
        channels=[
            Share(channel, currency, measures_of(sums))
            for (channel, currency), sums in _dearest(_by_channel(by_campaign, known))
        ],
        campaigns=[
            Share(known[key][0], currency, measures_of(sums), key)
            for (key, currency), sums in _dearest(by_campaign)[:MOST_CAMPAIGNS]
        ],
        left_out=max(0, len(by_campaign) - MOST_CAMPAIGNS),
        stale=stale_months(tx, span[0], last),
        kept=stored.kept + before.kept,
        waiting=stored.waiting + before.waiting,
        converted=convert(get_exchange_rates(tx).worth, stored, before),
    )


def _span(last: str, months: int) -> list[str]:
    number = int(last[:4]) * 12 + int(last[5:]) - months
    return months_between(f"{number // 12:04}-{number % 12 + 1:02}", last)


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


def _totals(now: dict[str, Sums], before: dict[str, Sums]) -> list[Totals]:
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


def _by_channel(by_campaign: Grouped, known: dict[int, tuple[str, str]]) -> Grouped:
    found: Grouped = {}
    for (campaign_id, currency), sums in by_campaign.items():
        found.setdefault((known[campaign_id][1], currency), Sums()).add(*sums.stored())
    return found


def _dearest(sums: Grouped) -> list[tuple[tuple[Any, str], Sums]]:
    """Those that spent most first."""
    return sorted(sums.items(), key=lambda each: -each[1].spend)


def _points(stored: StoredDays, *, by_day: bool) -> list[Point]:
    sums: Grouped = {}
    label: Callable[[str], str] = (lambda day: day) if by_day else month_of
    for (day, currency), each in stored.days.items():
        sums.setdefault((label(day), currency), Sums()).add(*each.stored())
    return [_point(*key, measures_of(each)) for key, each in sorted(sums.items())]


def _point(label: str, currency: str, told: Measures) -> Point:
    return Point(label, currency, told.clicks, told.spend, told.conversions, told.conversion_value)
