"""What campaigns cost and brought in a span of months, beside the same number of months before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from crm.campaigns.converting import Converted, convert
from crm.campaigns.exchange_rates import get_exchange_rates
from crm.campaigns.measures import Measures, Number, measures_of
from crm.campaigns.missing_days import MissingDays, days_between, list_missing_days
from crm.campaigns.months import first_and_last_day, month_of, months_between, partial_months, stale_months
from crm.campaigns.source_sums import SourceConversions, SourcedSums
from crm.campaigns.span_sums import sum_span
from crm.campaigns.stored_reports import StoredDays, read_stored_days
from crm.db.transaction import Transaction

MOST_CAMPAIGNS = 50
MONTHS_BY_DAY = 2
NOTHING = SourcedSums()
Grouped = dict[tuple[Any, str], SourcedSums]


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one currency. `before` is of the months before; `change` of the spend in per cent, None from 0.
    `by_source`: what each source counts as conversions, where several do; in the sums they are added.
    """

    currency: str
    now: Measures
    before: Measures
    change: int | None
    by_source: list[SourceConversions] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Point:
    """A day, or a month where the span is long. None is what nobody told."""

    label: str
    currency: str
    clicks: int | None
    spend: Number | None
    conversions: Number | None
    conversion_value: Number | None
    by_source: list[SourceConversions] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Share:
    """Of a channel, or of the campaign with this id."""

    name: str
    currency: str
    measures: Measures
    campaign_id: int | None = None
    by_source: list[SourceConversions] = field(default_factory=list)


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
    missing: list[MissingDays]
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
        points=_points(stored, _labels(span, today) if by_day else span, by_day=by_day),
        missing=list_missing_days(tx, f"{span[0]}-01", first_and_last_day(last)[1], today),
        channels=[
            Share(channel, currency, measures_of(sums), by_source=sums.by_source())
            for (channel, currency), sums in _dearest(_by_channel(by_campaign, known))
        ],
        campaigns=[
            Share(known[key][0], currency, measures_of(sums), key, sums.by_source())
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


def _totals(now: dict[str, SourcedSums], before: dict[str, SourcedSums]) -> list[Totals]:
    return [
        Totals(
            currency,
            measures_of(now.get(currency, NOTHING)),
            measures_of(before.get(currency, NOTHING)),
            _change(now.get(currency, NOTHING).spend, before.get(currency, NOTHING).spend),
            now.get(currency, NOTHING).by_source(),
        )
        for currency in sorted(now.keys() | before.keys())
    ]


def _change(now: int, before: int) -> int | None:
    return round((now - before) * 100 / before) if before else None


def _by_channel(by_campaign: Grouped, known: dict[int, tuple[str, str]]) -> Grouped:
    found: Grouped = {}
    for (campaign_id, currency), sums in by_campaign.items():
        found.setdefault((known[campaign_id][1], currency), SourcedSums()).join(sums)
    return found


def _dearest(sums: Grouped) -> list[tuple[tuple[Any, str], SourcedSums]]:
    """Those that spent most first."""
    return sorted(sums.items(), key=lambda each: -each[1].spend)


def _labels(span: list[str], today: date) -> list[str]:
    """The days of these months, up to today."""
    last = min(first_and_last_day(span[-1])[1], today.isoformat())
    return list(days_between(f"{span[0]}-01", last))


def _points(stored: StoredDays, labels: list[str], *, by_day: bool) -> list[Point]:
    """Also where nobody told anything: that is missing, and not zero."""
    sums: Grouped = {(label, currency): SourcedSums() for label in labels for currency in stored.sums}
    label: Callable[[str], str] = (lambda day: day) if by_day else month_of
    for (day, currency), each in stored.days.items():
        sums.setdefault((label(day), currency), SourcedSums()).join(each)
    return [_point(*key, each) for key, each in sorted(sums.items(), key=lambda each: each[0])]


def _point(label: str, currency: str, sums: SourcedSums) -> Point:
    told = measures_of(sums)
    return Point(
        label, currency, told.clicks, told.spend, told.conversions, told.conversion_value, sums.by_source()
    )
