"""Google Ads: conversions of clicks; the order id makes a repeat harmless, whenever it comes."""

from datetime import timedelta
from typing import Any

import orjson

from crm.campaigns.conversions.destination import Access, Destination
from crm.campaigns.conversions.event import Event
from crm.campaigns.conversions.hashing import email_for_google, phone_for_google
from crm.campaigns.platforms.description import Answer, PullAgain, PullRefused, Request, bearer
from crm.campaigns.platforms.google_ads import log_in_request, read_token, refuse
from crm.campaigns.platforms.numbers import entries, mapping

CLICKS = ("gclid", "gbraid", "wbraid")
KNOWN = frozenset({"CLICK_CONVERSION_ALREADY_EXISTS", "DUPLICATE_ORDER_ID", "ORDER_ID_ALREADY_IN_USE"})
TOO_SOON = frozenset({"TOO_RECENT_CONVERSION_ACTION", "TOO_RECENT_CLICK"})
SOON_SECONDS = 6 * 3600.0


def _request(access: Access, event: Event) -> Request:
    customer = access.account.replace("-", "")
    headers = bearer(access.credentials["access_token"])
    headers["developer-token"] = access.credentials["developer_token"]
    if manager := access.options.get("login_customer_id", ""):
        headers["login-customer-id"] = manager.replace("-", "")
    action = f"customers/{customer}/conversionActions/{access.options['conversion_action']}"
    body = {"conversions": [{"conversionAction": action, **_conversion(event)}], "partialFailure": True}
    url = f"{access.base}/customers/{customer}:uploadClickConversions"
    return Request("POST", url, headers, orjson.dumps(body))


def _conversion(event: Event) -> dict[str, Any]:
    """One id of a click, and with that of the web alone what the person is known by."""
    name = next(name for name in CLICKS if name in event.clicks)
    found: dict[str, Any] = {
        name: event.clicks[name],
        "conversionDateTime": event.happened_at.isoformat(" ", "seconds"),
        "conversionValue": event.value,
        "currencyCode": event.currency,
        "orderId": event.id,
        "consent": {"adUserData": "GRANTED", "adPersonalization": "GRANTED"},
    }
    if name == "gclid" and (identifiers := _identifiers(event)):
        found["userIdentifiers"] = identifiers
    return found


def _identifiers(event: Event) -> list[dict[str, str]]:
    found = []
    if event.email:
        found.append({"hashedEmail": email_for_google(event.email)})
    if event.phone:
        found.append({"hashedPhoneNumber": phone_for_google(event.phone)})
    return found


def _read(answer: Answer) -> None:
    if answer.status != 200:
        refuse(answer)
    failure = mapping(mapping(answer.json()).get("partialFailureError"))
    if not failure:
        return
    codes = _codes(failure)
    said = f"Google Ads: {str(failure.get('message', ''))[:200]}"
    if codes & TOO_SOON:
        raise PullAgain(said, SOON_SECONDS)
    if not codes & KNOWN:
        raise PullRefused(said)


def _codes(failure: dict[str, Any]) -> set[str]:
    errors = [error for detail in entries(failure.get("details")) for error in entries(detail.get("errors"))]
    return {str(code) for error in errors for code in mapping(error.get("errorCode")).values()}


GOOGLE = Destination(
    setting="google_ads_url",
    clicks=CLICKS,
    request=_request,
    read=_read,
    longest=timedelta(days=90),
    drops_repeats=timedelta(days=90),
    of_click=True,
    log_in=log_in_request,
    read_log_in=read_token,
)
