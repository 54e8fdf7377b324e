"""Yandex Direct: a report as text with tabs, made in a queue: 201 and 202 say when to ask again."""

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
    waited_for,
)
from crm.campaigns.platforms.numbers import day_of, mapping, millionths, number_of, whole

COLUMNS = ("Date", "CampaignId", "CampaignName", "Impressions", "Clicks", "Cost", "Conversions")
OF_ADS = ("AdGroupId", "AdGroupName", "AdId")
LIMITS = {52, 55, 56, 152, 506, 1000, 1001, 1002, 9000}
PENDING = 10.0


def _first(account: Account) -> Request:
    return _report(account, "CAMPAIGN", COLUMNS)


def _details(account: Account) -> Request:
    return _report(account, "AD", (*COLUMNS, *OF_ADS))


def _report(account: Account, level: str, columns: tuple[str, ...]) -> Request:
    """The same name for the same days: asking again finds the report that was ordered before."""
    of = "" if level == "CAMPAIGN" else f" {level.lower()}"
    days = {"DateFrom": account.since.isoformat(), "DateTo": account.until.isoformat()}
    wanted = {
        "params": {
            "SelectionCriteria": days,
            "FieldNames": columns,
            "ReportName": f"holdfast{of} {account.since} {account.until}",
            "ReportType": f"{level}_PERFORMANCE_REPORT",
            "DateRangeType": "CUSTOM_DATE",
            "Format": "TSV",
            "IncludeVAT": "YES",
        }
    }
    headers = {**bearer(account.credentials["access_token"]), "returnmoneyinmicros": "false"}
    if account.account:
        headers["client-login"] = account.account
    return Request("POST", f"{account.base}/reports", headers, orjson.dumps(wanted))


def _read(account: Account, request: Request, answer: Answer) -> PulledPage:
    if answer.status in {201, 202}:
        wait = waited_for(answer, "retryin") or PENDING
        raise PullAgain("The report is being made.", wait, pending=True)
    if answer.status != 200:
        _refuse(answer)
    lines = [line.split("\t") for line in answer.body.decode("utf-8-sig", "replace").splitlines() if line]
    place = next((number for number, cells in enumerate(lines) if "CampaignId" in cells), None)
    if place is None:
        raise PullAgain("Yandex Direct answered, but not with a report.")
    in_millionths = request.headers.get("returnmoneyinmicros") == "true"
    names = lines[place]
    rows = [
        _row(dict(zip(names, cells, strict=True)), account.currency, in_millionths=in_millionths)
        for cells in lines[place + 1 :]
        if len(cells) == len(names)
    ]
    return PulledPage(rows)


def _row(cells: dict[str, str], currency: str, *, in_millionths: bool) -> PlatformRow:
    cost = cells.get("Cost")
    return PlatformRow(
        day=day_of(cells.get("Date")),
        campaign_id=cells.get("CampaignId", ""),
        campaign=cells.get("CampaignName", ""),
        currency=currency,
        impressions=whole(cells.get("Impressions")),
        clicks=whole(cells.get("Clicks")),
        spend=whole(cost) if in_millionths else millionths(cost),
        conversions=number_of(cells.get("Conversions")),
        part=AdPart(*(cells.get(name, "") for name in OF_ADS)) or None,
    )


def _refuse(answer: Answer) -> None:
    """Raises PullAgain or PullRefused."""
    try:
        error = mapping(mapping(answer.json()).get("error"))
    except PullAgain:
        refuse_status(answer)
        raise
    said = str(error.get("error_detail") or error.get("error_string") or "")[:200]
    if whole(error.get("error_code")) in LIMITS:
        raise PullAgain(f"Yandex Direct: {said}")
    refuse_status(answer)
    raise PullRefused(f"Yandex Direct answered {answer.status}: {said}")


YANDEX_DIRECT = Platform(
    name="yandex_direct",
    title="Yandex Direct",
    setting="yandex_direct_url",
    credentials=("access_token",),
    options=(WITH_ADS,),
    may_lack=frozenset({WITH_ADS}),
    first=_first,
    details=_details,
    read=_read,
    most_a_minute=20,
)
