"""What the leads and sales of a campaign cost by ad set and by ad."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crm.campaigns.ads import ad_sets_of, ads_of
from crm.campaigns.campaign import get_campaign
from crm.campaigns.lead_results import LeadSum, Sought, sum_leads
from crm.campaigns.measures import Sums
from crm.campaigns.period import Days
from crm.campaigns.result_tally import Result, Tally, result_of
from crm.campaigns.source_sums import SourcedSums
from crm.db.transaction import Transaction

OTHER = 0
"""In place of an id: no ad, or ad set, that figures tell of."""
MOST_ADS = 200
Place = tuple[int, int]
"""The ids of an ad set and an ad."""
Tallies = defaultdict[tuple[int, str], Tally]


@dataclass(frozen=True, slots=True)
class AdResult:
    """`id` is 0 where no ad, or ad set, is known. `ad_set` is the one that an ad belongs to."""

    id: int
    ad_set: str | None
    platform_id: str
    result: Result


@dataclass(frozen=True, slots=True)
class AdResults:
    """Of the leads that came in the span by this campaign. What ads cost is in the sums of the campaign
    already. `left_out` ads spent less than those that are listed. `unknown` leads came by ads that no figures
    tell of.
    """

    since: str
    until: str
    ad_sets: list[AdResult]
    ads: list[AdResult]
    left_out: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Known:
    """Names, platform ids and what they belong to, by id; and ids by those of the platform."""

    ad_sets: Mapping[int, tuple[str, str]]
    ads: Mapping[int, tuple[str, str, int]]
    ad_set_ids: Mapping[str, int]
    ad_ids: Mapping[str, int]

    def place_of(self, told_ad: str | None, told_set: str | None) -> Place:
        ad_id = self.ad_ids.get(told_ad or "", OTHER)
        above = self.ads[ad_id][2] if ad_id else OTHER
        return above or self.ad_set_ids.get(told_set or "", OTHER), ad_id


def ad_results(tx: Transaction, days: Days, timezone: str, campaign_id: int) -> AdResults:
    """Several currencies are never added. Raises NotFound."""
    campaign = get_campaign(tx, campaign_id)
    spent, known = _spent(tx, days, campaign_id), known_ads(tx, campaign_id)
    sought = Sought(days.span(tx.now, timezone), "span", campaign_id, by_ad=True)
    leads = [(known.place_of(each.ad_id, each.ad_set_id), each) for each in sum_leads(tx, sought)]
    usual = {currency for _, currency in spent} or {campaign.currency}
    ad_sets, ads = (_tallied(spent, leads, usual, which) for which in (_ad_set_of, _ad_of))
    return AdResults(
        since=days.first,
        until=days.last,
        ad_sets=[_of_ad_set(known, *key, tally) for key, tally in _dearest(ad_sets)][:MOST_ADS],
        ads=[_of_ad(known, *key, tally) for key, tally in _dearest(ads)][:MOST_ADS],
        left_out=max(0, len(ads) - MOST_ADS),
        unknown=sum(
            each.leads for (_, ad_id), each in leads if ad_id == OTHER and (each.ad_id or each.ad_set_id)
        ),
    )


def _ad_set_of(place: Place) -> int:
    return place[0]


def _ad_of(place: Place) -> int:
    return place[1]


def _tallied(
    spent: Mapping[tuple[Place, str], SourcedSums],
    leads: Iterable[tuple[Place, LeadSum]],
    usual: set[str],
    which: Callable[[Place], int],
) -> Tallies:
    """Leads stand in the currencies in which the ad cost, else its campaign; their money in its own."""
    found: Tallies = defaultdict(Tally)
    currencies: defaultdict[int, set[str]] = defaultdict(set)
    for (place, currency), sums in spent.items():
        found[which(place), currency].sums.join(sums)
        currencies[which(place)].add(currency)
    for place, came in leads:
        for currency in currencies[which(place)] or usual:
            found[which(place), currency].count(came)
        for (basis, currency), amount in came.money.items():
            found[which(place), currency].earn(basis, amount)
    return found


def _dearest(found: Tallies) -> list[tuple[tuple[int, str], Tally]]:
    """Those that spent most first, then those with most leads; what is not known comes last."""
    return sorted(
        found.items(), key=lambda each: (each[0][0] == OTHER, -each[1].sums.spend, -each[1].leads, each[0])
    )


def _of_ad_set(known: Known, row_id: int, currency: str, tally: Tally) -> AdResult:
    name, platform_id = known.ad_sets.get(row_id, ("", ""))
    return AdResult(row_id, None, platform_id, result_of(name, currency, tally))


def _of_ad(known: Known, row_id: int, currency: str, tally: Tally) -> AdResult:
    name, platform_id, above = known.ads.get(row_id, ("", "", OTHER))
    ad_set = known.ad_sets[above][0] if above in known.ad_sets else None
    return AdResult(row_id, ad_set, platform_id, result_of(name, currency, tally))


def _spent(tx: Transaction, days: Days, campaign_id: int) -> dict[tuple[Place, str], SourcedSums]:
    rows = tx.tuples(
        """
        SELECT COALESCE(a.ad_set_id, 0), COALESCE(a.ad_id, 0), a.currency, a.source, a.impressions, a.clicks,
               a.spend, a.conversions, a.value, a.untold
          FROM ad_kpi_data a
         WHERE a.workspace_id = :workspace_id
           AND a.campaign_id = :campaign_id
           AND a.day >= :since
           AND a.day <= :until
        """,
        campaign_id=campaign_id,
        since=days.first,
        until=days.last,
    )
    found: dict[tuple[Place, str], SourcedSums] = {}
    for ad_set_id, ad_id, currency, source, *figures in rows:
        found.setdefault(((ad_set_id, ad_id), currency), SourcedSums()).add_of(source, Sums(*figures))
    return found


def known_ads(tx: Transaction, campaign_id: int) -> Known:
    ad_sets, ads = ad_sets_of(tx, campaign_id), ads_of(tx, campaign_id)
    return Known(
        ad_sets,
        ads,
        {platform_id: row_id for row_id, (_, platform_id) in ad_sets.items()},
        {platform_id: row_id for row_id, (_, platform_id, _) in ads.items()},
    )
