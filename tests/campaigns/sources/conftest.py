"""The worker's job on settings that lead to a platform on this machine."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from crm.campaigns.sources.fields import NewSource
from crm.campaigns.sources.jobs import collect_sources
from crm.campaigns.sources.source import Source, get_source
from crm.campaigns.sources.sources import ask_for_run, create_source
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.secret_key import ensure_secret_key, open_vault
from crm.webhooks.addresses import Ranges
from tests.support.ad_platform import AdPlatform
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock

LOOPBACK: Ranges = (ip_network("127.0.0.0/8"),)
DAILY = """
    SELECT c.name, d.day, d.source, d.spend, d.clicks, d.conversions
      FROM daily_kpi_data d
      JOIN campaigns c ON c.workspace_id = d.workspace_id AND c.id = d.campaign_id
     WHERE d.workspace_id = :workspace_id
     ORDER BY d.day, c.name
"""


@pytest.fixture
def platform() -> Iterator[AdPlatform]:
    with AdPlatform() as server:
        yield server


class Collector:
    """The worker's job on settings that lead to the server of the test."""

    def __init__(self, db: Database, settings: Settings, actor: Actor) -> None:
        self.db, self.actor, self.settings = db, actor, settings
        self.vault = open_vault(settings)

    def add(self, platform: str, allowed: Ranges = LOOPBACK, **given: Any) -> Source:
        named = {"platform": platform, "name": platform, "currency": "EUR", **given}
        fields = parse_fields(NewSource, named)
        return self.db.write(create_source, self.actor, self.vault, allowed, fields)

    def run(self, source: Source) -> Source:
        collect_sources(self.db, self.settings)
        return self.db.read(get_source, self.actor, source.id)

    def again(self, source: Source) -> Source:
        self.db.write(ask_for_run, self.actor, source.id)
        return self.run(source)

    def rows(self) -> list[tuple[Any, ...]]:
        return self.db.read(lambda tx: tx.tuples(DAILY), self.actor)


@pytest.fixture
def collector(
    db: Database, prepared: Settings, cast: Cast, platform: AdPlatform, frozen_clock: FrozenClock
) -> Collector:
    ensure_secret_key(prepared)
    addresses = dict.fromkeys(
        ("google_ads_url", "meta_ads_url", "tiktok_ads_url", "yandex_direct_url"), platform.url
    )
    addresses["google_token_url"] = f"{platform.url}/token"
    settings = prepared.model_copy(update={**addresses, "webhook_allowed_ranges": LOOPBACK})
    return Collector(db, settings, cast.owner)
