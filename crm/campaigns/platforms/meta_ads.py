"""Meta: `act_N/insights` by campaign and day; actions are listed several times under several names."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from crm.campaigns.platform_rows import AdPart, PlatformRow
from crm.campaigns.platforms.description import (
    WITH_ADS,
    Account,
    Answer,
    Platform,
    PullAgain,
    PulledPage,
    Request,
    bearer,
)
from crm.campaigns.platforms.meta_graph import graph_body
from crm.campaigns.platforms.numbers import day_of, entries, mapping, millionths, number_of, whole

FIELDS = (
    "campaign_id", "campaign_name", "account_currency", "spend", "impressions", "clicks",
    "inline_link_clicks", "actions", "action_values",
)  # fmt: skip
OF_ADS = ("adset_id", "adset_name", "ad_id", "ad_name")
LEADS = ("lead", "onsite_conversion.lead_grouped", "offsite_conversion.fb_pixel_lead")
PURCHASES = ("omni_purchase", "purchase", "onsite_web_purchase", "offsite_conversion.fb_pixel_purchase")
PAGE = 500


def _first(account: Account) -> Request:
    return _insights(account, "campaign", FIELDS)


def _details(account: Account) -> Request:
    return _insights(account, "ad", (*FIELDS, *OF_ADS))


def _insights(account: Account, level: str, fields: tuple[str, ...]) -> Request:
    number = account.account.removeprefix("act_")
    wanted = {
        "level": level,
        "time_increment": "1",
        "fields": ",".join(fields),
        "time_range": orjson.dumps({"since": account.since, "until": account.until}).decode(),
        "limit": str(PAGE),
    }
    url = f"{account.base}/act_{quote(number)}/insights?{urlencode(wanted)}"
    return Request("GET", url, bearer(account.credentials["access_token"]))


def _read(account: Account, request: Request, answer: Answer) -> PulledPage:
    body = graph_body(answer)
    if not isinstance(body.get("data"), list):
        raise PullAgain(f"Meta answered {answer.status}, not as documented.")
    following = mapping(body.get("paging")).get("next")
    rows = [_row(each, account.currency) for each in entries(body["data"])]
    return PulledPage(rows, _next(account, request, str(following)) if following else None)


def _next(account: Account, request: Request, following: str) -> Request:
    """Only on the host that was asked, and without the token that Meta puts into the address."""
    parts = urlsplit(following)
    base = urlsplit(account.base)
    query = "&".join(part for part in parts.query.split("&") if not part.startswith("access_token="))
    return Request("GET", f"{base.scheme}://{base.netloc}{parts.path}?{query}", request.headers)


def _row(each: dict[str, Any], currency: str) -> PlatformRow:
    """No actions are none that happened: 0."""
    actions, values = entries(each.get("actions")), entries(each.get("action_values"))
    leads, purchases = _first_of(LEADS, actions), _first_of(PURCHASES, actions)
    value = _first_of(PURCHASES, values)
    return PlatformRow(
        day=day_of(each.get("date_start")),
        campaign_id=str(each.get("campaign_id") or ""),
        campaign=str(each.get("campaign_name") or ""),
        currency=str(each.get("account_currency") or currency),
        impressions=whole(each.get("impressions")) or 0,
        clicks=whole(each.get("clicks")) or 0,
        spend=millionths(each.get("spend")) or 0,
        conversions=leads + purchases,
        conversion_value=millionths(value),
        extras={
            "link_clicks": number_of(each.get("inline_link_clicks")) or Decimal(0),
            "leads": leads,
            "purchases": purchases,
        },
        part=AdPart(*(str(each.get(name) or "") for name in OF_ADS)) or None,
    )


def _first_of(names: tuple[str, ...], actions: list[dict[str, Any]]) -> Decimal:
    """The same lead or purchase stands under several names: the first that is there counts them all."""
    told = {str(each.get("action_type")): each.get("value") for each in actions}
    return next((number_of(told[name]) or Decimal(0) for name in names if name in told), Decimal(0))


META_ADS = Platform(
    name="meta_ads",
    title="Meta (Facebook, Instagram)",
    setting="meta_ads_url",
    credentials=("access_token",),
    options=(WITH_ADS,),
    may_lack=frozenset({WITH_ADS}),
    first=_first,
    details=_details,
    read=_read,
)
