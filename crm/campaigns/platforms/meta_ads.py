"""Meta: `act_N/insights` by campaign and day; actions are listed several times under several names."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from crm.campaigns.platform_rows import PlatformRow
from crm.campaigns.platforms.description import (
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

FIELDS = (
    "campaign_id", "campaign_name", "account_currency", "spend", "impressions", "clicks",
    "inline_link_clicks", "actions", "action_values",
)  # fmt: skip
LEADS = ("lead", "onsite_conversion.lead_grouped", "offsite_conversion.fb_pixel_lead")
PURCHASES = ("omni_purchase", "purchase", "onsite_web_purchase", "offsite_conversion.fb_pixel_purchase")
LIMITS = {1, 2, 4, 17, 32, 341, 368, 613, 80000, 80003, 80004, 80014}
TOKEN_CODES = {10, 102, 190, 200, 459, 463, 464, 467}
PAGE = 500


def _first(account: Account) -> Request:
    number = account.account.removeprefix("act_")
    wanted = {
        "level": "campaign",
        "time_increment": "1",
        "fields": ",".join(FIELDS),
        "time_range": orjson.dumps({"since": account.since, "until": account.until}).decode(),
        "limit": str(PAGE),
    }
    url = f"{account.base}/act_{quote(number)}/insights?{urlencode(wanted)}"
    return Request("GET", url, bearer(account.credentials["access_token"]))


def _read(account: Account, request: Request, answer: Answer) -> PulledPage:
    body = mapping(answer.json())
    if "error" in body:
        _refuse(mapping(body["error"]))
    refuse_status(answer)
    if answer.status != 200 or not isinstance(body.get("data"), list):
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
    )


def _first_of(names: tuple[str, ...], actions: list[dict[str, Any]]) -> Decimal:
    """The same lead or purchase stands under several names: the first that is there counts them all."""
    told = {str(each.get("action_type")): each.get("value") for each in actions}
    return next((number_of(told[name]) or Decimal(0) for name in names if name in told), Decimal(0))


def _refuse(error: dict[str, Any]) -> None:
    """Raises PullAgain for limits and passing faults, PullRefused for the rest."""
    code, said = error.get("code"), str(error.get("message", ""))[:200]
    if code in TOKEN_CODES:
        raise PullRefused(f"Meta: {said}")
    if code in LIMITS or error.get("is_transient") is True:
        raise PullAgain(f"Meta: {said}")
    raise PullRefused(f"Meta: {said}")


META_ADS = Platform(
    name="meta_ads",
    title="Meta (Facebook, Instagram)",
    setting="meta_ads_url",
    credentials=("access_token",),
    first=_first,
    read=_read,
)
