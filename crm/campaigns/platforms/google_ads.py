"""Google Ads: `googleAds:searchStream`, whose answer is an array of batches; costs are whole millionths."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from crm.campaigns.platform_rows import AdPart, PlatformRow
from crm.campaigns.platforms.description import (
    WITH_ADS,
    Account,
    Answer,
    Platform,
    PullAgain,
    PulledPage,
    PullRefused,
    Request,
    bearer,
    refuse_status,
)
from crm.campaigns.platforms.numbers import day_of, entries, mapping, millionths, number_of, whole

QUERY = (
    "SELECT campaign.id, campaign.name, campaign.status, customer.currency_code, metrics.cost_micros, "
    "metrics.clicks, metrics.impressions, metrics.conversions, metrics.conversions_value, segments.date "
    "FROM {of} WHERE segments.date BETWEEN '{since}' AND '{until}'"
)
OF_ADS = "ad_group.id, ad_group.name, ad_group_ad.ad.id, ad_group_ad.ad.name, "
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105
PERSON = ("AUTHENTICATION_ERROR", "OAUTH_TOKEN", "NOT_ADS_USER", "USER_PERMISSION_DENIED", "DEVELOPER_TOKEN")


def log_in_request(account: Account) -> Request:
    """For an access token of an hour, by the refresh token that does not end."""
    given = account.credentials
    names = ("client_id", "client_secret", "refresh_token")
    body = urlencode({"grant_type": "refresh_token", **{name: given[name] for name in names}})
    url = account.options.get("token_url") or TOKEN_URL
    return Request("POST", url, {"content-type": "application/x-www-form-urlencoded"}, body.encode())


def read_token(answer: Answer) -> Mapping[str, str]:
    body = mapping(answer.json())
    if answer.status == 200 and isinstance(body.get("access_token"), str):
        return {"access_token": body["access_token"]}
    if body.get("error") in {"invalid_grant", "invalid_client", "unauthorized_client"}:
        raise PullRefused("Google no longer accepts the refresh token or the client.")
    raise PullAgain(f"Google gave no access token: it answered {answer.status}.")


def _first(account: Account) -> Request:
    return _search(account, QUERY.format(of="campaign", since=account.since, until=account.until))


def _details(account: Account) -> Request:
    query = QUERY.format(of="ad_group_ad", since=account.since, until=account.until)
    return _search(account, query.replace("SELECT ", f"SELECT {OF_ADS}", 1))


def _search(account: Account, query: str) -> Request:
    customer = account.account.replace("-", "")
    headers = bearer(account.credentials["access_token"])
    headers["developer-token"] = account.credentials["developer_token"]
    if manager := account.options.get("login_customer_id", ""):
        headers["login-customer-id"] = manager.replace("-", "")
    url = f"{account.base}/customers/{customer}/googleAds:searchStream"
    return Request("POST", url, headers, orjson.dumps({"query": query}))


def _read(account: Account, _request: Request, answer: Answer) -> PulledPage:
    if answer.status != 200:
        refuse(answer)
    batches = entries(answer.json())
    for batch in batches:
        if "error" in batch:
            refuse(answer)
    currency = account.currency
    rows = []
    for result in (result for batch in batches for result in entries(batch.get("results"))):
        currency = str(mapping(result.get("customer")).get("currencyCode") or currency)
        rows.append(_row(result, currency))
    return PulledPage(rows)


def _row(result: dict[str, Any], currency: str) -> PlatformRow:
    """A metric that is left out is 0: that is how Google writes it."""
    campaign, metrics = mapping(result.get("campaign")), mapping(result.get("metrics"))
    return PlatformRow(
        day=day_of(mapping(result.get("segments")).get("date")),
        campaign_id=str(campaign.get("id") or ""),
        campaign=str(campaign.get("name") or ""),
        currency=currency,
        impressions=whole(metrics.get("impressions")) or 0,
        clicks=whole(metrics.get("clicks")) or 0,
        spend=whole(metrics.get("costMicros")) or 0,
        conversions=number_of(metrics.get("conversions", 0)),
        conversion_value=millionths(metrics.get("conversionsValue", 0)),
        part=_part(result),
    )


def _part(result: dict[str, Any]) -> AdPart | None:
    group, ad = mapping(result.get("adGroup")), mapping(mapping(result.get("adGroupAd")).get("ad"))
    told = (group.get("id"), group.get("name"), ad.get("id"), ad.get("name"))
    return AdPart(*(str(each or "") for each in told)) or None


def refuse(answer: Answer) -> None:
    """Raises PullAgain or PullRefused."""
    body = answer.json()
    error = mapping((entries(body) or [mapping(body)])[0].get("error"))
    text = f"{error.get('status', '')} {orjson.dumps(error.get('details', [])).decode()}"
    said = str(error.get("message", ""))[:200]
    if "RESOURCE_EXHAUSTED" in text:
        raise PullAgain(f"Google Ads: {said}", _seconds_in(text))
    if answer.status == 401 or any(word in text for word in PERSON):
        raise PullRefused(f"Google Ads: {said}")
    refuse_status(answer)
    raise PullRefused(f"Google Ads answered {answer.status}: {said}")


def _seconds_in(text: str) -> float | None:
    """Out of `Retry in 30 seconds.`"""
    _, found, rest = text.partition("Retry in ")
    number = rest.split(" ", 1)[0]
    return float(number) if found and number.isascii() and number.isdigit() and len(number) < 6 else None


GOOGLE_ADS = Platform(
    name="google_ads",
    title="Google Ads",
    setting="google_ads_url",
    credentials=("client_id", "client_secret", "refresh_token", "developer_token"),
    options=("login_customer_id", WITH_ADS),
    may_lack=frozenset({"login_customer_id", WITH_ADS}),
    log_in=log_in_request,
    read_log_in=read_token,
    first=_first,
    details=_details,
    read=_read,
)
