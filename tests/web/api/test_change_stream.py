"""The change feed as Server-Sent Events."""

import json
from typing import Any

from flask.testing import FlaskClient

from tests.support.api import problem_of

STREAM = {"Accept": "text/event-stream"}


def stream(api: FlaskClient, last: str | None = None, query: str = "") -> tuple[str, list[dict[str, Any]]]:
    """The last id, and the events by the rules of the standard: what has no data is no event."""
    headers = STREAM | ({"Last-Event-ID": last} if last is not None else {})
    answer = api.get(f"/api/changes{query}", headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    found, last_id = [], last or ""
    for block in answer.get_data(as_text=True).split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines())
        last_id = lines.get("id", last_id)
        found += [json.loads(lines["data"]) | {"cursor": last_id}] if "data" in lines else []
    return last_id, found


def test_a_reader_goes_on_after_any_event_and_sees_the_same_as_by_pages(owner: FlaskClient) -> None:
    for name in ("Ada", "Bob\nand\r\nothers", "Cid"):
        owner.post("/api/clients", json={"name": name})
    last, events = stream(owner)
    plain = owner.get("/api/changes").get_json()
    assert [{**each, "cursor": None} for each in plain["data"]] == [
        {**each, "cursor": None} for each in events
    ]
    assert last == plain["page"]["next"]
    for place, event in enumerate(events):
        assert stream(owner, event["cursor"])[1] == events[place + 1 :]


def test_chosen_kinds_and_the_place_in_the_address_hold_for_a_stream(owner: FlaskClient) -> None:
    owner.post("/api/clients", json={"name": "Ada"})
    begun, _ = stream(owner, query="?since=latest")
    owner.post("/api/products", json={"name": "Paint"})
    owner.post("/api/clients", json={"name": "Bob"})
    _, events = stream(owner, query=f"?since={begun}&kinds=product")
    assert [each["kind"] for each in events] == ["product"]
    last, none = stream(owner, begun, "?kinds=vehicle")
    assert none == [] and last == owner.get("/api/changes").get_json()["page"]["next"], "it moved on"


def test_a_stream_of_another_history_is_refused_as_a_page_is(owner: FlaskClient) -> None:
    owner.post("/api/clients", json={"name": "Ada"})
    refused = owner.get("/api/changes", headers=STREAM | {"Last-Event-ID": "1-0000000000000000"})
    assert problem_of(refused, 409)["since"] == "0"
