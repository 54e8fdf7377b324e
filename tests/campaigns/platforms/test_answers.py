"""The answers of platforms, as they document them: rows, further pages, limits, refusals."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from crm.campaigns.platform_rows import MILLIONTHS, PlatformRow
from crm.campaigns.platforms.description import Account, Answer, PullAgain, PulledPage, PullRefused, Request
from crm.campaigns.platforms.http_json import at
from crm.campaigns.platforms.known import PLATFORMS

LINES = (Path(__file__).parent / "api_responses.jsonl").read_text(encoding="utf-8").splitlines()
ANSWERS: dict[str, dict[str, Any]] = {line["platform"]: line for line in map(orjson.loads, LINES)}
SECRETS = ("client_id", "client_secret", "refresh_token", "developer_token", "access_token")
ACCOUNT = Account(
    base="https://ads.example.com/v1",
    account="1234567890",
    credentials=dict.fromkeys(SECRETS, "secret"),
    options={},
    since=date(2026, 11, 1),
    until=date(2026, 11, 2),
    currency="EUR",
)


def read(platform: str, told: dict[str, Any], **changes: Any) -> PulledPage:
    found = PLATFORMS[platform]
    text = told["text"] if "text" in told else orjson.dumps(told["body"]).decode()
    headers = {name.lower(): value for name, value in told.get("headers", {}).items()}
    answer = Answer(changes.pop("status", told.get("status", 200)), headers, text.encode())
    request = found.first(ACCOUNT)
    if changes:
        request = Request(request.method, request.url, {**request.headers, **changes}, request.body)
    return found.read(ACCOUNT, request, answer)


def days(rows: list[PlatformRow]) -> list[str]:
    return [row.day.isoformat() for row in rows]


def test_google_ads() -> None:
    rows = read("google_ads", ANSWERS["google_ads"]).rows
    assert [row.spend for row in rows] == [1_033_330_000, 10_000]
    assert [row.clicks for row in rows] == [321, 0]
    assert (rows[0].conversions, rows[0].conversion_value) == (Decimal("4.5"), 1250 * MILLIONTHS)
    assert {row.currency for row in rows} == {"EUR"}


def test_a_limit_of_google_ads_is_waited_for() -> None:
    with pytest.raises(PullAgain) as again:
        read("google_ads", ANSWERS["google_ads_error"])
    assert again.value.seconds == 30


def test_meta() -> None:
    page = read("meta_ads", ANSWERS["meta_insights"])
    leads, boost = page.rows
    assert [leads.extras["leads"], leads.extras["purchases"]] == [Decimal(4), Decimal(5)]
    assert (leads.conversions, leads.conversion_value) == (Decimal(9), 1_249_500_000)
    assert (leads.spend, leads.campaign) == (150_540_000, "Leads, Köln")
    assert (boost.conversions, boost.impressions, boost.clicks) == (Decimal(0), 0, 0)
    assert page.next is not None
    assert page.next.url == "https://ads.example.com/next?after=a", "the token goes to no other host"


def test_a_limit_of_meta_is_waited_for_and_a_token_that_ended_is_told() -> None:
    with pytest.raises(PullAgain):
        read("meta_ads", ANSWERS["meta_error"])
    ended = {"status": 400, "body": {"error": {"message": "Session has expired", "code": 190}}}
    with pytest.raises(PullRefused, match="Session has expired"):
        read("meta_ads", ended)


def test_tiktok() -> None:
    rows = read("tiktok_ads", ANSWERS["tiktok"]).rows
    assert [row.clicks for row in rows] == [40, None]
    assert (days(rows), rows[0].spend) == (["2026-11-01", "2026-11-02"], 12_500_000)
    with pytest.raises(PullRefused, match="revoked"):
        read("tiktok_ads", ANSWERS["tiktok_error"])


def test_linkedin() -> None:
    (row,) = read("linkedin_ads", ANSWERS["linkedin"]).rows
    assert (row.campaign_id, row.spend, days([row])) == ("312345678", 1_234_500_000, ["2026-11-01"])


def test_google_analytics() -> None:
    rows = read("ga4", ANSWERS["ga4"]).rows
    assert [row.has_campaign for row in rows] == [True, False]
    assert (rows[0].extras["sessions"], rows[0].conversions, days(rows)[0]) == (
        Decimal(321),
        Decimal("4.5"),
        "2026-11-01",
    )


def test_yandex_direct() -> None:
    rows = read("yandex_direct", ANSWERS["yandex_direct"]).rows
    assert [row.spend for row in rows] == [1_500_500_000, 100_250_000]
    assert [row.conversions for row in rows] == [3, None]
    told = {"text": ANSWERS["yandex_direct"]["text"].replace("1500.50", "1500500000")}
    first, _ = read(
        "yandex_direct", {"text": told["text"].replace("100.25", "1")}, returnmoneyinmicros="true"
    ).rows
    assert first.spend == 1_500_500_000
    with pytest.raises(PullAgain) as pending:
        read("yandex_direct", ANSWERS["yandex_direct_queue"])
    assert (pending.value.seconds, pending.value.pending) == (10, True)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("body", ["<html>", "[]", "{}", "null", '{"data": [{"spend": "NaN"}]}', '"x"'])
def test_what_is_not_as_documented_gives_no_rows(platform: str, body: str) -> None:
    """And no fault of ours: it is told, and no day is recorded as 0."""
    account = Account(
        ACCOUNT.base,
        "1",
        ACCOUNT.credentials,
        {"url": "https://a.example/", "day": "d"},
        ACCOUNT.since,
        ACCOUNT.until,
    )
    found = PLATFORMS[platform]
    for status in (200, 400, 401, 429, 500):
        try:
            page = found.read(account, found.first(account), Answer(status, {}, body.encode()))
        except (PullAgain, PullRefused):
            continue
        assert page.rows == []


def test_paths_of_json() -> None:
    body = {"data": {"items": [{"cost": {"value": 3}}]}}
    assert at(body, "$.data.items[0].cost.value") == 3
    assert at(body, "data.items[1].cost") is None
    assert at([1], "") == [1]
