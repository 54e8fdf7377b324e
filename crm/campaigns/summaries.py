"""The months of one campaign: their sums, what follows from them, and the days that are missing."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from crm import clock
from crm.accounts.zones import zone_of
from crm.campaigns.campaign import get_campaign
from crm.campaigns.figures import FIGURES
from crm.campaigns.measures import Measures, Sums, measures_of
from crm.campaigns.missing_days import missing_days
from crm.campaigns.months import stale_months
from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSums:
    """What one source told of the month."""

    source: str
    impressions: int | None
    clicks: int | None
    spend: int | float | None
    conversions: int | float | None
    conversion_value: int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A campaign's month in one currency; figures of several are never added. None is what no source tells.

    `missing_days` are those of the campaign that are over and of which no source told anything. `stale`:
    days have changed since the sums were made.
    """

    month: str
    currency: str
    impressions: int | None
    clicks: int | None
    spend: int | float | None
    conversions: int | float | None
    conversion_value: int | float | None
    ctr: float | None
    cpc: float | None
    cpm: float | None
    cpa: float | None
    conversion_rate: float | None
    roas: float | None
    missing_days: list[str]
    sources: list[SourceSums]
    stale: bool


def list_summaries(tx: Transaction, campaign_id: int) -> list[Summary]:
    """The newest month first. Raises NotFound."""
    campaign = get_campaign(tx, campaign_id)
    rows = tx.tuples(
        """
        SELECT s.month, s.currency, s.source, s.days, s.impressions, s.clicks, s.spend, s.conversions,
               s.value, s.untold
          FROM campaign_summaries s
         WHERE s.workspace_id = :workspace_id
           AND s.campaign_id = :campaign_id
        """,
        campaign_id=campaign_id,
    )
    present: dict[str, int] = {}
    grouped: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in rows:
        present[row[0]] = present.get(row[0], 0) | row[3]
        grouped.setdefault((row[0], row[1]), []).append(row)
    today, stale = _today(tx), stale_months(tx, min(present, default=""), max(present, default=""))
    return [
        _summary(
            month,
            currency,
            of,
            missing_days(campaign.start_date, campaign.end_date, month, present[month], today),
            stale=month in stale,
        )
        for (month, currency), of in sorted(grouped.items(), key=lambda each: each[0], reverse=True)
    ]


def _summary(
    month: str, currency: str, rows: list[tuple[Any, ...]], missing: list[str], *, stale: bool
) -> Summary:
    whole = Sums()
    for row in rows:
        whole.add(*row[4:])
    return Summary(
        month=month,
        currency=currency,
        **_fields(measures_of(whole)),
        missing_days=missing,
        sources=sorted((_source(row) for row in rows), key=lambda each: each.source),
        stale=stale,
    )


def _source(row: tuple[Any, ...]) -> SourceSums:
    found = _fields(measures_of(Sums(*row[4:])))
    return SourceSums(source=row[2], **{name: found[name] for name in FIGURES})


def _fields(measures: Measures) -> dict[str, Any]:
    return {name: getattr(measures, name) for name in Measures.__slots__}


def _today(tx: Transaction) -> date:
    """In the workspace's zone, whoever asks."""
    return clock.from_text(tx.now).astimezone(ZoneInfo(zone_of(tx, None))).date()
