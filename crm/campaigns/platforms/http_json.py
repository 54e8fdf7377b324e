"""Any program that tells figures as JSON over HTTP: an address, a header, and where each figure stands."""

import re
from datetime import date
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from crm.campaigns.platform_rows import PlatformRow
from crm.campaigns.platforms.description import (
    Account,
    Answer,
    Platform,
    PullAgain,
    PulledPage,
    PullRefused,
    Request,
    refuse_status,
)
from crm.campaigns.platforms.numbers import day_of, millionths, number_of, whole

ROW_FIELDS = (
    "day", "campaign", "campaign_id", "impressions", "clicks", "spend", "conversions", "conversion_value",
    "currency",
)  # fmt: skip
OPTIONS = ("url", "header_name", "rows", "next", *ROW_FIELDS)
STEP = re.compile(r"[^.\[\]]+|\[\d{1,6}\]")
DEEPEST = 20


def at(body: Any, path: str) -> Any:
    """What stands at a path such as `data.items` or `$.rows[0].cost`; None where nothing does."""
    for step in STEP.findall(path.removeprefix("$"))[:DEEPEST]:
        if step.startswith("["):
            number = int(step[1:-1])
            body = body[number] if isinstance(body, list) and number < len(body) else None
        else:
            body = body.get(step) if isinstance(body, dict) else None
    return body


def _first(account: Account) -> Request:
    url = (
        account.options["url"].replace("{since}", _day(account.since)).replace("{until}", _day(account.until))
    )
    return Request("GET", url, _headers(account))


def _headers(account: Account) -> dict[str, str]:
    name = account.options.get("header_name") or "authorization"
    secret = account.credentials.get("header_value", "")
    return {"accept": "application/json", **({name.lower(): secret} if secret else {})}


def _day(day: date) -> str:
    return quote(day.isoformat())


def _read(account: Account, request: Request, answer: Answer) -> PulledPage:
    refuse_status(answer)
    if answer.status != 200:
        raise PullRefused(f"It answered {answer.status}.")
    body = answer.json()
    listed = at(body, account.options.get("rows", ""))
    if not isinstance(listed, list):
        raise PullRefused("At the path of the rows there is no list.")
    rows = [_row(account, each) for each in listed]
    following = at(body, account.options["next"]) if account.options.get("next") else None
    return PulledPage(rows, _next(request, str(following)) if following else None)


def _next(request: Request, following: str) -> Request:
    """On the same host alone: the secret header goes nowhere else. Raises PullRefused."""
    url = urljoin(request.url, following)
    if urlsplit(url)[:2] != urlsplit(request.url)[:2]:
        raise PullRefused("The next page is on another host.")
    return Request("GET", url, request.headers)


def _row(account: Account, each: Any) -> PlatformRow:
    told = {name: at(each, path) for name in ROW_FIELDS if (path := account.options.get(name))}
    if told.get("day") is None:
        raise PullAgain("A row has no day.")
    return PlatformRow(
        day=day_of(told["day"]),
        campaign_id=str(told.get("campaign_id") or ""),
        campaign=str(told.get("campaign") or "").strip(),
        currency=str(told.get("currency") or account.currency),
        impressions=whole(told.get("impressions")),
        clicks=whole(told.get("clicks")),
        spend=millionths(told.get("spend")),
        conversions=number_of(told.get("conversions")),
        conversion_value=millionths(told.get("conversion_value")),
    )


HTTP_JSON = Platform(
    name="http_json",
    title="Other (JSON over HTTP)",
    setting="",
    credentials=("header_value",),
    options=OPTIONS,
    may_lack=frozenset({*OPTIONS, "header_value"} - {"url", "day"}),
    one_of=("campaign", "campaign_id"),
    first=_first,
    read=_read,
)
