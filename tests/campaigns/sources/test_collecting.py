"""Sources are collected from real servers: pages, limits, queues, errors, and what a run changed."""

from typing import Any

import pytest

from crm.campaigns.sources import jobs
from crm.campaigns.sources.fields import SourceChanges
from crm.campaigns.sources.source import get_source, list_runs
from crm.campaigns.sources.sources import change_source
from crm.errors import Invalid
from crm.webhooks.addresses import Ranges
from tests.campaigns.sources.conftest import LOOPBACK, Collector
from tests.support.ad_platform import AdPlatform
from tests.support.frozen_clock import FrozenClock

NOWHERE: Ranges = ()


def meta(campaign: str, day: str, spend: str) -> dict[str, Any]:
    return {"campaign_id": campaign, "campaign_name": f"C{campaign}", "account_currency": "EUR",
            "spend": spend, "impressions": "10", "clicks": "2", "date_start": day,
            "date_stop": day}  # fmt: skip


def test_meta_is_read_page_after_page_and_corrects_what_was_there(
    collector: Collector, platform: AdPlatform, frozen_clock: FrozenClock
) -> None:
    following = {"paging": {"next": "https://graph.example.com/v1/next?after=a&access_token=x"}}
    platform.tell("/act_1/insights", {"data": [meta("1", "2026-11-19", "1.50")], **following})
    platform.tell("/v1/next", {"data": [meta("2", "2026-11-20", "2.25"), meta("2", "2026-11-21", "9")]})
    source = collector.run(collector.add("meta_ads", account="act_1", credentials={"access_token": "secret"}))
    assert (source.state, source.collected_until, source.problem) == ("good", "2026-11-20", None)
    assert [row[:4] for row in collector.rows()] == [
        ("C1", "2026-11-19", "meta_ads", 1_500_000),
        ("C2", "2026-11-20", "meta_ads", 2_250_000),
    ], "the day that is not over yet is left out"
    assert "access_token" not in platform.asked[1].path
    assert all(each.headers["authorization"] == "Bearer secret" for each in platform.asked)
    assert "2026-09-22" in platform.asked[0].path, "the first time goes back sixty days"
    platform.forget()
    platform.tell("/act_1/insights", {"data": [meta("1", "2026-11-19", "1.75")]})
    frozen_clock.advance(days=1)
    source = collector.again(source)
    assert "2026-11-15" in platform.asked[0].path and "2026-11-21" in platform.asked[0].path
    run = collector.db.read(list_runs, collector.actor, source.id, limit=1)[0]
    assert (run.outcome, run.new, run.changed, run.unchanged) == ("good", 0, 1, 0)


def test_a_limit_is_waited_for_and_no_day_becomes_zero(
    collector: Collector, platform: AdPlatform, frozen_clock: FrozenClock
) -> None:
    limit = {"error": {"message": "(#17) User request limit reached", "code": 17, "is_transient": False}}
    following = {"paging": {"next": "https://graph.example.com/next?after=a"}}
    platform.tell("/act_1/insights", {"data": [meta("1", "2026-11-19", "1.50")], **following})
    platform.tell("/next", limit, status=400)
    source = collector.run(collector.add("meta_ads", account="1", credentials={"access_token": "s"}))
    assert (source.state, source.attempts, collector.rows()) == ("later", 1, []), "half an account is none"
    assert source.problem is not None and "limit reached" in source.problem
    asked = len(platform.asked)
    assert collector.run(source).attempts == 1 and len(platform.asked) == asked, "it is not due yet"
    platform.forget()
    platform.tell("/next", {"data": []})
    frozen_clock.advance(minutes=2)
    assert collector.run(source).state == "good" and platform.paths() == ["/next"]
    assert len(collector.rows()) == 1


def test_a_pull_that_stopped_after_a_page_goes_on_at_its_cursor_or_begins_anew_and_counts_nothing_twice(
    collector: Collector, platform: AdPlatform, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[float] = []
    monkeypatch.setattr(jobs, "wait", paused.append)
    pages = [meta(str(number), f"2026-11-{number:02}", "1.50") for number in (17, 18, 19)]
    following = {"paging": {"next": "https://graph.example.com/next?after=a"}}
    last = {"paging": {"next": "https://graph.example.com/last?after=b"}}
    platform.tell("/act_1/insights", {"data": pages[:1], **following})
    platform.tell("/next", "<html>bad gateway", status=502)
    platform.tell("/next", {"error": {"message": "busy", "code": 2}}, status=503, retry_after="7")
    platform.tell("/next", {"data": pages[1:2], **last})
    platform.tell("/last", "", status=502)
    source = collector.run(collector.add("meta_ads", account="1", credentials={"access_token": "s"}))
    assert platform.paths() == ["/act_1/insights", "/next", "/next", "/next", "/last", "/last", "/last"]
    assert paused == [1.0, 5.0, 7.0, 1.0, 5.0, 20.0]
    assert source.state == "later" and collector.rows() == [], "half an account is none"
    platform.tell("/last", {"data": pages[2:]})
    platform.tell("/last", {"data": pages[2:]})
    frozen_clock.advance(minutes=2)
    assert collector.run(source).state == "good"
    assert [row[3] for row in collector.rows()] == [1_500_000] * 3
    run = collector.db.read(list_runs, collector.actor, source.id, limit=1)[0]
    assert (run.new, run.changed, run.unchanged) == (3, 0, 0)


def test_google_ads_logs_in_and_waits_as_it_is_told(
    collector: Collector, platform: AdPlatform, frozen_clock: FrozenClock
) -> None:
    secrets = {"client_id": "i", "client_secret": "s", "refresh_token": "r", "developer_token": "d"}
    path = "/customers/1234567890/googleAds:searchStream"
    exhausted = [{"error": {"code": 429, "message": "Too many requests. Retry in 30 seconds.",
                            "status": "RESOURCE_EXHAUSTED", "details": []}}]  # fmt: skip
    platform.tell("/token", {"access_token": "short"})
    platform.tell(path, exhausted, status=429, retry_after="600")
    source = collector.run(collector.add("google_ads", account="123-456-7890", credentials=secrets))
    assert source.state == "later"
    platform.forget()
    platform.tell("/token", {"access_token": "short"})
    results = [{"campaign": {"id": "7", "name": "Tyres"}, "metrics": {"costMicros": "1033330000"},
                "segments": {"date": "2026-11-01"}, "customer": {"currencyCode": "EUR"}}]  # fmt: skip
    platform.tell(path, [{"results": results}, {"results": []}])
    frozen_clock.advance(minutes=11)
    assert collector.run(source).state == "good"
    assert [row[3] for row in collector.rows()] == [1_033_330_000]
    asked = platform.asked[-1]
    assert (asked.headers["authorization"], asked.headers["developer-token"]) == ("Bearer short", "d")


def test_a_report_that_is_being_made_is_asked_for_again(
    collector: Collector, platform: AdPlatform, frozen_clock: FrozenClock
) -> None:
    platform.tell("/reports", "", status=201, retryIn="10")
    source = collector.run(collector.add("yandex_direct", credentials={"access_token": "t"}))
    assert (source.state, collector.rows()) == ("later", [])
    assert collector.db.read(list_runs, collector.actor, source.id, limit=5) == [], "nothing has failed"
    first = platform.asked[0].body
    platform.forget()
    head = "Date\tCampaignId\tCampaignName\tImpressions\tClicks\tCost\tConversions"
    platform.tell("/reports", f'"name"\n{head}\n2026-11-01\t71\tШины\t10\t2\t1500.50\t--\nTotal rows: 1\n')
    frozen_clock.advance(seconds=11)
    assert collector.run(source).state == "good"
    assert platform.asked[0].body == first, "the same report, not a further one"
    assert [(row[0], row[3]) for row in collector.rows()] == [("Шины", 1_500_500_000)]


def test_one_account_that_fails_leaves_the_others_whole(collector: Collector, platform: AdPlatform) -> None:
    """TikTok tells its errors in answers of 200; a token that ended is for a person."""
    revoked = {"code": 40105, "message": "Access token is incorrect or has been revoked.", "data": {}}
    platform.tell("/report/integrated/get/", revoked)
    platform.tell("/act_1/insights", {"data": [meta("1", "2026-11-19", "1.50")]})
    bad = collector.add("tiktok_ads", account="9", credentials={"access_token": "t"})
    good = collector.add("meta_ads", account="1", credentials={"access_token": "s"})
    assert collector.run(good).state == "good"
    failed = collector.db.read(get_source, collector.actor, bad.id)
    assert failed.state == "failed" and failed.problem and "revoked" in failed.problem
    run = collector.db.read(list_runs, collector.actor, bad.id, limit=1)[0]
    assert (run.outcome, run.rows) == ("failed", 0)
    assert len(collector.rows()) == 1


def rename(collector: Collector, source_id: int, name: str) -> None:
    changes = SourceChanges(name=name)
    collector.db.write(change_source, collector.actor, collector.vault, LOOPBACK, source_id, changes)


def test_any_program_that_tells_json(collector: Collector, platform: AdPlatform) -> None:
    options = {"url": f"{platform.url}/figures?from={{since}}&to={{until}}", "header_name": "X-Key",
               "rows": "data.items", "next": "next", "day": "date", "campaign": "ad.name",
               "spend": "cost"}  # fmt: skip
    first = [{"date": "2026-11-19", "ad": {"name": "Fair"}, "cost": 12.5}]
    second = [{"date": "2026-11-20", "ad": {"name": "Fair"}, "cost": "0.10"}]
    platform.tell("/figures", {"data": {"items": first}, "next": "/more?page=2"})
    platform.tell("/more", {"data": {"items": second}})
    given: dict[str, Any] = {
        "options": options,
        "credentials": {"header_value": "secret"},
        "name": "Own tool",
    }
    source = collector.add("http_json", **given | {"name": "Own"})
    rename(collector, source.id, "Own tool")
    assert collector.run(source).state == "good"
    with pytest.raises(Invalid, match="name: cannot be changed any more"):
        rename(collector, source.id, "Counted twice")
    assert [(row[2], row[3]) for row in collector.rows()] == [("Own tool", 12_500_000), ("Own tool", 100_000)]
    assert all(each.headers["x-key"] == "secret" for each in platform.asked)


def test_rows_that_name_no_campaign_are_counted_and_refused_where_none_does(
    collector: Collector, platform: AdPlatform
) -> None:
    options = {"url": f"{platform.url}/figures", "day": "date", "campaign": "ad", "spend": "cost"}
    unnamed = {"date": "2026-11-19", "cost": "3"}
    platform.tell("/figures", [unnamed, {**unnamed, "ad": "Fair"}, unnamed])
    platform.tell("/figures", [unnamed])
    source = collector.run(collector.add("http_json", options=options))
    run = collector.db.read(list_runs, collector.actor, source.id, limit=1)[0]
    assert (run.outcome, run.rows, run.left_out) == ("good", 1, 2)
    source = collector.again(source)
    assert source.state == "failed" and source.problem is not None and "names a campaign" in source.problem


def test_a_private_address_is_refused_unless_the_owner_of_the_server_allows_it(
    collector: Collector, platform: AdPlatform
) -> None:
    options = {"url": f"{platform.url}/figures", "day": "date", "campaign": "name"}
    with pytest.raises(Invalid) as refused:
        collector.add("http_json", NOWHERE, options=options)
    assert refused.value.problems[0].field == "options.url"
    source = collector.add("http_json", options=options)
    collector.settings = collector.settings.model_copy(update={"webhook_allowed_ranges": NOWHERE})
    assert collector.run(source).state == "later"
    assert platform.asked == []


def test_credentials_are_sealed_kept_and_replaced(collector: Collector, platform: AdPlatform) -> None:
    source = collector.add("meta_ads", account="1", credentials={"access_token": "very-secret"})
    raw = collector.db.read(
        lambda tx: tx.value(
            "SELECT sealed_credentials FROM campaign_sources WHERE workspace_id = :workspace_id"
        ),
        collector.actor,
    )
    assert b"very-secret" not in raw
    told = collector.db.read(
        lambda tx: tx.tuples("SELECT * FROM activities WHERE workspace_id = :workspace_id"), collector.actor
    )
    assert "very-secret" not in str(told)
    changes = SourceChanges(name="Meta", lookback_days=28)
    collector.db.write(change_source, collector.actor, collector.vault, LOOPBACK, source.id, changes)
    platform.tell("/act_1/insights", {"data": []})
    assert collector.run(source).state == "good"
    assert platform.asked[0].headers["authorization"] == "Bearer very-secret"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"platform": "meta_ads", "account": "1"}, "credentials.access_token"),
        ({"platform": "meta_ads", "credentials": {"access_token": "t"}}, "account"),
        ({"platform": "meta_ads", "account": "1", "credentials": {"password": "t"}}, "credentials.password"),
        ({"platform": "http_json", "options": {"url": "ftp://a.example/", "day": "d"}}, "options.url"),
        ({"platform": "http_json", "options": {"url": "https://[", "day": "d"}}, "options.url"),
        (
            {"platform": "http_json", "options": {"url": f"https://{65 * chr(97)}.example/", "day": "d"}},
            "options.url",
        ),
        ({"platform": "http_json", "options": {"url": "https://a.example/"}}, "options.day"),
        (
            {"platform": "http_json", "options": {"url": "https://93.184.216.34/", "day": "d"}},
            "options.campaign",
        ),
    ],
)
def test_what_a_platform_needs_is_told_by_its_field(
    collector: Collector, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        collector.add(**given)
    assert refused.value.problems[0].field == field
