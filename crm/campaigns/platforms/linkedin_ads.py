"""LinkedIn: `adAnalytics` by campaign and day; the campaign is told as a URN, costs as long decimals."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from urllib.parse import quote

from crm.campaigns.platform_rows import PlatformRow, as_millionths
from crm.campaigns.platforms.description import (
    Account,
    Answer,
    Platform,
    PullAgain,
    PulledPage,
    Request,
    bearer,
    refuse_status,
)
from crm.campaigns.platforms.numbers import entries, mapping, number_of, whole

FIELDS = "pivotValues,dateRange,impressions,clicks,externalWebsiteConversions,costInLocalCurrency"
PAGE = 1_000
VERSION = "202510"
CENT = Decimal("0.01")


def _first(account: Account) -> Request:
    return _page(account, 0)


def _page(account: Account, start: int) -> Request:
    days = f"(start:{_day(account.since)},end:{_day(account.until)})"
    urn = quote(f"urn:li:sponsoredAccount:{account.account}", safe="")
    url = (
        f"{account.base}/adAnalytics?q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&dateRange={days}"
        f"&accounts=List({urn})&fields={FIELDS}&start={start}&count={PAGE}"
    )
    headers = {"linkedin-version": VERSION, "x-restli-protocol-version": "2.0.0"}
    return Request("GET", url, {**bearer(account.credentials["access_token"]), **headers})


def _day(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"


def _read(account: Account, _request: Request, answer: Answer) -> PulledPage:
    refuse_status(answer)
    body = mapping(answer.json())
    if answer.status != 200 or not isinstance(body.get("elements"), list):
        raise PullAgain(f"LinkedIn answered {answer.status}, not as documented.")
    rows = [_row(each, account.currency) for each in entries(body["elements"])]
    paging = mapping(body.get("paging"))
    further = any(each.get("rel") == "next" for each in entries(paging.get("links")))
    return PulledPage(rows, _page(account, (whole(paging.get("start")) or 0) + PAGE) if further else None)


def _row(each: dict[str, Any], currency: str) -> PlatformRow:
    start = mapping(mapping(each.get("dateRange")).get("start"))
    urns = each.get("pivotValues") or [""]
    cost = number_of(each.get("costInLocalCurrency"))
    try:
        day = date(int(start["year"]), int(start["month"]), int(start["day"]))
    except (KeyError, TypeError, ValueError):
        raise PullAgain("LinkedIn told a row without a day.") from None
    return PlatformRow(
        day=day,
        campaign_id=str(urns[0]).rpartition(":")[2],
        currency=currency,
        impressions=whole(each.get("impressions")),
        clicks=whole(each.get("clicks")),
        spend=None if cost is None else as_millionths(cost.quantize(CENT, ROUND_HALF_EVEN)),
        conversions=number_of(each.get("externalWebsiteConversions")),
    )


LINKEDIN_ADS = Platform(
    name="linkedin_ads",
    title="LinkedIn",
    setting="linkedin_ads_url",
    credentials=("access_token",),
    first=_first,
    read=_read,
)
