"""What an ad, or an ad set, cost and brought on each day."""

from dataclasses import dataclass

from crm.campaigns.ads import ad_sets_of, ads_of
from crm.campaigns.campaign import Campaign, get_campaign
from crm.campaigns.measures import Measures, Sums, measures_of
from crm.campaigns.missing_days import days_between
from crm.campaigns.period import Days
from crm.db.transaction import Transaction
from crm.errors import NotFound

NO_AD = "There is no such ad."


@dataclass(frozen=True, slots=True)
class AdDay:
    """Of one currency; None is what nobody told of that day."""

    day: str
    currency: str
    measures: Measures


@dataclass(frozen=True, slots=True)
class AdDays:
    """`name` is that of the ad or of the ad set; these are parts of what its campaign cost."""

    campaign: Campaign
    name: str
    platform_id: str
    days: list[AdDay]


def list_ad_days(
    tx: Transaction, days: Days, campaign_id: int, ad_id: int | None, ad_set_id: int | None, *, today: str
) -> AdDays:
    """Also days without figures, up to today. Raises NotFound."""
    campaign = get_campaign(tx, campaign_id)
    known = ads_of(tx, campaign_id) if ad_id is not None else ad_sets_of(tx, campaign_id)
    found = known.get(ad_id if ad_id is not None else ad_set_id or 0)
    if found is None:
        raise NotFound(NO_AD)
    sums = _sums(tx, days, campaign_id, "ad_id" if ad_id is not None else "ad_set_id", ad_id or ad_set_id)
    labels = days_between(days.first, max(days.first, min(days.last, today)))
    keys = {(day, currency) for day in labels for _, currency in sums} | sums.keys()
    told = [AdDay(*key, measures_of(sums.get(key, Sums()))) for key in sorted(keys)]
    return AdDays(campaign, found[0], found[1], told)


def _sums(
    tx: Transaction, days: Days, campaign_id: int, column: str, row_id: int | None
) -> dict[tuple[str, str], Sums]:
    """By day and currency."""
    rows = tx.tuples(
        f"""
        SELECT a.day, a.currency, a.impressions, a.clicks, a.spend, a.conversions, a.value, a.untold
          FROM ad_kpi_data a
         WHERE a.workspace_id = :workspace_id
           AND a.campaign_id = :campaign_id
           AND a.day >= :first
           AND a.day <= :last
           AND a.{column} = :row_id
        """,
        campaign_id=campaign_id,
        first=days.first,
        last=days.last,
        row_id=row_id,
    )
    found: dict[tuple[str, str], Sums] = {}
    for day, currency, *figures in rows:
        found.setdefault((day, currency), Sums()).add(*figures)
    return found
