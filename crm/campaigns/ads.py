"""The ad sets and ads of a campaign with what each cost and brought in some days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.campaigns.campaign import get_campaign
from crm.campaigns.measures import Measures, Sums, measures_of
from crm.db.transaction import Transaction
from crm.errors import Invalid

MOST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class AdShare:
    """Of an ad, or of an ad set where the source tells no ads. These are parts of what the campaign cost:
    they are in its sums already.
    """

    ad_set: str | None
    ad: str | None
    platform_id: str
    source: str
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


def list_ads(tx: Transaction, campaign_id: int, since: date, until: date) -> list[AdShare]:
    """Those that spent most first. Raises NotFound, and Invalid for more than a year."""
    get_campaign(tx, campaign_id)
    if (until - since).days > MOST_DAYS:
        raise Invalid.field("until", "must be within a year of the first day")
    rows = tx.tuples(
        """
        SELECT a.ad_set_id, a.ad_id, a.currency, a.source, a.impressions, a.clicks, a.spend, a.conversions,
               a.value, a.untold
          FROM ad_kpi_data a
         WHERE a.workspace_id = :workspace_id
           AND a.campaign_id = :campaign_id
           AND a.day >= :since
           AND a.day <= :until
        """,
        campaign_id=campaign_id,
        since=since.isoformat(),
        until=until.isoformat(),
    )
    sums: dict[tuple[Any, ...], Sums] = {}
    for *key, impressions, clicks, spend, conversions, value, untold in rows:
        sums.setdefault(tuple(key), Sums()).add(impressions, clicks, spend, conversions, value, untold)
    sets, ads = ad_sets_of(tx, campaign_id), ads_of(tx, campaign_id)
    return [
        _share(sets.get(key[0]), ads.get(key[1]), key[2], key[3], measures_of(each))
        for key, each in sorted(sums.items(), key=lambda each: -each[1].spend)
    ]


def _share(
    ad_set: tuple[str, str] | None,
    ad: tuple[str, str, int] | None,
    currency: str,
    source: str,
    told: Measures,
) -> AdShare:
    return AdShare(
        ad_set=ad_set[0] if ad_set else None,
        ad=ad[0] if ad else None,
        platform_id=(ad or ad_set or ("", ""))[1],
        source=source,
        currency=currency,
        **{name: getattr(told, name) for name in Measures.__slots__},
    )


def ad_sets_of(tx: Transaction, campaign_id: int) -> dict[int, tuple[str, str]]:
    """The name of each, and its id at the platform."""
    rows = tx.tuples(
        """
        SELECT s.id, s.name, s.platform_id
          FROM ad_sets s
         WHERE s.workspace_id = :workspace_id
           AND s.campaign_id = :campaign_id
        """,
        campaign_id=campaign_id,
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def ads_of(tx: Transaction, campaign_id: int) -> dict[int, tuple[str, str, int]]:
    """The name of each, its id at the platform, and its ad set, 0 where that is not known."""
    rows = tx.tuples(
        """
        SELECT a.id, a.name, a.platform_id, COALESCE(a.ad_set_id, 0)
          FROM ads a
         WHERE a.workspace_id = :workspace_id
           AND a.campaign_id = :campaign_id
        """,
        campaign_id=campaign_id,
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
