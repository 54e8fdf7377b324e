"""TikTok: `report/integrated/get`; an error is an answer of 200 whose code is not 0."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

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
    refuse_status,
)
from crm.campaigns.platforms.numbers import day_of, entries, mapping, millionths, number_of, whole

METRICS = ("campaign_name", "spend", "impressions", "clicks", "conversion")
OF_ADS = ("campaign_id", "adgroup_id", "adgroup_name", "ad_name")
LIMITS = {40100, 40016, 40132, 50000, 50002, 51010, 51011, 60001}
PAGE = 1_000


def _first(account: Account) -> Request:
    return _report(account, "AUCTION_CAMPAIGN", "campaign_id", METRICS)


def _details(account: Account) -> Request:
    return _report(account, "AUCTION_AD", "ad_id", (*METRICS, *OF_ADS))


def _report(account: Account, level: str, dimension: str, metrics: tuple[str, ...]) -> Request:
    wanted = {
        "advertiser_id": account.account,
        "report_type": "BASIC",
        "data_level": level,
        "dimensions": orjson.dumps([dimension, "stat_time_day"]).decode(),
        "metrics": orjson.dumps(metrics).decode(),
        "start_date": account.since.isoformat(),
        "end_date": account.until.isoformat(),
        "page": "1",
        "page_size": str(PAGE),
    }
    url = f"{account.base}/report/integrated/get/?{urlencode(wanted)}"
    return Request("GET", url, {"access-token": account.credentials["access_token"]})


def _read(account: Account, request: Request, answer: Answer) -> PulledPage:
    refuse_status(answer)
    body = mapping(answer.json())
    if body.get("code") != 0:
        _refuse(body)
    data = mapping(body.get("data"))
    rows = [_row(each, account.currency) for each in entries(data.get("list"))]
    place = mapping(data.get("page_info"))
    page, pages = whole(place.get("page")) or 1, whole(place.get("total_page")) or 1
    return PulledPage(rows, _page(request, page + 1) if page < pages else None)


def _page(request: Request, page: int) -> Request:
    parts = urlsplit(request.url)
    query = urlencode({**dict(parse_qsl(parts.query)), "page": str(page)})
    return Request("GET", parts._replace(query=query).geturl(), request.headers)


def _row(each: dict[str, Any], currency: str) -> PlatformRow:
    names, metrics = mapping(each.get("dimensions")), mapping(each.get("metrics"))
    return PlatformRow(
        day=day_of(names.get("stat_time_day")),
        campaign_id=str(names.get("campaign_id") or metrics.get("campaign_id") or ""),
        campaign=str(metrics.get("campaign_name") or ""),
        currency=str(metrics.get("currency") or currency),
        impressions=whole(metrics.get("impressions")),
        clicks=whole(metrics.get("clicks")),
        spend=millionths(metrics.get("spend")),
        conversions=number_of(metrics.get("conversion")),
        part=_part(names, metrics),
    )


def _part(names: dict[str, Any], metrics: dict[str, Any]) -> AdPart | None:
    told = {**metrics, "ad_id": names.get("ad_id")}
    columns = ("adgroup_id", "adgroup_name", "ad_id", "ad_name")
    return AdPart(*(str(told.get(name) or "") for name in columns)) or None


def _refuse(body: dict[str, Any]) -> None:
    """Raises PullAgain for limits and faults of the platform, PullRefused for the rest."""
    code, said = body.get("code"), str(body.get("message", ""))[:200]
    if code in LIMITS:
        raise PullAgain(f"TikTok: {said}")
    raise PullRefused(f"TikTok: {said}")


TIKTOK_ADS = Platform(
    name="tiktok_ads",
    title="TikTok",
    setting="tiktok_ads_url",
    credentials=("access_token",),
    options=(WITH_ADS,),
    may_lack=frozenset({WITH_ADS}),
    first=_first,
    details=_details,
    read=_read,
)
