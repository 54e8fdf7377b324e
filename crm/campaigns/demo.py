"""Made-up campaigns with the figures of the last weeks."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from crm import clock
from crm.campaigns.campaigns import create_campaign
from crm.campaigns.collecting import collect_daily
from crm.campaigns.fields import CampaignFields
from crm.campaigns.figures import DailyFigures
from crm.db.transaction import Transaction
from crm.errors import Conflict

EXAMPLES = (
    ("Roof repair, search", "search", "google_ads", "google", "cpc"),
    ("Spring offers on Instagram", "social", "meta_ads", "facebook", "paid_social"),
    ("Short films", "video", "tiktok_ads", "tiktok", "paid_social"),
    ("Flyer in the old town", "print", "manual", "flyer", "print"),
    ("Newsletter", "email", "manual", "newsletter", "email"),
    ("Home fair", "event", "manual", "fair", "event"),
)
DAYS = 60
PREFIX = "demo-"


@dataclass(slots=True)
class Campaigning:
    rng: random.Random
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        for number in range(self.made, count):
            self._add(tx, number)
        self.made = max(self.made, count)

    def _add(self, tx: Transaction, number: int) -> None:
        name, channel, source, utm_source, utm_medium = EXAMPLES[number % len(EXAMPLES)]
        again = number // len(EXAMPLES)
        given = {
            "name": f"{name} {again + 1}" if again else name,
            "channel": channel,
            "budget": Decimal(self.rng.randrange(500, 5_000, 100)),
            "utm_source": utm_source,
            "utm_medium": utm_medium,
            "utm_campaign": f"{PREFIX}{number + 1}",
        }
        campaign = create_campaign(tx, CampaignFields.model_validate(given))
        today = clock.now().date()
        days = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
        collect_daily(tx, source, [self._day(campaign.id, day) for day in days if self.rng.random() < 0.97])

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


def begin_campaigns(tx: Transaction, rng: random.Random) -> Campaigning:
    """Continues with those of an earlier run. Raises Conflict if people entered campaigns."""
    made = int(tx.value("SELECT count(*) FROM campaigns WHERE workspace_id = :workspace_id"))
    own = tx.value(
        """
        SELECT 1
          FROM campaigns
         WHERE workspace_id = :workspace_id
           AND (utm_campaign IS NULL OR utm_campaign NOT LIKE 'demo-%')
         LIMIT 1
        """
    )
    if own:
        raise Conflict(
            "This workspace already has campaigns. Demo data can be added only to an empty workspace."
        )
    rng.seed(rng.random() + made)
    return Campaigning(rng, made)
