"""Sources that are set to ask for ads: further requests, whose figures stand below the campaign's own."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crm.campaigns.ads import list_ads
from crm.campaigns.sources import jobs
from tests.campaigns.sources.conftest import Collector
from tests.support.ad_platform import AdPlatform

PARTS = {"adset_id": "70", "adset_name": "Roofs", "ad_id": "700", "ad_name": "A red roof"}


def meta(spend: str, **parts: str) -> dict[str, Any]:
    return {"campaign_id": "1", "campaign_name": "Spring", "account_currency": "EUR", "spend": spend,
            "impressions": "10", "clicks": "2", "date_start": "2026-11-19", **parts}  # fmt: skip


def ads_of(collector: Collector) -> list[tuple[object, ...]]:
    number = collector.db.read(
        lambda tx: tx.value("SELECT id FROM campaigns WHERE workspace_id = :workspace_id"), collector.actor
    )
    found = collector.db.read(list_ads, collector.actor, number, date(2026, 11, 1), date(2026, 11, 30))
    return [(each.ad_set, each.ad, each.platform_id, each.spend) for each in found]


def test_meta_is_asked_for_ads_after_its_campaigns(collector: Collector, platform: AdPlatform) -> None:
    platform.tell("/act_1/insights", {"data": [meta("9.50")]})
    platform.tell("/act_1/insights", {"data": [meta("4.25", **PARTS)]})
    source = collector.add(
        "meta_ads", account="1", credentials={"access_token": "s"}, options={"with_ads": "1"}
    )
    assert collector.run(source).state == "good"
    levels = [parse_qs(urlsplit(each.path).query)["level"] for each in platform.asked]
    assert levels == [["campaign"], ["ad"]]
    assert [row[3] for row in collector.rows()] == [9_500_000], "ads are parts, and add nothing"
    assert ads_of(collector) == [("Roofs", "A red roof", "700", 4.25)]


def test_google_ads_tells_groups_and_ads(collector: Collector, platform: AdPlatform) -> None:
    day = {"segments": {"date": "2026-11-19"}, "customer": {"currencyCode": "EUR"}}
    campaign = {"campaign": {"id": "1", "name": "Spring"}, "metrics": {"costMicros": "9000000"}, **day}
    group = {"adGroup": {"id": "70", "name": "Roofs"}, "adGroupAd": {"ad": {"id": "700", "name": ""}}}
    platform.tell("/token", {"access_token": "fresh"})
    path = "/customers/12/googleAds:searchStream"
    platform.tell(path, [{"results": [campaign]}])
    platform.tell(path, [{"results": [{**campaign, **group, "metrics": {"costMicros": "4000000"}}]}])
    names = ("client_id", "client_secret", "refresh_token", "developer_token")
    given: dict[str, Any] = {"credentials": dict.fromkeys(names, "s"), "options": {"with_ads": "1"}}
    assert collector.run(collector.add("google_ads", account="1-2", **given)).state == "good"
    assert b"FROM ad_group_ad" in platform.asked[2].body and b"ad_group_ad.ad.id" in platform.asked[2].body
    assert [row[3] for row in collector.rows()] == [9_000_000]
    assert ads_of(collector) == [("Roofs", "700", "700", 4)]


def test_pages_are_asked_for_no_faster_than_a_platform_bears(
    collector: Collector, platform: AdPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each source by its platform's own limit: Yandex Direct bears 20 requests a minute, Meta 60."""
    paused: list[float] = []
    monkeypatch.setattr(jobs, "wait", paused.append)
    further = {"paging": {"next": "https://graph.example.com/next?after=a"}}
    platform.tell("/act_1/insights", {"data": [meta("1")], **further})
    platform.tell("/next", {"data": [meta("2")]})
    collector.run(collector.add("meta_ads", account="1", credentials={"access_token": "s"}))
    assert paused == [1.0]
    paused.clear()
    header = "Date\tCampaignId\tCampaignName\tImpressions\tClicks\tCost\tConversions\tAdGroupId\tAdId\n"
    row = "2026-11-19\t1\tSpring\t10\t2\t4.25\t--\t70\t700\n"
    platform.tell("/reports", header + row)
    given: dict[str, Any] = {"credentials": {"access_token": "s"}, "options": {"with_ads": "1"}}
    collector.run(collector.add("yandex_direct", **given))
    assert paused == [3.0]
