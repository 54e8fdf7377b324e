"""Meta's Conversions API: events of a dataset; a repeat of the same event id is dropped for two days."""

from datetime import timedelta
from typing import Any

import orjson

from crm.campaigns.conversions.destination import Access, Destination
from crm.campaigns.conversions.event import Event
from crm.campaigns.conversions.hashing import email_for_meta, phone_for_meta
from crm.campaigns.platforms.description import Answer, PullAgain, Request, bearer
from crm.campaigns.platforms.meta_graph import graph_body

EVENT = "Purchase"


def _request(access: Access, event: Event) -> Request:
    body: dict[str, Any] = {"data": [_event(event)]}
    if code := access.options.get("test_event_code"):
        body["test_event_code"] = code
    url = f"{access.base}/{access.account}/events"
    return Request("POST", url, bearer(access.credentials["access_token"]), orjson.dumps(body))


def _event(event: Event) -> dict[str, Any]:
    return {
        "event_name": EVENT,
        "event_time": int(event.happened_at.timestamp()),
        "event_id": event.id,
        "action_source": "system_generated",
        "user_data": _person(event),
        "custom_data": {
            "value": event.value,
            "currency": event.currency,
            "event_source": "crm",
            "lead_event_source": "Holdfast",
        },
    }


def _person(event: Event) -> dict[str, Any]:
    """Ids of clicks and of leads are not hashed."""
    clicks = event.clicks
    found: dict[str, Any] = {}
    if event.email:
        found["em"] = [email_for_meta(event.email)]
    if event.phone:
        found["ph"] = [phone_for_meta(event.phone)]
    if "fbclid" in clicks:
        found["fbc"] = f"fb.1.{int(event.clicked_at.timestamp() * 1000)}.{clicks['fbclid']}"
    if "ctwa_clid" in clicks:
        found["ctwa_clid"] = clicks["ctwa_clid"]
    if clicks.get("leadgen_id", "").isdecimal():
        found["lead_id"] = int(clicks["leadgen_id"])
    return found


def _read(answer: Answer) -> None:
    if graph_body(answer).get("events_received") != 1:
        raise PullAgain("Meta took no event.")


META = Destination(
    setting="meta_ads_url",
    clicks=("fbclid", "ctwa_clid", "leadgen_id"),
    request=_request,
    read=_read,
    longest=timedelta(days=7),
    drops_repeats=timedelta(hours=47),
)
