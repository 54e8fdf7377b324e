"""What campaigns cost and brought in some days, beside those that they are compared with."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from crm.campaigns.converting import Converted, convert
from crm.campaigns.exchange_rates import get_exchange_rates
from crm.campaigns.measures import Measures, Number, measures_of
from crm.campaigns.missing_days import MissingDays, list_missing_days
from crm.campaigns.months import month_of, stale_months
from crm.campaigns.period import Days, partial_months, point_labels
from crm.campaigns.source_sums import SourceConversions, SourcedSums
from crm.campaigns.span_sums import sum_span
from crm.campaigns.stored_reports import StoredDays, read_stored_days
from crm.db.transaction import Transaction

MOST_CAMPAIGNS = 50
NOTHING = SourcedSums()
Grouped = dict[tuple[Any, str], SourcedSums]


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one currency. `before` is of the compared days; `change` of the spend in per cent, None from 0.
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
    """All of one moment, from `since` to `until`, beside the days `before`. A `partial` month is not over:
    its days so far count. `stale` months have days that are not in the sums yet. `left_out` campaigns spent
    less than those that are listed. `kept` of its months came from a stored report that stands, `waiting`
    ones from an earlier one, or have none yet. `converted` is all in one currency, where rates are known.
    """

    since: str
    until: str
    before: Days | None
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


def report_campaigns(tx: Transaction, days: Days, compared: Days | None, *, today: date) -> CampaignReport:
    """Several currencies are never added."""
    stored = read_stored_days(tx, days)
    before = read_stored_days(tx, compared) if compared else StoredDays()
    by_campaign = sum_span(tx, days)
    known = _campaigns(tx, {key for key, _ in by_campaign})
    return CampaignReport(
        since=days.first,
        until=days.last,
        before=compared,
        partial=partial_months(days, today.isoformat()),
        by_day=days.by_day,
        totals=_totals(stored.sums, before.sums),
        points=_points(stored, point_labels(days, today)),
        missing=list_missing_days(tx, days.first, days.last, today),
        channels=[
            Share(channel, currency, measures_of(sums), by_source=sums.by_source())
            for (channel, currency), sums in _dearest(_by_channel(by_campaign, known))
        ],
        campaigns=[
            Share(known[key][0], currency, measures_of(sums), key, sums.by_source())
            for (key, currency), sums in _dearest(by_campaign)[:MOST_CAMPAIGNS]
        ],
        left_out=max(0, len(by_campaign) - MOST_CAMPAIGNS),
        stale=stale_months(tx, *days.whole) if days.whole else [],
        kept=stored.kept + before.kept,
        waiting=stored.waiting + before.waiting,
        converted=convert(get_exchange_rates(tx).worth, stored, before),
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


def _points(stored: StoredDays, labels: list[str]) -> list[Point]:
    """Also where nobody told anything: that is missing, and not zero."""
    sums: Grouped = {(label, currency): SourcedSums() for label in labels for currency in stored.sums}
    for (day, currency), each in stored.days.items():
        label = day if len(labels[0]) == len(day) else month_of(day)
        sums.setdefault((label, currency), SourcedSums()).join(each)
    return [_point(*key, each) for key, each in sorted(sums.items(), key=lambda each: each[0])]


def _point(label: str, currency: str, sums: SourcedSums) -> Point:
    told = measures_of(sums)
    return Point(
        label, currency, told.clicks, told.spend, told.conversions, told.conversion_value, sums.by_source()
    )
