"""Campaigns and daily figures of tests."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm import clock
from crm.campaigns.arriving import collect_rows
from crm.campaigns.campaigns import create_campaign
from crm.campaigns.collecting import collect_daily
from crm.campaigns.exchange_rates import ExchangeRatesFields, change_exchange_rates
from crm.campaigns.fields import CampaignFields
from crm.campaigns.figures import DailyFigures
from crm.campaigns.platform_rows import AdPart, PlatformRow
from crm.campaigns.rolling_up import roll_up
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields


def last_month() -> str:
    """One that is over in every zone, whatever the day is."""
    return (clock.now().date().replace(day=1) - timedelta(days=1)).isoformat()[:7]


def day_of(month: str, number: int) -> str:
    return date.fromisoformat(f"{month}-{number:02}").isoformat()


def add_campaign(owner: FlaskClient, name: str = "Spring", **given: Any) -> int:
    answer = owner.post("/api/campaigns", json={"name": name, **given})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return int(answer.get_json()["data"]["id"])


def row(campaign_id: int, day: str, **figures: Any) -> dict[str, Any]:
    return {
        "campaign_id": campaign_id,
        "date": day,
        "impressions": 100,
        "clicks": 10,
        "spend": 2.5,
        **figures,
    }


def collect(owner: FlaskClient, *rows: dict[str, Any], source: str = "google_ads") -> TestResponse:
    return owner.post("/api/kpis/daily", json={"source": source, "rows": list(rows)})


def collected(owner: FlaskClient, *rows: dict[str, Any], source: str = "google_ads") -> list[int]:
    """How many rows there were, and how many new, changed and unchanged ones."""
    answer = collect(owner, *rows, source=source)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    data = answer.get_json()["data"]
    return [data[name] for name in ("rows", "new", "changed", "unchanged")]


def add_corrected_campaign(db: Database, owner: Actor) -> None:
    """With a day that was corrected, a month that was summed up, and an ad below it."""
    given = {"name": "Spring", "tags": ["VIP"], "platform_ids": [{"source": "google_ads", "id": "7"}]}
    campaign = db.write(create_campaign, owner, parse_fields(CampaignFields, given))
    for spend in ("100", "110"):
        figures = DailyFigures(campaign.id, date(2026, 3, 1), spend=Decimal(spend), extras={"reach": 7})
        db.write(collect_daily, owner, "google_ads", [figures])
    ad = AdPart("70", "Roofs", "700", "A red roof")
    told = PlatformRow(date(2026, 3, 2), "7", clicks=3, spend=5_000_000, part=ad)
    db.write(collect_rows, owner, "google_ads", [told])
    roll_up(db, owner, "2026-03")
    rates = {"rates": [{"currency": "KWD", "first_day": "2026-03-01", "rate": "3.0512"}]}
    db.write(change_exchange_rates, owner, parse_fields(ExchangeRatesFields, rates))


def add_odd_campaigns(db: Database, owner: Actor, words: str, text: str) -> list[int]:
    """One with the longest words in every field, and one with a name alone."""
    odd = {
        "name": words, "channel": "print", "status": "ended", "start_date": "2025-01-01", "budget": "0.125",
        "currency": "KWD", "utm_campaign": words, "platform_ids": [{"source": "meta_ads", "id": words}],
        "description": text,
    }  # fmt: skip
    made = [parse_fields(CampaignFields, each) for each in (odd, {"name": "Plain campaign"})]
    return [db.write(create_campaign, owner, each).id for each in made]
