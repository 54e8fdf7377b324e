"""What a number of the report is made of: campaigns, one campaign's months, or a day of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from crm.campaigns.fields import Channel
from crm.campaigns.measures import Measures, Sums, measures_of
from crm.campaigns.period import Days
from crm.campaigns.source_sums import SourceConversions, SourcedSums
from crm.campaigns.span_sums import sum_span
from crm.db.transaction import Transaction

SHOWN = 100
Figures = Iterable[tuple[int, str | None, str | None, SourcedSums]]


@dataclass(frozen=True, slots=True)
class Sought:
    """Figures in one currency, of some days or of one `day`, perhaps of a channel or a campaign."""

    currency: str
    days: Days
    day: str | None = None
    channel: Channel | None = None
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """`month` and `source` are set where the part is no whole campaign; else `by_source` tells what each of
    several sources counts as conversions.
    """

    campaign_id: int
    name: str
    measures: Measures
    month: str | None = None
    source: str | None = None
    by_source: list[SourceConversions] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`whole` is the sum of all parts, of which those from the sought place on are listed."""

    whole: Measures
    parts: list[Part]
    count: int
    by_source: list[SourceConversions]


def break_down(tx: Transaction, sought: Sought, *, after: int = 0) -> Breakdown:
    """Those that spent most first; the months of one campaign in their order."""
    names = _names(tx, sought)
    found = [each for each in _figures(tx, sought) if each[0] in names]
    if sought.campaign_id is None:
        found.sort(key=lambda each: -each[3].spend)
    shown = found[after : after + SHOWN]
    parts = [
        Part(each[0], names[each[0]], measures_of(each[3]), each[1], each[2], each[3].by_source())
        for each in shown
    ]
    whole = _sum_of(found)
    return Breakdown(measures_of(whole), parts, len(found), whole.by_source())


def _sum_of(found: Figures) -> SourcedSums:
    whole = SourcedSums()
    for each in found:
        whole.join(each[3])
    return whole


def _figures(tx: Transaction, sought: Sought) -> Figures:
    """Campaign, month, source and sums."""
    if sought.day is not None:
        return _of_day(tx, sought.day, sought.currency)
    if sought.campaign_id is not None:
        return _of_campaign(tx, sought, sought.campaign_id)
    spans = sum_span(tx, sought.days).items()
    return [(key, None, None, sums) for (key, currency), sums in spans if currency == sought.currency]


def _of_day(tx: Transaction, day: str, currency: str) -> Figures:
    rows = tx.tuples(
        """
        SELECT d.campaign_id, d.source, d.impressions, d.clicks, d.spend, d.conversions, d.value, d.untold
          FROM daily_kpi_data d
         WHERE d.workspace_id = :workspace_id
           AND d.day = :day
           AND d.currency = :currency
        """,
        day=day,
        currency=currency,
    )
    return [(row[0], day[:7], row[1], _told(row[1], row[2:])) for row in rows]


def _of_campaign(tx: Transaction, sought: Sought, campaign_id: int) -> Figures:
    """By month and source."""
    rows = _whole_months(tx, sought, campaign_id, *sought.days.whole) if sought.days.whole else []
    found = [(campaign_id, row[0], row[1], _told(row[1], row[2:])) for row in rows]
    for edge in sought.days.edges:
        sums = sum_span(tx, edge, campaign_id=campaign_id).get((campaign_id, sought.currency), SourcedSums())
        month = edge.first[:7]
        found += [
            (campaign_id, month, name, _told(name, each.stored())) for name, each in sums.sources.items()
        ]
    return sorted(found, key=lambda each: each[1:3])


def _whole_months(
    tx: Transaction, sought: Sought, campaign_id: int, first: str, last: str
) -> list[tuple[Any, ...]]:
    return tx.tuples(
        """
        SELECT s.month, s.source, s.impressions, s.clicks, s.spend, s.conversions, s.value, s.untold
          FROM campaign_summaries s
         WHERE s.workspace_id = :workspace_id
           AND s.campaign_id = :campaign_id
           AND s.currency = :currency
           AND s.month BETWEEN :first AND :last
         ORDER BY s.month, s.source
        """,
        campaign_id=campaign_id,
        currency=sought.currency,
        first=first,
        last=last,
    )


def _told(source: str, figures: tuple[int, ...]) -> SourcedSums:
    found = SourcedSums()
    found.add_of(source, Sums(*figures))
    return found


def _names(tx: Transaction, sought: Sought) -> dict[int, str]:
    """Of the campaigns that are sought, also of those in the trash: what they cost was spent."""
    ids = None if sought.campaign_id is None else orjson.dumps([sought.campaign_id]).decode()
    rows: list[tuple[Any, ...]] = tx.tuples(
        f"""
        SELECT c.id, c.name
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           {"AND c.channel = :channel" if sought.channel else ""}
           {"AND c.id IN (SELECT value FROM json_each(:ids))" if ids else ""}
        """,
        **({"channel": sought.channel} if sought.channel else {}),
        **({"ids": ids} if ids else {}),
    )
    return dict(rows)
