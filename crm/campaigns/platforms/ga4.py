"""Google Analytics 4: `runReport`, whose columns are told by position; `(not set)` is no campaign."""

from decimal import Decimal
from typing import Any

import orjson

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
from crm.campaigns.platforms.google_ads import log_in_request, read_token
from crm.campaigns.platforms.numbers import day_of, entries, mapping, number_of, whole

NAMELESS = frozenset({"(not set)", "(direct)", "(organic)", "(referral)", "(none)", "(data not available)"})
PAGE = 10_000


def _first(account: Account) -> Request:
    return _page(account, 0)


def _page(account: Account, offset: int) -> Request:
    wanted = {
        "dateRanges": [{"startDate": account.since.isoformat(), "endDate": account.until.isoformat()}],
        "dimensions": [{"name": "date"}, {"name": "sessionCampaignName"}],
        "metrics": [{"name": "sessions"}, {"name": "keyEvents"}, {"name": "totalRevenue"}],
        "limit": str(PAGE),
        "offset": str(offset),
    }
    url = f"{account.base}/properties/{account.account.removeprefix('properties/')}:runReport"
    return Request("POST", url, bearer(account.credentials["access_token"]), orjson.dumps(wanted))


def _read(account: Account, request: Request, answer: Answer) -> PulledPage:
    refuse_status(answer)
    body = mapping(answer.json())
    if answer.status != 200:
        raise PullAgain(f"Google Analytics answered {answer.status}.")
    names = [str(each.get("name")) for each in entries(body.get("dimensionHeaders"))]
    names += [str(each.get("name")) for each in entries(body.get("metricHeaders"))]
    currency = str(mapping(body.get("metadata")).get("currencyCode") or account.currency)
    listed = entries(body.get("rows"))
    rows = [_row(dict(zip(names, _values(each), strict=False)), currency) for each in listed]
    read = int(orjson.loads(request.body).get("offset", 0)) + len(listed) if request.body else len(listed)
    further = bool(listed) and read < (whole(body.get("rowCount")) or 0)
    return PulledPage(rows, _page(account, read) if further else None)


def _values(row: dict[str, Any]) -> list[Any]:
    cells = [*entries(row.get("dimensionValues")), *entries(row.get("metricValues"))]
    return [each.get("value") for each in cells]


def _row(told: dict[str, Any], currency: str) -> PlatformRow:
    name = str(told.get("sessionCampaignName") or "")
    revenue = number_of(told.get("totalRevenue"))
    return PlatformRow(
        day=day_of(told.get("date")),
        campaign="" if name.casefold() in NAMELESS else name,
        currency=currency,
        conversions=number_of(told.get("keyEvents")),
        conversion_value=None if revenue is None else as_millionths(revenue),
        extras={"sessions": number_of(told.get("sessions")) or Decimal(0)},
    )


GA4 = Platform(
    name="ga4",
    title="Google Analytics 4",
    setting="analytics_url",
    credentials=("client_id", "client_secret", "refresh_token"),
    log_in=log_in_request,
    read_log_in=read_token,
    first=_first,
    read=_read,
)
