"""Made-up campaigns with the figures of the last weeks."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from crm import clock
from crm.campaigns.ad_figures import keep_parts
from crm.campaigns.campaigns import create_campaign
from crm.campaigns.collecting import collect_daily
from crm.campaigns.fields import CampaignFields
from crm.campaigns.figures import DailyFigures
from crm.campaigns.platform_rows import AdPart, PlatformRow, as_millionths
from crm.conversations.demo_talks import AD
from crm.db.transaction import Transaction
from crm.records.examples import made_before

EXAMPLES = (
    ("Roof repair, search", "search", "google_ads", "google", "cpc"),
    ("Spring offers on Instagram", "social", "meta_ads", "facebook", "paid_social"),
    ("Short films", "video", "tiktok_ads", "tiktok", "paid_social"),
    ("Flyer in the old town", "print", "manual", "flyer", "print"),
    ("Newsletter", "email", "manual", "newsletter", "email"),
    ("Home fair", "event", "manual", "fair", "event"),
)
WEEK = 7
TELLS_ADS = frozenset({"meta_ads"})
Parts = dict[tuple[int, str], list[PlatformRow]]
PREFIX = "demo-"
Running = tuple[int, int, date]
"""A campaign's id, its number among the examples, and the last day of its figures."""


@dataclass(slots=True)
class Campaigning:
    """Campaigns that go on: each week brings its figures."""

    rng: random.Random
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        for number in range(self.made, count):
            self._add(tx, number)
        self.made = max(self.made, count)
        self._collect(tx, clock.now().date() - timedelta(days=1))

    def _add(self, tx: Transaction, number: int) -> None:
        name, channel, _, utm_source, utm_medium = EXAMPLES[number % len(EXAMPLES)]
        again = number // len(EXAMPLES)
        given = {
            "name": f"{name} {again + 1}" if again else name,
            "channel": channel,
            "start_date": clock.now().date(),
            "budget": Decimal(self.rng.randrange(15_000, 60_000, 500)),
            "utm_source": utm_source,
            "utm_medium": utm_medium,
            "utm_campaign": f"{PREFIX}{number + 1}",
        }
        create_campaign(tx, CampaignFields.model_validate(given))

    def _collect(self, tx: Transaction, until: date) -> None:
        for campaign_id, number, last in _running(tx):
            if (until - last).days >= WEEK:
                days = [last + timedelta(days=ahead) for ahead in range(1, (until - last).days + 1)]
                given = [
                    self._day(campaign_id, day) for day in days if day == until or self.rng.random() < 0.97
                ]
                collect_daily(tx, EXAMPLES[number % len(EXAMPLES)][2], given)
                keep_parts(tx, *_of_ads(number, given))

    def _day(self, campaign_id: int, day: date) -> DailyFigures:
        shown = self.rng.randint(400, 6_000)
        clicks = shown * self.rng.randint(8, 45) // 1000
        conversions = Decimal(clicks * self.rng.randint(0, 60)) / 1000
        return DailyFigures(
            campaign_id=campaign_id,
            day=day,
            impressions=shown,
            clicks=clicks,
            spend=Decimal(clicks * self.rng.randint(20, 140)) / 100,
            conversions=conversions,
            conversion_value=conversions * self.rng.randint(20, 200),
        )


def _of_ads(number: int, figures: list[DailyFigures]) -> tuple[str, Parts]:
    """What two ads cost on each day, of platforms that tell of ads."""
    source = EXAMPLES[number % len(EXAMPLES)][2]
    if source not in TELLS_ADS:
        return source, {}
    return source, {
        (each.campaign_id, each.day.isoformat()): [
            _of_ad(each, ad, f"{int(AD['source_id']) + number // len(EXAMPLES) * 10 + ad}") for ad in (0, 1)
        ]
        for each in figures
    }


def _of_ad(whole: DailyFigures, ad: int, ad_id: str) -> PlatformRow:
    """Two thirds are those of the first."""
    shares = [
        (total or 0) * 2 // 3 if ad == 0 else (total or 0) - (total or 0) * 2 // 3
        for total in (whole.impressions, whole.clicks, as_millionths(whole.spend or Decimal(0)))
    ]
    impressions, clicks, spend = shares
    part = AdPart(
        f"{whole.campaign_id}", "Near the shop", ad_id, ("A house with a new roof", "Before and after")[ad]
    )
    return PlatformRow(whole.day, impressions=impressions, clicks=clicks, spend=spend, part=part)


def _running(tx: Transaction) -> list[Running]:
    """Those of the demo, which have figures from the day before they began."""
    rows = tx.tuples(
        """
        SELECT c.id, c.utm_campaign, c.start_date,
               (SELECT max(k.day)
                  FROM daily_kpi_data k
                 WHERE k.workspace_id = c.workspace_id
                   AND k.campaign_id = c.id) AS last_day
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.deleted_at IS NULL
         ORDER BY c.id
        """
    )
    return [
        (campaign_id, int(code.removeprefix(PREFIX)) - 1, date.fromisoformat(last or start))
        for campaign_id, code, start, last in rows
    ]


def begin_campaigns(tx: Transaction, rng: random.Random) -> Campaigning:
    """Continues with those of an earlier run. Raises Conflict if people entered campaigns."""
    made = made_before(tx, rng, "campaigns", "(utm_campaign IS NULL OR utm_campaign NOT LIKE 'demo-%')")
    return Campaigning(rng, made)
