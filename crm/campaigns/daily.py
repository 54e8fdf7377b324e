"""The daily figures of one campaign, as they are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from crm.campaigns.campaign import get_campaign
from crm.campaigns.measures import Number, Sums, measures_of
from crm.campaigns.months import first_and_last_day
from crm.db.transaction import Transaction


@dataclass(slots=True)
class EarlierFigure:
    """What a day said before it was corrected."""

    impressions: int | None
    clicks: int | None
    spend: int | float | None
    conversions: int | float | None
    conversion_value: int | float | None
    currency: str
    replaced_at: str


@dataclass(slots=True)
class DailyFigure:
    """Of one source, money in major units. None is what it does not tell. `earlier` are its former values,
    the oldest first.
    """

    date: str
    source: str
    currency: str
    impressions: int | None
    clicks: int | None
    spend: int | float | None
    conversions: int | float | None
    conversion_value: int | float | None
    extras: dict[str, Any]
    updated_at: str
    earlier: list[EarlierFigure] = field(default_factory=list)


def list_days(tx: Transaction, campaign_id: int, month: str) -> list[DailyFigure]:
    """In order of days, then of sources. Raises NotFound."""
    get_campaign(tx, campaign_id)
    first, last = first_and_last_day(month)
    rows = tx.tuples(
        """
        SELECT d.day, d.source, d.currency, d.impressions, d.clicks, d.spend, d.conversions, d.value,
               d.untold, d.extras, d.updated_at
          FROM daily_kpi_data d
         WHERE d.workspace_id = :workspace_id
           AND d.campaign_id = :campaign_id
           AND d.day >= :first
           AND d.day <= :last
         ORDER BY d.day, d.source
        """,
        campaign_id=campaign_id,
        first=first,
        last=last,
    )
    found = {(row[0], row[1]): _figure(row) for row in rows}
    for day, source, earlier in _earlier(tx, campaign_id, first, last):
        if (day, source) in found:  # else it was taken back
            found[day, source].earlier.append(earlier)
    return list(found.values())


def _figure(row: tuple[Any, ...]) -> DailyFigure:
    day, source, currency, *figures, extras, updated_at = row
    return DailyFigure(day, source, currency, *_in_major(figures), orjson.loads(extras), updated_at)


def _in_major(
    stored: Sequence[int],
) -> tuple[int | None, int | None, Number | None, Number | None, Number | None]:
    told = measures_of(Sums(*stored))
    return told.impressions, told.clicks, told.spend, told.conversions, told.conversion_value


def _earlier(
    tx: Transaction, campaign_id: int, first: str, last: str
) -> list[tuple[str, str, EarlierFigure]]:
    rows = tx.tuples(
        """
        SELECT r.day, r.source, r.currency, r.created_at, r.impressions, r.clicks, r.spend, r.conversions,
               r.value, r.untold
          FROM daily_kpi_revisions r
         WHERE r.workspace_id = :workspace_id
           AND r.campaign_id = :campaign_id
           AND r.day >= :first
           AND r.day <= :last
         ORDER BY r.day, r.source, r.id
        """,
        campaign_id=campaign_id,
        first=first,
        last=last,
    )
    return [
        (day, source, EarlierFigure(*_in_major(figures), currency, replaced_at))
        for day, source, currency, replaced_at, *figures in rows
    ]
